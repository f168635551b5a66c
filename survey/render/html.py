"""A survey as one HTML file: nothing is loaded, nothing is run.

A citation is a button that opens its quotes as a popover, which browsers do by themselves: the page needs no script, and its policy allows
none. In print the quotes stand below their paragraph.
"""

import base64
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from html import escape
from importlib.resources import files
from itertools import groupby

from survey.records import STATUSES, Answered, Block, Bone, Quote, Reference, Section, Sentence, Survey, in_order, year_letters
from survey.render.branches import tree_outline
from survey.render.insights import Names
from survey.render.map import themes_svg
from survey.render.markdown import split_stop
from survey.render.outline import Row, bone_anchor, fishbone_rows, issue_anchor
from survey.render.svg import chains_svg, fishbone_svg
from survey.render.text import (
    anchor,
    by_key,
    citations,
    citekey,
    counted,
    identifiers,
    names_of,
    plain,
    quote_spans,
    reference_parts,
    short_name,
)
from survey.render.tree import tree_svg
from survey.render.upright import upright_chains, upright_fishbone, upright_themes
from survey.render.years import upright_years, years_svg

_LEGEND = (
    ("Claim", "says what a paper says; each rests on the quotes behind its citation."),
    (
        '<span class="connective">Connective</span>',
        "joins the claims; built by the program from facts that it counted, not by a model.",
    ),
    ('<span class="flagged">Flagged</span>', "a claim that its quotes do not plainly bear out. Read the quotes before you use it."),
    (
        '<span class="cite">(Name et al. 2020, p. 4)</span>',
        "opens the paper’s own words, letter for letter. Press Tab to reach it, Enter to open, Esc to close.",
    ),
)
_READABLE = 1040.0  # a drawing wider than this, scaled to a page of 1280 pixels, would have letters of less than 11
_HINT = '<p class="hint">The drawing is wider than this page: scroll it sideways, or open the list below it.</p>'
_ISSUE_COLUMNS = ("Issue", "Status", "Raised by", "Answered by", "In the words of the first")
_EMPTY = "<bdi></bdi>"
_WIDE_CELL, _MID_WORD = 28, 9  # a column with a text or a word this long gets room to be read on a phone


def survey_html(survey: Survey) -> str:
    return _Page(survey).html()


def tree_html(survey: Survey) -> str:
    """The tree of insights alone, as a page like the survey's."""
    figure = Block(kind="figure", figure="tree", caption="Themes, their issues, and the papers that inherit each.")
    return survey_html(survey.model_copy(update={"sections": (Section(id="tree", title="Tree of insights", blocks=(figure,)),)}))


@cache
def _style() -> str:
    return files("survey.render").joinpath("page.css").read_text(encoding="utf-8")


def _policy(style: str) -> str:
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"


