"""Sentences and citations of the page, and the cards that citations open.

A citation is a button, its card a popover, which browsers open by themselves; ``page.js`` opens it sooner where scripts run. A card holds
the whole sentences of the paper; what the survey quotes of them is marked. In print the cards stand below their paragraph.
"""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby

from survey.phrases import Phrases
from survey.records import Quote, Sentence, Survey, year_letters
from survey.render.markdown import split_stop
from survey.render.text import FLAG, by_key, citations, citekey, left_out, pieces, plain, quote_spans, short_name

OWN = "✎"
"""Stands behind what a person wrote and nobody checked."""


class Cards:
    """Numbers cards and claims as the page comes to them; ``say`` gives the page's words, escaped."""

    def __init__(self, survey: Survey) -> None:
        self.papers = by_key(survey.papers)
        self._letters = year_letters(survey.papers)
        self._phrases = Phrases(survey.lang)
        self._cards = 0
        self._claims = 0

    def say(self, name: str, **values: object) -> str:
        return escape(self._phrases(f"page.{name}", **values))

    # ------------------------------------------------------------ sentences

    def item(self, item: Iterable[Sentence]) -> tuple[str, str]:
        """The sentences of a paragraph or bullet, and the cards that their citations open."""
        said, cards = [], []
        for sentence in item:
            text, own = self._sentence(sentence)
            said.append(text)
            cards.append(own)
        return " ".join(filter(None, said)), "".join(cards)

    def _sentence(self, sentence: Sentence) -> tuple[str, str]:
        places = citations(sentence)
        text, stop = split_stop(plain(sentence.text)) if places else (plain(sentence.text), "")
        if not (text or places):
            return "", ""
        name = ""
        if sentence.kind == "claim":
            self._claims += 1
            name = f"s{self._claims}"
        words: dict[Quote, list[str]] = {}
        said: list[str] = []
        at = 0
        for start, end, quote in quote_spans(text, sentence.quotes):
            words.setdefault(quote, []).append(text[start + 1 : end - 1])
            said += [escape(text[at:start]), f'“<span class="words">{escape(text[start + 1 : end - 1])}</span>”']
            at = end
        said.append(escape(text[at:]))
        marks, cards = [], []
        for place in places:
            quotes = [quote for quote in sentence.quotes if (quote.key, quote.page) == place]
            mark, card = self._citation(*place, quotes, words, name)
            marks.append(mark)
            cards.append(card)
        css = sentence.kind + (" flagged" if sentence.verdict == "flagged" else "")
        named = f' id="{name}"' if name else ""
        return f'<span class="{css}"{named}>{"".join(said)}{_bracket(marks, stop)}{self._remark(sentence)}</span>', "".join(cards)

    def _remark(self, sentence: Sentence) -> str:
        if sentence.verdict == "flagged":
            return f' <span class="flag">{FLAG} {self.say("not_borne_out")}</span>'
        return f' <span class="unchecked">{OWN} {self.say("unchecked")}</span>' if sentence.verdict == "unchecked" else ""

    # ------------------------------------------------------------ citations

    def name(self, key: str) -> str:
        paper = self.papers.get(key)
        return short_name(paper, self._letters[key]) if paper and paper.authors else key

    def cited(self, key: str) -> str:
        """A paper's name, which leads to its reference."""
        name = escape(self.name(key))
        return f'<a class="cite" href="#ref-{escape(citekey(key))}">{name}</a>' if key in self.papers else name

    def opening(self, quotes: Sequence[Quote], cards: list[str]) -> list[str]:
        """The papers of the quotes, each a button that opens its words; adds the cards."""
        made = [self._citation(key, page, group) for (key, page), group in _grouped(quotes)]
        cards += [card for _, card in made]
        return [mark for mark, _ in made]

    def marks(self, quotes: Sequence[Quote], cards: list[str]) -> str:
        """The same in brackets."""
        return _bracket(self.opening(quotes, cards))

    def _citation(
        self, key: str, page: int | None, quotes: Sequence[Quote], words: dict[Quote, list[str]] | None = None, sentence: str = ""
    ) -> tuple[str, str]:
        """What stands in the text, and the card it opens ("" where the paper is only named)."""
        label = escape(self.name(key)) + (f", {self.say('page', n=page)}" if page else "")
        if not quotes:
            return f'<a class="cite" href="#ref-{escape(citekey(key))}">{label}</a>', ""
        self._cards += 1
        name = f"q{self._cards}"
        button = f'<button type="button" class="cite" popovertarget="{name}">{label}</button>'
        return button, self._card(name, key, quotes, words or {}, sentence)

    def _card(self, name: str, key: str, quotes: Sequence[Quote], words: dict[Quote, list[str]], sentence: str) -> str:
        paper = self.papers.get(key)
        title = escape(plain(paper.name) if paper else key)
        said = "".join(f'<blockquote dir="auto">{_marked(plain(quote.text), _places(quote, words))}</blockquote>' for quote in quotes)
        places = ", ".join(f"{quote.start}–{quote.end}" for quote in quotes)
        where = [escape(self.name(key))] if paper else []
        where += [self.say("on_page", n=quotes[0].page)] if quotes[0].page else []
        where.append(self.say("characters", places=places))
        link = f' <a class="self" href="#{sentence}">· {self.say("sentence", n=sentence[1:])}</a>' if sentence else ""
        closes = f'popovertarget="{name}" popovertargetaction="hide" aria-label="{self.say("close")}"'
        told = not any(left_out(plain(quote.text), _places(quote, words)) for quote in quotes)  # print then need not repeat it
        label = self.say("quotes_of", paper=self.name(key))
        return (
            f'<div class="card{" spelt" if told else ""}" id="{name}" popover role="group" aria-label="{label}">'
            f'<button type="button" class="close" {closes}>×</button>{said}'
            f'<a class="from" href="#ref-{escape(citekey(key))}"><bdi>{title}</bdi></a>'
            f'<span class="where">{", ".join(where)}{link}</span></div>'
        )


def _places(quote: Quote, words: dict[Quote, list[str]]) -> list[tuple[int, int]]:
    """What of the quote the sentence spells out."""
    return sorted(place for text in words.get(quote, ()) for place in pieces(text, plain(quote.text)))


def _marked(said: str, places: Sequence[tuple[int, int]]) -> str:
    """The sentence of a paper, with what the survey quotes of it marked where that is only a part."""
    if not places or not left_out(said, places):
        return escape(said)
    out, at = [], 0
    for start, end in places:
        if start >= at:
            out += [escape(said[at:start]), f"<mark>{escape(said[start:end])}</mark>"]
            at = end
    return "".join([*out, escape(said[at:])])


def _bracket(marks: list[str], stop: str = "") -> str:
    """ " (mark; mark)." with each mark held to the punctuation around it, as a browser breaks a line beside any button."""
    last = len(marks) - 1
    held = [f'<span class="held">{"" if at else "("}{mark}{";" if at < last else ")" + stop}</span>' for at, mark in enumerate(marks)]
    return f' <span class="marks">{" ".join(held)}</span>' if marks else ""


def _grouped(quotes: Sequence[Quote]) -> Iterator[tuple[tuple[str, int | None], list[Quote]]]:
    for place, group in groupby(quotes, key=lambda quote: (quote.key, quote.page)):
        yield place, list(group)
