"""Accents that a PDF sets as marks of their own, beside or over the letter, put back onto it ("T¨ackstr ¨ om" → "Täckström")."""

import re
import unicodedata
from collections.abc import Callable

_COMBINING = {
    **{"´": "\u0301", "`": "\u0300", "¨": "\u0308", "ˆ": "\u0302", "˜": "\u0303", "ˇ": "\u030c", "˘": "\u0306"},
    **{"˚": "\u030a", "¸": "\u0327", "¯": "\u0304", "˝": "\u030b", "˙": "\u0307", "˛": "\u0328"},
}
ACCENTS = re.compile(f"[{''.join(_COMBINING)}]")
_NEAR = 4
"""How many characters away from its letter PDFium puts most marks; some stand at the end of their line."""


def mended(text: str, box: Callable[[int], tuple[float, float]]) -> str:
    """``text`` with every lone accent put onto the letter that it stands over; ``box`` gives left and right edge of a character."""
    letters: list[str] = list(text)
    for i, mark in enumerate(text):
        if mark not in _COMBINING:
            continue
        left, right = box(i)
        middle = (left + right) / 2
        home = -1
        for j in sorted(range(len(text)), key=lambda j: abs(j - i)):
            if text[j].isalpha() and text[j] not in _COMBINING:  # Unicode calls ˇ and ˆ letters
                start, end = box(j)
                # Far from its letter a mark must stand right over it: else it may be a quotation mark beside it.
                if (start - 0.2 <= middle <= end + 0.2) if abs(j - i) <= _NEAR else abs(start + end - 2 * middle) <= 0.5 * (end - start):
                    home = j
                    break
        if home < 0:
            continue
        made = unicodedata.normalize("NFC", {"ı": "i", "ȷ": "j"}.get(letters[home], letters[home]) + _COMBINING[mark])
        if len(made) > 1:
            continue
        letters[home] = made
        letters[i] = ""
        _close(text, letters, i, box)
    return "".join(letters)


def _close(text: str, letters: list[str], i: int, box: Callable[[int], tuple[float, float]]) -> None:
    """Take out the spaces around the mark that was at ``i`` where the letters beside it stand close together."""
    before = next((j for j in range(i - 1, -1, -1) if text[j] != " " and letters[j]), -1)
    after = next((j for j in range(i + 1, len(text)) if text[j] != " "), len(text))
    if before < 0 or after >= len(text) or after - before <= 1:
        return
    gap = box(after)[0] - box(before)[1]
    spaces = [j for j in range(before + 1, after) if letters[j] == " "]
    for j in spaces if gap < 1.2 else spaces[1:]:  # a space between words is two points wide or more
        letters[j] = ""
