"""Which measure a figure is of, by the words between them."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from survey.comparing.figures import Figure
from survey.comparing.words import cue, lines, words
from survey.terms import STOP_WORDS, is_telling


class Measure(NamedTuple):
    """A measure as printed: ``text[start:end]``; ``named``: it is one wherever it stands, and no noun of some quantity."""

    text: str
    start: int
    end: int
    named: bool


_FAR = 90  # characters between a measure and its figure
_WORD = re.compile(r"[^\W\d_][\w’'-]*")
_LEFT = re.compile(r"(?:[^\W_][\w’'/-]* ){0,4}$")
_COMPARATIVE = re.compile(r"\b(?:faster|slower|cheaper|fewer parameters)\b")
_DATA_BETWEEN = re.compile(
    r"\b(?:on|in|for|of|with|across|over) (?:the |all |both |its |our )?"
    r"(?:[A-Z0-9][\w’'./+-]*|\([^()]{0,20}\)|dataset|corpus|test|set|dev|development|validation|data|task)"
    r"(?: (?:[A-Z0-9][\w’'./+-]*|datasets?|corpus|test|set|dev|task|data|benchmark))*"
)
_OF_WHAT = re.compile(
    r" of (?:the )?((?:[A-Za-z][\w-]* ){0,3}[A-Za-z][\w-]*)(?= (?:was|were|is|are|in|on|at|for|among|reached|averaged)\b)"
)
BETWEEN_SUBJECT = re.compile(
    r"^ (?:of|in|for|on|among) (?:[^.,;:()\d]|(?<=[A-Za-z-])\d|(?<=[A-Za-z-]\d)\d){1,70}?"
    r"(?= (?:was|were|is|are|averaged|reached|rose|fell|dropped|increased|decreased|by) )"
)
_SCORED = re.compile(r" ([A-Z][A-Za-z]*[A-Z][A-Za-z0-9-]{0,9})(?= (?:points?|scores?)\b)")
_ABBREVIATED = re.compile(r"^\s?\([A-Z][\w-]{0,9}\)")
_QUALIFIERS = re.compile(r"(?:[a-z][a-z-]{2,} ){1,3}$")
_VERBAL = re.compile(r"^[a-z]+(?:[^s]s|ed|ing|ly)$")
_BEFORE_QUALIFIERS = re.compile(
    r"(?:\b(?:[Tt]he|[Aa]n?|[Ii]ts|[Tt]heir|[Oo]ur|[Ii]n|of|by|with|and|for|on|both)|[%\d])"
    r"(?: (?:mean|overall|average|best|better|higher|lower))? $"
)
_PARTS = re.compile(r"[;.!?\d]|\b(?:while|whereas|but|or)\b")


@cache
def measure_names() -> re.Pattern[str]:
    longest = sorted((entry.replace(" ", "[ -]") for entry in lines("names")), key=len, reverse=True)
    return re.compile(rf"(?<![\w@/-])(?:{'|'.join(longest)})(?![\w@]|-\w)")


def measures(text: str) -> list[Measure]:
    """The measures that a sentence names, in order."""
    found: list[Measure] = []
    for match in measure_names().finditer(text):
        before = cue("before_name").search(text[: match.start()])
        start = _qualified(text, before.start() if before else match.start())
        if found and text[found[-1].end : start] in (" ", "-"):
            start = found.pop().start  # "ROUGE-2 F1"
        found.append(Measure(text[start : match.end()], start, match.end(), True))
    named = [range(one.start, one.end) for one in found]
    found += (one for one in _quantities(text) if not any(one.end - 1 in span for span in named))
    return sorted(found, key=lambda one: one.start)


def _qualified(text: str, start: int) -> int:
    """Where the name of a measure begins with the plain words before it: "benign accuracy", "localization recall"."""
    left = _QUALIFIERS.search(text[:start])
    kept: list[str] = []
    for part in reversed(left[0].split() if left else []):
        if (
            part in STOP_WORDS
            or any(part in words(name) for name in ("between", "leading", "praise"))
            or _VERBAL.search(part)
            or part.count("-") > 1
        ):
            break
        kept.insert(0, part)
    begin = start - len(" ".join([*kept, ""]))
    if kept and "-" not in kept[0] and not _BEFORE_QUALIFIERS.search(text[:begin]):
        begin += len(kept[0]) + 1  # it may be the verb: "PondNet lifts benign accuracy"
    return begin


def _quantities(text: str) -> Iterator[Measure]:
    """The nouns of quantities, each with the words before it that belong to it, but for what only names a condition."""
    for word in _WORD.finditer(text):
        noun = word[0].lower() if word[0].lower() in words("quantities") else word[0].lower().removesuffix("s")
        if noun not in words("quantities") or (noun in ("mean", "median") and re.match(r" [a-z]", text[word.end() :])):
            continue
        start = _begin(text, word.start())
        if noun in ("value", "number") and not any(char.isupper() for part in text[start : word.start()].split()[-1:] for char in part):
            continue  # "a minimum value" says too little, "the GIc value" does not
        if (start < word.start() or noun in words("alone")) and not cue("condition").search(text[:start].lower()):
            whole = _OF_WHAT.match(text, word.end())
            end = whole.end() if whole and not STOP_WORDS & set(whole[1].split()) else word.end()
            yield Measure(text[start:end], start, end, False)  # "incidence of late haemorrhage"


def _begin(text: str, noun: int) -> int:
    """Where the name begins whose noun begins at ``noun``."""
    left = _LEFT.search(text[:noun])
    start = noun
    for part in reversed(left[0].split() if left else []):
        stops = part.lower() in STOP_WORDS or part.lower() in words("between")
        if part[0].isdigit() or (stops and part.lower() not in words("kept")):
            break
        start = text.rindex(part, 0, start)
    for part in text[start:noun].split():
        if part.lower() in words("kept") or (is_telling(part) and part.lower() not in words("leading")):
            break
        start = text.index(part, start) + len(part) + 1
    return start


def is_ratio(measure: Measure) -> bool:
    return bool(cue("ratios").fullmatch(measure.text))


def is_comparative(measure: str) -> bool:
    """Whether it is such a word as "faster", which stands behind its figure."""
    return bool(_COMPARATIVE.fullmatch(measure))


def measure_of(text: str, figure: Figure, group: tuple[int, int], known: Sequence[Measure]) -> Measure | None:
    """The measure nearest to the list of figures that spans ``group``, of which ``figure`` is one, with only joining words between."""
    start, end = group
    behind = next((one for one in known if one.start >= end), None)
    before = next((one for one in reversed(known) if one.end <= start), None)
    near: list[tuple[int, Measure]] = []
    if behind and behind.named and not is_ratio(behind) and (gap := _gap(text[end : behind.start], "behind", most=5)) is not None:
        near.append((gap, behind))
    if before and (gap := _gap_before(text, before, start, end)) is not None:
        near.append((gap + (gap > 0), before))
    if near:
        return min(near, key=lambda found: found[0])[1]
    if scored := _SCORED.match(text, end):
        return Measure(scored[1], *scored.span(1), True)  # "1.4 AER points"
    faster = _COMPARATIVE.match(text, figure.end + 1)
    if faster and figure.unit in ("times", "×", "%"):
        return Measure(faster[0], *faster.span(), True)
    return None


def _gap_before(text: str, measure: Measure, start: int, end: int) -> int | None:
    if cue("at_condition").search(text[: measure.start]):
        return None  # "at a recall of 0.25"; or it has its figure before it: "89.2 F1"
    between = text[measure.end : start]
    if measure.named:
        return _gap(between, "between", most=8)
    came = cue("came_between").search(between) or cue("came_before").search(text[: measure.start]) or cue("came_behind").search(text[end:])
    return _gap(between, "plainly", most=8) if came else None


def _gap(gap: str, allowed: str, most: int) -> int | None:
    """How many words stand in the gap, or None where they do not join a name and its figure."""
    bare = gap = _ABBREVIATED.sub("", gap)
    if allowed != "behind":
        bare = BETWEEN_SUBJECT.sub("", gap)  # "the accuracy of the counter in rain was 82%"
    if allowed == "between" and bare == gap:
        bare = _DATA_BETWEEN.sub(" ", gap, count=1)
    parted = _PARTS.search(bare) or ("," in bare and bare.strip() != ",") or (allowed == "behind" and ")" in gap)
    found = re.findall(r"[^\s(,)]+", bare)
    if parted or len(gap) > _FAR or len(found) > most or any(word.lower() not in words(allowed) for word in found):
        return None
    return len(gap.split())


def same_measure(measure: str) -> str:
    """The measure however it is spelt: "F 1 score" and "F1-scores" are one."""
    bare = re.sub(r"[\W_]", "", measure.casefold())
    bare = re.sub(r"(?<=.)(?:scores?|values?|rates?)$", "", bare)
    bare = bare.removesuffix("s") if len(bare) > 3 and not bare.endswith("ss") else bare
    return _SAME.get(bare, bare)


_SAME = {
    "acc": "accuracy", "accuracie": "accuracy", "fmeasure": "f1", "f1measure": "f1", "f": "f1", "or": "oddsratio",
    "aor": "adjustedoddsratio", "hr": "hazardratio", "rr": "relativerisk", "riskratio": "relativerisk", "meanaverageprecision": "map",
    "worderror": "wer", "sacrebleu": "bleu", "areaundertheroccurve": "auc", "auroc": "auc", "rocauc": "auc", "exactmatch": "em",
    "positivepredictive": "ppv", "negativepredictive": "npv",
}  # fmt: skip
