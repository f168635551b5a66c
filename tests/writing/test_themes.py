from typing import Any

import pytest

from survey.chains import find_chains
from survey.models.extractive import Extractive
from survey.records import Alone, Answered, Issue, Outline, PlannedSection, Reported, Survey, Theme
from tests.stating import paper, statements
from tests.writing.ponds import BY_ID, FROGS, PAPERS, SAID, TOADS, has, keys_in, linked, quotes, rows, section, told, write

ANSWER = Answered(key="toads", kind="resolves", quote=BY_ID["toads#1"].quote)
ANSWERED = Issue(id="i1", label="Untested toads", statements=(BY_ID["frogs#3"],), status="resolved", answers=(ANSWER,))
LINK = linked(BY_ID["frogs#3"], BY_ID["toads#1"], issue="i1")


def answered(**more: Any) -> Survey:
    issues = (ANSWERED, Issue(id="i2", label="Cold nights", statements=(BY_ID["toads#3"],)))
    chains = tuple(find_chains([LINK], SAID))
    return write(Extractive(), issues=issues, links=(LINK,), chains=chains, **more)


def test_a_problem_is_told_with_its_answer_and_what_came_out_before_what_is_open() -> None:
    survey = answered()
    assert quotes(survey, "theme-1-progress") == ["Toads remain untested.", "A drone is proposed.", "It counts 17 toads."]
    assert quotes(survey, "theme-1-open") == ["Cold nights remain untested."]
    ids = [s.id for s in survey.sections]
    assert ids.index("theme-1") < ids.index("theme-1-progress") < ids.index("theme-1-work") < ids.index("theme-1-open")
    assert [s.level for s in survey.sections if s.id.startswith("theme-1")] == [1, *[2] * sum(i.startswith("theme-1-") for i in ids)]


def test_problems_with_one_answer_in_common_are_told_together() -> None:
    second = ANSWERED.model_copy(update={"id": "i3", "label": "Rain noise", "statements": (BY_ID["frogs#0"],)})
    survey = write(Extractive(), issues=(ANSWERED, second), links=(LINK,))
    (paragraph,) = section(survey, "theme-1-progress").blocks
    said = [q.text for s in paragraph.items[0] for q in s.quotes]
    assert set(said[:2]) == {"Rain noise masks 62% of frog calls.", "Toads remain untested."}
    assert said[2:] == ["A drone is proposed.", "It counts 17 toads."]


def test_findings_that_contradict_each_other_stand_side_by_side_with_their_conditions() -> None:
    link = linked(BY_ID["frogs#2"], BY_ID["toads#2"], "contradicts")
    reported = (Reported(key="frogs", value="81", data="PondSet", method="a net", quote=BY_ID["frogs#2"].quote),)
    survey = write(Extractive(), links=(link,), reported=reported)
    part = section(survey, "theme-1-differences")
    assert quotes(survey, part.id) == ["It finds 81 of 90 calls.", "It counts 17 toads."]
    conditions = next(block for block in part.blocks if block.kind == "table")
    assert conditions.rows == (("@frogs", "2019", "–", "PondSet", "a net"), ("@toads", "2021", "–", "–", "–"))


def test_findings_in_the_same_words_that_contradict_are_never_taken_for_one() -> None:
    one = paper("one", "The new net finds more of the quiet frogs in cold ponds.", date="2019")
    two = paper("two", "The new net does not find more of the quiet frogs in cold ponds.", date="2021", authors=("Bo Lee",))
    said = [*statements(one, ("result",)), *statements(two, ("result",))]
    survey = write(Extractive(), [one, two], said, links=(linked(said[0], said[1], "contradicts"),))
    said_so = told(survey, "theme-1-differences")
    assert "finds more of the quiet frogs" in said_so
    assert "does not find more of the quiet frogs" in said_so
    apart = write(Extractive(), [one, two], said)
    assert all(len({q.key for q in s.quotes}) <= 1 for _, s in apart.sentences if s.kind == "claim")


