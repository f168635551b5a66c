"""LaTeX's environments: what begins and ends, what is left out, whose arguments are no text."""

import re
from typing import TYPE_CHECKING

from survey.readers.assembly import Block
from survey.readers.cleaning import one_line
from survey.readers.latex.parts import DEEP, appendix, caption, keep_abstract, thanks
from survey.readers.latex.source import DEFINING, Macro, Source
from survey.readers.latex.words import APART, ENVIRONMENT_ARGUMENTS, MATHS, OUT

if TYPE_CHECKING:
    from survey.readers.latex.text import Writer

_SETTING = re.compile(r"[\s\d.,:;=\\*+|!-]*(?:\\?[A-Za-z]+\s*=.*|[\d.]+\s*\\?[a-z]+|[lcrpX|@{}\s\d.]*)", re.DOTALL)
_OPENED = re.compile(r"\s*\{")
_SHORT = re.compile(r"[ \t]*\n?[ \t]*\{([^{}\n]{0,60}(?:\{[^{}]{0,40}\}[^{}\n]{0,40}){0,6})\}")


def begin(writer: "Writer", word: str) -> None:
    name = writer.source.argument().strip()
    bare = name.rstrip("*")
    if name == "document":
        writer.begin_document()
    elif name in {"abstract", "onecolabstract"}:
        body = writer.source.body(name)
        keep_abstract(writer, body) if body is not None else writer.blocks.append(Block("Abstract", DEEP))
    elif name in writer.page.excluded:
        if body := one_line(writer.source.body(name) or ""):
            writer.page.hidden.append(("switched off", body))
    elif bare in OUT or name in APART:
        _leave_out(writer, name)
    elif bare in MATHS:
        body = writer.source.body(name)
        writer.maths(re.sub(r"\A\s*\{\d+\}", "", body)) if body is not None else None
    else:
        _open(writer, name, bare)


def _open(writer: "Writer", name: str, bare: str) -> None:
    """Begins an environment whose text is read: what it prints of itself, and the arguments that are no text."""
    writer.groups.append(writer.groups[-1])
    if name in writer.macros.environments:
        writer.source.call(writer.macros.environments[name][0])
        return
    writer.paragraph()
    option = writer.source.option()
    if bare in writer.page.theorems:
        title = writer.page.theorems[bare]
        writer.say(
            f"{title} ({writer.plain(option)}). " if option and bare != "proof" else f"{writer.plain(option) if option else title}. "
        )
    elif bare in ("acks", "acknowledgments", "acknowledgements"):
        thanks(writer, bare)
    elif bare == "appendices":
        appendix(writer, "")
    elif bare == "frame":
        writer.blocks += [Block(said, 3)] if writer.source.peek(_OPENED) and (said := writer.plain(writer.source.argument())) else []
    elif bare in ENVIRONMENT_ARGUMENTS:
        writer.arguments(ENVIRONMENT_ARGUMENTS[bare])
    elif bare not in ("quote", "quotation", "center") and holds_settings(writer):
        writer.source.argument()


def _leave_out(writer: "Writer", name: str) -> None:
    body = writer.source.body(name)
    if body is None:
        return
    if name == "thebibliography":
        writer.page.lists.append(body)
    elif name in APART:
        writer.page.front.append(("keywords", body))
    elif name == "icmlauthorlist":
        writer.page.front += [("icmlauthor", match[1]) for match in re.finditer(r"\\icmlauthor\s*\{([^{}]*)\}", body)]
    elif "\\caption" in body and (inner := writer.inner()):
        inner.source = Source(body, writer.macros)
        for token in inner.source.tokens():
            if token.kind == "word" and token.value in ("caption", "captionof", "subcaption"):
                caption(inner, token.value)
            elif token.kind == "word" and token.value in DEFINING:
                inner.source.define(token.value)


def end(writer: "Writer", word: str) -> None:
    name = writer.source.argument().strip()
    if name == "document":
        writer.source.end()
        return
    if len(writer.groups) > 1:
        writer.groups.pop()
    if name in writer.macros.environments:
        writer.source.call(Macro(writer.macros.environments[name][1]))
    else:
        writer.paragraph()


def holds_settings(writer: "Writer") -> bool:
    """Whether an argument of lengths, columns or options follows, which is no text."""
    match = writer.source.peek(_SHORT)
    return bool(match and _SETTING.fullmatch(match[1]))
