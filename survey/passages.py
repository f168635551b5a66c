"""Paper → sentences → passages.

A sentence is the unit of a quote, a passage the unit of retrieval. Both are spans of the paper's text, letter for letter. Neither crosses a
section; a sentence does not cross a paragraph either. Boundaries come from nupunkt, put right for the ways of scientific text;
llama-index's splitter packs whole sentences into passages.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import pairwise, zip_longest

from survey.records import Paper, Part, Passage, Quote, SourceSentence
from survey.support import quotable

VERSION = "3"
"""Raised when the same text is split otherwise: the papers of a library are then split anew."""

PASSAGE_CHARACTERS = 1000
"""The most characters of a passage, unless one sentence alone is longer."""

# After these a sentence goes on whatever comes next. "et al.", "etc.", "al." may end one: there the next letter decides.
_GOES_ON = re.compile(
    r"(?:^|[\s(\[{])(?:i\.\s?e|e\.\s?g|cf|vs|viz|w\.\s?r\.\s?t|s\.\s?t|approx|resp|ca|Figs?|Eqs?|Eqns?|Secs?|Sects?|Refs?|Tabs?|Thm|Def|Lem|Prop|Alg"
    r"|Chap|Ch|App|Vol|vol|No|Nos|pp?|Dr|Prof|Mr|Mrs|Ms|St)\.$"
)
_ENUMERATOR = re.compile(r"^[(\[]?(?:(?:\d{1,3}\.)+\d{0,3}|\d{1,3}\)|[A-Za-z][.)]|[ivxIVX]{1,5}[.)])$")
"""A span that is only a number of a list or heading: "3.2.", "A.", "(iv)"."""
_CITATION = re.compile(r"\[\d{1,4}(?:\s*[,;–-]\s*\d{1,4})*\](?=\s+[A-Z\"“(]|\s*$)")
"""A numbered citation that stands behind the full stop of the sentence it belongs to: "as shown.[12] Then …"."""
_CITED_END = re.compile(
    r"(?<=[a-z)\]][a-z)\]])\.(?:\d{1,3}(?:[,–-]\d{1,3})*|\s?\[\d{1,4}(?:\s*[,;–-]\s*\d{1,4})*\])(?=\s+[A-Z][A-Za-z]*[\s,])"
)
"""The same where nupunkt saw no end at all; without brackets it was a superscript in print: "as shown.12,13 Then …"."""
_WORD_END = re.compile(r"(?<![\w.-])[a-z]{3,}[.!?](?=\s+[A-Z][a-z-]*[\s,])")
"""A whole small-letter word, a full stop, a capital: nupunkt takes some such words ("art.", "tasks.") for the abbreviations of law."""
_PARAGRAPH = re.compile(r"\n\s*\n")
_LONGEST = 10_000
"""Characters that nupunkt is given at once: a paragraph of 100,000 that is all full stops costs it minutes, as the square of its length."""
_STOP = re.compile(r"[.!?]\S{0,3}\s+(?=\S)")
_TAIL = 40
"""Characters of a sentence's end that tell whether it goes on: more than the longest of the abbreviations and enumerators."""


def quotes_within(passage: Passage, paper: Paper, sentences: Sequence[SourceSentence]) -> list[Quote]:
    """The sentences of a passage that can stand as quotes, in the order of the text."""
    within = (paper.quote(s.start, s.end) for s in sentences if passage.start <= s.start and s.end <= passage.end)
    return [quote for quote in within if quotable(quote.text)]


def around(quote: Quote, paper: Paper, sentences: Sequence[SourceSentence], count: int = 1) -> tuple[list[Quote], list[Quote]]:
    """Up to ``count`` sentences that stand before ``quote`` and after it in its section, in the order of the text."""
    part = paper.part_of(quote.start)
    same = [s for s in sentences if paper.part_of(s.start) == part]
    before = [s for s in same if s.end <= quote.start]
    after = [s for s in same if s.start >= quote.end]
    return [paper.quote(s.start, s.end) for s in before[max(len(before) - count, 0) :]], [
        paper.quote(s.start, s.end) for s in after[:count]
    ]


