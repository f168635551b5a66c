"""The text of a web page: its headings and paragraphs, with captions, notes, reference list and hidden text taken apart."""

import re

from survey.readers.assembly import Block, kind_of
from survey.readers.cleaning import one_line
from survey.readers.facts import arxiv_in, doi
from survey.readers.marked.citing import cited
from survey.readers.marked.flow import BLOCK, INLINE, SKIP, SPACE, Element, Role, flow, formula, words
from survey.readers.marked.invisible import hiding_names, is_hidden
from survey.readers.names import split_names
from survey.records import Cited

# fmt: off
_LEFT = frozenset((
    "script", "style", "noscript", "template", "nav", "header", "footer", "aside", "form", "button", "select", "input", "textarea", "svg",
    "canvas", "iframe", "object", "embed", "video", "audio", "img", "picture", "map", "dialog", "menu", "head", "title", "meta", "link",
))
_BLOCKS = frozenset((
    "p", "div", "section", "article", "main", "body", "li", "ul", "ol", "dl", "dt", "dd", "blockquote", "pre", "address", "figure",
    "figcaption", "details", "summary", "hr", "center", "fieldset", "td", "th", "tr", "tbody", "thead",
))
# fmt: on
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_ROLES = frozenset(
    {"navigation", "banner", "contentinfo", "search", "complementary", "dialog", "alert", "alertdialog", "menu", "toolbar", "tooltip"}
)
_FURNITURE = re.compile(
    r"(?:^|[-_])(?:cookies?|consent|breadcrumbs?|share|sharing|social|sidebar|advert|advertisement|newsletter|toc|nav|navbar|menu|modal|popup|toolbar|"
    r"skip|metrics|recommendations?|footer|login|signin|paywall|permalink|sr-only|visually-hidden|ltx_pagination|ltx_page_footer|ltx_toclist|"
    r"ltx_toc_\w+|ltx_dates|ltx_authors|ltx_rdf|ltx_note_mark|ltx_bib_cited|ltx_bib_links|mathjax|mathjax_preview|mathjax_display)(?:$|[-_])"
)  # fmt: skip
_LINKS = re.compile(
    r"(?:[\s,;|\[\](){}·-]{0,9}(?:DOI|CrossRef|Crossref|Google Scholar|PubMed(?:/NCBI| ?Central)?|PMC free article|Web of Science|Scopus|"
    r"ADS|MathSciNet|View Article|Full Text|Article|CAS|Ref list|Abstract))+[\s\])}]{0,9}$"
)
"""What sites put behind each entry of a reference list."""
_ABSTRACT = re.compile(r"^(?:abstract|abs)(?:\d+|[-_].*)?$|[-_]abstract$|^section[-_]abstract")
_ENTRY = re.compile(r"(?:^|[-_ ])(?:ref|reference|references__item|bib|bibitem|biblio|citation|csl-entry)(?:$|[-_ \d])")


