"""The words of a sentence beside those of its quotes, and which sentences can be quoted at all."""

import re
from collections.abc import Iterable, Sequence

from survey.support.quotes import spelt_out_at
from survey.terms import is_telling, numbers, stem, stems, words

_QUOTED = re.compile(r"“.*”", re.DOTALL)
_TELLING = 3  # words that name a subject, and figures; "We leave this for future work." has none
_DEBRIS = re.compile(
    r"[=∑∏∂∈∀≤≥←→⊕⊗σθλμ∇]|\(\d+\)\s*$|\b(?:Figure|Fig\.|Table|Tab\.|Section|Sec\.|Eq\.|Equation|Appendix) ?\d"
    r"|\bet al\.,? ?\(?\d{4}.*\bet al\.|arXiv:|@|https?://|©|\\"
)


def coverage(sentence: str, quotes: Sequence[str]) -> float:
    """Share of the telling words of the sentence, its quoted words aside, that its quotes have too; 1.0 when nothing else is said."""
    own = {stem(word) for word in words(_QUOTED.sub(" ", sentence)) if is_telling(word)}
    there = {s for quote in quotes for s in stems(quote)}
    return len(own & there) / len(own) if own else 1.0


def speaks_of(text: str, quote: str, names: Iterable[str]) -> bool:
    """Whether a sentence has anything of a quote: its words, one of its telling words, or a name of its paper."""
    if spelt_out_at(text, quote) < len(text) or any(name in text for name in names):
        return True
    own = {stem(word) for word in words(text) if is_telling(word)}
    return not own or bool(own & set(stems(quote)))


def quotable(text: str) -> bool:
    """Whether a sentence can stand alone between quotation marks: whole, of readable length, no table or formula debris."""
    if not 40 <= len(text) <= 420 or not (text[0].isupper() or text[0].isdigit()) or text[-1] not in ".!?":
        return False
    letters = sum(c.isalpha() or c.isspace() for c in text)
    return letters / len(text) > 0.82 and not _DEBRIS.search(text) and _told(text) >= _TELLING


def _told(text: str) -> int:
    return len({stem(w) for w in words(text) if is_telling(w)} | numbers(text))
