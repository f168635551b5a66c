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

from survey.records import Block, Bone, Quote, Reference, Section, Sentence, Survey, in_order, year_letters
from survey.render.branches import tree_outline
from survey.render.insights import Names
from survey.render.markdown import split_stop
from survey.render.svg import chains_svg, fishbone_svg
from survey.render.text import (
    anchor,
    by_key,
    citations,
    citekey,
    counted,
    identifiers,
    own_quotes,
    plain,
    quote_spans,
    reference_parts,
    short_name,
)
from survey.render.tree import tree_svg
from survey.render.upright import upright_chains, upright_fishbone

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
        written = [self._item(item) for item in block.items]
        if block.kind == "list":
            return f'<ul class="said">{"".join(f"<li>{said}{cards}</li>" for said, cards in written if said)}</ul>'
        return "\n".join(f"<p>{said}</p>{cards}" for said, cards in written if said)

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
        if cell.startswith("@") and cell[1:] in self.papers:
            return self._cited(cell[1:])
        return f"<bdi>{escape(plain(cell))}</bdi>"

    def _cited(self, key: str) -> str:
        name = escape(self._name(key))
        return f'<a class="cite" href="#ref-{escape(citekey(key))}">{name}</a>' if key in self.papers else name

    def _figure(self, block: Block) -> str:
        if block.figure == "tree":
            return self._tree(escape(plain(block.caption)))
        svg, upright, outline = self._drawn(block.figure)
        if not svg:
            return ""
        caption = escape(plain(block.caption))
        wide = float(svg.split(' width="', 1)[1].split('"', 1)[0]) > _READABLE
        hint, css = (_HINT, "drawing wide") if wide else ("", "drawing")
        return (
            f'<figure>{hint}<div class="{css}" role="region" tabindex="0" aria-label="Drawing: {caption}">{svg}</div>'
            f"{upright}<figcaption>{caption}</figcaption>{outline}</figure>"
        )

    def _drawn(self, figure: str) -> tuple[str, str, str]:
        """The drawing, the same for narrow screens, and the same with its quotes."""
        if figure == "fishbone":
            return fishbone_svg(self.survey.fishbone), upright_fishbone(self.survey.fishbone), self._outline()
        if figure == "chains":
            return chains_svg(self.survey), upright_chains(self.survey.chains, self._cited), ""
        return "", "", ""

    def _tree(self, caption: str) -> str:
        """As an outline that folds; the drawing, which is long, unfolds below it."""
        if self.survey.tree is None or not self.survey.tree.children:
            return ""
        cards: list[str] = []

        def quoted(quotes: Sequence[Quote]) -> str:
            marks: list[str] = []
            for (key, page), own in _grouped(quotes):
                mark, card = self._citation(key, page, own)
                marks.append(mark)
                cards.append(card)
            return _bracket(marks)

        outline = tree_outline(self.survey.tree, self._cited, Names(self.survey.papers).spelt, quoted)
        drawing = f'<div class="drawing" role="region" tabindex="0" aria-label="Drawing: {caption}">{tree_svg(self.survey, page="")}</div>'
        return (
            f'<figure>{outline}<div class="cards">{"".join(cards)}</div><figcaption>{caption}</figcaption>'
            f'<details class="outline drawn"><summary>The same as a drawing</summary>{drawing}</details></figure>'
        )

    def _outline(self) -> str:
        """The fish-bone as a list with its quotes, for small screens and for readers who do not see the drawing."""
        cards: list[str] = []
        items = "".join(self._cause(bone, cards) for bone in self.survey.fishbone.bones)
        return f'<details class="outline"><summary>The same as a list, with the quotes</summary><ul>{items}</ul>{"".join(cards)}</details>'

    def _cause(self, bone: Bone, cards: list[str]) -> str:
        marks: list[str] = []
        for (key, page), quotes in _grouped(own_quotes(bone)):
            mark, card = self._citation(key, page, quotes)
            marks.append(mark)
            cards.append(card)
        children = "".join(self._cause(child, cards) for child in bone.children)
        return f"<li>{escape(plain(bone.label))}{_bracket(marks)}{f'<ul>{children}</ul>' if children else ''}</li>"

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
