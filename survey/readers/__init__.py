"""Files to papers. One module per format; a file's content decides which of them reads it, its suffix where that leaves it open.

Whatever is wrong with a file is a :class:`survey.records.Skipped` with its reason and its cure: readers never raise.
"""

import os
import re
from collections.abc import Sequence
from pathlib import Path

from survey.readers.cleaning import clean, decode, shown_name
from survey.readers.formats import MARKDOWN, TEXT, Found, format_of
from survey.records import Notice, Paper, Record, Skipped

VERSION = "4"
"""Goes up whenever a reader gives other records for the same file, so that kept readings are made again."""
PDF_BYTES = 200_000_000
TEXT_BYTES = 50_000_000

_OWN_FOLDERS = frozenset({"store", "outputs"})
_OWN_FILES = frozenset({"survey.toml"})
_NOT_PAPERS = re.compile(
    r"^(?:readme|licen[cs]e|copying|changelog|changes|history|authors|contributing|contributors|code_of_conduct|notice|security|todo|"
    r"requirements|makefile|citation)(?:[._-][\w-]++)*+$",
    re.IGNORECASE,
)
GIVE = "give the paper as PDF, LaTeX, HTML, DOCX, Markdown or text, or its record as BibTeX, RIS, CSL-JSON or CSV"
REPAIR = "repair it (a PDF: qpdf in.pdf out.pdf), save it anew, or give the paper in another format"
PARTS_OF_DOCUMENTS = frozenset((".bbl", ".bst", ".cls", ".sty", ".aux", ".clo", ".bbx", ".cbx", ".fls", ".synctex", ".out", ".blg"))
"""Suffixes of files that stand beside LaTeX documents and are no papers."""
_FOREIGN: tuple[tuple[bytes, str, str], ...] = (
    (b"\xd0\xcf\x11\xe0", "an old Office document", "save it as PDF"),
    (b"7z\xbc\xaf", "a 7z archive", "unpack it"),
    (b"Rar!", "a RAR archive", "unpack it"),
    (b"BZh", "a bzip2 archive", "unpack it"),
    (b"\xfd7zXZ", "an xz archive", "unpack it"),
    (b"%!PS", "a PostScript file", "convert it to PDF: ps2pdf"),
    (b"{\\rtf", "an RTF document", "save it as PDF"),
    (b"\x89PNG", "an image", GIVE),
    (b"\xff\xd8\xff", "an image", GIVE),
    (b"GIF8", "an image", GIVE),
    (b"SQLite format 3", "a database", GIVE),
)
_CURES = {".rst": "convert it to Markdown: pandoc -t gfm", ".org": "convert it to Markdown: pandoc -t gfm"}


