"""What a model writes: cleaned, checked sentence by sentence, mended once, and counted. For sections and for answers."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from survey.records import Paper, Quote, Sentence, family_name, year_letters
from survey.support import Fault, cleaned, fault, prose_fault
from survey.tasks import AnswerQuestion, CheckSupport, Model, Prose, Returned, SupportChecked, WriteSection

Writing = WriteSection | AnswerQuestion


@dataclass
class _Draft:
    """A sentence as it stands now."""

    prose: Prose
    sentence: Sentence
    fault: Fault

    @property
    def verdict(self) -> str:
        return "dropped" if self.fault.grave else "flagged" if self.fault.reason else "kept"


class Drafts:
    """Asks for prose and lets none of it through unchecked. ``counts``: generated = kept + flagged + dropped; a sentence that was mended
    counts once. ``judged``: the model is asked for a verdict on each sentence as well."""

    def __init__(self, papers: Mapping[str, Paper], model: Model, judged: bool = False) -> None:
        self.counts: Counter[str] = Counter()
        self._papers = papers
        self._model = model
        self._judged = judged
        letters = year_letters(papers.values())
        self.bylines = {key: paper.named(letters[key]) for key, paper in papers.items()}
        self._families = {key: family_name(paper.authors[0]) for key, paper in papers.items() if paper.authors}

    def write(self, asked: Sequence[tuple[Writing, Mapping[str, Quote]]]) -> list[list[Sentence]]:
        """The sentences that stand, for each task; with each come the quotes that it hands over, by the ids of the task."""
        return []
