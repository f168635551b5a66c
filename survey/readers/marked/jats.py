"""JATS and its elder NLM: articles of journals and of PubMed Central, with their sections and their reference lists."""

from typing import NamedTuple

from lxml import etree

from survey.readers.assembly import Block, assemble, kind_of
from survey.readers.cleaning import opening
from survey.readers.marked.flow import BLOCK, LEAD, SKIP, Element, Role, flow, words
from survey.readers.marked.jatsfacts import entries_of, front, inline, parent_tag, text_of
from survey.readers.marked.markup import Refused, bare, parse
from survey.records import Paper, Skipped, Source

# fmt: off
_BLOCKS = frozenset((
    "p", "list-item", "def-item", "disp-quote", "verse-line", "speech", "code", "preformat", "statement", "boxed-text", "sec", "app", "ack",
    "notes", "glossary", "attrib", "subtitle", "list", "def-list", "fn-group", "fn", "caption", "abstract", "trans-abstract",
    "disp-formula-group",
))
# fmt: on
_FLOATS = frozenset({"fig", "table-wrap", "supplementary-material", "media", "chem-struct-wrap"})
_GROUPS = frozenset({"fig-group", "table-wrap-group"})
_HEADS = frozenset({"sec", "app", "ack", "notes", "glossary", "fn-group", "ref-list"})
_UNTITLED = {"ack": "Acknowledgements", "fn-group": "Notes", "glossary": "Glossary", "app": "Appendix"}


def read(text: str, name: str) -> list[Paper | Skipped]:
    """A paper for every article; letters of reviewers and translations that go with one are left out, and told."""
    damage: list[Refused] = []
    try:
        root = bare(parse(text, damage))
    except Refused as refused:
        return [Skipped(source=name, place=refused.place, reason=refused.reason, cure="download the article again")]
    cut: list[Paper | Skipped] = []
    articles = [node for node in root.iter("article") if next(node.iterancestors("article"), None) is None]
    if damage:  # in the last of them, or behind it
        articles = articles[:-1]
        missing = f"{damage[0].reason}: an article there is missing" if articles else damage[0].reason
        cut = [Skipped(source=name, place=damage[0].place, reason=missing, cure="download it again")]
    elif not articles:
        return [Skipped(source=name, reason="holds no article", cure="download the article again")]
    found: list[Paper | Skipped] = []
    for number, article in enumerate(articles, 1):
        found += _article(article, name, f"article {number}" if len(articles) + len(cut) > 1 else "")
    return found + cut


def _article(article: Element, name: str, place: str) -> list[Paper | Skipped]:
    found: list[Paper | Skipped] = []
    extra = [node for tag in ("sub-article", "response") for node in article.findall(tag)]
    if extra:
        kinds = ", ".join(dict.fromkeys(node.get("article-type") or node.get("response-type") or str(node.tag) for node in extra))
        reason = f"what goes with the article was left out: {kinds}"
        found.append(Skipped(source=name, place=place, reason=reason, cure="read it where it was published", expected=True))
    meta = article.find("front/article-meta")
    facts = front(article, meta) if meta is not None else {}
    title = str(facts.get("title", ""))
    entries = [
        entry
        for ref in article.iter("ref")
        if next(ref.iterancestors("sub-article", "response"), None) is None
        for entry in entries_of(ref)
    ]
    _complete(article)
    aside = _Aside([], [])
    blocks = [*_abstracts(meta, aside), *_sections(article, aside)]
    if aside.notes:
        blocks += [Block("Footnotes", 1), *aside.notes]
    heading = next((words(node) for node in article.iterfind("back//ref-list/title")), "")
    made = assemble([*blocks, *([Block(heading, 1)] if entries and heading else [])], cited=entries, captions=aside.captions)
    if not title and not made.text:
        return [*found, Skipped(source=name, place=place, reason="the article is empty", cure="download the article again")]
    texts = {"text": made.text, "parts": made.parts, "cited": made.cited, "note": "" if title else opening(made.text)}
    return [Paper.model_validate({**facts, **texts, "sources": (Source(path=name, place=place, reader="jats"),)}), *found]