class _Page:
    def __init__(self, survey: Survey) -> None:
        self.survey = survey
        self.papers = by_key(survey.papers)
        self.letters = year_letters(survey.papers)
        self.cards = 0  # numbers the popovers

    def html(self) -> str:
        style = _style()
        title = escape(plain(self.survey.title))
        return "\n".join(
            [
                "<!doctype html>",
                '<html lang="en">',
                "<head>",
                '<meta charset="utf-8">',
                f'<meta http-equiv="Content-Security-Policy" content="{_policy(style)}">',
                '<meta name="viewport" content="width=device-width, initial-scale=1">',
                '<meta name="referrer" content="no-referrer">',
                f"<title>{title}</title>",
                '<link rel="icon" href="data:,">',
                f"<style>{style}</style>",
                "</head>",
                '<body><div class="page">',
                self._header(title),
                self._contents(),
                self._legend(),
                "<main>",
                *(self._section(section) for section in self.survey.sections),
                self._references(),
                "</main>",
                "</div></body></html>",
                "",
            ]
        )

    def _header(self, title: str) -> str:
        own_topic = self.survey.topic.casefold() not in ("", self.survey.title.casefold())
        topic = f'<p class="topic"><bdi>{escape(plain(self.survey.topic))}</bdi></p>' if own_topic else ""
        sentences = [sentence for _, sentence in self.survey.sentences]
        claims = [sentence for sentence in sentences if sentence.kind == "claim"]
        flagged = sum(sentence.verdict == "flagged" for sentence in sentences)
        said = [
            counted(len(claims), "claim"),
            counted(sum(len(claim.quotes) for claim in claims), "quote"),
            f"{flagged} flagged",
            *([f"{self.survey.checked.dropped} dropped"] if self.survey.checked.dropped else []),
        ]
        facts = [
            counted(len(self.survey.papers), "paper"),
            *(said if sentences else []),
            f"{counted(len(self.survey.left_out), 'source')} left out",
        ]
        return f'<header><h1>{title}</h1>{topic}<p class="facts">{" · ".join(facts)}</p></header>'

    def _contents(self) -> str:
        entries = [(section.level, anchor(section.id), plain(section.title)) for section in self.survey.sections]
        if self.survey.papers:
            entries.append((1, "references", "References"))
        items = "".join(
            f'<li class="l{max(1, min(3, level))}"><a href="#{escape(name)}">{escape(title)}</a></li>' for level, name, title in entries
        )
        return f'<details class="contents" open><summary>Contents</summary><nav aria-label="Contents"><ol>{items}</ol></nav></details>'

    def _legend(self) -> str:
        if not self.survey.sentences:
            return ""
        entries = "".join(f"<dt>{name}</dt><dd>{meaning}</dd>" for name, meaning in _LEGEND)
        return f'<aside class="legend" aria-label="Legend"><h2>How to read this survey</h2><dl>{entries}</dl></aside>'

    def _section(self, section: Section) -> str:
        tag = f"h{max(2, min(6, section.level + 1))}"
        heading = f'<{tag} id="{escape(anchor(section.id))}">{escape(plain(section.title))}</{tag}>'
        return "\n".join(["<section>", heading, *filter(None, map(self._block, section.blocks)), "</section>"])

    def _block(self, block: Block) -> str:
        if block.kind == "table":
            return self._table(block)
        if block.kind == "figure":
            return self._figure(block)
        if block.kind == "list" and block.figure:
            return f'<ul class="said">{"".join(map(self._nested, block.items))}</ul>'
        written = [self._item(item) for item in block.items]
        if block.kind == "list":
            return f'<ul class="said">{"".join(f"<li>{said}{cards}</li>" for said, cards in written if said)}</ul>'
        return "\n".join(f"<p>{said}</p>{cards}" for said, cards in written if said)

    def _nested(self, item: tuple[Sentence, ...]) -> str:
        """A bullet whose further sentences are bullets below it."""
        said, cards = self._item(item[:1])
        below = "".join(f"<li>{text}{own}</li>" for text, own in (self._item((sentence,)) for sentence in item[1:]))
        return f"<li>{said}{cards}{f'<ul>{below}</ul>' if below else ''}</li>"

    def _item(self, item: Iterable[Sentence]) -> tuple[str, str]:
        """The sentences of a paragraph or bullet, and the cards that their citations open."""
        said: list[str] = []
        cards: list[str] = []
        for sentence in item:
            text, own = self._sentence(sentence)
            said.append(text)
            cards += own
        return " ".join(filter(None, said)), "".join(cards)

    def _sentence(self, sentence: Sentence) -> tuple[str, list[str]]:
        places = citations(sentence)
        text, stop = split_stop(plain(sentence.text)) if places else (plain(sentence.text), "")
        pieces: list[str] = []
        at = 0
        for start, end, _ in quote_spans(text, sentence.quotes):
            pieces += [escape(text[at:start]), f'“<span class="words">{escape(text[start + 1 : end - 1])}</span>”']
            at = end
        pieces.append(escape(text[at:]))
        marks: list[str] = []
        cards: list[str] = []
        for key, page in places:
            quotes = [quote for quote in sentence.quotes if (quote.key, quote.page) == (key, page)]
            mark, card = self._citation(key, page, quotes)
            marks.append(mark)
            cards += [card] if card else []
        flag = ' <span class="flag">⚑ not borne out</span>' if sentence.verdict == "flagged" else ""
        css = sentence.kind + (" flagged" if sentence.verdict == "flagged" else "")
        said = "".join(pieces)
        return (f'<span class="{css}">{said}{_bracket(marks, stop)}{flag}</span>', cards) if said or marks else ("", [])

    def _citation(self, key: str, page: int | None, quotes: list[Quote]) -> tuple[str, str]:
        """What stands in the text, and the card it opens ("" where the paper is only named)."""
        label = escape(self._name(key) + (f", p. {page}" if page else ""))
        if not quotes:
            return f'<a class="cite" href="#ref-{escape(citekey(key))}">{label}</a>', ""
        self.cards += 1
        name = f"q{self.cards}"
        button = f'<button type="button" class="cite" popovertarget="{name}">{label}</button>'
        return button, self._card(name, key, quotes)

    def _card(self, name: str, key: str, quotes: list[Quote]) -> str:
        paper = self.papers.get(key)
        title = escape(plain(paper.name) if paper else key)
        words = "".join(f'<blockquote dir="auto">{escape(plain(quote.text))}</blockquote>' for quote in quotes)
        page = f"page {quotes[0].page}, " if quotes[0].page else ""
        places = ", ".join(f"{quote.start}–{quote.end}" for quote in quotes)
        byline = f"{escape(self._name(key))}, " if paper else ""
        return (
            f'<aside class="card" id="{name}" popover aria-label="Quotes of {escape(self._name(key))}">'
            f'<button type="button" class="close" popovertarget="{name}" popovertargetaction="hide" aria-label="Close">×</button>'
            f'{words}<a class="from" href="#ref-{escape(citekey(key))}"><bdi>{title}</bdi></a>'
            f'<span class="where">{byline}{page}characters {places} of its text</span></aside>'
        )

    def _name(self, key: str) -> str:
        paper = self.papers.get(key)
        return short_name(paper, self.letters[key]) if paper and paper.authors else key

    def _table(self, block: Block) -> str:
        if block.figure == "fishbone":
            return self._issues(block.caption)
        columns = max((len(row) for row in (block.header, *block.rows)), default=0)
        if not columns:
            return ""
        css = [_breadth([row[at] for row in (block.header, *block.rows) if at < len(row)]) for at in range(columns)]
        head = self._row([f'<th scope="col"{name}>' for name in css], block.header) if any(block.header) else ""
        titles = [f' data-title="{escape(plain(title))}"' if title else "" for title in (*block.header, *[""] * columns)]
        cells = [f"<td{name}{title}>" for name, title in zip(css, titles, strict=False)]
        body = "".join(self._row(cells, row) for row in block.rows)
        caption = escape(plain(block.caption)) or "Table"
        return (
            f'<div class="scroll" role="region" tabindex="0" aria-label="{caption}"><table>'
            f"{f'<thead>{head}</thead>' if head else ''}<tbody>{body}</tbody></table></div>"
        )

    def _row(self, tags: list[str], row: tuple[str, ...]) -> str:
        cells = (*row, *[""] * (len(tags) - len(row)))
        return f"<tr>{''.join(f'{tag}{self._cell(cell)}</{tag[1:3]}>' for tag, cell in zip(tags, cells, strict=True))}</tr>"

    def _cell(self, cell: str) -> str:
        keys = [key[1:] for key in cell.split("; ") if key.startswith("@") and key[1:] in self.papers]
        if keys and cell == "; ".join(f"@{key}" for key in keys):
            return "; ".join(map(self._cited, keys))
        return f"<bdi>{escape(plain(cell))}</bdi>"

    def _cited(self, key: str) -> str:
        name = escape(self._name(key))
        return f'<a class="cite" href="#ref-{escape(citekey(key))}">{name}</a>' if key in self.papers else name

    def _figure(self, block: Block) -> str:
        if block.figure == "tree":
            return self._tree(escape(plain(block.caption)))
        svg, upright = self._drawn(block.figure)
        if not svg:
            return ""
        caption = escape(plain(block.caption))
        wide = float(svg.split(' width="', 1)[1].split('"', 1)[0]) > _READABLE
        hint, css = (_HINT, "drawing wide") if wide else ("", "drawing")
        return (
            f'<figure>{hint}<div class="{css}" role="region" tabindex="0" aria-label="Drawing: {caption}">{svg}</div>'
            f"{upright}<figcaption>{caption}</figcaption></figure>"
        )

    def _drawn(self, figure: str) -> tuple[str, str]:
        """The drawing, and the same for narrow screens."""
        if figure == "fishbone":
            names = names_of(self.survey.papers)
            return fishbone_svg(self.survey.fishbone, names), upright_fishbone(self.survey.fishbone, names)
        if figure == "chains":
            return chains_svg(self.survey, alone=False), upright_chains(self.survey.chains, self._cited)
        if figure == "themes":
            return themes_svg(self.survey), upright_themes(self.survey)
        if figure == "years":
            return years_svg(self.survey, alone=False), upright_years(self.survey, self._cited)
        return "", ""

    def _tree(self, caption: str) -> str:
        """As an outline that folds; the drawing, which is long, unfolds below it."""
        if self.survey.tree is None or not self.survey.tree.children:
            return ""
        cards: list[str] = []

        def quoted(quotes: Sequence[Quote]) -> str:
            return self._marks(tuple(quotes), cards)

        outline = tree_outline(self.survey.tree, self._cited, Names(self.survey.papers).spelt, quoted)
        drawing = f'<div class="drawing" role="region" tabindex="0" aria-label="Drawing: {caption}">{tree_svg(self.survey, page="")}</div>'
        return (
            f'<figure>{outline}<div class="cards">{"".join(cards)}</div><figcaption>{caption}</figcaption>'
            f'<details class="outline drawn"><summary>The same as a drawing</summary>{drawing}</details></figure>'
        )

    def _issues(self, caption: str) -> str:
        """The table that the fish-bone's labels lead to: every issue under its cause, with its quotes."""
        cards: list[str] = []
        bodies = "".join(self._cause(place, bone, rows, cards) for place, bone, rows in fishbone_rows(self.survey))
        head = "".join(f'<th scope="col">{name}</th>' for name in _ISSUE_COLUMNS)
        return (
            f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(plain(caption))}"><table class="issues">'
            f"<thead><tr>{head}</tr></thead>{bodies}</table></div>{''.join(cards)}"
        )

    def _cause(self, place: int, bone: Bone | None, rows: list[Row], cards: list[str]) -> str:
        named = f"<bdi>{escape(plain(bone.label))}</bdi>" if bone else "Under no cause"
        said = " grouped: no quote says outright that it is a cause" if bone and not bone.stated else ""
        if bone and bone.stated and bone.quotes:
            said = f" stated: “{escape(plain(bone.quotes[0].text))}”{self._marks(bone.quotes[:1], cards)}"
        head = f'<tr class="cause"><th colspan="{len(_ISSUE_COLUMNS)}" scope="rowgroup">{named}<span class="n">{said}</span></th></tr>'
        return f'<tbody id="{bone_anchor(place)}">{head}{"".join(self._issue(row, cards) for row in rows)}</tbody>'

    def _issue(self, row: Row, cards: list[str]) -> str:
        mark, meaning = STATUSES[row.status]
        words = f'“<span class="words">{escape(plain(row.quotes[0].text))}</span>”' if row.quotes else ""
        answered = " ".join(self._answer(answer, cards) for answer in row.answers)
        cells = (f"<bdi>{escape(plain(row.label))}</bdi>", f"{mark} {meaning}", self._marks(row.quotes, cards), answered, words)
        named = f' id="{issue_anchor(row.issue)}"' if row.issue else ""
        titled = (f'<td data-title="{title}">{cell or _EMPTY}</td>' for title, cell in zip(_ISSUE_COLUMNS, cells, strict=True))
        return f"<tr{named}>{''.join(titled)}</tr>"

    def _answer(self, answer: Answered, cards: list[str]) -> str:
        partly = " (in part)" if answer.kind == "partly_resolves" else ""
        return self._marks((answer.quote,), cards) + partly

    def _marks(self, quotes: tuple[Quote, ...], cards: list[str]) -> str:
        """The papers of the quotes, each opening its words."""
        marks: list[str] = []
        for (key, page), group in _grouped(quotes):
            mark, card = self._citation(key, page, group)
            marks.append(mark)
            cards.append(card)
        return _bracket(marks)

    def _references(self) -> str:
        if not self.survey.papers:
            return ""
        items = "\n".join(_reference(paper, self.letters[paper.key]) for paper in in_order(self.survey.papers))
        return f'<section class="references">\n<h2 id="references">References</h2>\n<ol>\n{items}\n</ol>\n</section>'


