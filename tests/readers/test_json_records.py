"""Records in JSON, told apart by their keys."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.readers.bibliographies import json_records
from survey.readers.formats import Found
from survey.records import Notice, Paper, Skipped

CSL = {
    "id": "byronOwls2019", "type": "article-journal", "title": "On <i>owls</i> & <span class=\"nocase\">Mice</span>",
    "author": [{"given": "Aaron", "non-dropping-particle": "van den", "family": "Oord"}, {"literal": "Owl Study Group"}],
    "issued": {"date-parts": [["2019", 3, 2]]}, "container-title": "Owls", "volume": 3, "issue": "4", "page": "1–9", "DOI": "10.1234/OWL.5",
    "note": "PMID: 77\nseen by day", "keyword": "night, mice", "abstract": "We counted.",
}  # fmt: skip
OPENALEX = {
    "id": "https://openalex.org/W123", "doi": "https://doi.org/10.1234/owl.5", "title": "On owls", "publication_date": "2019-03-02",
    "ids": {"pmid": "https://pubmed.ncbi.nlm.nih.gov/77"}, "authorships": [{"author": {"display_name": "Ada Byron"}}, {"author": None}],
    "primary_location": {"landing_page_url": "https://example.org", "source": {"display_name": "Owls", "type": "journal"}},
    "type": "article", "biblio": {"volume": "3", "issue": None, "first_page": "1", "last_page": "9"}, "is_retracted": True,
    "abstract_inverted_index": {"counted": [1, 3], "We": [0], "and": [2]}, "referenced_works": ["https://openalex.org/W9"],
}  # fmt: skip
SCHOLAR = {
    "paperId": "649def", "externalIds": {"DOI": "10.1234/owl.5", "ArXiv": "1903.00001", "PubMed": "77", "CorpusId": 5}, "title": "On owls",
    "authors": [{"authorId": "1", "name": "Ada Byron"}], "year": 2019, "journal": {"name": "Owls", "pages": "1 - 9"},
    "publicationTypes": ["JournalArticle"], "abstract": None,
    "references": [{"paperId": "7aa", "title": "On mice", "authors": [{"name": "Bo Lee"}], "year": 2001}, {"paperId": None, "title": None}],
}  # fmt: skip
CROSSREF = {
    "DOI": "10.1234/OWL.5", "type": "journal-article", "title": ["On <i>owls</i>"], "subtitle": ["A study"], "container-title": ["Owls"],
    "author": [{"given": "Ada", "family": "Byron"}, {"name": "Owl Study Group"}], "issued": {"date-parts": [[2019, 3]]}, "page": "1-9",
    "abstract": "<jats:title>Abstract</jats:title><jats:sec><jats:p>We <jats:italic>counted</jats:italic>, p &lt; .05.</jats:p></jats:sec>"
                "<jats:p>Twice.</jats:p>",
    "reference": [{"key": "r1", "unstructured": "Lee, B. Mice. 2001.", "DOI": "10.1234/Mice"},
                  {"key": "r2", "article-title": "Toads", "year": "1999a"}],
    "update-to": [{"DOI": "10.1234/old", "type": "retraction", "updated": {"date-parts": [[2020, 1, 2]]}}],
}  # fmt: skip
ZOTERO = {
    "itemType": "journalArticle", "citationKey": "byron2019", "title": "On owls", "date": "2019-03-02", "publicationTitle": "Owls",
    "creators": [{"firstName": "Ada", "lastName": "Byron", "creatorType": "author"}, {"name": "Bo Lee", "creatorType": "editor"}],
    "attachments": [{"path": "files/2/x.html"}, {"path": "files/1/x.pdf"}], "tags": [{"tag": "night"}],
}  # fmt: skip


def read(value: Any) -> list[Found]:
    return json_records.read(value if isinstance(value, str) else json.dumps(value), "lib/x.json")


def paper(value: Any) -> Paper:
    (found,) = [item for item in read(value) if isinstance(item, Paper)]
    return found


@pytest.mark.parametrize("wrap", [lambda item: [item], lambda item: item, lambda item: {"items": [item]}], ids=["array", "one", "items"])
def test_csl_json(wrap: Any) -> None:
    found = paper(wrap(CSL))
    assert (found.key, found.kind, found.title) == ("byronOwls2019", "article", "On owls & Mice")
    assert found.authors == ("Aaron van den Oord", "Owl Study Group")
    assert (found.date, found.venue, found.volume, found.number, found.page_range) == ("2019-03-02", "Owls", "3", "4", "1-9")
    assert (found.doi, found.pmid, found.note, found.keywords) == ("10.1234/owl.5", "77", "seen by day", ("night", "mice"))
    assert found.abstract == "We counted."


def test_an_id_that_a_program_made_is_no_citekey() -> None:
    for name in ("http://zotero.org/users/1/items/ABCD2345", "1/ABCD2345", "ITEM-1", 5, "10.1234/x"):
        assert paper([{**CSL, "id": name}]).key == ""
    assert paper([{**CSL, "id": "x", "citation-key": "byron"}]).key == "byron"


def test_works_of_openalex() -> None:
    found, notice = read({"meta": {}, "results": [OPENALEX]})
    assert isinstance(found, Paper) and isinstance(notice, Notice)
    assert (found.title, found.authors, found.kind, found.date) == ("On owls", ("Ada Byron",), "article", "2019-03-02")
    assert (found.doi, found.pmid, found.ids, found.venue) == ("10.1234/owl.5", "77", ("openalex:W123",), "Owls")
    assert (found.volume, found.page_range, found.abstract) == ("3", "1-9", "We counted and counted")
    assert [(cited.ids, cited.printed) for cited in found.cited] == [(("openalex:W9",), "")]
    assert (notice.nature, notice.doi) == ("Retraction", "10.1234/owl.5")


def test_papers_of_semantic_scholar() -> None:
    found = paper({"total": 1, "data": [SCHOLAR, None]})
    assert (found.title, found.authors, found.kind, found.date, found.venue) == ("On owls", ("Ada Byron",), "article", "2019", "Owls")
    assert (found.doi, found.arxiv, found.pmid, found.ids) == ("10.1234/owl.5", "1903.00001", "77", ("s2:649def", "corpusid:5"))
    assert [(cited.title, cited.authors, cited.date, cited.ids) for cited in found.cited] == [("On mice", ("Bo Lee",), "2001", ("s2:7aa",))]


@pytest.mark.parametrize("message", [CROSSREF, {"items": [CROSSREF]}], ids=["work", "list"])
def test_works_of_crossref(message: dict[str, Any]) -> None:
    found, notice = read({"status": "ok", "message": message})
    assert isinstance(found, Paper)
    assert (found.title, found.authors, found.kind) == ("On owls: A study", ("Ada Byron", "Owl Study Group"), "article")
    assert (found.date, found.venue, found.doi, found.page_range) == ("2019-03", "Owls", "10.1234/owl.5", "1-9")
    assert found.abstract == "We counted, p < .05.\n\nTwice."
    assert [(cited.label, cited.printed, cited.doi, cited.title, cited.date) for cited in found.cited] == [
        ("r1", "Lee, B. Mice. 2001.", "10.1234/mice", "", ""),
        ("r2", "", "", "Toads", "1999"),
    ]
    assert notice == Notice(nature="Retraction", date="2020-01-02", doi="10.1234/old", notice_doi="10.1234/owl.5", source="lib/x.json")


def test_items_of_zotero_lead_to_their_files() -> None:
    note = {"itemType": "note", "note": "x"}
    found, skipped = read({"config": {}, "items": [ZOTERO, note]})
    assert isinstance(found, Paper) and isinstance(skipped, Skipped) and skipped.expected
    assert (found.key, found.authors, found.date, found.venue) == ("byron2019", ("Ada Byron",), "2019-03-02", "Owls")
    assert found.files == ("lib/files/1/x.pdf", "lib/files/2/x.html")


def test_records_on_lines_and_one_that_is_broken() -> None:
    one, broken, two = read(json.dumps(OPENALEX | {"is_retracted": False}) + '\n{"id": \n' + json.dumps(SCHOLAR) + "\n")
    assert isinstance(one, Paper) and isinstance(two, Paper) and (one.sources[0].place, two.sources[0].place) == ("line 1", "line 3")
    assert isinstance(broken, Skipped) and broken.place == "line 2"


def test_an_unknown_record_among_known_ones_is_told_with_its_place() -> None:
    _, skipped, _ = read([CSL, {"colour": "red"}, CSL])
    assert isinstance(skipped, Skipped) and skipped.place == "record 2"


@pytest.mark.parametrize(
    "text", ["[" * 200_000, "[1, 2", "9" * 5000, '{"a": 1}', "[]", "{}", '"x"', "[1, [2]]", '{"message": {"items": 5}}']
)
def test_what_is_no_record_is_refused_once(text: str) -> None:
    (skipped,) = read(text)
    assert isinstance(skipped, Skipped) and skipped.reason and skipped.cure


_anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3), max_leaves=4
) | st.dictionaries(st.sampled_from(["family", "name", "date-parts", "title", "DOI", "display_name", "citedPaper"]), st.text(max_size=4))


@settings(max_examples=80, deadline=None)
@given(st.sampled_from([CSL, OPENALEX, SCHOLAR, CROSSREF, ZOTERO]), st.data())
def test_a_value_of_the_wrong_type_costs_no_more_than_itself(record: dict[str, Any], data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(sorted(record.keys() - {"id", "itemType", "type", "paperId", "DOI"})))
    found = read([record | {key: data.draw(_anything)}])
    assert any(isinstance(item, Paper | Skipped) for item in found)
