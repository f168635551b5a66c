"""Rows of a library read from the pages of its file, where SQLite itself can make nothing of it any longer.

Neither the head of the file nor its schema is asked for. Rows lie in the leaves of trees, and what agrees with its seal is a row of ours,
and tells of which kind. The form of the file is that of https://www.sqlite.org/fileformat2.html; the sections are named where they count.

Cells are taken from where a page lists them, if they fill it as its head says. In pages that are not so, and in those that belong to
nothing, cells are looked for at every place. What is found so, or in freed pages, may have been deleted: it is not *sure*.
"""

import struct
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from survey.library.schema import KINDS, TALLIED, decoded, seal

PAGE = 4096
_LEAF, _INDEX, _INDEX_NODE, _NODE = 0x0D, 0x0A, 0x02, 0x05
"""Pages of trees: rows of tables lie in the first, those of tables without rowid in the next two, none in the last."""
_LENGTHS = (0, 1, 2, 3, 4, 6, 8, 8, 0, 0)
_WHOLE_NUMBERS = frozenset({1, 2, 3, 4, 5, 6, 8, 9})
_USED = ("results", "replies")
"""Tables that have a last column which is not sealed."""
_SHAPES: dict[int, list[str]] = {}
for _kind, _told in KINDS.items():
    _SHAPES.setdefault(len(_told.columns) + 1 + (_kind in _USED), []).append(_kind)
_COLUMNS = max(_SHAPES)


class Found(NamedTuple):
    """``row``: key, values and seal; of "tallies" and "counters", which have no seal, their columns."""

    kind: str
    row: tuple[Any, ...]
    sure: bool


class _Cell(NamedTuple):
    """Where its record begins and how much of that is in its page; the types of the columns; where the cell ends."""

    at: int
    here: int
    total: int
    rowid: int
    types: tuple[int, ...]
    end: int