class Page:
    """A page on its way to blocks. ``title`` is not said again where it heads the text."""

    def __init__(self, root: Element, title: str = "") -> None:
        self.title = title
        self.captions: list[Block] = []
        self.notes: list[Block] = []
        self.cited: list[Cited] = []
        self.hidden: list[str] = []
        self.list_heading = ""
        self._hiding = hiding_names(root)
        self._listing = False
        self._label = ""  # of a figure whose caption comes behind it
        self._apart = abstract_of(root)
        self.abstract = flow(self._apart, self._abstract_role) if self._apart is not None else []
        self.blocks = flow(root, self._role)
        if self.abstract:
            at = next((i for i, block in enumerate(self.blocks) if block.text == "Abstract" and block.level), -1)
            self.blocks[at + 1 : at + 1] = self.abstract

    def _role(self, element: Element) -> Role:  # noqa: PLR0911 - a return for every kind of element
        tag = str(element.tag)
        if element is self._apart:
            return Role("line", level=1, said="Abstract" if self.abstract else "")
        if self._is_left(element, tag):
            return Role("skip", said=" " if tag in _BLOCKS or tag in {"nav", "aside", "header", "form"} else "")
        if "obj_head" in classes(element):
            self._label = words(element)
            return SKIP
        if tag in HEADINGS or element.get("role") == "heading":
            return self._heading(element, tag)
        if tag in {"math", "script"}:
            return Role("skip", said=formula(element) if tag == "math" else f"${one_line(element.text or '')}$")
        if tag in {"figure", "figcaption", "caption", "table"} or "caption" in classes(element):
            return self._float(element, tag)
        if "ltx_note" in classes(element) or "footnote" in element.get("role", ""):
            self.notes.extend(flow(element, self._inline))
            return SKIP
        if self._listing and (entry := self._entry(element, tag)):
            self.cited.extend(entry)
            return SKIP
        if tag == "br":
            following = element.getnext()
            return BLOCK if following is not None and following.tag == "br" and not (element.tail or "").strip() else SPACE
        return BLOCK if tag in _BLOCKS else self._inline(element)

    def _inline(self, element: Element) -> Role:
        tag = str(element.tag)
        if self._is_left(element, tag):
            return SKIP
        if tag == "math":
            return Role("skip", said=formula(element))
        if tag == "sup":
            return Role("raised", mark=next(element.iter("a"), None) is not None or next(element.iterancestors("a"), None) is not None)
        return BLOCK if tag in _BLOCKS else SPACE if tag == "br" else INLINE

    def _abstract_role(self, element: Element) -> Role:
        """The headings of an abstract run in, since "Methods" in an abstract is no section of the paper."""
        if element.tag in HEADINGS or "ltx_title" in classes(element) or "descriptor" in classes(element):
            return SKIP if kind_of(words(element)) == "abstract" else Role("lead", end="" if words(element)[-1:] in {".", ":"} else ":")
        return BLOCK if element.tag in _BLOCKS else self._inline(element)

    def _is_left(self, element: Element, tag: str) -> bool:
        if tag == "script" and element.get("type", "").startswith("math/tex"):
            return False
        if tag in _LEFT or element.get("role", "") in _ROLES or (tag == "pre" and next(element.iter("code"), None) is not None):
            return True  # code too stays out of a paper's text
        if "ltx_tag_item" in classes(element) and not re.search(r"\w", words(element)):
            return True
        if is_hidden(element, self._hiding):
            text = words(element)
            if len(text.split()) > 2 and not re.match(
                r"mjx|katex|mathjax", f"{tag} {element.get('class', '')}".casefold().removeprefix("span ")
            ):
                self.hidden.append(text)
            return True
        named = [*classes(element), element.get("id", "").casefold()]
        return any(_FURNITURE.search(name) for name in named if name) and next(element.iter("h1", "article", "main", "body"), None) is None

    def _heading(self, element: Element, tag: str) -> Role:
        text = words(element, self._inline)
        self._listing = kind_of(text) == "references"
        if self._listing:
            self.list_heading = self.list_heading or text
            return SKIP
        if (text.casefold().startswith(self.title.casefold()) and len(text) < len(self.title) + 8) or "ltx_title_document" in classes(
            element
        ):
            return SKIP
        level = element.get("aria-level", "") if tag not in HEADINGS else tag[1]
        return Role("block", level=int(level) if level in "123456" and level else 2)

    def _float(self, element: Element, tag: str) -> Role:
        if tag == "table" and any(name.startswith("ltx_eq") for name in classes(element)):
            return Role(
                "line", said=words(element, lambda e: SPACE if e.tag == "td" else self._inline(e) if e.tag not in _BLOCKS else INLINE)
            )
        if tag == "table" and _is_layout(element):
            return BLOCK
        captions = [element]
        if tag in {"figure", "table"}:
            inside = list(element.iter("figcaption", "caption")) or [
                part for part in element.iter("div", "p") if "caption" in classes(part)
            ]
            self._label = next((words(part) for part in element.iter(*HEADINGS) if "obj_head" in classes(part)), self._label)
            captions = inside[:1]
        if tag == "figure" and not captions:
            return BLOCK
        for text in filter(None, (words(caption, self._inline) for caption in captions)):
            self.captions.append(Block(f"{self._label} {text}".strip()))
            self._label = ""
        return SKIP

    def _entry(self, element: Element, tag: str) -> list[Cited]:
        """The entry of the reference list that ``element`` is, if it is one."""
        named = " ".join((element.get("class", ""), element.get("id", ""))).casefold()
        block = tag in {"li", "p", "dd"} or (tag in {"div", "span", "tr"} and bool(_ENTRY.search(named)))
        if not block or (tag != "li" and next(element.iter("li", "ol", "ul"), None) is not None):
            return []
        label = ""

        def role(inner: Element) -> Role:
            nonlocal label
            if not label and ("label" in classes(inner) or "ltx_tag" in classes(inner) or "ltx_tag_bibitem" in classes(inner)):
                label = words(inner)
                return SKIP
            return SPACE if inner.tag in _BLOCKS or "ltx_bibblock" in classes(inner) else self._inline(inner)

        printed = words(element, role)
        printed = (printed[:-200] + _LINKS.sub("", printed[-200:])).strip()
        links = " ".join(a.get("href", "") for a in element.iter("a"))
        if not printed or (tag != "li" and (len(printed) < 20 or not re.search(r"\d", printed))):
            return []
        found = cited(printed, {}, label)
        own = {"doi": found.doi or doi(links.replace("%2F", "/")), "arxiv": found.arxiv or arxiv_in(links)}
        return [found.model_copy(update={key: value for key, value in own.items() if value})]


def classes(element: Element) -> list[str]:
    return element.get("class", "").casefold().split()


def _is_layout(table: Element) -> bool:
    """A table that holds a page's running text, as old pages are built."""
    return table.get("role") == "presentation" or sum(1 for _ in table.iter("p", *HEADINGS)) > 5


def abstract_of(root: Element) -> Element | None:
    """The element that is named the abstract."""
    for element in root.iter("div", "section", "blockquote", "p", "article"):
        if any(_ABSTRACT.search(name) for name in (*classes(element), element.get("id", "").casefold()) if name):
            length = sum(len(str(text)) for text in element.itertext())
            if 80 <= length <= 12_000 and element is not root and next(element.iter("h1"), None) is None and not is_hidden(element):
                return element
    return None


def byline(blocks: list[Block], title: str) -> tuple[tuple[str, ...], list[Block]]:
    """The authors, if one of the first lines is one of names, and ``blocks`` without what stands before the abstract or the text."""
    start = next((i for i, block in enumerate(blocks[:40]) if block.level and kind_of(block.text) == "abstract"), 0)
    if sum(len(block.text) for block in blocks[:start]) > 3000:
        start = 0
    for at, block in enumerate(blocks[: start or 3]):
        line = re.sub(r"^(?:by|authors?:)\s+|[\d*†‡§¶]+(?:,(?=\d|\s*$)[\d*†‡§¶]*)*", "", block.text, flags=re.IGNORECASE)
        names = split_names(line.strip(" ,;")) if not block.level and len(line) < 1000 else None
        if names and all(len(name.split()) > 1 for name in names):
            return tuple(names), [b for b in blocks[:at] if b.text != title and not start] + blocks[max(at + 1, start) :]
    return (), blocks[start:]
