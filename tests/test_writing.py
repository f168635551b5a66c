from collections.abc import Collection, Sequence
from typing import Any

import pytest

from survey.chains import find_chains
from survey.models.extractive import Extractive
from survey.records import (
    Alone,
    Answered,
    Bone,
    Chain,
    FishBone,
    Issue,
    Link,
    Outline,
    Paper,
    PlannedSection,
    Quote,
    Section,
    Sentence,
    Skipped,
    Statement,
    Survey,
    Theme,
)
from survey.settings import Settings
from survey.support import fault
from survey.tasks import CheckSupport, Prose, ReplyT, SectionWritten, SupportChecked, Task, WriteSection
from survey.writing import inside, listed, survey_title, write_survey
from tests.fakes import ModelWith, ScriptedModel
from tests.stating import paper, statements

FROGS = paper(
    "frogs", "Rain noise masks 62% of frog calls. A net is proposed. It finds 81 of 90 calls. Toads remain untested.", date="2019-05"
)
TOADS = paper(
    "toads", "Toads hide from nets. A drone is proposed. It counts 17 toads. Cold nights remain untested.", date="2021", authors=("Bo Lee",)
)
PAPERS = [FROGS, TOADS]
SAID = [s for p in PAPERS for s in statements(p)]
BY_ID = {s.id: s for s in SAID}
BY_ID_OF_TEXT = {s.quote.text: s.id for s in SAID}


def found(papers: Sequence[Paper] = PAPERS, said: Sequence[Statement] = SAID, **more: Any) -> Survey:
    issues = tuple(Issue(id=s.id, label="Noise", statements=(s,)) for s in said if s.role in ("improvable", "limitation"))
    theme = Theme(id="theme-1", name="Ponds", terms=("pond",), papers=tuple(p.key for p in papers))
    fields = {"themes": (theme,), "issues": issues, **more}
    planned = tuple(PlannedSection(id=t.id, title=t.name, papers=t.papers) for t in fields["themes"])
    return Survey(papers=tuple(p.reference for p in papers), statements=tuple(said), outline=Outline(sections=planned), **fields)


def write(model: Any, papers: Sequence[Paper] = PAPERS, said: Sequence[Statement] = SAID, **more: Any) -> Survey:
    survey = found(papers, said, **more)
    sections, checked = write_survey(survey, papers, model, Settings())
    return survey.model_copy(update={"sections": sections, "checked": checked})


def claims(survey: Survey) -> list[Sentence]:
    return [s for _, s in survey.sentences if s.kind == "claim"]


def section(survey: Survey, name: str) -> Section:
    return next(s for s in survey.sections if s.id == name)


def told(survey: Survey, name: str) -> str:
    return " ".join(s.text for where, s in survey.sentences if where.id == name)


# ---------------------------------------------------------------- what a model writes is checked

FIRST = BY_ID["frogs#0"].quote.text
WRITTEN: list[tuple[Prose, bool]] = [
    (Prose(text=f"Roe (2019) name a problem: “{FIRST}”", ids=("frogs#0",)), True),
    (Prose(text="Noise hides 62% of the calls.", ids=("frogs#0",)), True),
    (Prose(text="Noise hides 26% of the calls.", ids=("frogs#0",)), False),  # an altered number
    (Prose(text="Roe (2019): “Rain noise masks 62% of toad calls.”", ids=("frogs#0",)), False),  # an altered quotation
    (Prose(text="Ponds are wet.", ids=()), False),  # rests on nothing
    (Prose(text="Ponds are wet.", ids=("newts#0", "frogs#99")), False),  # rests on what was made up
    (Prose(text="It counts 17 toads.", ids=("toads#2",)), False),  # a real statement, but not one that was handed over
    (Prose(text="Rain noise hides the calls.", ids=("frogs#0", "newts#0")), True),  # what was made up falls away, with a flag
]


def meddling(task: WriteSection) -> SectionWritten:
    """Writes all of the above where the first problem is handed over, else quotes. Mends nothing."""
    if task.part != "problems" or task.returned:
        return Extractive().reply(task)
    ids = {BY_ID_OF_TEXT[material.text]: material.id for material in task.material}
    return SectionWritten(
        sentences=tuple(prose.model_copy(update={"ids": tuple(ids.get(i, i) for i in prose.ids)}) for prose, _ in WRITTEN)
    )


