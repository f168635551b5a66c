"""The programs that set a document, called so that what a survey says can neither read a file nor reach the network nor run on for ever."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from survey.errors import ExportFailed, NoTypesetter

_SECONDS = 120  # a survey of 60 papers takes one
_MEMORY = "-M2G"
_EPOCH = "315532800"  # the first day of 1980, before which a zip file knows no dates: same survey, same bytes
_PASSED_ON = ("PATH", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP")


@cache
def pandoc_path() -> str:
    """The pandoc of the extra, else the one of the system. Raises :class:`NoTypesetter`."""
    found = _brought() or shutil.which("pandoc")
    if not found:
        raise NoTypesetter("pandoc")
    return found


def _brought() -> str:
    """That of the package pypandoc-binary, or ""."""
    spec = find_spec("pypandoc")
    folders = [Path(place) / "files" for place in (spec.submodule_search_locations or () if spec else ())]
    return next((str(path) for folder in folders for path in (folder / "pandoc", folder / "pandoc.exe") if path.is_file()), "")


def pandoc(arguments: Sequence[str], text: str, files: Mapping[str, str | bytes] | None = None) -> bytes:
    """What pandoc makes of ``text``. ``files`` lie in the folder that it runs in; of them it reads those that ``arguments`` name.

    Raises :class:`NoTypesetter` and :class:`ExportFailed`.
    """
    program = pandoc_path()
    with tempfile.TemporaryDirectory() as folder:
        for name, content in (files or {}).items():
            (Path(folder) / name).write_bytes(content.encode("utf-8", "replace") if isinstance(content, str) else content)
        kept = {name: value for name, value in os.environ.items() if name.upper() in _PASSED_ON}
        environment = {**kept, "SOURCE_DATE_EPOCH": _EPOCH, "HOME": folder, "LC_ALL": "C.UTF-8"}
        bounded = ["+RTS", _MEMORY, "-RTS"] if program == _brought() else []  # a system's may be built without
        command = [program, *bounded, "--sandbox", f"--data-dir={folder}", *arguments]
        given = text.encode("utf-8", "replace")
        try:
            done = subprocess.run(command, input=given, capture_output=True, cwd=folder, env=environment, timeout=_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            raise ExportFailed("pandoc", f"it took more than {_SECONDS} seconds") from None
        except OSError as error:
            raise ExportFailed("pandoc", error.strerror or type(error).__name__) from error
    if done.returncode:
        raise ExportFailed("pandoc", " ".join(done.stderr.decode("utf-8", "replace").split())[:_MOST_SAID])
    return done.stdout


_MOST_SAID = 400


def typst(source: str, form: Literal["pdf", "png"], files: Mapping[str, str | bytes] | None = None, *, ppi: float = 144) -> bytes:
    """What typst makes of ``source``. It reads ``files`` and nothing else.

    Raises :class:`NoTypesetter` and :class:`ExportFailed`.
    """
    try:
        import typst as program  # an extra
    except ImportError:
        raise NoTypesetter("typst") from None
    with tempfile.TemporaryDirectory() as folder:
        for name, content in {"main.typ": source, **(files or {})}.items():
            (Path(folder) / name).write_bytes(content.encode("utf-8", "replace") if isinstance(content, str) else content)
        nowhere = str(Path(folder) / "none")
        try:
            made = program.compile(
                str(Path(folder) / "main.typ"),
                root=folder,
                format=form,
                ppi=ppi,
                timestamp=int(_EPOCH),
                package_path=nowhere,
                package_cache_path=nowhere,
            )
        except program.TypstError as error:
            raise ExportFailed("typst", " ".join(str(error.message).split())[:_MOST_SAID]) from error
    return bytes(made)
