"""Issue → solution chains: what one paper leaves open, a later one takes up, which leaves something open in its turn."""

from collections.abc import Iterable, Mapping, Sequence
from heapq import heapify, heappop, heappush

from survey.records import LEAVING, Chain, Link, Paper, Statement


def find_chains(papers: Sequence[Paper], links: Sequence[Link], statements: Sequence[Statement]) -> list[Chain]:
    """Links joined end to end. The heaviest chain (sum of scores) comes first; each link stands in one chain, a paper once in a chain."""
    dates = {p.key: p.date for p in papers}
    rank = _ranks(links, dates)
    left = sorted(links, key=lambda k: (rank[k.ends[0]], k.earlier.id, k.later.id), reverse=True)
    chains: list[Chain] = []
    while left:
        best = _heaviest(left)
        left = [link for link in left if link not in best]
        keys = {key for link in best for key in link.ends}
        # A second telling of the same step between the same papers adds nothing to a reader.
        left = [k for k in left if not keys.issuperset(k.ends)]
        opens = [s for s in statements if s.role in LEAVING and s.quote.key == best[-1].ends[1]]
        still = sorted(opens, key=lambda s: (-s.weight, s.id))[:1]
        chains.append(Chain(id=f"chain-{len(chains) + 1}", links=tuple(best), left=tuple(still)))
    return chains


def _ranks(links: Iterable[Link], dates: Mapping[str, str]) -> dict[str, int]:
    """The place of each linked paper in an order in which every link runs upwards, by date where the links leave it open."""
    after: dict[str, set[str]] = {key: set() for key in dates}
    waiting = dict.fromkeys(dates, 0)  # papers that must come first
    for earlier, later in {link.ends for link in links}:
        after[earlier].add(later)
        waiting[later] += 1
    ready = [(dates[key], key) for key, count in waiting.items() if not count]
    heapify(ready)
    rank: dict[str, int] = {}
    while ready:
        _, key = heappop(ready)
        rank[key] = len(rank)
        for later in after[key]:
            waiting[later] -= 1
            if not waiting[later]:
                heappush(ready, (dates[later], later))
    return rank


def _heaviest(links: Sequence[Link]) -> list[Link]:
    """The path of links with the greatest sum of scores; ``links`` come latest raised first, so every continuation is already known."""
    best: dict[str, tuple[float, list[Link]]] = {}  # by the paper a path begins at
    for link in links:
        tail_score, tail = best.get(link.ends[1], (0.0, []))
        candidate = (link.score + tail_score, [link, *tail])
        key = link.ends[0]
        if key not in best or candidate[0] > best[key][0] + 1e-9:
            best[key] = candidate
    return max(best.values(), key=lambda item: (item[0], item[1][0].earlier.id))[1]
