"""The measures by which surveys are compared, counted in Markdown: ours or anybody's. No model and, but for two of them, no library.

``docs/score.md`` defines each. They say how a survey is made, not whether it is right; what it quotes is checked by `survey verify`.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from statistics import mean

from survey.citations import recognised
from survey.errors import UnreadableDraft, UnscoredText
from survey.manuscripts import Manuscript, bibliography_of, read_bibliography, read_manuscript, text_of
from survey.records import Paper, Record, Reference
from survey.render.draft import DraftSentence

WORDS_OF_A_PAIR = 5
"""Words, at least, of the sentences that are compared: shorter ones are alike by chance."""
NEAR_DUPLICATE = 0.6
_WORDS_OF_A_SENTENCE = 3
_OPENING = 3  # words
_ROUNDED = 4
_PAPERS_TABLE = "papers"  # its anchor; a list of what was read, like that of references

_WORD = re.compile(r"[^\W_]+(?:[’'.,‐‑-][^\W_]+)*")
_HOLDS_WORDS = re.compile(r"[^\W\d_]{2}")


class References(Record):
    """``listed``: entries of the list, or of the bibliography where a text has none; ``cited``: those of them that are; ``unknown``: names
    that are cited and in no list, bibliography or library; ``uncited``: listed and never cited. The shares are of those listed."""

    listed: int = 0
    cited: int = 0
    unknown: int = 0
    uncited: int = 0
    unknown_names: tuple[str, ...] = ()
    with_author: float = 0.0
    with_title: float = 0.0
    with_year: float = 0.0
    with_venue_or_identifier: float = 0.0
    complete: float = 0.0


class Repetition(Record):
    """Of all pairs of sentences: the trigrams of the shorter that the other has too. ``near_duplicates``: the share of sentences that share
    more than .6 with another; ``repeated_openings``: of those whose first three words open another."""

    max_trigram_overlap: float = 0.0
    mean_trigram_overlap: float = 0.0
    near_duplicates: float = 0.0
    repeated_openings: float = 0.0
    most_alike: tuple[str, str] = ("", "")


class Structure(Record):
    """``depth``: levels of headings in use; words are those of the running text under a heading, up to the next."""

    sections: int = 0
    depth: int = 0
    tables: int = 0
    figures: int = 0
    words_per_section: float = 0.0
    shortest_section: int = 0
    longest_section: int = 0


class Coverage(Record):
    """Of the papers of a library: how many there are, and the shares of them that are cited, and cited or listed."""

    papers: int
    cited: float
    listed: float


class Score(Record):
    """All measures of one text; shares are in [0, 1]."""

    sentences: int
    words: int
    cited_sentence_share: float
    distinct_references_per_1000_words: float
    references: References
    repetition: Repetition
    structure: Structure
    quotations: int
    quotations_verified: float | None = None
    coverage: Coverage | None = None


def score(
    markdown: str,
    bibliography: Sequence[Reference] = (),
    papers: Sequence[Paper] | None = None,
) -> Score:
    """Scores a text. ``bibliography``: the entries beside it; ``papers``: a library, for its coverage. Whether its quotations stand is for
    :mod:`survey.checking` to say."""
    return _score(_read(markdown, bibliography), bibliography, papers)


def _read(markdown: str, bibliography: Sequence[Reference]) -> Manuscript:
    """The bibliography explains what is cited only where the text has no list of its own, or that explains nothing of it."""
    text = read_manuscript(markdown)
    if text.references and (not text.names or any(name in text.entries for name in text.names)):
        return text
    return read_manuscript(markdown, bibliography) if bibliography else text


def _score(text: Manuscript, bibliography: Sequence[Reference], papers: Sequence[Paper] | None) -> Score:
    prose = _prose(text.said)
    words = sum(_count(s.text) for s in prose)
    references = _references(text, bibliography, {paper.key for paper in papers or ()})
    return Score(
        sentences=len(prose),
        words=words,
        cited_sentence_share=_share(sum(1 for s in prose if s.citations), len(prose)),
        distinct_references_per_1000_words=round(1000 * (references.cited + references.unknown) / words, 2) if words else 0.0,
        references=references,
        repetition=repetition([s.text for s in _compared(text.said)]),
        structure=_structure(text.said),
        quotations=sum(len(s.quotes) for s in text.said if s.prose or s.kind in ("table", "caption")),
        coverage=_coverage(text, bibliography, papers) if papers is not None else None,
    )


def score_file(path: Path, bib: Path | None = None, papers: Sequence[Paper] | None = None) -> Score:
    """Scores the text of a file, or the survey.md of a folder, with the bibliography ``bib``, or the one beside it.

    Raises :class:`UnscoredText` and :class:`survey.errors.UnreadableBibliography`.
    """
    path = path / "survey.md" if path.is_dir() else path
    try:
        markdown = text_of(path)
    except UnreadableDraft as error:
        raise UnscoredText(path, error.reason) from error
    beside = bibliography_of(path, markdown, bib)
    bibliography = read_bibliography(beside) if beside else ()
    text = _read(markdown, bibliography)
    if all(s.kind in ("title", "heading") for s in text.said):
        raise UnscoredText(path, "it holds no text")
    return _score(text, bibliography, papers)


def sentences_of(markdown: str) -> list[str]:
    """The sentences of a text that are held against each other: of paragraphs, lists, block quotations and captions, and cells of tables
    that are sentences, each without its citations; not the table of papers, nor the list of references."""
    return [s.text for s in _compared(read_manuscript(markdown).said)]


def max_trigram_overlap(sentences: Sequence[str]) -> float:
    """The largest share, over all pairs of sentences of five words and more, of the shorter's distinct word trigrams that the other has."""
    return repetition(sentences).max_trigram_overlap


