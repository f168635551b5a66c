"""What themes are called and what they are about: terms of their papers, and one sentence of one of them.

Words and vectors propose terms and sentences, the model chooses among them by their ids: nothing is written.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from survey.embedding import Embedder
from survey.models.extractive.name_theme import reply as name_by_rules
from survey.records import Paper, Quote, Role, SourceSentence, Statement
from survey.support import coverage, quotable
from survey.tasks import Model, NameTheme, Telling, Term, ThemeNamed
from survey.terms import is_telling, stem, stems, term_key, words
from survey.themes.clustering import unit
from survey.themes.keyterms import is_name

if TYPE_CHECKING:
    from survey.embedding import Vectors

Sentences = Callable[[str], Sequence[SourceSentence]]

_UNNAMED = "Papers without a title"
_OWN_SHARE = 0.5  # of the telling words of a name that the papers must have
_TERMS_OF_A_NAME = 3
_ASKED_FROM = 12  # papers of a theme, the most typical ones, whose sentences may say what it is about
_OPENING = 1500  # characters of a text without an abstract that are read for one
_CLOSELY = 12  # sentences of a theme that are compared by meaning
_SHOWN = 6  # of these the model chooses from
_TELLING_ROLES: frozenset[Role] = frozenset({"background", "task"})
_OWN_ROLES: frozenset[Role] = frozenset({"result", "limitation", "future_work"})
_OWN_WORK = re.compile(r"\b(?:we|our|ours|us|this (?:paper|work|study|article|thesis)|here|propose[sd]?)\b", re.IGNORECASE)
_LEANS_BACK = re.compile(
    r"^(?:this|these|that|those|it|its|they|their|such|he|she|more (?:specifically|precisely|importantly)|"
    r"the (?:proposed )?(?:method|model|approach|result|system|framework|dataset)s?|"
    r"however|but|moreover|furthermore|therefore|thus|hence|also|then|besides|"
    r"additionally|finally|specifically|in addition|in particular|to (?:this end|address|tackle|solve|overcome|alleviate|mitigate)|"
    r"as a result|for example|for instance|experiments?|results?|first|second)\b"
    r"|^\w+ et al\b|\b(?:these|this|such) (?:issue|problem|limitation|gap)s?\b",
    re.IGNORECASE,
)
_REPORTS = re.compile(  # a year is no result
    r"\b(?!(?:19|20)\d\d\b)\d|\b(?:outperform\w*|state-of-the-art|remains?|(?:was|were|is|are) (?:not )?(?:tested|examined|stated))\b"
)
_FAULTS = ((_OWN_WORK, 0.45), (_LEANS_BACK, 0.4), (_REPORTS, 0.35))
"""What a sentence loses that speaks of one paper's work, rests on the sentence before, or tells what came out, or what did not."""
_OWN_NAME = 0.1  # what it loses by a name that no other paper has
_BY_ROLE = 0.15  # what it gains or loses by its role
_WORDS = 0.7  # weight of its words beside its meaning


class Lot(NamedTuple):
    """Papers that want a name, by their numbers, the most typical first; the name that a model gave them, or ""; their key terms."""

    papers: Sequence[int]
    given: str
    terms: Sequence[str]


class Named(NamedTuple):
    name: str
    about: Quote | None


