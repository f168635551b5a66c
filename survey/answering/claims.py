"""The sentences of an answer as claims: those that say the same stand together, and what papers say to the contrary stands beside them."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from survey.answering.desk import Desk
from survey.answering.differing import differences, otherwise, tells_a_finding
from survey.answering.evidence import Evidence
from survey.answering.matter import Matter
from survey.answering.standing import is_retold, standing
from survey.comparing.figures import masked
from survey.links.arguing import denies, only_finds_wanting
from survey.records import Claim, Difference, Paper, Quote, Sentence
from survey.support import fault, prose_fault
from survey.support.polarity import turned_round
from survey.terms import numbers

LIKEWISE = 2
"""Sentences that say the same, shown beside a claim's own."""
_CONTRARY = 2  # claims of papers that say otherwise, beside those that were written
_SAME, _SAME_PAPER = 1.35, 1.5  # nearness of two sentences that say the same; within one paper, where all is near, it takes more
_MEANT, _BESIDE = 0.75, 0.25  # their cosine alone, and what they share beside the words of the question, which all answers to it have


def grouped(question: str, sentences: Sequence[Sentence], evidence: Evidence, desk: Desk) -> tuple[Claim, ...]:
    """A claim for each thing that is said. What is quoted whole stands together where it says the same, the plainest first; what other
    papers of the evidence say to the same effect stands ``likewise``, and what they say to the contrary is a claim of its own."""
    papers = evidence.papers
    told = dict.fromkeys(quote for sentence in sentences for quote in sentence.quotes)
    others = [quote for quote in evidence.quotes.values() if quote not in told]
    matter = Matter([*told, *others], desk.embedder, question)
    groups: list[list[Sentence]] = []
    for sentence in sentences:
        same = (group for group in groups if all(_say_same(sentence, other, matter, papers) for other in group))
        group = next(same, None)
        if group is None:
            groups.append([sentence])
        elif all(sentence.text != other.text for other in group):
            group.append(sentence)
    for quote in others:
        same = (group for group in groups if len(group) <= LIKEWISE and _joins(quote, group, matter, papers))
        if (group := next(same, None)) and (made := quoted(quote, papers)):
            group.append(made)
            told[quote] = None
    against = (quote for quote in others if quote not in told and any(otherwise(one, quote, papers, matter) for one in told))
    contrary = islice((made for quote in against if (made := quoted(quote, papers))), _CONTRARY)
    return tuple(_claim(group, papers) for group in (*groups, *([made] for made in contrary)))


def spells_out(sentence: Sentence) -> bool:
    """Whether it is one quote, told whole: "Roe (2019): “…”"; what a model puts into its own words says more than its quotes."""
    return len(sentence.quotes) == 1 and sentence.text.endswith(f": “{sentence.quotes[0].text}”")


def quoted(quote: Quote, papers: Mapping[str, Paper]) -> Sentence | None:
    """The sentence of a paper as a claim, if it stands the checks."""
    paper = papers[quote.key]
    sentence = Sentence(text=f"{paper.byline}: “{quote.text}”", kind="claim", quotes=(quote,), verdict="supported")
    faulty = fault(sentence, papers.get) or prose_fault(sentence, {paper.key: paper.byline}, [paper.title], ()).reason
    return None if faulty else sentence


def _joins(quote: Quote, group: Sequence[Sentence], matter: Matter, papers: Mapping[str, Paper]) -> bool:
    """Whether a further paper says the same as all of a group."""
    quotes = [sentence.quotes[0] for sentence in group if spells_out(sentence)]
    new = all(quote.key != other.key for other in quotes)
    whole = new and len(quotes) == len(group) and not _is_of_others(quote, papers)
    return whole and all(says_same(quote, other, matter) and not _is_of_others(other, papers) for other in quotes)


def _say_same(one: Sentence, other: Sentence, matter: Matter, papers: Mapping[str, Paper]) -> bool:
    whole = spells_out(one) and spells_out(other) and not any(_is_of_others(told.quotes[0], papers) for told in (one, other))
    return whole and says_same(one.quotes[0], other.quotes[0], matter)


def _is_of_others(quote: Quote, papers: Mapping[str, Paper]) -> bool:
    """What only tells others again stands alone: with what they found it would count one finding twice."""
    return is_retold(quote, papers[quote.key])


def says_same(one: Quote, other: Quote, matter: Matter) -> bool:
    """Near in meaning and in words, with no figure and no denial that only turns up in one of them."""
    alike = matter.alike(one, other)
    least = _SAME_PAPER if one.key == other.key else _SAME
    if alike.similarity < _MEANT or alike.beside < _BESIDE or alike.nearness < least or "?" in (one.text[-1], other.text[-1]):
        return False
    mine, theirs = (numbers(masked(quote.text)) for quote in (one, other))
    if not (mine <= theirs or theirs <= mine) or any(
        says(one.text) != says(other.text) for says in (denies, only_finds_wanting, tells_a_finding)
    ):
        return False
    return not (turned_round(one.text, [other.text]) or turned_round(other.text, [one.text]))


def _claim(group: Sequence[Sentence], papers: Mapping[str, Paper]) -> Claim:
    def plainness(sentence: Sentence) -> tuple[bool, bool, bool, int]:
        first = sentence.quotes[0]
        paper = papers[first.key]
        return sentence.verdict == "flagged", paper.retracted, is_retold(first, paper), len(sentence.text)

    plainest, *rest = sorted(group, key=plainness)
    return Claim(sentence=plainest, likewise=tuple(rest))


def weighed(
    claims: Sequence[Claim], papers: Mapping[str, Paper], desk: Desk | None = None
) -> tuple[tuple[Claim, ...], tuple[Difference, ...]]:
    """The claims with what can be counted of each, and which of them say otherwise: without a desk this is not looked for."""
    found = differences(claims, papers, desk) if desk else []
    made = []
    for n, claim in enumerate(claims):
        against = {key for difference, contrary in found if contrary for key in _opponents(n, difference, claims)}
        made.append(claim.model_copy(update={"standing": standing(claim, len(against), papers)}))
    return tuple(made), tuple(difference for difference, _ in found)


def _opponents(at: int, difference: Difference, claims: Sequence[Claim]) -> Iterator[str]:
    """The papers that say otherwise than the claim ``at``, by one difference."""
    if at in (difference.one, difference.other):
        mine = {quote.key for quote in claims[at].quotes}
        other = difference.other if difference.one == at else difference.one
        yield from (quote.key for quote in claims[other].quotes if quote.key not in mine)
