from pathlib import Path

import pytest

from tests.calling import call
from tests.fetching.stand_in import StandIn, feed, sends, sends_json, status, works

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


def test_papers_are_asked_for_recorded_and_added(tmp_path: Path) -> None:
    with StandIn(sends(feed("Loud Frogs", "Quiet Toads", total=9))) as server:
        done = call("fetch", "arxiv", "frogs", "--max", 2, "--base-url", server.url, "-w", tmp_path)
    assert done.code == 0
    assert done.out == "2 papers of 9 found, 2 of them new; 1 request sent, 0 replies kept from before.\n"
    assert "asking arXiv for “frogs”" in done.err
    shown = call("status", "-w", tmp_path, "--json").data
    assert {name for _, name in shown["keys"]} == {"Loud Frogs", "Quiet Toads"}
    (record,) = (tmp_path / "store" / "fetched" / "arxiv").iterdir()
    assert record.read_bytes() == feed("Loud Frogs", "Quiet Toads", total=9)


def test_a_second_call_asks_nobody(tmp_path: Path) -> None:
    with StandIn(sends(feed("Loud Frogs"))) as server:
        for _ in range(2):
            done = call("fetch", "arxiv", "frogs", "--base-url", server.url, "-w", tmp_path, "--json", "--quiet")
            assert (done.code, done.err) == (0, "")
    assert (done.data["asked"], done.data["kept"], done.data["added"]["new"]) == (0, 1, 0)
    assert len(server.paths) == 1


def test_papers_that_were_fetched_outlive_a_walk_through_the_workspace(tmp_path: Path) -> None:
    with StandIn(sends(feed("Loud Frogs"))) as server:
        call("fetch", "arxiv", "frogs", "--base-url", server.url, "-w", tmp_path)
    (tmp_path / "note.md").write_text("# A Note on Toads\n\nToads are quiet.\n", encoding="utf-8")
    assert call("add", tmp_path, "-w", tmp_path).code == 0
    assert {name for _, name in call("status", "-w", tmp_path, "--json").data["keys"]} == {"Loud Frogs", "A Note on Toads"}


def test_a_dry_run_sends_nothing_and_shows_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENALEX_API_KEY", "k3y-of-mine")
    with StandIn() as server:
        done = call("fetch", "openalex", "loud frogs", "--base-url", server.url, "--dry-run", "-w", tmp_path)
    assert (done.code, server.paths) == (0, [])
    assert done.out.startswith(f"{server.url}/works?search=loud+frogs")
    assert "k3y" not in done.out + done.err
    assert list(tmp_path.iterdir()) == []


def test_the_key_comes_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENALEX_API_KEY", "k3y-of-mine")
    with StandIn(sends_json(works(1, 1))) as server:
        done = call("fetch", "openalex", "frogs", "--base-url", server.url, "-w", tmp_path)
    assert "api_key=k3y-of-mine" in server.paths[0]
    assert "k3y" not in done.out + done.err
    assert not any(b"k3y" in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_nothing_found_and_a_service_that_refuses_are_told_apart(tmp_path: Path) -> None:
    with StandIn(sends(feed()), status(400)) as server:
        nothing = call("fetch", "arxiv", "frogs", "--base-url", server.url, "-w", tmp_path / "a")
        refused = call("fetch", "arxiv", "toads", "--base-url", server.url, "-w", tmp_path / "b")
    assert (nothing.code, refused.code) == (3, 6)
    assert "arXiv for “frogs”" in nothing.err
    assert "status 400" in refused.err


@pytest.mark.parametrize("arguments", [("pubmed", "frogs"), ("arxiv",), ("doi", "none"), ("arxiv", "frogs", "--max", "0")])
def test_a_call_that_makes_no_sense_is_usage(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    assert call("fetch", *arguments, "-w", tmp_path).code == 2
