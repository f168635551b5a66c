"""Problems that are raised or left open, each once: statements of the same problem are one issue."""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from survey.embedding import Embedder
from survey.likeness import Likeness, nearest
from survey.records import RAISING, Issue, Statement
from survey.tasks import MergeIssues, Model, Numbered, Pair
from survey.terms import STOP_WORDS, Weights, candidate_terms, is_telling, stem, words

_NEIGHBOURS = 6
_NEAR = 0.45  # below this cosine few sentences were seen to speak of one problem
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
                found[i, j] = Pair(id=f"{i}-{j}", left=str(i), right=str(j), similarity=round(float(line[other]), 4), overlap=overlap)
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
        label=label_of(plainest, weights),
        statements=ordered,
        terms=tuple(terms[:4]),
        first_raised=first.quote.key,
    )


# "suffers from X", "a lack of X": the phrase that follows names the problem in the paper's own words. Where the first word belongs
# to the name ("lack of labelled data"), the group "whole" takes it in.
_NAMING = re.compile(
    r"(?P<whole>\b(?:lack|shortage|scarcity|absence|loss|risk|cost|vulnerability|sensitivity|variability|mismatch|imbalance|dependence|reliance)"
    r"(?: (?:of|to|for|in|between|on))+ )"
    r"|\b(?:suffers?|suffering|suffered) from |\b(?:limited|hampered|hindered|restricted|affected|caused|held back|constrained) by "
    r"|\b(?:problem|challenge|issue|question|difficulty|task) of |\b(?:due|owing) to |\bbecause of "
    r"|\b(?:vulnerable|prone|susceptible|sensitive) to "
    r"|\b(?:ignor|neglect|overlook|lack)(?:e|s|es|ed|ing)? "
    # What cannot be done to it: the verb is no part of the name.
    r"|\b(?:fails?|failed|unable|hard|difficult|expensive|costly) to "
    r"(?:\w+ly )?(?!be\b)\w+ (?:well |better )?(?:(?:on|in|with|for|from|to|as) )?"
    r"|\b(?:rely|relies|depends?) (?:heavily |mostly |strongly |mainly )?(?:up)?on |\brequires? |\bneeds? ",
    re.IGNORECASE,
)
_PHRASE_ENDS = re.compile(
    r"[.,;:!?()\[\]“”\"]|\s[-–—]+\s|\b(?:which|that|and|because|when|where|while|since|but|so|is|are|was|were|as|by|if|whether|than|"
    r"has|have|can|may|will|does|do|not|or|such|although|though|despite|against|whose|who|unless|until|however|thus|before|after|both|also|they|it|we|this|these|during|within|without)\b",
    re.IGNORECASE,
)
_WEAK_ENDS = frozenset(
    [
        "of",
        "in",
        "on",
        "for",
        "to",
        "from",
        "with",
        "between",
        "the",
        "a",
        "an",
        "at",
        "into",
        "over",
        "its",
        "their",
        "even",
        "only",
        "both",
        "alone",
        "well",
        "every",
        "new",
        "most",
        "many",
        "several",
        "multiple",
        "recent",
        "related",
        "various",
        "different",
        "same",
        "found",
        "given",
    ]
)
_WEAK_STARTS = re.compile(
    r"(?:the|an?|its|their|his|her|our|very|highly|large|more|many|much|only|often|some|such|both|any|all|other|new|"
    r"different|various|several|given|certain|particular|this|that|these|those|most|few|same)"
)
MOST_WORDS = 7


