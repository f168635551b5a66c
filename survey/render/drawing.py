"""The few things both pictures need: the width of a text, its lines, SVG elements.

A picture is made of presentation attributes (no script, no font, no address of a paper's), so it looks the same in every program that draws
SVG; its classes let a page that holds it inline give it the page's colours, and ``DARK`` one that stands alone on a dark screen.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from survey.render.text import plain

FONT = "Georgia, 'Times New Roman', 'DejaVu Serif', serif"
INK, MUTED, LINE, ACCENT, BOX, PAPER = "#24302f", "#5d6a68", "#7d8b89", "#1d5c63", "#f4f1ea", "#fffdf9"
FLAG = "#8a5a00"
DARK = (
    "@media (prefers-color-scheme: dark) { svg, svg text { fill: #e4e2dc } .paper { fill: #171b1c } .bone-box, .band { fill: #20272a }"
    " .bone-box, .fin, .spine, .arrow { stroke: #86c5c9 } .bone, .twig { stroke: #84938f } .head-box, .tip, .dot { fill: #86c5c9 }"
    " svg .head-label { fill: #12191a } svg .count { fill: #a3aeac } svg .mark { fill: #86c5c9 }"
    " svg .mark.open, svg .mark.disputed { fill: #e3b65b } circle.open { fill: #171b1c; stroke: #86c5c9 } }"
)
"""The colours of the page (page.css) on dark screens."""

_JOINER = "\u200d"
LEADING = 1.28  # line height in em

# Advance widths in em, a little wider than Georgia's and Times's. A line of DejaVu Serif, which is wider still, may pass them by a tenth
# (measured in Chromium); the room around every box holds it.
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


@lru_cache(4096)  # drawings ask for few signs, and for each very often
def _em(char: str) -> float:
    category = unicodedata.category(char)
    if category in ("Cf", "Mn", "Me") or unicodedata.combining(char):
        return 0.0
    if char.isascii() or char in _WIDE or unicodedata.name(char, "").startswith("LATIN"):
        return 0.38 if char in _NARROW else 0.95 if char in _WIDE else 0.74 if char.isupper() else 0.58
    if char in _NARROW:
        return 0.38
    broad = {"So": 1.3}.get(category, 1.06)  # emoji; CJK and other signs
    return 0.78 if char.isalpha() and unicodedata.east_asian_width(char) not in "WF" else broad


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


def evenly(text: str, width: float, size: float, *, bold: bool = False, most: int = 9) -> list[str]:
    """As :func:`wrap`, in as many lines, these as even as words allow."""
    lines = wrap(text, width, size, bold=bold, most=most)
    narrow = width / 2
    for part in range(1, 9) if 1 < len(lines) < most else ():
        tried = wrap(text, narrow + (width - narrow) * part / 8, size, bold=bold, most=most)
        if len(tried) == len(lines) and " ".join(tried) == plain(text):  # no word is parted for it
            return tried
    return lines


def _fitting(word: str, width: float, size: float, bold: bool) -> int:
    cut = len(word)
    while cut > 1 and text_width(word[:cut], size, bold=bold) > width:
        cut -= 1
    while cut > 1 and (
        unicodedata.combining(word[cut]) or unicodedata.category(word[cut]) in ("Cf", "Mn", "Me") or word[cut - 1] == _JOINER
    ):
        cut -= 1  # what is drawn as one is not parted
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


def text_lines(lines: list[str], x: float, y: float, size: float, right: float | None = None, **attributes: str | float) -> str:
    """``lines`` below each other; ``y`` is the top of the first. With ``right``, what is written from right to left begins there."""
    step = size * LEADING
    if any(map(runs_left, lines)) and (right is not None or attributes.get("text_anchor") == "middle"):
        attributes |= {"direction": "rtl"}
        x = x if right is None else right
    spans = "".join(element("tspan", escape(line), x=x, y=y + at * step + size * 0.95) for at, line in enumerate(lines))
    return element("text", spans, font_size=size, **attributes)


def runs_left(text: str) -> bool:
    """Whether a text runs from right to left: its first strong letter does."""
    strong = (kind for kind in map(unicodedata.bidirectional, text) if kind in ("L", "R", "AL"))
    return next(strong, "L") != "L"


def block_height(lines: list[str], size: float) -> float:
    return len(lines) * size * LEADING


def tooltip(text: str) -> str:
    return element("title", escape(plain(text)) or "–")


def picture(body: list[str], width: float, height: float, *, css: str, title: str, description: str) -> str:
    """A whole SVG document that says what it shows; one picture to who hears it, or, with links, a group."""
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
            role="group" if any("<a " in part for part in body) else "img",
            font_family=FONT,
            fill=INK,
        )
        + "\n"
    )
