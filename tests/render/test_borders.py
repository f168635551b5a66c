"""Every border escapes for itself: whatever a text says, a reader that does not know the writer finds the same form, and nothing active."""

import csv
import io
import json
import re
from html.parser import HTMLParser
from importlib.resources import files

import pytest
import yaml
from bibtexparser.entrypoint import parse_string
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from markdown_it import MarkdownIt

from bench.exports import survey_of
from bench.trust.planted import GOALS
from survey.cli.common import said
from survey.hiding import HIDING
from survey.outlines.form import outline_yaml
from survey.records import Bone, FishBone, Outline, PlannedSection, Reference
from survey.render.bibliography import latex, references_bib
from survey.render.csl import references_csl
from survey.render.evidence import evidence_csv, evidence_jsonl, survey_json
from survey.render.graphml import graphml
from survey.render.html import survey_html
from survey.render.markdown import survey_markdown
from survey.render.mermaid import fishbone_mermaid
from survey.render.ris import references_ris
from survey.render.sheets import sheet
from survey.render.svg import fishbone_svg
from survey.render.text import arxiv_address, doi_address, identifiers, pmid_address
from tests.render.strategies import hostile

PAYLOADS = [text.format(mark="canary", Mark="Canary", outside="/tmp") for texts in GOALS.values() for text in texts]
texts = hostile | st.sampled_from(PAYLOADS) | st.lists(st.sampled_from(PAYLOADS), max_size=3).map(" ".join)
few = settings(max_examples=40, deadline=None)
STEERING = re.compile(f"[\x00-\x09\x0b-\x1f\x7f-\x9f{HIDING}]")
ADDRESSES = ("href", "src", "xlink:href", "srcset", "action", "formaction", "data", "poster", "background", "style", "ping")


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.scripts: list[str] = []
        self.handlers: list[str] = []
        self._open = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._open = tag == "script"
        self.addresses += [value or "" for name, value in attrs if name in ADDRESSES]
        self.handlers += [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data: str) -> None:
        if self._open:
            self.scripts.append(data)

    def handle_endtag(self, tag: str) -> None:
        self._open = False


@few
@given(texts)
def test_a_page_has_its_own_script_and_links_to_itself_alone(text: str) -> None:
    page, plain = Page(survey_html(survey_of([text, "frogs"]))), Page(survey_html(survey_of(["ponds", "frogs"])))
    assert page.scripts == [files("survey.render").joinpath("page.js").read_text(encoding="utf-8")]
    assert not page.handlers
    assert set(page.tags) == set(plain.tags)
    allowed = {address for paper in survey_of([text, "frogs"]).papers for _, address in identifiers(paper)}
    assert all(address.startswith("#") or address == "data:," or address in allowed for address in page.addresses)


@few
@given(texts)
def test_markdown_has_no_markup_of_a_papers_even_for_a_careless_reader(text: str) -> None:
    written = survey_markdown(survey_of([text, "frogs"]))
    head, _, body = written.partition("\n---\n")
    assert (
        set(yaml.safe_load(head.removeprefix("---\n"))) == {"title", "subtitle", "bibliography", "link-citations", "suppress-bibliography"}
        or not text
    )
    tokens = [
        token
        for block in MarkdownIt("commonmark", {"html": True}).enable("table").parse(body)
        for token in [block, *(block.children or [])]
    ]
    assert not [
        token.content for token in tokens if token.type in ("html_inline", "html_block", "fence", "code_block", "code_inline", "hr")
    ]
    assert {str(token.attrs.get("href") or token.attrs["src"]) for token in tokens if token.type in ("link_open", "image")} <= {
        "fishbone.svg"
    }
    assert sum(token.type == "heading_open" for token in tokens) == len(survey_of([text, "frogs"]).sections) + 1


@few
@given(texts)
def test_a_drawing_and_a_graph_are_xml_without_scripts_or_addresses(text: str) -> None:
    bones = tuple(Bone(label=text, children=(Bone(kind="issue", label=text),)) for _ in range(2))
    for drawn in (fishbone_svg(FishBone(head=text, field=text, bones=bones), {}), graphml(survey_of([text, "frogs"]))):
        for node in etree.fromstring(drawn.encode("utf-8")).iter(etree.Element) if drawn else ():
            assert etree.QName(node).localname not in ("script", "foreignObject", "image", "use", "animate", "set", "iframe")
            for name, value in node.attrib.items():
                assert not str(name).startswith("on")
                assert etree.QName(name).localname != "href" or str(value).startswith("#")
        assert not re.search(r"@import|url\((?!#)", drawn) or "url(" in text or "@import" in text


