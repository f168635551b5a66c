"""Archives: the LaTeX source that arXiv gives out (.tar.gz, or one .gz), and a .zip or .tar of papers. Read in memory, nothing is unpacked.

An archive with a name that leads out of it, a link or a device is refused whole: somebody made it to do harm.
"""

import gzip
import io
import posixpath
import re
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from survey.readers import latex
from survey.readers.cleaning import clean, decode, shown_name
from survey.readers.formats import Found, format_of
from survey.readers.latex.source import TEXT_BYTES, Beside, longest
from survey.records import Skipped

MOST_MEMBERS = 2_000
MOST_BYTES = 200_000_000
"""Of all members together, unpacked."""
MOST_RATIO = 200
FREE_BYTES = 20_000_000
"""Unpacked bytes to one packed, looked at where more than FREE_BYTES come out: text packs 4 to 10 times, a bomb a thousand times."""

_CURE = "unpack it, look what it is, and give the papers themselves"
_BESIDE_LATEX = frozenset((".tex", ".ltx", ".bib", ".bbl", ".bst", ".cls", ".sty", ".aux", ".clo", ".bbx", ".cbx", ".fls", ".out", ".blg"))
_FIGURES = frozenset((".pdf", ".png", ".jpg", ".jpeg", ".eps", ".ps", ".svg", ".gif", ".tikz", ".pgf", ".dat", ".csv", ".tif", ".tiff"))
_ARCHIVES = (b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ")
_OWN = re.compile(r"(?:^|/)(?:__MACOSX/|\.[^/]*(?:/|$)|Thumbs\.db$|desktop\.ini$)")


class Member(NamedTuple):
    name: str
    size: int
    open: Callable[[], bytes]


class Refused(Exception):
    """The archive cannot or must not be read."""

    def __init__(self, reason: str, cure: str = _CURE) -> None:
        super().__init__(reason)
        self.reason = reason
        self.cure = cure


def read(data: bytes, name: str) -> list[Found]:
    """The papers in the archive ``data``, each named "archive/member"; a LaTeX source is one paper."""
    try:
        if data.startswith(b"PK"):
            return _read_zip(data, name)
        if data.startswith(b"\x1f\x8b"):
            inner = _unpacked(data)
            return _of_members(_in_tar(inner), name) if _is_tar(inner) else _of_one(inner, name)
        return _of_members(_in_tar(data), name)
    except Refused as refused:
        return [Skipped(source=name, reason=refused.reason, cure=refused.cure)]
    except (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, OSError, ValueError, RuntimeError) as error:
        unknown = isinstance(error, NotImplementedError)  # what zipfile says of a way of packing that it does not know
        reason = "is packed in an unknown way" if unknown else "is an archive that is damaged or cut off"
        return [Skipped(source=name, reason=reason, cure="get the file again, or unpack it")]


def _is_tar(data: bytes) -> bool:
    return data[257:262] == b"ustar" or (len(data) > 512 and tarfile.is_tarfile(io.BytesIO(data[:20_000])))


# ---------------------------------------------------------------- what is in an archive


def _checked(name: str) -> str:
    """The plain name of a member. Raises :class:`Refused` for one that leads out of the archive."""
    plain = name.replace("\\", "/")
    if not plain:
        raise Refused("holds a file without a name")
    if plain.startswith("/") or re.match(r"[A-Za-z]:", plain) or ".." in plain.split("/") or "\0" in plain:
        raise Refused(f"holds a path that leads out of it: “{shown_name(name)[:80]}”")
    return posixpath.normpath(plain)


def _bounded(count: int, total: int, packed: int) -> None:
    if count > MOST_MEMBERS:
        raise Refused(f"holds more than {MOST_MEMBERS:,} files")
    if total > MOST_BYTES:
        raise Refused(f"unpacks to more than {MOST_BYTES:,} bytes")
    if total > FREE_BYTES and total > MOST_RATIO * packed:
        raise Refused(f"unpacks to more than {MOST_RATIO} times its size")


def _unpacked(data: bytes) -> bytes:
    """What the gzip stream ``data`` holds, never more than the bound."""
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
        pieces: list[bytes] = []
        total = 0
        while piece := file.read(1 << 20):
            total += len(piece)
            _bounded(0, total, len(data))
            pieces.append(piece)
    return b"".join(pieces)


def _in_tar(data: bytes) -> list[Member]:
    archive = tarfile.open(fileobj=io.BytesIO(data), mode="r:")  # noqa: SIM115 - in memory, and read from later
    members: list[Member] = []
    total = 0
    while (info := archive.next()) is not None:
        archive.members = []  # type: ignore[attr-defined]  # it would keep all of them
        plain = _checked(info.name)
        if not (info.isreg() or info.isdir()) or info.issparse():
            raise Refused(f"holds a link or a device: “{shown_name(info.name)[:80]}”")
        total += max(info.size, 0)
        _bounded(len(members) + 1, total, len(data))
        if info.isreg() and not _OWN.search(plain):
            start = info.offset_data
            members.append(Member(plain, info.size, lambda start=start, size=info.size: data[start : start + size]))  # type: ignore[misc]
    return members


def _read_zip(data: bytes, name: str) -> list[Found]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        infos = archive.infolist()
        _bounded(len(infos), sum(info.file_size for info in infos), len(data))
        names = {_checked(info.filename) for info in infos}
        if any(stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR) for info in infos if info.create_system == 3):
            raise Refused("holds a link or a device")
        if "word/document.xml" in names:
            from survey.readers.marked import docx

            return [*docx.read(data, name)]
        if "[Content_Types].xml" in names or "mimetype" in names:
            raise Refused("is an office document other than DOCX, or an e-book", "save it as DOCX or PDF")
        if any(info.flag_bits & 1 for info in infos):
            raise Refused("is encrypted", "unpack it with its password, and give the papers themselves")
        members = [
            Member(_checked(info.filename), info.file_size, lambda info=info: _of_zip(archive, info))  # type: ignore[misc]
            for info in infos
            if not info.is_dir() and not _OWN.search(_checked(info.filename))
        ]
        return _of_members(members, name, mixed=True)


