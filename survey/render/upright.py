"""The drawings as lists, for screens too narrow for them: a fish-bone with its spine upright, and each chain from top to bottom."""

from collections.abc import Callable, Collection, Mapping, Sequence
from html import escape

from survey.records import Bone, Chain, FishBone, Link
from survey.render.text import all_quotes, counted, plain


def upright_fishbone(fishbone: FishBone) -> str:
    """The head, then each cause and its sub-causes with the number of quotes that bear it."""
    bones = "".join(f'<li><span class="bone">{_borne(bone)}</span>{_twigs(bone)}</li>' for bone in fishbone.bones)
    return f'<div class="upright"><p class="head">{escape(plain(fishbone.head))}</p><ul class="spine">{bones}</ul></div>'


def _twigs(bone: Bone) -> str:
    twigs = "".join(f"<li>{_borne(twig)}{_twigs(twig)}</li>" for twig in bone.children)
    return f"<ul>{twigs}</ul>" if twigs else ""


def _borne(bone: Bone) -> str:
    count = len(all_quotes(bone))
    quotes = f' <span class="n">{counted(count, "quote")}</span>' if count else ""
    return f"<bdi>{escape(plain(bone.label))}</bdi>{quotes}"


def upright_chains(chains: tuple[Chain, ...], cited: Callable[[str], str]) -> str:
    """For each chain the sentence that raises its problem, then its papers, oldest first; ``cited``: a paper's key → its name as markup."""
    drawn = [chain for chain in chains if chain.links]
    return f'<div class="upright">{"".join(_chain(nth, chain, cited) for nth, chain in enumerate(drawn, start=1))}</div>'


def _chain(nth: int, chain: Chain, cited: Callable[[str], str]) -> str:
    raised = escape(plain(chain.links[0].earlier.quote.text))
    after: dict[str, list[Link]] = {}
    for link in chain.links:
        after.setdefault(link.ends[0], []).append(link)
    steps = _steps(chain.keys[0], "", after, {s.quote.key for s in chain.left}, cited)
    return f'<p class="chain">Chain {nth}</p><p>“{raised}”</p><ol class="steps">{steps}</ol>'


def _steps(key: str, lead: str, after: Mapping[str, Sequence[Link]], left: Collection[str], cited: Callable[[str], str]) -> str:
    """A paper and whoever takes it up: one of them as the next step, of several each in a list of its own."""
    item = f"{lead}{cited(key)}"
    taken = [(link.ends[1], _taken_up(link)) for link in after.get(key, ())]
    if len(taken) > 1:
        branches = (_steps(later, by, after, left, cited) for later, by in taken)
        item += "".join(f'<ol class="steps">{branch}</ol>' for branch in branches)
    below = _steps(*taken[0], after, left, cited) if len(taken) == 1 else ""
    end = '<li class="end"><span class="n">left open</span></li>' if key in left else ""
    return f"<li>{item}</li>{below}{end}"


def _taken_up(link: Link) -> str:
    terms = escape(plain(", ".join(link.terms[:3])))
    partly = "" if link.kind == "resolves" else " in part"
    return f'<span class="n">taken up{partly} by{f": {terms}" if terms else ""}</span> '
