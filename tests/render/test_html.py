import base64
import hashlib
import re
from html.parser import HTMLParser
from importlib.resources import files
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.phrases import Phrases, entries
from survey.records import (
    Alone,
    Answered,
    Block,
    Bone,
    Chain,
    Checked,
    FishBone,
    Issue,
    Link,
    Node,
    Quote,
    Reference,
    Section,
    Sentence,
    Statement,
    Survey,
    Theme,
    Tie,
)
from survey.render.html import survey_html
from survey.render.text import quote_spans

from .small_survey import AGREED, HALVED, HOSTILE, LOST, PAPERS, quote, small_survey
from .strategies import surveys

_VOID = {"meta", "link", "br", "input"}
SCRIPT = files("survey.render").joinpath("page.js").read_text(encoding="utf-8")
_ADDRESSES = ("#", "https://doi.org/10.", "https://arxiv.org/abs/", "https://pubmed.ncbi.nlm.nih.gov/")


class _Parsed(HTMLParser):
    """Tags with their attributes, ids, the text, and whether every tag is closed in turn."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.stack: list[str] = []
        self.texts: list[str] = []
        self.raw: dict[str, list[str]] = {"style": [], "script": []}
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
        self.raw.get(self.stack[-1] if self.stack else "", self.texts).append(data)

    def all(self, name: str) -> list[str]:
        """The values of an attribute, in order."""
        return [attributes[name] for _, attributes in self.tags if name in attributes]


def check_inert(html: str) -> _Parsed:
    page = _Parsed(html)
    assert page.stack == []
    assert not {tag for tag, _ in page.tags} & {"img", "iframe", "object", "embed", "form", "base", "video", "audio"}
    assert [tag for tag, _ in page.tags if tag in ("script", "input")] == ["input", "script"]
    assert page.raw["script"] == [SCRIPT]
    for tag, attributes in page.tags:
        assert not [name for name in attributes if name.startswith("on") or name in ("style", "src", "srcset", "action", "formaction")]
        address = attributes.get("href", "#")
        assert address.startswith(_ADDRESSES) or tag == "link"
    assert not [a for t, a in page.tags if t == "link" and a["href"] != "data:,"]
    return page


def paragraph(*sentences: Sentence) -> Section:
    return Section(id="x", title="x", blocks=(Block(kind="paragraph", items=(sentences,)),))


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


def test_the_policy_allows_its_style_sheet_and_script_and_nothing_else() -> None:
    page = _Parsed(survey_html(small_survey()))
    (policy,) = [a["content"] for tag, a in page.tags if tag == "meta" and a.get("http-equiv") == "Content-Security-Policy"]
    style, script = (
        f"'sha256-{base64.b64encode(hashlib.sha256(''.join(page.raw[kind]).encode()).digest()).decode()}'" for kind in ("style", "script")
    )
    assert policy == f"default-src 'none'; style-src {style}; script-src {script}; img-src data:; base-uri 'none'; form-action 'none'"
    assert not re.search(r"url\(|@import", "".join(page.raw["style"]))
    assert not re.search(r"https?:|fetch|XMLHttp|import\b|innerHTML|eval\(|</", SCRIPT)


def test_every_button_opens_a_card_that_is_there() -> None:
    page = _Parsed(survey_html(small_survey()))
    cards = [a["id"] for tag, a in page.tags if "popover" in a]
    buttons = [a for tag, a in page.tags if tag == "button" and "popovertarget" in a]
    assert len(cards) == len(set(cards))
    assert sorted(a["popovertarget"] for a in buttons if "popovertargetaction" not in a) == sorted(cards)
    assert [a["popovertarget"] for a in buttons if "popovertargetaction" in a] == cards


def test_every_address_in_the_page_leads_somewhere() -> None:
    page = _Parsed(survey_html(small_survey()))
    ids = [a["id"] for _, a in page.tags if "id" in a]
    assert len(ids) == len(set(ids))
    assert {a["href"][1:] for _, a in page.tags if a.get("href", "").startswith("#")} <= set(ids)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["s1", "q2", "references", "a b", "a-b", "main", "tree-x", "ref-k", "x"]), st.integers(-1, 7)), max_size=7
    )
)
def test_ids_are_unique_and_headings_in_order_whatever_sections_are_called(named: list[tuple[str, int]]) -> None:
    blocks = small_survey().sections[0].blocks[:1]
    sections = tuple(Section(id=name, title="t", level=level, blocks=blocks) for name, level in named)
    page = check_inert(survey_html(Survey(title="t", sections=sections, papers=PAPERS)))
    ids = page.all("id")
    assert len(ids) == len(set(ids))
    assert {address[1:] for address in page.all("href") if address.startswith("#")} <= set(ids)
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_a_trimmed_quotation_stands_in_its_sentence_with_the_part_marked() -> None:
    text = "Phan et al. (2019) report that “A network lost 14 points … at the next laboratory.”"
    sentence = Sentence(text=text, kind="claim", quotes=(LOST,), verdict="supported")
    html = survey_html(Survey(title="t", sections=(paragraph(sentence),), papers=PAPERS))
    assert '“<span class="words">A network lost 14 points … at the next laboratory.</span>”' in html
    assert "<mark>A network lost 14 points</mark> of accuracy <mark>at the next laboratory.</mark></blockquote>" in html
    assert "… stands for what was left out" in html
    assert "<mark>" not in survey_html(small_survey())


def test_words_of_papers_are_set_apart_whatever_is_left_of_their_sentences() -> None:
    first, last = (
        quote("roe2021", "We find that dropping channels halves the gap."),
        quote("phan2019", "A “gold standard” is lost.", start=9),
    )
    text = "What is lost, a “gold standard”, comes back where “dropping channels halves the gap”, or as they say “ours”"
    spans = quote_spans(text, (first, last))
    assert [(text[start:end], said.key) for start, end, said in spans] == [
        ("“gold standard”", "phan2019"),
        ("“dropping channels halves the gap”", "roe2021"),
    ]


def test_what_a_person_wrote_and_what_a_section_asks_is_told() -> None:
    own = Sentence(text="I doubt it.", kind="own", verdict="unchecked")
    section = paragraph(own).model_copy(update={"by_hand": "I doubt it.", "asks": ("Does <it> travel?",)})
    text = "".join(check_inert(survey_html(Survey(title="t", sections=(section,)))).texts)
    for words in ("I doubt it. ✎ unchecked", "✎ Edited by hand", "Asks: Does <it> travel?", "nobody checked it"):
        assert words in text
    assert "nobody checked it" not in survey_html(small_survey())


@pytest.mark.parametrize(
    "payload",
    [
        "<script>alert(1)</script>",
        "</script><script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "' autofocus onfocus=alert(1) x='",
        "<svg/onload=alert(1)>",
        "</title></style></textarea><iframe src=javascript:alert(1)>",
        "[a](javascript:alert(1))",
        "<!--><b>",
        "]]><?xml ?>",
        "&lt;script&gt;",
    ],
)
def test_a_payload_stays_text_wherever_it_stands(payload: str) -> None:
    said = quote("k", payload)
    claimed = Sentence(text=f"{payload} “{payload}” {payload}", kind="claim", quotes=(said,), cites=(payload,), verdict="flagged")
    answer = Answered(key="k", kind="resolves", quote=said)
    twig = Bone(kind="issue", label=payload, issue=payload, answers=(answer,), quotes=(said,))
    issue = Issue(id=payload, label=payload, statements=(Statement(id="s", role="improvable", quote=said),), answers=(answer,))
    node = Node(kind="paper", id="k", label=payload, resolved=said)
    theme = Node(kind="theme", id=payload, label=payload, quotes=(said,), children=(node,))
    blocks = (
        Block(kind="paragraph", items=((claimed,),)),
        Block(kind="table", caption=payload, header=(payload, "x"), rows=((payload, "@k"),), evidence=((said,),)),
        Block(kind="table", figure="fishbone", caption=payload),
        *(Block(kind="figure", figure=kind, caption=payload) for kind in ("fishbone", "tree", "themes")),
    )
    paper = Reference(key="k", title=payload, authors=(payload, payload), venue=payload, doi=payload, arxiv=payload, pmid=payload)
    survey = Survey(
        title=payload,
        topic=f"{payload} too",
        lang="en",
        sections=(Section(id=payload, title=payload, blocks=blocks, asks=(payload,), by_hand=payload),),
        issues=(issue,),
        themes=(Theme(id=payload, name=payload, terms=(), papers=("k",), about=said),),
        tree=Node(kind="topic", id="", label=payload, children=(theme,)),
        fishbone=FishBone(head=payload, field=payload, bones=(Bone(label=payload, stated=True, quotes=(said,), children=(twig,)),)),
        papers=(paper,),
    )
    page = check_inert(survey_html(survey))
    assert payload in "".join(page.texts)


def test_each_claim_can_be_pointed_at_and_its_card_leads_back_to_it() -> None:
    page = _Parsed(survey_html(small_survey()))
    claims = [a["id"] for tag, a in page.tags if tag == "span" and a.get("class", "").startswith("claim")]
    assert claims == [f"s{n}" for n in range(1, len(claims) + 1)]
    assert {f"#{name}" for name in claims} <= set(page.all("href"))


def test_what_a_row_rests_on_is_opened_by_its_citation_or_in_its_last_cell() -> None:
    block = Block(
        kind="table",
        caption="Results",
        header=("Paper", "Accuracy"),
        rows=(("@phan2019", "14"), ("@roe2021; @andersen2020", "76%"), ("sum", "90")),
        evidence=((LOST,), (AGREED,), (HALVED, LOST)),
    )
    page = check_inert(survey_html(Survey(title="t", sections=(Section(id="s", title="s", blocks=(block,)),), papers=PAPERS)))
    text = "".join(page.texts)
    for words in (
        "Phan et al. 2019, p. 414",
        "Roe et al. 2021; Andersen 2020, p. 276%",
        "90 (Roe et al. 2021, p. 3; Phan et al. 2019, p. 4)",
        "Results",
    ):
        assert words in text
    assert [a.get("href", "card") for tag, a in page.tags if a.get("class") == "cite" and "/" not in a.get("href", "")][-5:] == [
        *("card", "#ref-roe2021", "card", "card", "card")
    ]
    assert len([a for _, a in page.tags if "popover" in a]) == 4


def test_a_german_page_has_no_english_word_of_its_own() -> None:
    """Texts of the survey itself are left out: only what the page and its drawings say is looked at."""
    said = "Ωμέγα"
    quote = Quote(key="k2020", text=said, start=0, end=5, page=3)
    raised = Statement(id="k2020#1", role="improvable", quote=quote)
    link = Link(
        id="l", kind="partly_resolves", earlier=raised, later=raised.model_copy(update={"quote": quote.model_copy(update={"key": "m2021"})})
    )
    by = Answered(key="m2021", kind="partly_resolves", quote=quote)
    twig = Bone(kind="issue", label=said, issue="i", status="partly", answers=(by,), quotes=(quote,))
    bones = (Bone(label="Data are too few", children=(twig,), rest=("i", "i")), Bone(label=said, stated=True, quotes=(quote,)))
    paper = Node(
        kind="paper",
        id="m2021",
        label=said,
        how=(Tie(kind="partly_resolves"), Tie(kind="cites", earlier="k2020")),
        resolved=quote,
        left=quote,
    )
    issue = Node(kind="issue", id="i", label=said, quotes=(quote,), status="partly", children=(paper,), others=("k2020",), more=2)
    theme = Node(kind="theme", id="t", label=said, children=(issue,), more=3, others=("k2020",))
    own = Sentence(text=said, kind="own", verdict="unchecked")
    flagged = Sentence(text=f"{said} “{said} …”", kind="claim", quotes=(quote,), verdict="flagged")
    kinds = ("fishbone", "chains", "themes", "tree")
    blocks = (
        Block(kind="paragraph", items=((own, flagged),)),
        *(Block(kind="figure", figure=kind) for kind in kinds),
        Block(kind="table", figure="fishbone"),
        Block(kind="table", rows=((said,),)),
    )
    survey = Survey(
        title=said,
        lang="de",
        sections=(Section(id="x", title=said, blocks=blocks, by_hand=said, asks=(said,)),),
        issues=(Issue(id="i", label=said, statements=(raised,), status="partly", answers=(by,)),),
        themes=(Theme(id="t", name=said, terms=(), papers=("k2020",)),),
        alone=(Alone(key="m2021"),),
        chains=(Chain(id="c", links=(link,), left=(raised,)),),
        tree=Node(kind="topic", id="", label=said, children=(theme,)),
        fishbone=FishBone(head=said, bones=bones, rest=("i",)),
        papers=tuple(Reference(key=key, title=said, authors=(said,), date=date) for key, date in (("k2020", "2020"), ("m2021", ""))),
        checked=Checked(dropped=1),
    )
    page = check_inert(survey_html(survey))
    said_by_it = [
        *page.texts,
        *(a[name] for _, a in page.tags for name in a if name in ("aria-label", "placeholder", "title") or name.startswith("data-")),
    ]
    words = {word for text in said_by_it for word in re.findall(r"[a-zA-Z]{3,}", text)}
    english, german = (
        {
            word
            for name in entries(lang)
            for text in Phrases(lang).variants(name)
            for word in re.findall(r"[a-zA-Z]{3,}", re.sub(r"\{.*?\}", "", text))
        }
        for lang in ("en", "de")
    )
    assert words & (english - german) == set()
    assert ("html", {"lang": "de"}) in page.tags
    for text in ("Es gibt zu wenige Daten", "Seite 3", "teilweise gelöst von", "Aufgeworfen von", "zitiert"):
        assert text in "".join(said_by_it)


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
    style = "".join(page.raw["style"])
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


@pytest.mark.parametrize(
    ("rows", "stays"),
    [
        ((("Papers that belong to no theme", "10"), ("Years", "2018–2025")), True),
        ((("Papers that belong to no theme", "10 of the sixty that were read"),), False),
        ((("Papers", "@gong2020"),), False),
        ((("Papers", "1", "2", "3"),), False),
    ],
)
def test_a_table_of_few_narrow_columns_stays_one_on_a_phone(rows: tuple[tuple[str, ...], ...], stays: bool) -> None:
    block = Block(kind="table", header=("What", "Number"), rows=rows)
    page = _Parsed(survey_html(Survey(title="t", sections=(Section(id="s", title="s", blocks=(block,)),))))
    (css,) = [a.get("class", "").split() for tag, a in page.tags if tag == "table"]
    assert ("narrow" in css) is stays


@pytest.mark.parametrize(("caption", "unseen"), [("In Numbers", True), ("What was counted", False)])
def test_a_caption_that_repeats_its_heading_is_only_read_out(caption: str, unseen: bool) -> None:
    block = Block(kind="table", caption=caption, header=("What",), rows=(("Papers",),))
    page = _Parsed(survey_html(Survey(title="t", sections=(Section(id="s", title="In numbers", blocks=(block,)),))))
    (css,) = [a.get("class") for tag, a in page.tags if tag == "caption"]
    assert (css == "unseen") is unseen
    assert caption in page.texts


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
