"""Are true quotations accepted and altered ones refused? ``python -m bench quotes --data DIR`` (about a minute).

The papers: the 98 of ``qa/covidqa.json``, the reference texts of those in ``pdf/papers``, the 500 abstracts of ``qa/pubmedqa_dev.json``.

*True*: a sentence of a paper, or some words of one. Half of them are damaged as copying out of a PDF does it, and looked up in the paper as
it is; half are as they are, and looked up in a paper that is damaged so from end to end. The damage: ligatures, words broken at a line's
end by any of the marks for it, lines broken by any of the characters for it, NFD, other blanks, other quotation marks and dashes, and of
quotations a first letter in the other case.

*Altered*: one number changed; a negation put in or taken out; an antonym; the halves of two sentences joined; a sentence of another paper;
a fifth each, half of them damaged besides. That they are altered is made sure by something simpler than the check that is measured: with
all but letters and digits cut away from both, they do not stand in the paper. ``discarded`` counts those that did after all.

Each goes through both checks of the product: where words stand in a paper (``find_quote``), and what `survey verify` says of a quotation in
somebody's draft (``quotation_fault``). A true one counts where both accept it, an altered one where any does.
"""

import json
import random
import re
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from survey.checking.quoted import quotation_fault
from survey.passages import split_sentences
from survey.records import Paper
from survey.render.draft import DraftQuote
from survey.render.lines import HYPHENS
from survey.render.marks import DraftCitation
from survey.render.text import plain
from survey.support import find_quote

EACH = 10_000
_A_VISIT = 4
"""Quotes of a paper in turn: to look words up in it, it is folded, and few are kept so."""

Texts = Mapping[str, Sequence[str]]
Alter = Callable[[str, Sequence[str], random.Random], str]


def measure(data: Path) -> dict[str, float]:
    started = time.perf_counter()
    chance = random.Random(1)
    papers, said = _papers(data)
    refused = list(_refused(papers, said, chance))
    altered = Counter[str]()
    wrongly = list(_wrongly_accepted(papers, said, chance, altered))
    for kind, quote, key in [*(("true", *one) for one in refused), *wrongly][:20]:
        print(f"{kind}: {quote!r} in {key}", file=sys.stderr)
    return {
        "true_quotes_accepted": round((EACH - len(refused)) / EACH, 4),
        "altered_quotes_accepted": len(wrongly),
        "altered": sum(altered.values()) - altered["discarded"],
        "discarded": altered["discarded"],
        "papers": len(papers),
        "seconds": round(time.perf_counter() - started, 1),
    }


def _papers(data: Path) -> tuple[list[Paper], Texts]:
    """The papers that have three sentences to quote, and these."""
    covid = json.loads((data / "qa" / "covidqa.json").read_text(encoding="utf-8"))["data"]
    abstracts = json.loads((data / "qa" / "pubmedqa_dev.json").read_text(encoding="utf-8"))
    texts = {
        **{f"covid{n}": entry["paragraphs"][0]["context"] for n, entry in enumerate(covid)},
        **{path.name: path.read_text(encoding="utf-8") for path in sorted((data / "pdf" / "papers").glob("*/*.reference.txt"))},
        **{f"pubmed{n}": "\n\n".join(entry["CONTEXTS"]) for n, entry in abstracts.items()},
    }
    papers = [Paper(key=key, title=key, text=text) for key, text in texts.items()]
    said = {p.key: [s for span in split_sentences(p) if 40 <= len(s := p.text[span.start : span.end]) <= 400] for p in papers}
    return [paper for paper in papers if len(said[paper.key]) > 2], said


