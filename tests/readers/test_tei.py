"""GROBID's TEI: its header, its text with notes and captions apart, its reference list, and the lines of the page put together."""

from survey.readers.marked import tei
from survey.records import Paper, Skipped

HEADER = """<teiHeader><fileDesc><titleStmt><title level="a" type="main">On Owls</title></titleStmt>
<publicationStmt><publisher>Feather</publisher><date type="published" when="2019-04-03"/></publicationStmt>
<sourceDesc><biblStruct><analytic>
<author><persName><forename type="first">Ada</forename><forename type="middle">B</forename><surname>Byron</surname></persName>
<affiliation><orgName>Nest</orgName></affiliation></author>
<author><affiliation><orgName>Nobody</orgName></affiliation></author>
<author><persName><forename>Aaron</forename><nameLink>van den</nameLink><surname>Oord</surname></persName></author>
<title level="a" type="main">On Owls</title></analytic>
<monogr><title level="j">Journal of Birds</title><imprint><publisher>Feather</publisher><biblScope unit="volume">7</biblScope>
<biblScope unit="issue">2</biblScope><biblScope unit="page" from="12" to="19"/><date type="published" when="2019-04-03">3 April 2019</date>
</imprint></monogr><idno type="DOI">10.1234/ABC.5</idno>
<idno type="arXiv">arXiv:1904.00001v2[cs.SD]</idno></biblStruct></sourceDesc></fileDesc>
<profileDesc><textClass><keywords><term>owls</term><term>night</term></keywords></textClass>
<abstract><div><head>Methods</head><p>We listened.</p></div></abstract></profileDesc></teiHeader>"""
TEXT = """<text><body>
<div><head n="1">Introduction</head><p coords="1,2,3,4,5">Owls hear <ref type="bibr" target="#b0">[1]</ref>.</p></div>
<div><head n="1.1" coords="2,1,1,1,1">Nests</head><p>High up.</p><formula xml:id="formula_0">m = a / 2 <label>(1)</label></formula>
<p>They rest.</p><note place="foot" n="1">In winter.</note></div>
<figure xml:id="fig_0"><head>Fig. 1 .</head><label>1</label><figDesc>Fig. 1. An owl.</figDesc><graphic/></figure>
<figure type="table"><head>Table 1 .</head><label>1</label><figDesc>Masses.</figDesc><table><row><cell>4711</cell></row></table></figure>
</body><back><div type="acknowledgement"><div><p>We thank.</p></div></div>
<div type="annex"><div><head n="A">Proofs</head><p>By hand.</p></div></div>
<div type="references"><listBibl>
<biblStruct xml:id="b0"><analytic><title level="a" type="main">Hearing</title>
<author><persName><forename>M</forename><surname>Lee</surname></persName>
</author></analytic><monogr><title level="j">J Birds</title><imprint><biblScope unit="volume">3</biblScope>
<biblScope unit="page" from="480" to="484"/><date when="2008"/></imprint></monogr><idno type="DOI">10.1234/X</idno>
<note type="raw_reference">M. Lee: Hearing, J Birds 3 (2008)</note></biblStruct>
<biblStruct xml:id="b1"><monogr><title level="m">Birds of Prey</title>
<author><persName><forename>I</forename><surname>Ray</surname></persName></author>
<imprint><publisher>Feather</publisher><date when="1999"/></imprint></monogr></biblStruct></listBibl></div></back></text>"""
TEI = f'<TEI xmlns="http://www.tei-c.org/ns/1.0">{HEADER}{TEXT}</TEI>'


def one(text: str, name: str = "x.tei.xml") -> Paper:
    (paper,) = tei.read(text, name)
    assert isinstance(paper, Paper)
    return paper


def section(paper: Paper, heading: str) -> str:
    return next(paper.text[p.start : p.end] for p in paper.parts if p.heading == heading)


def test_the_header_gives_the_facts() -> None:
    paper = one(TEI)
    assert (paper.kind, paper.title, paper.authors) == ("article", "On Owls", ("Ada B Byron", "Aaron van den Oord"))
    assert (paper.date, paper.doi, paper.arxiv) == ("2019-04-03", "10.1234/abc.5", "1904.00001")
    assert (paper.venue, paper.volume, paper.number, paper.page_range) == ("Journal of Birds", "7", "2", "12-19")
    assert (paper.publisher, paper.keywords, paper.abstract) == ("Feather", ("owls", "night"), "Methods: We listened.")


