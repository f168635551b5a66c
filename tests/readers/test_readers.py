"""Which reader reads a file, what is found in folders, and how every fault ends: as a record with reason and cure."""

import os
from pathlib import Path

import pytest

from survey import readers
from survey.readers import find, read, read_all

BIB = b"@article{a, title={On Owls}}\n"
PAGE = b"CLMar 3, 2021\nOn OwlsAda Byron\nThey hunt.\n"


def put(path: Path, data: bytes | str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def test_folders_are_gone_through_sorted_and_without_what_is_not_the_users(tmp_path: Path) -> None:
    left_out = ("b/.hidden.bib", ".git/x.bib", "store/library.txt", "outputs/s/survey.md", "survey.toml")
    for name in ("b/two.bib", "a.bib", "b/outputs/mine.bib", *left_out):
        put(tmp_path / name, BIB)
    outside = put(tmp_path.parent / f"{tmp_path.name}-outside.bib", BIB)
    (tmp_path / "link.bib").symlink_to(outside)
    (tmp_path / "inner.bib").symlink_to(tmp_path / "a.bib")
    (tmp_path / "up").symlink_to(tmp_path.parent, target_is_directory=True)
    names = [path.relative_to(tmp_path).as_posix() for path in find([tmp_path])]
    assert names == ["a.bib", "b/outputs/mine.bib", "b/two.bib", "inner.bib"]


def test_a_path_named_twice_is_read_once_and_a_missing_one_is_told(tmp_path: Path) -> None:
    one = put(tmp_path / "a.bib", BIB)
    found = read_all([one, tmp_path, tmp_path / "nope.bib"], tmp_path)
    assert [p.sources[0].path for p in found.papers] == ["a.bib"]
    assert [(s.source, s.reason) for s in found.skipped] == [("nope.bib", "does not exist")]


def test_a_name_that_no_file_can_have_is_told() -> None:
    (skipped,) = read_all([Path("x" * 5000)]).skipped
    assert "cannot be opened" in skipped.reason


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    (skipped,) = read_all([tmp_path]).skipped
    assert "no files" in skipped.reason and skipped.cure


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("x.txt", b"", "is empty"),
        ("x.txt", b" \n\n ", "is empty"),
        ("x.txt", bytes(range(256)) * 9, "not text"),
        ("x.pdf", b"<!DOCTYPE html><html><title>Log in</title></html>", "web page"),
        ("x.pdf", b"just words", "named .pdf"),
        ("x.pdf", b"\x00\x01\x02", "named .pdf"),
        ("x.html", b"<html></html>", "web page"),
        ("x.docx", b"PK\x03\x04rest", "damaged or cut off"),
        ("x.zip", b"PK\x03\x04rest", "archive"),
        ("x.csv", b"a,b\n1,2\n", "not a format"),
        ("x.ris", b"TY  - JOUR\n", "no title"),
        ("x.json", b'{"a": 1}', "not a format"),
        ("x.bib", b"nothing", "no BibTeX"),
    ],
)
def test_what_is_not_read_says_why_and_what_to_do(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    found = read(put(tmp_path / name, data), name)
    assert found.papers == ()
    (skipped,) = found.skipped
    assert reason in skipped.reason and skipped.cure and skipped.source == name


@pytest.mark.parametrize(
    ("name", "data", "reader"),
    [
        ("x.bib", BIB, "bibtex"),
        ("x.txt", BIB, "bibtex"),
        ("x.txt", PAGE, "listing"),
        ("x.md", PAGE, "listing"),
        ("page", PAGE, "listing"),
        ("x.md", b"# Owls\n\nText.\n", "markdown"),
        ("x.txt", b"---\ntitle: Owls\n---\nText.\n", "markdown"),
        ("x.txt", b"On the Hearing of Owls\n\nThey hunt at night, and they hear very well.\n", "text"),
        ("x.xml", b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>T</title></entry></feed>", "atom"),
        ("x.txt", b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>T</title></entry></feed>", "atom"),
    ],
)
def test_content_decides_before_the_suffix(tmp_path: Path, name: str, data: bytes, reader: str) -> None:
    (paper,) = read(put(tmp_path / name, data), name).papers
    assert paper.sources[0].reader == reader


@pytest.mark.parametrize("code", ["utf-8-sig", "cp1252", "utf-16"])
def test_other_codes_are_understood(tmp_path: Path, code: str) -> None:
    text = "On the Hearing of Owls\n\nJosé heard them – “at night” – and wrote it down in a book.\n"
    (paper,) = read(put(tmp_path / "x.txt", text.encode(code)), "x.txt").papers
    assert paper.title == "On the Hearing of Owls" and paper.text.startswith("José heard them – “at night”")


def test_readmes_are_papers_only_when_named(tmp_path: Path) -> None:
    file = put(tmp_path / "README.md", "# Owls\n\nHow to read these papers.\n")
    (skipped,) = read_all([tmp_path]).skipped
    assert "not a paper" in skipped.reason and skipped.expected
    assert len(read_all([file]).papers) == 1
    assert len(read_all([put(tmp_path / "changes_in_owls.md", "# Changes in Owls\n\nText.\n")]).papers) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    file = put(tmp_path / "x.bib", BIB)
    file.chmod(0)
    assert "may not be read" in read(file, "x.bib").skipped[0].reason


def test_a_file_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "TEXT_BYTES", 10)
    assert "more than 10" in read(put(tmp_path / "x.bib", BIB), "x.bib").skipped[0].reason


def test_a_fault_in_a_reader_costs_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from survey.readers.bibliographies import bibtex

    def broken(text: str, name: str) -> None:
        raise KeyError("inside")

    monkeypatch.setattr(bibtex, "read", broken)
    put(tmp_path / "a.bib", BIB)
    put(tmp_path / "b.md", "# Owls\n\nText.\n")
    found = read_all([tmp_path], tmp_path)
    assert [s.reason for s in found.skipped] == ["could not be read: KeyError: 'inside'"]
    assert len(found.papers) == 1


def test_unseen_characters_do_not_reach_the_record(tmp_path: Path) -> None:
    hidden = "On \u202eOwls\u202c and\u200b Mi\x00\x07ce\n\nThey hunt,\ufeff and hear \U000e0041very well in the efﬁcient dark. e\u0301\n"
    (paper,) = read(put(tmp_path / "x.md", f"# {hidden}"), "x.md").papers
    assert paper.title == "On Owls and Mice"
    assert paper.text == "They hunt, and hear very well in the efficient dark. é"
