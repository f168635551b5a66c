import tomllib
from pathlib import Path

import pytest

import survey
from survey.phrases import Phrases
from survey.phrases.told import ENGLISH, came, cause, told
from survey.records import Answered, Bone, Quote, Tie

GERMAN = Phrases("de")
BY = Answered(key="roe2021", kind="resolves", quote=Quote(key="roe2021", text="x", start=0, end=1))


@pytest.mark.parametrize(
    ("bone", "english", "german"),
    [
        (Bone(label="Data are too few", stated=True), "Data are too few (stated)", "Es gibt zu wenige Daten (ausgesprochen)"),
        (Bone(label="Rain", rest=("i", "j")), "Rain (grouped, +2 more)", "Rain (zusammengestellt, +2 weitere)"),
        (Bone(kind="issue", label="Noise", status="open"), "○ Noise: open", "○ Noise: offen"),
        (Bone(kind="issue", label="N", status="resolved", answers=(BY,)), "✓ N: resolved by", "✓ N: gelöst von"),
        (Bone(kind="issue", label="N", status="open", answers=(BY,)), "○ N: open, taken up by", "○ N: offen, aufgegriffen von"),
    ],
)
def test_a_bone_is_told_in_the_surveys_language(bone: Bone, english: str, german: str) -> None:
    assert (told(ENGLISH, bone), told(GERMAN, bone)) == (english, german)


def test_how_a_paper_came_to_its_place() -> None:
    how = (Tie(kind="raises"), Tie(kind="contradicts", earlier="a"), Tie(kind="cites", earlier="b"))
    assert came(ENGLISH, how, str.upper, "a") == "raises it, contradicts it, cites B"
    assert came(GERMAN, how, str.upper, "b") == "wirft es auf, widerspricht A, zitiert sie"


def test_every_kind_of_cause_has_its_name_in_every_language() -> None:
    kinds = tomllib.loads((Path(survey.__file__).parent / "causes.toml").read_text(encoding="utf-8"))["kind"]
    for label in (kind["label"] for kind in kinds):
        assert cause(ENGLISH, label) == label
        assert cause(GERMAN, label) != label
