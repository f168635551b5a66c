"""What a model writes is checked, counted, and quoted where it left something out."""

from collections.abc import Collection, Sequence
from typing import Any

from survey.models.extractive import Extractive
from survey.records import Issue, Statement, Survey
from survey.support import fault
from survey.tasks import CheckSupport, Prose, ReplyT, SectionWritten, SupportChecked, Task, WriteSection
from survey.writing import Sources
from tests.fakes import ModelWith
from tests.stating import paper, statements
from tests.writing.ponds import BY_ID, FROGS, PAPERS, SAID, TOADS, claims, found, keys_in, quotes, rows, write

FIRST = BY_ID["frogs#0"].quote.text
BY_ID_OF_TEXT = {s.quote.text: s.id for s in SAID}
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
QUIET = ("frogs#1", "frogs#2", "toads#1", "toads#2")
"""Statements left out, so that only problems and what is open are told."""
PROBLEMS = [s for s in SAID if s.id not in QUIET]


def meddling(task: WriteSection) -> SectionWritten:
    """Writes all of the above where the first problem is handed over, else quotes. Mends nothing."""
    if task.returned:
        return SectionWritten(sentences=())
    ids = {BY_ID_OF_TEXT[material.text]: material.id for material in task.material}
    if "frogs#0" not in ids:
        return Extractive().reply(task)
    return SectionWritten(
        sentences=tuple(prose.model_copy(update={"ids": tuple(ids.get(i, i) for i in prose.ids)}) for prose, _ in WRITTEN)
    )


def test_each_written_sentence_is_kept_or_dropped_and_counted() -> None:
    survey = write(ModelWith(write_section=meddling), said=PROBLEMS)
    told = [s.text for s in claims(survey)]
    for prose, kept in WRITTEN:
        assert (prose.text in told) == kept, prose.text
    checked = survey.checked
    assert checked.generated == checked.kept + checked.flagged + checked.dropped
    assert (checked.kept + checked.flagged, checked.flagged, checked.dropped) == (len(claims(survey)), 1, 5)
    outcome = next(row[1] for row in rows(survey, "checks") if "Numbers" in row[0])
    assert outcome == f"{checked.generated} sentences written: {checked.kept} kept, 1 flagged (⚑), 5 dropped"


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
    assert len(first) > 1
    assert sum(len(task.returned) for task in second if isinstance(task, WriteSection)) == 6


def test_what_is_kept_is_borne_out() -> None:
    survey = write(ModelWith(write_section=meddling), said=PROBLEMS)
    papers = {p.key: p for p in PAPERS}
    assert len(claims(survey)) > 3
    assert [fault(sentence, papers.get) for _, sentence in survey.sentences if sentence.kind == "claim"] == [""] * len(claims(survey))


def test_what_search_finds_is_handed_to_a_model_and_can_be_cited() -> None:
    frogs = paper("frogs", f"{FROGS.text} Ponds are loud in spring.", date="2019-05")
    papers, said = [frogs, TOADS], [*statements(frogs), *statements(TOADS)]
    loud = Statement(id="frogs#4", role="other", quote=frogs.quote(frogs.text.index("Ponds"), len(frogs.text)))
    asked: list[tuple[str, list[str]]] = []

    def search(query: str, keys: Collection[str]) -> list[Statement]:
        asked.append((query, sorted(keys)))
        return [loud]

    def writing(task: WriteSection) -> SectionWritten:
        context = [m for m in task.material if m.role == "context"]
        return SectionWritten(sentences=tuple(Prose(text=f"{m.byline}: “{m.text}”", ids=(m.id,)) for m in context))

    sources = Sources(lambda key: [s for s in [*said, loud] if s.quote.key == key], search)
    survey = write(ModelWith(write_section=writing), papers, said, sources=sources)
    assert asked[0] == ("Ponds", ["frogs", "toads"])
    (part,) = [where for where, s in survey.sentences if loud.quote in s.quotes]
    assert loud.id in part.retrieved
    assert quotes(write(Extractive(), papers, said, sources=sources), "theme-1-work") != [loud.quote.text]  # a model's alone


