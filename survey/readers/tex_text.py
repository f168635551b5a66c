"""LaTeX source to blocks of text: headings, paragraphs, footnotes, captions. A table says what becomes of each command and environment."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from survey.readers.assembly import Block
from survey.readers.cleaning import one_line, without_latex
from survey.readers.tex_source import DEFINING, Beside, Macro, Macros, Source, Token, inside, uncommented
from survey.readers.tex_words import ACCENTS, APART, DROPPED, ENVIRONMENT_ARGUMENTS, FRONT, LEVELS, MATHS, OUT, QUOTES, SIGNS, WORDS

DEEPEST = 12
"""Texts within one another that are read apart: a footnote in a caption in a title."""

DEEP = 9
"""The level of the abstract's heading: nothing stands under it."""
_AFTER_LENGTH = re.compile(
    r"[ \t]*=?[ \t]*-?(?:\d*[.,]?\d+[ \t]*(?:true)?(?:pt|em|ex|cm|mm|in|bp|pc|sp|fil+|\\[A-Za-z]+)|\\[A-Za-z]+)"
    r"(?:[ \t]*(?:plus|minus)[ \t]*-?[\d.]+\w+)*"
)
_AFTER_NUMBER = re.compile(r"[ \t]*=?[ \t]*-?\d+[ \t]?")
_LENGTHS = re.compile(
    r"(?:vskip|hskip|kern|mskip|par(?:indent|skip)|baselineskip|tabcolsep|itemsep|parsep|topsep|[hv](?:size|offset)|\w+width|\w+height|\w+sep|\w+skip)$"
)
_SETTING = re.compile(r"[\s\d.,:;=\\*+|!-]*(?:\\?[A-Za-z]+\s*=.*|[\d.]+\s*\\?[a-z]+|[lcrpX|@{}\s\d.]*)", re.DOTALL)
_CITE = re.compile(
    r"(?:[Cc]ite|[Pp]arencite|[Tt]extcite|[Aa]utocite|[Ff]ootcite|[Ss]martcite|supercite|onlinecite|shortcite|newcite|posscite)[a-zA-Z]*$"
)
_TEXTUAL = re.compile(r"[Cc]ite(?:t|alt|author|A|N)?$|[Tt]extcite|newcite|shortcite|posscite")
_REF = re.compile(r"(?:[cC]|auto|eq|page|name|[vV]|sub|f|lab|z|s|th)?refs?(?:range)?$")
_IF = re.compile(r"\\(if[A-Za-z@]*|else|fi)(?![A-Za-z@])")
_NO_IF = frozenset(
    ("iff", "ifthenelse", "ifdefempty", "ifdefstring", "ifstrequal", "ifstrempty", "ifblank", "ifbool", "iftoggle", "ifnumcomp")
)
_WHITE = re.compile(r"white(?:!\d+)?|1(?:\.0*)?(?:,1(?:\.0*)?){0,2}|ffffff|255,255,255|0,0,0,0", re.IGNORECASE)
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
    theorems: dict[str, str] = field(default_factory=dict)
    truths: dict[str, bool] = field(default_factory=dict)
    white: set[str] = field(default_factory=lambda: {"white"})


