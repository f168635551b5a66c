"""What is active in exports: surveys made of strings that break programs, in every format, opened with readers of others.

``active(form, data, beside)`` says what of an exported file could act: run, load, lead elsewhere than to the web, be reckoned.
The tests use it too. What a program may find in a file is listed here as what is allowed, so that what nobody thought of is found.
"""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import yaml
from lxml import etree
from markdown_it import MarkdownIt

from survey.exporting import FORMS, export
from survey.exporting.engines import pandoc
from survey.readers.cleaning import one_line
from survey.records import Block, Bone, FishBone, Quote, Reference, Section, Sentence, Survey
from survey.render.markdown import survey_markdown

_TITLES = 12  # strings that make the title of one survey
_WEB = re.compile(r"https?://[^\s<>\"\\]+\Z")
_LOCAL = re.compile(r"(?:#|(?:\.\./)?(?:text/|media/|styles/|Pictures/|EPUB/)?[\w.-]+\.(?:svg|png|pdf|xhtml|css|ncx|bib|csl)(?:#|\Z))")
_DRAWN = re.compile(r"data:image/(?:svg\+xml|png);base64,[A-Za-z0-9+/=]+\Z")
# The words of TeX that pandoc writes, and the signs of text.
_TEX = frozenset(
    re.findall(
        r"\w+",
        "autocite textcite section subsection subsubsection paragraph label maketitle tableofcontents setcounter begin end item tightlist "
        "centering caption pandocbounded includegraphics toprule midrule bottomrule endhead endlastfoot endfirsthead linewidth noalign "
        "raggedright arraybackslash real tabcolsep columnwidth minipage emph href url nolinkurl hyperref hyperlink hypertarget "
        "nocite printbibliography phantomsection addcontentsline def LTcaptype par protect strut CSLReferences bibitem citeproctext "
        "citeproc CSLLeftMargin CSLRightInline CSLBlock CSLIndent penalty allowbreak mbox enquote footnote relax slash ldots dots "
        "labelenumi arabic roman alph Roman Alph ul st hspace hfill break",
    )
)
_HEAD = frozenset(("title", "subtitle", "lang", "bibliography", "csl", "link-citations", "nocite", "engine", "toc"))


def measure_exports(data: Path) -> dict[str, float]:
    """Both lists of ``data/hostile`` through every format."""
    hostile = data / "hostile"
    payloads = [line for line in (hostile / "markdown-xss.txt").read_text(encoding="utf-8").splitlines() if line.strip()]
    naughty = list(dict.fromkeys(json.loads((hostile / "blns.json").read_text(encoding="utf-8"))))
    found = exports = 0
    for strings in (payloads, naughty):
        for form, csl in [*((form, "") for form in FORMS), ("html", "ieee"), ("latex", "ieee")]:
            made = export(survey_of(strings), form, markdown=survey_markdown(survey_of(strings)) + by_hand(strings), csl=csl)
            exports += 1
            for what in active(form, made.data, made.beside):
                print("active:", form, what[:200])
                found += 1
    return {"exports_of_hostile_strings": exports, "active_in_exports": found}


def survey_of(strings: Sequence[str]) -> Survey:
    """Each string as title, author and venue of a paper, in a sentence with its quotation, in a table; some as title, label and topic."""
    papers, sentences, rows = [], [], []
    for number, text in enumerate(strings):
        line = one_line(text)
        key = f"k{number}"
        facts = {"venue": line, "note": line, "publisher": line, "volume": line, "keywords": (line,), "url": line, "doi": line}
        papers.append(Reference(key=key, title=f"Study {number} {line}", authors=(f"Ada {line}", "Bo Roe"), date="2019", **facts))
        quote = Quote(key=key, text=f"It is {text} there", start=0, end=9, page=3)
        said = f"{papers[-1].byline} write {line}: “{quote.text}”"
        sentences.append(Sentence(text=said, kind="claim", quotes=(quote,), verdict="supported"))
        sentences.append(Sentence(text=text, kind="connective", cites=(key,)))
        rows.append((text, f"@{key}", f"“{text}”"))
    heads = [one_line(text) for text in strings[:_TITLES]]
    blocks = (
        Block(kind="paragraph", items=tuple((sentence,) for sentence in sentences)),
        Block(kind="list", items=(tuple(sentences[:40]),)),
        Block(kind="table", header=("Text", "Paper", "Words"), rows=tuple(rows)),
        Block(kind="figure", figure="fishbone", caption=" ".join(heads)),
    )
    named = (Section(id=f"s{number}", title=head, level=2) for number, head in enumerate(heads))
    bones = tuple(Bone(label=head, children=(Bone(kind="issue", label=head),)) for head in heads[:6])
    return Survey(
        title=" ".join(heads),
        topic=" ".join(reversed(heads)),
        sections=(Section(id="all", title=heads[0], blocks=blocks), *named),
        fishbone=FishBone(head=heads[1], bones=bones),
        papers=tuple(papers),
    )


