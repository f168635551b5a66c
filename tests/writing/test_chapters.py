"""The chapters that cut across themes, the overview and the account."""

import pytest

from survey.chains import find_chains
from survey.models.extractive import Extractive
from survey.records import Answered, Bone, FishBone, Issue, Skipped
from tests.stating import paper
from tests.writing.ponds import BY_ID, FROGS, PAPERS, SAID, TOADS, has, linked, quotes, rows, section, told, write

ANSWER = Answered(key="toads", kind="partly_resolves", quote=BY_ID["toads#1"].quote)


def test_the_field_is_counted() -> None:
    issues = (Issue(id="i1", label="Rain", statements=(BY_ID["frogs#0"], BY_ID["toads#0"])),)
    counted = {row[0]: row[1] for row in rows(write(Extractive(), issues=issues), "overview-numbers")}
    assert counted == {
        "Papers": "2", "Years": "2019–2021", "Themes": "1", "Problems raised": "1", "of these by more than one paper": "1", "open": "1",
        "Answers of one paper to a problem of another": "0", "Chains of such answers": "0",
    }  # fmt: skip


def test_how_the_field_moved_is_told_in_the_order_of_years_and_cited() -> None:
    link = linked(BY_ID["frogs#3"], BY_ID["toads#1"])
    survey = write(Extractive(), links=(link,))
    answer = "The first answer to another paper's problem (toads remain untested., raised by Roe (2019)) is that of Lee (2021)."
    assert [(s.text, s.citekeys) for where, s in survey.sentences if where.id == "overview-moved"] == [
        ("The oldest paper is of 2019, on ponds.", ("frogs",)),
        (answer, ("frogs", "toads")),
        ("Newest is a paper of 2021, on ponds.", ("toads",)),
    ]
    alone = [s for s in SAID if s.quote.key == "frogs"]
    assert not has(write(Extractive(), [FROGS], alone), "overview-moved")


def test_the_method_counts_what_was_read_and_left_out() -> None:
    skipped = Skipped(source="a.bib", place="entry 3", reason="has no title.", cure="add one")
    beside = Skipped(source="@newts", reason="does not speak of ponds")
    survey = write(Extractive(), left_out=(skipped, beside), topic="ponds")
    counted = {row[0]: row[1] for row in rows(survey, "method")}
    assert (counted["Papers surveyed"], counted["Sources left out"], counted["Papers beside the topic"]) == ("2", "1", "1")
    assert counted["Sentences chosen"] == str(len(SAID))
    assert rows(survey, "left-out")[0] == ("a.bib, entry 3", "has no title", "add one")


def test_a_chain_is_a_table_of_who_took_up_what_and_where_that_is_told() -> None:
    link = linked(BY_ID["frogs#3"], BY_ID["toads#1"], "partly_resolves")
    survey = write(Extractive(), links=(link,), chains=tuple(find_chains([link], SAID)))
    (table,) = (block for block in section(survey, "chains").blocks if block.kind == "table")
    assert table.rows == (("1", "Toads remain untested.", "@frogs", "@toads", "takes up a part", "net", "Ponds"),)
    assert table.evidence == ((BY_ID["frogs#3"].quote, BY_ID["toads#1"].quote),)
    assert not has(write(Extractive(), links=(link,), chains=tuple(find_chains([link], SAID)), settings={"chains": 0}), "chains")


@pytest.mark.parametrize("length", ["standard", "long"])
def test_the_fishbone_stands_with_its_causes_and_every_issue_under_them(length: str) -> None:
    raised = Issue(id="i1", label="Rain noise masks calls", statements=(BY_ID["frogs#0"],), status="partly", answers=(ANSWER,))
    left = Issue(id="i2", label="Cold nights", statements=(BY_ID["toads#3"],))
    beside = Issue(id="i3", label="Shy toads", statements=(BY_ID["toads#0"],))
    twig = Bone(kind="issue", label="Rain noise", issue="i1", status="partly", answers=(ANSWER,))
    rain = Bone(label="It rains", stated=True, quotes=(BY_ID["frogs#0"].quote,), children=(twig,))
    bones = FishBone(head="Why", bones=(rain, Bone(label="It is cold", rest=("i2",))), rest=("i3",))
    survey = write(Extractive(), issues=(raised, left, beside), fishbone=bones, settings={"length": length})
    causes, issues = (block.rows for block in section(survey, "fishbone").blocks if block.kind == "table")
    assert causes == (("It rains", "@frogs", "1", "1"), ("It is cold", "grouped", "1", "1"))
    under_none = [("Shy toads", "–", "○ open", "@toads", "–")] if length == "long" else []
    assert list(issues) == [
        ("Rain noise masks calls", "It rains", "◐ partly resolved", "@frogs", "@toads"),
        ("Cold nights", "It is cold", "○ open", "@toads", "–"),
        *under_none,
    ]


def test_open_problems_are_ranked_by_support_and_quoted_where_no_theme_did() -> None:
    alone = Issue(id="i1", label="Cold", statements=(BY_ID["toads#3"],), first_raised="toads")
    shared = Issue(id="i2", label="Rain", statements=(BY_ID["frogs#0"], BY_ID["toads#0"]), first_raised="frogs", status="disputed")
    solved = Issue(id="i3", label="Toads", statements=(BY_ID["frogs#3"],), status="resolved")
    survey = write(Extractive(), issues=(alone, shared, solved))
    assert rows(survey, "open-problems") == [
        ("1", "Rain", "⇄ disputed", "2", "2019", "@frogs", "–"), ("2", "Cold", "○ open", "1", "2021", "@toads", "–"),
    ]  # fmt: skip
    untold = quotes(survey, "open-problems-told")
    assert "Cold nights remain untested." not in untold  # the theme has told it
    cut = rows(write(Extractive(), issues=(alone, shared), settings={"open_problems": 1}), "open-problems")
    assert [row[:2] for row in cut] == [("1", "Rain"), ("…", "1 more, in gaps.csv")]
    assert not has(write(Extractive(), issues=(solved,)), "open-problems")


def test_a_notice_of_a_retraction_stands_before_the_themes() -> None:
    noticed = FROGS.model_copy(update={"notice": "Retraction, 2021-02-03"})
    survey = write(Extractive(), [noticed, TOADS])
    assert told(survey, "notices") == "Roe (2019, retracted): Retraction, 2021-02-03."
    ids = [s.id for s in survey.sections]
    assert ids.index("overview") < ids.index("notices") < ids.index("theme-1")
    assert not has(write(Extractive()), "notices")


def test_the_table_holds_every_paper_oldest_first_the_undated_last() -> None:
    survey = write(Extractive(), [paper("undated", "Nothing here."), TOADS, FROGS])
    assert [row[:2] for row in rows(survey, "papers")] == [("@frogs", "2019"), ("@toads", "2021"), ("@undated", "n.d.")]


def test_the_last_section_accounts_for_what_was_written_and_checked() -> None:
    survey = write(Extractive())
    found = {row[0]: row[1] for row in rows(survey, "checks")}
    assert survey.sections[-1].id == "checks"
    count = survey.checked.kept
    assert found["Sentences that cite a paper"].startswith(f"{len(survey.sentences)} of {len(survey.sentences)} ")
    assert found["A section quotes only what it looked up itself"] == f"{count} of {count} claims"
    assert found["Every paper is quoted or listed with the reason"] == f"{len(PAPERS)} of {len(PAPERS)} quoted, 0 listed"
    assert found["A second model judges each sentence against its quotes"] == "not done"
