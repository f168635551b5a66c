"""What a model writes, as plain prose: no markup, no citation marks of its own."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import partial

from survey.hiding import unpiled
from survey.quotations import quotations
from survey.support.quotes import stands_in

LABEL_WORDS = 6
_LABEL_CHARS = 70
_LABEL_SOURCE = 600  # characters that a label is looked for in
_RUNAWAY = 5000  # characters; more is not looked at

_AT = "@＠﹫"
_INVISIBLE = {"Cc", "Cf", "Co", "Cs", "Cn"}
_OTHER_MARKS = (
    re.compile(r"‘([^‘’“”]*)’(?!\w)"),
    re.compile(r"(?<!\w)'([^'“”]{20,})'(?!\w)"),  # shorter ones may be two apostrophes
)
_MARKS = '"„«»'
CURLY = re.compile(r"“[^“”]*(?:“[^“”]*”[^“”]*)*”")  # with quotations inside
_IN_BRACKETS = r"[^\[\]()（）［］〔〕【】⟦⟧{}]*"
_MARKUP = (
    (re.compile(r"<(script|style)\b[^<>]*>.*?</\1\s*>", re.DOTALL | re.IGNORECASE), ""),
    (re.compile(r"<!--.*?-->|</?[A-Za-z][^<>]*>", re.DOTALL), ""),
    (re.compile(r"\\\w*(?:cite|ref|label)\w*\*?(?:\[[^\[\]]*\])*\{[^{}]*\}"), ""),
    (re.compile(r"\\[A-Za-z]+\*?\{([^{}]*)\}"), r"\1"),
    (re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*\)"), r"\1"),
    (re.compile(rf"[\[(（［〔【⟦{{]{_IN_BRACKETS}[{_AT}]{_IN_BRACKETS}[\])）］〕】⟧}}]"), ""),
    (re.compile(r"[\[［〔【⟦][\s\d,;–-]*[\]］〕】⟧]|[（(](?:see|cf\.?|e\.g\.,?)?\s*[)）]"), ""),
    (re.compile(r"(?<!\w)[*_`~]{1,3}(?=\S)|(?<=\S)[*_`~]{1,3}(?!\w)"), ""),
)
_NESTED = 8  # brackets in brackets
_LINE_MARKS = re.compile(r"^\s*(?:#{1,6}|[-*+>]|\d{1,3}[.)])\s+|(?<=[\n\r\v\f\x85\u2028\u2029])[^\S\n]*(?:#{1,6}|[-*+>](?!\s*\d))\s+")
_TLD = r"(?:com|org|net|edu|gov|int|info|biz|app|dev|xyz|online|site|shop|link|example|test|io|ai|co|de|uk|fr|eu|ru|cn|jp|nl|ch|ly|gg|tv)"
_DOMAIN = rf"(?<![\w.-])(?:(?:[a-z0-9][a-z0-9-]*\.)+{_TLD}|(?:[a-z0-9][a-z0-9-]+\.){{2,}}[a-z]{{2,}})(?![\w-])"
ACTIVE = re.compile(rf"\S*[{_AT}]\S*|(?:https?|ftp)\S*://\S*|www\.\S+|{_DOMAIN}|\b(?:doi|arxiv):\S*|\S*[\\[\]{{}}<>`|]\S*", re.IGNORECASE)
BYLINES = re.compile(r"\((?:[^()]*[^\W\d_][^()]*,? ?)?(?:1[89]|20)\d\d[a-z]?(?:[;,][^()]*)?\)|\(n\.d\.[a-z]?\)|\bet al\b")
KEY = re.compile(r"\b[^\W\d_][\w-]*[^\W\d](?:19|20)\d\d[a-z]?\b")  # a name and a year in one word
LOOKALIKE = re.compile(r"\w*(?:[A-Za-z][\u0400-\u04ff]|[\u0400-\u04ff][A-Za-z])\w*")  # Cyrillic letters within a Latin word
NAME = re.compile(r"(?<![\w-])[^\W_][\w:.+/-]*[^\W_]")


def cleaned(text: str, quotes: Sequence[str], names: Collection[str] = ()) -> str:
    """What a model wrote as plain prose on one line: no markup, link, citation mark or invisible character. Quotations, and the
    ``names`` of the papers that it cites, stand as they are; a name with its year in another common form becomes the name, or falls away
    where it is a mere citation. Other quotation marks become “ and ”, so that what they enclose is looked up."""
    text = text[:_RUNAWAY]
    kept = [*(f"“{quote}”" for quote in quotes), *names]
    text = _curled(text)
    for marks in _OTHER_MARKS:
        text = "".join(piece if stands else marks.sub(r"“\1”", piece) for piece, stands in parted(text, kept))
    spans = [f"“{quote}”" for quote in quotes]
    spans += [span for span in CURLY.findall(text) if any(stands_in(span[1:-1], quote) for quote in quotes)]
    text = "".join(piece if stands else _with_bylines(piece, names) for piece, stands in parted(text, spans))
    pieces = [piece if stands else stripped(piece) for piece, stands in parted(_LINE_MARKS.sub("", text), [*spans, *names])]
    text = _TWO_STOPS.sub(r"\1", "".join(pieces).strip())
    return f"{text}." if text and (text[-1].isalnum() or text[-1] in ")%") else text


_TWO_STOPS = re.compile(r"([.!?]”)\.$")  # where a citation stood between them


def _with_bylines(text: str, names: Iterable[str]) -> str:
    """With the cited papers' own names as the program writes them: "(Roe et al., 2019)" and "[Roe et al. 2019]" fall away, since every
    sentence comes with its citations; "Roe et al., 2019, report" becomes "Roe et al. (2019), report"."""
    forms = {name: _forms(match["name"], match["year"]) for name in names if (match := _BYLINE.fullmatch(name))}
    if not forms:
        return text
    each = "|".join(forms[name] for name in sorted(forms, key=lambda name: (-len(name), name)))
    text = re.sub(rf"\s*[(\[]\s*{_SEE}(?:{each})(?:\s*[;,]\s*{_SEE}(?:{each}))*\s*[)\]](?:\([^()\s]*\))?", "", text)

    def written(name: str, match: re.Match[str]) -> str:
        return match[0] if _AND_ANOTHER.search(text, 0, match.start()) else name

    for name in sorted(forms, key=lambda name: (-len(name), name)):
        text = re.sub(rf"(?<![\w-]){forms[name]}", partial(written, name), text)
    return text


_BYLINE = re.compile(r"(?P<name>.+) \((?P<year>(?:\d{4}|n\.d\.)[a-z]?)\)")
_SEE = r"(?:(?:see(?: also)?|cf\.?|e\.g\.,?|as in|by|from)\s+)?"
_AND_ANOTHER = re.compile(r"[^\W\d_][\w’'-]*,? (?:and|&) $")


def _forms(name: str, year: str) -> str:
    """A pattern of how a name and its year are written elsewhere."""
    spelt = re.escape(name).replace(r"\ et\ al\.", rf"(?:,?\s+{_EM}et\s+al\b\.?{_EM}|\s+and\s+(?:colleagues|others))")
    spelt = re.sub(r"(?:\\ )+and(?:\\ )+", lambda _: r"\s+(?:and|&)\s+", spelt).replace(r"\ ", r"\s+")
    when = rf"{re.escape(year)}(?![\w%]|[.,]\d)(?:,\s*{_PLACE}\s*\d+(?:[-–.]\d+)*)?"
    return rf"{spelt},?\s*(?:\({when}\)|\[{when}\]|{when})"


_PLACE = r"(?:pp?\.|§|(?i:sec(?:tion|\.)|ch(?:apter|\.)|fig(?:ure|\.)|tab(?:le|\.)))"
_EM = r"[*_]{0,3}"


def _curled(text: str) -> str:
    """With “ and ” where other marks stand around words; one that is never closed is taken to enclose the rest."""
    for span in reversed(quotations(text)):
        if span.mark in _MARKS:
            closed = span.end <= len(text)
            text = f"{text[: span.start]}“{text[span.start + 1 : span.end - closed]}”{text[span.end :]}"
    return text


def parted(text: str, kept: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """The pieces of ``text``, and whether each is one of the ``kept``."""
    pattern = "|".join(re.escape(k) for k in sorted(set(kept), key=lambda k: (-len(k), k)) if k)
    pieces = re.split(rf"((?<!\w)(?:{pattern})(?!\w))", text) if pattern else [text]
    return ((piece, n % 2 == 1) for n, piece in enumerate(pieces))


def stripped(text: str) -> str:
    seen = (char for char in unpiled(text) if char.isspace() or unicodedata.category(char) not in _INVISIBLE)
    text = "".join(" " if char.isspace() else char for char in seen)
    for _ in range(_NESTED):
        before = text
        for pattern, instead in _MARKUP:
            text = pattern.sub(instead, text)
        if text == before:
            break
    return re.sub(r" +(?=[.,;:!?](?:\s|$))", "", re.sub(r" {2,}", " ", text))


_PATH = re.compile(r"(?:^|\s)[.~]{0,2}/|\.\./")


def plain_label(text: str, most: int = LABEL_WORDS) -> str:
    """A label of at most ``most`` words without markup; "" for what cannot be one."""
    label = " ".join(stripped(_LINE_MARKS.sub("", text[:_LABEL_SOURCE])).split()).strip(" .,;:!?-–—\"'“”")
    label = " ".join(label.split()[:most])
    usable = (
        any(char.isalpha() for char in label)
        and len(label) <= _LABEL_CHARS
        and not any(pattern.search(label) for pattern in (ACTIVE, BYLINES, KEY, _PATH))
    )
    return label[0].upper() + label[1:] if usable else ""