def only_problems(task: WriteSection) -> SectionWritten:
    return meddling(task) if task.part == "problems" else SectionWritten(sentences=())


def test_each_written_sentence_is_kept_or_dropped_and_counted() -> None:
    survey = write(ModelWith(write_section=only_problems))
    kept = [prose.text for prose, kept in WRITTEN if kept]
    quoted = [s for s in claims(write(Extractive())) if s.quotes[0] not in {BY_ID["frogs#0"].quote, BY_ID["toads#0"].quote}]
    assert [s.text for s in claims(survey)] == [*kept, *(s.text for s in quoted)]
    assert survey.checked.model_dump() == {"generated": 12, "kept": 6, "flagged": 1, "dropped": 5}
    assert "Of 8 sentences that the model wrote, 2 were kept, 1 are flagged (⚑) and 5 were dropped" in told(survey, "left-out")
    assert "the papers are quoted instead: 4 sentences." in told(survey, "left-out")
    assert "that the model wrote" not in told(write(Extractive()), "left-out")


def test_all_parts_are_written_together_and_what_is_faulty_is_given_back_together() -> None:
    class Batches(ModelWith):
        def __init__(self) -> None:
            super().__init__(write_section=meddling)
            self.batches: list[list[Task[Any]]] = []

        def replies(self, tasks: Sequence[Task[ReplyT]]) -> list[ReplyT]:
            self.batches += [list(tasks)] if tasks else []
            return super().replies(tasks)

    model = Batches()
    write(model)
    first, second = model.batches
    assert [task.part for task in first if isinstance(task, WriteSection)] == ["problems", "work", "open"]
    assert [len(task.returned) for task in second if isinstance(task, WriteSection)] == [6]


def test_what_search_finds_is_handed_to_the_work_of_a_theme_and_can_be_cited() -> None:
    frogs = paper("frogs", f"{FROGS.text} Ponds are loud in spring.", date="2019-05")
    papers, said = [frogs, TOADS], [*statements(frogs), *statements(TOADS)]
    untold = frogs.quote(frogs.text.index("Ponds"), len(frogs.text))
    told = [s.quote for s in said]
    asked: list[tuple[str, list[str]]] = []

    def retrieve(query: str, keys: Collection[str]) -> list[Quote]:
        asked.append((query, sorted(keys)))
        return [*told, untold]

    def writing(task: WriteSection) -> SectionWritten:
        context = [m for m in task.material if m.role == "context"]
        assert {m.text for m in context} == ({untold.text} if task.part == "work" else set())
        return SectionWritten(sentences=tuple(Prose(text=f"{m.byline}: “{m.text}”", ids=(m.id,)) for m in context))

    sections, checked = write_survey(found(papers, said), papers, ModelWith(write_section=writing), Settings(), retrieve)
    assert asked == [("Ponds: pond", ["frogs", "toads"])]
    assert checked.generated == checked.kept
    theme = next(s for s in sections if s.id == "theme-1")
    work = theme.blocks[-2 if theme.blocks[-1].kind == "paragraph" else -1]
    assert [s.quotes for item in work.items for s in item] == [(untold,)]
    quoted = write_survey(found(papers, said), papers, Extractive(), Settings(), retrieve)
    assert quoted == write_survey(
        found(papers, said), papers, Extractive(), Settings()
    )  # the embedded default quotes what the stages chose


def test_a_paper_of_which_nothing_was_written_is_named_in_its_theme() -> None:
    def frogs_alone(task: WriteSection) -> SectionWritten:
        return SectionWritten(sentences=tuple(Prose(text=f"“{m.text}”", ids=(m.id,)) for m in task.material if m.paper == "frogs"))

    theme = section(write(ModelWith(write_section=frogs_alone)), "theme-1")
    assert [s.cites for block in theme.blocks for item in block.items for s in item if s.cites] == [("toads",)]


