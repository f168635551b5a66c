from dataclasses import replace
from pathlib import Path

import pytest

from survey.answering.claims import grouped, quoted, says_same, weighed
from survey.answering.evidence import gather
from survey.answering.matter import Matter
from survey.records import Claim, Paper, Scope
from survey.workspace import Workspace
from tests.answering.saying import desk_of, paper, quote
from tests.conftest import Made
from tests.fakes import RecallingMiniLM

QUESTION = "Do ponds warm in summer?"
WARM = paper("a", "Shallow ponds warm by 3 degrees in summer, which harms the eggs of frogs.")
AS_WARM = paper("b", "The eggs of frogs are harmed in summer, when shallow ponds warm by 3 degrees.")
WARMER = paper("c", "Shallow ponds warm by 5 degrees in summer, which harms the eggs of frogs.")
HARMLESS = paper("d", "Shallow ponds warm by 3 degrees in summer, which does not harm the eggs of frogs.")
OPEN = paper("e", "Whether shallow ponds that warm in summer harm the eggs of frogs remains to be tested.")
AIM = paper("g", "We evaluated whether shallow ponds that warm by 3 degrees in summer harm the eggs of frogs.")
ELSE = paper("f", "Ponds are drained in autumn, and newts leave them for the forest.")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [(WARM, AS_WARM, True), (WARM, WARMER, False), (WARM, HARMLESS, False), (WARM, OPEN, False), (WARM, AIM, False), (WARM, ELSE, False)],
    ids=["other words", "another figure", "a denial", "an open question", "an aim", "another matter"],
)
def test_sentences_say_the_same_only_with_the_same_figures_and_the_same_polarity(one: Paper, other: Paper, same: bool) -> None:
    matter = Matter([quote(one), quote(other)], RecallingMiniLM(), QUESTION)
    assert says_same(quote(one), quote(other), matter) == same
    assert says_same(quote(other), quote(one), matter) == same


def test_what_only_shares_the_words_of_the_question_is_not_the_same() -> None:
    one = paper("a", "We present a fast counter for frog call detection in rain.")
    other = paper("b", "Frog call detection in rain is widely studied by biologists.")
    matter = Matter([quote(one), quote(other)], RecallingMiniLM(), "What is frog call detection in rain?")
    assert not says_same(quote(one), quote(other), matter)


def _claims(work: Made, tmp_path: Path, told: list[Paper], beside: list[Paper]) -> tuple[Claim, ...]:
    papers = {p.key: p for p in (*told, *beside)}
    with Workspace.open(work.root) as workspace, desk_of(list(papers.values()), tmp_path) as desk:
        some = gather("frog calls", Scope(), replace(desk, library=workspace.library, index=workspace.index))
        evidence = replace(some, quotes={key: quote(p) for key, p in papers.items()}, papers=papers)
        sentences = [made for p in told if (made := quoted(quote(p), papers))]
        return weighed(grouped(QUESTION, sentences, evidence, desk), papers, desk)[0]


def test_those_that_say_the_same_stand_together_and_what_is_contrary_beside_them(work: Made, tmp_path: Path) -> None:
    claims = _claims(work, tmp_path, told=[WARM], beside=[AS_WARM, HARMLESS, ELSE])
    assert [[s.citekeys[0] for s in claim.sentences] for claim in claims] == [["a", "b"], ["d"]]
    assert [(claim.standing.independent, claim.standing.differing) for claim in claims] == [(2, 1), (1, 2)]
    assert [claim.standing.level for claim in claims] == ["medium", "low"]


def test_the_plainest_comes_first_and_a_retracted_paper_last(work: Made, tmp_path: Path) -> None:
    short = AS_WARM.model_copy(update={"notice": "Retraction: fraud"})
    (claim,) = _claims(work, tmp_path, told=[short, WARM], beside=[])
    assert [s.citekeys[0] for s in claim.sentences] == ["a", "b"]


def test_each_sentence_of_a_claim_is_one_quote_told_whole(work: Made, tmp_path: Path) -> None:
    for claim in _claims(work, tmp_path, told=[WARM, ELSE], beside=[AS_WARM]):
        for sentence in claim.sentences:
            assert sentence.text.endswith(f": “{sentence.quotes[0].text}”")
            assert len(sentence.quotes) == 1


def test_whom_two_sentences_cite_is_not_what_they_say() -> None:
    one = paper("a", "Our counter builds on a recent frog call detection model (Lee et al., 2017), by making central use of spans.")
    other = paper("b", "In frog call detection, Lee et al. (2017, 2018) presented a model, which considers all spans of a recording.")
    bare = [paper(p.key, p.text.replace(" (Lee et al., 2017)", "").replace("Lee et al. (2017, 2018)", "they")) for p in (one, other)]
    cited, plain = (
        Matter([quote(p) for p in pair], RecallingMiniLM(), "What is open in frog call detection?").alike(*map(quote, pair))
        for pair in ((one, other), bare)
    )
    assert (cited.overlap, cited.beside) == (plain.overlap, plain.beside)


def test_what_is_told_again_from_others_joins_no_claim(work: Made, tmp_path: Path) -> None:
    retold = paper("h", AS_WARM.text.replace("3 degrees.", "3 degrees (Lee et al., 2017)."))
    claims = _claims(work, tmp_path, told=[WARM], beside=[retold])
    assert [[s.citekeys[0] for s in claim.sentences] for claim in claims] == [["a"]]
