"""Fetching against a stand-in on this machine: manners, faults, redirects, kept replies. The clock is a fake, so nothing waits."""

import logging
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr

from survey.errors import BadQuery, FetchFailed
from survey.fetching import SERVICES, Fetched, client, fetch, planned
from tests.fetching.stand_in import Act, StandIn, cut, feed, redirect, sends, sends_json, status, works
from tests.models.hostile import FakeClock

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


def asked(path: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}


def got(store: Path, server: StandIn, service: str = "arxiv", query: str = "frogs", clock: FakeClock | None = None, **more: Any) -> Fetched:
    return fetch(service, query, store, base_url=server.url, clock=clock or FakeClock(), **more)


def failing(store: Path, *script: Act, service: str = "arxiv", **more: Any) -> tuple[str, int]:
    """What the error says, and how often the server was asked."""
    with StandIn(*script) as server, pytest.raises(FetchFailed) as error:
        got(store, server, service, **more)
    assert error.value.exit_code == 6
    assert not list(store.rglob("*.*"))  # nothing that is no reply is kept
    return str(error.value), len(server.paths)


# ---------------------------------------------------------------- manners


def test_pages_are_asked_one_by_one_with_pauses_and_a_name(tmp_path: Path) -> None:
    clock = FakeClock()
    full = feed(*(f"T{n}" for n in range(75)), total=500)
    with StandIn(sends(full), sends(full)) as server:
        fetched = got(tmp_path, server, query="loud frogs", clock=clock, most=150, email="me@pond.org")
    assert [asked(path)["start"] for path in server.paths] == ["0", "75"]
    assert asked(server.paths[0]) | {"start": ""} == {
        "search_query": "all:loud AND all:frogs",
        "start": "",
        "max_results": "75",
        "sortBy": "relevance",
        "sortOrder": "descending",
    }
    assert server.headers[0]["user-agent"].startswith("fishbone-survey") and "mailto:me@pond.org" in server.headers[0]["user-agent"]
    assert clock.waits == [3.0]
    assert (fetched.papers, fetched.total, fetched.asked, fetched.kept) == (150, 500, 2, 0)
    assert [file.read_bytes() for file in fetched.files] == [full, full]


def test_the_pause_holds_between_two_runs(tmp_path: Path) -> None:
    with StandIn(sends(feed("A")), sends(feed("B"))) as server:
        (file,) = got(tmp_path, server).files
        clock = FakeClock(wall=file.stat().st_mtime + 1)
        got(tmp_path, server, query="toads", clock=clock)
    assert clock.waits == [pytest.approx(2.0)]


def test_no_page_is_asked_beyond_the_last(tmp_path: Path) -> None:
    with StandIn(sends(feed("A", "B"))) as server:
        fetched = got(tmp_path, server, most=1000)
    assert (len(server.paths), fetched.papers) == (1, 2)


def test_more_is_not_asked_than_a_service_gives() -> None:
    assert len(planned("s2", "frogs", 5000)) == 9
    assert len(planned("crossref", "frogs", 10_000)) == 100


@pytest.mark.parametrize("code", [429, 503])
def test_retry_after_is_obeyed(tmp_path: Path, code: int) -> None:
    clock = FakeClock()
    with StandIn(status(code, retry_after="7"), sends(feed("A"))) as server:
        assert got(tmp_path, server, clock=clock).papers == 1
    assert clock.waits == [7.0]
    assert len(server.paths) == 2


def test_an_empty_page_of_arxiv_where_there_are_papers_is_asked_for_again(tmp_path: Path) -> None:
    with StandIn(sends(feed(total=5)), sends(feed("A", total=1))) as server:
        assert got(tmp_path, server).papers == 1


def test_openalex_goes_by_cursor_with_a_key_and_by_page_without(tmp_path: Path) -> None:
    with StandIn(sends_json(works(60, 120, "next")), sends_json(works(60, 120))) as server:
        got(tmp_path / "a", server, "openalex", most=120, key=SecretStr("k3y"), email="me@pond.org")
        first, second = (asked(path) for path in server.paths)
        assert (first["cursor"], second["cursor"], first["api_key"], first["mailto"]) == ("*", "next", "k3y", "me@pond.org")
        server.script += [sends_json(works(60, 120)), sends_json(works(60, 120))]
        got(tmp_path / "b", server, "openalex", most=120)
        assert [asked(path)["page"] for path in server.paths[2:]] == ["1", "2"]
        assert "api_key" not in asked(server.paths[3])


