"""An answer as HTML: a card for a notebook, or a page of cards.

No script, nothing that is loaded, and every style stands at its element, in the reader's own colours: it looks right on light and on dark.
The quotes of a claim unfold below it.
"""

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from survey.records import Answer, Block, Claim, Quote, Sentence, Talk, in_order
from survey.render.answer.words import (
    ADD,
    NOT_SAID,
    bylines,
    cited,
    confidence,
    difference,
    missing,
    named,
    not_found,
    place,
    summary,
    table_rows,
    understood,
)
from survey.render.text import identifiers, plain

_CARD = "border:1px solid rgba(128,128,128,.45);border-radius:6px;padding:.6em .9em;margin:.6em 0;max-width:46em"
_QUIET = "opacity:.75;font-size:.92em"
_QUOTE = "margin:.3em 0 .3em .4em;padding-left:.7em;border-left:3px solid rgba(128,128,128,.5)"
_PAGE = "color-scheme:light dark;font:1rem/1.5 system-ui,sans-serif;max-width:48em;margin:2em auto;padding:0 1em"
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""Styles stand at their elements: nothing else is let in."""
_MARKER = '<meta name="generator" content="fishbone-survey: answers">'
"""Only :func:`talk_html` writes it."""
_CLASS = 'class="survey-answer"'


def answer_html(answer: Answer) -> str:
    """The answer as one element."""
    numbers = {quote: n for n, quote in enumerate(answer.evidence, start=1)}
    inner = _found(answer, numbers) if answer.found else _not_found(answer)
    heading = f'<p style="font-weight:600;margin:.2em 0">{_text(answer.question)}</p>'
    return f"<div {_CLASS}>{heading}{_note(understood(answer))}{_note(summary(answer)) if answer.found else ''}{''.join(inner)}</div>"


def talk_html(talk: Talk) -> str:
    """The answers of a talk as a page of its own."""
    title = escape(plain(talk.answers[0].question)) if talk.answers else "–"
    cards = "\n<hr>\n".join(map(answer_html, talk.answers))
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            _MARKER,
            '<meta name="referrer" content="no-referrer">',
            f"<title>{title}</title>",
            "</head>",
            f'<body style="{_PAGE}">',
            cards,
            "</body>",
            "</html>",
            "",
        ]
    )


def is_talk_html(text: str) -> bool:
    """Whether a page is one of these."""
    return _MARKER in text.partition("</head>")[0]


def _found(answer: Answer, numbers: Mapping[Quote, int]) -> Iterator[str]:
    names = bylines(answer)
    for n, claim in enumerate(answer.claims, start=1):
        yield _claim(n, claim, numbers, names)
    for told, conditions in map(difference, answer.differences):
        yield f"<p>{_text(told)}</p>{_list(conditions)}"
    if answer.table:
        yield _table(answer, answer.table, numbers, names)
    yield _note(missing(answer))
    yield _papers(answer)


def _claim(number: int, claim: Claim, numbers: Mapping[Quote, int], names: Mapping[str, str]) -> str:
    said = [_sentence(sentence, numbers, names) for sentence in claim.sentences]
    more = "".join(f'<p style="margin:.3em 0">Likewise: {text}</p>' for text in said[1:])
    return (
        f'<div style="{_CARD}"><p style="margin:0">{number}. {said[0]}</p>{more}'
        f"{_note(confidence(claim.standing))}{_quotes(claim.quotes, numbers, names)}</div>"
    )


def _sentence(sentence: Sentence, numbers: Mapping[Quote, int], names: Mapping[str, str]) -> str:
    said = cited(sentence, numbers)
    others = "; ".join(_text(names.get(key, f"@{key}")) for key in said.others)
    pieces = [_text(said.text), _marks(said.numbers), f"({others})" if others else ""]
    return " ".join(filter(None, pieces)) + said.stop + (f" <em>{escape(said.flag)}</em>" if said.flag else "")


def _marks(numbers: Sequence[int]) -> str:
    return "".join(f'<b class="cite">[{n}]</b>' for n in numbers)


def _quotes(quotes: Sequence[Quote], numbers: Mapping[Quote, int], names: Mapping[str, str]) -> str:
    if not quotes:
        return ""
    told = "".join(f'<div style="{_QUOTE}" class="source">{_quote(quote, numbers[quote], names)}</div>' for quote in quotes)
    return f"<details><summary>{len(quotes)} quote{'s' if len(quotes) > 1 else ''}</summary>{told}</details>"


def _quote(quote: Quote, number: int, names: Mapping[str, str]) -> str:
    at = f"{_paper(quote.key, names)}, {place(quote)}"
    return f'<b class="source">[{number}]</b> “{_text(quote.text)}” <span style="{_QUIET}">{_text(at)}</span>'


def _paper(key: str, names: Mapping[str, str]) -> str:
    """With its citekey: several papers may have one byline."""
    return f"{names[key]}, @{key}" if key in names else f"@{key}"


def _table(answer: Answer, table: Block, numbers: Mapping[Quote, int], names: Mapping[str, str]) -> str:
    rows = []
    for n, (row, cites) in enumerate(table_rows(answer)):
        cells = [*(_text(named(cell, names)) for cell in row), _marks(cites)]
        tag = "td" if n else "th"
        rows.append(f"<tr>{''.join(f'<{tag}>{cell}</{tag}>' for cell in cells)}</tr>")
    told = tuple(dict.fromkeys(quote for row in table.evidence for quote in row))
    return f"<table>{''.join(rows)}</table>{_quotes(told, numbers, names)}"


def _not_found(answer: Answer) -> Iterator[str]:
    names = bylines(answer)
    yield f'<div style="{_CARD}"><p style="margin:0"><b>{escape(NOT_SAID)}</b> {_text(" ".join(not_found(answer)))}</p>'
    for near in answer.nearest:
        at = _paper(near.key, names) + (f", {place(near.quote)}" if near.quote else "")
        words = f"“{_text(near.quote.text)}” " if near.quote else ""
        yield f'<div style="{_QUOTE}">{words}<span style="{_QUIET}">{_text(at)}</span></div>'
    yield _note(f"To add papers: {' or '.join(ADD)}.") + "</div>"


def _papers(answer: Answer) -> str:
    """What the bylines mean."""
    items = []
    names = bylines(answer)
    for paper in in_order(answer.papers):
        links = [f'<a href="{escape(address)}" rel="noreferrer">{escape(text)}</a>' for text, address in identifiers(paper)]
        items.append(f"<li>{_text(_paper(paper.key, names))}: <cite>{_text(paper.name)}</cite> {' '.join(links)}</li>")
    return f'<ul style="{_QUIET}">{"".join(items)}</ul>' if items else ""


def _list(lines: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{_text(line)}</li>' for line in lines)}</ul>" if lines else ""


def _note(text: str) -> str:
    return f'<p style="{_QUIET};margin:.3em 0">{_text(text)}</p>' if text else ""


def _text(text: str) -> str:
    """A text of anybody's, escaped; it keeps its direction to itself."""
    return f"<bdi>{escape(plain(text))}</bdi>"
