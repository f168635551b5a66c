"""A survey as one HTML file: nothing is loaded, and nothing runs but the page's own few lines (``page.js``).

Without scripts everything can be read and every citation opened; they add cards that open when pointed at, a search, and the choice of
light or dark. The page's policy allows its style sheet and its script by their digests, and nothing else.
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from functools import cache
from html import escape
from importlib.resources import files

from survey.phrases import Phrases
from survey.records import Block, Quote, Reference, Section, Sentence, Survey, in_order, year_letters
from survey.render.branches import tree_outline
from survey.render.cards import OWN, Cards
from survey.render.insights import Names
from survey.render.map import themes_svg
from survey.render.rows import issues_table, written_table
from survey.render.svg import chains_svg, fishbone_svg
from survey.render.text import anchor, citekey, identifiers, left_out, names_of, pieces, plain, quote_spans, reference_parts
from survey.render.tree import tree_svg
from survey.render.upright import upright_chains, upright_fishbone, upright_themes
from survey.render.years import upright_years, years_svg

_READABLE = 920.0  # a drawing wider than this, scaled to the narrowest column that shows one, would have letters of less than 11 pixels
_SHEET = 1.4  # a drawing higher than this times its width would shrink on a printed page: its list is printed instead
_OURS = re.compile(r"(?:[qs]\d+|main|find|legend|references|(?:ref|issue|cause|tree)-.*)")
"""Ids that the page gives itself."""
_LISTED = 2  # levels of headings that the contents name


def survey_html(survey: Survey) -> str:
    return _Page(survey).html()


def tree_html(survey: Survey) -> str:
    """The tree of insights alone, as a page like the survey's."""
    say = Phrases(survey.lang)
    figure = Block(kind="figure", figure="tree", caption=say("page.tree_caption"))
    return survey_html(survey.model_copy(update={"sections": (Section(id="tree", title=say("page.tree"), blocks=(figure,)),)}))


