"""What papers call their data and their own methods: names that stand in a sentence or in the title, never guessed."""

import re
from collections.abc import Collection
from functools import cache, lru_cache
from typing import NamedTuple

from survey.comparing.measures import measure_names
from survey.comparing.words import cue, words
from survey.records import Paper


class Mention(NamedTuple):
    """A name in a sentence: ``text == sentence[start:end]``."""

    text: str
    start: int
    end: int


_REST = r"(?:[\w’'/+→-]|\.(?=\w)){0,40}"  # bounded, as all that is looked for in a whole text
_STRONG = rf"(?:[A-Za-z]{{0,40}}[A-Z][a-z]{{0,40}}[A-Z]{_REST}|[A-Z][A-Za-z]{{0,40}}[’'-]?\d{_REST}|[A-Z]\w{{0,40}}-[A-Z0-9][\w-]{{0,40}})"
"""A name as only data and systems have them: "PTB-XL", "SQuAD", "WMT’14"."""
_CAPITAL = rf"(?:[A-Z]{_REST}|\d{{1,4}}(?:\.\d)?(?=[\s,.;)]))"
_NAME = rf"[A-Z]{_REST}(?: (?:{_CAPITAL}|and [A-Z][a-z]+(?= (?:test|data)))){{0,4}}"
_ONE = rf"{_STRONG}(?: {_CAPITAL})*"
_ON = re.compile(
    r"\b(?:[Oo]n|[Aa]cross|[Oo]ver) (?:the |both |all )?(?:\d[\d,]* [a-z]+ (?:of|from|in) (?:the )?)?"
    rf"({_ONE}(?:, (?:the )?{_ONE})*(?:,? (?:and|or) (?:the )?{_CAPITAL}(?: {_CAPITAL})*)?)"
)
CAPITALS = re.compile(rf"{_CAPITAL}(?: {_CAPITAL})*")
_YEARS = re.compile(r" and \d{4}\b")
_SHORTEST = 3
_LEAD = 20_000  # characters in which a paper names its method
_PROPOSED = re.compile(
    r"\b(?:propos|present|introduc|develop|describ|call|nam|dubb?|term|refer)\w*"
    r"(?: (?:it|to|as|this|our|the|model|method|approach|system|framework|a|an|new|novel))*,? "
    rf"({_STRONG})(?=[\s,.:;(])|\b[Oo]ur (?:\w+ )?({_STRONG})(?=[\s,.:;(])"
)
_TITLED = re.compile(r"^([A-Z][\w+@’'-]*(?: [A-Z0-9][\w+-]*){0,2})\s?:")
_OURS = re.compile(
    r"\b(?:[Oo]ur|[Ww]e (?:\w+ )?(?:achieve|obtain|reach|improve|get|outperform)|[Tt]he proposed"
    r"|[Tt]his (?:model|method|approach|system))\b"
)
_ANOTHER = re.compile(r"\bthan (?:that|those) (?:of|for)\b")
_SUBJECT = re.compile(
    rf"(?:^|[,;] |\b(?:[Tt]he|while|whereas|and|that) )({_STRONG})(?: (?:model|system|method|network|approach))? "
    r"(?:achiev|obtain|reach|attain|outperform|surpass|perform)(?:e?s|ed|es)?\b"
)
_NO_SUBJECT = "".join(rf"(?<!\b{word} )" for word in ("on", "than", "over", "to", "from", "in"))


@cache
def _described() -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])({_NAME})(?:,? (?:[a-z-]{{1,30}} ){{0,2}}?|[- ])?({cue('data_nouns').pattern})(?![\w-])")


@cache
def _sample() -> re.Pattern[str]:
    whom = "|".join(sorted(words("subjects")))
    count = r"(?:\d{1,3}(?:,\d{3})+|\d+)"
    return re.compile(
        rf"\b(?:[Ii]n|[Aa]mong|[Oo]f|[Ff]rom|[Ff]or|[Aa]cross) (?:the |all |our )?({count}(?: [a-z][\w-]*){{0,3}}? (?:{whom}))\b"
    )


def data_names(text: str) -> frozenset[str]:
    """Names that a text calls a data set, a corpus or the like: of "the AudioSet dataset" gives "AudioSet"."""
    names = (_bare(match[1]) for match in _described().finditer(text))
    return frozenset(name for name in names if re.search(_STRONG, name))


def _bare(name: str) -> str:
    """A name without what a sentence begins with ("The", "On"), or "" where nothing is left that names data."""
    parts = name.split()
    while parts and parts[0] in words("openers"):
        parts = parts[1:]
    name = " ".join(parts).rstrip(".,'’")
    return "" if name in words("no_data") or name.isdigit() or len(name) < _SHORTEST - 1 else name