def _refused(papers: Sequence[Paper], said: Texts, chance: random.Random) -> Iterator[tuple[str, str]]:
    """The true quotes that are not accepted."""
    damaged = {paper.key: paper.model_copy(update={"text": _damaged(paper.text, chance, _DAMAGE, 0.2)}) for paper in papers}
    asked = 0
    while True:
        for paper in papers:
            for n in range(_A_VISIT):
                if asked == EACH:
                    return
                asked += 1
                quote = _some_words(chance.choice(said[paper.key]), chance)
                there = paper if n % 2 else damaged[paper.key]
                if n % 2:
                    quote = _copied(quote, chance)
                if not (_stands(quote, there) and _holds(quote, there)):
                    yield quote, paper.key


def _wrongly_accepted(papers: Sequence[Paper], said: Texts, chance: random.Random, made: Counter[str]) -> Iterator[tuple[str, str, str]]:
    """The altered quotes that are accepted; ``made`` counts all of each kind, and those that were discarded."""
    bare = {paper.key: _bare(paper.text) for paper in papers}
    for kind, alter in _KINDS.items():
        while made[kind] < EACH // len(_KINDS):
            for paper in papers:
                others = said[chance.choice(papers).key] if kind == "another paper" else said[paper.key]
                for n in range(min(_A_VISIT, EACH // len(_KINDS) - made[kind])):
                    quote = alter(chance.choice(said[paper.key]), others, chance)
                    if not quote:
                        continue
                    made[kind] += 1
                    if _bare(quote) in bare[paper.key]:
                        made[kind] -= 1
                        made["discarded"] += 1
                        continue
                    if n % 2:
                        quote = _copied(quote, chance)
                    if _stands(quote, paper) or _holds(quote, paper):
                        yield kind, quote, paper.key


def _stands(quote: str, paper: Paper) -> bool:
    return find_quote(quote, paper) is not None


def _holds(quote: str, paper: Paper) -> bool:
    """As it is read in a draft."""
    read = DraftQuote(text=plain(quote.translate(HYPHENS)), citations=(DraftCitation(key=paper.key),))
    return quotation_fault(read, {paper.key: paper}, lambda words, key: False) == ""


def _bare(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", text).casefold() if char.isalnum())


def _some_words(sentence: str, chance: random.Random) -> str:
    """The sentence, or a run of at least five of its words, without marks at its ends that belong to other words."""
    words = sentence.split()
    if len(words) < 8 or chance.random() < 0.5:
        return sentence
    first = chance.randrange(len(words) - 5)
    start = sentence.index(words[first])
    run = re.compile(r"\s+".join(map(re.escape, words[first : chance.randrange(first + 5, len(words) + 1)])))
    found = run.search(sentence, start)
    return found[0] if found else sentence


# ---------------------------------------------------------------- damage

_BREAKS = ("\n", "\r\n", "\n ", "\r\n  ")
_HYPHENS = ("-\n", "-\r\n", "\u2010\n", "\x02\r\n", "\x02", "\ufffe", "\ufffe\r\n", "\u00ad\n", "\u00ad", "- ")
_BLANKS = ("\u00a0", "\u2009", "\u202f", "\u2003", "  ", "\t", " \u200b")
_LIGATURES = {"ffi": "ﬃ", "ffl": "ﬄ", "ff": "ﬀ", "fi": "ﬁ", "fl": "ﬂ"}
_MARKS = {"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "−": "-"}
_TYPESET = {"'": "’", "-": "\u2011"}


def _ligatures(text: str, chance: random.Random, rate: float) -> str:
    return re.sub("ffi|ffl|ff|fi|fl", lambda m: _LIGATURES[m[0]] if chance.random() < rate else m[0], text)


def _hyphens(text: str, chance: random.Random, rate: float) -> str:
    inside = re.sub(r"(?<=[^\W\d_]{3})(?=[^\W\d_]{3})", lambda m: chance.choice(_HYPHENS) if chance.random() < rate / 4 else "", text)
    return re.sub(r"(?<=\w)-(?=\w)", lambda m: "-" + (chance.choice(_BREAKS) if chance.random() < rate else ""), inside)


def _wraps(text: str, chance: random.Random, rate: float) -> str:
    return re.sub(" ", lambda m: chance.choice(_BREAKS) if chance.random() < rate else m[0], text)


def _blanks(text: str, chance: random.Random, rate: float) -> str:
    return re.sub(" ", lambda m: chance.choice(_BLANKS) if chance.random() < rate else m[0], text)


def _marks(text: str, chance: random.Random, rate: float) -> str:
    known = _MARKS if chance.random() < 0.5 else _TYPESET
    return "".join(known.get(char, char) if chance.random() < 4 * rate else char for char in text)


def _nfd(text: str, chance: random.Random, rate: float) -> str:
    return unicodedata.normalize("NFD", text)


def _case(text: str, chance: random.Random, rate: float) -> str:
    return text[:1].swapcase() + text[1:]


Damage = Callable[[str, random.Random, float], str]
_DAMAGE: tuple[Damage, ...] = (_marks, _hyphens, _wraps, _blanks, _ligatures, _nfd)


def _damaged(text: str, chance: random.Random, kinds: Sequence[Damage], rate: float) -> str:
    for damage in kinds:
        text = damage(text, chance, rate)
    return text


def _copied(quote: str, chance: random.Random) -> str:
    """With one to three kinds of damage."""
    several = chance.sample((*_DAMAGE, _case), chance.randint(1, 3))
    return _damaged(quote, chance, sorted(several, key=(*_DAMAGE, _case).index), 0.3)


# ---------------------------------------------------------------- alterations

_OPPOSITES = """
increase decrease; increased decreased; increases decreases; higher lower; high low; more less; better worse; best worst; positive negative;
significant insignificant; significantly insignificantly; large small; larger smaller; before after; above below; first last; all none;
always never; with without; most least; many few; early late; earlier later; effective ineffective; able unable; known unknown; common rare;
similar different; same other; improve worsen; improved worsened; strong weak; stronger weaker; short long; new old; present absent;
include exclude; included excluded; success failure; greater smaller; accept reject; rapid slow; active inactive; direct indirect
"""
_OPPOSITE = {a: b for pair in _OPPOSITES.split(";") for one, other in [pair.split()] for a, b in ((one, other), (other, one))}
_DENIED = re.compile(r"\b(?:not|no|never)\s+|(?<=\bcan)not\b", re.IGNORECASE)
_AUXILIARY = re.compile(r"\b(?:is|are|was|were|can|could|may|might|will|would|should|has|have|had|does|did|do)\b(?! not)")


def _number(sentence: str, others: Sequence[str], chance: random.Random) -> str:
    digits = [match.start() for match in re.finditer(r"[0-9]", sentence)]
    if not digits:
        return ""
    at = chance.choice(digits)
    return sentence[:at] + chance.choice([digit for digit in "0123456789" if digit != sentence[at]]) + sentence[at + 1 :]


def _negation(sentence: str, others: Sequence[str], chance: random.Random) -> str:
    if denied := _DENIED.search(sentence):
        return sentence[: denied.start()] + sentence[denied.end() :]
    auxiliary = _AUXILIARY.search(sentence)
    return f"{sentence[: auxiliary.end()]} not{sentence[auxiliary.end() :]}" if auxiliary else ""


def _antonym(sentence: str, others: Sequence[str], chance: random.Random) -> str:
    told = [match for match in re.finditer(r"[a-z]+", sentence) if match[0] in _OPPOSITE]
    if not told:
        return ""
    word = chance.choice(told)
    return sentence[: word.start()] + _OPPOSITE[word[0]] + sentence[word.end() :]


def _splice(sentence: str, others: Sequence[str], chance: random.Random) -> str:
    one, other = sentence.split(), chance.choice(others).split()
    return " ".join([*one[: len(one) // 2], *other[len(other) // 2 :]])


def _another(sentence: str, others: Sequence[str], chance: random.Random) -> str:
    return chance.choice(others)


_KINDS: Mapping[str, Alter] = {
    "number": _number,
    "negation": _negation,
    "antonym": _antonym,
    "splice": _splice,
    "another paper": _another,
}