class Writer:
    """Writes a stretch of source onto a page."""

    def __init__(self, page: Page, macros: Macros, beside: Beside, depth: int = 0) -> None:
        self.page = page
        self.macros = macros
        self._beside = beside
        self._depth = depth
        self.blocks: list[Block] = []
        self._line: list[str] = []
        self._notes: list[str] = []
        self._groups: list[str] = [""]  # how the text of each open group is hidden; "" = it is seen
        self._unseen: list[tuple[str, str]] = []
        self._appended = 0

    def write(self, text: str, file: str = "") -> list[Block]:
        self.source = Source("", self.macros)
        self.source.push(text, file)
        for token in self.source.tokens():
            self._token(token)
        self._paragraph()
        self._unhide()
        return self.blocks

    def plain(self, text: str) -> str:
        """``text`` as one line, read apart; footnotes in it are left out."""
        if self._depth >= DEEPEST:
            return ""
        inner = Writer(self.page, self.macros, self._beside, self._depth + 1)
        inner._groups = [self._groups[-1]]
        inner.write(text)
        return " ".join(block.text for block in inner.blocks)

    # ------------------------------------------------------------ paragraphs

    def _say(self, text: str) -> None:
        if not self._groups[-1]:
            self._line.append(text)
        elif text.strip():
            self._unseen.append((self._groups[-1], text))

    def _paragraph(self, level: int = 0) -> None:
        line = "".join(self._line)
        self._line.clear()
        if "\x03" in line:
            line = re.sub("\x03(?=[\\w(“‘$\\[\x04])", " ", line).replace("\x03", "")
        if text := _folded(line):
            self.blocks.append(Block(text, level))
        notes, self._notes = self._notes, []
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
            self._say(value)
        elif kind == "gap":
            self._paragraph()
        elif kind == "word":
            self._command(value)
        elif kind == "sign":
            self._sign(value)
        elif value == "{":
            self._groups.append(self._groups[-1])
        elif value == "}":
            if len(self._groups) > 1:
                self._groups.pop()
        elif value == "$":
            self._formula()
        else:
            self._say(QUOTES[value])

    def _formula(self) -> None:
        match = self.source.take(_DISPLAY) or self.source.take(_INLINE)
        if match is None:
            self._say("$")
        else:
            self._maths(match[1])

    def _maths(self, formula: str) -> None:
        formula = _LABEL.sub("", formula)
        for name in set(_NAMED.findall(formula)):
            macro = self.macros.commands.get(name)
            if macro and not macro.takes and _PLAIN.fullmatch(macro.body):  # a number or a name kept in one place
                formula = re.sub(rf"\\{name}(?![A-Za-z])", lambda m, body=macro.body: body, formula)  # type: ignore[misc]
        formula = one_line(formula).strip()
        if formula:
            plain = without_latex(f"${formula}$") if len(formula) <= 60 else "$"
            self._say(f"${formula}$" if "$" in plain else plain)

    def _ensured(self, word: str) -> None:
        self._maths(self.source.argument())

    def _sign(self, sign: str) -> None:
        if sign in "([":
            body = self.source.until(f"\\{')' if sign == '(' else ']'}")
            self._maths(body) if body is not None else self._say("")
        elif sign in ACCENTS:
            self._accent(sign)
        elif sign == "\\":
            self.source.star()
            self.source.take(_BREAK_BY)
            self._say(" ")
        else:
            self._say(SIGNS.get(sign, sign))

    def _accent(self, sign: str) -> None:
        letter = self.plain(self.source.argument()) or " "
        letter = {"ı": "i", "ȷ": "j"}.get(letter[0], letter[0]) + ACCENTS[sign] + letter[1:]
        self._say(unicodedata.normalize("NFC", letter))

    # ------------------------------------------------------------ commands

    def _command(self, word: str) -> None:  # noqa: PLR0912 - one branch for each kind of command
        source = self.source
        if word in DEFINING:
            source.define(word)
        elif handler := _HANDLERS.get(word):
            handler(self, word)
        elif word in LEVELS:
            self._heading(word)
        elif word in FRONT and self._is_front(word):
            self.page.front.append((word, self._arguments("s" + FRONT[word])))
        elif word in self.macros.commands:
            source.call(self.macros.commands[word])
        elif word in DROPPED:
            self._arguments(DROPPED[word])
            source.take(_AFTER_LENGTH) if word in {"vskip", "hskip"} else None
        elif word in WORDS:
            self._word(word)
        elif word in ACCENTS and len(word) == 1:
            self._accent(word)
        elif word.startswith("if") and word not in _NO_IF:
            self._condition(word)
        elif word == "else":
            self._skip(to_else=False)
        elif word.endswith(("true", "false")) and word.removesuffix("true").removesuffix("false"):
            self.page.truths[word.removesuffix("true").removesuffix("false")] = word.endswith("true")
        elif _CITE.match(word):
            self._cite(word)
        elif _REF.match(word):
            source.star()
            source.argument()
            self._say("[ref]")
        elif symbol := _symbol(word):
            self._say(symbol)
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
        if self._depth or (word in self.macros.commands and word not in ("title", "author", "keywords")):
            return False
        return word not in ("doi", "DOI", "name", "journal", "date") or not any(block.level for block in self.blocks)

    def _arguments(self, takes: str) -> str:
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
            self._paragraph()
            label = self.source.option() if word == "item" else None
            if label and (said := self.plain(label)) and any(c.isalpha() for c in said):
                self._say(f"{said} ")
        else:
            self._say(text)

    def _heading(self, word: str) -> None:
        self.source.star()
        short = self.source.option()
        heading = self.plain(self.source.argument()) or self.plain(short or "")
        self._paragraph()
        if heading and not self._groups[-1]:
            self.blocks.append(Block(heading.rstrip(".:") if word.endswith("paragraph") else heading, LEVELS[word] + self._appended))

    def _cite(self, word: str) -> None:
        self.source.star()
        first, second = self.source.option(), self.source.option()
        keys = [key for part in self.source.argument().split(",") if (key := one_line(part))]
        if not keys or any(c in key for key in keys for c in "\\{}\x04\x05"):
            return
        self.page.keys |= dict.fromkeys(keys)
        before, after = (first, second) if second is not None else ("", first)
        if (_TEXTUAL.match(word) and word != "cite") or "author" in word or "year" in word:
            self._say(f"\x04{word}\x05{','.join(keys)}\x04")
            if after:
                self._say(f" ({self.plain(after)})")
            return
        pieces = [self.plain(before or ""), ", ".join(keys)]
        self._say("[" + " ".join(filter(None, pieces)) + (f", {said}" if after and (said := self.plain(after)) else "") + "]")

    # ------------------------------------------------------------ conditions

    def _condition(self, word: str) -> None:
        name = word.removeprefix("if")
        if word == "iffalse" or (word != "iftrue" and name in self.page.truths and not self.page.truths[name]):
            self._skip(to_else=True)
        elif word in ("ifnum", "ifdim", "ifcase", "ifodd"):
            self.source.take(_TEST)
        elif word in ("ifx", "ifdefined", "ifcsname"):
            for _ in range(2 if word == "ifx" else 1):
                self.source.argument()

    def _skip(self, to_else: bool) -> None:
        """Passes over a branch that is not printed, as far as the end of its condition or its other branch."""
        open_ifs, skipped = 1, []
        for token in self.source.tokens():
            kind, value = token
            if kind == "word":
                if value == "fi":
                    open_ifs -= 1
                elif value == "else" and open_ifs == 1 and to_else:
                    break
                elif value.startswith("if") and value not in _NO_IF:
                    open_ifs += 1
                if not open_ifs:
                    break
                skipped.append(" ")
            elif kind == "text":
                skipped.append(value)
            elif kind == "gap":
                skipped.append(" ")
        if (text := one_line("".join(skipped))) and to_else:
            self.page.hidden.append(("switched off", text))

    # ------------------------------------------------------------ what is hidden

    def _is_white(self, model: str | None, colour: str) -> bool:
        colour = colour.replace(" ", "")
        return colour in self.page.white or bool(_WHITE.fullmatch(colour) and (model or colour.startswith("white")))

    def _colour(self, word: str) -> None:
        model = self.source.option()
        white = self._is_white(model, self.source.argument())
        if word == "color":
            self._groups[-1] = "white" if white else "" if self._groups[-1] == "white" else self._groups[-1]
        elif white:
            self._hide("white", self.source.argument())

    def _hide(self, how: str, text: str) -> None:
        if said := self.plain(text):
            self.page.hidden.append((how, said))

    def _phantom(self, word: str) -> None:
        self._hide("phantom", self.source.argument())

    def _size(self, word: str) -> None:
        size, _ = self.source.argument(), self.source.argument()
        number = re.match(r"\s*(\d*\.?\d+)\s*(?:pt)?\s*$", size)
        if number and float(number[1]) < 4:
            self._groups[-1] = "tiny"
        elif self._groups[-1] == "tiny":
            self._groups[-1] = ""

    def _transparent(self, word: str) -> None:
        amount = self.source.argument().strip()
        if re.fullmatch(r"0?\.?0*", amount):
            if word == "texttransparent":
                self._hide("transparent", self.source.argument())
            else:
                self._groups[-1] = "transparent"

    def _scaled(self, word: str) -> None:
        amount = self.source.argument().strip()
        self.source.option()
        if re.fullmatch(r"0?\.[01]\d*|0", amount):
            self._hide("tiny", self.source.argument())

    def _define_colour(self, word: str) -> None:
        name, model, value = (self.source.argument().strip() for _ in range(3))
        if self._is_white(model, value):
            self.page.white.add(name)

    # ------------------------------------------------------------ notes, links, files

    def _note(self, word: str) -> None:
        self.source.option()
        self._notes.append(self.plain(self.source.argument()))

    def _link(self, word: str) -> None:
        address = self.source.argument()
        if word == "href":
            return  # the text of the link flows on
        self._say(re.sub(r"\\([%#_&~{}])", r"\1", address).replace("\\", ""))

    def _input(self, word: str) -> None:
        folder = self.source.argument() if word in ("import", "subimport") else ""
        bare = None if folder else self.source.take(_BARE_FILE)
        named = bare[1] if bare else f"{folder}/{self.source.argument()}" if folder else self.source.argument()
        name = inside(named)
        if name is None:
            self.page.missing.append((named, "leads out of the document's folder"))
            return
        here = self.source.files[-1].rpartition("/")[0] if self.source.files else ""
        tries = [f"{place}{name}{end}" for place in dict.fromkeys(("", f"{here}/" if here else "")) for end in (".tex", "")]
        for file in tries:
            if file in self.source.files:
                self.page.missing.append((named, "takes itself in"))
                return
            if (text := self._beside(file)) is not None:
                if file.endswith(".bbl") or "\\begin{thebibliography}" in text[:5000]:
                    self.page.lists.append(text)
                    return
                self.macros.room -= len(text)
                if self.macros.room > 0 and len(self.source.files) < 20:
                    body = re.search(r"\\begin\s*\{document\}(.*?)(?:\\end\s*\{document\}|\Z)", text, re.DOTALL)
                    self.source.push(uncommented(body[1] if body else text), file)
                return
        if not name.endswith((".sty", ".cls", ".def", ".cfg", ".pdf_tex", ".pgf")):
            self.page.missing.append((named, "is not there"))

    def _bibliography(self, word: str) -> None:
        self.source.option()
        self.page.bibliographies += [one_line(part) for part in self.source.argument().split(",") if part.strip()]

    def _nocite(self, word: str) -> None:
        self.page.keys |= dict.fromkeys(one_line(key) for key in self.source.argument().split(","))

    def _theorem(self, word: str) -> None:
        self.source.star()
        name = self.source.argument()
        self.source.option()
        self.page.theorems[name] = self.plain(self.source.argument())
        self.source.option()

    def _appendix(self, word: str) -> None:
        self._paragraph()
        if not self._appended:
            self.blocks.append(Block("Appendix", 1))
            self._appended = 1

    def _thanks(self, word: str) -> None:
        self._paragraph()
        self.blocks.append(Block("Acknowledgements", 2))

    def _columns(self, word: str) -> None:
        if (held := self.source.option(longest=50_000)) is not None:
            self.source.push(held)

    def _caption(self, word: str) -> None:
        if word == "captionof":
            self.source.argument()
        self.source.star()
        self.source.option()
        if said := self.plain(self.source.argument()):
            self.page.captions.append(Block(said))

    def _abstract(self, word: str) -> None:
        self._keep_abstract(self.source.argument())

    def _keep_abstract(self, text: str) -> None:
        if self._depth < DEEPEST:
            self.page.abstract += [b.text for b in Writer(self.page, self.macros, self._beside, self._depth + 1).write(text)]

    def _switch(self, word: str) -> None:
        self.page.truths[self.source.argument().strip().removeprefix("\\if")] = False

    # ------------------------------------------------------------ environments

    def _begin(self, word: str) -> None:
        name = self.source.argument().strip()
        bare = name.rstrip("*")
        if name == "document":
            self._line.clear()
            self.blocks.clear()
            self._groups = [""]
        elif name in {"abstract", "onecolabstract"}:
            body = self.source.until(f"\\end{{{name}}}")
            self._keep_abstract(body) if body is not None else self.blocks.append(Block("Abstract", DEEP))
        elif bare in OUT or name in APART:
            self._leave_out(name)
        elif bare in MATHS:
            body = self.source.until(f"\\end{{{name}}}")
            self._maths(re.sub(r"\A\s*\{\d+\}", "", body)) if body is not None else None
        else:
            self._groups.append(self._groups[-1])
            if name in self.macros.environments:
                self.source.call(self.macros.environments[name][0])
                return
            self._paragraph()
            option = self.source.option()
            if bare in self.page.theorems or bare == "proof":
                title = self.page.theorems.get(bare, "Proof")
                self._say(
                    f"{title} ({self.plain(option)}). " if option and bare != "proof" else f"{self.plain(option) if option else title}. "
                )
            elif bare in ("acks", "acknowledgments", "acknowledgements"):
                self._thanks(bare)
            elif bare == "appendices":
                self._appendix("")
            elif bare == "frame":
                self.blocks += [Block(said, 3)] if self.source.peek(_OPENED) and (said := self.plain(self.source.argument())) else []
            elif bare in ENVIRONMENT_ARGUMENTS:
                self._arguments(ENVIRONMENT_ARGUMENTS[bare])
            elif bare not in ("quote", "quotation", "center") and self._holds_settings():
                self.source.argument()

    def _holds_settings(self) -> bool:
        """Whether an argument of lengths, columns or options follows, which is no text."""
        match = self.source.peek(_SHORT)
        return bool(match and _SETTING.fullmatch(match[1]))

    def _leave_out(self, name: str) -> None:
        body = self.source.until(f"\\end{{{name}}}")
        if body is None:
            return
        if name == "thebibliography":
            self.page.lists.append(body)
        elif name in APART:
            self.page.front.append(("keywords", body))
        elif name == "icmlauthorlist":
            self.page.front += [("icmlauthor", match[1]) for match in re.finditer(r"\\icmlauthor\s*\{([^{}]*)\}", body)]
        elif "\\caption" in body and self._depth < DEEPEST:
            inner = Writer(self.page, self.macros, self._beside, self._depth + 1)
            inner._groups = [self._groups[-1]]
            inner.source = Source(body, self.macros)
            for token in inner.source.tokens():
                if token.kind == "word" and token.value in ("caption", "captionof", "subcaption"):
                    inner._caption(token.value)
                elif token.kind == "word" and token.value in DEFINING:
                    inner.source.define(token.value)

    def _end(self, word: str) -> None:
        name = self.source.argument().strip()
        if name == "document":
            self.source.end()
            return
        if len(self._groups) > 1:
            self._groups.pop()
        if name in self.macros.environments:
            self.source.call(Macro(self.macros.environments[name][1]))
        else:
            self._paragraph()


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


