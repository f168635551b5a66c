"""Problems that are raised or left open, each once: statements of the same problem are one issue."""

from collections.abc import Mapping, Sequence

from survey.embedding import Embedder
from survey.labels import label_of
from survey.likeness import Likeness, nearest
from survey.records import RAISING, Issue, Statement
from survey.tasks import MergeIssues, Model, Numbered, Pair
from survey.terms import Weights, candidate_terms, stem, words

_NEIGHBOURS = 6
_NEAR = 0.45  # below this cosine few sentences were seen to speak of one problem
_LIKELY = 0.65  # nearness, below where the embedded default says yes
_ROWS = 512  # statements of a block
_PAIRS_A_CALL = 60  # each statement stands once in a call; a longer list is read less well


def find_issues(
    statements: Sequence[Statement], embedder: Embedder, weights: Weights, model: Model, dates: Mapping[str, str] | None = None
) -> list[Issue]:
    """Issues in the order of how many papers raise them, then of how plainly. Linear in statements but for one matrix product per block.

    ``dates``: citekey → date, which tell who raised an issue first.
    """
    raised = sorted((s for s in statements if s.role in RAISING), key=lambda s: s.id)
    if not raised:
        return []
    groups = _merge(raised, _near_pairs(Likeness(raised, embedder, weights)), model)
    issues = [_issue(group, weights, dates or {}) for group in groups]
    issues.sort(key=lambda i: (-len(i.keys), -i.statements[0].weight, i.statements[0].id))
    return issues


def _near_pairs(like: Likeness) -> list[tuple[int, int, Pair]]:
    """Each statement's nearest others, as pairs (i < j) to be judged, the most alike first. One paper may say a problem twice."""
    found: dict[tuple[int, int], Pair] = {}
    count = len(like.statements)
    for start in range(0, count, _ROWS):
        rows = range(start, min(start + _ROWS, count))
        similarity = like.similarity(rows, range(count))
        for row, line in zip(rows, similarity, strict=True):
            others = [n for n in nearest(line, _NEIGHBOURS + 1) if n != row and line[n] >= _NEAR]
            there, back = like.overlap([row], others)[0], like.overlap(others, [row])[:, 0]
            for other, one, two in zip(others, there, back, strict=True):
                i, j = min(row, other), max(row, other)
                overlap = round(float(min(one, two)), 4)
                pair = Pair(id=f"{i}-{j}", left=str(i), right=str(j), similarity=round(float(line[other]), 4), overlap=overlap)
                if pair.nearness >= _LIKELY:
                    found[i, j] = pair
    return sorted(((i, j, pair) for (i, j), pair in found.items()), key=lambda item: (-item[2].nearness, item[0], item[1]))


def _merge(raised: Sequence[Statement], pairs: Sequence[tuple[int, int, Pair]], model: Model) -> list[list[Statement]]:
    """Groups in which every judged pair is the same problem: one "no" between two groups keeps them apart (complete linkage)."""
    asked = sorted(pairs, key=lambda item: (item[0], item[1]))  # pairs of one statement stand together, so that its words are sent once
    batches = [asked[start : start + _PAIRS_A_CALL] for start in range(0, len(asked), _PAIRS_A_CALL)]
    same = {name for reply in model.replies([_same_problem(raised, batch) for batch in batches]) for name in reply.same}
    agreed = {frozenset((i, j)) for i, j, pair in pairs if pair.id in same}
    group_of = {i: [i] for i in range(len(raised))}
    for i, j, pair in pairs:
        left, right = group_of[i], group_of[j]
        if pair.id in same and left is not right and all(frozenset((a, b)) in agreed for a in left for b in right):
            left.extend(right)
            for member in right:
                group_of[member] = left
    unique = {id(group): group for group in group_of.values()}
    return [[raised[i] for i in sorted(group)] for group in unique.values()]


def _same_problem(raised: Sequence[Statement], batch: Sequence[tuple[int, int, Pair]]) -> MergeIssues:
    rows = sorted({row for i, j, _ in batch for row in (i, j)})
    statements = tuple(Numbered(id=str(row), text=raised[row].quote.text) for row in rows)
    return MergeIssues(statements=statements, pairs=tuple(pair for _, _, pair in batch))


def _issue(group: Sequence[Statement], weights: Weights, dates: Mapping[str, str]) -> Issue:
    ordered = tuple(sorted(group, key=lambda s: (-s.weight, s.id)))
    first = min(ordered, key=lambda s: (dates.get(s.quote.key) or "~", s.quote.key))  # "~": undated papers come last
    plainest = ordered[0].quote.text
    terms = sorted({t.lower(): t for t in candidate_terms(plainest, most=2)}.values(), key=lambda t: (-_weight(t, weights), t))
    return Issue(
        id=ordered[0].id,
        label=label_of([s.quote.text for s in ordered], weights),
        statements=ordered,
        terms=tuple(terms[:4]),
        first_raised=first.quote.key,
    )


def _weight(term: str, weights: Weights) -> float:
    """A term weighs as much as its two weightiest words; words that occur in one paper only (its method's name) weigh less."""
    each = sorted((weights(stem(w)) * (0.6 if weights.df(stem(w)) < 2 else 1.0) for w in words(term)), reverse=True)
    return sum(each[:2]) + _LONGER * len(each)


_LONGER = 0.3  # of two terms of like weight the one that says more
