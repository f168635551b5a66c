"""The drawings as lists, for screens too narrow for them: a fish-bone with its spine upright, and each chain from top to bottom."""

from collections.abc import Callable
from html import escape

from survey.records import Bone, Chain, FishBone
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
    steps = [cited(chain.keys[0])]
    for link in chain.links:
        terms = escape(plain(", ".join(link.terms[:3])))
        partly = "" if link.kind == "resolves" else " in part"
        shared = f": {terms}" if terms else ""
        steps.append(f'<span class="n">taken up{partly} by{shared}</span> {cited(link.ends[1])}')
    items = "".join(f"<li>{step}</li>" for step in steps)
    end = '<li class="end"><span class="n">left open</span></li>' if chain.left else ""
    return f'<p class="chain">Chain {nth}</p><p>“{raised}”</p><ol class="steps">{items}{end}</ol>'
