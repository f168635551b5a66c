"""The figures of a sentence: numbers that may be an outcome, as printed, with their units."""

import re
from collections.abc import Iterator
from typing import NamedTuple


class Figure(NamedTuple):
    """``value`` is ``text[start:stop]``, a range or an interval in one; ``unit`` stands behind it, up to ``end``, or is ""."""

    value: str
    unit: str
    start: int
    stop: int
    end: int


_ATOM = (
    r"(?:kilomet(?:er|re)s|met(?:er|re)s|lit(?:er|re)s|minutes|seconds|months|weeks|years|hours|days|degrees|kcal|mmHg|[mμµnp]?mol|kyr|Myr|Gyr"
    r"|mbar|bars|bar|atm|copies|rpm|cfu|CFU|ppm|ppb|min|yr|hr|h|wt ?%|vol ?%|[kMGmh]?Pa|[kmM]?eV|[kMG]?Hz|k?Da|[kMm]?W|[mk]?V|mA|dB"
    r"|[nμµmck]?m|[kmμµnp]?g|[mμµd]?[lL]|[mμµnp]?M|[mk]?J|[km]?N|[mμµ]?s|[MGk]a|ha|IU|U|bp|kb|Mb|K|[°º]\s?[CFEWNS]?|‰)"
)
_UNIT = re.compile(
    r"\s?(?:%|per ?cent(?:age points?)?\b|percentage points?\b|%-points?\b|-?fold\b|×(?!\s?\d)|times\b(?! (?:per|each))|pp\b"
    rf"|(?:absolute |relative )?points?\b|{_ATOM}(?:\s?[/·⋅]\s?{_ATOM}|[-−–]\d|[23²³](?!\d)|(?<=\d)\s{_ATOM}[-−–]\d)*(?![\w-]|/\w))"
)
_NUMBER = r"(?:[+−-]\s?|[~≈<>≤≥]\s?)?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.·]\d+)?|\.\d+)"
_BETWEEN = rf"(?<=between ){_NUMBER}(?:\s?%)?\sand\s{_NUMBER}"
_JOIN = r"(?:\s?%?\s?(?:±|\+/[-−])\s?|\s?%?\s?[–—−-]\s?|\s?(?:%|°C|points|fold)?\s(?:to|vs\.?|versus)\s)"
_VALUE = re.compile(rf"(?<![\w.,/@^_−–-])(?<!\d )({_BETWEEN}|{_NUMBER}(?:{_JOIN}{_NUMBER})?)")
_NAMED = (
    r"(?:9[059](?:\.0)? ?%?\s?)?(?:CI|C\.I\.|CrI|IQR|confidence intervals?|credible intervals?)"
    r"(?:,? ?[\[(](?:9[059] ?% ?)?CI[\])])?(?: ?9[059] ?%)?"
)
_INTERVAL = re.compile(
    rf"\s?[\[(]\s?(?:{_NAMED})[^()\[\]]{{1,40}}[\])]|\s?[\[(]\s?-?[\d.]+ ?%?\s?[-–−]\s?-?[\d.]+ ?%?\s?[\])]"
    rf"|\s?[,;]?\s?{_NAMED}[\s,:=]{{0,3}}{_NUMBER}\s?%?\s?(?:[-–−,;]|to)\s?{_NUMBER}"
    rf"|,\s?{_NUMBER}\s?[-–−]\s?{_NUMBER}(?=\s?[;)\]])"
)
_OF_A_NAME = re.compile(r"[\w°]|[-–−][A-Za-z]|[.:/,]\d")  # "3D", "5-fold", "1:4"
_NO_FIGURE_BEHIND = re.compile(r"\)?\s?[×x⋅·]\s?10|\s?(?:CI|C\.I\.|confidence|CrI|credible)\b")
_THOUSANDS = re.compile(r"\s(?!to\b|and\b|in\b|at\b|for\b)[a-z]+\b")  # "50K tokens"

_PLACE = (
    r"(?:table|fig(?:ure)?|sec(?:t|tion)?|eq(?:uation)?|appendix|chapter|row|column|line|page|vol(?:ume)?|grade|stage|type|phase|group|class"
    r"|step|layer|level|experiment|aged?|no)"
)
_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_NOT_FIGURES = re.compile(
    "|".join(
        (
            r"\[\s?\d{1,4}(?:\s?[,;–-]\s?\d{1,4})*\s?\]",  # [12]
            r"\([^()]*\b[A-Z][\w’'.-]+[^()]*\b(?:19|20)\d\d[a-z]?\b[^()]*\)|\bet al\.?,? ?\(?(?:19|20)\d\d[a-z]?",
            rf"(?i:\b{_PLACE}s?\.?) ?\(?\d+(?:\.\d+)*(?:[a-z]\b|\([a-z]\))?(?:\s?(?:[,–-]|and|to)\s?\d+(?:\.\d+)*[a-z]?)*",
            r"(?i:\b(?:day|week|month|year)s?) \d+(?:\s?(?:[,–-]|and|to)\s?\d+)*",
            rf"\b{_MONTH}(?: \d{{1,2}})?,? (?:19|20)\d\d|\b\d{{1,2}} {_MONTH}\b",
            r"\b(?:19|20)\d\d\s?[–-]\s?(?:(?:19|20)\d\d|\d\d)\b",
            r"(?<![\d.,])(?:1[89]|20)\d\d(?![\d.,]*\d|\s?(?:%|°)|\s?(?:[μµkmn]?[mgLl]|K|Pa|Hz|eV)\b)",  # a year
            r"\b[pP](?:-values?)?\s?[<=>≤≥]{1,2}\s?[\d.]+",  # p < .05
            r"\b[nNk] ?= ?[\d,]+|\btop[- ]\d+\b|\b\d+(?:st|nd|rd|th)\b|\b\d+[A-Za-z]+\d\w*",
            r"(?<![\d.])\b\d+[- ](?:layer|way|class|dimensional|gram|shot|year-old|hop|best|digit|point scale|bit)s?\b",
            r"(?<![\d.])\b\d+-(?:day|week|month|year)s?\b",
            r"\b\d+[- ]fold (?:cross|CV|cv|data|validation)",
            r"https?://\S+|doi\S+",
        )
    )
)


def masked(text: str) -> str:
    """``text`` with blanks, as many, where numbers stand that are no figures: of references, places in the paper, dates, names."""
    return _NOT_FIGURES.sub(lambda match: " " * len(match[0]), text)


def figures(text: str) -> Iterator[Figure]:
    """The figures of ``text``, which is :func:`masked`, in order."""
    at = 0
    while match := _VALUE.search(text, at):
        start, stop = match.span(1)
        found = _UNIT.match(text, stop)
        unit, end = (found[0].strip(), found.end()) if found else ("", stop)
        at = end
        if (not unit and _OF_A_NAME.match(text, stop)) or (unit == "K" and _THOUSANDS.match(text, end)):
            continue
        if interval := _INTERVAL.match(text, end):
            at = interval.end()
            if not unit:
                stop = end = at  # "1.8 (95% CI 1.2–2.6)"
        if not _NO_FIGURE_BEHIND.match(text, end):
            yield Figure(text[start:stop], unit, start, stop, end)
