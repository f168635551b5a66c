"""PDFium's functions as they are asked of every letter and every object: with addresses for pointers, which halves what a call costs."""

import ctypes
from typing import Any

from pypdfium2 import raw


class _Direct:
    """The functions of ``raw`` by the same names; handles, and places for what comes back, are addresses: plain numbers, None for none."""

    def __getattr__(self, name: str) -> Any:
        function = getattr(raw, name)
        call = type(function)(ctypes.cast(function, ctypes.c_void_p).value)
        call.argtypes = [_plain(kind) for kind in function.argtypes]
        call.restype = _plain(function.restype)
        setattr(self, name, call)  # asked for once
        return call


def _plain(kind: Any) -> Any:
    return ctypes.c_void_p if hasattr(kind, "contents") else kind


direct = _Direct()


def address_of(handle: Any) -> int:
    """The address that a handle of ``raw`` holds."""
    return ctypes.cast(handle, ctypes.c_void_p).value or 0
