"""What stands in a field of BibTeX: text with its LaTeX read, values that are no LaTeX, lists, names, paths of files."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache

from survey.readers.bibliographies.fields import beside
from survey.readers.bibliographies.people import OTHERS, given_first
from survey.readers.cleaning import one_line, without_latex

_SPELT = {
    **{r"\textbackslash": "\\", r"\textasciitilde": "~", r"\textasciicircum": "^", r"\textbraceleft": "{", r"\textbraceright": "}"},
    **{r"\textquotedbl": '"', r"\lbrace": "{", r"\rbrace": "}", r"\textless": "<", r"\textgreater": ">", r"\textbar": "|"},
}
_NAMES = "|".join(re.escape(name) for name in _SPELT)
# A character that is spelt, a formula, and what must not be taken for LaTeX by mistake (a bare % is a percent sign here, no comment).
_LITERAL = re.compile(
    rf"(?P<spelt>{_NAMES})(?![A-Za-z])(?:\{{\}}|[ \t]+)?|\\(?P<char>[%&$#_{{}}])|(?P<bare>[%&])|(?P<math>\$[^$]{{1,200}}?(?<!\\)\$|\$)"
)
_LINKED = re.compile(r"\\href\s*\{[^{}]*\}\s*(?=\{)|\\url\s*(?=\{)")
ADDRESS = re.compile(r"https?:|\\url|www\.")
"""Tells a ``howpublished`` that leads to a page from one that names where it appeared."""
_PRIVATE = range(0xE000, 0xF8FF)


def plain(value: str) -> str:
    """``value`` as one line without LaTeX; formulas stay as they were written."""
    if not re.search(r"[\\{}$~%&]|--|``|''|[?!]`", value):
        return one_line(value)
    # Spelt characters and formulas step aside, so that nothing takes what they stand for as LaTeX a second time.
    mark = next((chr(code) for code in _PRIVATE if chr(code) not in value), "")
    if not mark:
        return one_line(value)
    aside: list[str] = []

    def step(match: re.Match[str]) -> str:
        aside.append(_SPELT.get(match["spelt"] or "") or match["char"] or match["bare"] or without_latex(match["math"]))
        return mark

    text = _LITERAL.sub(step, _LINKED.sub("", value))
    if "\\" in text:
        try:
            text = _decoder()(text)
        except Exception:  # whatever a user's LaTeX does to the decoder, the words must stay
            text = without_latex(text).replace("{", "").replace("}", "")
    else:
        text = "".join(_typeset(piece) for piece in re.split(r"[{}]", text))
    kept = iter(aside)
    return one_line(re.sub(mark, lambda _: next(kept, ""), text))


def _typeset(text: str) -> str:
    text = text.replace("---", "—").replace("--", "–").replace("``", "“").replace("''", "”")
    return text.replace("~", " ").replace("!`", "¡").replace("?`", "¿")


@cache
def _decoder() -> Callable[[str], str]:
    from pylatexenc.latex2text import LatexNodes2Text  # its tables cost a tenth of a second

    nodes = LatexNodes2Text(math_mode="verbatim", keep_comments=True)
    return lambda text: str(nodes.latex_to_text(text, tolerant_parsing=True))


def verbatim(value: str) -> str:
    """A value that is no LaTeX (a DOI, an address), without the braces and escapes that people put into it all the same."""
    value = re.sub(rf"({_NAMES})(?:\{{\}})?", lambda match: _SPELT[match[1]], value.replace(r"$\backslash$", "\\"))
    return one_line(re.sub(r"\\([%&$#_{}~])", r"\1", re.sub(r"(?<!\\)[{}]", "", value)))


def bare(value: str) -> str:
    value = value.strip()
    return value[1:-1] if len(value) > 1 and (value[0], value[-1]) in {("{", "}"), ('"', '"')} else value


def parted(value: str, separator: str) -> Iterator[str]:
    """The pieces of ``value`` between matches of ``separator`` (a pattern) that stand outside of braces, as they are written."""
    depth = start = 0
    for match in re.finditer(rf"\\.|[{{}}]|{separator}", value, re.DOTALL):
        if match[0][0] == "\\":
            continue
        if match[0] in "{}":
            depth += 1 if match[0] == "{" else -1
        elif depth <= 0:
            yield value[start : match.start()].strip()
            start = match.end()
    yield value[start:].strip()


def people(value: str) -> tuple[tuple[str, ...], bool]:
    """The authors of a field, and whether it ends in "and others". What stands in braces is one name, commas or not."""
    found: list[str] = []
    cut = False
    for name in parted(re.sub(r"\s+", " ", value), r"(?<=\s)and(?=\s)"):
        if name.casefold().strip(" ,") in OTHERS:
            cut = True
        elif name:
            pieces = [plain(piece) for piece in parted(name, ",")]
            found.append(_extended(pieces) or given_first([piece for piece in pieces if piece]))
    return tuple(filter(None, found)), cut


_NAMED_PART = re.compile(r"(family|given|prefix|suffix)\s*=\s*\"?([^\"]*)\"?", re.IGNORECASE)


def _extended(pieces: Sequence[str]) -> str:
    """BibLaTeX's name with its parts named: "given=Anna, prefix=van den, family=Berg" """
    named = {match[1].casefold(): match[2] for piece in pieces if (match := _NAMED_PART.fullmatch(piece.strip()))}
    return " ".join(filter(None, (named.get(part, "") for part in ("given", "prefix", "family", "suffix")))) if "family" in named else ""


def words(value: str) -> tuple[str, ...]:
    """Keywords: parted by semicolons or commas outside of braces."""
    return tuple(dict.fromkeys(word for piece in parted(value, "[;,]") if (word := plain(piece))))


def files(value: str, name: str) -> tuple[str, ...]:
    """The files of a ``file`` field of the bibliography ``name``, as JabRef, Zotero and Mendeley write it, or a bare path."""
    value = re.sub(r"\{(\\?_)\}", r"\1", value.replace(r"$\backslash$", "\\"))
    return beside(name, (_path(entry) for entry in re.split(r"(?<!\\);", value)))


def _path(entry: str) -> str:
    """The path of "description:path:type"; colons and semicolons in it are escaped, or else a drive's letter gives itself away."""
    entry = entry.strip().removeprefix("{").removesuffix("}")
    parts = re.split(r"(?<!\\):", entry)
    typed = re.fullmatch(r"[A-Za-z]{0,12}|[a-z]+/[\w.+-]+", parts[-1].strip())
    drive = len(parts) > 1 and re.fullmatch(r"[A-Za-z]", parts[0].strip()) and re.match(r"[\\/]", parts[1])
    if entry.casefold().startswith("file:") or len(parts) == 1 or (drive and len(parts) == 2):
        path = entry
    elif drive:
        path = ":".join(parts[:-1] if typed else parts)
    elif len(parts) == 2:
        path = parts[0] if typed and parts[0].strip() else parts[1]
    else:
        path = ":".join(parts[1:-1])
    if re.match(r"(?:home|Users)/", path) and typed and parts[-1].islower():
        path = f"/{path}"  # Mendeley leaves out the first slash
    return re.sub(r"\\([\\:;_&%#${}])", r"\1", path).strip()