@lru_cache(maxsize=16)  # the sentences of a paper come one after another
def _known(names: frozenset[str]) -> re.Pattern[str] | None:
    longest = sorted(names, key=lambda name: (-len(name), name))
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, longest))})(?!\w|-[a-z])") if longest else None


def data_in(text: str, names: frozenset[str], own: Collection[str]) -> list[Mention]:
    """The data that a sentence names, in order: with a noun that says so, by a name known from the paper, or by its place ("on PTB-XL");
    where it names none, whom it looked at ("in 120 patients")."""
    found = [*_with_nouns(text), *_by_place(text)]
    if known := _known(names):
        places = (match for match in known.finditer(text) if cue("at_data").search(text[: match.start()]))
        found += (Mention(match[0], *match.span()) for match in places if not cue("no_data_behind").match(text, match.end()))
    kept: list[Mention] = []
    for mention in sorted(found, key=lambda one: (one.start, -one.end)):
        foreign = mention.text in own or mention.text in words("no_data") or measure_names().search(mention.text)
        overlaps = kept and mention.start < kept[-1].end
        if not foreign and not overlaps and not cue("learnt_from").search(text[: mention.start]):
            kept.append(mention)
    return kept or [Mention(match[1], *match.span(1)) for match in _sample().finditer(text)]


def _with_nouns(text: str) -> list[Mention]:
    found = []
    for match in _described().finditer(text):
        name = _bare(match[1])
        if not name:
            continue
        start = match.start(1) + match[1].index(name)
        strong = re.search(_STRONG, name)
        own_split = match[2].startswith(("dev", "valid"))  # "the FrogSet development set" is not FrogSet
        end = match.end() if own_split or not strong else start + len(name)
        if not strong and (not start or "," in text[start:end] or match[2].startswith(("leader", "test", "dev", "valid"))):
            continue  # "Combined data set", "Gigaword, two data sets"
        if years := _YEARS.match(text, end):
            end = years.end()  # "CoNLL-2005 and 2012"
        found.append(Mention(text[start:end], start, end))
    return found


def _by_place(text: str) -> list[Mention]:
    found = []
    for match in _ON.finditer(text):
        if not cue("no_data_behind").match(text, match.end()):
            names = (name for name in CAPITALS.finditer(text, match.start(1), _list_end(text, match)) if len(name[0]) >= _SHORTEST)
            found += [Mention(name[0], *name.span()) for name in names]
    return found


def _list_end(text: str, match: re.Match[str]) -> int:
    """Where the data end that a place begins with: in "On A, PondNet gains" before the comma, in "On A, B and C, it gains" behind C."""
    comma = match[1].find(",")
    if comma < 0:
        return match.end(1)
    opens = not match.start() or text[: match.start()].endswith(", ")
    closed = re.search(r" (?:and|or) ", match[1]) and (
        not opens or re.match(rf"[,;.]| ?(?:{cue('data_nouns').pattern})", text[match.end() :])
    )
    return match.end(1) if closed else match.start(1) + comma


def own_names(paper: Paper, data: Collection[str]) -> tuple[str, ...]:
    """What a paper calls its own method, that before its title's colon first."""
    names: list[str] = []
    titled = _TITLED.match(paper.title)
    if titled and re.search(_STRONG, titled[1]) and re.search(rf"(?<![\w-]){re.escape(titled[1])}(?![\w-])", paper.text):
        names.append(titled[1])
    parts = (part for part in paper.parts if part.kind in ("abstract", "introduction", "conclusion", "other"))
    lead = "\n".join(paper.text[part.start : part.end] for part in parts) or paper.text
    names += ((match[1] or match[2]).rstrip(".-’'") for match in _PROPOSED.finditer(lead[:_LEAD]))
    return tuple(name for name in dict.fromkeys(names) if not (name in data or name in words("no_data") or measure_names().fullmatch(name)))


def method_in(text: str, at: int, own: Collection[str], title: str) -> str:
    """The name of the method whose figure stands ``at``: the last before it that is the paper's own or achieves something; or that in the
    title, where the sentence says "our"."""
    before = text[:at]
    there = [(match.start(1), match[1]) for match in _SUBJECT.finditer(before)]
    for name in own:
        there += ((match.start(), name) for match in re.finditer(rf"{_NO_SUBJECT}(?<![\w-]){re.escape(name)}(?![\w-])", before))
    if there:
        place, name = max(there, key=lambda found: (found[0], len(found[1])))
        return "" if _ANOTHER.search(before, place) else name
    titled, ours = _TITLED.match(title), _OURS.search(before)
    return titled[1] if titled and titled[1] in own and ours and not _ANOTHER.search(before, ours.end()) else ""
