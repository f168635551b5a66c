"""The figures that papers report: which sentence tells an outcome of its own paper, and of what each figure in it is."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from survey.comparing.changes import against, goes_on, is_change
from survey.comparing.figures import Figure, figures, masked
from survey.comparing.lists import DATA, more_data, runs, word_of
from survey.comparing.measures import Measure, measure_of, measures, same_measure
from survey.comparing.naming import Mention, data_in, data_names, method_in, own_names
from survey.comparing.tasks import task_in, task_terms
from survey.comparing.words import cue
from survey.records import Paper, Reported, Role, SourceSentence, Statement, Theme

_TELLING: tuple[Role, ...] = ("result", "resolved", "purpose", "method")
_PARTS = ("abstract", "results", "discussion", "conclusion")
_LONG_ABSTRACT = 4_000  # characters; what is longer is a text whose headings were not seen
_SHORTEST, _LONGEST = 30, 420
_LETTERS = 0.6
_MOST = 40  # figures of one paper: a list of hundreds is a table in disguise
_LIST = re.compile(r"\s*(?:,|,? and|&|/|,? or)\s*")
_MEASURE_OF = re.compile(r"\s?(?:of|is|was|=|:)?\s?")
_NAME_LIST = re.compile(r",? (?:and|or) (?:the )?|, (?:the )?")
_SHORTENED = re.compile(r"-?\s?\d|, ?\d+(?:,| and| or) |, ?L\b")  # "ROUGE-1, 2 and L"
_AND_MORE = re.compile(r"(?:,? (?:and|or)|,) (?:the )?[A-Z0-9]")
_LIST_MORE = re.compile(
    r"(?:, (?:the )?[A-Z0-9][\w-]*(?: [A-Z0-9][\w-]*)*)*,? (?:and|or) (?:the )?[A-Z0-9][\w-]*(?: [A-Z0-9][\w-]*)*(?:,| dataset)"
)
_COUNT_OF = re.compile(r" [a-z]+ (?:of|from|in) (?:the )?")  # "on 75 subjects of Sleep-EDF"
_QUALIFIERS = re.compile(r"^[A-Za-z ]+")
_TO_DATA = re.compile(r"[^.;,]*\b(?:on|in|for|from|of|over|across|to) (?:the |both |all )?")
_ON_NAME = re.compile(r"(?: [^\W\d][\w-]*){0,4} on (?:the )?(?=[A-Z])")
_CITED = re.compile(r"\s?(?:\[\d|\((?:[A-Z][^()]*)?\b(?:19|20)\d\d)")
_BOUND = re.compile(r"\b(?:between|from|ranging|less than|greater than) (?:\w+ )?$")
_RANGE = re.compile(r"\d.*[^\d.,].*\d")
_UNKNOWN_UNIT = re.compile(
    r"[\s-]?(?!(?:and|in|on|for|at|of|to|by|with|from|per|or|versus|vs|when|after|while|respectively)\b)[A-Za-z]", re.IGNORECASE
)


class _Known(NamedTuple):
    """What is known of a paper before its sentences are read."""

    paper: Paper
    roles: Mapping[int, Role]
    data: frozenset[str]
    own: tuple[str, ...]
    terms: Sequence[str]


class _Read(NamedTuple):
    """A sentence; ``bare`` is its text without numbers that are no figures."""

    text: str
    bare: str
    figures: Sequence[Figure]
    measures: Sequence[Measure]
    data: Sequence[Mention]


def find_reported(
    papers: Sequence[Paper],
    sentences: Callable[[str], Sequence[SourceSentence]],
    statements: Iterable[Statement],
    themes: Sequence[Theme] = (),
) -> list[Reported]:
    """The figures that the papers say came out, in the order of papers and texts. Every cell stands in the quote; a task or a method may
    stand in the title instead."""
    roles: dict[str, dict[int, Role]] = {}
    for statement in statements:
        key, _, number = statement.id.rpartition("#")
        roles.setdefault(key, {})[int(number)] = statement.role
    terms = task_terms(themes, papers)
    found: list[Reported] = []
    for paper in papers:
        data = data_names(f"{paper.title}\n\n{paper.text}")
        known = _Known(paper, roles.get(paper.key, {}), data, own_names(paper, data), terms.get(paper.key, ()))
        found += _of_paper(known, sentences(paper.key))
    return found


def _of_paper(known: _Known, sentences: Sequence[SourceSentence]) -> list[Reported]:
    """Each figure once, where most is said of it."""
    found: dict[tuple[str, str, str, bool], Reported] = {}
    begun = min((number for number, role in known.roles.items() if role in _TELLING), default=0)
    for sentence in sentences:
        text = known.paper.text[sentence.start : sentence.end]
        if not any(char.isdigit() for char in text) or not _tells(known, sentence, text, begun):
            continue
        for one in _in_sentence(known, sentence, text):
            same = (same_measure(one.measure), _QUALIFIERS.sub("", one.value), one.unit, one.change)
            if same not in found or _cells(one) > _cells(found[same]):
                found[same] = one
    return sorted(found.values(), key=lambda one: one.quote.start)[:_MOST]


def _cells(one: Reported) -> int:
    return sum(map(bool, (one.data, one.method, one.task)))


def _tells(known: _Known, sentence: SourceSentence, text: str, begun: int) -> bool:
    """Whether the sentence stands where a paper tells its results, can be read, and tells not what others found."""
    paper, role = known.paper, known.roles.get(sentence.number)
    part = paper.part_of(sentence.start)
    if (role is not None and role not in _TELLING) or (part is None and paper.parts) or not _readable(text):
        return False
    kind = part.kind if part else "abstract"
    ours = bool(cue("own").search(text)) or any(name in text for name in known.own)
    if kind == "abstract":
        long = (part.end - part.start if part else len(paper.text)) > _LONG_ABSTRACT
        placed = sentence.number >= begun and (not long or role in ("result", "resolved") or ours)
    else:
        placed = kind in _PARTS or (role is not None and kind in ("introduction", "other"))
    return placed and not cue("others").search(text) and (ours or not cue("cites").search(text))


def _readable(text: str) -> bool:
    if not _SHORTEST <= len(text) <= _LONGEST or not (text[0].isupper() or text[0].isdigit()) or text[-1] not in ".!?)":
        return False
    return sum(char.isalpha() or char.isspace() for char in text) / len(text) > _LETTERS


def _in_sentence(known: _Known, sentence: SourceSentence, text: str) -> Iterator[Reported]:
    read = _read(known, text)
    bare, groups = read.bare, _groups(read)
    plain = known.roles.get(sentence.number) == "result"
    doing = cue("doing").search(text)
    changed, last = False, 0
    for group, own in zip(groups, _measured(read, groups), strict=True):
        start, end = edges = (group[0].start, group[-1].end)
        for nth, (figure, measure) in enumerate(zip(group, own, strict=True)):
            if measure is None or (doing and not (measure.named and plain)):
                continue
            unit = _unit(bare, group, figure, measure)
            if not (_is_own(read, start, figure, measure) and _is_value(bare, figure, measure, unit)):
                continue
            if (value := _value(text, figure)) == text[figure.start : figure.stop] and cue("relative").search(text[: figure.start]):
                continue  # "relative gains over X of 20%": a cell would say 20% and not of what kind
            changed = is_change(bare, figure, edges, measure, unit) or (changed and goes_on(bare, last, start))
            last = end
            yield Reported(
                key=known.paper.key,
                task=task_in(known.terms, known.paper, text),
                data=_data(read, group, nth),
                method=method_in(text, figure.start, known.own, known.paper.title),
                measure=text[measure.start : measure.end],
                value=value,
                unit=unit,
                change=changed,
                against=against(text, start, figure.end) if changed else "",
                quote=known.paper.quote(sentence.start, sentence.end),
            )


def _read(known: _Known, text: str) -> _Read:
    bare = masked(text)
    named, data = measures(bare), data_in(text, known.data, known.own)
    parts = [range(one.start, one.end) for one in named] + [range(one.start, one.end) for one in data]
    read = _Read(text, bare, [one for one in figures(bare) if not any(one.start in part for part in parts)], named, data)
    more = list(more_data(text, _groups(read), named, data))
    if not more:
        return read
    others = [one for one in data if not any(one.start < other.end and other.start < one.end for other in more)]
    return read._replace(data=sorted([*others, *more], key=lambda one: one.start))


def _measured(read: _Read, groups: Sequence[Sequence[Figure]]) -> list[list[Measure | None]]:
    """The measure of each figure. Figures told alike share it ("by 6.7% on A and by 2.2% on B"); those of which it is not said by which
    data they differ have none."""
    found = [[_measure(read, group, nth) for nth in range(len(group))] for group in groups]
    for run in runs(read.bare, groups, read.measures):
        for before, at in pairwise(run):
            if found[at][0] is None and groups[at][0].unit == groups[before][0].unit:
                found[at][0] = found[before][0]
        alike = len({same_measure(one.text) for at in run if (one := found[at][0])}) < 2
        told = {_data(read, groups[at], 0) for at in run} - {""}
        if alike and len(told) < len(run) and word_of(read.bare, groups[run[0]], read.measures) in DATA:
            for at in run:
                found[at][0] = None
    return found


def _value(text: str, figure: Figure) -> str:
    """With the words before it that bound it or tell what kind of a number it is: "up to 20", "mean relative 0.4"."""
    before = cue("before_value").search(text[: figure.start])
    start = figure.start
    if before and (before[1] or not re.fullmatch(r"(?:an? )?", before[0])):
        start = before.start(1) if re.match(r"an? ", before[0]) else before.start()
    return text[start : figure.stop]


def _groups(read: _Read) -> list[list[Figure]]:
    """Figures that stand in one list: "28.4 and 41.0"."""
    groups: list[list[Figure]] = []
    for figure in read.figures:
        last = groups[-1][-1] if groups else None
        listed = last and _LIST.fullmatch(read.bare, last.end, figure.start) and last.unit in ("", figure.unit)
        if listed and not _has_its_own(read, groups[-1][0], figure):
            groups[-1].append(figure)
        else:
            groups.append([figure])
    return groups


def _has_its_own(read: _Read, first: Figure, figure: Figure) -> bool:
    """Whether a list ends before the figure, since another measure stands behind it: "an accuracy of 88%, 85% recall"."""
    before = any(one.end <= first.start and _MEASURE_OF.fullmatch(read.bare, one.end, first.start) for one in read.measures)
    return before and any(0 <= one.start - figure.end <= 1 for one in read.measures)


def _unit(text: str, group: Sequence[Figure], figure: Figure, measure: Measure) -> str:
    """Its own, or that of the last in its list, or the "points" behind its measure."""
    unit = figure.unit or group[-1].unit
    points = re.match(r" (?:\w+ )?(points?)\b", text[measure.end :]) if measure.start >= figure.end else None
    return unit or (points[1] if points else "")


def _measure(read: _Read, group: Sequence[Figure], nth: int) -> Measure | None:
    """Its measure: of as many measures in a list as there are figures in theirs, the one in the same place."""
    found = measure_of(read.bare, group[nth], (group[0].start, group[-1].end), read.measures)
    if found is None or len(group) == 1 or found not in read.measures:
        return found
    if not found.named and read.bare[: found.start].endswith(" and "):
        return None  # "the a and the b concentrations were 1.1 and 2.2": which is whose is not said
    at = read.measures.index(found)
    step = -1 if found.start < group[0].start else 1
    listed = [found]
    while 0 <= at + step < len(read.measures):
        left, right = sorted((read.measures[at], read.measures[at + step]), key=lambda one: one.start)
        if not _LIST.fullmatch(read.bare, left.end, right.start):
            break
        at += step
        listed.append(read.measures[at])
    if len(listed) == len(group):
        return listed[::step][nth]
    return found if len(listed) == 1 else None


def _is_own(read: _Read, start: int, figure: Figure, measure: Measure) -> bool:
    """Whether the figure is this paper's, as far as the words around it tell."""
    if _CITED.match(read.text, figure.end):
        return False
    return not (cue("before_others").search(read.bare[:start]) or cue("behind_others").search(read.bare[max(figure.end, measure.end) :]))


