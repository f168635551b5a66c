import csv
import io

from lxml import etree

from tests.calling import call
from tests.conftest import Made


def test_text_tells_each_chain_with_the_words_of_its_papers(work: Made) -> None:
    done = call("chains", "-w", work.root, "-q")
    assert (done.code, done.err) == (0, "")
    flat = " ".join(done.out.replace("│", " ").split())
    assert work.result.chains
    for nth, chain in enumerate(work.result.chains, start=1):
        assert f"Chain {nth} " in flat
        for link in chain.links:
            assert link.later.quote.text[:40] in flat


def test_json_holds_links_and_chains_and_csv_a_row_a_link(work: Made) -> None:
    data = call("chains", "--json", "-w", work.root, "-q").data
    assert [chain["id"] for chain in data["chains"]] == [chain.id for chain in work.result.chains]
    rows = list(csv.DictReader(io.StringIO(call("chains", "-f", "csv", "-w", work.root, "-q").raw.decode("utf-8"), newline="")))
    assert len(rows) == len(data["links"])
    assert {(row["earlier"], row["later"]) for row in rows} == {link.ends for link in work.result.links}


def test_the_drawing_is_that_of_the_survey(work: Made) -> None:
    drawn = call("chains", "-f", "svg", "-w", work.root, "-q").raw
    assert drawn == (work.folder / "chains.svg").read_bytes()
    assert etree.fromstring(drawn).tag.endswith("svg")


def test_where_nothing_was_taken_up_it_says_so(work: Made) -> None:
    done = call("chains", "--since", "2023", "-w", work.root, "-q")
    assert done.code == 0
    assert "No later paper was found" in done.out