def _of_zip(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """The bytes of a member: no more than it says it has, whatever comes out."""
    with archive.open(info) as file:
        return file.read(info.file_size + 1)[: info.file_size]


# ---------------------------------------------------------------- papers in it


def _of_one(data: bytes, name: str) -> list[Found]:
    """What a .gz holds that is no .tar: arXiv packs a source of one file so."""
    inside = Path(re.sub(r"\.gz$", "", name, flags=re.IGNORECASE)).name
    text = None if b"%PDF-" in data[:1024] else _text(data)
    if text is not None and latex.DOCUMENT.search(text):
        return latex.read_beside(text, name, lambda _: None)
    return _member(Member(inside, len(data), lambda: data), name)


def _of_members(members: list[Member], name: str, *, mixed: bool = False) -> list[Found]:
    """``mixed``: papers may stand beside a LaTeX document, so that a PDF is its figure only where it is named as one."""
    if not members:
        raise Refused("holds no files", "get the file again")
    files = {member.name: member for member in members}
    documents = _documents(members)
    found: list[Found] = []
    taken: set[str] = set()
    for folder, (main, others) in documents.items():
        texts = _beside(files, folder)
        found += latex.read_beside(main[1], _inside(name, main[0]), texts)
        reason = f"stands beside {shown_name(main[0])}, which was read as the paper"
        cure = "unpack the archive and give the file itself to have it read"
        found += [Skipped(source=_inside(name, other), reason=reason, cure=cure, expected=True) for other in others]
        mine = {n for n in files if _in_folder(n, folder) and _belongs(n)} | {main[0], *others}
        if mixed:
            sources = "".join(_text(files[n].open()) or "" for n in sorted(mine) if n.endswith(".tex") and files[n].size <= TEXT_BYTES)
            mine -= {n for n in mine if n.endswith(".pdf") and posixpath.dirname(n) == folder and not _shown(n, sources)}
        if count := len([n for n in mine - taken if Path(n).suffix.casefold() in _FIGURES]):
            reason = f"{count} figures and data files of the LaTeX document were left out"
            found.append(Skipped(source=_inside(name, main[0]), reason=reason, cure="nothing is lost of its text", expected=True))
        taken |= mine
    for member in members:
        if member.name not in taken:
            found += _member(member, _inside(name, member.name))
    return found


def _inside(archive: str, member: str) -> str:
    """What the records of a member are called: its name is whatever the packer wrote."""
    return f"{archive}/{shown_name(member)}"


def _shown(figure: str, sources: str) -> bool:
    """Whether the LaTeX ``sources`` name the file as a figure."""
    return bool(re.search(rf"[{{/]{re.escape(Path(figure).stem)}(?:\.\w+)?\s*\}}", sources))


def _in_folder(name: str, folder: str) -> bool:
    return not folder or name.startswith(f"{folder}/")


def _belongs(name: str) -> bool:
    return Path(name).suffix.casefold() in _BESIDE_LATEX | _FIGURES or bool(re.match(r"00README|anc/", name))


def _documents(members: list[Member]) -> dict[str, tuple[tuple[str, str], list[str]]]:
    """By folder: the main LaTeX document with its text, and the names of the further ones beside it."""
    texts: dict[str, str] = {}
    for member in members:
        if member.size <= TEXT_BYTES and Path(member.name).suffix.casefold() in {".tex", ".ltx", ""}:
            text = _text(member.open())
            head = latex.DOCUMENT.search(text) if text else None
            if text and head and head[1].strip() not in ("subfiles", "standalone"):
                texts[member.name] = text
    names = {member.name for member in members}
    folders: dict[str, list[str]] = {}
    for file in texts:
        folders.setdefault(posixpath.dirname(file), []).append(file)
    found: dict[str, tuple[tuple[str, str], list[str]]] = {}
    for folder in sorted(folders):
        if not any(folder != other and _in_folder(folder + "/", other) for other in found):  # else a part of that document
            ranked = sorted(folders[folder], key=lambda file: _rank(file, texts[file], names))
            below = [file for other in folders if other != folder and _in_folder(other + "/", folder) for file in folders[other]]
            found[folder] = ((ranked[0], texts[ranked[0]]), [*ranked[1:], *sorted(below)])
    return found


def _rank(file: str, text: str, names: set[str]) -> tuple[bool, bool, int, str]:
    """The main document has its own reference list, or a name that says so, or else the longest text."""
    path = Path(file)
    supplement = bool(re.search(r"supp|append|response|letter|cover|rebuttal", path.stem, re.IGNORECASE))
    own = f"{file.removesuffix(path.suffix)}.bbl" in names
    return supplement, not own, -(len(text) + 50_000 * len(latex.takes_in(text))), file


def _beside(files: dict[str, Member], folder: str) -> Beside:
    def beside(name: str) -> str | None:
        member = files.get(posixpath.normpath(posixpath.join(folder, name)))
        return _text(member.open()) if member is not None and member.size <= longest(name) else None

    return beside


def _text(data: bytes) -> str | None:
    text = decode(data)
    return None if text is None else clean(text)


def _member(member: Member, name: str) -> list[Found]:
    """One file of an archive, read as any other; what it names beside it is not looked for on the disk."""
    from survey.readers import PDF_BYTES, TEXT_BYTES, read_data  # the rooms of all formats, which call on this one

    data = member.open()
    suffix = Path(member.name).suffix.casefold()
    if data.startswith(_ARCHIVES) or (data.startswith(b"PK\x03\x04") and suffix != ".docx") or _is_tar(data[:20_000]):
        return [Skipped(source=name, reason="is an archive within an archive", cure="unpack it, and give what it holds")]
    limit = PDF_BYTES if b"%PDF-" in data[:1024] else TEXT_BYTES
    if len(data) > limit:
        return [
            Skipped(source=name, reason=f"has {len(data):,} bytes, more than {limit:,}", cure="unpack it, and give the papers one by one")
        ]
    text = None if b"%PDF-" in data[:1024] else _text(data)
    chosen = format_of(text, suffix) if text else None
    if text and chosen and chosen.name == "LaTeX":
        return latex.read_beside(text, name, lambda _: None)
    # A README is no paper here either; a .bib is, since no document in the archive has it as its list.
    return read_data(data, Path(Path(member.name).name), name, named=suffix == ".bib")
