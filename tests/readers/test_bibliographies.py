"""Whatever stands in a bibliography's file, its reader gives records or says why not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.readers.bibliographies import bibtex, nbib, ris, table
from survey.readers.cleaning import clean
from survey.readers.formats import Reader

CASES = [
    (
        bibtex.read,
        ["@misc{", "@string{", "@xdata{", "k,", "title=", "crossref={k}", "ids={k}", "file={", "doi={", *'{}"#\\$%~,()\n', " and "],
    ),
    (
        ris.read,
        [
            "TY  - JOUR\n",
            "ER  - \n",
            "TI  - x\n",
            "AU  - ,\n",
            "  on\n",
            "DA  - 2019/13/45/\n",
            "FN x\n",
            "PT J\n",
            "CR ,,\n",
            "L1  - file:\n",
        ],
    ),
    (
        nbib.read,
        ["PMID- 1\n", "PMID-\n", "TI  - x\n", "AB  - A: b\n", "      on\n", "FAU - ,\n", "LID - [doi]\n", "PT  - Retracted Publication\n"],
    ),
    (table.read, ["Title", "DOI", "RetractionNature", "OriginalPaperDOI", "PT\tTI\tSO", *',;|\t\n"\r', "References", "1/1/2020"]),
]


@pytest.mark.parametrize(("read", "pieces"), CASES, ids=["BibTeX", "RIS", "NBIB", "table"])
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_text_makes_a_reader_raise_or_say_nothing(read: Reader, pieces: list[str], data: st.DataObject) -> None:
    text = "".join(data.draw(st.lists(st.sampled_from(pieces) | st.text(max_size=3), max_size=25)))
    assert read(text if read is table.read else clean(text), "x")
