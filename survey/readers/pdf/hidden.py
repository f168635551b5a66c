"""Text of a PDF page that a person who looks at it does not see: found object by object, cut out of what is read, and told of.

A scanned page has its recognised text in an invisible layer over its image: that layer is the page's text and stays.
"""

import ctypes
import math
import re
from collections import Counter
from collections.abc import Sequence
from itertools import chain
from typing import Any, NamedTuple

from pypdfium2 import raw

from survey.readers.pdf.calls import address_of, direct
from survey.readers.pdf.lines import Line
from survey.readers.pdf.objects import (
    EVERYWHERE,
    MOST_OBJECTS,
    Box,
    Matrix,
    area,
    bounds_of,
    colour_of,
    frame_around,
    matrix_of,
    met,
    moved,
    touch,
    within,
)  # fmt: skip
from survey.readers.pdf.page import places

TINY = 4.0
"""Points: smaller type is not read by eye. Labels of figures may be so small; a sentence is not, and nothing is as small as ``_SPECK``."""
_SPECK = 2.5
_SAYING = 4
"""Words of a sentence, or of an order."""
_FAINT = 12
"""Of 255: so little of a colour covers nothing, and colours so near are the same to the eye."""
_LIGHT = 600
"""Sum of red, green and blue from which letters may vanish on a white page."""
_BOX, _BOXES = 8.0, 1000
_MOST_OF_IT, _COVERED = 0.8, 0.4
_PIXELS = 1200
_NOTHING = 5
_OUTSIDE = "outside of its frame"
_TEXT, _FILL = raw.FPDF_PAGEOBJ_TEXT, raw.FPDF_TEXTRENDERMODE_FILL


class Hidden(NamedTuple):
    """Words that are not seen on a page, and why."""

    page: int
    why: str
    words: str


class _Piece(NamedTuple):
    """A text object that may be out of sight; ``sure``: it is, whatever stands behind it."""

    why: str
    colour: tuple[int, int, int]
    sure: bool = True


def without_hidden(page: Any, textpage: Any, text: str, number: int) -> tuple[str, list[Hidden]]:
    """``text``, that of the page, with everything blanked out that is not seen, and what that was."""
    pieces, images = _suspects(page)
    if not pieces:
        return text, []
    spans = _spans(textpage, text, pieces)
    if images >= _COVERED and sum(map(len, spans.values())) >= _MOST_OF_IT * sum(not c.isspace() for c in text):
        return text, []
    unsure = {address for address in spans if not pieces[address].sure}
    if sum(len(spans[address]) for address in unsure) < _NOTHING:  # a few pale numbers in a figure are not worth a look at the page
        spans = {address: at for address, at in spans.items() if address not in unsure}
    elif unsure:
        seen = _seen(page, textpage, {a: (pieces[a].colour, _numbers(textpage, text, spans[a])) for a in unsure})
        spans = {address: at for address, at in spans.items() if address not in seen}
    why = {index: pieces[address].why for address, indices in spans.items() for index in indices}
    return _cut(text, why, number)


def _spans(textpage: Any, text: str, pieces: dict[int, _Piece]) -> dict[int, list[int]]:
    """Where the words of ``pieces`` stand in ``text``; a word whose first and last letter are of one object is of that object."""
    spans: dict[int, list[int]] = {}
    at = places(textpage, text)
    for word in re.finditer(r"[^\s\ufffe\x02]+", text):
        start, end = word.span()
        ends = [direct.FPDFText_GetTextObject(textpage.raw, at[i]) for i in ((start, end - 1) if end - start > 1 else (start,))]
        if ends[0] == ends[-1]:
            if ends[0] in pieces:
                spans.setdefault(ends[0], []).extend(range(start, end))
        elif any(address in pieces for address in ends):
            for index in range(start, end):
                address = direct.FPDFText_GetTextObject(textpage.raw, at[index])
                if address in pieces:
                    spans.setdefault(address, []).append(index)
    return spans


def _cut(text: str, why: dict[int, str], number: int) -> tuple[str, list[Hidden]]:
    """Blank the characters of ``why`` out of ``text``, run by run; a few tiny letters are a label or an index and stay."""
    shown, found = list(text), []
    run: list[int] = []
    for index in [*sorted(why), len(text) + 1]:
        if run and (index > len(text) or why.get(index) != why[run[-1]] or text[run[-1] + 1 : index].strip(" \r\n\t\ufffe\x02")):
            words = " ".join(re.sub(r"[\ufffe\x02]\s*", "", text[run[0] : run[-1] + 1]).split())
            if why[run[0]] not in {"tiny", "a speck"} or _is_sentence(words):
                for at in run:
                    shown[at] = " "
                if _is_sentence(words) if why[run[0]] == _OUTSIDE else any(c.isalnum() for c in words):
                    found.append(Hidden(number, why[run[0]], words))
            run = []
        run.append(index)
    return "".join(shown), found