def test_the_step_of_a_chain_that_the_model_left_out_is_quoted_in_its_place() -> None:
    raised, resolved = BY_ID["frogs#3"], BY_ID["toads#1"]
    link = Link(
        id="l1", issue=raised.id, earlier=raised, later=resolved, kind="partly_resolves", order="forward", terms=("toads",), score=0.9
    )
    chain = Chain(id="chain-1", links=(link,), left=(BY_ID["toads#3"],))

    def one_step(task: WriteSection) -> SectionWritten:
        steps = [m for m in task.material if m.text == resolved.quote.text]
        return SectionWritten(sentences=tuple(Prose(text=f"{m.byline}: “{m.text}”", ids=(m.id,)) for m in steps))

    survey = write(ModelWith(write_section=one_step), links=(link,), chains=(chain,))
    steps = [s for where, s in survey.sentences if where.id == "chains" and s.kind == "claim"]
    assert [s.quotes for s in steps] == [(raised.quote,), (resolved.quote,), (BY_ID["toads#3"].quote,)]
    assert "Toads remain untested" in steps[0].text


def test_a_judge_is_asked_of_each_sentence_that_the_checks_let_through() -> None:
    verdicts = iter(["supported", "partly", "not", *["supported"] * 99])

    def judge(task: CheckSupport) -> SupportChecked:
        return SupportChecked.model_validate({"verdict": next(verdicts)})

    model = ModelWith(check_support=judge)
    _, checked = write_survey(found(), PAPERS, model, Settings(judged=True))
    unjudged = write(Extractive()).checked
    assert checked.model_dump() == {
        "generated": unjudged.generated, "kept": unjudged.kept - 2, "flagged": 1, "dropped": 1
    }  # fmt: skip
    assert sum(task.name == "check_support" for task in model.asked) == unjudged.generated


def test_what_is_kept_is_borne_out_and_names_papers_of_the_collection_only() -> None:
    survey = write(ModelWith(write_section=meddling))
    papers = {p.key: p for p in PAPERS}
    assert len(claims(survey)) > 3
    for _, sentence in survey.sentences:
        assert fault(sentence, papers.get) == ""
    checked = survey.checked
    assert checked.generated == checked.kept + checked.flagged + checked.dropped
    assert checked.kept + checked.flagged == len(claims(survey))


def test_where_a_model_writes_nothing_the_papers_are_quoted() -> None:
    survey = write(ModelWith(write_section=SectionWritten(sentences=())))
    assert claims(survey) == claims(write(Extractive()))
    assert survey.checked == write(Extractive()).checked
    assert keys_in(survey) == {"frogs", "toads"}


def test_a_script_in_the_order_of_the_sections_is_used_up() -> None:
    """The outline, then problems, work and open problems of the one theme: no call more."""
    nothing = SectionWritten(sentences=())
    with ScriptedModel(nothing, nothing, nothing) as model:
        write(model)
        assert [task.name for task in model.asked] == ["write_section"] * 3


# ---------------------------------------------------------------- what stands in the survey


def keys_in(survey: Survey) -> set[str]:
    cells = {cell[1:] for s in survey.sections for b in s.blocks for row in b.rows for cell in row if cell.startswith("@")}
    return cells | {key for _, s in survey.sentences for key in s.citekeys}


def test_a_paper_without_a_statement_is_named_as_such() -> None:
    silent = paper("silent", "Nothing here.", date="2020")
    survey = write(Extractive(), [*PAPERS, silent])
    assert "No sentence that could stand alone was found in 1 paper" in told(survey, "theme-1")
    assert any("silent" in s.cites for _, s in survey.sentences)


def test_papers_beyond_those_quoted_in_a_theme_are_named() -> None:
    sections, _ = write_survey(found(), PAPERS, Extractive(), Settings(theme_papers=1))
    theme = next(s for s in sections if s.id == "theme-1")
    named = [s.cites for block in theme.blocks for item in block.items for s in item if s.cites]
    quoted = {q.key for block in theme.blocks for item in block.items for s in item for q in s.quotes}
    assert named == []  # toads are no typical paper of the theme, and quoted for their problem
    assert quoted == {"frogs", "toads"}
    quiet = [s for s in SAID if s.id != "toads#0"]
    sections, _ = write_survey(found(said=quiet), PAPERS, Extractive(), Settings(theme_papers=1))
    theme = next(s for s in sections if s.id == "theme-1")
    assert [s.cites for block in theme.blocks for item in block.items for s in item if s.cites] == [("toads",)]


