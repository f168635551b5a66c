"""Untrusted bytes and characters made fit to keep: what every reader passes its text through."""

import hashlib
import re
import unicodedata

from survey.hiding import HIDING, UNWRITABLE, unpiled

# Left out: control characters but \n, and what no reader of the paper sees and can hide text.
_UNSEEN = re.compile(f"[\x00-\x08\x0e-\x1b\x1c-\x1f\x7f-\x84\x86-\x9f{HIDING}{UNWRITABLE}]")
_BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile("[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}

# What the bytes of UTF-8 look like when each is taken for a letter of Windows-1252: a lead byte and one that goes on.
_MOJIBAKE = re.compile(
    "[\u00c2-\u00f4][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
)

# What most lines are made of, none of which is touched: ASCII, the signs of print and of formulas, Greek.
_CLEAN = re.compile(
    "[ -~\u00a1-\u00ac\u00ae-\u00c1\u00f5-\u017f\u0391-\u03a9\u03b1-\u03c9\u2010-\u2015\u2018-\u201f\u2020-\u2026\u2200-\u22ff]*"
)

_ESCAPED = re.compile(r"\\([%&$#_{}])")
_COMMAND = re.compile(
    r"\\(?:text(?:bf|it|tt|sc|rm|sf|up|md|normal)?|emph|mathrm|mathbf|mathit|mathcal|textsuperscript|underline|url)\s*\{([^{}]*)\}"
)
_SWITCH = re.compile(r"\{\\(?:bf|it|em|tt|sc|rm)\s+([^{}]*)\}")
_SYMBOLS = {
    **{
        r"\times": "×",
        r"\pm": "±",
        r"\sim": "∼",
        r"\leq": "≤",
        r"\geq": "≥",
        r"\approx": "≈",
        r"\rightarrow": "→",
        r"\ldots": "…",
        r"\dots": "…",
    },
    **{r"\alpha": "α", r"\beta": "β", r"\gamma": "γ", r"\epsilon": "ε", r"\lambda": "λ", r"\mu": "μ", r"\sigma": "σ"},
}
_SYMBOL = re.compile("|".join(re.escape(s) + r"(?![A-Za-z])" for s in _SYMBOLS))


_DECLARATION = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{2,20})""", re.IGNORECASE)
_CODES = re.compile(r"iso-?8859-\d\d?|windows-125\d|cp125\d|gbk|gb2312|gb18030|big5|shift[_-]jis|euc-jp|euc-kr|koi8-[ru]")


def _declared(data: bytes) -> str | None:
    """The text of a page or of XML in the code that it says it is in, if that is one of those in use and all of it is in that."""
    match = _DECLARATION.search(data, 0, 2048) if data.lstrip()[:1] == b"<" else None
    code = match[1].decode("ascii", "replace").lower() if match else ""
    if not _CODES.fullmatch(code):
        return None
    try:
        return data.decode("gb18030" if code.startswith("gb") else code)
    except (UnicodeDecodeError, LookupError):
        return None


def decode(data: bytes) -> str | None:
    """The text of ``data``: UTF-8, UTF-16 with its mark, or else Windows-1252; None when it does not look like text."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError:
            return None
    try:
        text, western = data.decode("utf-8-sig"), False
    except UnicodeDecodeError:
        if (declared := _declared(data)) is not None:
            return declared
        text, western = data.decode("cp1252", errors="replace"), True
    sample = text[:65536]
    odd = sum(1 for c in sample if c == "\ufffd" or (c < " " and c not in "\t\n\r\f"))
    if odd * (50 if western else 20) > len(sample):
        return None
    # Text in one of the single-byte codes of the West is mostly ASCII letters; anything else is another code or no text.
    letters = sum(1 for c in sample if c.isascii() and (c.isalnum() or c.isspace()))
    return None if western and letters * 10 < len(sample) * 6 else text


