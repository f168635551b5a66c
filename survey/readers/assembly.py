"""Blocks of a paper put together: its text, its parts and its pages, as :class:`survey.records.Paper` wants them."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from survey.records import Cited, Page, Part, PartKind


class Block(NamedTuple):
    """A heading (``level`` ≥ 1) or a paragraph (0), on one line.

    ``pages`` says where a page begins: ``(offset in the text of the block, page number)``, the first at offset 0; () = no pages.
    """

    text: str
    level: int = 0
    pages: tuple[tuple[int, int], ...] = ()


class Body(NamedTuple):
    """Text, parts, pages and reference list of a paper; pages tile the text (those of captions come again), parts follow one another."""

    text: str
    parts: tuple[Part, ...]
    pages: tuple[Page, ...]
    cited: tuple[Cited, ...] = ()


_NUMBER = re.compile(r"^\s*(?:(?:section|chapter)\s+)?(?:\d+|[IVX]+(?=[.\s])|[A-Z](?=[.\d]|\s))(?:\.\d+)*[.):]?\s+", re.IGNORECASE)
_LETTERED = re.compile(r"^(?:Appendix\b|[A-Z](?:\.\d+)*\.?\s)")
# Whole headings: "Reference answers" are none.
_REFERENCES = (
    r"^(?:(?:selected |cited |further )?(?:references?|bibliography)(?: list| cited|\W*[(\[].*)?|(?:references|bibliography) (?:and|&) .*"
    r"|list of references|works cited|literature(?: cited)?|literatur(?:verzeichnis|hinweise|angaben)?|literatura|bibliogra(?:ph|f)ie"
    r"|références(?: bibliographiques)?|refer[eê]ncias(?: bibliográficas)?|bibliograf[íi]a|riferimenti(?: bibliografici)?"
    r"|(?:список )?(?:использованной )?литератур[аы]|参\s*考\s*文\s*献|引用文献|참고\s*문헌)$"
)
# The earliest word of the heading decides, so that "Results and Discussion" are results.
_KINDS: tuple[tuple[PartKind, str], ...] = (
    ("references", _REFERENCES),
    ("appendix", r"^appendi|^supplement"),
    ("abstract", r"^(?:abstract|synopsis|summary|a b s t r a c t)$"),
    ("introduction", r"\bintroduction\b"),
    ("related", r"\b(?:related|previous|prior|existing) (?:work|research|stud|literature|approach)|\bliterature review|\bbackground"
                r"|\bstate of the art"),
    ("conclusion", r"\bconclu|\bfuture (?:work|direction)|^summary\b|\bsummary (?:and|of)\b|\boutlook\b"),
    ("discussion", r"\bdiscussions?\b|\blimitations?\b"),
    ("results", r"\bresults?\b|\bexperiment|\bevaluation|\bablation|\bfindings\b|\banalys[ie]s\b|\bperformance\b"),
    ("method", r"\bmethod|\bapproach|\bmodels?\b|\barchitecture|\bmaterials?\b|\balgorithm|\bframework|\bproposed\b|\bnetworks?\b"
               r"|\bsystem\b|\bimplementation|\btraining\b|\bdata ?sets?\b|\bdata\b|\bsetup\b|\bsettings?\b"),
)  # fmt: skip
_MATCHERS = tuple((kind, re.compile(pattern)) for kind, pattern in _KINDS)


def kind_of(heading: str) -> PartKind:
    """What a section of that heading holds; "other" when the heading does not say."""
    words = _NUMBER.sub("", heading).strip(" .:").casefold()
    found = [(m.start(), rank, kind) for rank, (kind, pattern) in enumerate(_MATCHERS) if (m := pattern.search(words))]
    return min(found)[2] if found else "other"


_NO_TITLE = re.compile(
    r"(?:(?:table of )?contents|list of (?:figures|tables|contents)|abstract|synopsis|introduction|summary|preface|foreword|"
    r"acknowledge?ments?|references|bibliography|index|appendix|conclusions?|title|untitled|inhalt(?:sverzeichnis)?|zusammenfassung|"
    r"einleitung|vorwort|sommaire|table des matières|résumé|índice|contenido|resumen|introducción|оглавление|содержание|аннотация|введение|"
    r"目录|目次|摘要|引言|前言|要旨|概要)\W*"
    r"|(?:1|I)(?:\.\d+)*[.)]?\s+\S.*|(?:chapter|section|part|kapitel|chapitre|capítulo|глава)\s+(?:\d+|[IVX]+)\b.*",
    re.IGNORECASE,
)


def is_heading(line: str) -> bool:
    """Whether ``line`` heads a part of a paper ("Contents", "1 Your Chapter"), so that it is no paper's title."""
    return bool(_NO_TITLE.fullmatch(line.strip()))