def by_hand(strings: Iterable[str]) -> str:
    """The strings as somebody types them into survey.md, as Markdown."""
    return "\n\n# By hand\n\n" + "\n\n".join(strings) + "\n"


# ---------------------------------------------------------------- what could act


def active(form: str, data: bytes, beside: Mapping[str, bytes] | None = None) -> list[str]:
    """What of the file, and of those beside it, could act; each said in words."""
    check = {"docx": _docx, "odt": _odt, "pdf": _pdf, "epub": _epub, "ipynb": _notebook, "csv": _sheet, "latex": _tex}.get(form)
    if form in ("bibtex", "biblatex"):
        check = _tex
    elif form in ("markdown", "gfm", "qmd"):
        check = _markdown
    elif form == "html":
        check = _page
    found = list(check(data)) if check else []
    if form == "qmd" and re.search(rb"\{\{<|^[\t >]*```+\s*\{", data, re.MULTILINE):
        found.append("a shortcode or a chunk of code")
    for name, content in (beside or {}).items():
        by = {".svg": _page, ".pdf": _pdf, ".bib": _tex}.get(Path(name).suffix)
        found += [f"{name}: {what}" for what in (by(content) if by else ())]
    return found


class _Tags(HTMLParser):
    """Of HTML and SVG. A script is allowed where it is the page's own."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _ACTIVE_TAGS:
            self.found.append(f"<{tag}>")
        for name, value in ((name, value or "") for name, value in attrs):
            if name.startswith("on") or name in ("srcdoc", "formaction", "action", "ping") or (name == "http-equiv" and value != _POLICY):
                self.found.append(f"{tag} {name}={value}")
            if name in ("href", "src", "xlink:href", "data", "poster", "srcset") and not _may_lead(value):
                self.found.append(f"{tag} {name}={value}")


_POLICY = "Content-Security-Policy"
_ACTIVE_TAGS = frozenset(
    ("iframe", "object", "embed", "form", "base", "video", "audio", "foreignobject", "applet", "frame", "frameset", "portal", "math")
)


def _may_lead(address: str) -> bool:
    return bool(_WEB.match(address) or _LOCAL.match(address) or _DRAWN.match(address) or address in ("", "data:,"))


def _page(data: bytes) -> Iterator[str]:
    tags = _Tags()
    text = data.decode("utf-8")
    tags.feed(text)
    yield from tags.found
    for script in re.findall(r"<script[^>]*>(.*?)</script>", text, re.DOTALL):
        if script not in _own_scripts():
            yield f"script {script[:60]}"


def _own_scripts() -> list[str]:
    """Those of a page about nothing hostile."""
    plain = export(survey_of(["frogs", "toads"]), "html").data.decode("utf-8")
    return re.findall(r"<script[^>]*>(.*?)</script>", plain, re.DOTALL)


def _xml(name: str, data: bytes) -> Iterator[str]:
    """Of a part of EPUB: well-formed, or lxml raises."""
    root = etree.fromstring(data)
    tags = _Tags()
    for node in root.iter(etree.Element):
        local = etree.QName(node).localname.casefold()
        tags.handle_starttag(local, [(etree.QName(attribute).localname, str(value)) for attribute, value in node.attrib.items()])
        if local == "script":
            yield f"{name}: a script"
    yield from (f"{name}: {what}" for what in tags.found)


def _epub(data: bytes) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.endswith((".xhtml", ".svg")):
                yield from _xml(name, archive.read(name))
            elif not name.endswith((".opf", ".ncx", ".css", ".xml", "mimetype", ".png")):
                yield f"holds {name}"


def _docx(data: bytes) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if re.search(r"vba|activeX|embeddings|\.bin$|altChunk|externalLinks", name, re.IGNORECASE):
                yield f"holds {name}"
            if name.endswith(".rels"):
                for relation in etree.fromstring(archive.read(name)):
                    outside = relation.get("TargetMode") == "External"
                    if outside and not (relation.get("Type", "").endswith("/hyperlink") and _WEB.match(relation.get("Target", ""))):
                        yield f"{name} leads to {relation.get('Target')}"
        root = etree.fromstring(archive.read("word/document.xml"))
        for field in root.iter("{*}instrText", "{*}fldSimple", "{*}altChunk", "{*}object", "{*}control"):
            yield f"a field {field.text}"


def _odt(data: bytes) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.startswith(("Basic/", "Scripts/", "Object")):
                yield f"holds {name}"
        for node in etree.fromstring(archive.read("content.xml")).iter(etree.Element):
            tag = etree.QName(node).localname
            if tag in ("script", "event-listener", "dde-source", "object", "plugin", "applet", "section-source"):
                yield f"<{tag}>"
            address = node.get("{http://www.w3.org/1999/xlink}href")
            if address is not None and not _may_lead(address):
                yield f"{tag} leads to {address}"


def _pdf(data: bytes) -> Iterator[str]:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(data))
    catalog: Any = reader.trailer["/Root"]
    yield from (f"the catalogue holds {name}" for name in ("/OpenAction", "/AA", "/AcroForm") if name in catalog)
    if "/JavaScript" in catalog.get("/Names", {}) or "/EmbeddedFiles" in catalog.get("/Names", {}):
        yield "the catalogue names scripts or files"
    for page in reader.pages:
        if "/AA" in page:
            yield "a page acts"
        for annotation in page.get("/Annots") or ():
            action = annotation.get_object().get("/A")
            kind = action.get("/S") if action else "/GoTo"
            if kind not in ("/GoTo", "/URI") or (kind == "/URI" and not _WEB.match(str(action["/URI"]))):
                yield f"a link is {action}"


def _notebook(data: bytes) -> Iterator[str]:
    for cell in json.loads(data)["cells"]:
        if cell["cell_type"] != "markdown" or cell.get("outputs"):
            yield f"a cell of {cell['cell_type']}"
        for name, content in cell.get("attachments", {}).items():
            yield from (f"{name} is {kind}" for kind in content if kind != "image/png")
        yield from _careless("".join(cell["source"]))


def _markdown(data: bytes) -> Iterator[str]:
    """As a careless reader sees it, and as pandoc does."""
    text = data.decode("utf-8")
    head, body = re.match(r"(?s)(?:---\n(.*?\n)---\n)?(.*)", text).groups()  # type: ignore[union-attr]  # it matches anything
    if head:
        yield from (f"the head has {name}" for name in set(yaml.safe_load(head)) - _HEAD)
        yield from _careless(re.sub(r"(?m)^(?::::.*|#+ .*)$", "", body))
    else:
        yield from _careless(body)
    for node in _nodes(json.loads(pandoc(["-f", "markdown-smart" if head else "gfm", "-t", "json"], body))["blocks"]):
        match node:
            case {"t": "RawInline" | "RawBlock" | "Math" as kind, "c": [*_, content]} if not _ANCHOR.fullmatch(content):
                yield f"{kind} {content}"
            case {"t": "Link" | "Image", "c": [[_, _, attributes], _, [address, _]]} if attributes or not _may_lead(address):
                yield f"leads to {address} {attributes}"


_ANCHOR = re.compile(r'<span id="ref-[\w.:+/-]+">|</span>|</?su[bp]>|<!-- -->')


def _careless(text: str) -> Iterator[str]:
    for block in MarkdownIt("commonmark", {"html": True}).enable("table").parse(text):
        for token in [block, *(block.children or [])]:
            if token.type in ("html_inline", "html_block") and not _ANCHOR.fullmatch(token.content.strip()):
                yield f"{token.type} {token.content}"
            address = str(token.attrs.get("href") or token.attrs.get("src") or "")
            if address and not (_may_lead(address) or address.startswith("attachment:")):
                yield f"leads to {address}"


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict) and "t" in value:
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _nodes(item)


def _tex(data: bytes) -> Iterator[str]:
    """Every control word of the body is one that a document needs; no formula is begun, no comment, no active character left."""
    text = data.decode("utf-8")
    body = text.partition("\\begin{document}")[2] or text
    body = re.sub(r"(?m)^.*\\includegraphics\[.*$", "", body) if "\\begin{document}" in text else body
    for word in re.findall(r"\\([A-Za-z@]+)", body.replace("\\\\", "")):
        if word not in _TEX and not word.startswith("text"):
            yield f"\\{word}"
    for address in re.findall(r"\\(?:href|url)\{([^}]*)\}", body):
        if not _may_lead(re.sub(r"\\([%#&_~])", r"\1", address)):
            yield f"leads to {address}"
    if re.search(r"\^\^|(?<!\\)\$", re.sub(r"\\.", "", body)):
        yield "a formula"


def _sheet(data: bytes) -> Iterator[str]:
    for row in csv.reader(io.StringIO(data.decode("utf-8"))):
        yield from (f"a cell {cell}" for cell in row if re.match(r"\s*[=+\-@＝＋－＠\t\r]", cell) and not re.fullmatch(r"-?\d+", cell))
