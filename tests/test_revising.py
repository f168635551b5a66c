"""A survey written again over one that a person edited: every edit is kept as it is, or its loss is told and a copy asked for."""

import json
import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.errors import UnknownSection, UnreadableEdits
from survey.records import Block, Paper, Reference, Section, Survey
from survey.render.evidence import survey_json
from survey.render.html import survey_html
from survey.render.markdown import survey_markdown
from survey.revising import Revised, read_before, revise
from survey.revising.parting import imprint_of
from tests.render.small_survey import AGREED, HALVED, LOST, PAPERS, claim, fact, quote, small_survey

RUN = {"settings": {"length": "standard"}, "version": "1", "model": "extractive"}
TEXTS = {
    "phan2019": " " * LOST.start + LOST.text,
    "andersen2020": " " * AGREED.start + AGREED.text,
    "roe2021": " " * HALVED.start + HALVED.text,
}


def library(key: str) -> Paper | None:
    return Paper(key=key, text=TEXTS[key]) if key in TEXTS else None


def lay(folder: Path, survey: Survey, revised: Revised | None = None) -> Path:
    """A survey as it lies in its folder; returns its survey.md."""
    shown = revised.survey if revised else survey
    imprint = revised.imprint if revised else imprint_of(survey)
    (folder / "survey.md").write_bytes((revised.markdown if revised else survey_markdown(survey)).encode())
    (folder / "survey.json").write_text(survey_json(shown), encoding="utf-8")
    (folder / "run.json").write_text(json.dumps({**RUN, "written": imprint.model_dump()}), encoding="utf-8")
    return folder / "survey.md"


def again(file: Path, made: Survey | None = None, *discard: str) -> Revised:
    return revise(made or small_survey(), read_before(file.parent), library, RUN, discard)


def how(revised: Revised) -> dict[str, str]:
    return {change.id: change.how for change in revised.revision.changes}


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_bytes().decode()
    assert text.count(old) == 1, old
    file.write_bytes(text.replace(old, new).encode())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return lay(tmp_path, small_survey())


MORE = small_survey().model_copy(
    update={
        "papers": (*PAPERS, Reference(key="new2025", title="New", authors=("Nia Orr",), date="2025")),
        "sections": tuple(
            s.model_copy(update={"blocks": (*s.blocks, Block(kind="paragraph", items=((fact("One more.", "new2025"),),)))})
            if s.id == "montages"
            else s
            for s in small_survey().sections
        ),
    }
)
"""The small survey after one more paper, which its section on montages cites."""


def test_nothing_edited_is_nothing_kept(file: Path) -> None:
    done = again(file)
    assert set(how(done).values()) == {"unchanged"}
    assert done.markdown == file.read_text(encoding="utf-8")
    assert (done.survey, done.revision.aside) == (small_survey(), "")


# ---------------------------------------------------------------- what stands in a section


LINES = st.text(st.characters(exclude_categories=["Cs"]), max_size=60) | st.sampled_from(
    [
        "# A heading",
        "## Another {#mine}",
        "# Overview {#overview}",
        "Set\n===",
        "```",
        "~~~",
        "<!--",
        "---",
        "    code",
        "> - q",
        "| a |",
        "\r",
        "{#x}",
    ]
)