@cache
def _file(name: str) -> str:
    return files("survey.render").joinpath(name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (style, script)]
    return (
        f"default-src 'none'; style-src 'sha256-{digests[0]}'; script-src 'sha256-{digests[1]}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


class _Heading:
    """Where a section stands on the page: its id, and its level, which never skips one."""

    def __init__(self, section: Section, name: str, level: int) -> None:
        self.section, self.name, self.level = section, name, level
        self.title = escape(plain(section.title))


def _headings(sections: Sequence[Section]) -> list[_Heading]:
    made: list[_Heading] = []
    used: set[str] = set()
    for section in sections:
        name = anchor(section.id)
        name = f"section-{name}" if _OURS.fullmatch(name) else name
        while name in used:
            name += "-"
        used.add(name)
        made.append(_Heading(section, name, max(1, min(5, section.level, made[-1].level + 1 if made else 1))))
    return made


class _Page:
    def __init__(self, survey: Survey) -> None:
        self.survey = survey
        self.phrases = Phrases(survey.lang)
        self.cards = Cards(survey)
        self.say = self.cards.say
        self.headings = _headings(survey.sections)
        self.tables = 0

    def html(self) -> str:
        style, script = _file("page.css"), _file("page.js")
        title = escape(plain(self.survey.title))
        return "\n".join(
            [
                "<!doctype html>",
                f'<html lang="{escape(self.survey.lang)}">',
                "<head>",
                '<meta charset="utf-8">',
                f'<meta http-equiv="Content-Security-Policy" content="{_policy(style, script)}">',
                '<meta name="viewport" content="width=device-width, initial-scale=1">',
                '<meta name="referrer" content="no-referrer">',
                f"<title>{title or '–'}</title>",
                '<link rel="icon" href="data:,">',
                f"<style>{style}</style>",
                "</head>",
                f'<body><a class="skip" href="#main">{self.say("skip")}</a><div class="page">',
                self._header(title),
                f'<div class="side">{self._search()}{self._contents()}</div>',
                self._legend(),
                '<main id="main">',
                *map(self._section, self.headings),
                self._references(),
                "</main>",
                f"</div><script>{script}</script></body></html>",
                "",
            ]
        )

    # ------------------------------------------------------------ around the text

    def _header(self, title: str) -> str:
        own_topic = self.survey.topic.casefold() not in ("", self.survey.title.casefold())
        topic = f'<p class="topic"><bdi>{escape(plain(self.survey.topic))}</bdi></p>' if own_topic else ""
        sentences = [sentence for _, sentence in self.survey.sentences]
        claims = [sentence for sentence in sentences if sentence.kind == "claim"]
        facts = [escape(self.phrases("common.papers", n=len(self.survey.papers)))]
        if sentences:
            facts += [self.say("claims", n=len(claims)), self.say("quotes", n=sum(len(claim.quotes) for claim in claims))]
            facts.append(self.say("flagged", n=sum(sentence.verdict == "flagged" for sentence in sentences)))
            facts += [self.say("dropped", n=self.survey.checked.dropped)] if self.survey.checked.dropped else []
        facts.append(self.say("left_out", n=len(self.survey.left_out)))
        toggle = f'<button type="button" class="scheme" hidden>◐ {self.say("light_or_dark")}</button>'
        return f'<header>{toggle}<h1>{title or "–"}</h1>{topic}<p class="facts">{" · ".join(facts)}</p></header>'

    def _search(self) -> str:
        """Needs the script, which shows it."""
        said = f'data-at="{self.say("found_at", at="@", n="#")}" data-none="{self.say("found_nothing")}"'
        many = f'data-one="{self.say("found", n=1)}" data-many="{self.say("found", n="#")}"'
        steps = (("previous", "‹"), ("next", "›"))
        buttons = "".join(f'<button type="button" class="{name}" aria-label="{self.say(name)}">{mark}</button>' for name, mark in steps)
        return (
            f'<div class="search" role="search" hidden><input type="search" id="find" autocomplete="off" aria-label="{self.say("search")}" '
            f'placeholder="{self.say("search")}"><output for="find" {said} {many}></output>{buttons}</div>'
        )

    def _contents(self) -> str:
        entries = [(heading.level, heading.name, heading.title) for heading in self.headings if heading.level <= _LISTED]
        if self.survey.papers:
            entries.append((1, "references", self.say("references")))
        items: list[tuple[str, list[str]]] = []
        for level, name, title in entries:
            link = f'<a href="#{escape(name)}">{title}</a>'
            if level == 1:
                items.append((link, []))
            else:
                items[-1][1].append(f"<li>{link}</li>")
        listed = "".join(f"<li>{link}{_listed(below)}</li>" for link, below in items)
        return (
            f'<details class="contents"><summary>{self.say("contents")}</summary>'
            f'<nav aria-label="{self.say("contents")}">{_listed([listed])}</nav></details>'
        )

    def _legend(self) -> str:
        """What the reader will meet, and nothing else."""
        sentences = [sentence for _, sentence in self.survey.sentences]
        if not sentences:
            return ""
        shown = [
            (True, "", "claim"),
            (any(s.kind == "connective" for s in sentences), "connective", "connective"),
            (any(s.kind == "own" for s in sentences), "own", "own"),
            (any(s.verdict == "flagged" for s in sentences), "flagged", "flag"),
            (True, "cite", "citation"),
            (any(map(_trimmed, sentences)), "", "trimmed"),
        ]
        entries = [
            (f'<span class="{css}">{self.say(name)}</span>' if css else self.say(name), self.say(f"{name}_means"))
            for used, css, name in shown
            if used
        ]
        if any(section.by_hand for section in self.survey.sections):
            entries.append((f"{OWN} {self.say('by_hand')}", self.say("hand_means")))
        listed = "".join(f"<dt>{name}</dt><dd>{meaning}</dd>" for name, meaning in entries)
        return f'<aside class="legend" aria-labelledby="legend"><h2 id="legend">{self.say("legend")}</h2><dl>{listed}</dl></aside>'

    def _references(self) -> str:
        if not self.survey.papers:
            return ""
        letters = year_letters(self.survey.papers)
        items = "\n".join(_reference(paper, letters[paper.key], self.phrases) for paper in in_order(self.survey.papers))
        heading = f'<h2 id="references">{self.say("references")}{self._self("references")}</h2>'
        return f'<section class="references">\n{heading}\n<ol>\n{items}\n</ol>\n</section>'

    def _self(self, name: str) -> str:
        return f' <a class="self" href="#{escape(name)}" aria-label="{self.say("link_here")}">#</a>'

    # ------------------------------------------------------------ sections

    def _section(self, heading: _Heading) -> str:
        section, tag = heading.section, f"h{heading.level + 1}"
        head = f'<{tag} id="{escape(heading.name)}">{heading.title}{self._self(heading.name)}</{tag}>'
        asks = " · ".join(f"<bdi>{escape(plain(question))}</bdi>" for question in section.asks)
        notes = [f'<p class="by-hand">{OWN} {self.say("by_hand")}</p>'] if section.by_hand else []
        notes += [f'<p class="asks">{self.say("asks")} {asks}</p>'] if asks else []
        blocks = (self._block(block, section.title) for block in section.blocks)
        return "\n".join(["<section>", head, *notes, *filter(None, blocks), "</section>"])

    def _block(self, block: Block, heading: str) -> str:
        if block.kind == "table":
            self.tables += 1
            if block.figure == "fishbone":
                return issues_table(self.survey, block.caption, self.cards, heading)
            return written_table(block, self.say("table", n=self.tables), self.cards, heading)
        if block.kind == "figure":
            return self._figure(block)
        if block.kind == "list" and block.figure:
            return f'<ul class="said">{"".join(map(self._nested, block.items))}</ul>'
        written = [self.cards.item(item) for item in block.items]
        if block.kind == "list":
            items = "".join(f"<li>{said}{cards}</li>" for said, cards in written if said)
            return f'<ul class="said">{items}</ul>' if items else ""
        return "\n".join(f"<p>{said}</p>{cards}" for said, cards in written if said)

    def _nested(self, item: tuple[Sentence, ...]) -> str:
        """A bullet whose further sentences are bullets below it."""
        said, cards = self.cards.item(item[:1])
        below = "".join(f"<li>{text}{own}</li>" for text, own in (self.cards.item((sentence,)) for sentence in item[1:]))
        return f"<li>{said}{cards}{f'<ul>{below}</ul>' if below else ''}</li>"

    # ------------------------------------------------------------ drawings

    def _figure(self, block: Block) -> str:
        caption = escape(plain(block.caption))
        if block.figure == "tree":
            return self._tree(caption)
        svg, upright = self._drawn(block.figure)
        if not svg:
            return ""
        width, height = (float(svg.split(f' {side}="', 1)[1].split('"', 1)[0]) for side in ("width", "height"))
        wide = width > _READABLE
        tall = ' class="tall"' if height > _SHEET * width else ""
        hint = f'<p class="hint">{self.say("wide")}</p>' if wide else ""
        return f"<figure{tall}>{hint}{self._frame(svg, caption, wide)}{upright}<figcaption>{caption}</figcaption></figure>"

    def _frame(self, svg: str, caption: str, wide: bool = False) -> str:
        label = self.phrases("page.drawing", caption=caption)
        return f'<div class="drawing{" wide" if wide else ""}" role="group" tabindex="0" aria-label="{label}">{svg}</div>'

    def _drawn(self, figure: str) -> tuple[str, str]:
        """The drawing, and the same for narrow screens."""
        survey = self.survey
        if figure == "fishbone":
            names = names_of(survey.papers)
            drawn = fishbone_svg(survey.fishbone, names, say=self.phrases)
            return drawn, upright_fishbone(survey.fishbone, names, self.phrases)
        if figure == "chains":
            return chains_svg(survey, alone=False), upright_chains(survey.chains, self.cards.cited, self.phrases)
        if figure == "years":
            return years_svg(survey, alone=False), upright_years(survey, self.cards.cited)
        return (themes_svg(survey), upright_themes(survey)) if figure == "themes" else ("", "")

    def _tree(self, caption: str) -> str:
        """As an outline that folds; the drawing, which is long, unfolds below it."""
        if self.survey.tree is None or not self.survey.tree.children:
            return ""
        cards: list[str] = []

        def quoted(quotes: Sequence[Quote]) -> str:
            return self.cards.marks(quotes, cards)

        spelt = Names(self.survey.papers, self.phrases).spelt
        outline = tree_outline(self.survey.tree, self.cards.cited, spelt, quoted, self.phrases)
        return (
            f'<figure>{outline}<div class="cards">{"".join(cards)}</div><figcaption>{caption}</figcaption>'
            f'<details class="outline drawn"><summary>{self.say("as_drawing")}</summary>'
            f"{self._frame(tree_svg(self.survey, page=''), caption)}</details></figure>"
        )


def _listed(items: Sequence[str]) -> str:
    return f"<ol>{''.join(items)}</ol>" if any(items) else ""


def _trimmed(sentence: Sentence) -> bool:
    """Whether it quotes a part of a sentence."""
    text = plain(sentence.text)
    spans = quote_spans(text, sentence.quotes)
    return any(left_out(said, pieces(text[start + 1 : end - 1], said)) for start, end, quote in spans for said in [plain(quote.text)])


def _reference(paper: Reference, letter: str, say: Phrases) -> str:
    who, title, venue = reference_parts(paper, letter, say)
    links = [f'<a href="{escape(address)}" rel="noreferrer">{escape(text)}</a>' for text, address in identifiers(paper)]
    parts = [escape(plain(who)), f"<cite><bdi>{escape(title)}</bdi></cite>.", escape(f"{venue}.") if venue else "", *links]
    return f'<li id="ref-{escape(citekey(paper.key))}">{" ".join(filter(None, parts))}</li>'