def test_counts_in_the_overview_are_counted() -> None:
    survey = write(Extractive(), topic="pond life")
    text = told(survey, "overview")
    assert "covers 2 papers of 2019–2021 on “pond life”, in 1 theme." in text
    assert "The papers raise 4 problems" in text


def test_chains_that_are_not_written_are_not_announced() -> None:
    chains = tuple(find_chains(linked(("frogs#3", "toads#1")), SAID))
    for most, announced in [(0, False), (1, True)]:
        sections, _ = write_survey(found(chains=chains), PAPERS, Extractive(), Settings(chains=most))
        told_ = " ".join(s.text for block in sections[0].blocks for item in block.items for s in item)
        assert ("1 chain leads" in told_) is announced
        assert any(s.id == "chains" for s in sections) is announced


def test_the_fishbone_stands_as_a_list_of_its_causes_and_a_table_of_every_issue() -> None:
    left = Issue(id="i2", label="Cold nights", statements=(BY_ID["toads#3"],))
    answer = Answered(key="toads", kind="partly_resolves", quote=BY_ID["toads#1"].quote)
    raised = Issue(id="i1", label="Rain noise masks calls", statements=(BY_ID["frogs#0"],), status="partly", answers=(answer,))
    twig = Bone(kind="issue", label="Rain noise", issue="i1", status="partly", answers=(answer,))
    fishbone = FishBone(head="Why", bones=(Bone(label="It rains", stated=True, children=(twig,)), Bone(label="It is cold", rest=("i2",))))
    survey = found(issues=(raised, left), fishbone=fishbone)
    sections, _ = write_survey(survey, PAPERS, Extractive(), Settings())
    blocks = sections[0].blocks
    (listed_,) = (block for block in blocks if block.kind == "list" and "It rains" in block.items[0][0].text)
    assert [[s.text for s in item] for item in listed_.items] == [
        ["It rains (stated).", "◐ Rain noise: partly resolved by."],
        ["It is cold (grouped, +1 more)."],
    ]
    assert listed_.items[0][1].cites == ("toads",)
    (table,) = next(section for section in sections if section.id == "issues").blocks
    assert table.rows == (
        ("Rain noise masks calls", "It rains", "◐ partly resolved", "@frogs", "@toads", "“Rain noise masks 62% of frog calls.”"),
        ("Cold nights", "It is cold", "○ open", "@toads", "", "“Cold nights remain untested.”"),
    )


def linked(*pairs: tuple[str, str]) -> list[Link]:
    return [
        Link(id="l1", issue=a, earlier=BY_ID[a], later=BY_ID[b], kind="resolves", order="forward", terms=("net",), score=0.5)
        for a, b in pairs
    ]


def test_a_chain_is_told_from_problem_to_solution_to_what_is_left_open() -> None:
    links = linked(("frogs#3", "toads#1"))
    chains = tuple(find_chains(links, SAID))
    survey = write(Extractive(), links=tuple(links), chains=chains)
    quoted = [q.text for where, s in survey.sentences if where.id == "chains" for q in s.quotes]
    assert quoted == ["Toads remain untested.", "A drone is proposed.", "Cold nights remain untested."]
    assert isinstance(chains[0], Chain)


def test_a_problem_without_a_solution_is_shown_open_and_a_solved_one_is_not() -> None:
    issues = tuple(i.model_copy(update={"status": "resolved"}) if i.id == "frogs#3" else i for i in found().issues)
    survey = write(ModelWith(), issues=issues)
    quoted = [q.text for where, s in survey.sentences if where.id == "open-problems" for q in s.quotes]
    assert quoted == ["Cold nights remain untested."]
    assert "For 3 problems of 4 no later paper" in told(survey, "open-problems")
    assert "Toads remain untested." in [
        q.text for where, s in write(ModelWith()).sentences if where.id == "open-problems" for q in s.quotes
    ]


def test_what_is_taken_up_in_part_or_raised_again_is_shown_with_the_open() -> None:
    status = {"frogs#3": "partly", "toads#3": "disputed"}
    issues = tuple(i.model_copy(update={"status": status.get(i.id, "open")}) for i in found().issues)
    survey = write(Extractive(), issues=issues)
    assert "For 2 problems of 4" in told(survey, "open-problems")
    assert "1 more are taken up in part; 1 were resolved by one paper and raised again since." in told(survey, "open-problems")
    quoted = [q.text for where, s in survey.sentences if where.id == "open-problems" for q in s.quotes]
    assert quoted == ["Cold nights remain untested.", "Toads remain untested."]