# ---------------------------------------------------------------- sentences


def _prose(said: Iterable[DraftSentence]) -> list[DraftSentence]:
    """What counts as a sentence: at least three words of running text, so no heading, table, caption or reference. A paragraph that ends in
    a colon, and leads to a list, is one too."""
    return [s for s in said if s.prose and _count(s.text) >= _WORDS_OF_A_SENTENCE and _HOLDS_WORDS.search(s.text)]


def _compared(said: Iterable[DraftSentence]) -> list[DraftSentence]:
    found: list[DraftSentence] = []
    for sentence in said:
        if sentence.prose or sentence.kind == "caption":
            found.append(sentence)
        elif sentence.kind == "table" and sentence.anchor != _PAPERS_TABLE:
            cells = [cell.strip() for cell in sentence.text.split(" | ")]
            found += [sentence.model_copy(update={"text": cell}) for cell in cells if re.search(r"[.?!]\W*$", cell)]
    return [s for s in found if _count(s.text) >= _WORDS_OF_A_SENTENCE]


def _words(text: str) -> list[str]:
    return [match[0].casefold() for match in _WORD.finditer(text)]


def _count(text: str) -> int:
    return len(_words(text))


def _share(part: int, whole: int) -> float:
    return round(part / whole, _ROUNDED) if whole else 0.0


# ---------------------------------------------------------------- repetition