def test_the_other_services_are_asked_as_they_want_it(tmp_path: Path) -> None:
    with StandIn(
        sends_json({"total": 1, "data": [{"title": "A"}]}),
        sends_json({"message": {"total-results": 1, "items": [{"title": ["A"]}]}}),
    ) as server:
        assert got(tmp_path, server, "s2", key=SecretStr("k3y")).papers == 1
        assert got(tmp_path, server, "crossref", email="me@pond.org").papers == 1
    assert server.paths[0].startswith("/graph/v1/paper/search?query=frogs&offset=0&limit=50")
    assert server.headers[0]["x-api-key"] == "k3y"
    assert asked(server.paths[1])["mailto"] == "me@pond.org"
    assert "x-api-key" not in server.headers[1]


def test_dois_are_asked_one_by_one_and_an_unknown_one_stops_nothing(tmp_path: Path) -> None:
    with StandIn(status(404), sends_json({"title": "A", "DOI": "10.1000/b"})) as server:
        fetched = got(tmp_path, server, "doi", query="10.1000/a https://doi.org/10.1000/B")
    assert server.paths == ["/10.1000/a", "/10.1000/b"]
    assert server.headers[0]["accept"] == "application/vnd.citationstyles.csl+json"
    assert (len(fetched.files), [s.source for s in fetched.skipped]) == (1, ["doi:10.1000/a"])


def test_a_key_is_neither_shown_nor_recorded_nor_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with StandIn(sends_json(works(1, 1))) as server:
        fetched = got(tmp_path, server, "openalex", key=SecretStr("k3y-of-mine"))
    assert "k3y-of-mine" in server.paths[0]
    assert "k3y-of-mine" not in caplog.text + fetched.model_dump_json() + fetched.files[0].read_text()
    assert "k3y" not in str(planned("openalex", "frogs", has_key=True))
    with StandIn(status(401)) as server, pytest.raises(FetchFailed) as error:
        got(tmp_path, server, "openalex", query="toads", key=SecretStr("k3y-of-mine"))
    assert "k3y" not in str(error.value) and "key" in str(error.value)


# ---------------------------------------------------------------- kept replies


def test_a_kept_reply_is_not_asked_for_again(tmp_path: Path) -> None:
    with StandIn(sends(feed("A")), sends(feed("B"))) as server:
        first = got(tmp_path, server)
        second = got(tmp_path, server)
        assert (second.files, second.asked, second.kept) == (first.files, 0, 1)
        again = got(tmp_path, server, again=True)
    assert (again.files, again.asked) == (first.files, 1)
    assert b"<title>B</title>" in again.files[0].read_bytes()
    assert first.files[0].relative_to(tmp_path).as_posix().startswith("fetched/arxiv/frogs-")


def test_a_kept_reply_that_was_damaged_is_asked_for_again(tmp_path: Path) -> None:
    with StandIn(sends(feed("A")), sends(feed("A"))) as server:
        (file,) = got(tmp_path, server).files
        file.write_bytes(file.read_bytes()[:100])
        assert got(tmp_path, server).asked == 1


def test_what_came_before_a_fault_is_kept(tmp_path: Path) -> None:
    with StandIn(sends(feed(*"AB", total=500)), status(400)) as server:
        with pytest.raises(FetchFailed):
            got(tmp_path, server, most=150)
        server.script += [sends(feed(*"CD", total=500))]
        assert got(tmp_path, server, most=150).asked == 1


# ---------------------------------------------------------------- faults


