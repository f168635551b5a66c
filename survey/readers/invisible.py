"""Text of a PDF page that a person who looks at it does not see: found object by object, cut out of what is read, and told of.

A scanned page has its recognised text in an invisible layer over its image: that layer is the page's text and stays.
"""

import ctypes
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from pypdfium2 import raw

from survey.readers.lines import Line
from survey.readers.pdfpage import places

TINY = 4.0
"""Points: smaller type is not read by eye. Labels of figures may be so small; a sentence is not, and nothing is as small as ``_SPECK``."""
_SPECK = 2.5
_FAINT = 12
"""Of 255: so little of a colour covers nothing, and colours so near are the same to the eye."""
_LIGHT = 600
"""Sum of red, green and blue from which letters may vanish on a white page."""
_BOX, _BOXES = 8.0, 1000
_DEPTH = 6
_OBJECTS, _CORNERS = 50_000, 12
_MOST_OF_IT, _COVERED = 0.8, 0.4
_PIXELS = 1200


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
    letters = sum(not c.isspace() for c in text)
    if images >= _COVERED and sum(map(len, spans.values())) >= _MOST_OF_IT * letters:
        return text, []
    unsure = {address for address in spans if not pieces[address].sure}
    if unsure:
        seen = _seen(page, textpage, {a: (pieces[a].colour, _numbers(textpage, text, spans[a])) for a in unsure})
        spans = {address: at for address, at in spans.items() if address not in seen}
    why = {index: pieces[address].why for address, indices in spans.items() for index in indices}
    return _cut(text, why, number)


def _spans(textpage: Any, text: str, pieces: dict[int, _Piece]) -> dict[int, list[int]]:
    """Where the words of ``pieces`` stand in ``text``. A word that is not out of sight at its beginning nor at its end is taken to be seen."""
    spans: dict[int, list[int]] = {}
    at = places(textpage, text)
    for word in re.finditer(r"[^\s\ufffe\x02]+", text):
        start, end = word.span()
        ends = [_address(raw.FPDFText_GetTextObject(textpage.raw, at[i])) for i in ((start, end - 1) if end - start > 1 else (start,))]
        if ends[0] == ends[-1]:
            if ends[0] in pieces:
                spans.setdefault(ends[0], []).extend(range(start, end))
        elif any(address in pieces for address in ends):
            for index in range(start, end):
                address = _address(raw.FPDFText_GetTextObject(textpage.raw, at[index]))
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
                if _is_sentence(words) if why[run[0]] == "outside of its frame" else any(c.isalnum() for c in words):
                    found.append(Hidden(number, why[run[0]], words))
            run = []
        run.append(index)
    return "".join(shown), found


def _is_sentence(words: str) -> bool:
    plain = [word for word in words.split() if word.isalpha() and len(word) > 1]
    return len(plain) >= 6 and sum(word.islower() for word in plain) >= 0.6 * len(plain)


# ---------------------------------------------------------------- the objects of a page

Matrix = tuple[float, float, float, float, float, float]
Box = tuple[float, float, float, float]
_SAME: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_EVERYWHERE: Box = (-1e9, -1e9, 1e9, 1e9)


def _suspects(page: Any) -> tuple[dict[int, _Piece], float]:
    """The text objects that may be out of sight, by address, and how much of the page its images cover."""
    found: dict[int, _Piece] = {}
    boxes: list[tuple[tuple[int, int, int], Box]] = []
    forms: list[Any] = []
    area = 0.0
    get, kind_of, mode_of = raw.FPDFPage_GetObject, raw.FPDFPageObj_GetType, raw.FPDFTextObj_GetTextRenderMode
    colour_of, size_of, text_kind = raw.FPDFPageObj_GetFillColor, raw.FPDFTextObj_GetFontSize, raw.FPDF_PAGEOBJ_TEXT
    for i in range(min(raw.FPDFPage_CountObjects(page.raw), _OBJECTS)):
        handle = get(page.raw, i)
        kind = kind_of(handle)
        if kind == text_kind:
            # Most text is told here to be seen, without a further step: this is done for every object of every page.
            if not mode_of(handle) and colour_of(handle, *_rgba_out) and not boxes:
                if _rgba[3].value > _FAINT and _rgba[0].value + _rgba[1].value + _rgba[2].value < _LIGHT:
                    if size_of(handle, _size_out) and _size.value >= TINY:
                        continue
            if piece := _piece(handle, 1.0) or (_on_box(handle, boxes) if boxes else None):
                found[_address(handle)] = piece
        elif kind == raw.FPDF_PAGEOBJ_FORM:
            forms.append(handle)
        elif kind == raw.FPDF_PAGEOBJ_IMAGE:
            area += _area(_bounds(handle))
        elif kind == raw.FPDF_PAGEOBJ_PATH and len(boxes) < _BOXES:
            box = _bounds(handle)
            if box[2] - box[0] > _BOX and box[3] - box[1] > _BOX and raw.FPDFPath_GetDrawMode(handle, _fill, _stroke) and _fill.value:
                boxes.append((_colour(handle)[:3], box))
    for kind, handle, matrix, frame in _within(forms):
        if kind == raw.FPDF_PAGEOBJ_IMAGE:
            area += _area(_moved(_bounds(handle), matrix))
        elif kind == raw.FPDF_PAGEOBJ_TEXT:
            piece = _piece(handle, math.hypot(matrix[2], matrix[3]))
            if not piece and not _touch(_moved(_bounds(handle), matrix), _met(frame, _frame(handle, matrix))):
                piece = _Piece("outside of its frame", (0, 0, 0))
            if piece:
                found[_address(handle)] = piece
    return found, area / max(1.0, page.get_width() * page.get_height())


