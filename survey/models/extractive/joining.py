"""Which statements are told together: those of one issue, step by step, and those that say the same."""

from collections.abc import Sequence
from typing import NamedTuple

from rapidfuzz import fuzz

from survey.models.extractive.clauses import limiting
from survey.tasks import Material, Relation
from survey.terms import numbers, telling_stems

TOGETHER = 3
"""Most quotations in one sentence, and the fewest answers that are told in one."""
_SAME = 85  # of 100: from here two sentences with the same telling words say the same
_SAME_BY_ITSELF = 80  # of 100: the same, of two sentences of one paper
_ALIKE = 0.35  # of the telling words of the shorter: from here statements of one issue may be said to name the same
_STAGES: dict[Relation, str] = {"raises": "raising", "raises again": "raising", "answers": "answering", "partly answers": "answering"}


class Told(NamedTuple):
    """A statement to tell, and others that say the same in nearly the same words."""

    material: Material
    same: tuple[Material, ...] = ()

    @property
    def every(self) -> tuple[Material, ...]:
        return (self.material, *self.same)


def groups(statements: Sequence[Material]) -> list[list[Material]]:
    """The statements of each issue, in the order in which the first of each comes, and those between that belong to none."""
    found: dict[tuple[str, int], list[Material]] = {}
    run = 0
    for n, material in enumerate(statements):
        run += bool(n and statements[n - 1].group and not material.group)
        found.setdefault((material.group, 0 if material.group else run), []).append(material)
    return list(found.values())


def steps(told: Sequence[Told]) -> list[list[Told]]:
    """What is told of an issue in turn: who raises it, who then does something about it, who raises a further one. An outcome stays with
    what it came of."""
    found: list[list[Told]] = []
    for one in told:
        relation = one.material.relation
        if not found or relation == "raises" or (relation and _STAGES.get(relation) != _STAGES.get(found[-1][0].material.relation)):
            found.append([])
        again = relation == "raises again" and len(found) == 1  # before any answer, nothing comes back
        found[-1].append(one._replace(material=one.material.model_copy(update={"relation": "raises"})) if again else one)
    return found


def name_alike(step: Sequence[Told]) -> bool:
    """Whether the statements are of several papers and stand in one relation to the issue."""
    relations = {t.material.relation for t in step}
    papers = len({t.material.paper for t in step})
    told = [telling_stems(t.material.text) for t in step]
    if relations != {"answers"} and any(len(told[0] & other) < _ALIKE * min(len(told[0]), len(other)) for other in told[1:]):
        return False  # two sides of one issue they may be, but not the same difficulty
    return papers > 1 and (
        relations <= {"raises", "raises again"} or relations == {""} or (relations == {"answers"} and papers >= TOGETHER)
    )


def merged(statements: Sequence[Material]) -> list[Told]:
    """Statements that say the same in nearly the same words, with the same numbers, negations and conditions, become one."""
    told: list[Told] = []
    for material in statements:
        for n, one in enumerate(told):
            if one.material.relation == material.relation and _says_the_same(one.material, material):
                told[n] = one._replace(same=(*one.same, material))
                break
        else:
            told.append(Told(material))
    return told


def _says_the_same(left: Material, right: Material) -> bool:
    """Of another paper with the very same telling words; of the same paper one may have more of them."""
    one, other = telling_stems(left.text), telling_stems(right.text)
    alike = one <= other or other <= one if left.paper == right.paper else one == other
    enough = _SAME_BY_ITSELF if left.paper == right.paper else _SAME
    if not alike or fuzz.token_sort_ratio(left.text.lower(), right.text.lower()) < enough:
        return False
    return numbers(left.text) == numbers(right.text) and sorted(limiting(left.text)) == sorted(limiting(right.text))