@few
@given(texts)
def test_a_mermaid_label_is_one_line_at_its_depth(text: str) -> None:
    bones = (Bone(label=text, children=(Bone(kind="issue", label=text),)), Bone(label="frogs"))
    lines = fishbone_mermaid(FishBone(head="ponds", field=text, bones=bones)).removesuffix("\n").split("\n")
    assert [len(line) - len(line.lstrip(" ")) for line in lines] == [0, 2, 4, 6, 4]
    assert not any(re.search(r"%%|[<>;#]", line) or re.match(r" *(?:ishikawa|---)", line) for line in lines[1:])


@given(texts)
def test_no_cell_of_a_sheet_is_reckoned(text: str) -> None:
    rows = list(csv.reader(io.StringIO(sheet(("a", "b"), [(text, 1)]))))
    assert [len(row) for row in rows] == [2, 2]
    assert not re.match(r"\s*[=+\-@＝＋－＠]|[\t\r\n]", rows[1][0])
    assert all(len(row) == 9 for row in csv.reader(io.StringIO(evidence_csv(survey_of([text, "frogs"])))))


@given(texts)
def test_an_outline_is_read_as_the_text_that_it_was(text: str) -> None:
    section = PlannedSection(id="theme-1", title=text, questions=(text,), papers=("roe2019",), terms=(text,), about=text)
    papers = {"roe2019": Reference(key="roe2019", title=text, authors=(text,))}
    loaded = yaml.safe_load(outline_yaml(Outline(title=text, topic=text, sections=(section,), papers=("roe2019",)), papers))
    assert set(loaded) <= {"topic", "title", "sections", "papers"}
    assert loaded["title"] == text
    assert loaded["sections"][0]["questions"] == [text]
    assert loaded["sections"][0]["papers"] == ["roe2019"]


_CONTROL = re.compile(r"\\([A-Za-z]+|.)")
_WORDS = {
    "textbackslash",
    "textasciitilde",
    "textasciicircum",
    "textbar",
    "textless",
    "textgreater",
    "textquotedbl",
    "ldots",
    "textquotesingle",
}


@given(texts)
def test_tex_finds_signs_alone(text: str) -> None:
    written = latex(text)
    assert all(not word.isalpha() or word in _WORDS or word.startswith("text") for word in _CONTROL.findall(written))
    assert not re.search(r"[%$#&_^~]|\n", _CONTROL.sub("", written))
    assert written.count("{") - written.count("\\{") == written.count("}") - written.count("\\}")


@few
@given(texts)
def test_references_are_as_many_as_papers(text: str) -> None:
    papers = [
        Reference(key="roe2019", title=text, authors=(text,), venue=text, note=text, keywords=(text,), url=text, doi=text, arxiv=text)
    ]
    found = parse_string(references_bib(papers))
    assert (len(found.entries), found.failed_blocks, found.strings, found.preambles) == (1, [], [], [])
    assert len(json.loads(references_csl(papers))) == 1
    ris = references_ris(papers)
    assert len(re.findall(r"(?m)^TY  - ", ris)) == len(re.findall(r"(?m)^ER  - ", ris)) == 1


@few
@given(texts)
def test_no_text_of_ours_hides_or_steers(text: str) -> None:
    survey = survey_of([text, "frogs"])
    for written in (
        survey_json(survey),
        evidence_jsonl(survey),
        evidence_csv(survey).replace("\r\n", "\n"),
        references_bib(survey.papers),
        references_csl(survey.papers),
        references_ris(survey.papers),
        survey_markdown(survey),
        graphml(survey),
    ):
        assert not STEERING.search(written)


def test_what_is_printed_steers_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    for text in PAYLOADS:
        said(text)
        said(f"left out  {text}", err=True)
    for printed in capsys.readouterr():
        assert not STEERING.search(printed)
        assert "canary" in printed


@given(texts | st.from_regex(r"10\.\d{4}/[ -~]{1,20}|\d{4}\.\d{4,5}[ -~]{0,9}|\d{1,9}[ -~]{0,4}", fullmatch=True))
def test_an_address_is_of_a_register_or_is_none(text: str) -> None:
    """The only functions that make one."""
    safe = re.compile(r"https://(?:doi\.org|arxiv\.org/abs|pubmed\.ncbi\.nlm\.nih\.gov)/[-._;()/:A-Za-z0-9]+")
    for made in (doi_address(text), arxiv_address(text), pmid_address(text)):
        assert not made or safe.fullmatch(made)