@settings(deadline=None)
@given(st.lists(LINES, max_size=6).map("\n".join), st.integers(0, 3))
def test_whatever_a_person_types_survives_byte_for_byte(typed: str, at: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = lay(Path(folder), small_survey())
        before = file.read_bytes().decode()
        place = [m.end() for m in re.finditer(r"^#.*\n\n.*\n", before, re.MULTILINE)][at]
        file.write_bytes(f"{before[:place]}{typed}{before[place:]}".encode())
        on_disk = read_before(Path(folder))
        assert on_disk
        done = revise(MORE, on_disk, library, RUN)
        if at < 3:  # the list of references is the library's
            assert typed.rstrip() in done.markdown
        else:
            assert typed.rstrip() in done.markdown or done.revision.aside or not typed.strip()
        file = lay(Path(folder), MORE, done)
        assert again(file, MORE).markdown == done.markdown


def test_an_edited_section_is_kept_while_others_follow_their_papers(file: Path) -> None:
    edit(file, "We read 4 papers", "I have read 4 papers")
    done = again(file, MORE)
    assert how(done) == {"overview": "kept", "montages": "rewritten", "papers": "unchanged", "refs": "rewritten"}
    assert "I have read 4 papers" in done.markdown
    assert "One more" not in file.read_text(encoding="utf-8")
    assert "@new2025" in done.markdown


def test_it_is_kept_in_every_later_run_and_given_back_when_told(file: Path) -> None:
    edit(file, "We read 4 papers", "I have read 4 papers")
    first = again(file)
    second = again(lay(file.parent, small_survey(), first))
    assert second.markdown == first.markdown
    assert how(second)["overview"] == "kept"
    back = again(file, None, "overview")
    assert (how(back)["overview"], back.markdown) == ("rewritten", survey_markdown(small_survey()))
    assert back.revision.aside


def test_what_is_left_as_it_was_keeps_its_evidence_and_the_rest_is_read(file: Path) -> None:
    mine = f"My own view.\nRoe writes “{HALVED.text}” [@roe2021].\nRoe writes “nothing of the kind” [@roe2021].\n"
    edit(file, "[@phan2019; @andersen2020].\n", f"[@phan2019; @andersen2020].\n\n{mine}")
    overview = again(file).survey.sections[0]
    told = [sentence for block in overview.blocks for item in block.items for sentence in item]
    old = [sentence for item in small_survey().sections[0].blocks[0].items for sentence in item]
    assert [s for s in told if s in old] == old
    own, right, wrong = [s for s in told if s not in old]
    assert (own.kind, own.verdict, own.text) == ("own", "unchecked", "My own view.")
    assert (right.kind, right.verdict, right.quotes[0].start, right.quotes[0].key) == ("claim", "supported", HALVED.start, "roe2021")
    assert (wrong.kind, wrong.verdict, wrong.quotes, wrong.cites) == ("own", "flagged", (), ("roe2021",))
    assert [block.kind for block in overview.blocks] == ["paragraph", "paragraph", "paragraph", "figure", "table"]
    assert overview.blocks[-1] == small_survey().sections[0].blocks[-1]


@pytest.mark.parametrize(
    ("mine", "verdict"),
    [
        (f"Roe writes “{HALVED.text}” [@roe2021].", "supported"),
        ("Roe writes “nothing of the kind” [@roe2021].", "flagged"),
        (f"Roe writes “{HALVED.text}” and “nothing of the kind” [@roe2021].", "flagged"),
        (f"All 97 nights: “{HALVED.text}” [@roe2021].", "flagged"),
        ("I trust it [@nobody2030].", "flagged"),
        (f"Roe writes “{HALVED.text}” [@roe2021; @nobody2030].", "flagged"),
        ("I trust it [@roe2021].", "unchecked"),
        ("I trust it “as is”.", "unchecked"),
    ],
)
def test_a_sentence_by_hand_says_what_the_checks_found_in_it(file: Path, mine: str, verdict: str) -> None:
    edit(file, "[@phan2019; @andersen2020].\n", f"[@phan2019; @andersen2020].\n\n{mine}\n")
    done = again(file)
    old = {sentence for _, sentence in small_survey().sentences}
    for revised in (done, again(lay(file.parent, small_survey(), done))):
        assert [sentence.verdict for _, sentence in revised.survey.sentences if sentence not in old] == [verdict]
    assert mine in done.markdown
    page = survey_html(done.survey)
    shown = {"flagged": "⚑ not borne out", "unchecked": "✎ unchecked"}
    before = survey_html(small_survey())
    assert {v: page.count(words) - before.count(words) for v, words in shown.items()} == {v: int(v == verdict) for v in shown}


def test_what_a_kept_section_rests_on_is_told_until_it_is_edited_again(file: Path) -> None:
    edit(file, "# Montages", "# My montages")
    first = again(file, MORE)
    (kept,) = [change for change in first.revision.changes if change.how == "kept"]
    assert kept.why == ("+ @new2025",)
    assert "+One more [@new2025]." in kept.diff
    file = lay(file.parent, MORE, first)
    (kept,) = [change for change in again(file, MORE).revision.changes if change.how == "kept"]
    assert kept.why == ("+ @new2025",)
    edit(file, "# My montages", "# My own montages")
    file = lay(file.parent, MORE, again(file, MORE))
    (kept,) = [change for change in again(file, MORE).revision.changes if change.how == "kept"]
    assert (kept.why, kept.diff) == ((), "")


# ---------------------------------------------------------------- sections, their order, the head


def test_a_section_that_was_deleted_stays_so_until_it_is_asked_for(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    start = text.index("## Montages")
    file.write_text(text[:start] + text[text.index("# The papers") :], encoding="utf-8")
    done = again(file, MORE)
    assert how(done)["montages"] == "deleted"
    assert "Montages" not in done.markdown
    file = lay(file.parent, MORE, done)
    assert how(again(file, MORE))["montages"] == "deleted"
    assert how(again(file, MORE, "montages"))["montages"] == "new"


def test_a_chapter_that_was_deleted_comes_back_with_its_parts(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    file.write_text(text[: text.index("# Overview")] + text[text.index("# The papers") :], encoding="utf-8")
    for _ in range(2):
        done = again(file)
        assert [name for name, what in how(done).items() if what == "deleted"] == ["overview", "montages"]
        file = lay(file.parent, small_survey(), done)
    assert how(again(file, None, "montages"))["overview"] == "deleted"
    assert again(file, None, "overview").markdown == survey_markdown(small_survey())


def test_discarding_the_edits_of_a_chapter_is_discarding_those_of_its_parts_and_of_no_other(file: Path) -> None:
    edit(file, "## Montages", "## My montages")
    edit(file, "# The papers", "# My papers")
    done = again(file, None, "overview")
    assert (how(done)["montages"], how(done)["papers"]) == ("rewritten", "kept")


def test_an_id_that_no_section_has_is_refused_with_those_that_are_near(file: Path) -> None:
    with pytest.raises(UnknownSection, match=r"'montage'.* Did you mean montages\?"):
        again(file, None, "montage")
    with pytest.raises(UnknownSection, match=r"'overveiw'.* Did you mean overview"):
        again(file, None, "head", "overveiw")
    with pytest.raises(UnknownSection, match=r"'42'.*survey\.md"):
        again(file, None, "42")
    with pytest.raises(UnknownSection):
        revise(small_survey(), None, library, RUN, ["nosuch"])
    file.write_text("", encoding="utf-8")
    with pytest.raises(UnknownSection):
        again(file, None, "nosuch")


def test_a_section_that_a_person_added_stays_behind_the_one_it_followed(file: Path) -> None:
    edit(file, "# The papers", "# What I think {#mine}\n\nMuch.\n\n# What I think\n\nMore.\n\n# The papers")
    done = again(file, MORE)
    assert [s.id for s in done.survey.sections] == ["overview", "montages", "mine", "what-i-think", "papers"]
    assert [s.title for s in done.survey.sections if s.by_hand] == ["What I think"] * 2
    second = again(lay(file.parent, MORE, done), MORE)
    assert (second.markdown, second.survey.sections) == (done.markdown, done.survey.sections)
    assert how(again(lay(file.parent, MORE, done), MORE, "mine"))["mine"] == "gone"


def test_an_order_that_a_person_made_stays(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    one, two, end = (text.index(heading) for heading in ("# Overview", "## Montages", "# References"))
    file.write_text(text[:one] + text[two:end] + text[one:two] + text[end:], encoding="utf-8")
    more = MORE.model_copy(update={"sections": (*MORE.sections, Section(id="last", title="Last"))})
    done = again(file, more)
    assert [s.id for s in done.survey.sections] == ["montages", "papers", "last", "overview"]
    assert [s.id for s in again(lay(file.parent, more, done), more).survey.sections] == ["montages", "papers", "last", "overview"]
    assert [s.id for s in again(file, more, "all").survey.sections] == ["overview", "montages", "papers", "last"]


def test_the_lines_before_the_first_section_stay_and_give_the_title(file: Path) -> None:
    edit(file, "title: 'How sleep staging travels'", "title: 'My review'\nauthor: Nia Orr")
    done = again(file, MORE)
    assert (done.survey.title, how(done)["head"]) == ("My review", "kept")
    assert done.markdown.startswith("---\ntitle: 'My review'\nauthor: Nia Orr\n")
    assert again(file, MORE, "head").survey.title == small_survey().title


def test_an_edited_section_that_the_outline_dropped_is_kept_all_the_same(file: Path) -> None:
    edit(file, "# Montages", "# My montages")
    fewer = MORE.model_copy(update={"sections": tuple(s for s in MORE.sections if s.id != "montages")})
    done = again(file, fewer)
    assert how(done)["montages"] == "own"
    assert [s.id for s in done.survey.sections] == ["overview", "montages", "papers"]


def test_the_list_of_references_is_the_librarys_and_a_copy_of_its_edit_is_asked_for(file: Path) -> None:
    edit(file, "Montage dropout.", "Montage dropout (read this).")
    done = again(file)
    assert "read this" not in done.markdown
    assert "references" in done.revision.aside


# ---------------------------------------------------------------- editors


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_an_editor_that_ends_lines_otherwise_has_edited_nothing(file: Path, mark: str) -> None:
    text = mark + file.read_text(encoding="utf-8").replace("\n", "\r\n")
    file.write_bytes(text.removesuffix("\r\n").encode())
    done = again(file)
    assert set(how(done).values()) == {"unchanged"}
    assert done.markdown == text
    file.write_bytes(text.replace("We read", "I read").encode())
    done = again(file)
    assert done.markdown == text.replace("We read", "I read")
    assert how(done)["overview"] == "kept"


def test_headings_that_lost_their_ids_are_known_by_their_titles(file: Path) -> None:
    text = re.sub(r" \{#(?!ref-)[^}]*\}$", "", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    file.write_text(text, encoding="utf-8")
    done = again(file)
    assert {name: told for name, told in how(done).items() if name != "refs"} == dict.fromkeys(("overview", "montages", "papers"), "kept")


@pytest.mark.parametrize("text", ["", "Only this.\n", "# Mine\n\nAll mine.\n"])
def test_a_file_in_which_nothing_is_the_programs_is_set_aside(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
    done = again(file)
    assert done.markdown == survey_markdown(small_survey())
    assert done.revision.aside


def test_without_its_records_a_file_is_set_aside_unless_it_is_what_is_written_now(file: Path) -> None:
    (file.parent / "run.json").unlink()
    assert set(how(again(file)).values()) == {"unchanged"}  # survey.json tells as much
    (file.parent / "survey.json").write_text("{", encoding="utf-8")
    assert not again(file).revision.aside
    edit(file, "We read", "I read")
    assert again(file).revision.aside


def test_what_is_no_text_is_refused_with_the_cure(file: Path) -> None:
    file.write_bytes(b"# Caf\xe9\n")
    with pytest.raises(UnreadableEdits, match="Save it as UTF-8"):
        again(file)


# ---------------------------------------------------------------- why


def why(file: Path, made: Survey, run: dict[str, object] | None = None) -> dict[str, tuple[str, ...]]:
    done = revise(made, read_before(file.parent), library, run or RUN)
    return {change.id: change.why for change in done.revision.changes if change.how == "rewritten"}


def test_a_section_says_which_papers_it_gained(file: Path) -> None:
    told = why(file, MORE)
    assert told == {"montages": ("+ @new2025",), "refs": ("+ @new2025",)}


def test_a_letter_behind_a_year_is_a_reason(file: Path) -> None:
    twin = Reference(key="phan2019b", title="Another", authors=PAPERS[0].authors, date="2019")
    sections = tuple(
        s.model_copy(update={"blocks": (Block(kind="paragraph", items=((claim("Phan et al. (2019b) report:", LOST),),)),)})
        if s.id == "overview"
        else s
        for s in small_survey().sections
    )
    told = why(file, small_survey().model_copy(update={"papers": (*PAPERS, twin), "sections": sections}))
    assert any("Phan et al. 2019 is now Phan et al. 2019b" in reason for reason in told["overview"])


def test_a_setting_is_a_reason_and_no_reason_is_none(file: Path) -> None:
    other = quote("phan2019", "Another sentence.", 4, 9)
    sections = tuple(
        s.model_copy(update={"blocks": (Block(kind="paragraph", items=((claim("Phan et al. (2019):", other),),)),)})
        if s.id == "montages"
        else s
        for s in small_survey().sections
    )
    made = small_survey().model_copy(update={"sections": sections})
    assert "length: standard → long" in why(file, made, {**RUN, "settings": {"length": "long"}})["montages"]
    (change,) = [c for c in again(file, made).revision.changes if c.how == "rewritten"]
    assert change.quotes == "1 quote new, 3 quotes gone"
