"""Plain text: paragraphs parted by blank lines (or one a line), with headings such as "Abstract" and "2 Related Work" among them."""

import re
from pathlib import PurePath

from survey.readers.assembly import Block, assemble, is_heading, kind_of
from survey.readers.cleaning import opening, without_latex
from survey.readers.entries import entries_of
from survey.readers.facts import acl_of, arxiv_date, arxiv_in, arxiv_of, doi
from survey.readers.hyphens import Spelling
from survey.readers.names import split_names
from survey.records import Paper, Skipped, Source

_LEAST = 40
"""Characters of text under which a file holds a remark, not a paper."""
_BROKEN = re.compile(r"[a-z]-$")
_CASELESS = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")  # Thai, Lao, Burmese, Khmer, Kana, Han
_NUMBERED = re.compile(r"^(?:\d{1,2}(?:\.\d{1,2}){0,3}\.?|[IVX]{1,5}\.|[A-H]\.(?:\d\.?)*)\s+\S")


def read(text: str, name: str) -> list[Paper | Skipped]:
    """One paper: the title is the first line if that looks like one."""
    lines = [" ".join(line.split()) for line in text.split("\n")]
    while lines and not lines[0]:
        lines.pop(0)
    title, authors, rest = _head(lines)
    blocks = _blocks(rest)
    body = entries_of(assemble(blocks, lead="other" if any(b.level for b in blocks) else "abstract"))
    if len(body.text) < _LEAST:
        return [Skipped(source=name, reason="holds too little text to be a paper", cure="give the paper itself, or its abstract")]
    stem = PurePath(name).name
    arxiv = arxiv_of(stem) or arxiv_in(" ".join(lines[:12]))
    acl, year = acl_of(stem)
    return [
        Paper(
            title=title, authors=tuple(authors), date=arxiv_date(arxiv) or year, arxiv=arxiv, doi=doi(" ".join(lines[:12])),
            url=f"https://aclanthology.org/{acl}" if acl else "", text=body.text, parts=body.parts, cited=body.cited,
            note="" if title else opening(body.text), sources=(Source(path=name, reader="text"),),
        )
    ]  # fmt: skip


def _head(lines: list[str]) -> tuple[str, list[str], list[str]]:
    """Title, authors and the lines that follow them."""
    filled = [i for i, line in enumerate(lines) if line]
    if not filled:
        return "", [], []
    first = filled[0]
    if lines[first].casefold().strip("#: ") == "title" and len(filled) > 1:
        first = filled[1]
    title = re.sub(r"^title\s*:\s*", "", lines[first], flags=re.IGNORECASE)
    if not _is_title(title) or len(filled) < 2:
        return "", [], lines
    after = next((i for i in filled if i > first), len(lines))
    authors: list[str] = []
    if after < len(lines):
        line = re.sub(r"^authors?\s*:\s*|\s*,?\s+et al\.?$", "", lines[after], flags=re.IGNORECASE)
        names = split_names(line)
        if names and (len(names) > 1 or line != lines[after]) and all(len(n.split()) > 1 for n in names):
            authors, after = names, after + 1
    return without_latex(title), authors, lines[after:]


def _is_title(line: str) -> bool:
    words = line.split()
    # In a script without spaces a title is one "word".
    least = 1 if _CASELESS.search(line) and len(line) <= 80 else 2
    return (
        least <= len(words) <= 30
        and len(line) <= 250
        and not line.endswith((".", ",", ";", ":", "。", "，", "；", "：", "！"))
        and not re.match(r"https?://|[-*•\d]+[.)]?\s", line)
        and not is_heading(line)
        and sum(c.isalpha() for c in line) >= len(line.replace(" ", "")) * 0.6
    )


def _heading(line: str, follows: bool) -> int:
    """The level of ``line`` as a heading, 0 if it is none; ``follows`` says whether text comes after it."""
    if not follows or len(line) > 80 or line.endswith((",", ";")) or not any(c.isalpha() for c in line):
        return 0
    if _NUMBERED.match(line) and not line.endswith(".") and len(line.split()) <= 12 and re.search(r"\s[A-Z]", line):
        return 1 + line.split(maxsplit=1)[0].rstrip(".").count(".")
    words = line.strip(" .:").split()
    plain = kind_of(line) != "other" and len(words) <= 6 and not line.endswith((".", "?"))
    return 1 if (plain and words[0][:1].isupper()) or line.casefold().strip(" .:") == "abstract" else 0


def _blocks(lines: list[str]) -> list[Block]:
    """Headings and paragraphs. Where lines are long each is a paragraph; where they are wrapped, blank lines part them."""
    filled = [line for line in lines if line]
    wrapped = sum(1 for line in filled if len(line) > 140) < 0.1 * len(filled) and any(not line for line in lines)
    spelling = Spelling((line, bool(_BROKEN.search(line))) for line in lines)
    blocks: list[Block] = []
    run: list[str] = []

    def flush() -> None:
        if run:
            blocks.append(Block(without_latex(_joined(run, spelling))))
            run.clear()

    for i, line in enumerate(lines):
        follows = any(lines[i + 1 : i + 3])
        if not line:
            flush()
        elif level := (0 if run and wrapped else _heading(line, follows)):
            flush()
            blocks.append(Block(line, level))
        else:
            run.append(line)
            if not wrapped:
                flush()
    flush()
    return blocks


def _joined(lines: list[str], spelling: Spelling) -> str:
    """The lines as one; a hyphen at a line's end stays only where it is the word's own."""
    pieces: list[str] = []
    for line in lines:
        if pieces and _BROKEN.search(pieces[-1]) and line[0].islower():
            if not spelling.keeps(pieces[-1][:-1], line):
                pieces[-1] = pieces[-1][:-1]
        elif pieces:
            pieces.append(" ")
        pieces.append(line)
    return "".join(pieces)
