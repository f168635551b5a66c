"""The few things both pictures need: the width of a text, its lines, SVG elements.

A picture is made of presentation attributes only (no style sheet, no script, no font, no address), so it looks the same in every program
that draws SVG; its classes let a page that holds it inline give it the page's colours.
"""

import re
import unicodedata
from dataclasses import dataclass
from html import escape

from survey.render.text import plain

FONT = "Georgia, 'Times New Roman', 'DejaVu Serif', serif"
INK, MUTED, LINE, ACCENT, BOX, PAPER = "#24302f", "#5d6a68", "#7d8b89", "#1d5c63", "#f4f1ea", "#fffdf9"

LEADING = 1.28  # line height in em

# Advance widths in em, a little wider than Georgia's and DejaVu Serif's, so that a text never leaves its box
_NARROW, _WIDE = frozenset("ijltfrI.,:;'|!()[]{}/\\ -‘’·"), frozenset("mwMW@%—…")


@dataclass(frozen=True)
class Box:
    """A rectangle; ``y`` grows downwards."""

    x: float
    y: float
    width: float
    height: float

    def overlaps(self, other: "Box") -> bool:
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """An upper estimate of the width of ``text`` in user units."""
    return sum(map(_em, text)) * size * (1.08 if bold else 1.0)


def _em(char: str) -> float:
    if unicodedata.combining(char) or unicodedata.category(char) in ("Cf", "Mn", "Me"):
        return 0.0
    if unicodedata.east_asian_width(char) in "WF":
        return 1.05
    if char in _NARROW:
        return 0.38
    if char in _WIDE:
        return 0.95
    if not char.isascii() and not char.isalpha():
        return 1.0
    return 0.74 if char.isupper() else 0.58


def wrap(text: str, width: float, size: float, *, bold: bool = False, most: int = 9) -> list[str]:
    """Lines no wider than ``width``; a word too long for one is broken; past ``most`` lines the text ends in "…", behind a whole word where
    there is one."""
    lines: list[str] = []
    line = ""
    for word in re.findall(r"\s?\S+", plain(text)):
        joined = line + (word if line else word.lstrip())
        if text_width(joined, size, bold=bold) <= width:
            line = joined
            continue
        if line:
            lines.append(line)
        line = word.lstrip()
        while text_width(line, size, bold=bold) > width and len(line) > 1:
            cut = _fitting(line, width, size, bold)
            lines.append(line[:cut])
            line = line[cut:]
    lines = [*lines, line] if line else lines
    if len(lines) > most:
        last = lines[most - 1]
        return [*lines[: most - 1], (last.rpartition(" ")[0] or last[:-1]).rstrip() + "…"]
    return lines or ["–"]


def _fitting(word: str, width: float, size: float, bold: bool) -> int:
    cut = len(word)
    while cut > 1 and text_width(word[:cut], size, bold=bold) > width:
        cut -= 1
    hyphen = max(word.rfind(mark, 0, cut) for mark in "-/_") + 1  # a long word breaks best behind a mark of its own
    return hyphen if hyphen > cut // 2 else cut


def number(value: float) -> str:
    """One decimal at most: the same bytes on every machine."""
    rounded = round(value, 1) + 0.0  # no "-0"
    return f"{rounded:.1f}".removesuffix(".0")


def element(name: str, content: str = "", /, **attributes: str | float) -> str:
    """``<name …>content</name>``; "_" in a name is "-", ``css`` is the class; ``content`` is markup already."""
    written = "".join(
        f' {"class" if key == "css" else key.replace("_", "-")}="{escape(value if isinstance(value, str) else number(value))}"'
        for key, value in attributes.items()
    )
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def text_lines(lines: list[str], x: float, y: float, size: float, **attributes: str | float) -> str:
    """``lines`` below each other; ``y`` is the top of the first."""
    step = size * LEADING
    spans = "".join(element("tspan", escape(line), x=x, y=y + at * step + size * 0.95) for at, line in enumerate(lines))
    return element("text", spans, font_size=size, **attributes)


def block_height(lines: list[str], size: float) -> float:
    return len(lines) * size * LEADING


def tooltip(text: str) -> str:
    return element("title", escape(plain(text)) or "–")


def picture(body: list[str], width: float, height: float, *, css: str, title: str, description: str) -> str:
    """A whole SVG document that says what it shows."""
    head = [
        element("title", escape(plain(title)) or "–"),
        element("desc", escape(plain(description)) or "–"),
        element("rect", css="paper", width=width, height=height, fill=PAPER),
    ]
    content = "\n".join(["", *head, *body, ""])
    return (
        element(
            "svg",
            content,
            xmlns="http://www.w3.org/2000/svg",
            css=css,
            width=width,
            height=height,
            viewBox=f"0 0 {number(width)} {number(height)}",
            role="img",
            font_family=FONT,
            fill=INK,
        )
        + "\n"
    )
