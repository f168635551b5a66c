"""The objects of a PDF page as PDFium knows them: where they are, what they are cut to, their colour."""

import ctypes
from collections.abc import Iterator, Sequence
from typing import Any

from pypdfium2 import raw

from survey.readers.pdf.calls import direct

Matrix = tuple[float, float, float, float, float, float]
Box = tuple[float, float, float, float]
_SAME: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
EVERYWHERE: Box = (-1e9, -1e9, 1e9, 1e9)

MOST_OBJECTS = 50_000
_DEPTH, _CORNERS = 6, 12


def within(forms: Sequence[Any]) -> Iterator[tuple[int, Any, Matrix, Box]]:
    """Kind and handle of the objects of forms, figures as a rule; how they are set onto the page, and the frame that they are cut to."""
    stack = [(form, _SAME, EVERYWHERE, 0) for form in forms]
    left = MOST_OBJECTS
    while stack and left > 0:
        form, outer, frame, depth = stack.pop()
        own = frame_around(form, outer)
        frame = frame if own is EVERYWHERE else met(frame, own)
        matrix = _times(matrix_of(form), outer)
        for i in range(min(direct.FPDFFormObj_CountObjects(form), left)):
            handle = direct.FPDFFormObj_GetObject(form, i)
            kind = direct.FPDFPageObj_GetType(handle)
            left -= 1
            if kind == raw.FPDF_PAGEOBJ_FORM and depth < _DEPTH:
                stack.append((handle, matrix, frame, depth + 1))
            elif kind in {raw.FPDF_PAGEOBJ_TEXT, raw.FPDF_PAGEOBJ_IMAGE}:
                yield kind, handle, matrix, frame


def frame_around(handle: Any, outer: Matrix) -> Box:
    """The frame that an object is cut to, where it is a plain one."""
    clip = direct.FPDFPageObj_GetClipPath(handle)
    paths = direct.FPDFClipPath_CountPaths(clip)
    frame = EVERYWHERE
    for path in range(max(0, paths)):
        count = direct.FPDFClipPath_CountPathSegments(clip, path)
        segments = (direct.FPDFClipPath_GetPathSegment(clip, path, i) for i in range(count if count <= _CORNERS else 0))
        points = [(_x.value, _y.value) for segment in segments if direct.FPDFPathSegment_GetPoint(segment, _x_out, _y_out)]
        if points:
            xs, ys = zip(*points, strict=True)
            frame = met(frame, moved((min(xs), min(ys), max(xs), max(ys)), outer))
    return frame


def _times(one: Matrix, other: Matrix) -> Matrix:
    a, b, c, d, e, f = one
    p, q, r, s, t, u = other
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def moved(box: Box, matrix: Matrix) -> Box:
    a, b, c, d, e, f = matrix
    points = [(a * x + c * y + e, b * x + d * y + f) for x in (box[0], box[2]) for y in (box[1], box[3])]
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def met(one: Box, other: Box) -> Box:
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])


def touch(one: Box, other: Box) -> bool:
    left, bottom, right, top = met(one, other)
    return left <= right and bottom <= top


def area(box: Box) -> float:
    return abs((box[2] - box[0]) * (box[3] - box[1]))


def colour_of(handle: Any) -> tuple[int, int, int, int]:
    if not direct.FPDFPageObj_GetFillColor(handle, *_rgba_out):
        return 0, 0, 0, 255
    red, green, blue, alpha = _rgba
    return red.value, green.value, blue.value, alpha.value


def bounds_of(handle: Any) -> Box:
    if not direct.FPDFPageObj_GetBounds(handle, *_edges_out):
        return 0.0, 0.0, 0.0, 0.0
    left, bottom, right, top = _edges
    return left.value, bottom.value, right.value, top.value


def matrix_of(handle: Any) -> Matrix:
    if not direct.FPDFPageObj_GetMatrix(handle, _matrix_out):
        return _SAME
    return _matrix.a, _matrix.b, _matrix.c, _matrix.d, _matrix.e, _matrix.f


_rgba = [ctypes.c_uint() for _ in range(4)]
_rgba_out = [ctypes.addressof(value) for value in _rgba]
_edges = [ctypes.c_float() for _ in range(4)]
_edges_out = [ctypes.addressof(value) for value in _edges]
_x, _y = ctypes.c_float(), ctypes.c_float()
_x_out, _y_out = ctypes.addressof(_x), ctypes.addressof(_y)
_matrix = raw.FS_MATRIX()
_matrix_out = ctypes.addressof(_matrix)
