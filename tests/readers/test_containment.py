"""Files read in child processes: one that brings its reader down costs itself, the others are read."""

import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from survey.readers import containment
from survey.readers.containment import Job, read_contained

PAPER = "# Frogs in the Rain\n\nWe count frogs in the rain with two microphones and a patient student.\n"


def jobs(folder: Path, **files: bytes) -> list[Job]:
    found = []
    for name, data in files.items():
        path = folder / name.replace("__", ".")
        path.write_bytes(data)
        found.append(Job(path, path.name))
    return found


def child(program: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def test_readings_come_in_the_order_of_the_jobs(tmp_path: Path) -> None:
    asked = jobs(tmp_path, **{f"p{n}__md": PAPER.replace("Rain", f"Rain {n}").encode() for n in range(9)})
    titles = [reading.papers[0].title for reading in read_contained(asked)]
    assert titles == [f"Frogs in the Rain {n}" for n in range(9)]
    assert list(read_contained([])) == []


CRASH = "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"
CUT = "import sys; sys.stdin.readline(); print('half', end='', flush=True)"


@pytest.mark.parametrize("program", [CRASH, CUT])
def test_a_reader_that_dies_refuses_its_file_and_the_next_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    containment._children.end()
    with monkeypatch.context() as patch:
        patch.setattr(containment, "_start", lambda: child(program))
        (one,) = read_contained(jobs(tmp_path, one__md=PAPER.encode()))
    (skipped,) = one.skipped
    assert one.accident and "one.md" in str(skipped) and "brings its reader down" in skipped.reason and skipped.cure
    (two,) = read_contained(jobs(tmp_path, two__md=PAPER.encode()))
    assert [paper.title for paper in two.papers] == ["Frogs in the Rain"]


@pytest.mark.parametrize("program", [CRASH, CUT, "pass"])
def test_a_file_does_not_pay_for_what_befell_its_reader_before(tmp_path: Path, program: str) -> None:
    containment._children.idle.append(child(program))
    (one,) = read_contained(jobs(tmp_path, one__md=PAPER.encode()))
    assert [paper.title for paper in one.papers] == ["Frogs in the Rain"] and not one.accident


def test_the_reading_process_is_told_no_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND", raising=False)  # of these tests: it holds none
    monkeypatch.setenv("OPENAI_API_KEY", "sk-none")
    started: list[dict[str, str]] = []
    monkeypatch.setattr(subprocess, "Popen", lambda *arguments, env, **more: started.append(env))
    containment._start()
    assert "PATH" in started[0] and not any("KEY" in name for name in started[0])


def test_a_reader_that_hangs_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containment, "SECONDS", 0.05)
    containment._children.idle.append(child("import threading; threading.Event().wait()"))
    (reading,) = read_contained(jobs(tmp_path, one__md=PAPER.encode()))
    assert "takes more than" in reading.skipped[0].reason


def test_bombs_are_refused_and_the_run_goes_on(tmp_path: Path) -> None:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    laughs = f'<?xml version="1.0"?><!DOCTYPE article [<!ENTITY l0 "lol">{entities}]><article><front>&l9;</front></article>'
    deep = "<article>" + "<p>" * 200_000 + "</p>" * 200_000 + "</article>"
    asked = jobs(
        tmp_path, bomb__pdf=pdf_bomb(), laughs__xml=laughs.encode(), deep__xml=deep.encode(), deep__json=b"[" * 200_000 + b"]" * 200_000,
        good__md=PAPER.encode(),
    )  # fmt: skip
    *refused, good = read_contained(asked)
    for job, reading in zip(asked, refused, strict=False):
        assert reading.papers == (), job.name
        assert len(reading.skipped) == 1 and reading.skipped[0].reason and reading.skipped[0].cure, job.name
    assert len(good.papers) == 1


def test_the_reading_process_connects_to_nothing_and_writes_nothing(tmp_path: Path) -> None:
    code = (
        "import socket, subprocess, sys\nfrom survey.readers import child\nsys.addaudithook(child._only_reading)\n"
        "def connect():\n    socket.create_connection(('127.0.0.1', 9))\n"
        "def start():\n    subprocess.run(['true'])\n"
        "def write():\n    open(sys.argv[1], 'w')\n"
        "for act in (connect, start, write):\n"
        "    try:\n        act()\n    except PermissionError as error:\n        print(error)\n"
    )
    ran = subprocess.run([sys.executable, "-c", code, str(tmp_path / "x")], capture_output=True, text=True, check=True)
    assert [line.rpartition(" ")[2] for line in ran.stdout.splitlines()] == ["socket.getaddrinfo", "subprocess.Popen", "open"]
    assert not (tmp_path / "x").exists()


def pdf_bomb() -> bytes:
    """A page whose text is a gigabyte of blanks, packed twice."""
    packer = zlib.compressobj(9)
    once = b"".join([*(packer.compress(b" " * 2**20) for _ in range(2**10)), packer.flush()])
    stream = zlib.compress(once, 9)
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R >>",
        b"<< /Length %d /Filter [/FlateDecode /FlateDecode] >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(parts) + 1, table)
    return out + head + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(parts) + 1, len(out))
