"""Tables of the page: those that were written, with the quotes that each row rests on, and that of issues, which drawings lead to."""

from collections.abc import Sequence
from html import escape

from survey.phrases import Phrases
from survey.phrases.told import cause, standing
from survey.records import Answered, Block, Bone, Quote, Survey
from survey.render.cards import Cards
from survey.render.outline import Row, bone_anchor, fishbone_rows, issue_anchor, issue_columns
from survey.render.text import plain

_EMPTY = "<bdi></bdi>"
_WIDE_CELL, _MID_WORD, _LONG_WORD = 28, 9, 24  # a column with a text or a word longer than this gets room, or breaks its words
_BRIEF_CELL = 18  # texts no longer than this stand on one line
_SMALL = 80  # letters of the longest row that a table may have to be no wider than it needs
_FEW, _SHORT = 3, 24  # columns of a table that a phone can show, and letters of all but the first of them together


def written_table(block: Block, label: str, cards: Cards, heading: str = "") -> str:
    """``label`` names it to who cannot see that it is a table of its own; ``heading`` is what it stands under."""
    rows = (block.header, *block.rows)
    columns = max(map(len, rows))
    if not columns:
        return ""
    css = [_breadth([row[at] for row in rows if at < len(row)]) for at in range(columns)]
    titles = [*block.header, *[""] * (columns - len(block.header))]
    opened: list[str] = []
    evidence = (*block.evidence, *[()] * len(block.rows))
    head = "".join(f'<th scope="col"{name}>{_plain(title)}</th>' for name, title in zip(css, titles, strict=True))
    body = []
    for row, quotes in zip(block.rows, evidence, strict=False):
        cells = _cells([*row, *[""] * (columns - len(row))], quotes, cards, opened)
        body.append(f"<tr>{''.join(_cell(cell, name, title) for cell, name, title in zip(cells, css, titles, strict=True))}</tr>")
    inner = f"{f'<thead><tr>{head}</tr></thead>' if any(titles) else ''}<tbody>{''.join(body)}</tbody>"
    widths = [max((len(row[at]) for row in rows if at < len(row)), default=0) for at in range(columns)]
    cites = any(block.evidence) or any(cell.startswith("@") for row in block.rows for cell in row)
    narrow = columns <= _FEW and sum(widths[1:]) <= _SHORT and not cites
    sized = _classes("small" if sum(widths) < _SMALL else "", "narrow" if narrow else "")
    return _framed(inner, block.caption, label, opened, sized, heading)


def _framed(inner: str, caption: str, label: str, opened: Sequence[str], css: str = "", heading: str = "") -> str:
    """A table that scrolls in a box of its own, and the cards of its citations; print has those of a written table.

    A caption that says again what the heading says is not shown, and read out all the same.
    """
    said = plain(caption)
    unseen = _classes("unseen" if said.casefold() == plain(heading).casefold() else "")
    said = f"<caption{unseen}>{escape(said)}</caption>" if said else ""
    label = escape(plain(caption)) or label
    behind = f'<div class="{"cards" if "issues" in css else "behind"}">{"".join(opened)}</div>' if opened else ""
    return f'<div class="scroll" role="group" tabindex="0" aria-label="{label}"><table{css}>{said}{inner}</table></div>{behind}'


def _cell(content: str, css: str, title: str) -> str:
    titled = f' data-title="{escape(plain(title))}"' if title else ""
    return f"<td{css}{titled}>{content}</td>"


def _plain(text: str) -> str:
    return f"<bdi>{escape(plain(text))}</bdi>"


def _cells(row: Sequence[str], quotes: Sequence[Quote], cards: Cards, opened: list[str]) -> list[str]:
    """A cell that cites a paper opens the quotes of it; what no cell cites is cited in the last."""
    told: set[str] = set()

    def written(cell: str) -> str:
        keys = [key[1:] for key in cell.split("; ") if key.startswith("@") and key[1:] in cards.papers]
        if not keys or cell != "; ".join(f"@{key}" for key in keys):
            return _plain(cell)
        marks = []
        for key in keys:
            own = [quote for quote in quotes if quote.key == key and key not in told]
            marks += cards.opening(own, opened) if own else [cards.cited(key)]
            told.add(key)
        return "; ".join(marks)

    cells = [written(cell) for cell in row]
    cells[-1] += cards.marks([quote for quote in quotes if quote.key not in told], opened)
    return cells


def _breadth(column: list[str]) -> str:
    """The classes of a column: how much room it gets, and whether its words may be broken anywhere."""
    texts = [cell for cell in column if not cell.startswith("@")]
    longest = max((len(word) for text in texts for word in text.split()), default=0)
    room = "wide" if any(len(text) > _WIDE_CELL for text in texts) else "mid" if longest > _MID_WORD or len(texts) < len(column) else ""
    brief = not room and all(len(text) <= _BRIEF_CELL for text in texts)
    return _classes(room, "long" if longest > _LONG_WORD else "brief" if brief else "")


def _classes(*names: str) -> str:
    return f' class="{" ".join(filter(None, names))}"' if any(names) else ""


# ---------------------------------------------------------------- issues


def issues_table(survey: Survey, caption: str, cards: Cards, heading: str = "") -> str:
    """Every issue under its cause, with its quotes."""
    say = Phrases(survey.lang)
    opened: list[str] = []
    columns = [escape(name) for name in issue_columns(say, caused=False)]
    bodies = "".join(_cause(place, bone, rows, columns, cards, opened, say) for place, bone, rows in fishbone_rows(survey))
    head = "".join(f'<th scope="col">{name}</th>' for name in columns)
    return _framed(f"<thead><tr>{head}</tr></thead>{bodies}", caption, caption, opened, ' class="issues"', heading)


def _cause(place: int, bone: Bone | None, rows: list[Row], columns: Sequence[str], cards: Cards, opened: list[str], say: Phrases) -> str:
    named = _plain(cause(say, bone.label)) if bone else cards.say("no_cause")
    said = f" {cards.say('cause_grouped')}" if bone and not bone.stated else ""
    if bone and bone.stated and bone.quotes:
        said = f" {cards.say('cause_stated')} “{escape(plain(bone.quotes[0].text))}”{cards.marks(bone.quotes[:1], opened)}"
    head = f'<tr class="cause"><th colspan="{len(columns)}" scope="rowgroup">{named}<span class="n">{said}</span></th></tr>'
    issues = "".join(_issue(row, columns, cards, opened, say) for row in rows)
    return f'<tbody id="{bone_anchor(place)}">{head}{issues}</tbody>'


def _issue(row: Row, columns: Sequence[str], cards: Cards, opened: list[str], say: Phrases) -> str:
    words = f'“<span class="words">{escape(plain(row.quotes[0].text))}</span>”' if row.quotes else ""
    answered = " ".join(_answer(answer, cards, opened) for answer in row.answers)
    cells = (_plain(row.label), standing(say, row.status), cards.marks(row.quotes, opened), answered, words)
    named = f' id="{issue_anchor(row.issue)}"' if row.issue else ""
    titled = (f'<td data-title="{title}">{cell or _EMPTY}</td>' for title, cell in zip(columns, cells, strict=True))
    return f"<tr{named}>{''.join(titled)}</tr>"


def _answer(answer: Answered, cards: Cards, opened: list[str]) -> str:
    partly = f" {cards.say('in_part')}" if answer.kind == "partly_resolves" else ""
    return cards.marks((answer.quote,), opened) + partly