def _breadth(column: list[str]) -> str:
    """The class of a column; citations break anywhere."""
    texts = [cell for cell in column if not cell.startswith("@")]
    if any(len(text) > _WIDE_CELL for text in texts):
        return ' class="wide"'
    return ' class="mid"' if any(len(word) > _MID_WORD for text in texts for word in text.split()) else ""


def _bracket(marks: list[str], stop: str = "") -> str:
    """ " (mark; mark)." with each mark held to the punctuation around it, as a browser breaks a line beside any button."""
    last = len(marks) - 1
    held = [f'<span class="held">{"" if at else "("}{mark}{";" if at < last else ")" + stop}</span>' for at, mark in enumerate(marks)]
    return f' <span class="marks">{" ".join(held)}</span>' if marks else ""


def _grouped(quotes: Sequence[Quote]) -> Iterator[tuple[tuple[str, int | None], list[Quote]]]:
    for place, group in groupby(quotes, key=lambda quote: (quote.key, quote.page)):
        yield place, list(group)


def _reference(paper: Reference, letter: str) -> str:
    who, title, venue = reference_parts(paper, letter)
    links = [f'<a href="{escape(address)}" rel="noreferrer">{escape(text)}</a>' for text, address in identifiers(paper)]
    parts = [escape(plain(who)), f"<cite><bdi>{escape(title)}</bdi></cite>.", escape(f"{venue}.") if venue else "", *links]
    return f'<li id="ref-{escape(citekey(paper.key))}">{" ".join(filter(None, parts))}</li>'
