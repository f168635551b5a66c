"""The Markdown of a section that a person edited → a section of the record. What they left as it was keeps its evidence."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from survey.checking.quoted import quotation_fault
from survey.records import Block, Paper, Quote, Section, Sentence, Survey, Verdict
from survey.render.draft import DraftSentence, read_draft
from survey.render.markdown import block_markdown, sentence_markdown
from survey.support import fault, find_quote

Lookup = Callable[[str], Paper | None]


class Known:
    """Blocks and sentences by the Markdown that the program writes of them."""

    def __init__(self, *surveys: Survey) -> None:
        self.blocks: dict[str, Block] = {}
        self.sentences: dict[str, Sentence] = {}
        for survey in surveys:
            for block in (block for section in (*survey.sections, *survey.beneath) for block in section.blocks):
                self.blocks.setdefault(block_markdown(block, survey), block)
                for sentence in (sentence for item in block.items for sentence in item):
                    self.sentences.setdefault(_told(sentence_markdown(sentence)), sentence)


def section_by_hand(markdown: str, id_: str, title: str, level: int, paper: Lookup, known: Known) -> Section:
    """``title`` and ``level`` are those of the heading, unless it says otherwise."""
    said = read_draft(markdown)
    heading = next((s for s in said if s.kind == "heading"), None)
    return Section(
        id=id_,
        title=heading.text if heading and heading.text else title,
        level=level,
        blocks=tuple(_blocks(markdown, [s for s in said if s is not heading], paper, known)),
        by_hand=markdown,
    )


def _blocks(markdown: str, said: Sequence[DraftSentence], paper: Lookup, known: Known) -> Iterator[Block]:
    """The pieces between blank lines that are the program's as they are; else what the reader makes of them."""
    lines = markdown.replace("\r\n", "\n").split("\n")
    piece_of: dict[int, int] = {}  # line → the piece it stands in, by its first line
    start = 1
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            start = number + 1
        piece_of[number] = start
    for first, group in groupby(said, key=lambda s: int(piece_of.get(s.line, s.line))):
        end = next((n for n in range(first, len(lines) + 1) if not lines[n - 1].strip()), len(lines) + 1)
        same = known.blocks.get("\n".join(lines[first - 1 : end - 1]))
        if same:
            yield same
        else:
            yield from _read(list(group), lines, paper, known)


def _read(said: Sequence[DraftSentence], lines: Sequence[str], paper: Lookup, known: Known) -> Iterator[Block]:
    for kind, group in groupby(said, key=lambda s: s.kind):
        if kind == "table":
            rows = [tuple(_cells(sentence)) for sentence in group]
            yield Block(kind="table", header=rows[0], rows=tuple(rows[1:]))
        elif kind != "caption":
            blocks = groupby(group, key=lambda s: s.block)
            items = [tuple(dict.fromkeys(_sentence(s, lines, paper, known) for s in item)) for _, item in blocks]
            if kind == "list":
                yield Block(kind="list", items=tuple(items))
            else:
                yield from (Block(kind="paragraph", items=(item,)) for item in items)


def _cells(row: DraftSentence) -> Iterator[str]:
    """The texts of its cells; what it cites fills the first that is empty."""
    cited = "; ".join(f"@{key}" for key in row.citekeys)
    for cell in row.text.split(" | "):
        yield cell or cited
        cited = "" if not cell else cited


def _sentence(said: DraftSentence, lines: Sequence[str], paper: Lookup, known: Known) -> Sentence:
    """As the program wrote it, if its line is still the same; else a claim, where words of a paper that it cites stand there; else a
    person's own. A claim that is borne out is supported; flagged is what has a quotation that does not stand, or cites what is not
    there."""
    same = known.sentences.get(_told(lines[said.line - 1])) if said.line <= len(lines) else None
    if same:
        return same
    quotes = tuple(_quotes(said, paper))
    cites = tuple(key for key in said.citekeys if key not in {quote.key for quote in quotes} and paper(key) is not None)
    made = Sentence(text=said.text, kind="claim" if quotes else "own", quotes=quotes, cites=cites, verdict="unchecked")
    wrong = _is_wrong(said, paper) or (quotes and fault(made, paper))
    verdict: Verdict = "flagged" if wrong else "supported" if quotes else "unchecked"
    return made.model_copy(update={"verdict": verdict})


def _is_wrong(said: DraftSentence, paper: Lookup) -> bool:
    cited = [quote for quote in said.quotes if quote.citations]
    named = [*said.citations, *(citation for quote in cited for citation in quote.citations)]
    papers = {citation.key: found for citation in named if (found := paper(citation.key))}
    if any(citation.key not in papers for citation in named):
        return True
    return any(quotation_fault(q, {c.key: papers[c.key] for c in q.citations}, lambda _words, _key: False) for q in cited)


def _quotes(said: DraftSentence, paper: Lookup) -> Iterator[Quote]:
    for quote in said.quotes:
        for key in dict.fromkeys(citation.key for citation in quote.citations):
            found = paper(key)
            if found and (where := find_quote(quote.text, found)):
                yield where
                break


def _told(line: str) -> str:
    """A line without the mark of its bullet."""
    return line.strip().removeprefix("- ").strip()