@pytest.mark.parametrize(
    ("service", "content"),
    [
        ("arxiv", feed("A")[:150]),
        ("arxiv", b"<html>no</html>"),
        ("arxiv", b'<!DOCTYPE x [<!ENTITY a "b">]><feed xmlns="http://www.w3.org/2005/Atom"/>'),
        ("openalex", b'{"results": ['),
        ("openalex", b'{"error": "x"}'),
        ("crossref", b"[1]"),
        ("crossref", b"[" * 100_000),
        ("s2", b'{"data": 1}'),
    ],
)
def test_a_reply_that_is_none_is_an_error_and_not_kept(tmp_path: Path, service: str, content: bytes) -> None:
    said, times = failing(tmp_path, sends(content), service=service)
    assert "cannot be used" in said and times == 1


def test_a_reply_that_breaks_off_is_tried_again_and_then_told(tmp_path: Path) -> None:
    said, times = failing(tmp_path, *[cut(feed("A"))] * 5)
    assert "broke off" in said and times == 5


def test_a_server_that_is_not_there_is_told(tmp_path: Path) -> None:
    with StandIn() as server:
        address = server.url
    with pytest.raises(FetchFailed, match="cannot be reached"):
        fetch("arxiv", "frogs", tmp_path, base_url=address, clock=FakeClock())


def test_a_flood_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "MOST_BYTES", 1000)
    said, _ = failing(tmp_path, sends(b" " * 5000))
    assert "more than 1,000 bytes" in said


@pytest.mark.parametrize(
    "to", ["file:///etc/passwd", "https://elsewhere.org/x", "ftp://127.0.0.1/x", "http://elsewhere.org/", "https://u:p@127.0.0.1/"]
)
def test_redirects_lead_nowhere_else(tmp_path: Path, to: str) -> None:
    said, times = failing(tmp_path, redirect(to))
    assert "not followed" in said and times == 1


@pytest.mark.parametrize("to", ["https://[bad", "http://127.0.0.1:99999999/", "http://127.0.0.1:x/", "//[::1/"])
def test_a_redirect_to_what_is_no_address_is_told_with_it(tmp_path: Path, to: str) -> None:
    said, times = failing(tmp_path, redirect(to))
    assert times == 1 and to[:40] in said and "Check --base-url" in said


def test_redirects_on_the_same_host_are_followed_and_counted(tmp_path: Path) -> None:
    with StandIn(redirect("/moved"), sends(feed("A"))) as server:
        assert got(tmp_path, server).papers == 1
        assert server.paths[1] == "/moved"
    said, times = failing(tmp_path / "b", *[redirect("/on")] * 9)
    assert "from one address to the next" in said and times == 6


def test_the_doi_resolver_may_send_on_but_never_to_this_network(tmp_path: Path) -> None:
    made = client.Client(SERVICES["doi"], "https://doi.org", "", None, FakeClock())
    assert made._followed("https://doi.org/10.1/x", "https://api.crossref.org/v1/x") == "https://api.crossref.org/v1/x"
    for to in (
        "http://api.crossref.org/x",
        "https://127.0.0.1/x",
        "https://localhost/x",
        "https://10.0.0.1/",
        "https://[::1]/",
        "file:///x",
    ):
        with pytest.raises(FetchFailed):
            made._followed("https://doi.org/10.1/x", to)
    made.close()


@pytest.mark.parametrize(
    ("service", "query", "more"),
    [
        ("arxiv", "  ", {}),
        ("doi", "no doi here", {}),
        ("arxiv", "frogs", {"email": "me@pond.org\r\nx: y"}),
        ("arxiv", "frogs", {"base_url": "http://elsewhere.org"}),
        ("arxiv", "frogs", {"base_url": "file:///etc"}),
        ("arxiv", "frogs", {"base_url": "https://user:pass@pond.org"}),
    ],
)
def test_a_call_that_makes_no_sense_is_told_before_anything_is_sent(tmp_path: Path, service: str, query: str, more: dict[str, str]) -> None:
    with pytest.raises(BadQuery) as error:
        fetch(service, query, tmp_path, clock=FakeClock(), **more)  # type: ignore[arg-type]
    assert error.value.exit_code == 2


def test_an_arxiv_query_may_be_numbers_or_in_its_own_language() -> None:
    assert "id_list=1605.08386%2C2101.00001" in planned("arxiv", "1605.08386v1 arXiv:2101.00001")[0]
    assert "search_query=ti%3Afrogs+AND+au%3Aquist" in planned("arxiv", "ti:frogs AND au:quist")[0]
