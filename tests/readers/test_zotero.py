"""Zotero's RDF: containers, creators, attachments, and what stands in "Extra"."""

from survey.readers.bibliographies import zotero
from survey.records import Paper, Skipped

NAMES = " ".join(
    f'xmlns:{prefix}="{address}"'
    for prefix, address in {
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "z": "http://www.zotero.org/namespaces/export#",
        "dcterms": "http://purl.org/dc/terms/",
        "link": "http://purl.org/rss/1.0/modules/link/",
        "bib": "http://purl.org/net/biblio#",
        "foaf": "http://xmlns.com/foaf/0.1/",
        "dc": "http://purl.org/dc/elements/1.1/",
        "prism": "http://prismstandard.org/namespaces/1.2/basic/",
        "vcard": "http://nwalsh.com/rdf/vCard#",
    }.items()
)
LIBRARY = f"""<rdf:RDF {NAMES}>
<bib:Article rdf:about="http://example.org/owls">
  <z:itemType>journalArticle</z:itemType><dcterms:isPartOf rdf:resource="urn:issn:1234-5678"/>
  <bib:authors><rdf:Seq><rdf:li><foaf:Person><foaf:surname>Byron</foaf:surname><foaf:givenName>Ada</foaf:givenName></foaf:Person></rdf:li>
  <rdf:li><foaf:Person><foaf:surname>Owl Society</foaf:surname></foaf:Person></rdf:li></rdf:Seq></bib:authors>
  <link:link rdf:resource="#item_2"/><link:link rdf:resource="#item_3"/>
  <dc:subject>owls</dc:subject><dc:subject><z:AutomaticTag><rdf:value>night</rdf:value></z:AutomaticTag></dc:subject>
  <dc:title>On Owls</dc:title><dcterms:abstract>They hunt.</dcterms:abstract><dc:date>April 3, 2019</dc:date>
  <dc:identifier><dcterms:URI><rdf:value>http://example.org/owls</rdf:value></dcterms:URI></dc:identifier>
  <dc:description>PMID: 123
Citation Key: byron2019</dc:description><bib:pages>12–19</bib:pages>
</bib:Article>
<bib:Journal rdf:about="urn:issn:1234-5678"><prism:volume>7</prism:volume><dc:title>Journal of Birds</dc:title>
  <dc:identifier>DOI 10.1234/ABC.5</dc:identifier><prism:number>2</prism:number><dc:identifier>ISSN 1234-5678</dc:identifier></bib:Journal>
<z:Attachment rdf:about="#item_2"><z:itemType>attachment</z:itemType><rdf:resource rdf:resource="files/2/Byron 2019.pdf"/></z:Attachment>
<z:Attachment rdf:about="#item_3"><z:itemType>attachment</z:itemType><rdf:resource rdf:resource="files/3/page.html"/></z:Attachment>
<bib:Memo rdf:about="#item_4"><rdf:value>my note</rdf:value></bib:Memo>
<rdf:Description rdf:about="#item_5"><z:itemType>conferencePaper</z:itemType>
  <dcterms:isPartOf><bib:Journal><dc:title>Proceedings of Mice</dc:title></bib:Journal></dcterms:isPartOf>
  <bib:editors><rdf:Seq><rdf:li><foaf:Person><foaf:surname>Ed</foaf:surname></foaf:Person></rdf:li></rdf:Seq></bib:editors>
  <dc:title>On Mice</dc:title><dc:date>2020</dc:date></rdf:Description>
<bib:Book rdf:about="#item_6"><z:itemType>book</z:itemType></bib:Book>
</rdf:RDF>"""


def test_items_with_their_journal_their_files_and_their_keys() -> None:
    owls, mice, untitled = zotero.read(LIBRARY, "export/library.rdf")
    assert isinstance(owls, Paper) and isinstance(mice, Paper) and isinstance(untitled, Skipped)
    assert (owls.key, owls.kind, owls.title, owls.authors) == ("byron2019", "article", "On Owls", ("Ada Byron", "Owl Society"))
    assert (owls.venue, owls.volume, owls.number, owls.page_range) == ("Journal of Birds", "7", "2", "12-19")
    assert (owls.date, owls.doi, owls.pmid, owls.url) == ("2019-04-03", "10.1234/abc.5", "123", "http://example.org/owls")
    assert (owls.keywords, owls.abstract) == (("owls", "night"), "They hunt.")
    assert owls.files == ("export/files/2/Byron 2019.pdf",)
    assert (mice.kind, mice.venue, mice.date, mice.authors) == ("inproceedings", "Proceedings of Mice", "2020", ())
    assert untitled.place == "item 3" and untitled.cure


def test_a_doi_of_a_journal_that_two_items_share_is_no_ones() -> None:
    again = '<bib:Article rdf:about="#b"><z:itemType>journalArticle</z:itemType><dcterms:isPartOf rdf:resource="urn:issn:1234-5678"/>'
    found = zotero.read(LIBRARY.replace("<bib:Memo", f"{again}<dc:title>B</dc:title></bib:Article><bib:Memo"), "library.rdf")
    assert [p.doi for p in found if isinstance(p, Paper)] == ["", "", ""]


def test_what_is_no_library_is_told() -> None:
    for text in (f"<rdf:RDF {NAMES}/>", "<rdf:RDF", f"<rdf:RDF {NAMES}><a>"):
        assert all(isinstance(item, Skipped) and item.cure for item in zotero.read(text, "x.rdf"))
