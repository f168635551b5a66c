"""An answer for a terminal: the claims, one by one as they are told, and then what can only be said of all of them.

What was printed is never taken back: a claim is numbered by its place, its quotes by their first citation, and nothing else stands beside
it; confidence, differences and sources follow the last one.
"""

import textwrap
from collections.abc import Iterable, Iterator, Mapping

from survey.records import Answer, Claim, Quote, Sentence
from survey.render.answer.words import (
    ADD,
    NOT_SAID,
    bylines,
    cited,
    confidence,
    difference,
    marks,
    missing,
    named,
    not_found,
    place,
    sources,
    summary,
    table_rows,
    understood,
)
from survey.render.text import plain

WIDTH = 100
_WIDEST = 160  # columns of a table that can be read, where a line may be as long as it is


class Telling:
    """An answer that is told claim by claim: :meth:`claim` for each as it is heard, then once :meth:`rest`."""

    def __init__(self, width: int = WIDTH) -> None:
        self._width = width
        self._told: list[Claim] = []
        self._numbers: dict[Quote, int] = {}

    def claim(self, claim: Claim, names: Mapping[str, str] | None = None) -> str:
        """The claim as it is printed next; ``names``: how papers are called that a sentence names without quoting them."""
        self._told.append(claim)
        number = f"{len(self._told)}. "
        said = [self._sentence(sentence, names or {}) for sentence in claim.sentences]
        lines = wrapped(said[0], self._width, number)
        for more in said[1:]:
            lines += wrapped(f"Likewise: {more}", self._width, " " * len(number))
        return "\n".join(lines)

    def _sentence(self, sentence: Sentence, names: Mapping[str, str]) -> str:
        for quote in sentence.quotes:
            self._numbers.setdefault(quote, len(self._numbers) + 1)
        said = cited(sentence, self._numbers)
        others = f"({'; '.join(names.get(key, f'@{key}') for key in said.others)})" if said.others else ""
        return " ".join(filter(None, [said.text, marks(said.numbers), others])) + said.stop + (f" {said.flag}" if said.flag else "")

    def rest(self, answer: Answer) -> str:
        """Everything after the claims that were told; the whole answer where it does not begin with them."""
        if [claim.sentences for claim in answer.claims[: len(self._told)]] != [claim.sentences for claim in self._told]:
            return answer_text(answer, self._width)
        names = bylines(answer)
        pieces = [self.claim(claim, names) for claim in answer.claims[len(self._told) :]]
        return "\n\n".join(filter(None, [*pieces, *_notes(answer, self._width)]))


def answer_text(answer: Answer, width: int = WIDTH) -> str:
    """The whole answer, without a line break at its end."""
    return Telling(width).rest(answer)


def sources_text(answer: Answer, width: int = WIDTH) -> str:
    """The quotes that are cited, each with its place; its words where no claim spells them out."""
    lines = []
    for source in sources(answer):
        words = "" if source.told else f": “{plain(source.quote.text)}”"
        lines += wrapped(f"{_paper(source.quote.key, source.byline)}, {place(source.quote)}{words}", width, f"[{source.number}] ")
    return "\n".join(lines)


def _notes(answer: Answer, width: int) -> Iterator[str]:
    yield _paragraph([understood(answer)], width)
    if answer.found:
        yield _paragraph([summary(answer)], width)
        yield _confidence(answer, width)
        for told, conditions in map(difference, answer.differences):
            yield "\n".join([*wrapped(told, width), *(line for one in conditions for line in wrapped(one, width, "   "))])
        yield _table(answer, width)
        yield _paragraph([missing(answer)], width)
        found = sources_text(answer, width)
        yield f"Sources\n{found}" if found else ""
    else:
        yield _paragraph([NOT_SAID, *not_found(answer)], width)
        yield _nearest(answer, width)
        yield _paragraph([f"To add papers: {' or '.join(ADD)}."], width)


def _confidence(answer: Answer, width: int) -> str:
    """Claims of the same standing together."""
    same: dict[str, list[str]] = {}
    for n, claim in enumerate(answer.claims, start=1):
        same.setdefault(confidence(claim.standing), []).append(str(n))
    one = len(same) == 1
    told = ((f"{', '.join(numbers)}. ", text) for text, numbers in same.items() if text)
    return "\n".join(line for numbers, text in told for line in wrapped(text, width, "" if one else numbers))


def _nearest(answer: Answer, width: int) -> str:
    names = bylines(answer)
    lines = ["Nearest"] if answer.nearest else []
    for near in answer.nearest:
        words = f", {place(near.quote)}: “{plain(near.quote.text)}”" if near.quote else ""
        lines += wrapped(f"{_paper(near.key, names.get(near.key, ''))}{words}", width, "- ")
    return "\n".join(lines)


def _paper(key: str, byline: str) -> str:
    return f"{byline}, @{key}" if byline else f"@{key}"


def _table(answer: Answer, width: int) -> str:
    """In columns where they fit, else row by row; words that a claim spells out are then called by their number."""
    names = bylines(answer)
    rows = [tuple(plain(cell) for cell in (*(named(cell, names) for cell in row), marks(cites))) for row, cites in table_rows(answer)]
    if not rows:
        return ""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    if sum(widths) + 2 * len(widths) <= min(width, _WIDEST):
        return "\n".join("  ".join(cell.ljust(wide) for cell, wide in zip(row, widths, strict=True)).rstrip() for row in rows)
    numbers = {plain(f"“{source.quote.text}”"): marks((source.number,)) for source in sources(answer) if source.told}
    told = (
        [f"{name}: {numbers.get(cell, cell)}" if name else cell for name, cell in zip(rows[0], row, strict=True) if cell]
        for row in rows[1:]
    )
    return "\n".join(line for cells in told for n, cell in enumerate(cells) for line in wrapped(cell, width, "  " if n else "- "))


def _paragraph(sentences: Iterable[str], width: int) -> str:
    return "\n".join(wrapped(" ".join(filter(None, sentences)), width))


def wrapped(text: str, width: int, lead: str = "") -> list[str]:
    """Lines of at most ``width`` characters, unless a word is longer; ``lead`` stands before the first, the others are indented by it."""
    return textwrap.wrap(
        plain(text),
        max(width, len(lead) + 20),
        initial_indent=lead,
        subsequent_indent=" " * len(lead),
        break_long_words=False,
        break_on_hyphens=False,
    )