def _within(forms: Sequence[Any]) -> Iterator[tuple[int, Any, Matrix, Box]]:
    """Kind and handle of the objects of forms, figures as a rule; how they are set onto the page, and the frame that they are cut to."""
    stack = [(form, _SAME, _EVERYWHERE, 0) for form in forms]
    left = _OBJECTS
    while stack and left > 0:
        form, outer, frame, depth = stack.pop()
        frame = _met(frame, _frame(form, outer))
        matrix = _times(_matrix_of(form), outer)
        for i in range(min(raw.FPDFFormObj_CountObjects(form), left)):
            handle = raw.FPDFFormObj_GetObject(form, i)
            kind = raw.FPDFPageObj_GetType(handle)
            left -= 1
            if kind == raw.FPDF_PAGEOBJ_FORM and depth < _DEPTH:
                stack.append((handle, matrix, frame, depth + 1))
            elif kind in {raw.FPDF_PAGEOBJ_TEXT, raw.FPDF_PAGEOBJ_IMAGE}:
                yield kind, handle, matrix, frame


def _frame(handle: Any, outer: Matrix) -> Box:
    """The frame that an object is cut to, where it is a plain one."""
    frame = _EVERYWHERE
    clip = raw.FPDFPageObj_GetClipPath(handle)
    for path in range(max(0, raw.FPDFClipPath_CountPaths(clip))):
        points = []
        count = raw.FPDFClipPath_CountPathSegments(clip, path)
        for i in range(count if count <= _CORNERS else 0):
            if raw.FPDFPathSegment_GetPoint(raw.FPDFClipPath_GetPathSegment(clip, path, i), _x_out, _y_out):
                points.append((_x.value, _y.value))
        if points:
            xs, ys = zip(*points, strict=True)
            frame = _met(frame, _moved((min(xs), min(ys), max(xs), max(ys)), outer))
    return frame


def _times(one: Matrix, other: Matrix) -> Matrix:
    a, b, c, d, e, f = one
    p, q, r, s, t, u = other
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def _moved(box: Box, matrix: Matrix) -> Box:
    a, b, c, d, e, f = matrix
    points = [(a * x + c * y + e, b * x + d * y + f) for x in (box[0], box[2]) for y in (box[1], box[3])]
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _met(one: Box, other: Box) -> Box:
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])


def _touch(one: Box, other: Box) -> bool:
    left, bottom, right, top = _met(one, other)
    return left <= right and bottom <= top


def _area(box: Box) -> float:
    return abs((box[2] - box[0]) * (box[3] - box[1]))


def _piece(handle: Any, scale: float) -> _Piece | None:
    mode = raw.FPDFTextObj_GetTextRenderMode(handle)
    if mode == raw.FPDF_TEXTRENDERMODE_INVISIBLE:
        return _Piece("invisible", (0, 0, 0))
    if mode == raw.FPDF_TEXTRENDERMODE_FILL:
        red, green, blue, alpha = _colour(handle)
        if alpha <= _FAINT:
            return _Piece("transparent", (0, 0, 0))
        if red + green + blue >= _LIGHT:
            return _Piece("white" if min(red, green, blue) > 255 - _FAINT else "as pale as the page", (red, green, blue), sure=False)
    if raw.FPDFTextObj_GetFontSize(handle, _size_out) and _size.value * scale < TINY:
        size = _size.value * scale * math.hypot(*_matrix_of(handle)[2:4])
        if size < TINY:
            return _Piece("a speck" if size < _SPECK else "tiny", (0, 0, 0))
    return None


