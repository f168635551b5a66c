import json

import pytest

from survey.library import Library
from tests.calling import call, ended, warm
from tests.conftest import PAPERS, Made


@pytest.mark.parametrize("key", sorted(PAPERS))
def test_the_text_is_printed_byte_for_byte(made: Made, key: str) -> None:
    with Library(made.root / "store" / "library.sqlite") as library:
        paper = library.paper(key)
    assert paper is not None
    done = call("show", key, "--text", "-w", made.root)
    assert (done.code, done.err) == (0, "")
    assert done.raw == paper.text.encode()


def test_quotes_can_be_looked_up_in_what_a_process_prints(made: Made) -> None:
    lines = (made.folder / "evidence.jsonl").read_text(encoding="utf-8").splitlines()
    quotes = [quote for line in lines for quote in json.loads(line)["quotes"] if quote["citekey"] == "thornCountingToadsDrones"]
    assert quotes
    text = ended(warm(["-m", "survey", "show", "thornCountingToadsDrones", "--text", "-w", made.root])).out
    assert all(text[quote["start"] : quote["end"]] == quote["text"] for quote in quotes)


def test_a_record_is_shown_with_its_facts_and_where_they_were_read(made: Made) -> None:
    done = call("show", "@tarr2021", "-w", made.root)
    assert done.code == 0
    for words in (
        "Capacity Fade of Lithium Batteries at Low Temperature",
        "Finn Tarr, Eva Quist, Gia Usman",
        "date: 2021-09",
        "papers/batteries.bib",
    ):
        assert words in done.out


def test_json_holds_the_text_only_where_it_is_asked_for(made: Made) -> None:
    assert "text" not in call("show", "tarr2021", "--json", "-w", made.root).data
    full = call("show", "tarr2021", "--json", "--text", "-w", made.root).data
    assert full["text"].startswith("Forecasting capacity fade of lithium batteries")
    assert full["key"] == "tarr2021"


def test_each_sentence_is_shown_with_its_role(made: Made) -> None:
    text = call("show", "tarr2021", "--text", "-w", made.root).out
    judged = call("show", "tarr2021", "--roles", "--json", "-w", made.root).data["roles"]
    assert {one["part"] for one in judged} == {"abstract"}
    assert all(text[one["start"] : one["end"]] == one["text"] and 0 < one["confidence"] <= 1 for one in judged)
    lines = call("show", "tarr2021", "--roles", "-w", made.root).out.splitlines()
    assert [(line.split()[0], line.endswith(one["text"])) for line, one in zip(lines, judged, strict=True)] == [
        (one["role"], True) for one in judged
    ]


def test_an_unknown_key_names_near_ones_and_is_usage(made: Made) -> None:
    done = call("show", "tarr2012", "-w", made.root)
    assert done.code == 2
    assert "'tarr2012'" in done.err
    assert "tarr2021" in done.err
    assert done.out == ""
    assert "survey status" in call("show", "xyz", "-w", made.root).err
