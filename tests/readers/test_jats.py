"""JATS: facts of the front, text with its sections, captions and notes apart, the reference list as marked."""

import pytest

from survey.readers.marked import jats
from survey.records import Paper, Skipped

META = """<article-id pub-id-type="pmid">123</article-id><article-id pub-id-type="pmc">PMC456</article-id>
<article-id pub-id-type="doi">10.1234/ABC.5</article-id>
<title-group><article-title>On <italic>Strix</italic> &amp; CO<sub>2</sub><xref ref-type="fn" rid="f"><sup>*</sup></xref></article-title>
<subtitle>A Study</subtitle></title-group>
<contrib-group><contrib contrib-type="author"><name><surname>Byron</surname><given-names>Ada B.</given-names><suffix>Jr</suffix></name>
<xref ref-type="aff" rid="a"><sup>1</sup></xref></contrib>
<contrib contrib-type="author"><collab>Owl Society<contrib-group><contrib contrib-type="author"><name><surname>Member</surname>
<given-names>A</given-names></name></contrib></contrib-group></collab></contrib>
<contrib contrib-type="editor"><name><surname>Editor</surname><given-names>Ed</given-names></name></contrib></contrib-group>
<pub-date pub-type="pmc-release"><year>2018</year></pub-date><pub-date pub-type="collection"><year>2020</year></pub-date>
<pub-date pub-type="epub"><day>3</day><month>4</month><year>2019</year></pub-date>
<volume>7</volume><issue>2</issue><fpage>12</fpage><lpage>19</lpage>
<abstract abstract-type="graphical"><p>A picture.</p></abstract>
<abstract><sec><title>Background</title><p>Owls hunt.</p></sec><sec><title>Methods:</title><p>We listened.</p></sec></abstract>
<abstract abstract-type="plain-language-summary"><title>Summary</title><p>Birds.</p></abstract>
<kwd-group><kwd>owls</kwd><kwd>night</kwd></kwd-group><kwd-group kwd-group-type="abbreviations"><kwd>CO</kwd></kwd-group>"""
JOURNAL = """<journal-meta><journal-id journal-id-type="nlm-ta">J Birds</journal-id><journal-title-group><journal-title>Journal of Birds
</journal-title></journal-title-group><publisher><publisher-name>Feather &amp; Co</publisher-name></publisher></journal-meta>"""
BODY = """<sec><label>1</label><title>Introduction</title>
<p>Owls hear<xref ref-type="bibr" rid="r1"><sup>1</sup></xref> within 10<sup>&#x2212;3</sup> s, said Lee [<xref rid="r2">2</xref>]
<fig><label>Fig 1</label><caption><title>An owl.</title><p>It sits.</p></caption><graphic/></fig>and rest.</p>
<sec><title>Nests</title><p>Two kinds:</p><list><list-item><label>a.</label><p>high</p></list-item>
<list-item><p>low</p></list-item></list></sec></sec><sec><title>Methods</title><p>The mass is
<disp-formula><mml:math><mml:mi>m</mml:mi><mml:mo>=</mml:mo><mml:mfrac><mml:mi>a</mml:mi>
<mml:mn>2</mml:mn></mml:mfrac></mml:math><label>(1)</label></disp-formula>, where<fn><p>Measured twice.</p></fn> a is known.</p>
<disp-formula><tex-math>\\documentclass{x}\\begin{document}$$E = mc^2$$\\end{document}</tex-math></disp-formula>
<table-wrap><label>Table 1</label><caption><p>Masses.</p></caption><table><tr><td>4711</td></tr></table>
<table-wrap-foot><fn><p><sup>a</sup>In grams.</p></fn></table-wrap-foot></table-wrap></sec>"""
BACK = """<ack><p>We thank.</p></ack><app-group><app><label>A</label><title>Proofs</title><p>By hand.</p></app></app-group>
<ref-list><title>Literature cited</title>
<ref id="r1"><label>1</label><mixed-citation publication-type="journal"><person-group person-group-type="author">
<name><surname>Lee</surname>
<given-names>MJ</given-names></name>, <etal/></person-group> (<year>2008b</year>). <article-title>Hearing of owls</article-title>.
<source>J Birds</source> <volume>3</volume>:<fpage>480</fpage>&#x2013;<lpage>4</lpage>.
<pub-id pub-id-type="doi">10.1/X</pub-id></mixed-citation></ref>
<ref id="r2"><label>2</label><element-citation publication-type="book"><name><surname>Ray</surname><given-names>I</given-names></name>
<source>Birds of Prey</source><publisher-name>Feather</publisher-name><year>1999</year>
<pub-id pub-id-type="pmid">77</pub-id></element-citation></ref>
<ref id="r3"><label>3</label><mixed-citation>Somebody, a book, 1950.</mixed-citation><mixed-citation>Another, 1951.</mixed-citation></ref>
</ref-list>"""


def article(meta: str = META, body: str = BODY, back: str = BACK, more: str = "") -> str:
    front = f"<front>{JOURNAL}<article-meta>{meta}</article-meta></front>"
    return f"<article xmlns:mml='http://www.w3.org/1998/Math/MathML'>{front}<body>{body}</body><back>{back}</back>{more}</article>"


def one(text: str) -> Paper:
    (paper,) = jats.read(text, "x.nxml")
    assert isinstance(paper, Paper)
    return paper


def section(paper: Paper, heading: str) -> str:
    return next(paper.text[p.start : p.end] for p in paper.parts if p.heading == heading)