def _is_value(text: str, figure: Figure, measure: Measure, unit: str) -> bool:
    """Whether the number is a value of the measure, not a count of something else or one end of a range."""
    if measure.end > figure.end and _SHORTENED.match(text, measure.end):
        return False
    if _BOUND.search(text[: figure.start]) and ("(" in figure.value or not _RANGE.search(figure.value)):
        return False
    if unit or re.search(r"[.·]\d", figure.value):
        return bool(unit) or measure.named or not _UNKNOWN_UNIT.match(text, figure.end)
    beside = measure.end <= figure.start and len(text[measure.end : figure.start].split()) <= 1
    return measure.named and beside and figure.value.isdigit() and len(figure.value) > 1


def _data(read: _Read, group: Sequence[Figure], nth: int) -> str:
    """The data a figure was measured on: the only one that is named, that in the same place of a list as long, or the one next to it."""
    text, data = read.text, read.data
    behind = _ON_NAME.match(text, group[-1].end)
    if behind and len(group) == 1 and not any(one.start <= behind.end() <= one.end for one in data):
        return ""  # "… and 98.1% accuracy on" a name that is not known
    if len({mention.text for mention in data}) <= 1:
        return data[0].text if data and _is_clear(read, group, data[0]) else ""
    if len(group) > 1:
        return data[nth].text if len(data) == len(group) else ""
    start, end = group[0].start, group[-1].end
    after = [one for one in data if one.start >= end and not any(end < figure.start < one.start for figure in read.figures)]
    before = [one for one in data if one.end <= start and not any(one.end <= figure.start < start for figure in read.figures)]
    before = [one for one in before if not any(_TO_DATA.fullmatch(text, figure.end, one.start) for figure in read.figures)]
    for listed in _listed(text, data):
        told = [figure for figure in read.figures if figure.end <= listed[0].start]
        if len(told) == len(listed) and group[nth] in told:
            return listed[told.index(group[nth])].text  # "87.4 F1 and 87.0 F1 on the A and B datasets"
        after, before = ([one for one in some if one not in listed] for some in (after, before))
    near = [one for one in after if _TO_DATA.fullmatch(text, end, one.start)] or before
    return near[0].text if len(near) == 1 else ""


def _is_clear(read: _Read, group: Sequence[Figure], data: Mention) -> bool:
    """Whether the only data that a sentence names must be that of a list of figures: it stands before all its figures, or no other stands
    between, and no further name stands beside it."""
    if all(figure.start >= data.end or _COUNT_OF.fullmatch(read.text, figure.end, data.start) for figure in read.figures):
        return not (_AND_MORE if read.text[data.end : data.end + 2] != ", " else _LIST_MORE).match(read.text, data.end)
    if len(group) > 1 and "respectively" in read.text and " and " not in data.text:
        return False
    left, right = min(data.end, group[-1].end), max(data.start, group[0].start)
    parted = any(left < figure.start < right for figure in read.figures if figure not in group)
    return not parted and not _AND_MORE.match(read.text, data.end)


def _listed(text: str, data: Sequence[Mention]) -> list[list[Mention]]:
    """Names that stand in one list, of two and more."""
    lists: list[list[Mention]] = []
    for mention in data:
        if lists and _NAME_LIST.fullmatch(text, lists[-1][-1].end, mention.start):
            lists[-1].append(mention)
        else:
            lists.append([mention])
    return [listed for listed in lists if len(listed) > 1]