class Reading(Record):
    """What was read from one or more files, and what was not."""

    papers: tuple[Paper, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    notices: tuple[Notice, ...] = ()
    opened: tuple[str, ...] = ()
    """Further files that the reading took in, each path as the system has it, in hexadecimal digits."""
    accident: bool = False
    """Whether the reader came to grief over it, which a second try may not."""


def find(paths: Sequence[Path]) -> list[Path]:
    """The files that ``paths`` name, folders gone through (sorted), each file once.

    Left out of folders: hidden files, a workspace's own ``store/``, ``outputs/`` and ``survey.toml``, and links that lead out
    of the folder. A path that does not exist and a folder without files stay in the list, so that :func:`read` says so.
    """
    return walk(paths)[0]


def walk(paths: Sequence[Path], closed: list[str] | None = None) -> tuple[list[Path], list[Path]]:
    """The files that ``paths`` name, as :func:`find` has them, and the links met that lead out of their folder.

    Folders that may not be looked into are added to ``closed``.
    """
    shut = [] if closed is None else closed
    found: dict[Path, None] = {}
    outward: dict[Path, None] = {}
    for path in paths:
        files, links = _inside(path, shut) if _is_folder(path) else ([path], [])
        found |= dict.fromkeys(files)
        outward |= dict.fromkeys(links)
    return list(found), list(outward)


def is_own(parts: Sequence[str]) -> bool:
    """Whether a path within a folder of papers leads to what is no paper there: hidden files, and a workspace's own."""
    return any(part.startswith(".") for part in parts) or parts[0] in _OWN_FOLDERS or parts[-1] in _OWN_FILES


def is_left_in_folders(path: Path) -> bool:
    """Whether a file of that name is read only when the user names it itself."""
    suffix = path.suffix.casefold()
    return suffix in {".bib", *PARTS_OF_DOCUMENTS} or (bool(_NOT_PAPERS.match(path.stem)) and suffix in {*MARKDOWN, *TEXT, ".rst"})


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a name too long, a folder above it closed: told when the path is read
        return False


def _inside(folder: Path, closed: list[str]) -> tuple[list[Path], list[Path]]:
    root = os.path.realpath(folder)
    files: list[Path] = []
    links: list[Path] = []

    def shut(error: OSError) -> None:
        closed.append(str(error.filename))

    for at, folders, names in os.walk(folder, onerror=shut):  # links to folders are not followed
        here = Path(at)
        own = _OWN_FOLDERS if (here / "survey.toml").exists() or (here / "store" / "library.sqlite").exists() else frozenset()
        if here == folder:
            own = _OWN_FOLDERS
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in own)
        for name in sorted(names):
            if not name.startswith(".") and name not in _OWN_FILES:
                (links if _leads_out(here / name, root) else files).append(here / name)
        links += [here / name for name in folders if _leads_out(here / name, root)]
    return sorted(files) or [folder], sorted(links)


def _leads_out(path: Path, root: str) -> bool:
    """Whether it is a link out of the folder ``root``, or to nothing."""
    return path.is_symlink() and not (os.path.realpath(path) + os.sep).startswith(root + os.sep)


def read_all(paths: Sequence[Path], base: Path | None = None) -> Reading:
    """Everything that ``paths`` name, files and folders; sources are named relative to ``base`` where they lie in it."""
    papers: list[Paper] = []
    skipped: list[Skipped] = []
    named = frozenset(paths)
    for path in find(paths):
        reading = read(path, _name(path, base), named=path in named)
        papers += reading.papers
        skipped += reading.skipped
    return Reading(papers=tuple(papers), skipped=tuple(skipped))


def _name(path: Path, base: Path | None) -> str:
    if base is not None and path.absolute().is_relative_to(base.absolute()):
        return path.absolute().relative_to(base.absolute()).as_posix()
    return path.as_posix()


def read(path: Path, name: str, *, named: bool = True) -> Reading:
    """The papers of one file. ``name`` is what sources and skipped records show.

    ``named`` says that the user named the file itself: a README met in a folder is no paper, one that is asked for is read.
    Never raises.
    """
    name = shown_name(name)
    lost = False
    try:
        found = _read(path, name, named)
    except PermissionError:
        lost = True
        found = [Skipped(source=name, reason="may not be read", cure="check the permissions of the file")]
    except OSError as error:
        lost = True  # a disk that fails, a share that is away: it may be there again the next time
        found = [Skipped(source=name, reason=f"cannot be opened: {error.strerror or type(error).__name__}", cure="check the path")]
    except MemoryError:
        found = [Skipped(source=name, reason="needs more memory than a file may take", cure=REPAIR)]
    except RecursionError:
        found = [Skipped(source=name, reason="nests too deep to be read", cure=REPAIR)]
    # A fault in a reader must cost one file, not the run; it is shown with its type, so that it can be reported.
    except Exception as error:
        message = clean(str(error)).replace("\n", " ")[:200]
        reason = f"could not be read: {type(error).__name__}: {message}"
        found = [Skipped(source=name, reason=reason, cure="please report this; convert the file to text")]
    return Reading(
        papers=tuple(item for item in found if isinstance(item, Paper)),
        skipped=tuple(item for item in found if isinstance(item, Skipped)),
        notices=tuple(item for item in found if isinstance(item, Notice)),
        accident=lost or not os.path.lexists(path),
    )


