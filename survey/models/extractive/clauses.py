"""What of a paper's sentence is quoted: the clause that carries it, with nothing cut that its meaning hangs on.

Without a parser, a few sure signs are used: how sentences open ("However,", "In this paper, we"), how tails hang on (", which …",
", leading to …"), what a citation in brackets looks like. Whatever limits, turns or weighs a claim (clauses.toml) and every number
stays; where no sure cut is found the sentence stays whole.
"""

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Literal, NamedTuple

from survey.models.extractive.verbs import LISTS, finite_verbs, past, plain_verbs, third_person

ELLIPSIS = "…"
_MARKS = " ,;:"
_FEWEST = 6  # words that a cut at the end leaves
_FEWEST_BEHIND = 3  # words that one at the beginning leaves

Kind = Literal["we", "paper", "own", "aim", "clause", "bare"]
"""Who speaks: "we propose", "this paper presents", "our model achieves", "the aim of this study was to test"; else the clause stands
by itself; "bare": it can stand in no sentence but its own."""


class Clause(NamedTuple):
    """Offsets into the ``text`` of a sentence. What it says begins at ``start``, behind words like "However,"; the subject at ``subject``,
    behind an adverbial like "On the RACE benchmark,"; the predicate at ``said`` (``start`` where the clause stands by itself); what follows
    the first verb at ``after`` (``said`` where that verb is not known). Kept is all up to ``end`` but for what is ``gone``."""

    text: str
    kind: Kind
    start: int
    subject: int
    said: int
    after: int
    end: int
    noun: str = ""
    gone: tuple[tuple[int, int], ...] = ()

    @property
    def front(self) -> str:
        """The adverbial before the subject, with its comma; "" if there is none."""
        return self.text[self.start : self.subject].strip()

    @property
    def verb(self) -> str:
        return self.text[self.said : self.after].strip()

    @property
    def is_whole(self) -> bool:
        """Whether nothing of the sentence is left out of ``quoted(start)``."""
        return self.start == 0 and not self.gone and not _tells(self.text[self.end :])

    def quoted(self, at: int) -> str:
        """What is kept from ``at`` on, its pieces parted by " … ", which also ends it where words were cut."""
        pieces, begin = [], at
        for start, end in self.gone:
            if start >= begin:
                pieces.append(self.text[begin:start])
                begin = end
        pieces.append(self.text[begin : self.end])
        shown = [piece.strip(_MARKS) if n else piece.strip() for n, piece in enumerate(pieces)]
        cut = _tells(self.text[self.end :]) or not shown[-1]
        text = f" {ELLIPSIS} ".join(piece for piece in shown if piece)
        return f"{text.rstrip(_MARKS)} {ELLIPSIS}" if cut else text


def clause(text: str, most: int | None = None) -> Clause:
    """The clause of a sentence, in at most ``most`` words where sure cuts allow; None: whole but for its opening words."""
    end = _end(text)
    if not _even(text):  # no cut should part them
        return Clause(text, "bare", 0, 0, 0, 0, len(text))
    start = _opening(text, end)
    found = _subject(text, start, end)
    if most is None:
        return found
    found = found._replace(end=_before_citation(text, found.said, end))
    if _count(found) > most:
        found = found._replace(gone=tuple(_asides(text, found.said, found.end)))
    if _count(found) > most:
        found = found._replace(end=_tail(found, most))
        found = found._replace(gone=tuple(span for span in found.gone if span[1] <= found.end))
    return found


def _count(found: Clause) -> int:
    return len(found.quoted(found.said).split())


def _end(text: str) -> int:
    """Before the full stop, unless it belongs to the last word."""
    end = len(text.rstrip())
    return end - 1 if text[:end].endswith(".") and not text[:end].endswith("..") and not _ABBREVIATED.search(text, 0, end) else end


_ABBREVIATED = re.compile(r"(?:\b(?:etc|al|e\.g|i\.e|vs|resp|Inc|Ltd|approx|sp|spp)|\b[A-Z]\.[A-Z])\.$")