_HANDLERS: dict[str, Callable[[Writer, str], None]] = {
    "begin": Writer._begin,
    "end": Writer._end,
    "color": Writer._colour,
    "textcolor": Writer._colour,
    "definecolor": Writer._define_colour,
    "fontsize": Writer._size,
    "transparent": Writer._transparent,
    "texttransparent": Writer._transparent,
    "scalebox": Writer._scaled,
    "ensuremath": Writer._ensured,
    "newtheorem": Writer._theorem,
    "declaretheorem": Writer._theorem,
    "newif": Writer._switch,
    "nocite": Writer._nocite,
    "appendix": Writer._appendix,
    "twocolumn": Writer._columns,
    "abstract": Writer._abstract,
    **dict.fromkeys(("ack", "acknowledgment", "acknowledgments", "acknowledgement", "acknowledgements"), Writer._thanks),
    **dict.fromkeys(("phantom", "hphantom", "vphantom"), Writer._phantom),
    **dict.fromkeys(("footnote", "sidenote", "endnote", "footnotetext"), Writer._note),
    **dict.fromkeys(("url", "path", "nolinkurl", "href", "hyperref"), Writer._link),
    **dict.fromkeys(("input", "include", "subfile", "subfileinclude", "import", "subimport", "InputIfFileExists"), Writer._input),
    **dict.fromkeys(("bibliography", "addbibresource"), Writer._bibliography),
    **dict.fromkeys(("caption", "captionof", "subcaption"), Writer._caption),
}
_SPACED = re.compile(r" ([,.])(?= |\Z)")
_DISPLAY = re.compile(r"\$((?:[^$\\]|\\.){0,8000}?)\$\$", re.DOTALL)
_INLINE = re.compile(r"((?:[^$\\\n]|\\.|\n(?![ \t]*\n)){1,4000}?)\$", re.DOTALL)
_LABEL = re.compile(r"\\(?:label|tag)\*?\s*\{[^{}]*\}|\\(?:nonumber|notag)(?![A-Za-z])")
_NAMED = re.compile(r"\\([A-Za-z@]+)")
_PLAIN = re.compile(r"[\w.,%+\- \\]{1,40}(?<!\\)")
_BREAK_BY = re.compile(r"[ \t]*\[-?[\d.]*\s*[\\a-z]+\]")
_TEST = re.compile(r"[^\n]{0,60}?(?=[ \n\\])")
_BARE_FILE = re.compile(r"[ \t]*([\w./-]+)")
_OPENED = re.compile(r"\s*\{")
_SHORT = re.compile(r"[ \t]*\n?[ \t]*\{([^{}\n]{0,60}(?:\{[^{}]{0,40}\}[^{}\n]{0,40}){0,6})\}")