class _Image:
    """The file as its log leaves it. ``loose``: frames of the log that are not as they were written, of which it cannot be told which page
    they are; ``doubted`` the pages that they say they are."""

    def __init__(self, stack: ExitStack, path: Path) -> None:
        self.files: list[BinaryIO] = [stack.enter_context(path.open("rb"))]
        self.count = -(-path.stat().st_size // PAGE)
        self.places: dict[int, int] = {}
        self.loose: list[int] = []
        self.doubted: set[int] = set()
        self.owned: set[int] = set()
        log = log_of(path)
        if log.is_file():
            self.files.append(stack.enter_context(log.open("rb")))
            for frame in _frames(self.files[1]):
                self.count = frame.size if frame.good and frame.size else max(self.count, frame.page if frame.good else 0)
                if frame.good:
                    self.places[frame.page] = frame.place
                    self.doubted.discard(frame.page)
                else:
                    self.loose.append(frame.place)
                    self.doubted.add(frame.page)
        self.reads = 0
        """Pages of overflow that may still be read: each has one row, so that many more are read only where chains are broken."""

    def page(self, number: int) -> bytes:
        file, place = (self.files[1], self.places[number]) if number in self.places else (self.files[0], PAGE * (number - 1))
        return _read(file, place)

    def images(self) -> Iterator[tuple[int, bytes]]:
        """Number and content of each page, 0 for those of which that cannot be told."""
        for number in range(1, self.count + 1):
            yield number, self.page(number)
        for place in self.loose:
            yield 0, _read(self.files[1], place)


def first_page(path: Path) -> bytes:
    with ExitStack() as stack:
        return _Image(stack, path).page(1)


def salvage(path: Path) -> Iterator[Found]:
    """Every row of a kind that the library holds, whatever is damaged; some of them twice. Needs time and memory for the pages alone, and
    memory for the longest row."""
    with ExitStack() as stack:
        image = _Image(stack, path)
        reserved = image.page(1)[20] if image.count else 0  # bytes at the end of each page that some builds of SQLite keep for themselves
        if reserved:
            reserved = max((0, reserved), key=lambda number: sum(found.sure for found in _salvaged(image, PAGE - number)))
        yield from _salvaged(image, PAGE - reserved)


def _salvaged(image: _Image, usable: int) -> Iterator[Found]:
    image.owned, image.reads = set(), 4 * (image.count + len(image.loose)) + 64
    doubtful = _freed(image) | image.doubted
    broken: list[int] = []
    places: list[bytes] = []
    for number, page in image.images():
        head = 100 if number == 1 else 0
        if number and page[head] not in (_LEAF, _INDEX, _INDEX_NODE, _NODE):
            continue
        cells, sound = _listed(page, head, usable)
        for cell in cells:
            if found := _proven(image, page, cell, page[head], usable, sure=bool(number) and number not in doubtful):
                yield found
        if not sound and number:
            broken.append(number)
        elif not sound:
            places.append(page)
    others = (number for number in range(2, image.count + 1) if image.page(number)[0] not in (_LEAF, _INDEX, _INDEX_NODE, _NODE))
    for number in (*broken, *(number for number in others if number not in image.owned)):
        yield from _carved(image, image.page(number), usable)
    for page in places:
        yield from _carved(image, page, usable)


def _freed(image: _Image) -> set[int]:
    """Pages that lists of free ones name ("The Freelist"). The lists are known by their form, since the head that leads to them may be
    damaged; one that is none only makes rows doubtful."""
    freed: set[int] = set()
    for number in range(2, image.count + 1):
        page = image.page(number)
        count = _u32(page, 4)
        if page[0] == 0 and 0 < count <= PAGE // 4 - 2 and _u32(page, 0) <= image.count:
            named = struct.unpack(f">{count}I", page[8 : 8 + 4 * count])
            if len({*named}) == count and min(named) >= 2 and max(named) <= image.count:
                freed.update(named)
    return freed


def _listed(page: bytes, head: int, usable: int) -> tuple[list[_Cell], bool]:
    """The cells that a page of a tree lists, and whether they, its free blocks and fragments fill it ("B-tree Pages")."""
    form, number, start = page[head], _u16(page, head + 3), _u16(page, head + 5)
    first = head + (12 if form in (_NODE, _INDEX_NODE) else 8)
    places = [_u16(page, at) for at in range(first, min(first + 2 * number, PAGE - 1), 2)]
    cells = [cell for at in places if at >= start and (cell := _cell(page, at, form, usable))]
    taken = page[head + 7] + sum(max(4, cell.end - at) for at, cell in zip(places, cells, strict=False))
    free, last = _u16(page, head + 1), 0
    while last < free <= PAGE - 4:
        taken += _u16(page, free + 2)
        free, last = _u16(page, free), free
    sound = len(cells) == len(places) == number and not free and taken == usable - start
    return [cell for cell in cells if cell.types], sound


def _cell(page: bytes, at: int, form: int, usable: int) -> _Cell | None:
    """The cell at that place, if there is the record of a table of few columns in it ("B-tree Pages", "Record Format")."""
    try:
        if form == _NODE:
            rowid, end = _varint(page, at + 4)
            return _Cell(end, 0, 0, rowid, (), end)
        total, at = _varint(page, at + 4 if form == _INDEX_NODE else at)
        if total < 2:
            return None
        rowid, at = _varint(page, at) if form == _LEAF else (0, at)
        most = usable - 35 if form == _LEAF else (usable - 12) * 64 // 255 - 23
        least = (usable - 12) * 32 // 255 - 23
        here = total
        if total > most:
            here = least + (total - least) % (usable - 4)
            here = here if here <= most else least
        end = at + here + (4 if here < total else 0)
        size, place = _varint(page, at)
        if end > usable or not 2 <= size <= min(here, 10 * _COLUMNS):
            return None
        types: list[int] = []
        length, stop = size, at + size
        while place < stop and len(types) <= _COLUMNS:
            kind, place = _varint(page, place)
            types.append(kind)
            length += _length(kind)
        return _Cell(at, here, total, rowid, tuple(types), end) if place == stop and length == total else None
    except IndexError:
        return None


def _proven(image: _Image, page: bytes, cell: _Cell, form: int, usable: int, *, sure: bool) -> Found | None:
    """The row in a cell, if it is one that agrees with its seal."""
    kinds = [kind for kind in _SHAPES.get(len(cell.types), ()) if cell.types[len(KINDS[kind].keys)] in _WHOLE_NUMBERS]
    counts = form == _LEAF and len(cell.types) in (2, 3) and {*cell.types[1:]} <= _WHOLE_NUMBERS
    if not kinds and not counts:
        return None
    chain: list[int] = []
    record = _record(image, page, cell, usable, chain)
    values = _values(record, cell.types) if record is not None else None
    if values is None:
        return None
    if counts and isinstance(values[0], str):
        if len(values) == 3 and values[0] in TALLIED:
            return Found("tallies", tuple(values), sure)
        if len(values) == 2:
            return Found("counters", tuple(values), sure)
    for kind in kinds:
        keys, columns = len(KINDS[kind].keys), len(KINDS[kind].columns)
        row = [*values[:keys], *values[keys + 1 : columns + 1]]
        if kind == "talks":
            row[0] = cell.rowid  # "The rowid of a table that is an INTEGER PRIMARY KEY" stands for it
        if values[keys] == seal(kind, *row):
            image.owned.update(chain)
            return Found(kind, (*row, values[keys]), sure)
    return None


def _carved(image: _Image, page: bytes, usable: int) -> Iterator[Found]:
    """What is found in a page whatever that says of itself."""
    at = 0 if any(page) else PAGE
    while at < PAGE - 4:
        step = at + 1
        for form in (_LEAF, _INDEX):
            cell = _cell(page, at, form, usable)
            if cell and (found := _proven(image, page, cell, form, usable, sure=False)):
                yield found
                if found.kind in KINDS:  # within a row there is none
                    step = cell.end
                    break
        at = step


def _record(image: _Image, page: bytes, cell: _Cell, usable: int, chain: list[int]) -> bytes | None:
    """All of a record, the pages that it overflows to ("Cell Payload Overflow Pages") noted in ``chain``; None if they end before it."""
    data = bytearray(page[cell.at : cell.at + cell.here])
    next_page = _u32(page, cell.at + cell.here)
    while len(data) < cell.total:
        if not 2 <= next_page <= image.count or image.reads <= 0 or len(chain) > image.count:
            return None
        image.reads -= 1
        chain.append(next_page)
        content = image.page(next_page)
        data += content[4 : min(usable, 4 + cell.total - len(data))]
        next_page = _u32(content, 0)
    return bytes(data)


def _values(record: bytes, types: tuple[int, ...]) -> list[Any] | None:
    values: list[Any] = []
    at, _ = _varint(record, 0)
    for kind in types:
        data = record[at : at + _length(kind)]
        at += len(data)
        if kind in (7, 10, 11):
            return None
        if kind < 12:
            values.append(None if kind == 0 else kind - 8 if kind >= 8 else int.from_bytes(data, "big", signed=True))
        else:
            values.append(decoded(data) if kind % 2 else data)
    return values


# ------------------------------------------------------------ the log ("The Write-Ahead Log")


class _Frame(NamedTuple):
    """``place`` of its page in the log; ``size`` of the file in pages, if it ends a transaction; whether it is as it was written."""

    place: int
    page: int
    size: int
    good: bool


def log_is_torn(path: Path) -> bool:
    """Whether something in the log of the library at ``path`` is not as it was written, and a whole transaction stands behind it: SQLite
    would take the log to end there."""
    try:
        with log_of(path).open("rb") as file:
            return not all(frame.good for frame in _frames(file))
    except OSError:
        return False


def log_of(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def _frames(log: BinaryIO) -> list[_Frame]:
    """Those of the last round through the log, to the last that ends a transaction and is whole; what an earlier round left behind them has
    another salt."""
    head = _read(log, 0, 32)
    heads = [_read(log, place, 24) for place in range(32, log.seek(0, 2) - PAGE - 23, PAGE + 24)]
    salts = [one[8:16] for one in heads if any(one[8:16])][:3]
    whole = any(head) and head[24:32] in (_sum(head[:24], bytes(8), order) for order in ("<", ">"))
    salt = head[16:24] if whole or not salts else max(salts, key=salts.count)
    frames: list[_Frame] = []
    ends = 0
    before = head[24:32]
    for n, one in enumerate(heads):
        place = 32 + n * (PAGE + 24)
        page = _read(log, place + 24)
        good = one[8:16] == salt and one[16:24] in (_sum(one[:8] + page, before, order) for order in ("<", ">"))
        frames.append(_Frame(place + 24, _u32(one, 0), _u32(one, 4), good))
        if good and frames[-1].size:
            ends = len(frames)
        before = one[16:24]
    return frames[:ends]


def _sum(data: bytes, before: bytes, order: str) -> bytes:
    one, two = struct.unpack(">II", before)
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for first, second in zip(words[::2], words[1::2], strict=True):
        one = (one + first + two) & 0xFFFFFFFF
        two = (two + second + one) & 0xFFFFFFFF
    return struct.pack(">II", one, two)


# ------------------------------------------------------------ numbers


def _read(file: BinaryIO, place: int, size: int = PAGE) -> bytes:
    file.seek(place)
    return file.read(size).ljust(size, b"\0")


def _length(kind: int) -> int:
    return _LENGTHS[kind] if kind < 10 else max(0, (kind - 12) // 2)


def _u16(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "big")


def _u32(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "big")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for place in range(at, at + 8):
        byte = data[place]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, place + 1
    value = value << 8 | data[at + 8]
    return value - (value >> 63 << 64), at + 9
