import re

from survey.records import Bone, Chain, FishBone
from survey.render.upright import upright_chains, upright_fishbone

from .small_survey import HOSTILE, LOST, small_survey


def told(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_a_fishbone_upright_names_head_causes_and_how_many_quotes_bear_them() -> None:
    twig = Bone(label="Noise <5%", quotes=(LOST,))
    html = upright_fishbone(FishBone(head="Why", bones=(Bone(label="Rain", quotes=(LOST, HOSTILE), children=(twig,)), Bone(label="Mud"))))
    assert told(html) == "Why Rain 2 quotes Noise &lt;5% 1 quote Mud"


def test_a_chain_upright_runs_from_the_problem_to_what_is_left_open() -> None:
    html = upright_chains(small_survey().chains, str.upper)
    assert told(html) == f"Chain 1 “{LOST.text}” PHAN2019 taken up in part by: montage, accuracy ROE2021 left open"


def test_a_chain_that_branches_is_a_list_in_a_list() -> None:
    first = small_survey().chains[0].links[0]
    other = first.model_copy(update={"later": first.later.model_copy(update={"quote": HOSTILE}), "terms": (), "kind": "resolves"})
    html = upright_chains((Chain(id="c", links=(first, other)),), str.upper)
    assert told(html) == f"Chain 1 “{LOST.text}” PHAN2019 taken up in part by: montage, accuracy ROE2021 taken up by MALLORY2024"
    assert html.count('<ol class="steps">') == 3
