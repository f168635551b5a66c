"""Inputs changed as files are damaged, and as somebody changes them who means harm: by pieces, lines, tokens, numbers and codes."""

import random
import re
from collections.abc import Callable, Sequence

LONGEST = 100_000
"""Bytes of an input: the bounds of time are held to by small inputs, so that many are tried."""
_MOST_CHANGES = 5

_TOKEN = re.compile(rb"\w+|[^\w\s]|\s+")
_NUMBER = re.compile(rb"\d+")
_ODD = [
    "²",
    "½",
    "Ⅰ",
    "٣",
    "１",
    "İ",
    "ß",
    "ﬁ",
    "ǅ",
    "́",
    "\u200b",
    "\xad",
    "\u202e",
    "\u2066",
    "\u2028",
    "\u2029",
    "\x85",
    "\xa0",
    "\ufeff",
    "\ufffe",
    "\U000e0041",
    "🧬",
    "Ã©",
    "â€œ",
    "ẞ",
    ";",
    "Ω",
    "\uf8ff",
    "\x1b[2J",
    "\x00",
    "\x0b",
    "\x0c",
    "\x1c",
    "\x1f",
    "\x7f",
    "\r",
    "ﷺ",
    "ᅟ",
    "ำ",
    "\u3000",
    "‐",
    "−",
    "«",
    "“",
    "”",
    "‘",
    "’",
]
_BYTES = [odd.encode() for odd in _ODD] + [b"\xed\xa0\x80", b"\xc0\xaf", b"\xff\xfe", b"\xf4\x90\x80\x80", b"\x80", b"\xe9", b"\x93"]
_NUMBERS = (
    b"0",
    b"-1",
    b"1e999",
    b"99999999999999999999",
    b"1" * 5000,
    b"0x" + b"F" * 5000,
    b"2147483648",
    b"NaN",
    b"1900",
    b"2999",
    b"0x10",
    b"1_0",
    b"00",
    b"3.",
)
_PAIRS = (
    (b"{", b"}"),
    (b"[", b"]"),
    (b"(", b")"),
    (b"<a>", b"</a>"),
    (b'{"a":', b"}"),
    (b"> ", b""),
    (b"- ", b""),
    (b"**", b"**"),
    (b"$", b"$"),
)

Change = Callable[[random.Random, bytes, "Sequence[bytes]", "Sequence[bytes]"], bytes]


def mutated(chance: random.Random, data: bytes, words: Sequence[bytes], others: Sequence[bytes]) -> bytes:
    """``data`` after a few changes. ``words``: of its format; ``others``: further inputs, pieces of which may come in."""
    for _ in range(chance.randint(1, _MOST_CHANGES)):
        data = chance.choice(CHANGES)(chance, data, words, others)
    if chance.random() < 0.004:
        data = _blown_up(chance, data, words, others)
    return data[:LONGEST]


