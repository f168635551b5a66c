"""LaTeX source as a stream: comments taken out, files beside it brought in, the user's macros expanded; all of it bounded.

Nothing is run: a macro only puts its body in the place of its call. A source that would expand without end ends where the bounds are.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from survey.readers.cleaning import clean, decode

Beside = Callable[[str], str | None]
"""The cleaned text of a file beside a document, by its name relative to the document's folder; None where there is none."""

TEXT_BYTES = 3_000_000
LIST_BYTES = 50_000_000
"""A longer file is data, not what somebody wrote; a .bib may be a whole library, of which only the entries cited are parsed."""
DEEPEST = 100
MOST_CALLS = 50_000
MOST_PUSHED = 3_000_000
PUSHED, PUSHED_TIMES = 100_000, 10
"""Macros within one another, calls in all, and characters that they may bring in: a book has a tenth of it. A short source may bring in
fewer, so many times its own and some more."""

_UNREAD = ("verbatim", "verbatim*", "Verbatim", "lstlisting", "minted", "comment", "filecontents", "filecontents*", "CCSXML")
_OUTSIDE_TEXT = re.compile(
    r"\\(?:url|path|href)[ \t]*\{[^{}\n]*\}|\\(?:verb|lstinline)\*?([^\w\s*{])|\\begin[ \t]*\{([A-Za-z]+\*?)\}|\\.|%[^\n]*", re.DOTALL
)
_ESCAPES = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", **{c: f"\\{c}" for c in "{}$%&#_"}}
_TOKEN = re.compile(
    r"\\(?P<word>[A-Za-z@]+)[ \t]*(?:\n(?![ \t]*\n)[ \t]*)?|\\(?P<sign>.)|(?P<gap>\n[ \t]*\n\s*)|(?P<mark>[{}$~&#]|``|''|---?|`)"
    r"|(?P<text>[^\\{}$~&#`'\n-]+|.)",
    re.DOTALL,
)
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)


class Token(NamedTuple):
    """``kind``: "word" (a command of letters), "sign" (one of a single other character), "gap" (a blank line), "mark", "text"."""

    kind: str
    value: str


class Macro(NamedTuple):
    """What a call puts in its place: ``body`` with #1, #2, …; ``takes`` is one letter for each argument: m, o (optional) or s (star)."""

    body: str
    takes: str = ""
    default: str = ""


BUILT_IN = {
    **dict.fromkeys(("texorpdfstring",), Macro("#1", "mm")),
    **dict.fromkeys(("hyperlink", "hypertarget", "adjustbox", "colorbox"), Macro("#2", "mm")),
    **dict.fromkeys(("multicolumn", "multirow", "fcolorbox"), Macro("#3", "mmm")),
    **dict.fromkeys(("ifthenelse",), Macro("#2", "mmm")),
    **dict.fromkeys(("foreignlanguage", "rotatebox"), Macro("#3", "omm")),
    **dict.fromkeys(("makebox", "framebox"), Macro("#3", "oom")),
    **{"parbox": Macro("#5", "ooomm"), "resizebox": Macro("#4", "smmm"), "raisebox": Macro("#4", "moom")},
    **{"IfFileExists": Macro("#3", "mmm"), "@ifundefined": Macro("", "mmm"), "@gobble": Macro("", "m")},
}
"""Commands of LaTeX that are as good as macros: one of their arguments is the text."""


@dataclass
class Macros:
    """What a document defines, and how much expanding it may still do."""

    commands: dict[str, Macro] = field(default_factory=BUILT_IN.copy)
    environments: dict[str, tuple[Macro, str]] = field(default_factory=dict)
    calls: int = MOST_CALLS
    room: int = PUSHED
    too_deep: bool = False
    ends: dict[str, list[str]] = field(default_factory=dict)
    _made_room: set[str] = field(default_factory=set)

    def make_room(self, text: str) -> None:
        """For what macros bring in where ``text`` is read; once for each file."""
        if text not in self._made_room:
            self._made_room.add(text)
            self.room += min(PUSHED_TIMES * len(text), MOST_PUSHED)

    def closing(self, name: str) -> re.Pattern[str]:
        """What ends the environment ``name``: its \\end, and the short forms that authors make for it (\\eeq)."""
        return re.compile("|".join([rf"\\end\{{{re.escape(name)}\}}", *self.ends.get(name, [])]))

    def learn(self, form: str, body: str) -> None:
        """Remembers that ``form`` ends the environments that ``body`` ends; the first few of each."""
        for match in _END.finditer(body, 0, 80):
            forms = self.ends.setdefault(match[1], [])
            if len(forms) < 8 and form not in forms:
                forms.append(form)

    @property
    def exhausted(self) -> bool:
        return self.too_deep or self.calls <= 0 or self.room <= 0


def longest(name: str) -> int:
    """The most bytes of a file beside a document that are read."""
    return LIST_BYTES if name.endswith(".bib") else TEXT_BYTES


