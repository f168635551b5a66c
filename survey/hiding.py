"""Characters by which a text hides something from its reader, or steers what shows it: the one list of them.

Papers are untrusted. What readers take in has none of these (:mod:`survey.readers.cleaning`); each border by which text leaves takes them
out again by itself, since text comes from file names, settings and models too.
"""

import re

HIDING = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""For a class of a pattern: marks without width, letters without a shape, turns of the direction of writing, tags, and selectors that can
spell out any bytes. Joiners, which Persian and Hindi are written with, are not among them, nor the selectors of an emoji's look."""

UNSEEN = HIDING + "\u200c\u200d\u180b-\u180d\u180f\ufe00-\ufe0f"
"""All that has no look of its own: what a comparison of texts passes over."""

UNWRITABLE = "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
"""What is no character: XML forbids it, UTF-8 cannot hold its first half."""

_CONTROL = "\x00-\x1f\x7f-\x9f"
_STEERING = re.compile(f"[{_CONTROL}{UNWRITABLE}{HIDING}]")
_IN_JSON = re.compile(f"[\x7f-\x9f{UNWRITABLE}{HIDING}]")
_MOST_MARKS = 8
_MARKS = (
    "\u0300-\u034e\u0350-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u0610-\u061a\u064b-\u065f\u06d6-\u06dc\u0e31\u0e34-\u0e3a"
    "\u0e47-\u0e4e\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
)
_PILED = re.compile(f"([{_MARKS}]{{{_MOST_MARKS}}})[{_MARKS}]+|([\ufe00-\ufe0f])[\ufe00-\ufe0f]+")


def printable(text: str) -> str:
    """``text``, as long as it was, with U+FFFD in place of every character that hides or steers, line breaks and tabs too."""
    return text if text.isascii() and text.isprintable() else _STEERING.sub("\ufffd", text)


def lines_printable(text: str) -> str:
    """The same, its line breaks kept: for what a terminal shows."""
    return "\n".join(map(printable, text.split("\n")))


def without_hiding(text: str) -> str:
    """``text`` without them, for a reader who is to see what is there and nothing else."""
    return text if text.isascii() and text.isprintable() else _STEERING.sub("", text)


def unpiled(text: str) -> str:
    """``text`` without the marks on a letter beyond the eighth, which cover the lines above, and selectors beyond the first: no script
    has so many."""
    return text if text.isascii() else _PILED.sub(lambda found: found[1] or found[2], text)


def json_escaped(text: str) -> str:
    """JSON with such characters, which can stand in its strings alone, spelt out: the same data, and nothing that steers a terminal."""
    return text if text.isascii() else _IN_JSON.sub(lambda found: "".join(f"\\u{unit:04x}" for unit in _units(found[0])), text)


def _units(char: str) -> tuple[int, ...]:
    code = ord(char)
    return (code,) if code < 0x10000 else (0xD800 + ((code - 0x10000) >> 10), 0xDC00 + (code & 0x3FF))
