"""LaTeX source to blocks of text: headings, paragraphs, footnotes, captions. A table says what becomes of each command and environment."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from survey.readers.assembly import Block
from survey.readers.cleaning import one_line, without_latex
from survey.readers.latex import environments as tex_environments
from survey.readers.latex import hidden as tex_hidden
from survey.readers.latex import parts as tex_parts
from survey.readers.latex.source import DEFINING, Beside, Macros, Source, Token
from survey.readers.latex.words import ACCENTS, DROPPED, FRONT, LEVELS, QUOTES, SIGNS, THEOREMS, WORDS

DEEPEST = 12
"""Texts within one another that are read apart: a footnote in a caption in a title."""

_AFTER_LENGTH = re.compile(
    r"[ \t]*=?[ \t]*-?(?:\d*[.,]?\d+[ \t]*(?:true)?(?:pt|em|ex|cm|mm|in|bp|pc|sp|fil+|\\[A-Za-z]+)|\\[A-Za-z]+)"
    r"(?:[ \t]*(?:plus|minus)[ \t]*-?[\d.]+\w+)*"
)
_OPENED = re.compile(r"\s*\{")
_AT_ONCE = re.compile(r"(?=\{)")
_AFTER_NUMBER = re.compile(r"[ \t]*=?[ \t]*-?\d+[ \t]?")
_LENGTHS = re.compile(
    r"(?:vskip|hskip|kern|mskip|par(?:indent|skip)|baselineskip|tabcolsep|itemsep|parsep|topsep|[hv](?:size|offset)|\w+width|\w+height|\w+sep|\w+skip)$"
)
_CITE = re.compile(
    r"(?:[Cc]ite|[Pp]arencite|[Tt]extcite|[Aa]utocite|[Ff]ootcite|[Ss]martcite|supercite|onlinecite|shortcite|newcite|posscite)[a-zA-Z]*$"
)
_TEXTUAL = re.compile(r"[Cc]ite(?:t|alt|author|A|N)?$|[Tt]extcite|newcite|shortcite|posscite")
_REF = re.compile(r"(?:[cC]|auto|eq|page|name|[vV]|sub|f|lab|z|s|th)?refs?(?:range)?$")
_IF = re.compile(r"\\(if[A-Za-z@]*|else|fi)(?![A-Za-z@])")
TEXTUAL = re.compile("\x04([^\x04]*)\x05([^\x04]*)\x04")
"""A citation that is part of its sentence: its command and its keys; named when the reference list is known."""


@dataclass
class Page:
    """What was found in a document. ``front`` holds (command, argument) as written; ``hidden`` (how, text) of what no reader sees."""

    blocks: list[Block] = field(default_factory=list)
    abstract: list[str] = field(default_factory=list)
    captions: list[Block] = field(default_factory=list)
    front: list[tuple[str, str]] = field(default_factory=list)
    hidden: list[tuple[str, str]] = field(default_factory=list)
    missing: list[tuple[str, str]] = field(default_factory=list)
    bibliographies: list[str] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)
    keys: dict[str, None] = field(default_factory=dict)
    theorems: dict[str, str] = field(default_factory=THEOREMS.copy)
    excluded: set[str] = field(default_factory=set)
    truths: dict[str, bool] = field(default_factory=dict)
    white: set[str] = field(default_factory=lambda: {"white"})


class Writer:
    """Writes a stretch of source onto a page."""

    def __init__(self, page: Page, macros: Macros, beside: Beside, depth: int = 0) -> None:
        self.page = page
        self.macros = macros
        self.beside = beside
        self.depth = depth
        self.blocks: list[Block] = []
        self._line: list[str] = []
        self.notes: list[str] = []
        self.groups: list[str] = [""]  # how the text of each open group is hidden; "" = it is seen
        self._unseen: list[tuple[str, str]] = []
        self.appended = 0
        self.apart: Writer | None = None

    def write(self, text: str, file: str = "") -> list[Block]:
        self.source = Source("", self.macros)
        self.source.push(text, file)
        for token in self.source.tokens():
            self._token(token)
        self.paragraph()
        self._unhide()
        return self.blocks

    def plain(self, text: str) -> str:
        """``text`` as one line, read apart; footnotes in it go to those of this one's paragraph."""
        inner = self.inner()
        if inner is None:
            return ""
        inner.apart = self
        return " ".join(block.text for block in inner.write(text))

    def inner(self) -> "Writer | None":
        """A writer for a text that is read apart, hidden if this one is; None where texts stand too deep within one another."""
        if self.depth >= DEEPEST:
            return None
        made = Writer(self.page, self.macros, self.beside, self.depth + 1)
        made.groups = [self.groups[-1]]
        return made

    def begin_document(self) -> None:
        """What came before was the preamble, of which nothing is printed."""
        self._line.clear()
        self.blocks.clear()
        self.groups = [""]

    # ------------------------------------------------------------ paragraphs

    def say(self, text: str) -> None:
        if not self.groups[-1]:
            self._line.append(text)
        elif text.strip():
            self._unseen.append((self.groups[-1], text))

    def paragraph(self, level: int = 0) -> None:
        line = "".join(self._line)
        self._line.clear()
        if "\x03" in line:
            line = re.sub("\x03(?=[\\w(“‘$\\[\x04])", " ", line).replace("\x03", "")
        if text := _folded(line):
            self.blocks.append(Block(text, level))
        notes, self.notes = self.notes, []
        if self.apart is not None:
            self.apart.notes += notes
            return
        self.blocks += [Block(note) for note in notes if note]

    def _unhide(self) -> None:
        ways: dict[str, list[str]] = {}
        for how, text in self._unseen:
            ways.setdefault(how, []).append(text)
        self.page.hidden += [(how, one_line("".join(texts))) for how, texts in ways.items()]
        self._unseen.clear()

    # ------------------------------------------------------------ tokens

    def _token(self, token: Token) -> None:
        kind, value = token
        if kind == "text":
            self.say(value)
        elif kind == "gap":
            self.paragraph()
        elif kind == "word":
            self._command(value)
        elif kind == "sign":
            self._sign(value)
        elif value == "{":
            self.groups.append(self.groups[-1])
        elif value == "}":
            if len(self.groups) > 1:
                self.groups.pop()
        elif value == "$":
            self._formula()
        else:
            self.say(QUOTES[value])

    def _formula(self) -> None:
        match = self.source.take(_DISPLAY) or self.source.take(_INLINE)
        if match is None:
            self.say("$")
        else:
            self.maths(match[1])

    def maths(self, formula: str) -> None:
        formula = _LABEL.sub("", formula)
        for name in set(_NAMED.findall(formula)):
            macro = self.macros.commands.get(name)
            if macro and not macro.takes and _PLAIN.fullmatch(macro.body):  # a number or a name kept in one place
                formula = re.sub(rf"\\{name}(?![A-Za-z])", lambda m, body=macro.body: body, formula)  # type: ignore[misc]
        formula = one_line(tex_hidden.cut_out(self, formula))
        if formula:
            plain = without_latex(f"${formula}$") if len(formula) <= 60 else "$"
            self.say(f"${formula}$" if "$" in plain else plain)

    def _sign(self, sign: str) -> None:
        if sign in "([":
            body = self.source.until(_ENDS_INLINE if sign == "(" else _ENDS_DISPLAY)
            self.maths(body) if body is not None else self.say("")
        elif sign in ACCENTS:
            self._accent(sign)
        elif sign == "\\":
            self.source.star()
            self.source.take(_BREAK_BY)
            self.say(" ")
        else:
            self.say(SIGNS.get(sign, sign))

    def _accent(self, sign: str) -> None:
        letter = self.plain(self.source.argument()) or " "
        letter = {"ı": "i", "ȷ": "j"}.get(letter[0], letter[0]) + ACCENTS[sign] + letter[1:]
        self.say(unicodedata.normalize("NFC", letter))

    # ------------------------------------------------------------ commands

    def _command(self, word: str) -> None:  # noqa: PLR0912 - one branch for each kind of command
        source = self.source
        if word in DEFINING:
            source.define(word)
        elif handler := HANDLERS.get(word):
            handler(self, word)
        elif word in LEVELS:
            self._heading(word)
        elif word in FRONT and self._is_front(word):
            self.page.front.append((word, self.arguments("s" + FRONT[word])))
            # More arguments tell more: of an author in LIPIcs the affiliation, address, ORCID and funding.
            while word in ("author", "icmlauthor", "acmConference") and self.source.take(_AT_ONCE):
                self.source.argument()
        elif word in self.macros.commands:
            source.call(self.macros.commands[word])
        elif word in DROPPED:
            self._drop(word)
            source.take(_AFTER_LENGTH) if word in {"vskip", "hskip"} else None
        elif word in WORDS:
            self._word(word)
        elif word in ACCENTS and len(word) == 1:
            self._accent(word)
        elif word.startswith("if") and word not in tex_hidden.NO_IF:
            tex_hidden.condition(self, word)
        elif word == "else":
            tex_hidden.skip_branch(self, to_else=False)
        elif word.endswith(("true", "false")) and word.removesuffix("true").removesuffix("false"):
            self.page.truths[word.removesuffix("true").removesuffix("false")] = word.endswith("true")
        elif _CITE.match(word):
            self._cite(word)
        elif _REF.match(word):
            source.star()
            source.argument()
            self.say("[ref]")
        elif symbol := _symbol(word):
            self.say(symbol)
        elif _LENGTHS.match(word):
            source.take(_AFTER_LENGTH)
        elif word.endswith(("penalty", "tolerance", "demerits")):
            source.take(_AFTER_NUMBER)
        else:
            source.star()
            while source.option() is not None:
                pass

    def _is_front(self, word: str) -> bool:
        """Whether the command tells of the document: not in a reference, not where \\name is a macro, no \\doi amid the text."""
        if self.depth or (word in self.macros.commands and word not in ("title", "author", "keywords")):
            return False
        return word not in ("doi", "DOI", "name", "journal", "date") or not any(block.level for block in self.blocks)

    def _drop(self, word: str) -> None:
        """Passes over a command that prints nothing, and its arguments. A single one stands in braces: what else follows is text."""
        takes = DROPPED[word]
        self.arguments("s" + takes.replace("m", "") if takes.count("m") == 1 else "s" + takes)
        if takes.count("m") == 1 and self.source.peek(_OPENED):
            self.source.argument()

    def arguments(self, takes: str) -> str:
        last = ""
        for letter in takes:
            if letter == "s":
                self.source.star()
            elif letter == "o":
                self.source.option()
            else:
                last = self.source.argument()
        return last

    def _word(self, word: str) -> None:
        text = WORDS[word]
        if text == "\n":
            self.paragraph()
            label = self.source.option() if word == "item" else None
            if label and (said := self.plain(label)) and any(c.isalpha() for c in said):
                self.say(f"{said} ")
        else:
            self.say(text)

    def _heading(self, word: str) -> None:
        self.paragraph()
        self.source.star()
        short = self.source.option()
        heading = self.plain(self.source.argument()) or self.plain(short or "")
        if heading and not self.groups[-1]:
            self.blocks.append(Block(heading.rstrip(".:") if word.endswith("paragraph") else heading, LEVELS[word] + self.appended))

    def _cite(self, word: str) -> None:
        self.source.star()
        first, second = self.source.option(), self.source.option()
        keys = [key for part in self.source.argument().split(",") if (key := one_line(part))]
        if not keys or any(c in key for key in keys for c in "\\{}\x04\x05"):
            return
        self.page.keys |= dict.fromkeys(keys)
        before, after = (first, second) if second is not None else ("", first)
        if (_TEXTUAL.match(word) and word != "cite") or "author" in word or "year" in word:
            self.say(f"\x04{word}\x05{','.join(keys)}\x04")
            if after:
                self.say(f" ({self.plain(after)})")
            return
        pieces = [self.plain(before or ""), ", ".join(keys)]
        self.say("[" + " ".join(filter(None, pieces)) + (f", {said}" if after and (said := self.plain(after)) else "") + "]")

    # ------------------------------------------------------------ conditions

    # ------------------------------------------------------------ what is hidden

    # ------------------------------------------------------------ notes, links, files

    # ------------------------------------------------------------ environments