def _is_sentence(words: str) -> bool:
    """Whether it says something: labels of figures are few words, or begin with capitals."""
    plain = [word for word in words.split() if word.isalpha() and len(word) > 1]
    most = 0.6 * len(plain)
    return len(plain) >= _SAYING and (sum(word.islower() for word in plain) >= most or sum(word.isupper() for word in plain) >= most)


# ---------------------------------------------------------------- what may be out of sight


def _suspects(page: Any) -> tuple[dict[int, _Piece], float]:
    """The text objects that may be out of sight, by address, and how much of the page its images cover."""
    found: dict[int, _Piece] = {}
    boxes: dict[tuple[int, int, int], list[Box]] = {}
    filled = 0
    forms: list[Any] = []
    images = 0.0
    get, kind_of, mode_of = direct.FPDFPage_GetObject, direct.FPDFPageObj_GetType, direct.FPDFTextObj_GetTextRenderMode
    address = address_of(page.raw)
    for i in range(min(direct.FPDFPage_CountObjects(address), MOST_OBJECTS)):
        handle = get(address, i)
        mode = mode_of(handle)
        # Most text is told at once to be seen: this is done for every object of every page.
        if mode == _FILL and not boxes and _is_plain(handle):
            continue
        kind = _TEXT if mode >= 0 else kind_of(handle)
        if kind == _TEXT:
            if piece := _piece(handle, 1.0) or _on_box(handle, boxes):
                found[handle] = piece
        elif kind == raw.FPDF_PAGEOBJ_FORM:
            forms.append(handle)
        elif kind == raw.FPDF_PAGEOBJ_IMAGE:
            images += area(bounds_of(handle))
        elif kind == raw.FPDF_PAGEOBJ_PATH and filled < _BOXES and (box := _filled(handle)):
            boxes.setdefault(colour_of(handle)[:3], []).append(box)
            filled += 1
    for kind, handle, matrix, frame in within(forms):
        if kind == raw.FPDF_PAGEOBJ_IMAGE:
            images += area(moved(bounds_of(handle), matrix))
        elif piece := _piece(handle, math.hypot(matrix[2], matrix[3])) or _outside(handle, matrix, frame):
            found[handle] = piece
    return found, images / max(1.0, page.get_width() * page.get_height())


def _is_plain(handle: Any, scale: float = 1.0) -> bool:
    """Whether a text is neither pale nor small; asked of everything, so it must be quick."""
    if not _fill_of(handle, *_rgba_out) or _alpha.value <= _FAINT or _red.value + _green.value + _blue.value >= _LIGHT:
        return False
    return bool(_size_of(handle, _size_out)) and _size.value * scale >= TINY


def _filled(handle: Any) -> Box | None:
    """The place of a path that is a filled box large enough to hold text."""
    box = bounds_of(handle)
    if box[2] - box[0] <= _BOX or box[3] - box[1] <= _BOX or not direct.FPDFPath_GetDrawMode(handle, *_modes_out) or not _fill.value:
        return None
    return box


def _outside(handle: Any, matrix: Matrix, frame: Box) -> _Piece | None:
    """A text of a figure that lies wholly outside of what the figure is cut to."""
    own = frame_around(handle, matrix)
    if frame is EVERYWHERE and own is EVERYWHERE:
        return None
    seen = touch(moved(bounds_of(handle), matrix), met(frame, own))
    return None if seen else _Piece(_OUTSIDE, (0, 0, 0))


def _piece(handle: Any, scale: float) -> _Piece | None:
    mode = direct.FPDFTextObj_GetTextRenderMode(handle)
    if mode == _FILL and _is_plain(handle, scale):
        return None
    if mode in {raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP}:
        return _Piece("invisible", (0, 0, 0))
    if mode == raw.FPDF_TEXTRENDERMODE_FILL:
        red, green, blue, alpha = colour_of(handle)
        if alpha <= _FAINT:
            return _Piece("transparent", (0, 0, 0))
        if red + green + blue >= _LIGHT:
            return _Piece("white" if min(red, green, blue) > 255 - _FAINT else "as pale as the page", (red, green, blue), sure=False)
    if direct.FPDFTextObj_GetFontSize(handle, _size_out) and _size.value * scale < TINY:
        size = _size.value * scale * math.hypot(*matrix_of(handle)[2:4])
        if size < TINY:
            return _Piece("a speck" if size < _SPECK else "tiny", (0, 0, 0))
    return None