def beside_in(folder: Path) -> Beside:
    """Files of ``folder`` and the folders in it; what leads out of it, by its name or through a link, is not there."""
    root = folder.resolve()

    def beside(name: str) -> str | None:
        try:
            path = (root / name).resolve()
            if not path.is_relative_to(root) or any(part.startswith(".") for part in path.relative_to(root).parts):
                return None  # hidden files are nobody's paper
            if not path.is_file() or path.stat().st_size > longest(name):
                return None
            text = decode(path.read_bytes())
        except (OSError, ValueError, RuntimeError):  # links in a circle, a name too long or with a zero in it, a file that may not be read
            return None
        return None if text is None else clean(text)

    return beside


def inside(name: str) -> str | None:
    """``name`` with plain slashes; None when it leads out of the folder or names a program to run."""
    pieces = [piece for piece in name.strip().strip('"').replace("\\", "/").split("/") if piece != "."]
    if ".." in pieces or not any(pieces) or not pieces[0] or pieces[0].startswith(("~", "|")) or ":" in pieces[0]:
        return None
    return "/".join(piece for piece in pieces if piece)


def uncommented(text: str) -> str:
    """``text`` without comments, comment environments, code and verbatim blocks; an inline \\verb keeps its words."""
    absent: set[str] = set()
    kept: list[str] = []
    at = 0
    while match := _OUTSIDE_TEXT.search(text, at):
        kept.append(text[at : match.start()])
        at = match.end()
        if match[0].startswith("%"):
            rest = re.compile(r"\n[ \t]*(?=\S)").match(text, at)  # a comment takes the end of its line with it
            at = rest.end() if rest else at
        elif match[1]:
            end = text.find(match[1], at, at + 1000)
            if end >= 0:
                kept.append("".join(_ESCAPES.get(c, c) for c in text[at:end]))
                at = end + 1
        elif match[2] in _UNREAD and match[2] not in absent:
            end = text.find(f"\\end{{{match[2]}}}", at)
            if end < 0:
                absent.add(match[2])
            else:
                kept.append("\n\n" if match[2] != "comment" else "")
                at = end + len(f"\\end{{{match[2]}}}")
        else:
            kept.append(match[0])
    return "".join([*kept, text[at:]])


class _Frame:
    """A stretch of source that is being read: the document, a file brought in, a macro's body."""

    def __init__(self, text: str, file: str = "") -> None:
        self.text = text
        self.file = file
        self.at = 0
        self._closing: dict[int, int] | None = None
        self._absent: set[str] = set()

    def closing(self, start: int) -> int | None:
        """Where the brace that opens at ``start`` closes. All braces are matched at once, so that a source of open ones costs no more."""
        if self._closing is None:
            self._closing = {}
            opened: list[int] = []
            for match in _BRACE.finditer(self.text):
                if match[0] == "{":
                    opened.append(match.start())
                elif match[0] == "}" and opened:
                    self._closing[opened.pop()] = match.start()
        return self._closing.get(start)

    def find(self, what: re.Pattern[str]) -> re.Match[str] | None:
        if what.pattern in self._absent:
            return None
        found = what.search(self.text, self.at)
        if found is None:
            self._absent.add(what.pattern)
        return found