def _even(text: str) -> bool:
    """Whether the quotation marks in it pair up."""
    depth = 0
    for mark in re.findall("[“”]", text):
        depth += 1 if mark == "“" else -1
        if depth < 0:
            return False
    return depth == 0


def _tells(cut: str) -> bool:
    """Whether words are among what was cut: more than marks and the numbers of references."""
    return any(char.isalpha() for char in cut)


def _words(text: str) -> list[str]:
    return _WORD.findall(text)


_WORD = re.compile(r"[^\W_](?:[\w’'-]*\w)?")


# ---------------------------------------------------------------- how a sentence opens

_OPENINGS = tuple(re.compile(rf"{pattern}\s+", re.IGNORECASE) for pattern in LISTS["openings"])


def _opening(text: str, end: int) -> int:
    """Behind what only leads over from the sentence before, or names the paper as the place."""
    start = len(text) - len(text.lstrip())
    while match := next((m for pattern in _OPENINGS if (m := pattern.match(text, start, end))), None):
        if len(text[match.end() : end].split()) < _FEWEST_BEHIND or limiting(match[0].partition(" ")[2]):
            break
        start = match.end()
    return start


# ---------------------------------------------------------------- who speaks

_pattern = partial(re.compile, flags=re.IGNORECASE)
_ADVERBS = rf"(?:(?:{'|'.join(LISTS['between'].split())}|[a-z]+ly)\s+)*"
_WORKS, _OWN_NOUNS = "|".join(LISTS["works"].split()), "|".join(LISTS["own"].split())
_FRONTED = re.compile(r"[^,;:]{3,120},\s+(?=(?:we|this|the|our)\b)", re.IGNORECASE)
_VERB = r"(?P<verb>[a-z-]+)\b\s*"
_OURS = r"(?:this|the present|the current|our)"
_AIM = r"(?:main |primary |overall |specific )?(?:aims?|goals?|objectives?|purposes?)"
_EVIDENCE = r"(?:(?:extensive|empirical|experimental|comprehensive|quantitative)\s+)*(?:experiments|results|evaluations|findings)"
_SPEAKING: Mapping[Kind, tuple[re.Pattern[str], ...]] = {
    "we": (_pattern(rf"(?:we|the (?:present )?authors)\s+(?P<adverbs>{_ADVERBS}){_VERB}"),),
    "aim": (_pattern(rf"(?:the|our) {_AIM} of {_OURS} (?:{_WORKS}) (?:is|are|was|were) to (?P<adverbs>){_VERB}"),),
    "paper": (_pattern(rf"(?:{_OURS}|the(?=\s+paper\b))\s+(?P<noun>{_WORKS})\s+(?P<adverbs>{_ADVERBS}){_VERB}"),),
    "own": (
        _pattern(rf"(?:(?:our|the|these)\s+)?(?P<noun>{_EVIDENCE})\s+(?P<adverbs>{_ADVERBS}){_VERB}"),
        _pattern(rf"our\s+(?P<noun>(?:[\w’'-]+\s+){{0,3}}?(?:{_OWN_NOUNS}))\s+(?P<adverbs>{_ADVERBS}){_VERB}"),
    ),
}


_SHORT_FRONT, _FRONT = 1, 14  # words


def _subject(text: str, start: int, end: int) -> Clause:
    fronts = [start, *(match.end() for match in [_FRONTED.match(text, start, end)] if match)]
    for at in fronts:
        if not (at == start or _SHORT_FRONT < len(text[start:at].split()) <= _FRONT):
            break
        for kind, match in ((kind, pattern.match(text, at, end)) for kind, patterns in _SPEAKING.items() for pattern in patterns):
            if match and _may_begin(kind, match["verb"].lower()) and (at == start or text[start].isupper()):
                said = match.start("adverbs" if match["adverbs"].strip().lower() not in _BETWEEN else "verb")
                movable = said == match.start("verb") and match["verb"].lower() in plain_verbs()
                noun = match.groupdict().get("noun") or ""
                return Clause(text, kind, start, at, said, match.end() if movable else said, end, noun)
    return Clause(text, "clause", start, start, start, start, end)


