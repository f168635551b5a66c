"""Sentences that code makes around quotations: templates in which papers are named, and verbs stand as their names want it.

>>> f"{By('Roe and Li (2020)'):leave} open, and {By('Roe (2021)'):answer} it"
'Roe and Li (2020) leave open, and Roe (2021) answers it'
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from string import Formatter

from survey.models.extractive.flowing import named
from survey.models.extractive.verbs import third_person
from survey.records import Claim, Paper, Quote, Sentence, year_letters


class By(str):
    """A byline; with a verb as its format, the verb behind it, or, behind a "~", the verb alone: "{a:leave}" is "Roe (2021) leaves"."""

    def __format__(self, verb: str) -> str:
        if not verb:
            return str(self)
        bare = verb.removeprefix("~")
        form = bare if named(self).several else third_person(bare)
        return form if verb != bare else f"{self} {form}"


@dataclass(frozen=True)
class Draft:
    """A sentence to be: ``form`` names its ``papers`` {0}, {1}, … and its ``quotes`` {q[0]}, {q[1]}, …; ``likewise`` are others that say
    the same. ``inferred``: no paper itself says so. Of the papers that it names between two quotations the first is the one that speaks."""

    form: str
    papers: tuple[str, ...]
    quotes: tuple[Quote, ...]
    likewise: "tuple[Draft, ...]" = ()
    inferred: bool = False

    @property
    def is_attributed(self) -> bool:
        """Whether each quotation is introduced by its own paper, or follows one of the same."""
        speaker = before = ""
        for _, field, _, _ in Formatter().parse(self.form):
            if field and field.startswith("q["):
                said = self.quotes[int(field[2:-1])].key
                if speaker not in ("", said) or (not speaker and said != before):
                    return False
                speaker, before = "", said
            elif field:
                speaker = speaker or self.papers[int(field)]
        return all(draft.is_attributed for draft in self.likewise)

    @property
    def keys(self) -> Iterator[str]:
        yield from self.papers
        for draft in self.likewise:
            yield from draft.keys


def said(drafts: Sequence[Draft], papers: Mapping[str, Paper]) -> list[tuple[Draft, Claim]]:
    """The drafts as claims, but for those that put words into the mouth of another paper. Papers of one byline are told apart by letters,
    as in the list of those that are named."""
    drafts = [draft for draft in drafts if draft.is_attributed]
    keys = dict.fromkeys(key for draft in drafts for key in draft.keys)
    letters = year_letters(papers[key] for key in keys)
    bylines = {key: By(papers[key].named(letters[key])) for key in keys}
    return [(d, Claim(sentence=_sentence(d, bylines), likewise=tuple(_sentence(e, bylines) for e in d.likewise))) for d in drafts]


def _sentence(draft: Draft, bylines: Mapping[str, By]) -> Sentence:
    quoted = {quote.key for quote in draft.quotes}
    text = draft.form.format(*(bylines[key] for key in draft.papers), q=[f"“{quote.text}”" for quote in draft.quotes])
    beside = tuple(key for key in dict.fromkeys(draft.papers) if key not in quoted)
    return Sentence(text=_ended(text), kind="claim", quotes=_distinct(draft.quotes), cites=beside, verdict="supported")


def _ended(text: str) -> str:
    return text if text.endswith((".”", "?”", "!”", ".")) else f"{text}."


def _distinct(quotes: Iterable[Quote]) -> tuple[Quote, ...]:
    return tuple(dict.fromkeys(quotes))