def test_what_two_papers_say_in_nearly_the_same_words_is_told_once_and_cites_both() -> None:
    one = paper("one", "Small ponds lose most of their frogs in dry summers.", date="2019")
    two = paper("two", "Small ponds lose most of their frogs in very dry summers.", date="2021", authors=("Bo Lee",))
    said = [*statements(one), *statements(two)]
    issue = Issue(id="i", label="Dry ponds", statements=tuple(said))
    survey = write(Extractive(), [one, two], said, issues=(issue,))
    assert {key for _, s in survey.sentences if s.kind == "claim" for key in s.citekeys} == {"one", "two"}
    assert rows(survey, "theme-1-differences") == [("Dry ponds", "@one; @two", "2019–2021", "○ open", "–")]


def test_a_paper_without_a_statement_is_listed_with_the_reason() -> None:
    silent = paper("silent", "Nothing here.", title="On Silence", date="2020")
    survey = write(Extractive(), [*PAPERS, silent])
    assert rows(survey, "theme-1-listed") == [("@silent", "On Silence", "no sentence of it could stand alone as a quotation")]


def test_papers_beyond_the_length_are_listed_but_those_that_are_pinned() -> None:
    quiet = [s for s in SAID if s.id not in ("toads#0", "toads#3")]
    settings = {"theme_papers": 1}
    listed = rows(write(Extractive(), said=quiet, settings=settings), "theme-1-listed")
    assert listed == [("@toads", "On toads", "beyond the length that was asked for")]
    section_ = PlannedSection(id="theme-1", title="Ponds", papers=("frogs", "toads"), pinned=("toads",))
    pinned = write(Extractive(), said=quiet, settings=settings, outline=Outline(sections=(section_,)))
    assert not has(pinned, "theme-1-listed")
    assert "A drone is proposed." in quotes(pinned, "theme-1-work")


def test_a_theme_is_called_and_ordered_as_the_outline_says() -> None:
    themes = tuple(Theme(id=f"theme-{n}", name=f"T{n}", terms=(), papers=(p.key,)) for n, p in enumerate(PAPERS, start=1))
    planned = tuple(PlannedSection(id=t.id, title=f"My {t.name}", papers=t.papers) for t in reversed(themes))
    survey = write(Extractive(), themes=themes, outline=Outline(sections=planned))
    assert [(s.id, s.title) for s in survey.sections if s.level == 1 and s.id.startswith("theme")] == [
        ("theme-2", "My T2"), ("theme-1", "My T1"),
    ]  # fmt: skip


def test_a_section_that_only_asks_takes_nothing_from_the_themes() -> None:
    planned = (
        PlannedSection(id="theme-1", title="Ponds", papers=("frogs", "toads")),
        PlannedSection(id="ask-1", title="Cold", questions=("How cold?",), papers=("toads",)),
    )
    survey = write(Extractive(), outline=Outline(sections=planned))
    assert section(survey, "ask-1").asks == ("How cold?",)
    assert not any(s.id.startswith("ask-1-") for s in survey.sections)  # without search, nothing is found


@pytest.mark.parametrize("depth", [1, 2])
def test_subthemes_have_sections_of_their_own_where_that_is_asked_for(depth: int) -> None:
    within = Theme(id="theme-1.1", name="Deep ponds", terms=(), papers=("toads",), about=TOADS.quote(0, 21))
    whole = Theme(id="theme-1", name="Ponds", terms=(), papers=("frogs", "toads"), subthemes=(within,))
    survey = write(Extractive(), themes=(whole,), settings={"depth": depth})
    assert has(survey, "theme-1.1") == (depth == 2)
    assert [row[3] for row in rows(survey, "papers")] == ["Ponds", "Deep ponds" if depth == 2 else "Ponds"]
    if depth == 2:
        assert [s.level for s in survey.sections if s.id.startswith("theme-1.1")][:2] == [2, 3]
        assert "toads" in {key for where, s in survey.sentences if where.id.startswith("theme-1.1") for key in s.citekeys}