class Readings:
    """The papers' words and vectors, and where their sentences are found: what names and sentences are chosen by."""

    def __init__(
        self, papers: Sequence[Paper], gists: "Vectors", embedder: Embedder, sentences: Sentences | None, statements: Sequence[Statement]
    ) -> None:
        self.papers = papers
        self.stems = [frozenset(stems(paper.gist)) for paper in papers]
        self.runs = [f" {' '.join(' '.join(term_key(word)) for word in words(paper.gist))} " for paper in papers]
        self.vectors = gists
        self.embedder = embedder
        self.sentences = sentences
        self.said: dict[str, list[Statement]] = {}
        for statement in statements:
            self.said.setdefault(statement.quote.key, []).append(statement)
        self._everywhere = Counter(word for own in self.stems for word in own)

    def is_of_one(self, word: str, group: Sequence[int]) -> bool:
        """Whether the papers of a collection have a stem, and of this ``group`` one at most."""
        return self._everywhere[word] > 0 and sum(word in self.stems[i] for i in group) < 2

    def telling(self, group: Sequence[int]) -> dict[str, float]:
        """How much each stem of these papers says of them all: how many of them have it, and how many others."""
        counts = Counter(word for i in group for word in self.stems[i])
        rest = len(self.papers) - len(group)
        weights = {}
        for word, times in counts.items():
            inside = (times - 1) / (len(group) - 1) if len(group) > 1 else 1.0  # what one paper alone has is its own affair
            outside = (self._everywhere[word] - times) / rest if rest else 0.0
            weights[word] = inside * max(0.0, math.log((inside + 0.02) / (outside + 0.02)))
        return weights


def named(lots: Sequence[Lot], readings: Readings, model: Model) -> list[Named]:
    """A name for each lot, no two alike, and a sentence on what it is about, where one is to be had. A name ``given`` stands if the papers
    bear it out and no lot before has it; the others are made of the lot's terms. All are asked for together."""
    candidates = _candidates(lots, readings)
    tasks = [_task(lot, found, readings) for lot, found in zip(lots, candidates, strict=True)]
    asked = [n for n, task in enumerate(tasks) if task.sentences or (task.terms and not _stands(lots[n], readings))]
    replies = dict(zip(asked, model.replies([tasks[n] for n in asked]), strict=True))
    names: dict[int, str] = {}
    for n, lot in enumerate(lots):
        if _stands(lot, readings) and lot.given.casefold() not in map(str.casefold, names.values()):
            names[n] = lot.given
    result: list[Named] = []
    said: list[Quote | None] = []  # no sentence says of a theme and of a part of it what both are about
    for n, lot in enumerate(lots):
        reply = replies.get(n)
        if n not in names:
            taken = {name.casefold() for name in names.values()}
            title = next((readings.papers[i].title for i in lot.papers if readings.papers[i].title), _UNNAMED)
            numbered = (title if nth == 1 else f"{title} ({nth})" for nth in count(1))
            free = next(name for name in numbered if name.casefold() not in taken)
            names[n] = _joined(lot.terms, _shared(reply, tasks[n]) if reply else (), taken, _alone(tasks[n])) or free
        quotes = {f"s{at}": quote for at, (quote, _) in enumerate(candidates[n])}
        chosen = [quotes[reply.about]] if reply and reply.about in quotes else []
        about = next((quote for quote in [*chosen, *quotes.values()] if quote not in said), None) if reply and reply.about else None
        said.append(about)
        result.append(Named(names[n], about))
    return result


def _stands(lot: Lot, readings: Readings) -> bool:
    """Whether half of its telling words are of the papers, and none of a single one: what one paper says names no theme."""
    if not lot.given or coverage(lot.given, [readings.papers[i].gist for i in lot.papers]) < _OWN_SHARE:
        return False
    own = {stem(word) for word in words(lot.given) if is_telling(word)}
    return len(lot.papers) < 2 or not any(readings.is_of_one(word, lot.papers) for word in own)


def _shared(reply: ThemeNamed, task: NameTheme) -> Sequence[str]:
    """The terms that were chosen; where the rules would choose others, without those that one paper of several has alone."""
    return reply.terms if reply.terms == name_by_rules(task).terms else [id_ for id_ in reply.terms if id_ not in _alone(task)]


def _alone(task: NameTheme) -> set[str]:
    """Ids of terms that one of several papers has alone."""
    return {term.id for term in task.terms if len(task.titles) > 1 and len(term.papers) < 2}


