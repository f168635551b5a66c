"""Issue → solution chains: what one paper leaves open, a later one takes up, which leaves something open in its turn, and so on.

A chain is a tree. It grows from a paper: every later paper hangs on the one whose issue it answers best, so branches are kept and no paper
is told twice. What else a paper answers makes chains of its own.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from survey.records import LEAVING, RESOLVING, Chain, Issue, Link, Statement

LONGEST = 6
"""Papers on one way; what goes on is a chain of its own, from the last of them."""


def find_chains(links: Sequence[Link], statements: Sequence[Statement], issues: Sequence[Issue] = ()) -> list[Chain]:
    """The heaviest first (sum of scores). ``links`` must not lead round in a circle; those that resolve nothing are left out."""
    waiting = sorted((link for link in links if link.kind in RESOLVING), key=lambda link: (-link.score, link.id))
    trees: list[list[Link]] = []
    told: dict[str, set[int]] = defaultdict(set)  # paper → the trees it stands in
    while waiting:
        best: dict[str, Link] = {}  # by the paper that answers
        for link in waiting:
            best.setdefault(link.ends[1], link)
        grown = _grown(best.values())
        for tree in grown:
            for key in {key for link in tree for key in link.ends}:
                told[key].add(len(trees))
            trees.append(tree)
        used = {link.id for tree in grown for link in tree}
        # A further link between two papers of one chain tells a reader nothing new of the way.
        waiting = [link for link in waiting if link.id not in used and not told[link.ends[0]] & told[link.ends[1]]]
    trees.sort(key=lambda tree: (-round(sum(link.score for link in tree), 6), tree[0].id))
    left = _left(statements, issues)
    return [Chain(id=f"chain:{tree[0].id}", links=tuple(tree), left=_ends(tree, left)) for tree in trees]


def _grown(links: Iterable[Link]) -> list[list[Link]]:
    """Trees of links of which no two end at one paper, each from its first paper on, breadth first."""
    after: dict[str, list[Link]] = defaultdict(list)
    for link in sorted(links, key=lambda link: (-link.score, link.id)):
        after[link.ends[0]].append(link)
    ends = {link.ends[1] for own in after.values() for link in own}
    trees = []
    roots = sorted(after.keys() - ends)
    while roots:
        depth = {roots[0]: 1}
        tree: list[Link] = []
        ahead = [roots.pop(0)]
        while ahead:
            key = ahead.pop(0)
            if depth[key] == LONGEST and after[key]:
                roots.append(key)
                continue
            for link in after[key]:
                tree.append(link)
                depth[link.ends[1]] = depth[key] + 1
                ahead.append(link.ends[1])
        trees.append(tree)
    return trees


def _left(statements: Sequence[Statement], issues: Sequence[Issue]) -> Mapping[str, Statement]:
    """What each paper leaves open, the plainest statement of it; of an issue that is still open, if there is one."""
    answered = {statement.id for issue in issues if issue.status == "resolved" for statement in issue.statements}
    left: dict[str, Statement] = {}
    for statement in sorted(statements, key=lambda s: (s.id in answered, -s.weight, s.id)):
        if statement.role in LEAVING:
            left.setdefault(statement.quote.key, statement)
    return left


def _ends(tree: Sequence[Link], left: Mapping[str, Statement]) -> tuple[Statement, ...]:
    goes_on = {link.ends[0] for link in tree}
    ends = (link.ends[1] for link in tree if link.ends[1] not in goes_on)
    return tuple(left[key] for key in ends if key in left)
