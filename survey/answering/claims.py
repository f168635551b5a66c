"""The sentences of an answer as claims: those that say the same stand together, and what papers say to the contrary stands beside them."""

from collections.abc import Iterator, Mapping, Sequence

from survey.answering.desk import Desk
from survey.answering.differing import differences, otherwise
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
    quotes = [*(quote for sentence in sentences for quote in sentence.quotes), *evidence.quotes.values()]
    matter = Matter(quotes, desk.embedder, question)
    papers = evidence.papers
    groups: list[list[Sentence]] = []
    for sentence in sentences:
        same = (group for group in groups if all(_says_same(sentence, other, matter) for other in group))
        group = next(same, None) if spells_out(sentence) else None
        if group is None:
            groups.append([sentence])
        else:
            group.append(sentence)
    told = {quote for sentence in sentences for quote in sentence.quotes}
    others = [made for quote in evidence.quotes.values() if quote not in told and (made := quoted(quote, papers))]
    for group in groups:
        for other in others:
            if len(group) > LIKEWISE:
                break
            keys = {quote.key for sentence in group for quote in sentence.quotes}
            if other.quotes[0].key not in keys and all(_says_same(other, sentence, matter) for sentence in group):
                group.append(other)
    taken = {sentence.text for group in groups for sentence in group}
    against = [other for other in others if other.text not in taken and _contrary(other, sentences, papers, matter)]
    return tuple(_claim(group, papers) for group in (*groups, *([other] for other in against[:_CONTRARY])))


def spells_out(sentence: Sentence) -> bool:
    """Whether it is one quote, told whole: "Roe (2019): “…”"; what a model puts into its own words says more than its quotes."""
    return len(sentence.quotes) == 1 and sentence.text.endswith(f": “{sentence.quotes[0].text}”")


def quoted(quote: Quote, papers: Mapping[str, Paper]) -> Sentence | None:
    """The sentence of a paper as a claim, if it stands the checks."""
    paper = papers[quote.key]
    sentence = Sentence(text=f"{paper.byline}: “{quote.text}”", kind="claim", quotes=(quote,), verdict="supported")
    faulty = fault(sentence, papers.get) or prose_fault(sentence, {paper.key: paper.byline}, [paper.title], ()).reason
    return None if faulty else sentence


def _says_same(one: Sentence, other: Sentence, matter: Matter) -> bool:
    """Near in meaning and in words, with no figure and no denial that only turns up in one of them."""
    if not (spells_out(one) and spells_out(other)):
        return False
    left, right = one.quotes[0], other.quotes[0]
    alike = matter.alike(left, right)
    if alike.similarity < _MEANT or alike.beside < _BESIDE or alike.nearness < (_SAME_PAPER if left.key == right.key else _SAME):
        return False
    mine, theirs = numbers(masked(left.text)), numbers(masked(right.text))
    if not (mine <= theirs or theirs <= mine) or left.text.endswith("?") or right.text.endswith("?"):
        return False
    if any(says(left.text) != says(right.text) for says in (denies, only_finds_wanting)):
        return False
    return not (turned_round(left.text, [right.text]) or turned_round(right.text, [left.text]))


def _contrary(other: Sentence, sentences: Sequence[Sentence], papers: Mapping[str, Paper], matter: Matter) -> bool:
    pairs = ((quote, other.quotes[0]) for sentence in sentences for quote in sentence.quotes)
    return any(otherwise(one, two, papers, matter) for one, two in pairs)


def _claim(group: Sequence[Sentence], papers: Mapping[str, Paper]) -> Claim:
    def plainness(sentence: Sentence) -> tuple[bool, bool, bool, int]:
        first = sentence.quotes[0]
        paper = papers[first.key]
        return sentence.verdict == "flagged", paper.retracted, is_retold(first, paper), len(sentence.text)

    plainest, *rest = sorted(group, key=plainness)
    return Claim(sentence=plainest, likewise=tuple(rest))


def weighed(claims: Sequence[Claim], papers: Mapping[str, Paper], desk: Desk) -> tuple[tuple[Claim, ...], tuple[Difference, ...]]:
    """The claims with what can be counted of each, and which of them say otherwise."""
    found = differences(claims, papers, desk)
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
