"""outline.yaml: what is written is read back; what a person writes is read as they mean it, or refused with the line and the cure."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.errors import BadOutline
from survey.outlines import joined
from survey.outlines.form import outline_yaml, put_in, without_gone
from survey.outlines.reading import parsed_outline, read_outline
from survey.records import Outline, PlannedSection
from tests.stating import paper

PAPERS = {key: paper(key, "Text.", title=f"On: # {key} & “others”", date="2019") for key in ("bats", "frogs", "gulls", "newts", "toads")}
FILE = Path("outline.yaml")


def read(text: str) -> Outline:
    return parsed_outline(text, FILE, PAPERS)


LINE = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40).filter(lambda text: any(c.isalnum() for c in text))
TITLE = LINE | st.sampled_from(
    ["yes", "null", "1.0", "a: b", "- x", "# no", "~", "'", '"', "{a}", "[b]", "&a", "*a", "!x", "%", "@a", "a #b"]
)


@st.composite
def outlines(draw: st.DrawFn) -> Outline:
    """Sections that share the papers out, some of them in parts."""
    places = draw(st.lists(st.integers(0, 4), min_size=len(PAPERS), max_size=len(PAPERS)))
    sections = []
    for n in range(3):
        papers = tuple(key for key, place in zip(PAPERS, places, strict=True) if place == n)
        questions = tuple(draw(st.lists(TITLE, max_size=2)))
        if not papers and not questions:
            continue
        part = PlannedSection(id=f"s-{n}-1", title=draw(TITLE), papers=papers[:1], terms=("a", "b"))
        apart: bool = draw(st.booleans())
        parts = (part,) if papers and apart else ()
        pinned: tuple[str, ...] = papers[: draw(st.integers(0, 1))]
        terms, about = tuple(draw(st.lists(TITLE, max_size=9))), draw(st.just("") | TITLE)
        sections.append(
            PlannedSection(
                id=f"s-{n}", title=draw(TITLE), questions=questions, papers=papers, pinned=pinned, terms=terms, about=about, parts=parts
            )
        )
    alone = tuple(key for key, place in zip(PAPERS, places, strict=True) if place == 3)
    known = tuple(sorted(draw(st.sets(st.sampled_from(sorted(PAPERS))))))
    return Outline(topic=draw(st.just("") | TITLE), title=draw(TITLE), sections=tuple(sections), alone=alone, papers=known)


@settings(deadline=None)
@given(outlines().filter(lambda outline: bool(outline.sections or outline.alone)))
def test_what_is_written_is_read_back_letter_for_letter(outline: Outline) -> None:
    assert read(outline_yaml(outline, PAPERS)) == outline


SMALL = """\
title: Ponds
sections:
  - id: theme-1
    title: Calls   # my words
    papers:
      - frogs
      - "@newts"
  - title: Why so few?
    questions: [Why are there so few?]