def _on_box(handle: Any, boxes: Sequence[tuple[tuple[int, int, int], Box]]) -> _Piece | None:
    """Whether the text stands on a filled box of its own colour."""
    *colour, _ = _colour(handle)
    same = [box for other, box in boxes if all(abs(a - b) <= _FAINT for a, b in zip(colour, other, strict=True))]
    if not same:
        return None
    left, bottom, right, top = _bounds(handle)
    inside = any(box[0] <= left + 1 and box[1] <= bottom + 1 and box[2] >= right - 1 and box[3] >= top - 1 for box in same)
    return _Piece("in the colour of its background", (colour[0], colour[1], colour[2]), sure=False) if inside else None


# ---------------------------------------------------------------- what is seen


def _seen(page: Any, textpage: Any, pieces: dict[int, tuple[tuple[int, int, int], list[int]]]) -> set[int]:
    """Those of ``pieces`` (colour and characters) around whose letters the drawn page has another colour than theirs."""
    width, height = page.get_size()
    scale = min(1.5, _PIXELS / max(width, height, 1.0))
    bitmap = page.render(scale=scale, rev_byteorder=True, may_draw_forms=False)
    try:
        view, stride, channels = bitmap.buffer, bitmap.stride, bitmap.n_channels
        x, y = ctypes.c_int(), ctypes.c_int()
        seen = set()
        for address, (colour, numbers) in pieces.items():
            differ = 0
            numbers = numbers[:: max(1, len(numbers) // 40)]
            for number in numbers:
                raw.FPDFText_GetCharBox(textpage.raw, number, *_box_out)
                differs = False
                for part in range(9):
                    px = _left.value + (_right.value - _left.value) * (part % 3) / 2
                    py = _bottom.value + (_top.value - _bottom.value) * (part // 3) / 2
                    raw.FPDF_PageToDevice(page.raw, 0, 0, bitmap.width, bitmap.height, 0, px, py, x, y)
                    if 0 <= x.value < bitmap.width and 0 <= y.value < bitmap.height:
                        at = y.value * stride + x.value * channels
                        differs = differs or any(abs(view[at + i] - colour[i]) > 4 * _FAINT for i in range(3))
                differ += differs
            if differ > 0.3 * len(numbers):
                seen.add(address)
        return seen
    finally:
        bitmap.close()


def off_page(lines: Sequence[Line], number: int) -> tuple[list[Line], list[Hidden]]:
    """``lines`` without those that stand beside the page or are cropped away."""
    kept, out = [], []
    for line in lines:
        beside = line.right < 0 or line.left > line.width or line.y > line.height or line.y + line.size < 0
        (out if beside and not line.turned else kept).append(line)
    words = " ".join(line.text for line in out)
    return kept, [Hidden(number, "off the page", words)] if any(c.isalnum() for c in words) else []


def too_small(pages: Sequence[Sequence[Line]]) -> tuple[list[list[Line]], list[Hidden]]:
    """``pages`` without sentences in type that no eye reads, where the rest of the paper stands in larger type."""
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


# ---------------------------------------------------------------- PDFium's way of telling


def _numbers(textpage: Any, text: str, indices: Sequence[int]) -> list[int]:
    at = places(textpage, text)
    return [at[index] for index in indices]


def _address(handle: Any) -> int:
    return ctypes.cast(handle, ctypes.c_void_p).value or 0


def _colour(handle: Any) -> tuple[int, int, int, int]:
    if not raw.FPDFPageObj_GetFillColor(handle, *_rgba_out):
        return 0, 0, 0, 255
    red, green, blue, alpha = _rgba
    return red.value, green.value, blue.value, alpha.value


def _bounds(handle: Any) -> Box:
    if not raw.FPDFPageObj_GetBounds(handle, *_edges_out):
        return 0.0, 0.0, 0.0, 0.0
    left, bottom, right, top = _edges
    return left.value, bottom.value, right.value, top.value


def _matrix_of(handle: Any) -> Matrix:
    if not raw.FPDFPageObj_GetMatrix(handle, _matrix_out):
        return _SAME
    return _matrix.a, _matrix.b, _matrix.c, _matrix.d, _matrix.e, _matrix.f


_rgba = [ctypes.c_uint() for _ in range(4)]
_rgba_out = [ctypes.byref(value) for value in _rgba]
_edges = [ctypes.c_float() for _ in range(4)]
_edges_out = [ctypes.byref(value) for value in _edges]
_left, _right, _bottom, _top = (ctypes.c_double() for _ in range(4))
_box_out = [ctypes.byref(value) for value in (_left, _right, _bottom, _top)]
_x, _y, _size = ctypes.c_float(), ctypes.c_float(), ctypes.c_float()
_x_out, _y_out, _size_out = ctypes.byref(_x), ctypes.byref(_y), ctypes.byref(_size)
_fill, _stroke = ctypes.c_int(), ctypes.c_int()
_matrix = raw.FS_MATRIX()
_matrix_out = ctypes.byref(_matrix)
