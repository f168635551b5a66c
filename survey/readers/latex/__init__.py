"""LaTeX source: a document with the files it takes in from its own folder, its captions, and its reference list."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache, partial
from pathlib import Path, PurePosixPath

from survey.readers.assembly import Block, assemble
from survey.readers.cleaning import clean, decode, one_line, opening
from survey.readers.facts import arxiv_date, arxiv_of
from survey.readers.latex.front import authors, date, keywords, own_doi
from survey.readers.latex.parts import DEEP
from survey.readers.latex.references import byline, cited_of, completed, printed_list
from survey.readers.latex.source import TEXT_BYTES, Beside, Macros, beside_in, inside, uncommented
from survey.readers.latex.text import TEXTUAL, Page, Writer
from survey.readers.names import turned
from survey.records import Cited, Notice, Paper, Skipped, Source

Found = Paper | Skipped | Notice

DOCUMENT = re.compile(r"^[^%\n]*\\document(?:class|style)\s*(?:\[[^\[\]]*\]\s*)?\{([^{}]*)\}", re.MULTILINE)
_TAKES = re.compile(r"^[^%\n]*?\\(?:input|include|subfile|subfileinclude)[ \t]*(?:\{([^{}]+)\}|([\w./-]+))", re.MULTILINE)
_IMPORTS = re.compile(r"^[^%\n]*?\\(?:sub)?import\*?[ \t]*\{([^{}]*)\}[ \t]*\{([^{}]+)\}", re.MULTILINE)
_LISTS = re.compile(r"^[^%\n]*?\\(?:bibliography|addbibresource)[ \t]*(?:\[[^\[\]\n]*\][ \t]*)?\{([^{}]+)\}", re.MULTILINE)
_SECTION = re.compile(r"^[^%\n]*\\(?:chapter|section)\b", re.MULTILINE)


def read(text: str, name: str, folder: Path) -> list[Found]:
    """The document as one paper; a piece of another document is told as such, and read with that."""
    head = DOCUMENT.search(text)
    if head is None or head[1].strip() == "subfiles":
        whole = _taken_in_by(folder, PurePosixPath(name).name)
        if whole:
            return [
                Skipped(source=name, reason="is a piece of a LaTeX document, read with it", cure=f"it is read with {whole}", expected=True)
            ]
    return read_beside(text, name, beside_in(folder))


def read_beside(text: str, name: str, beside: Beside) -> list[Found]:
    """The document ``text``, whose further files ``beside`` gives."""
    head = DOCUMENT.search(text)
    if head and head[1].strip() == "standalone":
        return [Skipped(source=name, reason="is a figure of a LaTeX document", cure="nothing is lost", expected=True)]
    if head is None and not _SECTION.search(text):
        return [Skipped(source=name, reason="is a piece of LaTeX without a document", cure="give the file with \\documentclass")]
    if len(text) > TEXT_BYTES:
        return [Skipped(source=name, reason=f"has more than {TEXT_BYTES:,} characters", cure="give its text without its data")]
    page, macros = Page(), Macros()
    macros.make_room(text)
    writer = Writer(page, macros, beside)
    blocks = writer.write(uncommented(text), PurePosixPath(name).name)
    cited = _reference_list(page, writer, beside, PurePosixPath(name).stem)
    remarks = list(_remarks(page, macros, name, bool(cited)))
    known = {entry.label: entry for entry in cited}
    blocks = _with_abstract(blocks, page.abstract)
    body = assemble([_named(block, known) for block in blocks], cited=cited, captions=[_named(block, known) for block in page.captions])
    front = _front(page, writer, name)
    if not body.text and not front["title"]:
        return [*remarks, Skipped(source=name, reason="holds no text", cure="give the file that holds the paper's text")]
    facts = front | {
        "note": "" if front["title"] else opening(body.text),
        "text": body.text,
        "parts": body.parts,
        "cited": body.cited,
        "sources": (Source(path=name, reader="latex"),),
    }
    return [Paper.model_validate(facts), *remarks]


def _with_abstract(blocks: list[Block], abstract: list[str]) -> list[Block]:
    """``blocks`` with the abstract before them. What stands before the first heading is the introduction in letters and journals that set
    none; a line or two there is front matter, and stays before the abstract."""
    if not abstract:
        return blocks
    first = next((i for i, block in enumerate(blocks) if block.level), len(blocks))
    ahead, rest = blocks[:first], blocks[first:]
    if sum(len(block.text) for block in ahead) >= 400:
        ahead, rest = [], [Block("Introduction", 2), *blocks]
    return [*ahead, Block("Abstract", DEEP), *map(Block, abstract), *rest]


def _named(block: Block, known: dict[str, Cited]) -> Block:
    """``block`` with the authors named where a citation is part of its sentence: "Chen et al. [chen2019]"."""

    def named(match: re.Match[str]) -> str:
        said = []
        for key in match[2].split(","):
            entry = known.get(key)
            if "year" in match[1].casefold():
                said.append(entry.date[:4] if entry and entry.year else f"[{key}]")
            elif "author" in match[1].casefold() and byline(entry):
                said.append(byline(entry))
            else:
                said.append(f"{byline(entry)} [{key}]".strip())
        return ", ".join(said[:-1]) + (" and " if said[:-1] else "") + said[-1]

    return block._replace(text=TEXTUAL.sub(named, block.text)) if "\x04" in block.text else block


def _apart(writer: Writer, raw: str) -> str:
    """What stands outside of the text, as one line: there a citation is its keys."""
    return TEXTUAL.sub(lambda match: f"[{match[2].replace(',', ', ')}]", writer.plain(raw))


def _front(page: Page, writer: Writer, name: str) -> dict[str, object]:
    """The bibliographic facts that a document tells of itself, and those in the name of its file."""

    def last(*words: str) -> str:
        return next((said for word, raw in reversed(page.front) if word in words and (said := _apart(writer, raw))), "")

    title, subtitle = last("title", "Title", "icmltitle", "mlsystitle"), last("subtitle")
    people, more = authors(writer, [raw for word, raw in page.front if word in ("author", "Author", "name", "icmlauthor")])
    arxiv = next((number for part in reversed(PurePosixPath(name).parts) if (number := _arxiv(part))), "")
    words = last("keywords", "Keywords", "keyword", "kwd", "icmlkeywords")
    return {
        "title": f"{title}: {subtitle}" if title and subtitle else title,
        "authors": tuple(turned(person) for person in people),
        "more_authors": more,
        "date": date(last("date")) or date(last("acmYear")) or arxiv_date(arxiv),
        "doi": next((found for word in ("acmDOI", "doi", "DOI") if (found := own_doi(last(word)))), ""),
        "arxiv": arxiv,
        "venue": last("acmJournal"),
        "keywords": keywords(words) if words else (),
    }


def _arxiv(part: str) -> str:
    return arxiv_of(re.sub(r"^arxiv[-_]", "", part, flags=re.IGNORECASE))


def _reference_list(page: Page, writer: Writer, beside: Beside, stem: str) -> list[Cited]:
    texts = list(page.lists)
    if not texts and (page.bibliographies or page.keys):
        stems = dict.fromkeys((stem, "output", "main", "ms", "paper"))  # Overleaf and arXiv call it so
        texts += [text for name in stems if (text := beside(f"{name}.bbl")) is not None][:1]
    printed = [entry for text in texts for entry in printed_list(text, partial(_apart, writer))]
    known: list[Cited] = []
    for named in page.bibliographies:
        file = inside(named)
        text = (beside(f"{file}.bib") if not named.endswith(".bib") else None) or beside(file) if file else None
        if text is None:
            if not printed:
                page.missing.append((named, "the reference list is not there"))
            continue
        known += cited_of(text, named, page.keys)
    unique = {entry.label: entry for entry in reversed(known)}
    return completed(printed, list(unique.values())[::-1])


def _remarks(page: Page, macros: Macros, name: str, has_list: bool) -> Iterator[Skipped]:
    for named, why in dict.fromkeys(page.missing):
        if why == "the reference list is not there":
            yield Skipped(source=name, place=one_line(named), reason=why, cure="put the .bib or .bbl file beside the document")
        else:
            reason = f"a part of the document {why}"
            yield Skipped(source=name, place=one_line(named), reason=reason, cure="put all files of the document into one folder")
    counts = Counter(how for how, _ in page.hidden)
    for how, count in counts.items():
        first = next(text for way, text in page.hidden if way == how)
        times = f", {count} places" if count > 1 else ""
        reason = f"hidden text was left out ({how}{times}): “{opening(first)}”"
        yield Skipped(source=name, reason=reason, cure="read it in the file if it matters", expected=True)
    if macros.exhausted:
        yield Skipped(source=name, reason="its macros expand without end: some were left out", cure="give the paper as PDF")


# ---------------------------------------------------------------- files beside a document


def reference_list_of(path: Path) -> str:
    """The name of the .tex beside ``path`` (a .bib) that has it as its reference list; "" where there is none."""
    for folder in (path.parent, path.parent.parent):
        for document in _documents(folder):
            named = _names_in(document)
            if named and path.resolve() in {(folder / f"{n.removesuffix('.bib')}.bib").resolve() for n in named[1]}:
                return document.name
    return ""


def _taken_in_by(folder: Path, file: str) -> str:
    """The name of the document in ``folder`` or one of the two above it that takes ``file`` in; "" for none."""
    piece = (folder / file).resolve()
    around = (folder, folder.parent, folder.parent.parent)
    for above in around:
        for document in _documents(above):
            named = _names_in(document)
            if document.resolve() != piece and named:
                for taken in named[0]:
                    for place in around:
                        if piece in ((place / taken).resolve(), (place / f"{taken}.tex").resolve()):
                            return document.name
    return ""


def forget() -> None:
    """Forgets what documents were seen to take in, so that they are opened anew."""
    _read_names.cache_clear()


def _documents(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.glob("*.tex") if path.is_file())[:200]
    except OSError:
        return []


def _names_in(path: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What a .tex takes in, and the reference lists it names."""
    try:
        facts = path.stat()
        return _read_names(path, facts.st_mtime_ns, facts.st_size) if facts.st_size <= TEXT_BYTES else ((), ())
    except (OSError, ValueError):
        return (), ()


@lru_cache(maxsize=512)
def _read_names(path: Path, changed: int, size: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    text = clean(decode(path.read_bytes()) or "")
    return takes_in(text), tuple(name.strip() for match in _LISTS.finditer(text) for name in match[1].split(",") if inside(name))


def takes_in(text: str) -> tuple[str, ...]:
    """The names of the files that ``text`` takes in, as written there, without those that lead out of its folder."""
    plain = [(match[1] or match[2]).strip() for match in _TAKES.finditer(text)]
    imported = [f"{match[1]}/{match[2]}" for match in _IMPORTS.finditer(text)]
    return tuple(name for name in (*plain, *imported) if inside(name))
