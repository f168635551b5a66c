"""Markdown as CommonMark tokens, and each inline text line by line: its characters, and its *shape*, in which every escaped character is
U+0000."""

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from survey.render.marks import HIDDEN
from survey.render.text import FLAG

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<!--.*?-->", re.DOTALL)
HYPHENS = {0x02: "-", 0xFFFE: "-"}  # what PDFium, and so a browser, copies out of a PDF for a hyphen at a line's end
_NUMBER_LINK = re.compile(r"\s*\[?\s*(\^?\d{1,4})\s*\]?\s*")


class Line(NamedTuple):
    number: int
    text: str
    shape: str
    ends: int = 0
    """The number of the last of the lines that were joined to it; 0: of none."""


def head_of(markdown: str) -> dict[str, list[str]]:
    """The texts in the YAML head, each name with one or more; nothing where it cannot be read."""
    import yaml  # of use for the draft of a person alone

    head, _ = _parted(markdown)
    text = "\n".join(head[1:-1])
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text)):  # of a few lines they make gigabytes
            return {}
        loaded = yaml.safe_load(text)
        told = loaded if isinstance(loaded, dict) else {}
        return {str(name): [str(v) for v in (value if isinstance(value, list) else [value])] for name, value in told.items()}
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}


def tokens_of(markdown: str) -> "tuple[list[str], list[Token]]":
    """The lines of the YAML head, and the tokens of what follows, with line numbers of the whole."""
    head, body = _parted(markdown)
    return head, _parser().parse("\n" * len(head) + body.translate(HYPHENS))


def addresses_of(markdown: str) -> list[tuple[str, int, str]]:
    """The addresses that a text defines apart, ``[^3]: https://…``: label, line, and what is said of it, its title and the address."""
    head, body = _parted(markdown)
    env: dict[str, Any] = {}
    _parser().parse("\n" * len(head) + body, env)
    found: dict[str, dict[str, Any]] = env.get("references", {})
    return [(label.casefold(), of["map"][0] + 1, f"{of.get('title') or ''} {of['href']}".strip()) for label, of in found.items()]


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # 0.1 s, and only a check of a draft needs it

    # text_join would merge escaped characters with live ones; raw HTML then is text like any other
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable("text_join")


def _parted(markdown: str) -> tuple[list[str], str]:
    """The lines of the YAML head, and what follows."""
    lines = markdown.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    end = next((at for at, line in enumerate(lines[1:], 1) if line.rstrip() in ("---", "...")), -1) if lines[0].rstrip() == "---" else -1
    return lines[: end + 1], "\n".join(lines[end + 1 :])


def lines_of(token: "Token") -> list[Line]:
    """The source lines of an inline token as characters and shape."""
    return _lines(token, token.children or [])


def running_lines_of(token: "Token", listing: bool) -> list[Line]:
    """The same without HTML tags. A link whose words are a number is a citation; and in a ``listing`` of references, the address of a link
    stands behind it."""
    lines = []
    for line in _lines(token, _linked(token.children or [], listing)):
        text, shape = line.text, line.shape
        for tag in reversed(list(_TAG.finditer(shape))):
            text, shape = (s[: tag.start()] + s[tag.end() :] for s in (text, shape))
        lines.append(line._replace(text=text, shape=shape))
    return lines


def _lines(token: "Token", children: "list[Token]") -> list[Line]:
    texts, shapes = [""], [""]
    for child in _flat(children):
        if child.type in ("softbreak", "hardbreak"):
            texts.append("")
            shapes.append("")
        else:
            texts[-1] += child.content
            live = child.type == "text" or (child.type == "text_special" and child.content == child.markup)  # "\cite" escapes nothing
            shapes[-1] += child.content if live else HIDDEN * len(child.content)
    for at, shape in enumerate(shapes):
        if shape.endswith(f" {FLAG}"):
            texts[at], shapes[at] = texts[at][:-2], shape[:-2]
    first = (token.map or [0])[0] + 1
    return [Line(first + at, text, shape) for at, (text, shape) in enumerate(zip(texts, shapes, strict=True))]


def _linked(tokens: "list[Token]", listing: bool) -> "list[Token]":
    """With the brackets of a citation that is a link, ``[1](#ref-1)``, and with the addresses of the links of a ``listing``."""
    linked: list[Token] = []
    opened = 0
    for token in tokens:
        if token.type == "link_open":
            opened = len(linked)
        elif token.type == "link_close":
            within = linked[opened + 1 :]
            words, address = "".join(child.content for child in within), str(linked[opened].attrGet("href") or "")
            if number := _NUMBER_LINK.fullmatch(words):
                linked[opened + 1 :] = [token.copy(type="text", nesting=0, content=f"[{number[1]}]")]
            elif listing and address not in words:
                linked.append(token.copy(type="text", nesting=0, content=f" {address}"))
        linked.append(token)
    return linked


def _flat(tokens: "list[Token]") -> "Iterator[Token]":
    for token in tokens:
        if token.type == "image":
            yield from _flat(token.children or [])
        else:
            yield token