def test_a_question_of_the_reader_is_answered_with_what_search_finds() -> None:
    """For the embedded default too; what is asked of every theme is answered by its parts."""
    from survey.phrases import Phrases
    from survey.records import Outline, PlannedSection

    questions = (*(Phrases(lang)("outline.hindrance", theme="Ponds") for lang in ("en", "de")), "How many toads are there?")
    outline = Outline(sections=(PlannedSection(id="theme-1", title="Ponds", questions=questions, papers=("frogs", "toads")),))
    asked: list[str] = []

    def search(query: str, keys: Collection[str]) -> list[Statement]:
        asked.append(query)
        return [BY_ID["toads#0"]]

    sources = Sources(lambda key: [s for s in SAID if s.quote.key == key], search)
    survey = write(Extractive(), outline=outline, sources=sources)
    assert asked == ["How many toads are there?"]
    (part,) = [s for s in survey.sections if s.title == asked[0]]
    assert part.retrieved == ("toads#0",)


def test_a_paper_of_which_nothing_was_written_is_quoted() -> None:
    def frogs_alone(task: WriteSection) -> SectionWritten:
        return SectionWritten(sentences=tuple(Prose(text=f"“{m.text}”", ids=(m.id,)) for m in task.material if m.paper == "frogs"))

    survey = write(ModelWith(write_section=frogs_alone))
    assert {q.key for claim in claims(survey) for q in claim.quotes} == {"frogs", "toads"}
    assert any(row[0].startswith("Where nothing") for row in rows(survey, "checks"))


def test_where_a_model_writes_nothing_the_papers_are_quoted() -> None:
    survey, quoted = write(ModelWith(write_section=SectionWritten(sentences=()))), write(Extractive())
    assert claims(survey) == claims(quoted)
    assert survey.checked == quoted.checked
    assert keys_in(survey.sections) == {"frogs", "toads"}


def test_a_sentence_that_a_model_writes_twice_stands_once() -> None:
    """In two parts, and in other words around the same quotation."""

    def again(task: WriteSection) -> SectionWritten:
        first = task.material[0]
        leads = ("{}:", "In the words of {}:") if not task.returned else ()
        return SectionWritten(sentences=tuple(Prose(text=f"{lead.format(first.byline)} “{first.text}”", ids=(first.id,)) for lead in leads))

    survey = write(ModelWith(write_section=again))
    said = [q for claim in claims(survey) for q in claim.quotes]
    assert len(said) == len(set(said))
    assert survey.checked.dropped > 0


def test_a_judge_is_asked_of_each_sentence_that_the_checks_let_through() -> None:
    verdicts = iter(["supported", "partly", "not", *["supported"] * 99])

    def judge(task: CheckSupport) -> SupportChecked:
        return SupportChecked.model_validate({"verdict": next(verdicts)})

    model = ModelWith(check_support=judge)
    survey = write(model, settings={"judged": True})
    asked = sum(task.name == "check_support" for task in model.asked)
    assert (survey.checked.flagged, survey.checked.dropped) == (1, 1)
    assert asked == write(Extractive()).checked.generated
    assert "done for every sentence that passed" in [row[1] for row in rows(survey, "checks")]


def test_acronyms_are_handed_over_once_with_the_sentence_that_spells_them_out() -> None:
    text = "Nets miss calls at night. An Acoustic Pond Net (APN) is built. The APN finds calls. The APN fails in wind."
    nets = paper("nets", text, date="2020")
    said = statements(nets)
    issues = tuple(Issue(id=s.id, label=s.id, statements=(s,)) for s in said if s.role in ("improvable", "limitation"))
    handed: list[tuple[str, str]] = []

    def writing(task: WriteSection) -> SectionWritten:
        handed.extend((acronym.short, acronym.text) for acronym in task.acronyms)
        return Extractive().reply(task)

    left = [s for s in said if s.role != "purpose"]  # the sentence that defines it is no statement
    whole = {s.id: s for s in said}
    sources = Sources(lambda key: list(whole.values()), lambda query, keys: [])
    survey: Survey = write(ModelWith(write_section=writing), [nets], left, sources=sources, issues=issues)
    assert handed == [("APN", "An Acoustic Pond Net (APN) is built.")]
    assert any("nets#1" in section.retrieved for section in survey.sections)


def test_the_embedded_default_writes_the_same_twice() -> None:
    assert write(Extractive()).sections == write(Extractive()).sections
    assert found() == found()