def _may_begin(kind: Kind, verb: str) -> bool:
    """Whether a word can be the verb of such a subject."""
    if kind == "we":
        return verb not in _NO_VERB and not verb.endswith("ly")
    return verb in (plain_verbs() if kind == "aim" else finite_verbs())


_BETWEEN = frozenset(LISTS["between"].split())
_NO_VERB = frozenset(LISTS["no_verb"].split())
COMMON = frozenset(LISTS["common"].split())
"""Words whose capital only opens a sentence."""


# ---------------------------------------------------------------- what hangs on

_LIMITS = frozenset(LISTS["limits"].split())
_NAME = r"(?:(?:see|cf\.?|e\.g\.,?|i\.e\.,?|as in|reviewed in)\s+)?[A-ZÀ-Þ][\w’'.-]+"
_REFERRED = re.compile(
    rf"\s*\(\s*{_NAME}(?:[^()]*?(?:,| et al\.?,?| (?:and|&) [A-ZÀ-Þ][\w’'-]+,?))\s*(?:1[89]|20)\d\d[a-z]?(?:[;,][^()]*)?\s*\)"
    r"|\s*\((?:see |cf\.? )?(?:§|[Ff]ig|[Tt]ab|[Ss]ec|[Ee]q|[Aa]ppendix)[^()]*\)"
    r"|\s*\[\d+(?:\s*[-–,;]\s*\d+)*\]"
    rf"|\s*\[\s*{_NAME}[^\[\]]*?(?:1[89]|20)\d\d[a-z]?[^\[\]]*\]"
)
"""A citation, or a pointer to a figure, in brackets."""
_IN_BETWEEN = re.compile(
    r",\s+(?:e\.g\.|i\.e\.|such as|namely|which|including)\s[^,;:()]*(?:\([^()]*\)[^,;:()]*)*,(?=\s+(?P<next>[a-z]+)\b)", re.IGNORECASE
)
_HANGING = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r",\s+(?:which|where|who|whose|in which|of which|thus|thereby|hence|therefore|so that|e\.g\.|i\.e\.|such as|namely|including"
        r"|because|since)\b"
        r"|,\s+(?:\w+ly\s+)?(?!using|assuming|given|depending|excluding|considering|during|according|regarding|concerning|being|having)"
        r"[a-z]{2,}ing\b"
        r"|;\s|\s+[–—]\s|\s+such as\s",
        r",?\s+and\s+(?:(?:we|it|they)\s+)?(?:also\s+|thus\s+|then\s+|[a-z]+ly\s+)?(?P<verb>[a-z]+)\b",
        r"\s+(?:because|so that|in order to|by\s+[a-z]{3,}ing|so as to)\b|,\s+to\s",
    )
)


_DESCRIBING = re.compile(r"\s+(?:that|which|to)\s+(?P<verb>[a-z]+)\b", re.IGNORECASE)
"""What describes a thing that is only just named: "a dam that holds …", "a dam to hold …"."""
_PROPOSING = frozenset(form for verb in LISTS["proposing"].split() for form in (verb, third_person(verb), past(verb)))


def limiting(text: str) -> list[str]:
    """The words of a text that limit, turn or weigh what it claims, in order."""
    return [word for word in _words(text.lower()) if word in _LIMITS or word.endswith(("n't", "n’t"))]


def _needed(cut: str) -> bool:
    """Whether what would be cut weighs: it limits, or gives a figure."""
    return bool(limiting(cut)) or any(char.isdigit() for char in _REFERRED.sub("", cut))


def _before_citation(text: str, start: int, end: int) -> int:
    last = None
    for match in _REFERRED.finditer(text, start, end):
        last = match
    return last.start() if last and last.end() == end and last.start() > start else end


