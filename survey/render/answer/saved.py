"""Answers as a Markdown file that reads back: what is read, and at its end, in a comment, the record that it was written from.

The record makes the file load again exactly, and lets `survey verify` hold both to each other, and the record to the papers. Nothing of a
paper's text is active: it is escaped in the text, and the record's JSON has no character that could end the comment.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from pydantic import ValidationError

from survey.records import Answer, Quote, Sentence, Talk
from survey.render.answer.data import FORMAT
from survey.render.answer.words import (
    ADD,
    NOT_SAID,
    bylines,
    characters,
    cited,
    confidence,
    difference,
    marks,
    missing,
    not_found,
    sources,
    summary,
    table_rows,
    understood,
)
from survey.render.markdown import citation_markdown, escape, references_markdown
from survey.render.text import plain

_OPENS = f"<!-- The record of what stands above, for `survey verify` and to be loaded again; format {FORMAT}."
_COMMENT = re.compile(r"^<!-- The record of what stands above.*; format (?P<format>\d+)\.\n(?P<json>.*)\n-->[ \t]*$", re.MULTILINE)
_SOURCE = re.compile(r"^- \[1\] .*\[@[^\[\]]+\], characters \d+–\d+", re.MULTILINE)
_UNSAFE = re.compile(r"[<>\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff]")


class Saved(NamedTuple):
    """A saved file: the ``text`` that is read, on the lines that it has in the file, and the record."""

    text: str
    talk: Talk


def answer_markdown(answer: Answer) -> str:
    """An answer as a file: the question as heading, the claims with their citations, the sources, the papers, the record."""
    return talk_markdown(Talk(answers=(answer,)))


def talk_markdown(talk: Talk) -> str:
    """The answers of a talk in one file, each with sources of its own; the papers stand once, at the end."""
    return f"{visible(talk)}\n{_OPENS}\n{_record(talk)}\n-->\n"


def read_talk(markdown: str) -> Talk:
    """The inverse of :func:`talk_markdown`. Raises :class:`ValueError` for a text without such a record."""
    return parted(markdown).talk


def is_saved(markdown: str) -> bool:
    """Whether a text is a file of answers, with its record or without."""
    return bool(_COMMENT.search(markdown) or _SOURCE.search(markdown))


def parted(markdown: str) -> Saved:
    """Raises :class:`ValueError` for a text without a record that can be read."""
    found = _COMMENT.search(markdown)
    if found is None:
        raise ValueError("the record at its end is gone" if is_saved(markdown) else "it has no record of answers at its end")
    if found["format"] != str(FORMAT):
        raise ValueError(f"its record has the format {found['format']}, and only {FORMAT} is known")
    try:
        talk = Talk.model_validate_json(found["json"])
    except ValidationError as error:
        raise ValueError("its record was changed, and cannot be read") from error
    return Saved(markdown[: found.start()] + "\n" * found[0].count("\n") + markdown[found.end() :], talk)


def _record(talk: Talk) -> str:
    told = json.dumps(talk.model_dump(mode="json", exclude_defaults=True), ensure_ascii=False)
    return _UNSAFE.sub(lambda char: f"\\u{ord(char[0]):04x}", told)


# ---------------------------------------------------------------- what is read


def visible(talk: Talk) -> str:
    """The file without its record."""
    pieces = [piece for answer in talk.answers for piece in _pieces(answer)]
    return "\n\n".join(filter(None, [*pieces, *references_markdown(talk.papers)])) + "\n"


def _pieces(answer: Answer) -> Iterator[str]:
    yield f"# {_escaped(answer.question)}".rstrip()
    yield _escaped(understood(answer))
    if not answer.found:
        yield f"**{NOT_SAID}** {_escaped(' '.join(not_found(answer)))}"
        yield from _nearest(answer)
        yield f"To add papers: `{'` or `'.join(ADD)}`."
        return
    yield _escaped(summary(answer))
    yield "\n".join(_claims(answer))
    if answer.differences:
        yield "## Where they differ"
        yield "\n".join(_differences(answer))
    yield _table(answer)
    yield _escaped(missing(answer))
    if answer.evidence:
        yield "## Sources"
        yield "\n".join(_sources(answer))


def _claims(answer: Answer) -> Iterator[str]:
    numbers = {quote: n for n, quote in enumerate(answer.evidence, start=1)}
    for n, claim in enumerate(answer.claims, start=1):
        indent = " " * len(lead := f"{n}. ")
        yield lead + _sentence(claim.sentence, numbers)
        for sentence in claim.likewise:
            yield f"{indent}- Likewise: {_sentence(sentence, numbers)}"
        if told := confidence(claim.standing):
            yield f"{indent}- {_escaped(told)}"


def _sentence(sentence: Sentence, numbers: Mapping[Quote, int]) -> str:
    said = cited(sentence, numbers)
    beside = citation_markdown((key, None) for key in said.others)
    return " ".join(filter(None, [_escaped(said.text), marks(said.numbers), beside])) + said.stop + (f" ({said.flag})" if said.flag else "")


def _differences(answer: Answer) -> Iterator[str]:
    for told, conditions in map(difference, answer.differences):
        yield f"- {_escaped(told)}"
        yield from (f"  - {_escaped(condition)}" for condition in conditions)


def _sources(answer: Answer) -> Iterator[str]:
    for source in sources(answer):
        words = "" if source.told else f": “{_escaped(source.quote.text)}”"
        yield f"- [{source.number}] {_paper(source.quote.key, source.byline, source.quote)}{words}"


def _nearest(answer: Answer) -> Iterator[str]:
    names = bylines(answer)
    if answer.nearest:
        yield "## Nearest"
        yield "\n".join(
            f"- {_paper(near.key, names.get(near.key, ''), near.quote)}" + (f": “{_escaped(near.quote.text)}”" if near.quote else "")
            for near in answer.nearest
        )


def _paper(key: str, byline: str, quote: Quote | None) -> str:
    """ "Phan et al. (2019) [@phan2019, p. 4], characters 1203–1263"."""
    cited = citation_markdown([(key, quote.page if quote else None)])
    return " ".join(filter(None, [_escaped(byline), cited])) + (f", {characters(quote)}" if quote else "")


def _table(answer: Answer) -> str:
    rows = [[*map(_cell, row), marks(numbers)] for row, numbers in table_rows(answer)]
    if not rows:
        return ""
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [rows[0], ["---"] * len(rows[0]), *rows[1:]])


def _cell(text: str) -> str:
    keys = plain(text).split("; ")
    return citation_markdown((key[1:], None) for key in keys) if all(key.startswith("@") for key in keys) else _escaped(text)


def _escaped(text: str) -> str:
    return escape(plain(text), first=True)
