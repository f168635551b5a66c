from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.errors import UnreadableBibliography, UnscoredText
from survey.records import Paper
from survey.scoring import max_trigram_overlap, repetition, score, score_file, sentences_of

NUMBERED = """# A Survey of Pond Frogs

## 1 Calls

Frogs call at night [1]. Rain hides their calls, as Holt et al. [2] say.[3] Nobody has counted
them in winter, when ponds are frozen [1–3, 9]. What remains is unclear.

- Drones see toads [4].

| Method | Says |
|---|---|
| Drone [4] | The drone sees toads that nobody hears. |

![A pond.](pond.png)

### 1.1 Toads

Toads call less [[4]](#r4).

## References

[1] Frog Calls at Night
[2] Holt, A., Roe, K. (2020). Frog call detection in rain noise. Journal of Ponds, 3(1), 1–9.

[3] A. Volt. Ponds. 2023.
[4] O. Thorn and P. Ulm. Counting toads with drones. arXiv:2101.00001, 2021.
[5] K. Quist. A book of reeds. Reed Press, 2019.
"""


def test_the_measures_of_a_text_with_numbers_and_a_list() -> None:
    found = score(NUMBERED)
    assert (found.sentences, found.cited_sentence_share) == (6, 0.8333)
    references = found.references
    assert (references.listed, references.cited, references.uncited) == (5, 4, 1)
    assert references.unknown_names == ("[9]",)
    assert (references.with_author, references.with_title, references.with_year) == (0.8, 1.0, 0.8)
    assert (references.with_venue_or_identifier, references.complete) == (0.6, 0.6)
    structure = found.structure
    assert (structure.sections, structure.depth, structure.tables, structure.figures) == (4, 3, 1, 1)
    assert found.distinct_references_per_1000_words == round(1000 * 5 / found.words, 2)


OURS = "- [a]{#ref-a} Roe, Ann et al. (2020). Ponds.\n- [b]{#ref-b} Lee, Bo and C. Ulm (2021). Reeds."
LABELLED = "- [a] Roe, A. et al. (2020). Ponds.\n- [b] Lee, B. (2021). Reeds."
ORDERED = "1. Roe, A. et al. (2020). Ponds.\n2. Lee, B. (2021). Reeds."
BARE = "- Roe, A., Poe, B., & Lee, K. (2020). Ponds at night. Pond Press.\n- Lee, B., & Ulm, C. (2021). Reeds. Pond Press."


@pytest.mark.parametrize(
    ("text", "listed", "unknown"),
    [
        ("Frogs call [@a; @b, p. 3]. So says @c [p. 4].", OURS, ("c",)),
        ("Frogs call \\cite{a,b} and \\citep[p. 3]{c}.", LABELLED, ("c",)),
        ("Frogs call [1, 2]. And [1–3] too.", ORDERED, ("[3]",)),
        ("Frogs call [1](https://pond.example/1) at night [\\[2\\]](#ref-2).<sup>[3]</sup>", ORDERED, ("[3]",)),
        ("Frogs call (Roe et al., 2020; Lee & Ulm, 2021). Gray et al. (1999) agree, as in May (2020).", BARE, ("Gray et al., 1999",)),
        ("Roe and others say “as in [7] and (Gray et al., 1990)” (Roe et al., 2020), as did Lee and Ulm (2021).", BARE, ()),
        ("Frogs call.[^1] Rain hides it [^roe].[^why]", "[^roe]: Roe, A. (2020). Ponds.\n[^1]: <https://pond.example>\n\n[^why]: So.", ()),
        ("Frogs call [1]. Rain hides it [1, 2].[3]", "[1]: https://pond.example 'Ponds'\n[2]: https://rain.example", ("[3]",)),
    ],
    ids=["citekeys", "LaTeX", "numbers", "links", "names", "names within a quotation", "footnotes", "addresses"],
)
def test_each_way_to_cite_is_seen(text: str, listed: str, unknown: tuple[str, ...]) -> None:
    found = score(f"{text}\n\n# References {{#refs}}\n\n{listed}\n").references
    assert (found.listed, found.cited, found.unknown_names) == (2, 2, unknown)


