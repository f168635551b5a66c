"""Where papers say otherwise, and under which conditions (docs/claims.md). Where there is a doubt, there is no difference."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import combinations, product
from typing import NamedTuple

from survey.answering.desk import Desk
from survey.answering.matter import Matter
from survey.answering.standing import is_retold
from survey.comparing import find_reported
from survey.comparing.figures import masked
from survey.comparing.measures import measures, same_measure
from survey.comparing.naming import data_in, data_names, own_names
from survey.comparing.tables import figure_of, group_of
from survey.records import Claim, Condition, Difference, Paper, Quote, Reported, SourceSentence
from survey.support.polarity import turned_round
from survey.terms import numbers, telling_stems, words

_MEANT, _SHARED = 0.6, 0.5  # cosine and share of words from which two sentences are of one matter
_BESIDE = 2  # words beside that of the measure that two sentences share, where no data of one name say that they are of one matter
_NOT_FOUND = re.compile(
    r"\?|\b(?:may|might|could|would|should|whether|if|unclear|unknown|aim(?:s|ed)?|hypothesi[sz]ed?|expect(?:s|ed)?|propos(?:es?|ed)"
    r"|controversial|(?:was|were) tested|to (?:assess|determine|test|find out|explore|estimate)"
    r"|investigat\w+|examin\w+|evaluat\w+|compare[sd]?(?! (?:to|with))|studied|(?:is|are) (?:needed|initiali[sz]ed|trained|set)|supported"
    r"|(?:we|they) (?:also |then |do not )?(?:study|use|employ|adopt|apply|set|train|initiali[sz]e|choose|update|follow|split|remove))\b"
    r"|\bNos?\.",
    re.IGNORECASE,
)
"""What is asked, supposed, set out or how it is done is no finding, and contradicts none."""


class Otherwise(NamedTuple):
    """In what two quotes differ, in words; the figures that differ, if it is figures."""

    reason: str
    figures: tuple[Reported, Reported] | None = None


class Found(NamedTuple):
    """A difference, and whether both cannot be true: figures of other data or methods can."""

    difference: Difference
    contrary: bool


def differences(claims: Sequence[Claim], papers: Mapping[str, Paper], desk: Desk) -> list[Found]:
    """The pairs of claims that say otherwise of the same thing."""
    matter = Matter([quote for claim in claims for quote in claim.quotes], desk.embedder)
    found = []
    for (n, one), (m, other) in combinations(enumerate(claims), 2):
        both = {quote.key for quote in one.quotes} & {quote.key for quote in other.quotes}
        pairs = ((left, right) for left, right in product(one.quotes, other.quotes) if not {left.key, right.key} & both)
        told = ((left, right, said) for left, right in pairs if (said := otherwise(left, right, papers, matter)))
        if first := next(told, None):
            conditions = tuple(_conditions(*first, papers, desk))
            difference = Difference(one=n, other=m, reason=first[2].reason, conditions=conditions)
            found.append(Found(difference, _is_contrary(first[2], conditions)))
    return found


def _is_contrary(said: Otherwise, conditions: Sequence[Condition]) -> bool:
    named = [condition for condition in conditions if condition.name in ("data", "method")]
    return not named if said.figures else not any(condition.one and condition.other for condition in named)


def otherwise(one: Quote, other: Quote, papers: Mapping[str, Paper], matter: Matter) -> Otherwise | None:
    """In what two sentences of different papers differ, if they speak of the same."""
    if one.key == other.key:
        return None
    return _other_figure(one, other, papers, matter) or _turned(one, other, papers, matter)


# ---------------------------------------------------------------- turned round


def _turned(one: Quote, other: Quote, papers: Mapping[str, Paper], matter: Matter) -> Otherwise | None:
    """Both find something, in nearly the same words, and one denies it or finds the opposite."""
    alike = matter.alike(one, other)
    if alike.similarity < _MEANT or alike.overlap < _SHARED or not (_finds(one, papers) and _finds(other, papers)):
        return None
    for said, of, first, second in ((one, other, "the first says", "the second"), (other, one, "the second says", "the first")):
        turned = turned_round(said.text, [of.text])
        if turned and not turned.left_out:
            against = f"{second} says “{turned.against}”" if turned.against else f"{second} does not"
            return Otherwise(f"{first} “{turned.word}”, {against}")
    return None


def _finds(quote: Quote, papers: Mapping[str, Paper]) -> bool:
    return not is_retold(quote, papers[quote.key]) and tells_a_finding(quote.text)


def tells_a_finding(text: str) -> bool:
    return _NOT_FOUND.search(text) is None


# ---------------------------------------------------------------- figures


def _other_figure(one: Quote, other: Quote, papers: Mapping[str, Paper], matter: Matter) -> Otherwise | None:
    """Both report a figure of the same measure and unit: on data of one name, or in sentences that are near."""
    if _measured(one.text).isdisjoint(_measured(other.text)):
        return None  # without a look at the papers
    for left, right in product(*(figures_in([quote], papers) for quote in (one, other))):
        if same_measure(left.measure) != same_measure(right.measure) or left.change or right.change or not _apart(left, right):
            continue
        same_data = bool(left.data) and group_of(left) == group_of(right)
        if same_data or _of_one_matter(left, right, matter):
            told = f"give {figure_of(left)} and {figure_of(right)} for the {left.measure}"
            return Otherwise(f"{told} on {left.data}" if same_data else told, (left, right))
    return None


@lru_cache(maxsize=1000)
def _measured(text: str) -> frozenset[str]:
    """The measures that a sentence with numbers names."""
    bare = masked(text)
    return frozenset(same_measure(one.text) for one in measures(bare)) if any(map(str.isdigit, bare)) else frozenset()


def _of_one_matter(one: Reported, other: Reported, matter: Matter) -> bool:
    texts = [figure.quote.text for figure in (one, other)]
    if {*_TIMES.findall(texts[0])} != {*_TIMES.findall(texts[1])}:
        return False  # survival after one year is not that after five
    own = telling_stems(f"{one.measure} {other.measure}")
    common = {word for word in telling_stems(texts[0]) & telling_stems(texts[1]) if not word[0].isdigit()}
    return len(common - own) >= _BESIDE and matter.alike(one.quote, other.quote).similarity >= _MEANT


_TIMES = re.compile(r"\b(\d+|one|two|three|four|five|six|ten)[- ](year|month|week|day|hour|minute)s?\b", re.IGNORECASE)


def figures_in(quotes: Iterable[Quote], papers: Mapping[str, Paper]) -> list[Reported]:
    """The figures of their own work that papers report in these sentences."""
    places: dict[str, list[Quote]] = {}
    for quote in quotes:
        places.setdefault(quote.key, []).append(quote)

    def sentences(key: str) -> list[SourceSentence]:
        return [SourceSentence(number=n, start=quote.start, end=quote.end) for n, quote in enumerate(places[key])]

    return find_reported([papers[key] for key in places], sentences, ())


def _apart(one: Reported, other: Reported) -> bool:
    """Whether two values of one unit, each a number or a range, leave no number that both may mean; 4.5 and 4.53 both may mean 4.53. A
    share of one is no percentage."""
    left, right = _range(one.value), _range(other.value)
    if one.unit != other.unit or left is None or right is None or (not one.unit and (left[1] <= 1) != (right[1] <= 1)):
        return False
    return left[1] < right[0] or right[1] < left[0]


def _range(value: str) -> tuple[float, float] | None:
    """From where to where a value may lie, as it is rounded; None where it is told as a bound, or of several things."""
    if not _PLAIN.fullmatch(value):
        return None
    found = _NUMBER.findall(value.replace(",", ""))
    if "±" in value:
        return float(found[0]) - float(found[1]), float(found[0]) + float(found[1])
    spans = [(float(number), 0.5 * 10 ** -len(number.partition(".")[2])) for number in found]
    return min(number - half for number, half in spans), max(number + half for number, half in spans)


_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_PLAIN = re.compile(r"(?:about |around |~|≈)?\d[\d,]*(?:\.\d+)?(?:\s?(?:±|[-–—−]| to )\s?\d[\d,]*(?:\.\d+)?)?")


# ---------------------------------------------------------------- conditions


def _conditions(one: Quote, other: Quote, said: Otherwise, papers: Mapping[str, Paper], desk: Desk) -> Iterable[Condition]:
    """What the two name that may make the difference, in their own words; of figures also that data or method are not said."""
    figures = said.figures or (None, None)
    sides = (one, figures[0], other), (other, figures[1], one)
    for name, left, right in zip(("data", "method", "setting"), *(_named(*side, papers, desk) for side in sides), strict=True):
        unsaid = said.figures and name != "setting" and not (left and right)
        if unsaid or left.casefold() != right.casefold():
            yield Condition(name=name, one=left, other=right)
    years = [str(papers[quote.key].year or "") for quote in (one, other)]
    if years[0] != years[1]:
        yield Condition(name="year", one=years[0], other=years[1])


def _named(quote: Quote, figure: Reported | None, other: Quote, papers: Mapping[str, Paper], desk: Desk) -> tuple[str, str, str]:
    """The data, the method and the setting that a sentence names; the data perhaps in the sentences beside it."""
    paper = papers[quote.key]
    known = data_names(f"{paper.title}\n\n{paper.text}")
    own = own_names(paper, known)
    data = figure.data if figure else ""
    for text in () if data else (quote.text, *_beside(quote, paper, desk)):
        if found := {mention.text for mention in data_in(text, known, own)}:
            data = found.pop() if len(found) == 1 else ""
            break
    return data, figure.method if figure else "", "" if data and data in quote.text else _setting(quote.text, other.text)


def _beside(quote: Quote, paper: Paper, desk: Desk) -> list[str]:
    """The sentences before and behind, in its part."""
    part = paper.part_of(quote.start)
    sentences = [s for s in desk.library.sentences(quote.key) if not part or (part.start <= s.start and s.end <= part.end)]
    at = next((n for n, s in enumerate(sentences) if s.start <= quote.start < s.end), None)
    near = [] if at is None else [*sentences[max(0, at - 1) : at], *sentences[at + 1 : at + 2]]
    return [paper.text[s.start : s.end] for s in near]


def _setting(text: str, other: str) -> str:
    """Where or under what it was found, where the other sentence has no word of it: "at low temperature"."""
    there = telling_stems(other)
    for match in _SETTING.finditer(text):
        said = telling_stems(match[0])
        if said and not said & there and not numbers(match[0]) and len(words(match[0])) > 1:
            return match[0]
    return ""


_SETTING = re.compile(
    r"\b(?:in|at|under|among|during|after|before|without|for|on|across|within)(?: (?:the|a|an|all|most))?"
    r"(?: (?!(?:in|at|under|among|during|after|before|without|for|on|across|within|with|by|of|to|from|and|or|but|that|which|is|are|was|were"
    r"|than|as|when|while|we|it|they)\b)[^\W\d_][\w’'-]*){1,5}",
    re.IGNORECASE,
)