def assemble(blocks: Iterable[Block], lead: PartKind = "other", *, cited: Sequence[Cited] = (), captions: Iterable[Block] = ()) -> Body:
    """Put ``blocks`` together; ``lead`` is the kind of what stands before the first heading.

    ``cited`` is the reference list of a source that marks its entries: each becomes a paragraph under a heading of its own (give the list's
    heading as the last of ``blocks`` to have that one instead) and gets its offsets. ``captions`` come last, in a part of their own.
    """
    blocks = [block for block in blocks if block.text]
    printed = [entry for entry in cited if entry.printed]
    if printed and not (blocks and blocks[-1].level and kind_of(blocks[-1].text) == "references"):
        blocks.append(Block("References", 1))
    above = [block for block in captions if block.text]
    pieces: list[str] = []
    heads: list[tuple[str, int, int, int]] = []  # heading, level, where it begins, where its part begins
    breaks: list[tuple[int, int]] = []
    starts: list[int] = []
    at = 0
    for block in [*blocks, *(Block(entry.printed) for entry in printed), *above]:
        start = at + (2 if pieces else 0)
        breaks += [(start + offset, number) for offset, number in block.pages]
        pieces.append(block.text)
        starts.append(start)
        at = start + len(block.text)
        if block.level:
            heads.append((block.text, block.level, start, at))
        elif not heads:
            heads.append(("", 0, start, start))
    text = "\n\n".join(pieces)
    last = starts[len(starts) - len(above)] if above else len(text)
    parts = _parts(text[:last].rstrip("\n"), [head for head in heads if head[2] < last], lead)
    if above:
        parts = (*parts, Part(heading="", kind="caption", start=last, end=len(text)))
    placed = [e.model_copy(update={"start": s, "end": s + len(e.printed)}) for e, s in zip(printed, starts[len(blocks) :], strict=False)]
    return Body(text, parts, _pages(breaks, last, len(text)), (*placed, *(entry for entry in cited if not entry.printed)))


def _parts(text: str, heads: list[tuple[str, int, int, int]], lead: PartKind) -> tuple[Part, ...]:
    parts: list[Part] = []
    above: dict[int, str] = {}  # level → number of the heading that this one stands under
    kinds: dict[int, PartKind] = {}
    ended = False  # past the references only appendices follow
    for i, (heading, level, _, start) in enumerate(heads):
        end = heads[i + 1][2] if i + 1 < len(heads) else len(text)
        begin = min(start + 2, end) if heading else start
        kind = kind_of(heading) if heading else lead
        if kind == "abstract" and any(part.kind in {"abstract", "introduction"} for part in parts):
            if parts[0].heading:
                kind = "conclusion"  # a "Summary" at the end
            else:
                parts[0] = parts[0].model_copy(update={"kind": "other"})
        if kind == "other" and ended and _LETTERED.match(heading):
            kind = "appendix"
        number = heading.split(".")[0].strip()
        outer = [(k, n) for (k, n) in above.items() if k < level and (not number.isdigit() or not n.isdigit() or n == number)]
        if outer and (kind == "other" or kinds[max(outer)[0]] == "appendix"):
            kind = kinds[max(outer)[0]]
        above = {k: n for k, n in above.items() if k < level} | {level: number.split(" ")[0] if level == 1 else number}
        kinds[level] = kind
        ended = ended or kind == "references"
        stop = end
        while stop > begin and text[stop - 1] == "\n":
            stop -= 1
        parts.append(Part(heading=heading, kind=kind, start=begin, end=stop))
    return tuple(parts)


def _pages(breaks: list[tuple[int, int]], last: int, length: int) -> tuple[Page, ...]:
    """Stretches of one page each. In the running text pages only go up; behind ``last``, where captions stand, they begin again."""
    firsts: list[tuple[int, int]] = []
    for start, number in breaks:
        if not firsts or number > firsts[-1][1] or (start >= last and number != firsts[-1][1]) or (start >= last > firsts[-1][0]):
            firsts.append((start, number))
    if not firsts or not length:
        return ()
    firsts[0] = (0, firsts[0][1])
    ends = [start for start, _ in firsts[1:]] + [length]
    return tuple(Page(number=number, start=start, end=end) for (start, number), end in zip(firsts, ends, strict=True) if end > start)