def test_a_bibliography_beside_stands_in_for_a_list(tmp_path: Path) -> None:
    (tmp_path / "draft.md").write_text("Frogs call in the rain [@holt20; @nobody].\n", encoding="utf-8")
    (tmp_path / "refs.bib").write_text(
        "@article{holt20, title={Frogs}, author={Holt, Ann}, year={2020}, journal={Ponds}}\n", encoding="utf-8"
    )
    found = score_file(tmp_path / "draft.md").references
    assert (found.listed, found.cited, found.unknown_names, found.complete) == (1, 1, ("nobody",), 1.0)
    (tmp_path / "more.bib").write_text("@misc{x, title={X}}\n", encoding="utf-8")
    assert score_file(tmp_path / "draft.md").references.listed == 0  # which of two is meant, nobody can know
    assert score_file(tmp_path / "draft.md", tmp_path / "more.bib").references.unknown_names == ("holt20", "nobody")
    headed = "---\nbibliography: refs.bib\n---\nFrogs call in the rain [@holt20; @nobody].\n"
    (tmp_path / "draft.md").write_text(headed, encoding="utf-8")
    assert score_file(tmp_path / "draft.md").references.unknown_names == ("nobody",)


def test_coverage_is_of_the_papers_of_the_library() -> None:
    papers = [
        Paper(key="holtFrog", title="Frog call detection in rain noise", authors=("Ann Holt",), date="2020"),
        Paper(key="quist", title="A book of reeds and of their many frogs", authors=("Kim Quist",), date="2019"),
        Paper(key="moon", title="The moon", authors=("Ann Luna",), date="2001"),
        Paper(key="thorn", title="Counting toads with drones", authors=("O. Thorn", "P. Ulm"), date="2021"),
    ]
    markdown = NUMBERED.replace("A book of reeds.", "A book of reeds and of their many frogs.")
    coverage = score(markdown, papers=papers).coverage
    assert coverage is not None
    assert (coverage.papers, coverage.cited, coverage.listed) == (4, 0.5, 0.75)


def test_a_bibliography_beside_a_text_with_a_list_does_not_count(tmp_path: Path) -> None:
    papers = [Paper(key=f"p{n}", title=f"The {name} and what it does all day long", date="2020") for n, name in enumerate(ANIMALS)]
    (tmp_path / "library.bib").write_text("".join(f"@misc{{{p.key}, title={{{p.title}}}, year=2020}}\n" for p in papers), encoding="utf-8")
    text = f"Owls call [1]. Bats do [2], as Gray et al. (2020) say.\n\n## References\n\n[1] {papers[0].title}. 2020.\n[2] Owls. 2020.\n"
    (tmp_path / "n.md").write_text(text, encoding="utf-8")
    coverage = score_file(tmp_path / "n.md", papers=papers).coverage
    assert coverage is not None and (coverage.cited, coverage.listed) == (0.25, 0.25)
    (tmp_path / "n.md").write_text("Owls call [@p0].\n", encoding="utf-8")
    coverage = score_file(tmp_path / "n.md", papers=papers).coverage
    assert coverage is not None and (coverage.cited, coverage.listed) == (0.25, 1.0)
    (tmp_path / "n.md").write_text("Owls call [@p0].\n\n## References\n\n- Roe, A. (2020). Ponds at night. Pond Press.\n", encoding="utf-8")
    found = score_file(tmp_path / "n.md", papers=papers)
    assert found.coverage is not None and (found.references.unknown, found.coverage.cited, found.coverage.listed) == (0, 0.25, 0.25)


ANIMALS = ("owl", "bat", "toad", "newt")


def test_what_is_no_text_or_no_bibliography_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnscoredText, match=r"cannot be scored: No such file.*Give a text in Markdown"):
        score_file(tmp_path / "nothing.md")
    (tmp_path / "empty.md").write_text(" \n", encoding="utf-8")
    with pytest.raises(UnscoredText, match="it holds no text"):
        score_file(tmp_path / "empty.md")
    (tmp_path / "draft.md").write_text("Frogs call [@a].\n", encoding="utf-8")
    (tmp_path / "empty.bib").write_text("nothing here\n", encoding="utf-8")
    with pytest.raises(UnreadableBibliography, match=r"empty\.bib"):
        score_file(tmp_path / "draft.md", tmp_path / "empty.bib")