def _folded(line: str) -> str:
    """One line; marks of citations, which cleaning would take out, stay until their names are known."""
    return unicodedata.normalize("NFC", _SPACED.sub(r"\1", " ".join(line.split())))


@cache
def _symbol(word: str) -> str:
    """What a command without arguments prints, as far as pylatexenc's table knows it; "" for none."""
    from pylatexenc.latex2text import get_default_latex_context_db  # its tables cost a tenth of a second

    printed: Any = getattr(_table(get_default_latex_context_db).get_macro_spec(word), "simplify_repl", None)
    return printed if isinstance(printed, str) and "%" not in printed and printed.strip() and len(printed) < 10 else ""


@cache
def _table(make: Callable[[], Any]) -> Any:
    return make()


HANDLERS: dict[str, Callable[[Writer, str], None]] = {
    "begin": tex_environments.begin,
    "end": tex_environments.end,
    "color": tex_hidden.colour,
    "textcolor": tex_hidden.colour,
    "definecolor": tex_hidden.define_colour,
    "fontsize": tex_hidden.size,
    "transparent": tex_hidden.transparent,
    "texttransparent": tex_hidden.transparent,
    "scalebox": tex_hidden.scaled,
    "ensuremath": tex_parts.ensured,
    "newtheorem": tex_parts.theorem,
    "declaretheorem": tex_parts.theorem,
    "newif": tex_hidden.switch,
    "excludecomment": tex_hidden.exclude,
    "nocite": tex_parts.nocite,
    "appendix": tex_parts.appendix,
    "twocolumn": tex_parts.columns,
    "abstract": tex_parts.abstract,
    **dict.fromkeys(("ack", "acknowledgment", "acknowledgments", "acknowledgement", "acknowledgements"), tex_parts.thanks),
    **dict.fromkeys(("phantom", "hphantom", "vphantom"), tex_hidden.phantom),
    **dict.fromkeys(("SI", "qty", "si", "unit", "num", "SIrange", "qtyrange", "numrange"), tex_parts.quantity),
    **dict.fromkeys(("sbox", "savebox"), tex_hidden.boxed),
    **dict.fromkeys(("footnote", "sidenote", "endnote", "footnotetext"), tex_parts.note),
    **dict.fromkeys(("url", "path", "nolinkurl", "href", "hyperref"), tex_parts.link),
    **dict.fromkeys(("input", "include", "subfile", "subfileinclude", "import", "subimport", "InputIfFileExists"), tex_parts.take_in),
    **dict.fromkeys(("bibliography", "addbibresource"), tex_parts.bibliography),
    **dict.fromkeys(("caption", "captionof", "subcaption"), tex_parts.caption),
}
_SPACED = re.compile(r" ([,.])(?= |\Z)")
_DISPLAY = re.compile(r"\$((?:[^$\\]|\\.){0,8000}?)\$\$", re.DOTALL)
_INLINE = re.compile(r"((?:[^$\\\n]|\\.|\n(?![ \t]*\n)){1,4000}?)\$", re.DOTALL)
_ENDS_INLINE, _ENDS_DISPLAY = re.compile(r"\\\)"), re.compile(r"\\\]")
_LABEL = re.compile(r"\\(?:label|tag)\*?\s*\{[^{}]*\}|\\(?:nonumber|notag)(?![A-Za-z])")
_NAMED = re.compile(r"\\([A-Za-z@]+)")
_PLAIN = re.compile(r"[\w.,%+\- \\]{1,40}(?<!\\)")
_BREAK_BY = re.compile(r"[ \t]*\[-?[\d.]*\s*[\\a-z]+\]")
_SHORT = re.compile(r"[ \t]*\n?[ \t]*\{([^{}\n]{0,60}(?:\{[^{}]{0,40}\}[^{}\n]{0,40}){0,6})\}")
