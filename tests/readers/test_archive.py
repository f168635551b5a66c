"""Archives are read in memory: a LaTeX source is one paper, a bundle its papers, and what would do harm is refused whole."""

import gzip
import io
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.readers import archive
from survey.readers import read as read_file
from survey.records import Paper, Skipped
from survey.workspace import Workspace
from tests.conftest import toads_pdf

MAIN = rb"""\documentclass{article}\title{Ponds}\author{Ann Quist}\begin{document}
\section{Introduction}Frogs \cite{q}. \input{parts/more}\includegraphics{figs/pond}\bibliography{refs}\end{document}"""
SOURCE = {
    "main.tex": MAIN,
    "parts/more.tex": b"More of it.",
    "refs.bib": b"@article{q, title={Rain}, year=2019}",
    "figs/pond.pdf": b"%PDF-1.5 no paper",
    "style.cls": b"\\newcommand",
}


def tar(files: dict[str, bytes], mode: str = "w:gz", **links: str) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode=mode) as archive_file:  # type: ignore[call-overload]
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive_file.addfile(info, io.BytesIO(data))
        for name, target in links.items():
            info = tarfile.TarInfo(name)
            info.type, info.linkname = tarfile.SYMTYPE, target
            archive_file.addfile(info)
    return made.getvalue()


def zipped(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive_file:
        for name, data in files.items():
            archive_file.writestr(name, data)
    return made.getvalue()


def papers(data: bytes, name: str) -> list[Paper]:
    return [item for item in archive.read(data, name) if isinstance(item, Paper)]


def skipped(data: bytes, name: str = "x.zip") -> list[Skipped]:
    return [item for item in archive.read(data, name) if isinstance(item, Skipped)]


@pytest.mark.parametrize("mode", ["w:gz", "w"])
def test_a_latex_source_is_one_paper(mode: str) -> None:
    (paper,) = papers(tar(SOURCE, mode), "2103.01234v2.tar.gz")
    assert (paper.title, paper.authors, paper.arxiv) == ("Ponds", ("Ann Quist",), "2103.01234")
    assert "Frogs [q]. More of it." in paper.text
    assert [entry.title for entry in paper.cited] == ["Rain"]
    assert paper.sources[0].path == "2103.01234v2.tar.gz/main.tex"


def test_a_single_file_packed_is_read() -> None:
    (paper,) = papers(gzip.compress(MAIN), "2103.01234.gz")
    assert (paper.title, paper.arxiv) == ("Ponds", "2103.01234")
    (paper,) = papers(gzip.compress(toads_pdf()), "2103.01235.gz")
    assert paper.title == "Counting Toads with Drones"


def test_of_two_documents_the_one_with_the_text_is_the_paper() -> None:
    other = rb"\documentclass{article}\begin{document}\section{A} More.\end{document}"
    found = archive.read(tar({"supplement.tex": other * 3, **SOURCE}), "a.tar.gz")
    assert [item.title for item in found if isinstance(item, Paper)] == ["Ponds"]
    (told,) = [item for item in found if isinstance(item, Skipped) and item.source == "a.tar.gz/supplement.tex"]
    assert told.expected and "main.tex" in told.reason


def test_a_bundle_gives_each_of_its_papers_by_name() -> None:
    data = zipped(
        {
            "papers/toads.pdf": toads_pdf(),
            "lib.bib": SOURCE["refs.bib"],
            "README.md": b"# Read me",
            "latex/main.tex": MAIN,
            "latex/figs/pond.pdf": b"%PDF-",
            "__MACOSX/._x": b"x",
            "more.zip": zipped({"a": b"b"}),
        }
    )
    found = archive.read(data, "bundle.zip")
    assert {(item.title, item.sources[0].path) for item in found if isinstance(item, Paper)} == {
        ("Counting Toads with Drones", "bundle.zip/papers/toads.pdf"),
        ("Rain", "bundle.zip/lib.bib"),
        ("Ponds", "bundle.zip/latex/main.tex"),
    }
    told = {item.source: item for item in found if isinstance(item, Skipped)}
    assert "archive within an archive" in told["bundle.zip/more.zip"].reason
    assert told["bundle.zip/README.md"].expected
    assert not any("MACOSX" in name for name in told)


def test_a_pdf_beside_a_latex_document_is_a_paper_unless_it_is_its_figure() -> None:
    source = MAIN.replace(b"figs/pond", b"pond")
    found = papers(zipped({"main.tex": source, "pond.pdf": toads_pdf(), "other.pdf": toads_pdf()}), "x.zip")
    assert {paper.sources[0].path for paper in found} == {"x.zip/main.tex", "x.zip/other.pdf"}


@pytest.mark.parametrize("name", ["../x.tex", "a/../../x", "/etc/x", "C:/x", "..\\x"])
def test_a_name_that_leads_out_refuses_the_whole_archive(name: str) -> None:
    for data in (zipped({"good.tex": MAIN, name: b"x"}), tar({"good.tex": MAIN, name: b"x"})):
        (item,) = archive.read(data, "x.zip")
        assert isinstance(item, Skipped)
        assert "leads out of it" in item.reason and item.cure


def test_links_refuse_the_whole_archive() -> None:
    (item,) = skipped(tar({"good.tex": MAIN}, evil="/etc/passwd"))
    assert "a link or a device" in item.reason
    info = zipfile.ZipInfo("evil")
    info.create_system, info.external_attr = 3, 0o120777 << 16
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive_file:
        archive_file.writestr(info, "/etc/passwd")
    (item,) = skipped(made.getvalue())
    assert "a link or a device" in item.reason


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (zipped({"zeros.txt": b"0" * 30_000_000}), "unpacks to more than 200 times its size"),
        (gzip.compress(b"0" * 30_000_000), "unpacks to more than 200 times its size"),
        (zipped({str(number): b"" for number in range(2_001)}), "more than 2,000 files"),
        (zipped({"[Content_Types].xml": b"", "xl/workbook.xml": b""}), "office document"),
        (zipped({"mimetype": b"application/epub+zip"}), "e-book"),
        (zipped({}), "holds no files"),
        (zipped({"q": b"text"}).replace(b"q", b"\0"), "a file without a name"),
        (zipped({"a.txt": b"text"})[:40], "damaged or cut off"),
        (tar({"main.tex": MAIN})[:100], "damaged or cut off"),
        (b"\x1f\x8b" + b"junk" * 9, "damaged or cut off"),
    ],
)
def test_what_cannot_or_must_not_be_read_is_named(data: bytes, reason: str) -> None:
    (item,) = archive.read(data, "x.zip")
    assert isinstance(item, Skipped)
    assert reason in item.reason and item.cure


