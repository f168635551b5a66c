"""The process in which vectors are probed: folders come as JSON lines on stdin, what is not reached goes back as JSON lines on stdout.

:mod:`survey.index.probing` starts it.
"""

import json
import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from survey.index.vectors import Vectors, load_chroma

ROWS = 1000
"""Passages between two answers."""


def main() -> None:
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever else is printed is no answer
    with suppress(ImportError):
        import resource  # not on Windows

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # to be brought down is what it is for
    load_chroma()
    for line in sys.stdin.buffer:
        order = json.loads(line)
        tempfile.tempdir = order["scratch"]
        vectors = None
        try:
            vectors = Vectors(Path(order["folder"]))
            count = vectors.count()
            for first in range(0, max(count, 1), ROWS):
                told = {"unreached": vectors.unreached(first, min(first + ROWS, count)), "done": first + ROWS >= count}
                answers.write(json.dumps(told).encode() + b"\n")
                answers.flush()
        except Exception as error:  # in Chroma's or SQLite's own words
            answers.write(json.dumps({"fault": f"{type(error).__name__}: {error}"}).encode() + b"\n")
            answers.flush()
        finally:
            if vectors:
                vectors.close()


if __name__ == "__main__":
    main()