def repetition(sentences: Sequence[str]) -> Repetition:
    """Over all pairs, by an index from trigrams to sentences, so that only pairs that share one are looked at; equal sentences at once."""
    alike: dict[frozenset[tuple[str, ...]], list[str]] = {}
    for text in sentences:
        words = _words(text)
        if len(words) >= WORDS_OF_A_PAIR:
            alike.setdefault(frozenset(zip(words, words[1:], words[2:], strict=False)), []).append(text)
    groups, times = list(alike), [len(texts) for texts in alike.values()]
    index: dict[tuple[str, ...], list[int]] = defaultdict(list)
    near = [count > 1 for count in times]
    twice = next((texts for texts in alike.values() if len(texts) > 1), None)
    most, pair = (1.0, (twice[0], twice[1])) if twice else (0.0, ("", ""))
    total = float(sum(count * (count - 1) // 2 for count in times))
    for at, trigrams in enumerate(groups):
        shared = Counter(other for trigram in trigrams for other in index[trigram])
        for other, common in sorted(shared.items()):
            overlap = common / min(len(trigrams), len(groups[other]))
            total += overlap * times[at] * times[other]
            if overlap > NEAR_DUPLICATE:
                near[at] = near[other] = True
            if overlap > most:
                most, pair = overlap, (alike[groups[other]][0], alike[trigrams][0])
        for trigram in trigrams:
            index[trigram].append(at)
    compared = sum(times)
    pairs = compared * (compared - 1) // 2
    return Repetition(
        max_trigram_overlap=round(most, _ROUNDED),
        mean_trigram_overlap=round(total / pairs, 6) if pairs else 0.0,
        near_duplicates=_share(sum(count for count, is_near in zip(times, near, strict=True) if is_near), compared),
        repeated_openings=_repeated_openings(sentences),
        most_alike=pair,
    )


def _repeated_openings(sentences: Sequence[str]) -> float:
    openings = [tuple(words[:_OPENING]) for text in sentences if len(words := _words(text)) >= _OPENING]
    times = Counter(openings)
    return _share(sum(count for count in times.values() if count > 1), len(openings))


# ---------------------------------------------------------------- references, structure, coverage


def _references(text: Manuscript, bibliography: Sequence[Reference], library: Collection[str]) -> References:
    listed: Sequence[Reference] = text.references or bibliography
    meant = {id(text.entries[name]) for name in text.names if name in text.entries}
    unknown = tuple(name for name in text.names if name not in text.entries and name not in library)
    from_library = sum(1 for name in text.names if name not in text.entries and name in library)
    facts = [
        (bool(e.authors), bool(e.title), e.year is not None, bool(e.venue or e.publisher or e.doi or e.arxiv or e.pmid or e.url))
        for e in listed
    ]
    author, title, year, place = (_share(sum(told), len(listed)) for told in zip(*facts, strict=True)) if facts else (0.0,) * 4
    return References(
        listed=len(listed),
        cited=len(meant) + from_library,
        unknown=len(unknown),
        uncited=sum(1 for entry in listed if id(entry) not in meant),
        unknown_names=unknown,
        with_author=author,
        with_title=title,
        with_year=year,
        with_venue_or_identifier=place,
        complete=_share(sum(all(told) for told in facts), len(listed)),
    )


def _structure(said: Sequence[DraftSentence]) -> Structure:
    words: list[int] = []
    levels: set[int] = set()
    for sentence in said:
        if sentence.kind == "heading":
            levels.add(sentence.level)
            words.append(0)
        elif sentence.prose and words:
            words[-1] += _count(sentence.text)
    own = [count for count in words if count]  # a heading right above another has no text of its own
    return Structure(
        sections=len(words),
        depth=len(levels),
        tables=len({s.block for s in said if s.kind == "table"}),
        figures=len({s.block for s in said if s.kind == "caption"}),
        words_per_section=round(mean(own), 1) if own else 0.0,
        shortest_section=min(own, default=0),
        longest_section=max(own, default=0),
    )


def _coverage(text: Manuscript, bibliography: Sequence[Reference], papers: Sequence[Paper]) -> Coverage:
    """Which papers of the library the names and entries mean; one that no entry explains may be the library's own citekey."""
    keys = {paper.key for paper in papers}
    names = text.names
    entries = [*(text.references or bibliography), *(text.entries[name] for name in names if name in text.entries)]
    found = dict(zip(map(id, entries), recognised(entries, papers), strict=True))
    meant = {name: found[id(text.entries[name])] for name in names if name in text.entries}
    cited = {paper.key for name in names if (paper := meant.get(name))} | {name for name in names if name not in meant and name in keys}
    listed = cited | {paper.key for paper in found.values() if paper}
    return Coverage(papers=len(keys), cited=_share(len(cited), len(keys)), listed=_share(len(listed), len(keys)))