def test_an_encrypted_archive_is_named_as_such() -> None:
    data = bytearray(zipped({"a.txt": b"text"}))
    data[data.index(b"PK\x01\x02") + 8] |= 1  # the flag in the central directory, which is what readers look at
    (item,) = archive.read(bytes(data), "x.zip")
    assert isinstance(item, Skipped) and item.reason == "is encrypted"


def test_a_member_that_lies_about_its_size_is_not_read_beyond_it() -> None:
    data = bytearray(zipped({"a.txt": b"0" * 100_000}))
    at = data.index(b"PK\x01\x02") + 24
    data[at : at + 4] = (10).to_bytes(4, "little")
    found = archive.read(bytes(data), "x.zip")
    assert not any(isinstance(item, Paper) and len(item.text) > 10 for item in found)


@given(st.binary(max_size=400), st.sampled_from([b"PK\x03\x04", b"\x1f\x8b\x08", b""]))
def test_any_bytes_are_read_or_refused(data: bytes, magic: bytes) -> None:
    found = archive.read(magic + data, "x.zip")
    assert all(isinstance(item, Paper | Skipped) for item in found)


def test_members_see_no_file_of_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret.tex").write_text("TREASURE")
    monkeypatch.chdir(tmp_path)
    source = MAIN.replace(b"parts/more", b"secret")
    for data in (zipped({"main.tex": source}), zipped({"main": source}), gzip.compress(source)):
        assert "TREASURE" not in str(archive.read(data, "x.zip"))


def test_an_archive_is_read_like_any_file(tmp_path: Path) -> None:
    path = tmp_path / "source.tgz"
    path.write_bytes(tar(SOURCE))
    assert [paper.title for paper in read_file(path, "source.tgz").papers] == ["Ponds"]
    (tmp_path / "refs.bib").write_bytes(SOURCE["refs.bib"])
    (tmp_path / "main.tex").write_bytes(MAIN)
    (told,) = read_file(tmp_path / "refs.bib", "refs.bib", named=False).skipped
    assert told.expected and "main.tex" in told.reason
    assert [paper.title for paper in read_file(tmp_path / "refs.bib", "refs.bib").papers] == ["Rain"]


def test_a_workspace_counts_the_papers_of_an_archive(tmp_path: Path) -> None:
    (tmp_path / "bundle.zip").write_bytes(zipped({"toads.pdf": toads_pdf(), "lib.bib": SOURCE["refs.bib"], "empty.md": b""}))
    with Workspace.open(tmp_path) as workspace:
        added = workspace.add([tmp_path / "bundle.zip"])
    assert (len(added.papers), added.new) == (2, 2)
    assert [skipped.source for skipped in added.skipped] == ["bundle.zip/empty.md"]