# ---------------------------------------------------------------- repetition


def test_sentences_are_those_of_prose_lists_captions_and_cells() -> None:
    assert sentences_of(NUMBERED) == [
        "Frogs call at night.",
        "Rain hides their calls, as Holt et al. say.",
        "Nobody has counted them in winter, when ponds are frozen.",
        "What remains is unclear.",
        "Drones see toads.",
        "The drone sees toads that nobody hears.",
        "Toads call less.",
    ]
    table = "# Papers {#papers}\n\n| Paper | Says |\n|---|---|\n| [@a] | The drone sees toads here. |\n\nThat was the table.\n"
    assert sentences_of(table) == ["That was the table."]


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        ("Frogs call at night in the rain.", "frogs call — at night, in the rain [@a]", 1.0),
        ("Frogs call at night in the rain.", "We know that frogs call at night in the rain and in snow.", 1.0),
        ("Frogs call at night in the rain.", "Frogs call at night in the snow.", 0.8),
        ("Frogs call at night in the rain.", "Toads sing by day under dry leaves.", 0.0),
        ("Frogs call at night.", "Frogs call at night.", 0.0),  # too short to tell
    ],
)
def test_overlap_is_the_share_of_the_shorter_sentences_trigrams(one: str, other: str, overlap: float) -> None:
    pair = [s.strip(" []@a") for s in (one, other)]
    assert max_trigram_overlap(pair) == overlap == max_trigram_overlap(pair[::-1])


WORDS = st.lists(st.sampled_from(["frog", "pond", "rain", "call"]), min_size=3, max_size=9).map(" ".join)


@given(st.lists(WORDS, max_size=12))
def test_the_index_finds_what_looking_at_every_pair_finds(sentences: list[str]) -> None:
    trigrams = [set(zip(w, w[1:], w[2:], strict=False)) for s in sentences if len(w := s.split()) >= 5]
    pairs = [(a, b) for at, a in enumerate(trigrams) for b in trigrams[:at]]
    shares = [len(a & b) / min(len(a), len(b)) for a, b in pairs]
    found = repetition(sentences)
    assert found.max_trigram_overlap == round(max(shares, default=0.0), 4)
    assert found.mean_trigram_overlap == pytest.approx(sum(shares) / len(shares) if shares else 0.0, abs=1e-6)
    near = [any(len(a & b) / min(len(a), len(b)) > 0.6 for j, b in enumerate(trigrams) if j != i) for i, a in enumerate(trigrams)]
    assert found.near_duplicates == round(sum(near) / len(near) if near else 0.0, 4)


def test_openings_that_come_again() -> None:
    assert repetition(["Roe says that it rains.", "Roe says that it snows.", "Toads sing by day.", "Roe says."]).repeated_openings == 0.6667


@pytest.mark.parametrize(
    ("listed", "author", "title", "year"),
    [
        ("[1] ToTTo  A Controlled Table-To-Text Dataset\n\n[2] Frogs, Toads, and Newts\n\n[3] Frogs vs. Toads: A Survey\n", 0.0, 1.0, 0.0),
        ("[1] Frog-Net: Calls in Rain. https://arxiv.org/abs/2101.00001\n", 0.0, 1.0, 0.0),
        ("- A. Roe, B. Lee. Frogs of the north. Journal of Ponds.\n- Ulm, C. Reeds and their frogs. Pond Press.\n", 1.0, 1.0, 0.0),
        ("- (2020). Frogs of the north. doi:10.1234/5\n- Ulm, C. (n.d.). Reeds and their frogs.\n", 0.5, 1.0, 0.5),
    ],
    ids=["bare titles", "a title with an address", "no year", "ours without author or year"],
)
def test_what_the_entries_of_a_list_tell(listed: str, author: float, title: float, year: float) -> None:
    found = score(f"They call [1].\n\n## References\n\n{listed}").references
    assert (found.with_author, found.with_title, found.with_year) == (author, title, year)
