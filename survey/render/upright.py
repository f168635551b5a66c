"""The drawings as lists, for screens too narrow for them: a fish-bone with its spine upright, themes, and each chain from top to bottom."""

from collections.abc import Callable, Collection, Mapping, Sequence
from html import escape

from survey.phrases import Phrases
from survey.phrases.told import borne, cause, status
from survey.records import STATUSES, Bone, Chain, FishBone, Link, Survey, Theme
from survey.render.chains import taken_up
from survey.render.outline import issue_anchor
from survey.render.text import plain


def upright_fishbone(fishbone: FishBone, names: Mapping[str, str], say: Phrases) -> str:
    """The head, then each cause and its issues, with what became of them and who answered them; ``names``: citekey → name."""
    field = f'<p class="n"><bdi>{escape(plain(fishbone.field))}</bdi></p>' if fishbone.field else ""
    bones = "".join(_upright_bone(bone, names, say) for bone in fishbone.bones)
    return f'<div class="upright"><p class="head">{escape(plain(fishbone.head))}</p>{field}<ul class="spine">{bones}</ul></div>'


def _upright_bone(bone: Bone, names: Mapping[str, str], say: Phrases) -> str:
    css = "bone" if bone.stated else "bone grouped"
    twigs = "".join(f"<li>{_upright_issue(twig, names, say)}</li>" for twig in bone.children)
    label = f'<span class="{css}"><bdi>{escape(plain(cause(say, bone.label)))}</bdi> <span class="n">{borne(say, bone)}</span></span>'
    return f"<li>{label}{f'<ul>{twigs}</ul>' if twigs else ''}</li>"


def _upright_issue(twig: Bone, names: Mapping[str, str], say: Phrases) -> str:
    mark, meaning = STATUSES[twig.status], status(say, twig.status)
    label = f"<bdi>{escape(plain(twig.label))}</bdi>"
    led = f'<a href="#{escape(issue_anchor(twig.issue))}">{label}</a>' if twig.issue else label
    by = escape(plain(", ".join(names.get(answer.key, answer.key) for answer in twig.answers)))
    answered = f' <span class="n">{by}</span>' if by else ""
    return f'<span class="mark {twig.status}" title="{meaning}">{mark}</span> {led}{answered}'


def upright_themes(survey: Survey) -> str:
    """The themes and their parts, each with how many papers it has."""

    say = Phrases(survey.lang)

    def item(theme: Theme) -> str:
        parts = "".join(map(item, theme.subthemes))
        named = f'<bdi>{escape(plain(theme.name))}</bdi> <span class="n">{say("common.papers", n=len(theme.papers))}</span>'
        return f"<li>{named}{f'<ul>{parts}</ul>' if parts else ''}</li>"

    alone = f'<li>{say("drawings.alone")} <span class="n">{say("common.papers", n=len(survey.alone))}</span></li>' if survey.alone else ""
    return f'<div class="upright"><ul>{"".join(map(item, survey.themes))}{alone}</ul></div>'


def upright_chains(chains: tuple[Chain, ...], cited: Callable[[str], str], say: Phrases) -> str:
    """For each chain the sentence that raises its problem, then its papers, oldest first; ``cited``: a paper's key → its name as markup."""
    drawn = [chain for chain in chains if chain.links]
    return f'<div class="upright">{"".join(_chain(nth, chain, cited, say) for nth, chain in enumerate(drawn, start=1))}</div>'


def _chain(nth: int, chain: Chain, cited: Callable[[str], str], say: Phrases) -> str:
    raised = escape(plain(chain.links[0].earlier.quote.text))
    after: dict[str, list[Link]] = {}
    for link in chain.links:
        after.setdefault(link.ends[0], []).append(link)
    steps = _steps(chain.keys[0], "", after, {s.quote.key for s in chain.left}, cited, say)
    return f'<p class="chain">{say("drawings.chain", n=nth)}</p><p>“{raised}”</p><ol class="steps">{steps}</ol>'


def _steps(
    key: str, lead: str, after: Mapping[str, Sequence[Link]], left: Collection[str], cited: Callable[[str], str], say: Phrases
) -> str:
    """A paper and whoever takes it up: one of them as the next step, of several each in a list of its own."""
    item = f"{lead}{cited(key)}"
    taken = [(link.ends[1], _taken_up(link, say)) for link in after.get(key, ())]
    if len(taken) > 1:
        branches = (_steps(later, by, after, left, cited, say) for later, by in taken)
        item += "".join(f'<ol class="steps">{branch}</ol>' for branch in branches)
    below = _steps(*taken[0], after, left, cited, say) if len(taken) == 1 else ""
    end = f'<li class="end"><span class="n">{say("drawings.left_open")}</span></li>' if key in left else ""
    return f"<li>{item}</li>{below}{end}"


def _taken_up(link: Link, say: Phrases) -> str:
    terms = escape(plain(", ".join(link.terms[:3])))
    return f'<span class="n">{taken_up(say, link)}{f": {terms}" if terms else ""}</span> '
