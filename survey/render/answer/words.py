"""The words and facts that every form of an answer tells."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from survey.records import Answer, Difference, Quote, Sentence, Standing, year_letters
from survey.render.text import FLAG, plain

NOT_SAID = "Not in this collection."
FLAGGED = f"{FLAG} its quotes do not plainly bear it out"
ADD = ("survey add PATH", "survey fetch openalex “…”")
"""What brings more papers in."""

_WHY = {
    "empty": "Nothing in these papers speaks of it.",
    "weak": "No paper comes near enough.",
    "near": "Some papers come near; none plainly says it.",
    "unverified": "Some papers come near; nothing that was written of them stood the checks.",
    "": "",
}


class Source(NamedTuple):
    """The quote that is cited as [``number``]. ``told``: a claim spells it out whole."""

    number: int
    quote: Quote
    byline: str
    told: bool


class Cited(NamedTuple):
    """A sentence with its citations: what stands before them, their numbers, the papers that it names without quoting them (citekeys), the
    stop behind, and a warning or ""."""

    text: str
    numbers: tuple[int, ...]
    others: tuple[str, ...]
    stop: str
    flag: str


def sources(answer: Answer) -> list[Source]:
    told = [plain(sentence.text) for sentence in answer.sentences]
    names = bylines(answer)
    return [
        Source(n, quote, names.get(quote.key, ""), any(f"“{plain(quote.text)}”" in text for text in told))
        for n, quote in enumerate(answer.evidence, start=1)
    ]


def bylines(answer: Answer) -> dict[str, str]:
    """With the letters that tell papers of one byline apart, where a claim names them so."""
    told = " ".join(sentence.text for sentence in answer.sentences)
    letters = year_letters(answer.papers)
    lettered = {paper.key: paper.named(letters[paper.key]) for paper in answer.papers}
    return {paper.key: plain(name if (name := lettered[paper.key]) in told else paper.byline) for paper in answer.papers}


def place(quote: Quote) -> str:
    return (f"p. {quote.page}, " if quote.page else "") + characters(quote)


def characters(quote: Quote) -> str:
    return f"characters {quote.start}–{quote.end}"


def cited(sentence: Sentence, numbers: Mapping[Quote, int]) -> Cited:
    found = {numbers[quote] for quote in sentence.quotes}
    quoted = {quote.key for quote in sentence.quotes}
    others = tuple(dict.fromkeys(key for key in sentence.cites if key not in quoted))
    text, stop = plain(sentence.text), ""
    if (found or others) and text.endswith(".") and text[-2:-1].isalnum():
        text, stop = text[:-1], "."
    return Cited(text, tuple(sorted(found)), others, stop, FLAGGED if sentence.verdict == "flagged" else "")


def marks(numbers: Sequence[int]) -> str:
    return "".join(f"[{n}]" for n in numbers)


def confidence(standing: Standing) -> str:
    """ "Confidence high: 2 papers, independent; in results"; "" where nothing was counted."""
    return f"Confidence {standing.level}: {plain(str(standing))}" if standing.quotes else ""


def difference(found: Difference) -> tuple[str, list[str]]:
    """Which two claims say otherwise and in what, and a line for each condition."""
    told = plain(found.reason)
    conditions = [f"{plain(c.name)}: {plain(c.one) or 'not said'} / {plain(c.other) or 'not said'}" for c in found.conditions]
    return f"{found.one + 1} and {found.other + 1} differ" + (f": {told}" if told else ""), conditions


def table_rows(answer: Answer) -> list[tuple[tuple[str, ...], tuple[int, ...]]]:
    """The rows of the table, its header first, of one length, each with the numbers of the quotes that it rests on."""
    table = answer.table
    if table is None or not (table.header or table.rows):
        return []
    columns = max(len(row) for row in (table.header, *table.rows))
    rows = [(*row, *[""] * (columns - len(row))) for row in (table.header, *table.rows)]
    evidence = [(), *table.evidence, *[()] * len(table.rows)]
    return [(row, answer.numbers(quotes)) for row, quotes in zip(rows, evidence, strict=False)]


def named(cell: str, names: Mapping[str, str]) -> str:
    """A cell in plain text; the papers of one that is citations by their bylines."""
    keys = plain(cell).split("; ")
    return "; ".join(names.get(key[1:], key) for key in keys) if all(key.startswith("@") for key in keys) else plain(cell)


def missing(answer: Answer) -> str:
    return f"Not said: {'; '.join(f'“{plain(words)}”' for words in answer.missing)}." if answer.missing else ""


def understood(answer: Answer) -> str:
    return f"Understood as: {plain(answer.asked)}" if answer.asked and plain(answer.asked) != plain(answer.question) else ""


def summary(answer: Answer) -> str:
    return plain(answer.summary)


def not_found(answer: Answer) -> Iterator[str]:
    """Why nothing was found, and what was searched."""
    if answer.summary:
        yield summary(answer)
    elif why := _WHY["near" if answer.reason == "weak" and answer.nearest else answer.reason]:
        yield why
    yield searched(answer)


def searched(answer: Answer) -> str:
    scope = plain(str(answer.scope))
    terms = ", ".join(plain(term) for term in answer.searched.terms)
    told = f"Searched: {counted(answer.searched.papers, 'paper')}, {counted(answer.searched.passages, 'passage')}"
    return told + (f" ({scope})" if scope else "") + (f", for: {terms}." if terms else ".")


def counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
