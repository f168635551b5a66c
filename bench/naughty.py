"""Strings that break programs, as title, author, file name and citekey: through to every output and back, nothing lost, nothing active.

``python -m bench reading`` prints its figures among its own.
"""

import json
import re
import tempfile
from html.parser import HTMLParser
from pathlib import Path

from markdown_it import MarkdownIt

from survey.readers import read
from survey.readers.cleaning import one_line
from survey.records import Reference
from survey.render.bibliography import references_bib
from survey.workspace import SurveyResult, Workspace

_ACTIVE = {"script", "iframe", "object", "embed", "form", "input", "base", "img", "video", "audio", "foreignobject", "image"}
_OWN = ("#", "https://doi.org/", "https://arxiv.org/", "https://pubmed.ncbi.nlm.nih.gov/")
_LONGEST = 120  # bytes of a file's name that no system refuses


def measure(data: Path) -> dict[str, float]:
    strings = list(dict.fromkeys(json.loads((data / "hostile" / "blns.json").read_text(encoding="utf-8"))))
    with tempfile.TemporaryDirectory() as folder:
        papers = Path(folder) / "papers"
        papers.mkdir()
        entries = [_entry(number, text) for number, text in enumerate(strings)]
        (papers / "library.bib").write_text(references_bib(entries), encoding="utf-8")
        keyed = [{"id": text, "type": "article-journal", "title": f"Key {number}"} for number, text in enumerate(strings)]
        (papers / "keys.json").write_text(json.dumps(keyed), encoding="utf-8")
        files = [file for number, text in enumerate(strings) if (file := _file(papers, number, text))]
        with Workspace.open(folder) as workspace:
            made = workspace.survey(paths=[papers])
            faults = sum(1 for finding in workspace.verify(made.folder) if finding.fault)
            sources = {source.path for paper in workspace.library.papers() for source in paper.sources}
        return {
            "naughty_strings": len(strings),
            "naughty_lost": _lost(made, entries, len(files) + 2, len(sources)) + _lost_keys(made, len(strings)),
            "naughty_active": len(_active(made.folder)),
            "naughty_unverified": faults,
        }


def _entry(number: int, text: str) -> Reference:
    return Reference(
        key=f"k{number}", title=f"Study {number} of {one_line(text)}".strip(), authors=(f"Ada {one_line(text)}".strip(),), date="2019"
    )


def _file(folder: Path, number: int, text: str) -> Path | None:
    """A note by that name, where the system takes it, with the string in its title and text."""
    name = f"{number} {text}.md".replace("/", "∕").replace("\0", "")
    if len(name.encode()) > _LONGEST:
        return None
    told = f"We count {number} frogs. A problem is that {one_line(text)} hides them. We propose a lamp that finds {number} of them."
    file = folder / name
    file.write_text(f"# Note {number} on {one_line(text)}\n\n{told}\n", encoding="utf-8")
    return file


def _lost(made: SurveyResult, entries: list[Reference], files: int, sources: int) -> int:
    """Entries whose title or author is not in the survey's record, or does not come back from its bibliography; files that gave nothing."""
    titles = {paper.title for paper in made.papers}
    authors = {author for paper in made.papers for author in paper.authors}
    bib = made.folder / "references.bib"
    back = {paper.title: paper.authors for paper in read(bib, bib.name).papers}
    lost = [e for e in entries if e.title not in titles or not set(e.authors) <= authors or back.get(e.title) != e.authors]
    for entry in lost[:20]:
        print("lost:", repr(entry.title), repr(entry.authors), entry.title in titles, back.get(entry.title))
    return len(lost) + max(0, files - sources)


def _lost_keys(made: SurveyResult, strings: int) -> int:
    """Papers whose citekey was one of the strings, and that are not there under a key of their own that pandoc reads as one."""
    keys = {paper.key for paper in made.papers if re.fullmatch(r"Key \d+", paper.title)}
    return strings - sum(1 for key in keys if re.fullmatch(r"\w(?:[:./+-]?\w)*", key))


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            address = name in ("href", "src", "xlink:href", "action", "data")
            if name.startswith("on") or (address and value != "data:," and not (value or "").startswith((*_OWN, "survey.html#"))):
                self.found.append(f"{tag} {name}={value}")
        if tag.casefold() in _ACTIVE:
            self.found.append(tag)


def _active(folder: Path) -> list[str]:
    """What acts in the page, in the drawings and in the Markdown as a careless reader renders it."""
    page = _Page()
    for name in ("survey.html", "fishbone.svg", "chains.svg"):
        if (folder / name).exists():
            page.feed((folder / name).read_text(encoding="utf-8"))
    careless = MarkdownIt("commonmark", {"html": True})
    text = (folder / "survey.md").read_text(encoding="utf-8")
    _, _, body = text.partition("\n---\n")
    tokens = [token for block in careless.parse(body) for token in [block, *(block.children or [])]]
    page.found += [f"{token.type} {token.content[:60]}" for token in tokens if token.type in ("html_inline", "html_block")]
    for token in tokens:
        address = str(token.attrs.get("href") or token.attrs.get("src") or "")
        if address and not address.startswith((*_OWN, "fishbone.svg", "chains.svg")):
            page.found.append(f"{token.type} {address}")
    for found in page.found[:20]:
        print("active:", found)
    return page.found