def _on_box(handle: Any, boxes: dict[tuple[int, int, int], list[Box]]) -> _Piece | None:
    """Whether the text stands on a filled box of its own colour; ``boxes`` by theirs."""
    *colour, _ = colour_of(handle)
    near = (same for other, same in boxes.items() if all(abs(a - b) <= _FAINT for a, b in zip(colour, other, strict=True)))
    same = list(chain.from_iterable(near))
    if not same:
        return None
    left, bottom, right, top = bounds_of(handle)
    inside = any(box[0] <= left + 1 and box[1] <= bottom + 1 and box[2] >= right - 1 and box[3] >= top - 1 for box in same)
    return _Piece("in the colour of its background", (colour[0], colour[1], colour[2]), sure=False) if inside else None


def _numbers(textpage: Any, text: str, indices: Sequence[int]) -> list[int]:
    at = places(textpage, text)
    return [at[index] for index in indices]


# ---------------------------------------------------------------- what is seen


def _seen(page: Any, textpage: Any, pieces: dict[int, tuple[tuple[int, int, int], list[int]]]) -> set[int]:
    """Those of ``pieces`` (colour and characters) around whose letters the drawn page has another colour than theirs."""
    width, height = page.get_size()
    scale = min(1.0, _PIXELS / max(width, height, 1.0))
    bitmap = page.render(scale=scale, rev_byteorder=True, may_draw_forms=False)
    try:
        view, stride, channels = bitmap.buffer, bitmap.stride, bitmap.n_channels
        x, y = ctypes.c_int(), ctypes.c_int()
        seen = set()
        for address, (colour, numbers) in pieces.items():
            differ = 0
            some = numbers[:: max(1, len(numbers) // 40)]
            for number in some:
                direct.FPDFText_GetCharBox(textpage.raw, number, *_box_out)
                for part in range(9):
                    px = _left.value + (_right.value - _left.value) * (part % 3) / 2
                    py = _bottom.value + (_top.value - _bottom.value) * (part // 3) / 2
                    raw.FPDF_PageToDevice(page.raw, 0, 0, bitmap.width, bitmap.height, 0, px, py, x, y)
                    if 0 <= x.value < bitmap.width and 0 <= y.value < bitmap.height:
                        at = y.value * stride + x.value * channels
                        if any(abs(view[at + i] - colour[i]) > 4 * _FAINT for i in range(3)):
                            differ += 1
                            break
            if differ > 0.3 * len(some):
                seen.add(address)
        return seen
    finally:
        bitmap.close()


def off_page(lines: Sequence[Line], number: int) -> tuple[list[Line], list[Hidden]]:
    """``lines`` without those that stand beside the page or are cropped away."""
    kept: list[Line] = []
    out: list[Line] = []
    for line in lines:
        beside = line.right < 0 or line.left > line.width or line.y > line.height or line.y + line.size < 0
        (out if beside and not line.turned else kept).append(line)
    words = " ".join(line.text for line in out)
    return kept, [Hidden(number, "off the page", words)] if any(c.isalnum() for c in words) else []


def too_small(pages: Sequence[Sequence[Line]]) -> tuple[list[list[Line]], list[Hidden]]:
    """``pages`` without sentences in type that no eye reads, where the rest of the paper stands in larger type."""
    if all(line.size >= TINY for lines in pages for line in lines):
        return [list(lines) for lines in pages], []
    sizes: Counter[float] = Counter()
    for line in (line for lines in pages for line in lines):
        sizes[line.size] += len(line.text)
    if not sizes or sizes.most_common(1)[0][0] < TINY * 1.5:
        return [list(lines) for lines in pages], []
    kept: list[list[Line]] = []
    found: list[Hidden] = []
    for number, lines in enumerate(pages):
        small = [line for line in lines if line.size < TINY]
        words = " ".join(line.text for line in small)
        if small and _is_sentence(words):
            found.append(Hidden(number, "tiny", words))
            kept.append([line for line in lines if line.size >= TINY])
        else:
            kept.append(list(lines))
    return kept, found


def covered(page: Any) -> bool:
    """Whether images fill most of a page, as they do that of a scan."""
    return _suspects(page)[1] >= _COVERED


_red, _green, _blue, _alpha = (ctypes.c_uint() for _ in range(4))
_rgba_out = [ctypes.addressof(value) for value in (_red, _green, _blue, _alpha)]
_fill_of, _size_of = direct.FPDFPageObj_GetFillColor, direct.FPDFTextObj_GetFontSize
_left, _right, _bottom, _top = (ctypes.c_double() for _ in range(4))
_box_out = [ctypes.addressof(value) for value in (_left, _right, _bottom, _top)]
_size = ctypes.c_float()
_size_out = ctypes.addressof(_size)
_fill, _stroke = ctypes.c_int(), ctypes.c_int()
_modes_out = [ctypes.addressof(value) for value in (_fill, _stroke)]