def split_sentences(paper: Paper) -> list[SourceSentence]:
    """The sentences of the paper in order. Every character that is not white space stands in exactly one; a heading is one of its own."""
    cuts = {0, len(paper.text)}
    for part in paper.parts:
        cuts |= {min(part.start, len(paper.text)), min(part.end, len(paper.text))}
    edges = sorted(cuts)
    spans = [span for start, end in pairwise(edges) for span in _spans(paper.text, start, end)]
    return [SourceSentence(number=number, start=start, end=end) for number, (start, end) in enumerate(spans)]


def passages(paper: Paper, sentences: Sequence[SourceSentence], size: int = PASSAGE_CHARACTERS) -> list[Passage]:
    """Runs of whole sentences of one section, at most ``size`` characters unless a single sentence is longer; no references, no headings.

    ``passage.text == paper.text[passage.start : passage.end]``; ``section`` is the heading, ``page`` the page of the first character.
    """
    made: list[Passage] = []
    for part, run in _runs(paper, sentences, size):
        for first, last in _pack(paper.text, run, size):
            made.append(
                Passage(
                    id=f"{paper.key}/{len(made)}",
                    key=paper.key,
                    text=paper.text[first.start : last.end],
                    start=first.start,
                    end=last.end,
                    section=part.heading if part else "",
                    page=paper.page_of(first.start),
                )
            )
    return made


def _runs(paper: Paper, sentences: Sequence[SourceSentence], size: int) -> Iterator[tuple[Part | None, list[SourceSentence]]]:
    """Sentences that may stand in one passage: neighbours in the same section. One longer than ``size`` stands alone."""
    headings = _headings(paper, sentences)
    parts = sorted(paper.parts, key=lambda part: part.start)
    starts = [part.start for part in parts]
    run: list[SourceSentence] = []
    run_place: tuple[int, bool] | None = None
    for sentence, following in zip_longest(sentences, sentences[1:]):
        at = bisect_right(starts, sentence.start) - 1
        inside = at >= 0 and sentence.start < parts[at].end
        place = (at, inside)
        long = (following.start if following else sentence.end) - sentence.start > size
        if run and (place != run_place or long or sentence.number in headings):
            yield _part(parts, run_place), run
            run = []
        run_place = place
        if sentence.number in headings or (inside and parts[at].kind == "references"):
            continue
        if long:
            yield _part(parts, place), [sentence]
        else:
            run.append(sentence)
    if run:
        yield _part(parts, run_place), run


def _part(parts: Sequence[Part], place: tuple[int, bool] | None) -> Part | None:
    return parts[place[0]] if place and place[1] else None


def _headings(paper: Paper, sentences: Sequence[SourceSentence]) -> set[int]:
    """The numbers of the sentences that make up the headings: the words of ``part.heading`` right before ``part.start``."""
    starts = [sentence.start for sentence in sentences]
    found: set[int] = set()
    for part in paper.parts:
        if not part.heading.strip():
            continue
        before = paper.text[: part.start].rstrip()
        if not before.endswith(part.heading.strip()):
            continue
        heading_start = len(before) - len(part.heading.strip())
        first, last = bisect_left(starts, heading_start), bisect_left(starts, part.start)
        # a mark or number may stand before the heading's words ("3.1 Data"); take in the whole of its paragraph if it is as short as that
        paragraph = before.rfind("\n\n") + 2 if "\n\n" in before else 0
        if heading_start - paragraph <= 12:
            first = bisect_left(starts, paragraph)
        found.update(range(first, last))
    return found


def _pack(text: str, run: Sequence[SourceSentence], size: int) -> Iterator[tuple[SourceSentence, SourceSentence]]:
    """The first and last sentence of each passage of the run: whole paragraphs together where they fit.

    The splitter is handed one character for each sentence, with the sentence's length as its size. So it cannot cut within one, and what it
    packs is found again without searching for it in the text.
    """
    if run[-1].end - run[0].start <= size or len(run) == 1:
        yield run[0], run[-1]
        return
    from llama_index.core.node_parser import SentenceSplitter  # heavy: 2 s

    for first in range(0, len(run), _MARKS):
        piece = run[first : first + _MARKS]
        marks = "".join(_MARK_PARAGRAPH * _new_paragraph(text, piece, n) + chr(_FIRST_MARK + n) for n in range(len(piece)))
        splitter = SentenceSplitter(
            chunk_size=size,
            chunk_overlap=0,
            tokenizer=partial(_measure, text, piece),
            paragraph_separator=_MARK_PARAGRAPH,
            chunking_tokenizer_fn=list,
        )
        for chunk in splitter.split_text(marks):
            yield piece[ord(chunk[0]) - _FIRST_MARK], piece[ord(chunk[-1]) - _FIRST_MARK]