def _span(chance: random.Random, data: bytes, longest: int = 0) -> tuple[int, int]:
    start = chance.randint(0, len(data))
    return start, min(len(data), start + chance.randint(1, longest or max(1, len(data) // 4)))


def _byte(chance: random.Random, data: bytes, _: Sequence[bytes], __: Sequence[bytes]) -> bytes:
    at = chance.randint(0, len(data))
    return data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]


def _deleted(chance: random.Random, data: bytes, _: Sequence[bytes], __: Sequence[bytes]) -> bytes:
    start, end = _span(chance, data, chance.choice((2, 20, 0)))
    return data[:start] + data[end:]


def _doubled(chance: random.Random, data: bytes, _: Sequence[bytes], __: Sequence[bytes]) -> bytes:
    start, end = _span(chance, data)
    at = chance.choice((end, chance.randint(0, len(data))))
    return data[:at] + data[start:end] + data[at:]


def _swapped(chance: random.Random, data: bytes, _: Sequence[bytes], __: Sequence[bytes]) -> bytes:
    a, b, c = sorted(chance.randint(0, len(data)) for _ in range(3))
    return data[:a] + data[b:c] + data[a:b] + data[c:]


def _word(chance: random.Random, data: bytes, words: Sequence[bytes], _: Sequence[bytes]) -> bytes:
    start, end = _span(chance, data, 8)
    return data[: chance.choice((start, end))] + chance.choice(words or _BYTES) + data[end:]


def _odd(chance: random.Random, data: bytes, _: Sequence[bytes], __: Sequence[bytes]) -> bytes:
    at = chance.randint(0, len(data))
    return data[:at] + chance.choice(_BYTES) * chance.choice((1, 1, 2, 30)) + data[at:]


def _token(chance: random.Random, data: bytes, words: Sequence[bytes], others: Sequence[bytes]) -> bytes:
    """A token put in place of another: of this input, of another, or of the format."""
    start = chance.randint(0, len(data))
    here = _TOKEN.search(data, start)
    source = chance.choice([data, *others[:50]])
    there = _TOKEN.search(source, chance.randint(0, len(source)))
    if not here:
        return data
    put = chance.choice(words) if words and chance.random() < 0.5 else there[0] if there else b""
    return data[: here.start()] + put + data[here.end() :]


def _number(chance: random.Random, data: bytes, _: Sequence[bytes], __: Sequence[bytes]) -> bytes:
    found = _NUMBER.search(data, chance.randint(0, len(data)))
    put = chance.choice((*_NUMBERS, "²".encode(), "١٢".encode(), "１９".encode()))
    return data[: found.start()] + put + data[found.end() :] if found else data


def _lines(chance: random.Random, data: bytes, _: Sequence[bytes], others: Sequence[bytes]) -> bytes:
    lines = data.split(b"\n")
    at = chance.randrange(len(lines))
    act = chance.randrange(5)
    if act == 0:
        del lines[at]
    elif act == 1:
        lines.insert(at, chance.choice(lines))
    elif act == 2:
        other = chance.randrange(len(lines))
        lines[at], lines[other] = lines[other], lines[at]
    elif act == 3 and others:
        lines.insert(at, chance.choice(chance.choice(others).split(b"\n")))
    else:
        lines[at] = chance.choice((b"", b" ", b"\t")) + lines[at].strip()
    return b"\n".join(lines)


def _spliced(chance: random.Random, data: bytes, _: Sequence[bytes], others: Sequence[bytes]) -> bytes:
    other = chance.choice(others) if others else data
    start, end = _span(chance, other, len(other) or 1)
    at = chance.randint(0, len(data))
    return data[:at] + other[start:end] + (data[at:] if chance.random() < 0.7 else b"")


def _cut(chance: random.Random, data: bytes, _: Sequence[bytes], __: Sequence[bytes]) -> bytes:
    at = chance.randint(0, len(data))
    return data[:at] if chance.random() < 0.8 else data[at:]


def _nested(chance: random.Random, data: bytes, words: Sequence[bytes], _: Sequence[bytes]) -> bytes:
    opens, closes = chance.choice(_PAIRS) if chance.random() < 0.6 or not words else (chance.choice(words), chance.choice(words))
    start, end = _span(chance, data)
    depth = chance.choice((2, 3, 20, 500, 5000))
    return data[:start] + opens * depth + data[start:end] + closes * chance.choice((depth, depth, 0)) + data[end:]


def _recoded(chance: random.Random, data: bytes, _: Sequence[bytes], __: Sequence[bytes]) -> bytes:
    text = data.decode("utf-8", "replace")
    act = chance.randrange(6)
    if act == 0:
        return text.encode(chance.choice(("utf-16", "utf-8-sig", "utf-32")))
    if act == 1:
        return text.encode(chance.choice(("latin-1", "cp1252", "ascii", "cp1251")), "ignore")
    if act == 2:
        return text.replace("\n", chance.choice(("\r\n", "\r", "\u2028", "\n\n", "\\n", ""))).encode()
    if act == 3:
        start, end = _span(chance, data)
        return data[:start] + data[start:end].swapcase() + data[end:]
    if act == 4:
        return text.encode("utf-8").decode("cp1252", "ignore").encode()  # decoded once too often
    return data.replace(b" ", chance.choice((b"\xc2\xa0", b"\t", b"", b"  ", b"\n", b"\x00")), chance.choice((1, 5, -1)))


def _blown_up(chance: random.Random, data: bytes, words: Sequence[bytes], _: Sequence[bytes]) -> bytes:
    """A piece so many times that what costs more than linear time shows."""
    start, end = _span(chance, data, chance.choice((1, 2, 10, 200)))
    piece = chance.choice(words) if words and chance.random() < 0.4 else data[start:end]
    times = chance.choice((5_000, 30_000, LONGEST)) // max(1, len(piece))
    return data[:start] + piece * max(1, times) + data[end:]


CHANGES: tuple[Change, ...] = (
    *(_byte, _deleted, _deleted, _doubled, _doubled, _swapped, _word, _word, _word, _odd, _token, _token),
    *(_number, _lines, _lines, _spliced, _spliced, _cut, _nested, _recoded),
)