def _asides(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Citations, examples between commas and relative clauses before the verb, in order; none within another."""
    found = [match.span() for match in _REFERRED.finditer(text, start, end)]
    between = _IN_BETWEEN.finditer(text, start, end)
    found += [match.span() for match in between if match["next"].lower() in finite_verbs() and not _needed(match[0])]
    reached = start
    for begin, stop in sorted(found, key=lambda span: (span[0], -span[1])):
        if begin >= reached and begin > start and _is_level(text, start, begin):
            reached = stop
            yield begin, stop


def _tail(found: Clause, most: int) -> int:
    """Where the sentence may end: at the last cut that makes it short enough, else at the first that makes it much shorter."""
    text, start, end = found.text, found.said, found.end
    shortest = end
    for pattern in (*_HANGING, *([_DESCRIBING] if found.verb.lower() in _PROPOSING else [])):
        fitting = 0
        for match in pattern.finditer(text, start, end):
            at = match.start()
            if not _may_end(found, match):
                continue
            count = _count(found._replace(end=at, gone=tuple(span for span in found.gone if span[1] <= at)))
            if count > _FEWEST:
                fitting = max(fitting, at if count <= most + 1 else 0)
                shortest = min(shortest, at)
        if fitting:
            return fitting
    return shortest if len(text[start:shortest].split()) <= _MUCH * len(text[start:end].split()) else end


_MUCH = 0.75


def _may_end(found: Clause, match: re.Match[str]) -> bool:
    text, start, at = found.text, found.said, match.start()
    kept, cut = text[start:at], text[at : found.end]
    verb = match.groupdict().get("verb")
    if verb is not None and verb.lower() not in finite_verbs():
        return False
    if _needed(cut) or not _is_level(text, start, at) or _UNFINISHED.search(kept) or _holds_verb_of(kept, cut):
        return False
    if (
        match.re not in (_HANGING[0], _DESCRIBING) and kept.rstrip(" ,").rpartition(" ")[2].lower() in finite_verbs()
    ):  # it wants its object, or its means
        return False
    return found.kind != "clause" or _is_complete(kept)


def _holds_verb_of(kept: str, cut: str) -> bool:
    """Whether the verb of what is kept may stand in what is cut: of "…, and whether dams, such as those of wood, hold, is not known"."""
    if _ASKED.match(kept.rpartition(", ")[2]) or any(match[1].lower() in finite_verbs() for match in _VERB_BEHIND.finditer(cut[1:])):
        return True
    return bool(_LISTING.match(cut)) and any(word.lower() in finite_verbs() for word in _words(cut)[2:])


_ASKED = re.compile(r"(?:and |or |but )?(?:whether|how|what|why|that)\b", re.IGNORECASE)
_VERB_BEHIND = re.compile(r",\s+(?:[a-z]+ly\s+)?([a-z]+)\b", re.IGNORECASE)
_LISTING = re.compile(r",?\s+(?:such as|including|namely|e\.g\.|i\.e\.)\s")
_UNFINISHED = re.compile(
    r"\b(?:as follows|following|(?:two|three|four|five|several)-?fold|either|both|not only|between|from|of|to|the|a|an|and|or|is|are|was"
    r"|were|that|with|by|for|in|on)$",
    re.IGNORECASE,
)
_DEPENDENT = re.compile(
    r"(?:although|though|while|whilst|since|because|if|when|whenever|once|given|as|despite|in|on|at|for|with|without|using|by|through|under"
    r"|among|after|before|during|from|to|unlike|like|due|based|compared|[a-z]+ing)\b",
    re.IGNORECASE,
)


def _is_complete(kept: str) -> bool:
    """Whether a main clause stands in it: a verb, behind the comma where it opens with something dependent."""
    kept = _TO.sub(" ", _BRACKETED.sub(" ", kept))
    if _DEPENDENT.match(kept):
        _, comma, kept = kept.partition(", ")
        if not comma:
            return False
    return any(word.lower() in finite_verbs() for word in _words(kept)[1:])


_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_TO = re.compile(r"\bto (?:[a-z]+ly )?[a-z]+\b")


def _is_level(text: str, start: int, at: int) -> bool:
    """Whether no bracket and no quotation mark is open there."""
    before = text[start:at]
    return all(before.count(left) == before.count(right) for left, right in ("()", "[]", "“”"))
