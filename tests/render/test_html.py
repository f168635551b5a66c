import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings

from survey.records import Answered, Block, Bone, FishBone, Issue, Reference, Section, Statement, Survey
from survey.render.html import survey_html

from .small_survey import HALVED, HOSTILE, LOST, PAPERS, small_survey
from .strategies import surveys

_VOID = {"meta", "link", "br"}
_ADDRESSES = ("#", "https://doi.org/10.", "https://arxiv.org/abs/", "https://pubmed.ncbi.nlm.nih.gov/")


class _Parsed(HTMLParser):
    """Tags with their attributes, ids, the text, and whether every tag is closed in turn."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.stack: list[str] = []
        self.texts: list[str] = []
        self.styles: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in _VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag

    def handle_data(self, data: str) -> None:
        (self.styles if self.stack[-1:] == ["style"] else self.texts).append(data)


def check_inert(html: str) -> _Parsed:
    page = _Parsed(html)
    assert page.stack == []
    assert not {tag for tag, _ in page.tags} & {"script", "img", "iframe", "object", "embed", "form", "base", "video", "audio", "input"}
    for tag, attributes in page.tags:
        assert not [name for name in attributes if name.startswith("on") or name in ("style", "src", "srcset", "action", "formaction")]
        address = attributes.get("href", "#")
        assert address.startswith(_ADDRESSES) or tag == "link"
    assert not [a for t, a in page.tags if t == "link" and a["href"] != "data:,"]
    return page


def test_one_inert_file() -> None:
    page = check_inert(survey_html(small_survey()))
    text = "".join(page.texts)
    for words in (
        "How sleep staging travels",
        LOST.text,
        HOSTILE.text,
        "⚑ not borne out",
        "page 4, characters 1203–1263",
        "Bold</b> [@evil]",
    ):
        assert words in text


@settings(max_examples=60, deadline=None)
@given(surveys)
def test_no_text_becomes_active(survey: Survey) -> None:
    check_inert(survey_html(survey))


def test_the_policy_allows_its_style_sheet_and_nothing_else() -> None:
    page = _Parsed(survey_html(small_survey()))
    (policy,) = [a["content"] for tag, a in page.tags if tag == "meta" and a.get("http-equiv") == "Content-Security-Policy"]
    digest = base64.b64encode(hashlib.sha256("".join(page.styles).encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    assert not re.search(r"url\(|@import", "".join(page.styles))


def test_every_button_opens_a_card_that_is_there() -> None:
    page = _Parsed(survey_html(small_survey()))
    cards = [a["id"] for tag, a in page.tags if "popover" in a]
    opened = {a["popovertarget"] for tag, a in page.tags if tag == "button" and "popovertargetaction" not in a}
    assert len(cards) == len(set(cards))
    assert opened == set(cards)


def test_every_address_in_the_page_leads_somewhere() -> None:
    page = _Parsed(survey_html(small_survey()))
    ids = [a["id"] for _, a in page.tags if "id" in a]
    assert len(ids) == len(set(ids))
    assert {a["href"][1:] for _, a in page.tags if a.get("href", "").startswith("#")} <= set(ids)


@pytest.mark.parametrize(("doi", "linked"), [("10.1000/ks_17", True), ('10.1/"><img>', False), ("javascript:alert(1)", False)])
def test_only_well_formed_identifiers_are_linked(doi: str, linked: bool) -> None:
    html = survey_html(Survey(title="t", papers=(Reference(key="k", title="t", doi=doi),)))
    assert ("https://doi.org/" in html) is linked
    assert ('rel="noreferrer"' in html) is linked


def test_each_leaf_of_the_drawing_leads_to_its_row_with_its_quotes() -> None:
    raised = Statement(id="phan2019#4", role="improvable", quote=LOST)
    issues = tuple(Issue(id=f"phan2019#{n}", label=f"Noise {n}", statements=(raised,)) for n in (4, 5, 6))
    by = Answered(key="roe2021", kind="partly_resolves", quote=HALVED)
    twig = Bone(kind="issue", label="Noise", issue="phan2019#4", status="partly", answers=(by,), quotes=(LOST,))
    bone = Bone(label="Rain", stated=True, quotes=(LOST,), children=(twig,), rest=("phan2019#5",))
    fishbone = FishBone(head="Why", bones=(bone,), rest=("phan2019#6",))
    blocks = (Block(kind="figure", figure="fishbone", caption="c"), Block(kind="table", figure="fishbone", caption="c"))
    sections = (Section(id="s", title="s", blocks=blocks),)
    page = check_inert(survey_html(Survey(title="t", sections=sections, fishbone=fishbone, issues=issues, papers=PAPERS)))
    named = {a["id"] for _, a in page.tags if "id" in a}
    led = {a["href"][1:] for tag, a in page.tags if tag == "a" and a["href"].startswith(("#issue", "#cause"))}
    assert led == {"issue-phan2019-4", "cause-1"} <= named
    assert {"issue-phan2019-5", "issue-phan2019-6", "cause-0"} <= named  # what is only counted in the drawing
    text = " ".join("".join(page.texts).split())
    for words in ("stated: “A network lost 14 points", "◐ partly resolved", "Roe et al. 2021", HALVED.text, "Under no cause"):
        assert words in text


def test_each_drawing_has_a_form_for_narrow_screens() -> None:
    page = _Parsed(survey_html(small_survey()))
    css = [a.get("class") for _, a in page.tags]
    assert css.count("drawing") == css.count("upright") == 2
    style = "".join(page.styles)
    assert re.search(r"\.drawing svg \{[^}]*max-width: 100%", style)
    assert re.search(
        r"@media screen and \(max-width: [\d.]+rem\) \{ \.drawing, \.hint \{ display: none; \} \.upright \{ display: block", style
    )


@pytest.mark.parametrize(("bones", "wide"), [(6, False), (9, True)])
def test_a_drawing_too_wide_to_be_scaled_says_that_it_scrolls(bones: int, wide: bool) -> None:
    label = "long words of a label that goes on and on"
    fishbone = FishBone(head=label, bones=(Bone(label=label, children=(Bone(label=label),) * 2),) * bones)
    sections = (Section(id="s", title="s", blocks=(Block(kind="figure", figure="fishbone", caption="c"),)),)
    html = survey_html(Survey(title="t", sections=sections, fishbone=fishbone))
    assert ("scroll it sideways" in html) is wide
    assert ('class="drawing wide"' in html) is wide


def test_each_cell_knows_its_column_for_screens_that_show_rows_as_cards() -> None:
    block = Block(kind="table", header=("Year", 'A "b"'), rows=(("2019", "x"),))
    page = _Parsed(survey_html(Survey(title="t", sections=(Section(id="s", title="s", blocks=(block,)),))))
    assert [a["data-title"] for tag, a in page.tags if tag == "td"] == ["Year", 'A "b"']


def test_a_ragged_table_is_squared() -> None:
    block = Block(kind="table", header=("a",), rows=(("1", "2"), ()))
    page = _Parsed(survey_html(Survey(title="t", sections=(Section(id="s", title="s", blocks=(block,)),))))
    assert [tag for tag, _ in page.tags if tag in ("th", "td")] == ["th", "th", "td", "td", "td", "td"]


def test_papers_of_one_byline_are_told_apart() -> None:
    twins = tuple(Reference(key=key, title=key, authors=("Lan Phan",), date="2019") for key in ("b2019", "a2019"))
    block = Block(kind="table", rows=(("@a2019", "@b2019"),))
    text = "".join(_Parsed(survey_html(Survey(title="t", sections=(Section(id="s", title="s", blocks=(block,)),), papers=twins))).texts)
    for words in ("Phan 2019aPhan 2019b", "Phan, Lan (2019a). a2019", "Phan, Lan (2019b). b2019"):
        assert words in text
