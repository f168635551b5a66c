from pathlib import Path

import pytest

from survey.answering.differing import Found, differences
from survey.records import Paper
from tests.answering.saying import claim, desk_of, paper

RAIN = "In heavy rain the small detector of frog calls reaches an accuracy of 81.5%."


def _found(folder: Path, *papers: Paper) -> list[Found]:
    with desk_of(papers, folder) as desk:
        return differences([claim(p) for p in papers], {p.key: p for p in papers}, desk)


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        (
            "Shading the pond increases the growth of tadpoles in June.",
            "Shading the pond does not increase the growth of tadpoles.",
            "the second says “not”, the first does not",
        ),
        (
            "Road salt decreases the survival of frog larvae in small ponds.",
            "Road salt increases the survival of frog larvae in ponds.",
            "the first says “decreases”, the second says “increases”",
        ),
    ],
)
def test_findings_turned_round_are_told(tmp_path: Path, one: str, other: str, reason: str) -> None:
    (found,) = _found(tmp_path, paper("a", one), paper("b", other))
    assert (found.difference.one, found.difference.other, found.difference.reason, found.contrary) == (0, 1, reason, True)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Shading increases the growth of tadpoles in June.", "Shading may not increase the growth of tadpoles in June."),
        ("Shading increases the growth of tadpoles in June.", "We investigate whether shading decreases the growth of tadpoles in June."),
        ("Shading increases the growth of tadpoles in June.", "Newts do not breed in ponds that dry out early in the year."),
        ("Shading increases the growth of tadpoles in June.", "In June, shading increases the growth of tadpoles."),
        ("This work was supported by grant No. 12 of the Pond Fund.", "This work was supported by a grant of the Pond Fund."),
        ("The five-year survival of frogs was 63%.", "The one-year survival of frogs was 81%."),
        ("In our ponds the survival of eggs was 63%.", "In our clinic the survival of patients was 81%."),
        (RAIN, "In heavy rain the small detector of frog calls reaches an accuracy of 81.52%."),
        (RAIN, "In heavy rain the small detector of frog calls reaches an accuracy of up to 90.0%."),
        (RAIN, "In heavy rain the small detector of frog calls improves accuracy by 2.1%."),
        (RAIN, "In heavy rain the small detector of frog calls reaches a recall of 64.0%."),
    ],
)
def test_where_there_is_a_doubt_there_is_no_difference(tmp_path: Path, one: str, other: str) -> None:
    assert _found(tmp_path, paper("a", one), paper("b", other)) == []


def test_a_paper_does_not_contradict_itself(tmp_path: Path) -> None:
    text = "Shading increases the growth of tadpoles in June. Shading does not increase the growth of tadpoles in June."
    one = paper("a", text)
    with desk_of([one], tmp_path) as desk:
        parts = [claim(one.model_copy(update={"text": part})) for part in text.split(". ")]
        assert differences(parts, {"a": one}, desk) == []


def test_what_is_retold_of_others_contradicts_nobody(tmp_path: Path) -> None:
    one = paper("a", "Shading increases the growth of tadpoles in June.")
    other = paper("b", "Shading does not increase the growth of tadpoles in June.", kind="related")
    assert _found(tmp_path, one, other) == []


def test_figures_on_the_same_data_differ_under_conditions_that_are_told(tmp_path: Path) -> None:
    one = paper("a", "PondNet achieves an accuracy of 81.5% on the FrogSet dataset.", date="2019", title="PondNet: Hearing Frogs")
    other = paper("b", "CroakNet achieves an accuracy of 90.0% on the FrogSet dataset.", date="2021", title="CroakNet: Hearing Frogs")
    (found,) = _found(tmp_path, one, other)
    assert found.difference.reason == "give 81.5% and 90.0% for the accuracy on FrogSet"
    told = {condition.name: (condition.one, condition.other) for condition in found.difference.conditions}
    assert told["method"] == ("PondNet", "CroakNet")
    assert told["year"] == ("2019", "2021")
    assert "data" not in told
    assert not found.contrary


def test_what_is_not_said_is_told_as_unknown(tmp_path: Path) -> None:
    one = paper("a", RAIN)
    other = paper("b", "In heavy rain the small detector of frog calls reaches an accuracy of 64.0% at night.")
    (found,) = _found(tmp_path, one, other)
    told = {condition.name: (condition.one, condition.other) for condition in found.difference.conditions}
    assert found.difference.reason == "give 81.5% and 64.0% for the accuracy"
    assert told["data"] == told["method"] == ("", "")
    assert not found.contrary


def test_the_setting_that_one_names_and_the_other_does_not_is_told(tmp_path: Path) -> None:
    one = paper("a", "Road salt decreases the survival of frog larvae under natural shade.")
    other = paper("b", "Road salt increases the survival of frog larvae in warm water.")
    (found,) = _found(tmp_path, one, other)
    (setting,) = [condition for condition in found.difference.conditions if condition.name == "setting"]
    assert (setting.one, setting.other) == ("under natural shade", "in warm water")
    for condition in found.difference.conditions:
        for said, of in ((condition.one, one), (condition.other, other)):
            assert said in of.text or said == str(of.year)