# ---------------------------------------------------------------- text


class _Aside(NamedTuple):
    """What is taken out of the running text on the way."""

    captions: list[Block]
    notes: list[Block]


def _complete(article: Element) -> None:
    """Headings where the journal's style sheet would print them."""
    for node in article.iterfind("back//*"):
        if node.tag not in _UNTITLED:
            continue
        if node.find("title") is None:
            title = etree.Element("title")
            title.text = "" if node.tag == "app" and node.find("label") is not None else _UNTITLED[node.tag]
            node.insert(0 if node.find("label") is None else 1, title)
        if node.tag == "app" and kind_of(f"{text_of(node, 'label')} {text_of(node, 'title')}") != "appendix":
            label = node.find("label")
            if label is None:
                label = etree.Element("label")
                node.insert(0, label)
            label.text = f"Appendix {label.text or ''}".strip()


def _abstracts(meta: Element | None, aside: _Aside) -> list[Block]:
    """The abstract, and after it those of other kinds (for lay readers, in other languages) under headings of their own."""
    blocks: list[Block] = []
    nodes = [] if meta is None else [*meta.findall("abstract"), *meta.findall("trans-abstract")]
    main = next((n for n in nodes if n.tag == "abstract" and n.get("abstract-type", "") in _MAIN), None)
    for node in sorted(nodes, key=lambda n: n is not main):
        title, kind = words(node.find("title")), node.get("abstract-type", "").replace("-", " ").strip().capitalize()
        if node is main:
            title = title if kind_of(title) == "abstract" else "Abstract"
        elif kind_of(title) == "abstract" or not title:
            title = kind or f"Abstract ({node.get('lang') or 'another'})"
        if text := flow(node, lambda element: _abstract_role(element, aside)):
            blocks += [Block(title, 1), *text]
    return blocks


_MAIN = frozenset({"", "abstract", "section", "sections", "structured", "normal", "unstructured"})


def _abstract_role(element: Element, aside: _Aside) -> Role:
    """The headings of a structured abstract run in: "Methods" in an abstract is no section of the paper."""
    if element.tag == "title":
        return SKIP if parent_tag(element).endswith("abstract") else Role("lead", end="" if words(element)[-1:] in {".", ":"} else ":")
    return _role(element, aside)


def _sections(article: Element, aside: _Aside) -> list[Block]:
    parts = [node for tag in ("body", "back", "floats-group") if (node := article.find(tag)) is not None]
    return [block for part in parts for block in flow(part, lambda element: _role(element, aside))]


def _role(element: Element, aside: _Aside) -> Role:  # noqa: PLR0911 - a return for every kind of element
    tag, above = str(element.tag), parent_tag(element)
    if tag in _FLOATS or (tag == "caption" and above in _GROUPS):
        label = "" if tag == "caption" else words(element.find("label"))
        texts = [words(part, _caption_role) for part in ([element] if tag == "caption" else element.iter("caption", "table-wrap-foot"))]
        aside.captions.append(Block(" ".join(filter(None, [f"{label.rstrip('. ')}." if label else "", *texts]))))
        return Role("skip", said=" ")
    if tag == "fn" and above != "fn-group":
        aside.notes.extend(flow(element, lambda inner: SKIP if inner.tag == "fn" else _role(inner, aside)))
        return SKIP
    if tag == "disp-formula" and above in {*_HEADS, "body", "boxed-text"}:
        return Role("line", said=inline(element).said)
    if tag == "title" and above in _HEADS and next(element.iterancestors("boxed-text"), None) is None:
        return Role("block", level=sum(1 for _ in element.iterancestors(*_HEADS)))
    if tag == "label" or (tag == "title" and above == "statement"):
        return SKIP if above in _GROUPS else LEAD
    if tag == "term":
        return Role("lead", end=":")
    return BLOCK if tag in _BLOCKS or tag == "title" else inline(element)


def _caption_role(element: Element) -> Role:
    return BLOCK if element.tag in {"title", "p", "fn", "attrib"} else LEAD if element.tag == "label" else inline(element)
