"""A survey as pandoc Markdown, written so that :func:`survey.render.draft.read_draft` reads it back exactly.

The form, which a person edits and `survey verify` checks:

- one sentence per line; its citations stand at the end of the line, one bracket for all: ``[@phan2019, p. 4; @lee2020]``;
- “ and ” delimit words of a paper. Pairs inside a quotation nest as they stand; any other “ or ”, and outside of quotations every other
  mark that quotes, is written as ``&ldquo;``, ``&quot;`` and so on, but for pairs in a sentence that cites nothing: they set off a name;
- a claim that its quotes do not plainly bear out ends in ⚑;
- the full stop of a cited sentence stands behind the bracket. One that belongs to a quotation stays inside it and another ends the
  sentence: ``Phan et al. (2019) report: “We agree.” [@phan2019, p. 4].``

Texts of papers are data: every character that pandoc or CommonMark could act upon is escaped. Straight quotation marks in a quotation, and
dashes, are left as they are, so read the file with pandoc's ``smart`` extension off (``-f markdown-smart``) where letters matter.
"""

import re
from collections.abc import Iterable, Sequence, Set
from itertools import pairwise

from survey.phrases import Phrases
from survey.phrases.told import ENGLISH
from survey.records import Block, Reference, Section, Sentence, Survey, in_order, year_letters
from survey.render.text import FLAG, anchor, citations, citekey, identifiers, plain, quote_spans, reference_parts

REFERENCES_ANCHOR = "refs"
FIGURES = {"fishbone": "fishbone.svg", "chains": "chains.svg", "themes": "themes.svg", "tree": "tree.svg", "years": "years.svg"}

_ACTIVE = re.compile(
    r"""[\\`*_{}\[\]$~^|@]          # emphasis, code, links, maths, attributes, tables, citations, sub- and superscript
      | <(?=[A-Za-z/!?])            # HTML, autolinks
      | &(?=\#?[A-Za-z0-9]+;)       # entities
      | :(?=//) | (?<=www)\.        # bare addresses, which some readers turn into links
      | \#(?=\#*$)                  # the closing marks of a heading
    """,
    re.VERBOSE,
)
_ACTIVE_FIRST = re.compile(r"[#>+=:%-]|\(?(?:\d{1,9}|[A-Za-z]|[ivxlcdmIVXLCDM]+)[.)](?= |$)")
_QUOTED_STOP = re.compile(r"[.?!。？！][”’\"']+$")


def escape(text: str, *, first: bool = False) -> str:
    """``text`` as Markdown that reads back as the same characters; ``first``: it begins a line."""
    active = _active(text, first)
    return "".join("\\" + char if at in active else char for at, char in enumerate(text))


def _active(text: str, first: bool) -> set[int]:
    """The places of ``text`` that need a backslash."""
    places = {match.start() for match in _ACTIVE.finditer(text)}
    lead = _ACTIVE_FIRST.match(text) if first else None
    return places | {lead.end() - 1} if lead else places


def ends_in_quoted_stop(text: str) -> bool:
    return bool(_QUOTED_STOP.search(text))


def split_stop(text: str) -> tuple[str, str]:
    """What stands before the citation of ``text`` and what behind; :func:`survey.render.draft.join_stop` is the inverse."""
    if ends_in_quoted_stop(text):
        return text, "."
    body = text[:-1]
    if text.endswith(".") and body and body[-1] not in ".?!… " and not ends_in_quoted_stop(body):
        return body, "."
    return text, ""


def citation_markdown(places: Iterable[tuple[str, int | None]]) -> str:
    marks = [f"@{citekey(key)}, p. {page}" if page else f"@{citekey(key)}" for key, page in places]
    return f"[{'; '.join(marks)}]" if marks else ""


def sentence_markdown(sentence: Sentence) -> str:
    """One line; "" for a sentence that says and cites nothing."""
    text = plain(sentence.text)
    cited = citation_markdown(citations(sentence))
    body, stop = split_stop(text) if cited else (text, "")
    flag = f" {FLAG}" if sentence.verdict == "flagged" else ""
    return " ".join(filter(None, [_prose(body, sentence), cited])) + stop + flag


def _prose(text: str, sentence: Sentence) -> str:
    if not sentence.citekeys:
        return _paired(text, quoted=False)
    pieces: list[str] = []
    at = 0
    for start, end, _ in quote_spans(text, sentence.quotes):
        pieces += [_without_marks(escape(text[at:start], first=at == 0)), "“", _paired(text[start + 1 : end - 1], quoted=True), "”"]
        at = end
    return "".join([*pieces, _without_marks(escape(text[at:], first=at == 0))])


_MARKS: dict[int, str] = str.maketrans(
    {"“": "&ldquo;", "”": "&rdquo;", '"': "&quot;", "«": "&laquo;", "»": "&raquo;", "„": "&bdquo;", "‘": "&lsquo;", FLAG: "&#9873;"}
)


def _without_marks(markdown: str) -> str:
    return markdown.translate(_MARKS)


def _paired(text: str, *, quoted: bool) -> str:
    """``text`` escaped; of its “ and ” those that pair up stand as they are, and other marks too in what is ``quoted`` or between them."""
    paired: set[int] = set()
    opened: list[int] = []
    within: set[int] = set(range(len(text))) if quoted else set()
    for at, char in enumerate(text):
        if char == "“":
            opened.append(at)
        elif char == "”" and opened:
            within |= set(range(opened[-1], at))
            paired |= {opened.pop(), at}
    active = _active(text, not quoted)
    written = (char if at in paired or (at in within and char not in "“”") else _without_marks(char) for at, char in enumerate(text))
    return "".join("\\" + char if at in active else char for at, char in enumerate(written))