def label_of(text: str, weights: Weights) -> str:
    """A name of at most seven words for the problem, cut out of the sentence: what follows the words that announce a problem, else
    the weightiest term."""
    best: tuple[float, str] = (0.0, "")
    for match in _NAMING.finditer(text):
        rest = text[match.end() :]
        end = _PHRASE_ENDS.search(rest)
        phrase = _noun_phrase(rest[: end.start() if end else len(rest)].split(), bool(match["whole"]))
        telling = [w for w in phrase if is_telling(w)]
        if not telling or len(phrase) < (1 if match["whole"] else 2):
            continue
        name = (match["whole"] or "") + " ".join(phrase)
        score = sum(sorted((weights(stem(w)) for w in telling), reverse=True)[:3]) + (2.0 if match["whole"] else 0.0)
        best = max(best, (score, name))
    if best[1]:
        return _plain(best[1])
    terms = sorted(candidate_terms(text), key=lambda t: (-_weight(t, weights), t))
    named = [t for t in terms if not re.search(rf"\b(?:which|who|to|can|may|will|not|often) {re.escape(t)}\b", text)] or terms
    several = [t for t in named if " " in t]
    return _plain(several[0] if several else _widened(named[0], text) if named else _longest_run(text))


def _noun_phrase(phrase: list[str], whole: bool) -> list[str]:
    """The words that name something, without what only leads to it or was cut off; [] where they begin with a verb or a preposition."""
    while phrase and not whole and _WEAK_STARTS.fullmatch(phrase[0].lower()):
        phrase = phrase[1:]
    if phrase and not whole and (phrase[0].lower() in STOP_WORDS or phrase[0].lower().endswith("ly")):
        return []
    # "the semantics | the words convey": an article that follows no preposition begins a clause.
    # Nor does one preposition follow another: "predictions over | from text".
    ends = [
        n
        for n, (one, other) in enumerate(pairwise(word.lower() for word in phrase), 1)
        if (other in _ARTICLES and one not in STOP_WORDS) or {one, other} <= _PREPOSITIONS
    ]
    clause = min(ends, default=len(phrase))
    most = MOST_WORDS - (2 if whole else 0)
    kept = phrase[: min(clause, most)]
    if most < clause:  # cut in the middle: back to where the last whole phrase ended
        at = max((n for n, w in enumerate(kept) if n > 1 and w.lower() in _WEAK_ENDS), default=0)
        kept = kept[:at] if at else kept
    while kept and (kept[-1].lower() in _WEAK_ENDS or re.search(r"\w(?:ly|ated|ained)$", kept[-1])):
        kept.pop()
    return kept


_ARTICLES = frozenset(["the", "a", "an", "its", "their"])
_PREPOSITIONS = frozenset(["of", "in", "on", "for", "to", "from", "with", "between", "at", "into", "over"])


def _widened(word: str, text: str) -> str:
    """A lone word with what it stands before, or is "of", or stands behind: "parameters" in "these additional parameters"."""
    own = r"(?!(?:" + "|".join(sorted(map(re.escape, STOP_WORDS), key=len, reverse=True)) + r")\b)[\w-]+(?<!ly)"
    it = rf"\b{re.escape(word)}\b"
    for pattern in (rf"{it} {own}", rf"{it} of (?:the )?{own}", rf"\b(?:{own} ){{1,2}}(?:of (?:the )?)?{it}"):
        if match := re.search(pattern, text):
            return match.group()
    return word


def _longest_run(text: str) -> str:
    """The longest run of words that are no small ones; of equal ones the first."""
    runs: list[list[str]] = [[]]
    for word in words(text):
        if word.lower() in STOP_WORDS or word.lower().endswith("ly"):
            runs.append([])
        else:
            runs[-1].append(word)
    return " ".join((max(runs, key=len) or words(text))[:MOST_WORDS])


def _weight(term: str, weights: Weights) -> float:
    """A term weighs as much as its two weightiest words; words that occur in one paper only (its method's name) weigh less."""
    each = sorted((weights(stem(w)) * (0.6 if weights.df(stem(w)) < 2 else 1.0) for w in words(term)), reverse=True)
    return sum(each[:2]) + _LONGER * len(each)


_LONGER = 0.3  # of two terms of like weight the one that says more


def _plain(label: str) -> str:
    return label[0].upper() + label[1:] if label else label
