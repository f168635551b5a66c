from pathlib import Path

from tests.calling import call


def test_the_example_collection_is_surveyed_and_stands(tmp_path: Path) -> None:
    done = call("demo", "-w", tmp_path, "--json", "--quiet")
    assert (done.code, done.err) == (0, "")
    assert done.data["papers"] == 60
    assert done.data["left_out"] == []
    assert done.data["folder"] == (tmp_path / "outputs" / "demo").as_posix()
    checked = call("verify", tmp_path / "outputs" / "demo", "-w", tmp_path, "--json")
    assert checked.code == 0
    assert checked.data["failed"] == []
    assert checked.data["cited"] >= done.data["claims"] > 60