def test_the_front_gives_the_facts() -> None:
    paper = one(article())
    assert (paper.kind, paper.title) == ("article", "On Strix & CO2: A Study")
    assert paper.authors == ("Ada B. Byron Jr", "Owl Society")
    assert (paper.date, paper.doi, paper.pmid, paper.ids) == ("2019-04-03", "10.1234/abc.5", "123", ("pmcid:PMC456",))
    assert (paper.venue, paper.volume, paper.number, paper.page_range) == ("Journal of Birds", "7", "2", "12-19")
    assert (paper.publisher, paper.keywords) == ("Feather & Co", ("owls", "night"))


def dated(kind: str, date: str) -> str:
    return f'<pub-date pub-type="{kind}">{date}</pub-date>'


@pytest.mark.parametrize(
    ("dates", "date"),
    [
        (dated("ppub", "<month>Jan</month><year>2020</year>") + dated("collection", "<year>2019</year>"), "2020-01"),
        (dated("pub", "<string-date>2020-01-31</string-date>") + dated("epub", "<year>2019</year>"), "2020-01-31"),
        ('<pub-date date-type="pub" iso-8601-date="2020-01-31"/>', "2020-01-31"),
        (dated("collection", "<year>2019</year>") + dated("nihms-submitted", "<year>2017</year>"), "2019"),
        ("<permissions><copyright-year>2016</copyright-year></permissions>", "2016"),
    ],
)
def test_the_date_is_that_of_publication(dates: str, date: str) -> None:
    assert one(article(f"<title-group><article-title>T</article-title></title-group>{dates}", "", "")).date == date


def test_the_abstract_is_the_papers_own_and_others_stand_beside_it() -> None:
    paper = one(article())
    assert paper.abstract == "Background: Owls hunt.\n\nMethods: We listened."
    assert section(paper, "Plain language summary") == "Birds."
    assert section(paper, "Graphical") == "A picture."


def test_the_body_has_its_sections_and_no_tables() -> None:
    paper = one(article())
    kinds = {part.heading: part.kind for part in paper.parts}
    assert kinds["1 Introduction"] == kinds["Nests"] == "introduction"
    assert (kinds["Methods"], kinds["Appendix A Proofs"], kinds["Literature cited"]) == ("method", "appendix", "references")
    assert section(paper, "1 Introduction") == "Owls hear [1] within 10⁻³ s, said Lee [2] and rest."
    assert section(paper, "Nests") == "Two kinds:\n\na. high\n\nlow"
    assert section(paper, "Methods") == "The mass is m = a/2 (1), where a is known.\n\n$E = mc^2$"
    assert section(paper, "Footnotes") == "Measured twice."
    assert section(paper, "Acknowledgements") == "We thank."
    assert paper.captions == ["Fig 1. An owl. It sits.", "Table 1. Masses. a In grams."]
    assert "4711" not in paper.text


def test_the_reference_list_is_printed_and_parsed() -> None:
    paper = one(article())
    lee, ray, third, fourth = paper.cited
    assert lee.printed == "Lee MJ, et al. (2008b). Hearing of owls. J Birds 3:480–4. doi:10.1/X"
    assert (lee.label, lee.title, lee.authors, lee.more_authors) == ("1", "Hearing of owls", ("MJ Lee",), True)
    assert (lee.date, lee.venue, lee.volume, lee.page_range) == ("2008", "J Birds", "3", "480-484")
    assert ray.printed == "I Ray. Birds of Prey. Feather, 1999."
    assert (ray.kind, ray.title, ray.venue, ray.pmid) == ("book", "Birds of Prey", "", "77")
    assert (third.label, fourth.label, fourth.printed) == ("3", "3", "Another, 1951.")
    assert all(paper.text[c.start : c.end] == c.printed for c in paper.cited)


def test_a_set_of_articles_gives_a_paper_each_and_letters_are_told() -> None:
    letter = '<sub-article article-type="decision-letter"><front-stub/><body><p>Accept.</p></body></sub-article>'
    one_, told, two, empty = jats.read(f"<pmc-articleset>{article(more=letter)}{article(back='')}<article/></pmc-articleset>", "x.xml")
    assert isinstance(one_, Paper) and isinstance(two, Paper) and isinstance(told, Skipped) and isinstance(empty, Skipped)
    assert one_.sources[0].place == "article 1" and two.cited == ()
    assert "decision-letter" in told.reason and told.expected and "Accept." not in one_.text
    assert empty.place == "article 3" and not empty.expected


def test_of_a_set_that_is_cut_off_the_whole_articles_are_read() -> None:
    whole, told = jats.read(f"<pmc-articleset>{article()}{article()}"[:-200], "x.xml")
    assert isinstance(whole, Paper) and whole.sources[0].place == "article 1" and len(whole.cited) == 4
    assert isinstance(told, Skipped) and "cut off" in told.reason and told.place.startswith("line ")


def test_old_entities_are_spelt_out_and_hostile_xml_is_refused() -> None:
    old = '<!DOCTYPE article PUBLIC "-//NLM//DTD//EN" "x.dtd"><article><body>'
    old += "<p>1&ndash;2 &eacute; &lt;b&gt;&unknown; end</p></body></article>"
    assert one(old).text == "1–2 é <b> end"
    bomb = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10 if i else "lol"}">' for i in range(12))
    fetch = '<!DOCTYPE article [<!ENTITY x SYSTEM "file:///etc/passwd">]><article><body><p>&x;</p></body></article>'
    deep = "<article><body>" + "<sec>" * 200_000
    for text in (f"<!DOCTYPE article [{bomb}]><article><body><p>&e11;</p></body></article>", fetch, deep, "<article><body>", "<other/>"):
        (skipped,) = jats.read(text, "x.xml")
        assert isinstance(skipped, Skipped) and skipped.reason and skipped.cure
