"""What a model writes: cleaned, checked sentence by sentence, mended once, and counted. For sections and for answers."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from survey.models.extractive import Extractive
from survey.models.hearing import hear
from survey.records import Paper, Quote, Sentence, family_name
from survey.support import QUOTED_LANG, Fault, cleaned, fault, names_of, prose_fault, speaks_of, spelt_out_at
from survey.support.cleaning import CURLY
from survey.support.cues import REPORTS
from survey.tasks import CheckSupport, Model, Prose, Returned, Writing, WrittenT
from survey.terms import stem, telling_stems, words


@dataclass
class _Draft:
    """A sentence that was written, with the ids of its reply, and what is wrong with it."""

    sentence: Sentence
    ids: tuple[str, ...]
    fault: Fault


class Drafts:
    """Asks for prose and lets none of it through unchecked.

    ``bylines``: how sentences name the papers, by citekey. ``judged``: the model is also asked whether the quotes bear each sentence out;
    it is asked anyway where ``lang``, the language of the sentences, is not English, since words of two languages cannot be compared.
    ``by_rules``: no language model writes.
    ``counts``: generated = kept + flagged + dropped; a sentence that was mended counts once.
    """

    def __init__(
        self, papers: Mapping[str, Paper], bylines: Mapping[str, str], model: Model, judged: bool = False, lang: str = "en"
    ) -> None:
        self.counts: Counter[str] = Counter()
        self._papers = papers
        self._bylines = bylines
        self._model = model
        self._lang = lang
        self.by_rules = _is_default(model, "write")
        self._judges = not _is_default(model, "judge")
        self._judged = (judged and lang == QUOTED_LANG) or (self._judges and lang != QUOTED_LANG)
        self._names = {key: {key, *(family_name(author) for author in paper.authors[:2])} for key, paper in papers.items()}
        self._all_names = set().union(*self._names.values())

    def write(self, asked: Sequence[tuple[Writing[WrittenT], Mapping[str, Quote]]], most: int | None = None) -> list[list[Sentence]]:
        """The sentences that stand, for each task, the first ``most`` of them; with each task come the quotes that it hands over, by its
        ids. All tasks are asked together, and then together once more for what was found faulty."""
        replies = self._model.replies([task for task, _ in asked])
        written = [[self._draft(prose, quotes) for prose in reply.sentences] for reply, (_, quotes) in zip(replies, asked, strict=True)]
        self._judge([draft for drafts in written for draft in drafts])
        self._mend([(task, quotes, drafts) for (task, quotes), drafts in zip(asked, written, strict=True)])
        return [self._standing(drafts, most) for drafts in written]

    def answer(
        self, task: Writing[WrittenT], quotes: Mapping[str, Quote], most: int, heard: Callable[[Sentence], None] = lambda sentence: None
    ) -> list[Sentence]:
        """As :meth:`write`, for one task, but ``heard`` is told each sentence as soon as it stands, while the model writes the others.

        The list is what was told, in that order, and nothing of it is taken back. So what was faulty and is mended comes after what stood
        at once; what was told of an attempt that broke off stays, and the next one adds what it says in other words. What is worded as
        one that was told is dropped. Once ``most`` stand, no judge is asked any more, and nothing is given back.
        """
        standing = _Standing(self.counts, most, heard, by_text=True)
        drafts: dict[Prose, _Draft] = {}

        def take(prose: Prose) -> None:
            if prose not in drafts:
                drafts[prose] = draft = self._draft(prose, quotes)
                if standing.has_room:
                    self._judge([draft])
                if not draft.fault.reason:
                    standing.take(draft)

        for prose in hear(self._model, task, take).sentences:
            take(prose)
        faulty = [draft for draft in drafts.values() if draft.fault.reason]
        mended, rest = faulty[:most], faulty[most:]
        if standing.has_room:
            self._mend([(task, quotes, mended)])
        for draft in [*mended, *rest]:
            standing.take(draft)
        return standing.sentences

    def _draft(self, prose: Prose, quotes: Mapping[str, Quote]) -> _Draft:
        ids = _parted_ids(prose.ids, quotes)
        known = {i: quotes[i] for i in ids if i in quotes}
        text = cleaned(prose.text, [quote.text for quote in known.values()], [name for q in known.values() for name in self._named(q)])
        borne = {
            i: quote for i, quote in known.items() if self._lang != QUOTED_LANG or speaks_of(text, quote.text, self._named(quote))
        } or known
        # in the order in which they are spelt out
        own = sorted(borne.values(), key=lambda quote: spelt_out_at(text, quote.text))
        sentence = Sentence(text=text, kind="claim", quotes=tuple(own), verdict="supported")
        return _Draft(sentence, prose.ids, self._fault(sentence, [i for i in ids if i not in borne], quotes))

    def _named(self, quote: Quote) -> list[str]:
        return [self._bylines[quote.key], *names_of([quote.key], self._papers.get)]

    def _fault(self, sentence: Sentence, beside: Sequence[str], quotes: Mapping[str, Quote]) -> Fault:
        """``beside``: ids of what was not handed over, or has nothing of the sentence: they fall away."""
        bylines = {key: self._bylines[key] for key in sentence.citekeys}
        if reason := fault(sentence, self._papers.get):
            return Fault(reason, grave=True)
        others = self._all_names.difference(*(self._names[key] for key in bylines))
        found = prose_fault(sentence, bylines, [self._papers[key].title for key in bylines], others, self._lang)
        if beside and not found.reason:
            return Fault(f"rests on [{beside[0][:_TOLD]}], which is not there or says nothing of it")
        if not self.by_rules and self._tells_of_another(sentence, quotes, thin=found.check == "coverage"):
            return Fault("says words of a paper that it does not rest on", grave=True, check="coverage")
        return found

    def _tells_of_another(self, sentence: Sentence, quotes: Mapping[str, Quote], thin: bool) -> bool:
        """Whether a sentence whose own words its quotes do not have, or have of them too few (``thin``), has words of a paper beside: what
        that paper wants said is not said of others."""
        keys = sentence.citekeys
        text = CURLY.sub(" ", sentence.text)
        for key in keys:
            text = text.replace(self._bylines[key], " ")
        said = telling_stems(text) - REPORTS
        own = {stem(word) for quote in sentence.quotes for word in words(quote.text)}
        titles = {stem(word) for key in keys for word in words(self._papers[key].title)}
        beside = [quote for quote in quotes.values() if quote.key not in keys]
        others = {stem(word) for quote in beside for word in words(f"{quote.text} {self._bylines[quote.key]}")}
        return bool((said & others) - own - titles) and (thin or not said & own)

    def _judge(self, drafts: Sequence[_Draft]) -> None:
        """A second opinion: where it is wanted on what the checks let through, and always on what may say the opposite of its quotes."""
        asked = [draft for draft in drafts if (self._judged and not draft.fault.reason) or (self._judges and _may_be_turned(draft.fault))]
        tasks = [CheckSupport(sentence=d.sentence.text, quotes=tuple(q.text for q in d.sentence.quotes)) for d in asked]
        for draft, reply in zip(asked, self._model.replies(tasks), strict=True):
            if reply.verdict == "supported":
                draft.fault = Fault()
            else:
                reason = "its quotes bear it out in part" if reply.verdict == "partly" else _BESIDE
                draft.fault = Fault(draft.fault.reason or reason, reply.verdict == "not", "judge")

    def _mend(self, written: Sequence[tuple[Writing[WrittenT], Mapping[str, Quote], list[_Draft]]]) -> None:
        """Faulty sentences are given back once, with the reason. What comes in place of one takes its place if less is wrong with it;
        what comes beyond them was not asked for."""
        faulty = [(task, quotes, drafts, [d for d in drafts if d.fault.reason]) for task, quotes, drafts in written]
        faulty = [item for item in faulty if item[3]]
        tasks = [
            task.model_copy(update={"returned": tuple(Returned(text=d.sentence.text, ids=d.ids, fault=d.fault.reason) for d in returned)})
            for task, _, _, returned in faulty
        ]
        replies = self._model.replies(tasks)
        mended = [[self._draft(prose, item[1]) for prose in reply.sentences] for reply, item in zip(replies, faulty, strict=True)]
        self._judge([draft for drafts in mended for draft in drafts])
        for (_, _, drafts, returned), anew in zip(faulty, mended, strict=True):
            for old, new in zip(returned, anew, strict=False):
                if (new.fault.grave, bool(new.fault.reason)) < (old.fault.grave, bool(old.fault.reason)):
                    drafts[drafts.index(old)] = new
            drafts += [_Draft(new.sentence, new.ids, _UNASKED) for new in anew[len(returned) :]]

    def _standing(self, drafts: Sequence[_Draft], most: int | None) -> list[Sentence]:
        standing = _Standing(self.counts, most)
        for draft in drafts:
            standing.take(draft)
        return standing.sentences


class _Standing:
    """The sentences that stand, the first ``most`` of them, each once: with ``by_text`` whatever it rests on. Counts, and tells."""

    def __init__(
        self, counts: Counter[str], most: int | None, heard: Callable[[Sentence], None] = lambda sentence: None, by_text: bool = False
    ) -> None:
        self.sentences: list[Sentence] = []
        self._counts = counts
        self._most = most
        self._heard = heard
        self._by_text = by_text
        self._said: set[object] = set()

    @property
    def has_room(self) -> bool:
        return len(self.sentences) != self._most

    def take(self, draft: _Draft) -> None:
        sentence, reason = draft.sentence, draft.fault.reason
        self._counts["generated"] += 1
        same = sentence.text if self._by_text else (sentence.text, sentence.quotes)
        if draft.fault.grave or same in self._said or not self.has_room:
            self._counts["dropped"] += 1
            return
        self._said.add(same)
        self._counts["flagged" if reason else "kept"] += 1
        self.sentences.append(sentence.model_copy(update={"verdict": "flagged"}) if reason else sentence)
        self._heard(self.sentences[-1])


def _parted_ids(ids: Sequence[str], known: Collection[str]) -> list[str]:
    """Each id by itself where several were written as one: "1, 2" or "[1], [2]"."""
    found: list[str] = []
    for id_ in ids:
        parts = [part for part in _BETWEEN_IDS.split(id_) if part]
        found += parts if id_ not in known and parts and all(part in known for part in parts) else [id_]
    return found


def _is_default(model: Model, role: str) -> bool:
    """Whether the embedded default has the role: it writes by rules, all at once, and judges by words, as the checks do."""
    return model.name == Extractive.name or f"{role}: {Extractive.name}" in model.name


def _may_be_turned(fault_: Fault) -> bool:
    return fault_.check == "polarity" and not fault_.grave


_BETWEEN_IDS = re.compile(r"[\s,;\[\]]+|(?<=\s)(?:and|&)(?=\s)")
_BESIDE = "its quotes do not bear it out"
_UNASKED = Fault("was not asked for", grave=True)
_TOLD = 40  # characters of an id that was made up
