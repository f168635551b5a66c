import re

from survey.phrases.told import ENGLISH
from survey.records import Alone, Answered, Bone, Chain, FishBone, Survey, Theme
from survey.render.upright import upright_chains, upright_fishbone, upright_themes

from .small_survey import HOSTILE, LOST, small_survey


def told(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_a_fishbone_upright_names_head_causes_and_who_answered_each_issue() -> None:
    by = Answered(key="roe2021", kind="resolves", quote=LOST)
    twig = Bone(kind="issue", label="Noise <5%", issue="phan2019#4", status="resolved", answers=(by,))
    fishbone = FishBone(
        head="Why", field="ponds", bones=(Bone(label="Rain", stated=True, children=(twig,), rest=("i",)), Bone(label="Mud"))
    )
    html = upright_fishbone(fishbone, {"roe2021": "Roe 2021"}, ENGLISH)
    assert told(html) == "Why ponds Rain stated, +1 more ✓ Noise &lt;5% Roe 2021 Mud grouped"
    assert 'href="#issue-phan2019-4"' in html


def test_a_chain_upright_runs_from_the_problem_to_what_is_left_open() -> None:
    html = upright_chains(small_survey().chains, str.upper, ENGLISH)
    assert told(html) == f"Chain 1 “{LOST.text}” PHAN2019 taken up in part by: montage, accuracy ROE2021 left open"


def test_a_chain_that_branches_is_a_list_in_a_list() -> None:
    first = small_survey().chains[0].links[0]
    other = first.model_copy(update={"later": first.later.model_copy(update={"quote": HOSTILE}), "terms": (), "kind": "resolves"})
    html = upright_chains((Chain(id="c", links=(first, other)),), str.upper, ENGLISH)
    assert told(html) == f"Chain 1 “{LOST.text}” PHAN2019 taken up in part by: montage, accuracy ROE2021 taken up by MALLORY2024"
    assert html.count('<ol class="steps">') == 3


def test_themes_upright_name_their_parts_and_who_stands_alone() -> None:
    theme = Theme(
        id="t", name="Ponds & rain", terms=(), papers=("a", "b"), subthemes=(Theme(id="s", name="Rain", terms=(), papers=("a",)),)
    )
    html = upright_themes(Survey(themes=(theme,), alone=(Alone(key="c"),)))
    assert told(html) == "Ponds &amp; rain 2 papers Rain 1 paper Alone 1 paper"
