"""A saved answer, checked again: whatever of it is changed afterwards is found."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from survey.answering.standing import standing
from survey.checking import check_file
from survey.errors import UnreadableDraft
from survey.records import Answer, Block, Claim, Difference, Near, Page, Paper, Quote, Searched, Sentence, Standing, Talk
from survey.render.answer import answer_markdown, parted, read_talk, talk_json, talk_markdown, visible

NETS = Paper(
    key="roe2021",
    title="Nets for toads",
    authors=("Ada Roe",),
    date="2021",
    text="A net hears 83 of 90 toads at night. Rain halves that.\n\nCold nights remain difficult for the net.",
    pages=(Page(number=3, start=0, end=54), Page(number=4, start=54, end=200)),
)
DRONES = Paper(
    key="thorn2022", title="Drones", authors=("Oskar Thorn",), date="2022", text="A drone sees 41 toads from the air, and 7 in fog."
)
LIBRARY = {paper.key: paper for paper in (NETS, DRONES)}


def words(paper: Paper, text: str) -> Quote:
    start = paper.text.index(text)
    return paper.quote(start, start + len(text))


HEARD = words(NETS, "A net hears 83 of 90 toads at night.")
COLD = words(NETS, "Cold nights remain difficult for the net.")
SEEN = words(DRONES, "A drone sees 41 toads from the air, and 7 in fog.")


def claim(text: str, *quotes: Quote, differing: int = 0) -> Claim:
    made = Claim(sentence=Sentence(text=text, kind="claim", quotes=quotes, verdict="supported"))
    return made.model_copy(update={"standing": standing(made, differing, LIBRARY)})


ANSWER = Answer(
    question="How many toads are found?",
    found=True,
    claims=(
        claim(f"Roe (2021): “{HEARD.text}”", HEARD, differing=1),
        claim("The drone sees 41 toads, and fog leaves 7.", SEEN, differing=1),
        claim("Neither is good in the cold or in fog.", COLD, SEEN),
    ),
    differences=(Difference(one=0, other=1, reason="83 against 41"),),
    table=Block(kind="table", header=("", "toads"), rows=(("@roe2021", "83 of 90"), ("@thorn2022", "41")), evidence=((HEARD,), (SEEN,))),
    missing=("newts",),
    searched=Searched(papers=2, passages=2, terms=("toad",)),
    papers=(NETS.reference, DRONES.reference),
)
NOTHING = Answer(
    question="Who sings?", found=False, reason="weak", nearest=(Near(key="roe2021", score=0.2, quote=COLD),), papers=(NETS.reference,)
)
SAVED = talk_markdown(Talk(answers=(ANSWER, NOTHING)))


@pytest.fixture
def faults(tmp_path: Path) -> Callable[..., list[str]]:
    def check(text: str, name: str = "answer.md", **papers: Paper | None) -> list[str]:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return [found.fault for found in check_file(tmp_path / name, {**LIBRARY, **papers}.get) if found.fault]

    return check


def test_what_was_saved_is_clean(faults: Callable[..., list[str]]) -> None:
    assert faults(SAVED) == []
    assert faults(talk_json(Talk(answers=(ANSWER, NOTHING))), "answer.json") == []
    assert faults(talk_markdown(read_talk(SAVED))) == []


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("83 of 90 toads at night.” [1]", "84 of 90 toads at night.” [1]"),
        ("hears", "does not hear"),
        ("The drone sees 41 toads", "The drone sees 14 toads"),
        ("[@thorn2022]", "[@roe2021]"),
        ("[@roe2021, p. 4]", "[@roe2021, p. 3]"),
        ("characters 0–36", "characters 1–36"),
        ("leaves 7 [2].", "leaves 7 [1]."),
        ("in fog [2][3].", "in fog [3][2]."),
        ("in fog [2][3].", "in fog [2]."),
        ("in fog [2][3].", "in fog [2][3][4]."),
        ("in fog [2][3].", "in fog."),
        ("difficult for the net.”\n", "difficult for every net.”\n"),
        ("83 against 41", "83 against 14"),
        ("| 83 of 90 |", "| 90 of 90 |"),
        ("Confidence low", "Confidence high"),
        ("“newts”", "“frogs”"),
        ("2021). Nets for toads", "2020). Nets for toads"),
        ("Not in this collection.", "In this collection."),
    ],
)
def test_a_change_of_what_is_read_is_found(was: str, now: str, faults: Callable[..., list[str]]) -> None:
    text, record = SAVED.split("<!--")
    assert was in text
    assert any("was changed after it was saved" in fault for fault in faults(f"{text.replace(was, now, 1)}<!--{record}"))


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [
        ('"text": "A net hears 83', '"text": "A net hears 84', "does not stand in @roe2021"),
        ("The drone sees 41", "The drone sees 14", "the number 14 stands in none of its quotes"),
        ('"key": "thorn2022", "text"', '"key": "roe2021", "text"', "does not stand in @roe2021"),
        ('"key": "thorn2022", "text"', '"key": "nobody2000", "text"', "cites @nobody2000, which is not in the library"),
        ('"start": 56', '"start": 57', "does not stand in @roe2021 at 57"),
        ('"page": 4', '"page": 3', "does not stand in @roe2021"),
        ('"83 of 90"', '"90 of 91"', "the number 91 stands in none of its quotes"),
        ('"title": "Drones"', '"title": "Planes"', "its title is not that of @thorn2022"),
        ('"other": 1', '"other": 9', "is of a claim that is not in the answer"),
        ('"quotes": 2, "papers": 2', '"quotes": 9, "papers": 9', "its confidence counts 9 quotes of 9 papers"),
    ],
)
def test_a_change_of_both_is_held_to_the_papers(was: str, now: str, told: str, faults: Callable[..., list[str]]) -> None:
    """Who changes the record, and writes the text anew from it."""
    talk = parted(SAVED.replace(was, now)).talk
    assert talk != Talk(answers=(ANSWER, NOTHING))
    assert told in " | ".join(faults(talk_markdown(talk)))
    assert told in " | ".join(faults(talk_json(talk), "answer.json"))


def test_a_source_that_is_dropped_is_found(faults: Callable[..., list[str]]) -> None:
    for source in re.findall(r"^- \[\d\] .*\n", SAVED, re.MULTILINE):
        assert any("was deleted after it was saved" in fault for fault in faults(SAVED.replace(source, "", 1)))
    without = ANSWER.model_copy(update={"papers": ANSWER.papers[:1]})
    assert "cites @thorn2022, which is not among its papers" in faults(answer_markdown(without))


def test_a_line_that_is_added_is_found(faults: Callable[..., list[str]]) -> None:
    assert faults(SAVED.replace("## Sources", "4. All toads are found [1].\n\n## Sources", 1))
    assert faults(SAVED + "\n[1]: https://evil.example\n")


def test_lines_may_be_broken_elsewhere(faults: Callable[..., list[str]]) -> None:
    assert faults(SAVED.replace("\n", "\r\n")) == []
    assert faults(SAVED.replace("\n\n", "\n\n\n").replace("| --- |", "|-----|")) == []


def test_a_paper_that_is_gone_or_was_retracted_is_named(faults: Callable[..., list[str]], tmp_path: Path) -> None:
    assert "cites @thorn2022, which is not in the library" in faults(SAVED, thorn2022=None)
    known = {**LIBRARY, "roe2021": NETS.model_copy(update={"notice": "Retraction: made up"})}
    found = check_file(tmp_path / "answer.md", known.get)
    assert next(f.warning for f in found if f.warning) == "@roe2021 is retracted since: Retraction: made up"
    assert not [f.fault for f in found if f.fault]


def test_a_fault_is_told_with_its_line(faults: Callable[..., list[str]], tmp_path: Path) -> None:
    faults(SAVED.replace("sees 41 toads, and fog", "sees 14 toads, and fog", 1))
    (found,) = [found for found in check_file(tmp_path / "answer.md", LIBRARY.get) if found.fault]
    assert SAVED.splitlines()[found.line - 1].startswith("2. The drone sees 41 toads")


def test_a_damaged_record_is_refused(faults: Callable[..., list[str]]) -> None:
    with pytest.raises(UnreadableDraft, match="its record was changed, and cannot be read"):
        faults(SAVED.replace('{"answers": [', '{"answers": ', 1))


def test_without_its_record_it_cannot_be_checked(faults: Callable[..., list[str]]) -> None:
    with pytest.raises(UnreadableDraft, match="the record at its end is gone"):
        faults(SAVED.split("<!--")[0])


RECORD = SAVED.index("<!--")
ANCHORS = [match.span() for match in re.finditer(r"\{#[^}]*\}|^\d+\. |<!--[^{]*", SAVED, re.MULTILINE)]
"""What no reader sees, and the numbers of the claims, which Markdown counts anew."""
HELD = [at for at, char in enumerate(SAVED) if char.isalnum() and not any(start <= at < end for start, end in ANCHORS)]


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(at=st.sampled_from(HELD), char=st.sampled_from("aZ7é"))
def test_any_letter_that_is_changed_is_found(at: int, char: str, tmp_path: Path) -> None:
    assume(SAVED[at] != char)
    path = tmp_path / "answer.md"
    changed = SAVED[:at] + char + SAVED[at + 1 :]
    path.write_text(changed, encoding="utf-8")
    try:
        found = [finding.fault for finding in check_file(path, LIBRARY.get) if finding.fault]
    except UnreadableDraft:
        assert at > RECORD
        return
    if not found:  # then it is of what is kept beside, and shown nowhere: how strong the evidence was, what was asked for
        assert at > RECORD
        assert visible(read_talk(changed)) == visible(read_talk(SAVED))


def test_json_of_one_answer_is_checked_too(faults: Callable[..., list[str]]) -> None:
    data = json.loads(talk_json(Talk(answers=(ANSWER,))))["answers"][0]
    assert faults(json.dumps(data), "answer.json") == []
    data["claims"][1]["sentence"]["text"] = "The drone sees 14 toads."
    assert faults(json.dumps(data), "answer.json") == ["the number 14 stands in none of its quotes"]


FORGED: dict[str, Callable[[Answer], dict[str, object]]] = {
    "an own sentence": lambda a: {"claims": (_said(a.claims[0], kind="own", quotes=(), text="The moon is cheese."), *a.claims[1:])},
    "a connective": lambda a: {"claims": (_said(a.claims[0], kind="connective", text="The moon is cheese."), *a.claims[1:])},
    "free text": lambda a: {"claims": (_said(a.claims[0], text="The moon is made of green cheese everywhere."), *a.claims[1:])},
    "another author": lambda a: {"claims": (_said(a.claims[0], text=f"Smith (2021): “{HEARD.text}”"), *a.claims[1:])},
    "another reason": lambda a: {"differences": (a.differences[0].model_copy(update={"reason": "99 against 41"}),)},
    "not found": lambda a: {"found": False},
    "a row too many": lambda a: {"table": _rows(a, (*_table(a).rows, ("@roe2021", "99")))},
    "a row of another paper": lambda a: {"table": _rows(a, (("@thorn2022", "83 of 90"), _table(a).rows[1]))},
    "no count": lambda a: {"claims": (a.claims[0].model_copy(update={"standing": Standing(level="high")}), *a.claims[1:])},
    "no opponent": lambda a: {"claims": (_counted(a.claims[0], differing=0, level="medium"), *a.claims[1:])},
    "a level": lambda a: {"claims": (*a.claims[:2], _counted(a.claims[2], level="medium"))},
}


def _said(of: Claim, **changed: object) -> Claim:
    return of.model_copy(update={"sentence": of.sentence.model_copy(update=changed)})


def _counted(of: Claim, **changed: object) -> Claim:
    return of.model_copy(update={"standing": of.standing.model_copy(update=changed)})


def _table(answer: Answer) -> Block:
    assert answer.table
    return answer.table


def _rows(answer: Answer, rows: tuple[tuple[str, ...], ...]) -> Block:
    return _table(answer).model_copy(update={"rows": rows})


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
def test_a_forged_record_is_found(forged: Callable[[Answer], dict[str, object]], faults: Callable[..., list[str]]) -> None:
    talk = Talk(answers=(ANSWER.model_copy(update=forged(ANSWER)),))
    assert faults(talk_markdown(talk))
    assert faults(talk_json(talk), "answer.json")


def test_a_refusal_that_says_found_is_found_out(faults: Callable[..., list[str]]) -> None:
    assert faults(answer_markdown(NOTHING.model_copy(update={"found": True})))


@pytest.mark.parametrize(
    ("was", "now"), [('"byline": "Roe (2021)"', '"byline": "Smith (2021)"'), ('"citations": [\n        1', '"citations": [\n        2')]
)
def test_what_is_derived_is_compared(was: str, now: str, faults: Callable[..., list[str]]) -> None:
    text = re.sub(r"\[\n +", "[\n        ", talk_json(Talk(answers=(ANSWER,))))
    assert faults(text, "answer.json") == []
    assert was in text
    assert faults(text.replace(was, now, 1), "answer.json") == ["its numbered evidence or its citations are not those of its claims"]


@pytest.mark.parametrize("name", ["answer.html", "answer.bib"])
def test_what_cannot_be_checked_is_refused(name: str, faults: Callable[..., list[str]]) -> None:
    with pytest.raises(UnreadableDraft, match=r"give the \.md or the \.json"):
        faults("<p>“A net” [@roe2021]</p>", name)
