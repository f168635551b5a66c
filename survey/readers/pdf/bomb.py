"""Streams of a PDF that unpack to more than any paper holds, told before they are unpacked whole."""

import re
import zlib

MOST = 256 * 1024 * 1024
"""Bytes that a stream may unpack to; a page of the largest scans has a tenth."""
_STREAM = re.compile(rb"stream\r?\n(?=[\x08\x18\x28\x38\x48\x58\x68\x78])")  # a stream that zlib packed
_TASTE, _PLAIN = 256, 100
"""So many bytes are unpacked of each stream, and so often may text or an image be packed; a bomb is packed a thousand times."""
_TWICE = re.compile(rb"/F(?:ilter)?\s*(?:\[[^\]]{0,200}/Fl[^\]]{0,200}/Fl|\d+\s+\d+\s+R)")
_SHORTEST = MOST // 1032
"""Bytes: zlib packs at most 1,032 into one."""
_CHUNK = 1024 * 1024
_DEPTH = 3


def is_bomb(data: bytes) -> bool:
    """Whether a stream of ``data`` unpacks to more than :data:`MOST` bytes: packed twice, or so long that packed once it can."""
    twice = bool(_TWICE.search(data))
    if not twice and len(data) < _SHORTEST:
        return False
    return any(
        _swells(memoryview(data)[match.end() :], _DEPTH)
        for match in _STREAM.finditer(data)
        if twice or data.find(b"endstream", match.end(), match.end() + _SHORTEST) < 0
    )


def _swells(packed: memoryview, depth: int) -> bool:
    taste = _unpacked(packed[:_TASTE], _TASTE * _PLAIN)
    if len(taste) < _TASTE * _PLAIN and not (len(taste) > 2 and taste[0] == 0x78 and depth > 1):
        return False
    unpack, rest, length, inner = zlib.decompressobj(), bytes(packed), 0, b""
    try:
        while rest and not unpack.eof:
            piece = unpack.decompress(rest, _CHUNK)
            rest = unpack.unconsumed_tail
            length += len(piece)
            if length > MOST:
                return True
            if len(inner) < _CHUNK * 8 and depth > 1 and taste[:1] == b"\x78":
                inner += piece  # packed twice
    except zlib.error:
        return False
    return bool(inner) and _swells(memoryview(inner), depth - 1)


def _unpacked(packed: memoryview, most: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(packed, most)
    except zlib.error:
        return b""