def test_a_theme_says_what_it_is_about_in_the_words_of_a_paper() -> None:
    about = FROGS.quote(0, len(FIRST))
    theme = Theme(id="theme-1", name="Ponds", terms=("pond",), papers=tuple(p.key for p in PAPERS), about=about)
    survey = write(Extractive(), themes=(theme,))
    assert section(survey, "theme-1").blocks[0].items[0][-1].quotes == (about,)
    checked = survey.checked
    assert checked.generated == checked.kept + checked.flagged + checked.dropped == len(claims(survey))


def test_themes_within_a_theme_are_named_with_their_papers() -> None:
    within = Theme(id="theme-1.1", name="Deep ponds", terms=(), papers=("toads",))
    survey = write(Extractive(), themes=(Theme(id="theme-1", name="Ponds", terms=(), papers=("frogs", "toads"), subthemes=(within,)),))
    (line,) = [s for _, s in survey.sentences if s.text == "Deep ponds: 1 paper."]
    assert line.citekeys == ("toads",)
    assert [row[3] for row in section(survey, "papers").blocks[-1].rows] == ["Ponds", "Deep ponds"]


def test_papers_that_stand_alone_have_a_section_and_are_listed_with_their_nearest_theme() -> None:
    theme = Theme(id="theme-1", name="Ponds", terms=(), papers=("frogs",))
    survey = write(Extractive(), themes=(theme,), alone=(Alone(key="toads", nearest="theme-1", similarity=0.2),))
    assert [s.id for s in survey.sections][1:3] == ["theme-1", "alone"]
    assert [row[3] for row in section(survey, "papers").blocks[-1].rows] == ["Ponds", "none; nearest: Ponds"]


def test_the_table_holds_every_paper_oldest_first_the_undated_last() -> None:
    undated = paper("undated", "Nothing here.")
    survey = write(Extractive(), [undated, TOADS, FROGS])
    rows = section(survey, "papers").blocks[-1].rows
    assert [row[0] for row in rows] == ["@frogs", "@toads", "@undated"]
    assert rows[-1][1] == "n.d."


def test_what_was_left_out_stands_in_the_last_section_with_reason_and_cure() -> None:
    skipped = Skipped(source="a.bib", place="entry 3", reason="has no title", cure="add one")
    survey = write(Extractive(), left_out=(skipped,))
    assert survey.sections[-1].id == "left-out"
    assert survey.sections[-1].blocks[-1].rows == (("a.bib, entry 3", "has no title", "add one"),)
    assert "Nothing: all 2 papers" in told(write(Extractive()), "left-out")


def test_no_statement_is_quoted_in_two_sections_but_in_chains() -> None:
    survey = write(Extractive(), links=tuple(linked(("frogs#3", "toads#1"))))
    starts = [(q.key, q.start) for where, s in survey.sentences if where.id != "chains" for q in s.quotes]
    assert len(starts) == len(set(starts))


# ---------------------------------------------------------------- words


@pytest.mark.parametrize(("names", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")])
def test_names_are_listed(names: list[str], text: str) -> None:
    assert listed(names) == text


@pytest.mark.parametrize(
    ("label", "within"), [("Rain noise", "rain noise"), ("EEG signals", "EEG signals"), ("3D pose", "3D pose"), ("A", "a")]
)
def test_a_label_within_a_sentence_keeps_its_names(label: str, within: str) -> None:
    assert inside(label) == within


def test_a_title_is_the_topic_or_the_largest_themes() -> None:
    def theme(name: str) -> Theme:
        return Theme(id=name, name=name, terms=(), papers=())

    themes = [theme(name) for name in ("Frog calls, rain", "EEG", "Cells", "Toads")]
    assert survey_title("pond life", themes) == "Pond life"
    assert survey_title("", themes) == "Frog calls, EEG and cells"
    assert survey_title("", themes[1:2]) == "EEG"
    assert survey_title("", []) == "Survey"