def survey_markdown(survey: Survey, *, printed_references: bool = True) -> str:
    """The survey as one document.

    ``printed_references=False`` leaves the list of references to pandoc's citeproc, which formats ``references.bib`` by a style.
    """
    say = Phrases(survey.lang)
    pieces = [survey.head if survey.head and printed_references else head_markdown(survey, printed_references=printed_references)]
    pieces += [section_markdown(section, survey) for section in survey.sections]
    pieces += references_markdown(survey.papers, say) if printed_references else [f"# {say('page.references')}", "::: {#refs}\n:::"]
    return _parted(pieces, {section.by_hand for section in survey.sections})


_BLANK_END = re.compile(r"(?:\n|\r\n?)[ \t]*(?:\n|\r\n?)[ \t]*\Z")


def _parted(pieces: Sequence[str], by_hand: Set[str]) -> str:
    """The pieces of a document, with a blank line between two. What a person wrote brings its own, and of two such none is put between."""
    written = list(pieces[:1])
    for before, piece in pairwise(pieces):
        ended = before.endswith(("\n", "\r"))
        if not _BLANK_END.search(before) and not (ended and {before, piece} <= by_hand):
            written.append("\n" if ended else "\n\n")
        written.append(piece)
    return "".join(written) + ("" if written[-1].endswith("\n") else "\n")


def head_markdown(survey: Survey, *, printed_references: bool = True) -> str:
    """The YAML block before the text."""
    head = ["---", f"title: {_yaml(survey.title)}"]
    if survey.topic and survey.topic.casefold() != survey.title.casefold():
        head.append(f"subtitle: {_yaml(survey.topic)}")
    head += ["bibliography: references.bib", "link-citations: true"]
    if printed_references:
        head.append("suppress-bibliography: true")  # else citeproc prints a second list below ours
    return "\n".join([*head, "---"])


def references_markdown(papers: Sequence[Reference], say: Phrases = ENGLISH) -> list[str]:
    """Heading and list; each item carries the anchor that pandoc's citations link to."""
    letters = year_letters(papers)
    lines = [_reference(paper, letters[paper.key], say) for paper in in_order(papers)]
    return [f"# {say('page.references')} {{#{REFERENCES_ANCHOR}}}", "\n".join(lines)] if papers else []


def _reference(paper: Reference, letter: str, say: Phrases) -> str:
    who, title, venue = reference_parts(paper, letter, say)
    texts = [plain(who), f"{title}.", f"{venue}." if venue else "", *(text for text, _ in identifiers(paper))]
    key = citekey(paper.key)
    return f"- [{key}]{{#ref-{key}}} {_without_marks(escape(' '.join(filter(None, texts))))}"


def section_markdown(section: Section, survey: Survey) -> str:
    """A section with its heading; one that a person edited, as they left it."""
    if section.by_hand:
        return section.by_hand
    marks = "#" * max(1, min(6, section.level))
    title = _without_marks(escape(plain(section.title), first=True))
    blocks = (block_markdown(block, survey) for block in section.blocks)
    return "\n\n".join([f"{marks} {title} {{#{anchor(section.id)}}}", *filter(None, blocks)])


def block_markdown(block: Block, survey: Survey) -> str:
    if block.kind == "table":
        return _table(block)
    if block.kind == "figure":
        return _figure(block, survey)
    items = [list(filter(None, map(sentence_markdown, item))) for item in block.items]
    if block.kind == "list" and block.figure:
        return "\n".join("\n  - ".join([f"- {lines[0]}", *lines[1:]]) for lines in items if lines)
    if block.kind == "list":
        return "\n".join("- " + "\n  ".join(lines) for lines in items if lines)
    return "\n\n".join("\n".join(lines) for lines in items if lines)


def _figure(block: Block, survey: Survey) -> str:
    caption = _without_marks(escape(plain(block.caption)))
    drawn = {
        "fishbone": bool(survey.fishbone.head or survey.fishbone.bones),
        "chains": bool(survey.chains),
        "themes": bool(survey.themes or survey.alone),
        "tree": survey.tree is not None and bool(survey.tree.children),
        "years": len({paper.year for paper in survey.papers if paper.year}) > 1,
    }
    if not drawn.get(block.figure, False):
        return ""
    return f"![{caption}]({FIGURES[block.figure]})"


def _table(block: Block) -> str:
    rows = [tuple(_cell(cell) for cell in row) for row in (block.header, *block.rows)]
    columns = max(map(len, rows))
    if not columns:
        return ""
    padded = [(*row, *[""] * (columns - len(row))) for row in rows]
    # pandoc shares the width of a page among the columns of a long table by the number of their dashes
    widths = [max(3, min(40, max(len(row[column]) for row in padded))) for column in range(columns)]
    lines = [f"| {' | '.join(row)} |" for row in padded]
    return "\n".join([lines[0], f"|{'|'.join('-' * (width + 2) for width in widths)}|", *lines[1:]])


def _cell(text: str) -> str:
    text = plain(text)
    keys = text.split("; ")
    if all(key.startswith("@") and citekey(key[1:]) == key[1:] for key in keys):
        return f"[{text}]"
    if text.startswith("“") and text.endswith("”"):
        return f"“{_paired(text[1:-1], quoted=True)}”"
    return _without_marks(escape(text, first=True))


def _yaml(text: str) -> str:
    """pandoc reads a metadata string as Markdown. A single-quoted one keeps our backslashes single, for readers that know no such head."""
    written = escape(plain(text).replace("\ufeff", ""), first=True).replace("'", "''")
    return f"'{written}'"
