"""Sentences of quotations: trimmed to the clause that carries them (:mod:`.clauses`), said by their authors (:mod:`.flowing`), joined where
several papers say the same. No two sentences of a part open alike, and a lead says no more than the role of what is quoted."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import NamedTuple

from rapidfuzz import fuzz

from survey.acronyms import has_acronym
from survey.models.extractive.clauses import Clause, clause
from survey.models.extractive.flowing import Flow, after, flows, named, whereas, wrapped
from survey.models.extractive.joining import TOGETHER, Told, groups, merged, name_alike, steps
from survey.phrases import Phrases
from survey.tasks import Acronym, Material, Prose, Relation, SectionWritten, WriteSection

_MOST = {"short": 20, "standard": 32, "long": None}  # words of a quotation
_SEVERAL = 24  # words of each of several quotations in one sentence
_JOINED = 48  # words of what a paper did and what came out, that one sentence holds
_OPPOSED = 64  # words of two findings in one sentence
_SAME_LONG = 80  # of 100: of two long forms of an acronym
_BEHIND_A_COLON = 4  # times as rarely a whole quotation behind its lead, where one can go on the sentence
_SPELT = 3  # acronyms spelt out behind one sentence

_FAMILIES: dict[str, str] = {
    "improvable": "problem",
    "purpose": "done",
    "method": "done",
    "resolved": "done",
    "result": "outcome",
    "limitation": "limit",
    "future_work": "left",
}
# What a paper does when it states a clause, in the plural.
_VERBS: dict[str, tuple[str, ...]] = {
    "known": ("write", "recall", "note"),
    "problem": ("point out", "note", "find"),
    "done": ("write", "explain"),
    "outcome": ("report", "find", "observe"),
    "limit": ("admit", "note"),
    "left": ("add", "note"),
}
_LEADS: dict[Relation, str] = {
    "answers": "answers",
    "partly answers": "partly",
    "raises again": "again",
    "agrees": "agrees",
    "differs": "differs",
}
_SEVERAL_LEADS = {"problem": "several_problem", "limit": "several_left", "left": "several_left"}
_IN_TIME: tuple[Relation, ...] = ("", "answers", "partly answers")  # what comes of what was told before
_ANSWERING: tuple[Relation, ...] = ("answers", "partly answers")


_SEVERAL_PAPERS = "several"


def reply(task: WriteSection) -> SectionWritten:
    if task.returned:  # a quotation that was found faulty would be written the same again
        return SectionWritten(sentences=())
    return SectionWritten(sentences=tuple(_Writer(task).sentences()))


class _Way(NamedTuple):
    """A way to say it; ``pattern``: what it has in common with others; ``cost``: the rarer it should be taken."""

    pattern: str
    text: str
    cost: float


class _Writer:
    """What one part of a section has said so far, and in which ways."""

    def __init__(self, task: WriteSection) -> None:
        self._task = task
        self._say = Phrases(task.lang)
        self._flowing = task.lang == "en"
        self._most = _MOST[task.length]
        self._turns: Counter[str] = Counter()
        self._opened: set[str] = set()
        self._unspelt = list(task.acronyms)
        self._before = ""  # the paper that the sentence before spoke of, alone
        self._year: int | None = None  # and its year

    def sentences(self) -> Iterator[Prose]:
        statements = [m for m in self._task.material if m.role != "context"]
        if self._task.part == "about" and self._task.audience == "newcomer":
            statements.sort(key=lambda m: m.role != "background")
        for group in groups(statements):
            self._before, self._year = "", None
            told = merged(group)
            if not group[0].group:
                yield from self._by_paper(told)
            elif opposed := self._opposed(told):
                yield self._prose(told, opposed)
            else:
                for step in steps(told):
                    yield from self._several(step) if len(step) > 1 and name_alike(step) else self._by_paper(self._chosen(step))

    # ------------------------------------------------------------ what a sentence is made of

    def _several(self, told: Sequence[Told]) -> Iterator[Prose]:
        """What papers say of one issue, in as few sentences as can be read."""
        first_of = list({t.material.paper: t for t in reversed(told)}.values())[::-1]
        for at in range(0, len(first_of), TOGETHER):
            chunk = first_of[at : at + TOGETHER]
            yield self._prose(chunk, self._lists(chunk) if len(chunk) > 1 else self._ways(chunk[0]))
        for one in told:
            if one not in first_of:
                yield self._prose([one], self._ways(one))

    def _by_paper(self, told: Sequence[Told]) -> Iterator[Prose]:
        """What each paper did and what came out: in one sentence where it can be read, else one after the other."""
        at = 0
        while at < len(told):
            pair = told[at : at + 2]
            ways = list(self._joined(*pair)) if len(pair) == 2 else []
            used = pair if ways else pair[:1]
            yield self._prose(used, ways or self._ways(pair[0]))
            at += len(used)

    def _chosen(self, step: Sequence[Told]) -> Sequence[Told]:
        """Of the answers to an issue one, where little is to be told: a whole one before one in part."""
        answers = [t for t in step if t.material.relation in _ANSWERING]
        if self._task.length != "short" or not answers:
            return step
        best = min(answers, key=lambda t: _ANSWERING.index(t.material.relation))
        return [t for t in step if t == best or (t not in answers and t.material.paper == best.material.paper)]

    # ------------------------------------------------------------ ways to say it

    def _clause(self, material: Material, most: int | None = None) -> Clause:
        return clause(material.text, min(self._most, most) if self._most and most else self._most)

    def _flows(self, material: Material) -> list[Flow]:
        if not self._flowing:
            return []
        return flows(self._clause(material), named(material.byline), _VERBS[_family(material)])

    def _ways(self, told: Told) -> list[_Way]:
        material, by = told.material, named(told.material.byline)
        ways = []
        for n, flow in enumerate(self._flows(material)):
            for m, (pattern, text) in enumerate(wrapped(flow, by, material.relation, self._before, material.paper)):
                verb = flow.predicate.partition("“")[0]
                ways.append(_Way(f"{pattern} {verb}", text, 1 + n / 2 + m * 2))
            if flow.by_name and not flow.front and (years := self._years_on(material)) is not None:
                ways.append(_Way(f"after {min(years, 2)}", after(years, flow, by, material.relation), 2.5 + n / 2))
        cost = _BEHIND_A_COLON if ways else 1
        said = _whole(self._clause(material))
        s = self._say("leads.ending", n=2 if by.several else 1)
        leads = self._say.variants(f"leads.{_LEADS.get(material.relation, _family(material))}")
        fitting = (lead for lead in leads if not lead.startswith("{said}") or _opens_well(said))
        ways += [_Way(lead, lead.format(by=by.text, s=s, said=said), cost) for lead in fitting]
        same = self._same(told)
        return [way._replace(text=f"{way.text}; {same}" if same else way.text) for way in ways]

    def _years_on(self, material: Material) -> int | None:
        """Years since the paper of the sentence before, where both are known and it tells of another that is not older."""
        year = _year(material)
        if year is None or self._year is None or year < self._year or material.paper == self._before or material.relation not in _IN_TIME:
            return None
        return year - self._year

    def _lists(self, told: Sequence[Told]) -> list[_Way]:
        items = []
        for one in told:
            same = self._same(one)
            said = _whole(self._clause(one.material, _SEVERAL))
            items.append(self._say("leads.item", by=one.material.byline, said=said) + (f" ({same})" if same else ""))
        listed = self._say("leads.last", first="; ".join(items[:-1]), last=items[-1])
        count = len({m.paper for t in told for m in t.every})
        spelt = self._say.variants("leads.numbers")
        n = spelt[count] if count < len(spelt) else str(count)
        first = told[0].material
        name = "several_answers" if first.relation == "answers" else _SEVERAL_LEADS.get(_family(first), "several_other")
        return [_Way(lead, lead.format(n=n, listed=listed), 1) for lead in self._say.variants(f"leads.{name}")]

    def _joined(self, done: Told, came: Told) -> Iterator[_Way]:
        """ "Roe et al. (2020) propose “…”, and report that “…”": of one paper."""
        first, second = done.material, came.material
        if first.paper != second.paper or first.role == "result" or second.role != "result" or done.same or came.same:
            return
        if self._clause(first).kind == "own":  # "report that their experiments …" twice
            return
        behind = [flow for flow in self._flows(second) if flow.by_name and not flow.front]
        if not behind:
            return
        by = named(first.byline)
        for n, flow in enumerate(self._flows(first)):
            if flow.by_name and flow.is_past == behind[0].is_past and len(f"{flow.text} {behind[0].text}".split()) <= _JOINED:
                for m, (pattern, text) in enumerate(wrapped(flow, by, first.relation, self._before, first.paper)):
                    yield _Way(pattern, f"{text}, and {behind[0].predicate}", 1 + n / 2 + m * 2)

    def _opposed(self, told: Sequence[Told]) -> list[_Way]:
        """One finding and its opposite, side by side."""
        if [t.material.relation for t in told[1:]] != ["differs"]:
            return []
        left, right = (self._flows(t.material) for t in told)
        pairs = ((n, a, b) for n, a in enumerate(left) for b in right[:1] if len(f"{a.text} {b.text}".split()) <= _OPPOSED)
        return [_Way("whereas", whereas(a, b), 1 + n) for n, a, b in pairs if not b.front]

    def _same(self, told: Told) -> str:
        names = list(dict.fromkeys(m.byline for m in told.same if m.paper != told.material.paper))
        if not names:
            return ""
        several = len(names) > 1 or named(names[0]).several
        return self._say("leads.same", n=2 if several else 1, by=self._say.listed(names))

    # ------------------------------------------------------------ which way is taken

    def _prose(self, told: Sequence[Told], ways: Iterable[_Way]) -> Prose:
        way = min(
            ways, key=lambda way: (_opening(way.text) in self._opened, way.cost * (1 + self._turns[way.pattern]) + self._leaning(way))
        )
        self._turns[way.pattern] += 1
        self._opened.add(_opening(way.text))
        papers = {m.paper for t in told for m in t.every}
        self._before = papers.pop() if len(papers) == 1 else _SEVERAL_PAPERS
        self._year = _year(told[-1].material) if self._before != _SEVERAL_PAPERS else None
        ids = [m.id for t in told for m in t.every]
        text, defining = self._spelt_out(way.text, {m.paper for t in told for m in t.every})
        stop = "" if re.search(r"[.?!]”$", text) else "."
        begun = f"{text[0].upper()}{text[1:]}" if text.split(maxsplit=1)[0].islower() else text  # not "ArXiv:2104.01778"
        return Prose(text=f"{begun}{stop}", ids=tuple(dict.fromkeys([*ids, *defining])))

    def _leaning(self, way: _Way) -> float:
        """In [0, 1]: which of equally good ways a section comes to first."""
        digest = sha256(f"{self._task.section}\n{self._task.part}\n{way.pattern}".encode()).digest()
        return int.from_bytes(digest[:2]) / 0xFFFF

    def _spelt_out(self, text: str, papers: set[str]) -> tuple[str, list[str]]:
        """With the acronyms that come up for the first time spelt out behind it, and the ids of the sentences that say so."""
        if text.endswith("…”"):  # what stood behind it would read as a sentence of its own
            return text, []
        here = [a for a in self._unspelt if a.paper in papers and has_acronym(text, a.short)]
        shown: dict[str, Acronym] = {}
        for acronym in here:
            if acronym.long.lower() not in text.lower() and len(shown) < _SPELT:
                shown.setdefault(acronym.short, acronym)
        self._unspelt = [a for a in self._unspelt if not any(_is_one(a, b) for b in here)]
        told = "; ".join(f"{a.short}: {a.long}" for a in shown.values())
        return f"{text} ({told})" if told else text, [a.id for a in shown.values()]


def _family(material: Material) -> str:
    return _FAMILIES.get(material.role, "known")


def _year(material: Material) -> int | None:
    found = _YEAR.search(material.byline)
    return int(found[1]) if found else None


_YEAR = re.compile(r"\((\d{4})[a-z]?(?:, [^()]*)?\)$")


def _is_one(left: Acronym, right: Acronym) -> bool:
    return left.short == right.short and fuzz.token_set_ratio(left.long.lower(), right.long.lower()) >= _SAME_LONG


def _whole(part: Clause) -> str:
    """What is kept of the sentence, from its beginning; with an ellipsis before it where words were cut there."""
    before = "… " if any(char.isalpha() for char in part.text[: part.start]) else ""
    return f"“{before}{part.quoted(part.start)}”"


def _opens_well(said: str) -> bool:
    """Whether a sentence can begin with the quotation."""
    first = said[1:].split(maxsplit=1)[0]
    return first[:1].isupper() or any(char.isupper() for char in first)


def _opening(text: str) -> str:
    return " ".join(_OPENING_WORD.findall(text.lower())[:3])


_OPENING_WORD = re.compile(r"[^\W_][\w’'.-]*")
