import re

from survey.records import Answered, Bone, FishBone
from survey.render.upright import upright_chains, upright_fishbone

from .small_survey import LOST, small_survey


def told(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_a_fishbone_upright_names_head_causes_and_who_answered_each_issue() -> None:
    by = Answered(key="roe2021", kind="resolves", quote=LOST)
    twig = Bone(kind="issue", label="Noise <5%", issue="phan2019#4", status="resolved", answers=(by,))
    fishbone = FishBone(
        head="Why", field="ponds", bones=(Bone(label="Rain", stated=True, children=(twig,), rest=("i",)), Bone(label="Mud"))
    )
    html = upright_fishbone(fishbone, {"roe2021": "Roe 2021"})
    assert told(html) == "Why ponds Rain stated, +1 more ✓ Noise &lt;5% Roe 2021 Mud grouped"
    assert 'href="#issue-phan2019-4"' in html


def test_a_chain_upright_runs_from_the_problem_to_what_is_left_open() -> None:
    html = upright_chains(small_survey().chains, str.upper)
    assert told(html) == f"Chain 1 “{LOST.text}” PHAN2019 taken up in part by: montage, accuracy ROE2021 left open"
