"""Arrays written to a file as they come."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import DTypeLike, NDArray


@contextmanager
def written(path: Path, dtype: "DTypeLike", shape: tuple[int, ...]) -> "Iterator[Callable[[NDArray[Any]], None]]":
    """Gives what appends rows to the array of ``shape`` in ``path`` (.npy). Writing through a map of the file would be shorter, but on a
    full disk that ends the process, where this raises :class:`OSError`."""
    import numpy as np
    from numpy.lib.format import dtype_to_descr, write_array_header_1_0

    kind = np.dtype(dtype)
    with path.open("wb") as file:
        write_array_header_1_0(file, {"descr": dtype_to_descr(kind), "fortran_order": False, "shape": shape})

        def append(rows: "NDArray[Any]") -> None:
            file.write(np.ascontiguousarray(rows, kind).tobytes())

        yield append
