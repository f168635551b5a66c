"""The planted collections through links and chains, their sentences in their planted roles: what comes after roles is held here."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from bench.structure import Held, against_planted, is_valid, with_gold_roles
from survey.citations import find_citations
from survey.embedding import MiniLM, Remembered
from survey.models.extractive import Extractive
from survey.passages import split_sentences
from survey.readers import read_all
from survey.records import Link, Paper, Survey
from survey.settings import Settings
from survey.statements import find_statements
from tests.planted import HARD, PLAIN, ROOT, load
from tests.stating import paper, statements


class Vectors(dict[str, bytes]):
    """A store of vectors, as :class:`survey.embedding.Remembered` wants it."""

    def vectors(self, embedder: str, digests: object) -> dict[str, bytes]:
        return self

    def put_vectors(self, embedder: str, vectors: Mapping[str, bytes]) -> None:
        self.update(vectors)


@pytest.fixture(scope="module")
def embedder() -> Remembered:
    return Remembered(MiniLM(), Vectors())


def held(field: str, embedder: Remembered, backwards: bool = False) -> Held:
    reading = read_all([ROOT / field], base=ROOT / field)
    papers = [paper.model_copy(update={"key": Path(paper.sources[0].path).stem}) for paper in reading.papers]
    papers.sort(key=lambda p: p.key, reverse=backwards)
    found = find_statements([(p, split_sentences(p)) for p in papers], Extractive(), Settings())
    survey = Survey(citations=tuple(find_citations(papers)), statements=tuple(s for own in found for s in own))
    return with_gold_roles(Held({p.key: p for p in papers}, {p.key: p.key for p in papers}, survey), load(field), embedder)


@pytest.mark.parametrize(("field", "recall"), [*((field, 0.7) for field in PLAIN), *((field, 0.4) for field in HARD)])
def test_links_are_the_planted_ones_and_what_is_open_is_found_so(field: str, recall: float, embedder: Remembered) -> None:
    counts = against_planted(held(field, embedder), load(field))
    assert counts["found"] - counts["right"] <= 1
    assert counts["hit"] >= recall * counts["wanted"]
    assert counts["open_hit"] >= 0.8 * counts["open_wanted"]


@pytest.mark.parametrize("field", [PLAIN[0], HARD[0]])
def test_the_order_of_the_files_changes_nothing(field: str, embedder: Remembered) -> None:
    one, other = held(field, embedder).survey, held(field, embedder, backwards=True).survey
    assert one.links
    assert one.chains
    assert one.model_dump(include={"issues", "links", "chains"}) == other.model_dump(include={"issues", "links", "chains"})


def test_the_bench_sees_a_link_that_does_not_hold() -> None:
    papers: dict[str, Paper] = {
        key: paper(key, "Rain masks calls. Nets help.", date=date) for key, date in [("a", "2019"), ("b", "2020-03")]
    }
    one, two = statements(papers["a"])[0], statements(papers["b"])[1]
    link = Link(id="x", kind="resolves", earlier=one, later=two, bridge=statements(papers["b"])[0])
    wrong = two.model_copy(update={"quote": two.quote.model_copy(update={"text": "Nets fail."})})
    assert is_valid(link, papers, set())
    assert not is_valid(link.model_copy(update={"later": wrong}), papers, set())
    assert not is_valid(link.model_copy(update={"bridge": one}), papers, set())
    assert not is_valid(link.model_copy(update={"earlier": two, "later": one}), papers, {("a", "b")})
    undated = {**papers, "a": papers["a"].model_copy(update={"date": ""})}
    assert is_valid(link, undated, {("b", "a")})
    assert not is_valid(link, undated, set())
