from pathlib import Path

from tests.calling import call
from tests.conftest import Made


def damaged(work: Made) -> Path:
    pointer = work.root / "store" / "index"
    pointer.write_text("index-gone")
    return pointer


def test_it_says_of_each_part_that_all_is_well(work: Made) -> None:
    done = call("doctor", "-w", work.root)
    assert done.code == 0
    parts = [line.split()[:2] for line in done.out.splitlines()]
    assert parts == [[name, "ok:"] for name in ("environment", "model", "library", "index", "outputs", "lock")]


def test_what_is_wrong_has_place_fault_and_cure_until_it_is_mended(work: Made) -> None:
    damaged(work)
    done = call("doctor", "-w", work.root)
    assert done.code == 8
    assert "index        WRONG" in done.out
    assert "store/index: there is no index" in done.out
    assert "survey doctor --repair" in done.err
    done = call("doctor", "--repair", "--quiet", "-w", work.root)
    assert (done.code, done.err) == (0, "")
    assert "mended       store/index" in done.out


def test_json_is_one_object(work: Made) -> None:
    damaged(work)
    done = call("doctor", "--json", "-w", work.root)
    assert done.code == 8
    places = [ailment["place"] for part in done.data["parts"] for ailment in part["ailments"]]
    assert "store/index" in places


def test_rebuild_builds_the_index_anew(work: Made) -> None:
    before = (work.root / "store" / "index").read_text()
    done = call("rebuild", "--json", "-w", work.root)
    assert done.code == 0
    assert done.data["passages"] > 0
    assert (work.root / "store" / "index").read_text() != before
    assert call("doctor", "-w", work.root).code == 0