class Source:
    """Tokens and arguments of a stretch of LaTeX and of all that is pushed before the rest of it."""

    def __init__(self, text: str, macros: Macros) -> None:
        self.macros = macros
        self._frames = [_Frame(text)]

    def tokens(self) -> Iterator[Token]:
        while frame := self._top():
            match = _TOKEN.match(frame.text, frame.at)
            assert match
            frame.at = match.end()
            kind = match.lastgroup or "text"
            yield Token(kind, match[kind])

    def _top(self) -> _Frame | None:
        while self._frames and self._frames[-1].at >= len(self._frames[-1].text):
            self._frames.pop()
        return self._frames[-1] if self._frames else None

    def end(self) -> None:
        """Nothing more comes."""
        self._frames.clear()

    # ------------------------------------------------------------ arguments

    def peek(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        frame = self._top()
        return pattern.match(frame.text, frame.at) if frame else None

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        match = self.peek(pattern)
        if match:
            self._frames[-1].at = match.end()
        return match

    def star(self) -> bool:
        return self.take(_STAR) is not None

    def argument(self) -> str:
        """The next argument: what stands in braces, or else one command or character; "" where there is none."""
        self.take(_BLANK)
        frame = self._top()
        if frame is None:
            return ""
        if frame.text[frame.at] != "{":
            match = self.take(_ONE)
            return match[0] if match else ""
        end = frame.closing(frame.at)
        if end is None:  # never closed: no argument, the text flows on
            frame.at += 1
            return ""
        start, frame.at = frame.at + 1, end + 1
        return frame.text[start:end]

    def option(self, longest: int = 1500) -> str | None:
        """What stands in brackets here; None where no bracket opens, or none closes near."""
        if not self.peek(_BRACKET):
            return None
        self.take(_BLANK)
        frame = self._frames[-1]
        start = at = frame.at + 1
        last = min(start + longest, len(frame.text))
        while at < last:
            at = max(_PLAIN_RUN.match(frame.text, at, last).end(), at)  # type: ignore[union-attr]  # it matches nothing, too
            mark = frame.text[at : at + 1]
            if mark == "]":
                frame.at = at + 1
                return frame.text[start:at]
            at = (frame.closing(at) or at) + 1 if mark == "{" else at + 1
        return None

    def until(self, what: re.Pattern[str]) -> str | None:
        """The source up to ``what``, which is passed over; None where it does not come."""
        frame = self._top()
        end = frame.find(what) if frame else None
        if frame is None or end is None:
            return None
        start, frame.at = frame.at, end.end()
        return frame.text[start : end.start()]

    def body(self, name: str) -> str | None:
        """The source up to the end of the environment ``name``."""
        return self.until(self.macros.closing(name))

    # ------------------------------------------------------------ what is brought in

    def push(self, text: str, file: str = "") -> None:
        self._frames.append(_Frame(text, file))

    @property
    def files(self) -> list[str]:
        """The files that are being read, the innermost last."""
        return [frame.file for frame in self._frames if frame.file]

    def call(self, macro: Macro) -> None:
        """Puts ``macro`` in the place of its call, unless the bounds are reached."""
        given = []
        for n, letter in enumerate(macro.takes):
            if letter == "m":
                given.append(self.argument())
            elif letter == "s":
                given.append("*" if self.star() else "")
            else:
                option = self.option()
                given.append(option if option is not None else macro.default if n == 0 else "")
        self.macros.calls -= 1
        self.macros.too_deep = self.macros.too_deep or len(self._frames) > DEEPEST
        if self.macros.exhausted:
            return
        body = _PARAMETER.sub(lambda m: given[int(m[1]) - 1] if int(m[1]) <= len(given) else "", macro.body) if given else macro.body
        self.macros.room -= len(body)
        if self.macros.room > 0:
            self.push(body)

    def define(self, word: str) -> None:
        """Reads a definition whose command was just met, and keeps it."""
        commands = self.macros.commands
        if word in ("def", "gdef", "edef", "xdef"):
            head = self.take(_DEF)
            body = self.argument()
            if head and not head[2].replace("#", "").strip("123456789"):  # what is delimited by text is no simple macro
                commands[head[1]] = Macro(body, "m" * head[2].count("#"))
                self.macros.learn(_form(head[1]), body)
        elif word == "let":
            if (pair := self.take(_LET)) and (known := commands.get(pair[2])):
                commands[pair[1]] = known
        elif word.endswith("DocumentCommand"):
            name, takes = self.argument(), re.sub(r"\{[^{}]*\}", "", self.argument())
            commands[name.strip().lstrip("\\")] = Macro(self.argument(), "".join(c.lower() for c in takes if c in "mosO"))
        else:
            self.star()
            name = self.argument().strip().lstrip("\\")
            count, default = self.option(), self.option()
            number = min(int(count), 9) if count and count.strip().isdigit() and count.isascii() else 0
            takes = ("o" + "m" * (number - 1)) if default is not None and number else "m" * number
            macro = Macro(self.argument(), takes, default or "")
            if word.endswith("environment"):
                self.macros.environments[name] = (macro, self.argument())
                self.macros.learn(rf"\\end\{{{re.escape(name)}\}}", self.macros.environments[name][1])
            elif word != "providecommand" or name not in commands:
                commands[name] = macro
                self.macros.learn(_form(name), macro.body)


def _form(name: str) -> str:
    """The pattern of a command."""
    return rf"\\{re.escape(name)}(?![A-Za-z@])"


DEFINING = frozenset(
    ("def", "gdef", "edef", "xdef", "let", "newcommand", "renewcommand", "providecommand", "DeclareRobustCommand", "newenvironment",
     "renewenvironment", "NewDocumentCommand", "RenewDocumentCommand", "DeclareDocumentCommand", "ProvideDocumentCommand")
)  # fmt: skip
_END = re.compile(r"\\end\{([^{}]*)\}")
_STAR = re.compile(r"[ \t]*\*")
_BLANK = re.compile(r"[ \t]*(?:\n(?![ \t]*\n)[ \t]*)?")
_ONE = re.compile(r"\\[A-Za-z@]+|\\.|[^}\s]", re.DOTALL)
_BRACKET = re.compile(r"[ \t]*(?:\n(?![ \t]*\n)[ \t]*)?\[")
_PLAIN_RUN = re.compile(r"(?:[^\\{}\]]+|\\.)*+", re.DOTALL)
_PARAMETER = re.compile(r"#([1-9])")
_DEF = re.compile(r"\s*\\([A-Za-z@]+)([^{}\n]{0,100})(?=\{)")
_LET = re.compile(r"\s*\\([A-Za-z@]+)\s*=?\s*\\([A-Za-z@]+)")
