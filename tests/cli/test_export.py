import json

import pytest

from survey.readers.bibliographies import bibtex, json_records, ris
from survey.readers.cleaning import clean
from survey.records import Paper
from tests.calling import call
from tests.conftest import PAPERS, Made

READERS = {"bibtex": bibtex.read, "ris": ris.read, "csl-json": json_records.read}


@pytest.mark.parametrize("form", READERS)
def test_every_paper_is_printed_and_can_be_read_back_with_its_citekey(made: Made, form: str) -> None:
    done = call("export", "--format", form, "-w", made.root)
    assert (done.code, done.err) == (0, "")
    back = [paper for paper in READERS[form](clean(done.raw.decode("utf-8")), "x") if isinstance(paper, Paper)]
    assert {paper.key for paper in back} == PAPERS
    tarr = next(paper for paper in back if paper.key == "tarr2021")
    assert tarr.title == "Capacity Fade of Lithium Batteries at Low Temperature"
    assert tarr.authors == ("Finn Tarr", "Eva Quist", "Gia Usman")
    assert tarr.abstract.startswith("Forecasting capacity fade")


def test_named_papers_are_printed_in_the_order_in_which_they_are_named(made: Made) -> None:
    done = call("export", "@volt2023", "tarr2021", "volt2023", "-w", made.root)
    assert [line for line in done.out.splitlines() if line.startswith("@")] == ["@article{volt2023,", "@article{tarr2021,"]


def test_json_is_one_object(made: Made) -> None:
    (item,) = call("export", "tarr2021", "--json", "-w", made.root).data["references"]
    assert item == json.loads(call("export", "tarr2021", "-f", "csl-json", "-w", made.root).out)[0]


def test_an_unknown_key_or_format_is_usage(made: Made) -> None:
    assert call("export", "tarr2012", "-w", made.root).code == 2
    assert call("export", "--format", "word", "-w", made.root).code == 2