def _read(path: Path, name: str, named: bool) -> list[Found]:
    def skip(reason: str, cure: str) -> list[Found]:
        return [Skipped(source=name, reason=reason, cure=cure)]

    if not path.exists():
        return skip("does not exist", "check the path")
    if path.is_dir():
        return skip("the folder holds no files", "put papers into it, or name another folder")
    if not path.is_file():
        return skip("is no regular file", GIVE)
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(1024)
    pdf_inside = b"%PDF-" in start
    limit = PDF_BYTES if pdf_inside else TEXT_BYTES
    if size > limit:
        return skip(f"has {size:,} bytes, more than {limit:,}", "split it, or give the papers one by one")
    return read_data(path.read_bytes(), path, name, named=named)


def read_data(data: bytes, path: Path, name: str, *, named: bool = True) -> list[Found]:
    """What the bytes of a file hold; ``path`` tells its suffix, and its folder where a format is spread over several files."""
    if not named and _NOT_PAPERS.match(path.stem) and path.suffix.casefold() in {*MARKDOWN, *TEXT, ".rst"}:
        return [Skipped(source=name, reason="not a paper, by its name", cure="name the file itself to have it read", expected=True)]
    if not named and (part := _part_of_document(path)):
        return [Skipped(source=name, reason=f"belongs to {part}", cure="name the file itself to have it read", expected=True)]
    if not data:
        return [Skipped(source=name, reason="is empty", cure="get the file again")]
    if b"%PDF-" in data[:1024]:
        from survey.readers import pdf  # pypdfium2 loads a library of 9 MB

        return [*pdf.read(data, name)]
    return _read_text(data, path, name)


def _part_of_document(path: Path) -> str:
    """What a file met in a folder is a part of: styles and reference lists of a LaTeX document are no papers; "" for others."""
    suffix = path.suffix.casefold()
    if suffix not in {".bib", *PARTS_OF_DOCUMENTS}:
        return ""
    if suffix != ".bib":
        return "a LaTeX document, and is no paper"
    from survey.readers import latex

    document = latex.reference_list_of(path)
    return f"{document}, as its reference list" if document else ""


def _read_text(data: bytes, path: Path, name: str) -> list[Found]:  # noqa: PLR0911 - a return for every refusal
    def skip(reason: str, cure: str) -> list[Found]:
        return [Skipped(source=name, reason=reason, cure=cure)]

    suffix = path.suffix.casefold()
    for magic, what, cure in _FOREIGN:
        if data.startswith(magic):
            return skip(f"is {what}, not a paper in a format that is read", cure)
    if data.startswith(b"PK\x03\x04") and suffix in {".odt", ".pptx", ".xlsx", ".epub"}:
        return skip("is an office document other than DOCX", "save it as DOCX or PDF")
    if data.startswith(b"PK\x03\x04") and suffix == ".docx":
        from survey.readers.marked import docx

        return docx.read(data, name)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b")) or data[257:262] == b"ustar":
        from survey.readers import archive

        return archive.read(data, name)
    decoded = decode(data)
    if decoded is None:
        return skip("is not text" if suffix != ".pdf" else "is named .pdf but is none", "save it as UTF-8 text" if suffix in TEXT else GIVE)
    text = clean(decoded)
    if not text.strip():
        return skip("is empty", "get the file again")
    found = format_of(text, suffix)
    if suffix == ".pdf":
        page = found is not None and found.name == "HTML"
        what = "is a web page, not a PDF" if page else "is named .pdf but holds text"
        cure = "download the paper itself (a login page is sold as PDF at times)" if page else "download the paper again, or name it .txt"
        return skip(what, cure)
    if found is None:
        return skip(f"{shown_name(suffix) or 'a file without suffix'}: not a format that is read", _CURES.get(suffix, GIVE))
    if found.name in {"Markdown", "text"}:
        from survey.readers import listing

        if (page_of_papers := listing.read(text, name)) is not None:
            return [*page_of_papers]
    if found.name == "LaTeX":
        from survey.readers import latex

        return latex.read(text, name, path.parent)  # a document may be spread over several files
    return found.reader(decoded if found.name == "CSV" else text, name)  # tabs part cells there