def test_the_text_has_its_sections_and_pages_and_no_tables() -> None:
    paper = one(TEI)
    kinds = {part.heading: part.kind for part in paper.parts}
    assert kinds["1 Introduction"] == kinds["1.1 Nests"] == "introduction"
    assert kinds["Appendix"] == kinds["A Proofs"] == "appendix"
    assert section(paper, "1 Introduction") == "Owls hear [1]."
    assert section(paper, "1.1 Nests") == "High up.\n\nm = a / 2 (1)\n\nThey rest."
    assert (section(paper, "Footnotes"), section(paper, "Acknowledgements")) == ("In winter.", "We thank.")
    assert paper.captions == ["Fig. 1. An owl.", "Table 1 . Masses."] and "4711" not in paper.text
    assert next(page.number for page in paper.pages if page.start <= paper.text.index("They rest.") < page.end) == 2


def test_the_reference_list_is_as_printed_or_put_together() -> None:
    paper = one(TEI)
    lee, ray = paper.cited
    assert (lee.label, lee.printed) == ("b0", "M. Lee: Hearing, J Birds 3 (2008)")
    assert (lee.title, lee.authors, lee.venue, lee.page_range, lee.doi) == ("Hearing", ("M Lee",), "J Birds", "480-484", "10.1234/x")
    assert (ray.printed, ray.kind, ray.title, ray.venue) == ("I Ray. Birds of Prey. Feather, 1999.", "book", "Birds of Prey", "")
    assert all(paper.text[c.start : c.end] == c.printed for c in paper.cited)


def test_lines_of_the_page_are_put_together() -> None:
    lines = """<tei><teiHeader><fileDesc xml:id="0"/></teiHeader><text><head level="1">1. Intro-<lb/>duction<lb/></head>
    <p>State-of-the-art owls hunt at mid-<lb/>night, and they<lb/> hear in the state-of-the-<lb/>art way of the Ehlers-<lb/>Sachs theorem
    <ref type="biblio">1<lb/></ref> too.<lb/></p><item>one<lb/></item><figure>Figure 1 An<lb/> owl.</figure>
    <listBibl><bibl><label>[1]</label> <author>A. Byron</author>, <title level="a">On mid-<lb/>night</title>, <date>1843</date>.</bibl>
    </listBibl></text></tei>"""
    paper = one(lines, "lib/0807.3577.tei.xml")
    assert paper.text.startswith(
        "1. Introduction\n\nState-of-the-art owls hunt at midnight, and they hear in the state-of-the-art way of the"
    )
    assert "Ehlers-Sachs theorem 1 too.\n\none" in paper.text and paper.captions == ["Figure 1 An owl."]
    assert (paper.title, paper.arxiv, paper.date) == ("", "0807.3577", "2008-07") and paper.note.startswith("1. Introduction")
    assert (paper.cited[0].printed, paper.cited[0].title, paper.cited[0].date) == ("A. Byron, On midnight, 1843.", "On midnight", "1843")


def test_a_corpus_gives_a_paper_each_and_faults_are_told() -> None:
    found = tei.read(f"<teiCorpus>{TEI}{TEI}<TEI/></teiCorpus>", "x.xml")
    assert [getattr(item, "title", "") for item in found] == ["On Owls", "On Owls", ""]
    assert isinstance(found[2], Skipped) and found[2].place == "paper 3"
    for text in ("<TEI>", "<TEI>" * 200_000, "<other/>", '<!DOCTYPE TEI [<!ENTITY a "b">]><TEI><text>&a;</text></TEI>'):
        (skipped,) = tei.read(text, "x.xml")
        assert isinstance(skipped, Skipped) and skipped.reason and skipped.cure


def test_a_front_page_for_training_gives_what_it_marks() -> None:
    front = """<tei><teiHeader/><text><front><note type="doctype">Research Article</note>
    <docTitle><titlePart>On the Hearing of<lb/> Owls<lb/></titlePart>
    </docTitle><byline><docAuthor>Ada Byron 1,* , Emmy Noether 2<lb/> and Sofia K. Kovalevskaya 3<lb/></docAuthor></byline>
    <date>3 April 2019<lb/></date>
    <idno>doi:10.1234/abc.5</idno><div type="abstract">Abstract<lb/> Owls hunt by night, and no-<lb/>body knows how.<lb/></div>
    <keyword>Keywords: owls, night</keyword><div type="intro">1 Introduction<lb/> Owls are birds.<lb/></div></front></text></tei>"""
    paper = one(front)
    assert (paper.title, paper.authors) == ("On the Hearing of Owls", ("Ada Byron", "Emmy Noether", "Sofia K. Kovalevskaya"))
    assert (paper.date, paper.doi, paper.keywords) == ("2019-04-03", "10.1234/abc.5", ("owls", "night"))
    assert paper.text == "Abstract\n\nOwls hunt by night, and nobody knows how.\n\nIntroduction\n\nOwls are birds."