_FIRST_MARK = 0xF0000
_MARKS = 0xFFFD
"""Plane 15 of Unicode is for private use and holds this many characters."""
_MARK_PARAGRAPH = "\n\n"


def _new_paragraph(text: str, run: Sequence[SourceSentence], n: int) -> bool:
    return n > 0 and _PARAGRAPH.search(text, run[n - 1].end, run[n].start) is not None


def _measure(text: str, run: Sequence[SourceSentence], marks: str) -> range:
    """As many "tokens" as the sentences that these marks stand for have characters, each with the white space up to the next."""
    found = [ord(mark) - _FIRST_MARK for mark in marks if mark not in _MARK_PARAGRAPH]
    return range(sum((run[n + 1].start if n + 1 < len(run) else run[n].end) - run[n].start for n in found))


def _spans(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Spans of the sentences of ``text[start:end]``, trimmed, never across an empty line. Depends on nothing outside the paragraph."""
    found: list[tuple[int, int]] = []
    at = start
    for gap in [*_PARAGRAPH.finditer(text, start, end), None]:
        stop = gap.start() if gap else end
        block = text[at:stop]
        found += [(at + a, at + b) for a, b in _sentences(block)]
        at = gap.end() if gap else end
    return found


def _sentences(block: str) -> list[tuple[int, int]]:
    """nupunkt's spans of one paragraph, joined and moved where scientific text misleads it."""
    from nupunkt import sent_spans  # reads its model on import

    first = len(block) - len(block.lstrip())
    body = block.strip()
    merged: list[tuple[int, int]] = []
    spans = ((at + start, at + end) for at, piece in _pieces(body) for start, end in sent_spans(piece))
    for start, end in spans:
        a, b = _trim(body, start, end)
        if a == b:
            continue
        if merged:
            before, last = merged[-1]
            citation = _CITATION.match(body, a, b)
            if citation and (a == last or citation.end() == b or body[citation.end() :].lstrip()[:1].isupper()):
                merged[-1] = (before, citation.end())
                a, b = _trim(body, citation.end(), b)
                if a == b:
                    continue
            elif _continues(body[max(before, last - _TAIL) : last], body[a : a + 1]):
                merged[-1] = (before, b)
                continue
        merged.append((a, b))
    return [(first + a, first + b) for start, end in merged for a, b in _missed_ends(body, start, end)]


def _pieces(body: str) -> Iterator[tuple[int, str]]:
    """A paragraph, and where in it each begins: one, unless it is too long for one, and then cut behind full stops where it has some."""
    at = 0
    while len(body) - at > _LONGEST:
        window = body[at : at + _LONGEST]
        stops = [stop.end() for stop in _STOP.finditer(window, _LONGEST // 2)]
        cut = stops[-1] if stops else max(window.rfind(" ") + 1, 0) or _LONGEST
        yield at, window[:cut]
        at += cut
    if at < len(body):
        yield at, body[at:]


def _missed_ends(body: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cuts where nupunkt saw no end: behind a citation that follows a full stop, and behind a plain word."""
    marks = sorted({m.end(): m for pattern in (_CITED_END, _WORD_END) for m in pattern.finditer(body, start, end)}.items())
    for stop, mark in marks:
        last = mark.end() if mark.re is _WORD_END else mark.start() + 1
        before = body[max(start, last - _TAIL) : last]
        if stop > start and not _GOES_ON.search(before) and not before.endswith(("al.", "etc.")):
            yield start, stop
            start = _trim(body, stop, end)[0]
    yield start, end


def _continues(before: str, after: str) -> bool:
    if _GOES_ON.search(before) or _ENUMERATOR.match(before):
        return True
    if after[0].islower() or after[0] in ",;:)]%":
        return True
    return before.endswith(("al.", "etc.")) and after[0] in "([0123456789"


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