def _joined(terms: Sequence[str], ids: Sequence[str], taken: Collection[str], last: Collection[str]) -> str:
    """The chosen terms as a name: "A", "A and B", "A, B and C"; with a further one where the name is taken,
    of these ids ``last``; "" when none is left."""
    by_id = {str(at): term for at, term in enumerate(terms)}
    chosen = [by_id[id_] for id_ in dict.fromkeys(ids) if id_ in by_id][:_TERMS_OF_A_NAME] or list(terms[:1])
    spare = iter(sorted((term for term in terms if term not in chosen), key=lambda term: str(terms.index(term)) in last))
    while chosen:
        name = " and ".join([", ".join(chosen[:-1]), chosen[-1]] if chosen[1:] else chosen)
        if name.casefold() not in taken:
            return name[0].upper() + name[1:]
        further = next(spare, "")
        if not further:
            break
        chosen.append(further)
    return ""


def _task(lot: Lot, candidates: Sequence[tuple[Quote, float]], readings: Readings) -> NameTheme:
    def having(term: str) -> tuple[int, ...]:
        run = f" {' '.join(term_key(term))} "
        return tuple(n for n, i in enumerate(lot.papers) if run in readings.runs[i])

    return NameTheme(
        titles=tuple(readings.papers[i].name for i in lot.papers),
        terms=tuple(Term(id=str(at), text=term, papers=having(term)) for at, term in enumerate(lot.terms)),
        sentences=tuple(Telling(id=f"s{at}", text=quote.text, worth=worth) for at, (quote, worth) in enumerate(candidates)),
    )


def _candidates(lots: Sequence[Lot], readings: Readings) -> list[list[tuple[Quote, float]]]:
    """For each lot the sentences that say best what it is about, with how well: by its words, then by meaning too."""
    if readings.sentences is None:
        return [[] for _ in lots]
    found = [_by_words(lot, readings) for lot in lots]
    vectors = iter(readings.embedder.embed([quote.text for quotes in found for quote, _ in quotes]))
    result = []
    for lot, quotes in zip(lots, found, strict=True):
        middle = unit(readings.vectors[list(lot.papers)].mean(axis=0, keepdims=True))[0]
        judged = [(quote, round(worth + float(next(vectors) @ middle), 4)) for quote, worth in quotes]
        result.append(sorted(judged, key=lambda item: (-item[1], item[0].key, item[0].start))[:_SHOWN])
    return result


def _by_words(lot: Lot, readings: Readings) -> list[tuple[Quote, float]]:
    telling = readings.telling(lot.papers)
    found = {quote.text: (quote, role) for i in reversed(lot.papers[:_ASKED_FROM]) for quote, role in _quotes(readings.papers[i], readings)}
    says = {}
    for text in found:
        own = {stem(word) for word in words(text) if is_telling(word)}
        says[text] = sum(telling.get(word, 0.0) for word in own) / math.sqrt(len(own) + 8)
    most = max(says.values(), default=0.0) or 1.0
    judged = []
    for text, (quote, role) in found.items():
        worth = _WORDS * says[text] / most - sum(loss for fault, loss in _FAULTS if fault.search(text))
        worth -= _OWN_NAME * any(is_name(word) and not telling.get(stem(word)) for word in words(text))
        worth += _BY_ROLE * ((role in _TELLING_ROLES) - (role in _OWN_ROLES))
        judged.append((quote, round(worth, 6)))
    return sorted(judged, key=lambda item: (-item[1], item[0].key, item[0].start))[:_CLOSELY]


def _quotes(paper: Paper, readings: Readings) -> list[tuple[Quote, Role]]:
    """The sentences of a paper that may stand for many, and their roles: of its abstract or its first lines, and what it says of its field
    elsewhere."""
    assert readings.sentences is not None
    part = next((part for part in paper.parts if part.kind == "abstract"), None)
    start, end = (part.start, part.end) if part else (0, _OPENING)
    spans = [(s.start, s.end) for s in readings.sentences(paper.key) if start <= s.start and s.end <= end]
    roles: dict[tuple[int, int], Role] = {(s.quote.start, s.quote.end): s.role for s in readings.said.get(paper.key, [])}
    spans += [span for span, role in roles.items() if role in _TELLING_ROLES and span not in spans]
    quotes = [(paper.quote(*span), roles.get(span, "other")) for span in spans]
    return [(quote, role) for quote, role in quotes if quotable(quote.text) and "\n" not in quote.text]