papers: [frogs, gone, newts, toads]
"""


def test_a_person_may_leave_out_ids_and_write_keys_as_they_are_cited() -> None:
    outline = read(SMALL)
    assert [(s.id, s.papers) for s in outline.sections] == [("theme-1", ("frogs", "newts")), ("why-so-few", ())]
    assert outline.left_out == ["gone", "toads"]  # what is known and no longer in the library is gone, and no fault


def test_a_pinned_paper_is_one_of_its_section_and_a_part_has_papers_of_its_section_alone() -> None:
    text = SMALL.replace(
        "  - title: Why", "    pinned: [toads]\n    parts:\n      - title: P\n        papers: [frogs, bats, gulls]\n  - title: Why"
    )
    text = text.replace("questions: [Why", "papers: [gulls]\n    questions: [Why")
    (section, other) = read(text).sections
    assert (section.papers, section.pinned) == (("frogs", "newts", "toads", "bats"), ("toads",))
    assert section.parts[0].papers == ("frogs", "bats")
    assert other.papers == ("gulls",)
    remarks: list[str] = []
    parsed_outline(text, FILE, PAPERS, remarks=remarks)
    bats, gulls = remarks
    assert bats.startswith("outline.yaml, line 11: @bats is in a part, but not among the papers of “Calls”")
    assert gulls.startswith("outline.yaml, line 11: @gulls is told in “Why so few?” (line 13), so not in a part of “Calls”")


def test_an_about_that_its_papers_do_not_say_is_remarked_with_its_line() -> None:
    text = SMALL.replace("    papers:\n", "    about: Frogs call.\n    papers:\n", 1)
    for says, told in ((True, 0), (False, 1)):
        remarks: list[str] = []
        read = parsed_outline(text, FILE, PAPERS, lambda about, keys, says=says: says, remarks)  # type: ignore[misc]
        assert read.sections[0].about == "Frogs call."
        assert len(remarks) == told
    assert remarks[0].startswith("outline.yaml, line 5: `about` is no sentence of a paper of “Calls”")


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("frogs\n", "frosg\n", 6, "no paper @frosg is in the library. Did you mean frogs?"),
        ("frogs\n", "volt9999\n", 6, "`survey status` lists the papers"),
        ('"@newts"', "frogs", 7, "@frogs stands in “Calls” and in “Calls” (line 6)"),
        ("questions: [Why", "papers: [newts]\n    questions: [Why", 9, "stands in “Why so few?” and in “Calls” (line 7)"),
        ("papers:\n", "paper:\n", 5, "no field “paper”. Did you mean `papers`?"),
        ("title: Ponds\n", "titel: Ponds\n", 1, "Did you mean `title`?"),
        ("title: Calls ", "title: [Calls] ", 4, "`title` is not a text"),
        ("questions: [Why are there so few?]", "questions: Why?", 9, "`questions` is not a list"),
        ("    questions: [Why are there so few?]\n", "", 8, "has neither papers nor questions"),
        ("title: Calls ", "title: ", 3, "has no title"),
        ("id: theme-1", "id: overview", 3, "a chapter of every survey"),
        ("id: theme-1", "id: 'a b'", 3, "letters, digits"),
        ("id: theme-1", "id: x\n    id: y", 4, "the field “id” twice"),
        ("title: Ponds", "title: &a Ponds", 1, "an anchor or an alias"),
        ("title: Ponds", "title: 'Ponds", 11, "not YAML"),
        ("title: Ponds", "\ttitle: Ponds", 1, "not YAML"),
        ("title: Ponds", "title: " + "[" * 30 + "]" * 30, 1, "nested too deep"),
        ("title: Ponds", "title: Ponds\nsections: []", 3, "the field “sections” twice"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_line_and_the_cure(old: str, new: str, line: int, told: str) -> None:
    assert SMALL.count(old) == 1
    with pytest.raises(BadOutline) as fault:
        read(SMALL.replace(old, new))
    assert str(fault.value).startswith(f"outline.yaml, line {line}: ")
    assert told in str(fault.value)


@pytest.mark.parametrize("text", ["", "# nothing\n", "title: A\n", "sections: []\n", "- a\n", "a", "sections:\n  - - x\n"])
def test_a_file_without_a_section_is_refused(text: str) -> None:
    with pytest.raises(BadOutline, match=r"outline\.yaml, line 1|outline\.yaml, line 2"):
        read(text)


def test_a_bomb_is_refused_before_it_grows() -> None:
    bomb = "a: &a [x, x]\n" + "".join(f"{c}: &{c} [*{p}, *{p}, *{p}, *{p}]\n" for p, c in zip("abcdefgh", "bcdefghi", strict=True))
    with pytest.raises(BadOutline, match="line 1: it has an anchor"):
        read(bomb)


@pytest.mark.parametrize(("data", "told"), [(b"title: \xff", "is not UTF-8"), (b"#" * 4_000_001, "bytes")])
def test_what_is_no_text_or_too_long_is_refused(tmp_path: Path, data: bytes, told: str) -> None:
    (tmp_path / "outline.yaml").write_bytes(data)
    with pytest.raises(BadOutline, match=told):
        read_outline(tmp_path / "outline.yaml", PAPERS)


# ---------------------------------------------------------------- new papers


NEW = {"bats": "theme-1", "gulls": "", "toads": "theme-1"}


@pytest.mark.parametrize(
    "text",
    [
        SMALL,
        SMALL.replace("\n", "\r\n"),
        f"\ufeff{SMALL}",
        SMALL.removesuffix("\n"),
        SMALL.replace("    papers:\n      - frogs\n", "    papers:\n    # mine\n    - frogs\n").replace(
            '      - "@newts"', '    - "@newts" # x'
        ),
        re.sub(r"papers:\n.*\n.*\n", "papers: [frogs,\n      newts] # both\n", SMALL, count=1),
        SMALL.replace("papers: [frogs, gone", "alone: [olm]\npapers: [olm, frogs, gone"),
        SMALL.replace("papers: [frogs, gone, newts, toads]\n", "papers: []"),
        SMALL.replace("papers: [frogs, gone, newts, toads]\n", ""),
        SMALL.replace("papers: [frogs, gone", "alone:\n- olm\npapers: [olm, frogs, gone"),
    ],
)
def test_new_papers_are_put_in_and_nothing_else_changes(text: str) -> None:
    now = put_in(text, FILE, NEW, PAPERS, PAPERS)
    assert read(now) == joined(read(text), NEW)
    left = iter(now.replace("\r", ""))
    assert all(char in left for char in text.replace("\r", ""))  # what stood there stands there still, in its order


def test_a_paper_that_is_gone_is_in_no_line_that_the_program_wrote() -> None:
    part = PlannedSection(id="s-1-1", title="Part", papers=("newts",), about="Newts sing.")
    section = PlannedSection(id="s-1", title="Ponds", papers=("frogs", "newts"), about="Frogs call.", pinned=("newts",), parts=(part,))
    written = outline_yaml(Outline(title="Ponds", sections=(section,), alone=("toads",), papers=("frogs", "newts", "toads")), PAPERS)
    left = {key: PAPERS[key] for key in ("frogs", "bats")}
    now = without_gone(written, FILE, left, left, lambda about, keys: about == "Frogs call.")
    assert not any(word in now.casefold() for word in ("newts", "toads"))
    assert parsed_outline(now, FILE, left).sections == (section.model_copy(update={"papers": ("frogs",), "pinned": (), "parts": ()}),)
    assert "about" not in without_gone(written, FILE, left, left, lambda about, keys: False)
    assert without_gone(written, FILE, PAPERS, PAPERS, lambda about, keys: False) == written

    mine = written.replace("title: Ponds\n", "title: Ponds # my own\n", 1).replace("papers:\n", "papers:\n      # newts?\n", 1)
    assert without_gone(mine, FILE, left, left, lambda about, keys: False) == re.sub(r"(newts|toads)  # .*", r"\1", mine)


@settings(deadline=None)
@given(outlines().filter(lambda outline: any(s.papers for s in outline.sections)), st.data())
def test_what_is_put_into_a_written_outline_is_read_back(outline: Outline, data: st.DataObject) -> None:
    known = {*outline.papers, *outline.told}
    names = [section.id for section in outline.sections if section.papers] + [""]
    new = {key: data.draw(st.sampled_from(names)) for key in PAPERS if key not in known}
    assert read(put_in(outline_yaml(outline, PAPERS), FILE, new, PAPERS, PAPERS)) == joined(outline, new)