def clean(text: str) -> str:
    """``text`` in NFC with plain spaces, ``\\n`` line ends, ligatures spelt out and no unseen characters.

    What was decoded once too often ("Ã©" for "é") is mended.
    """
    if _CLEAN.fullmatch(text):
        return text
    while True:
        before = text
        if _MOJIBAKE.search(text):
            text = "\n".join(_decoded(line) for line in text.split("\n"))
        text = _UNSEEN.sub("", _SPACES.sub(" ", _BREAKS.sub("\n", text)))
        text = unpiled(unicodedata.normalize("NFC", text.translate(_LIGATURES)))
        # What was decoded twice too often, or was parted by something unseen, shows only now; each round makes the text shorter.
        if len(text) >= len(before) or not _MOJIBAKE.search(text):
            return text


def _decoded(line: str) -> str:
    """A line of UTF-8 that was once taken for Windows-1252 ("Ã©" for "é"); quotes, width and all else are left to :func:`clean`."""
    if not _MOJIBAKE.search(line):
        return line
    from ftfy import fix_encoding  # seldom needed

    return fix_encoding(line)


def one_line(text: str) -> str:
    """``text`` cleaned and its white space folded, line breaks too."""
    return " ".join(clean(text).split())


def shown_name(name: str) -> str:
    """How a file's name stands in records and messages: without line breaks, unseen characters and bytes that are no text.

    Where more than accents was put right, a mark made of the true name keeps two such files apart.
    """
    kept = clean(name).replace("\n", " ")
    if kept == unicodedata.normalize("NFC", name):
        return kept
    return f"{kept}~{hashlib.sha256(name.encode('utf-8', 'surrogateescape')).hexdigest()[:6]}"


def opening(text: str) -> str:
    """The first six words of ``text``, at most 60 characters: what stands for a title that the source did not give."""
    words = text[:1000].split()
    start = " ".join(words[:6])
    if len(start) > _OPENING:  # a script without spaces, or six long words
        start = start[: _OPENING + 1]
        start = start[: start.rfind(" ")] if start.rfind(" ") > _OPENING // 2 else start[:_OPENING]
        return start.rstrip(".,;:，、；：") + " …"
    return start.rstrip(".,;:") + (" …" if len(words) > 6 else "")


_OPENING = 60


def without_latex(text: str) -> str:
    """``text`` with the simple LaTeX that abstracts carry made readable; words and numbers all stay."""
    if not any(mark in text for mark in "\\$`~"):
        return text.replace("--", "–") if " -- " in text else text
    for _ in range(3):  # commands nest, seldom deeper
        text = _COMMAND.sub(r"\1", _SWITCH.sub(r"\1", text))
    text = _SYMBOL.sub(lambda m: _SYMBOLS[m.group()], text)
    text = _ESCAPED.sub(r"\1", re.sub(r"(?<!\\)\$\s*([^$]{1,60}?)\s*(?<!\\)\$", _math, text))
    text = text.replace("``", "“").replace("''", "”") if "``" in text else text
    text = re.sub(r"(?<=[\w.])~(?=[\w(\[\\])", " ", text)
    return re.sub(r"(?<!-)---?(?!-)", "–", text)


def _math(match: re.Match[str]) -> str:
    """Maths that is a plain number, percentage or name reads as such; a formula stays as the authors wrote it."""
    inside = match.group(1).replace("{,}", ",").replace("\\%", "%").strip()
    if re.fullmatch(r"[A-Za-z0-9{}.,]*", inside):
        inside = inside.replace("{", "").replace("}", "")
    return inside if re.fullmatch(r"[+\-−±∼×≤≥≈<>=]?\s?[\w.,%+\-=<>/×±∼≤≥≈→αβγελμσ ]*", inside) else match.group()


def paragraphs(text: str) -> list[str]:
    """The paragraphs of ``text`` (parted by blank lines), each on one line; empty ones are left out."""
    return [" ".join(p.split()) for p in re.split(r"\n[ \t]*\n", text) if p.strip()]