def test_a_newcomer_reads_the_background_first_and_what_terms_stand_for() -> None:
    text = "The Frog Net (FN) hears frogs in ponds. Frogs live in ponds. Rain noise masks FN calls. Wind is loud."
    frogs = paper("frogs", text, date="2019")
    said = statements(frogs, ("task", "background", "improvable", "background"))
    theme = Theme(id="theme-1", name="Frogs", terms=("frogs",), papers=("frogs",))
    survey = write(Extractive(), [frogs], said, themes=(theme,), settings={"audience": "newcomer"})
    assert quotes(survey, "overview-field") == ["The Frog Net (FN) hears frogs in ponds."]
    assert quotes(survey, "theme-1") == ["Frogs live in ponds."]  # not what speaks of something else
    assert rows(survey, "terms") == [("FN", "Frog Net", "@frogs")]
    plain = write(Extractive(), [frogs], said, themes=(theme,))
    assert quotes(plain, "theme-1") == []
    assert not has(plain, "terms")


def test_a_problem_that_several_papers_raise_is_shown_in_one_theme() -> None:
    themes = tuple(Theme(id=f"theme-{n}", name=f"T{n}", terms=(), papers=("frogs", "toads")) for n in (1, 2))
    issue = Issue(id="i", label="Rain", statements=(BY_ID["frogs#0"], BY_ID["toads#0"]))
    survey = write(Extractive(), themes=themes, issues=(issue,))
    assert [s.id for s in survey.sections if s.id.endswith("-differences")] == ["theme-1-differences"]


def test_papers_that_stand_alone_have_a_section_and_are_listed_with_their_nearest_theme() -> None:
    theme = Theme(id="theme-1", name="Ponds", terms=(), papers=("frogs",))
    survey = write(Extractive(), themes=(theme,), alone=(Alone(key="toads", nearest="theme-1", similarity=0.2),))
    assert section(survey, "alone").title == "Papers that stand alone"
    assert "A drone is proposed." in quotes(survey, "alone-work")
    assert [row[3] for row in rows(survey, "papers")] == ["Ponds", "none; nearest: Ponds"]


@pytest.mark.parametrize("count", [0, 1])
def test_a_collection_without_themes_is_told_all_the_same(count: int) -> None:
    papers = PAPERS[: count + 1]
    said = [s for s in SAID if s.quote.key in {p.key for p in papers}]
    survey = write(Extractive(), papers, said, themes=(), alone=tuple(Alone(key=p.key) for p in papers))
    assert section(survey, "alone").title == "The papers"
    assert keys_in(survey.sections) == {p.key for p in papers}


def test_results_stand_side_by_side_and_their_words_are_spelt_out_once() -> None:
    reported = tuple(
        Reported(key=s.quote.key, value=value, measure="calls", data="PondSet", quote=s.quote)
        for s, value in ((BY_ID["frogs#2"], "81"), (BY_ID["toads#2"], "17"))
    )
    survey = write(Extractive(), reported=reported)
    table = section(survey, "theme-1-results").blocks[0]
    assert {row[0] for row in table.rows} == {"@frogs", "@toads"}
    assert not any("It counts" in cell for row in table.rows for cell in row)  # a sentence tells it
    assert {quote for own in table.evidence for quote in own} == {one.quote for one in reported}
    assert ("calls, PondSet", "@frogs", "81", "@toads", "17") in rows(survey, "theme-1-differences")


def test_the_oldest_and_the_newest_paper_open_a_theme() -> None:
    survey = write(Extractive())
    (opening,) = section(survey, "theme-1").blocks[0].items
    assert opening[0].text == "Its two papers, on pond, are Roe (2019) and Lee (2021)."
    assert opening[0].citekeys == ("frogs", "toads")
    undated = [p.model_copy(update={"date": ""}) for p in (FROGS, TOADS)]
    assert section(write(Extractive(), undated), "theme-1").blocks == ()
    assert "n.d." in told(write(Extractive(), undated), "theme-1")
