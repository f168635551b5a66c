"""The parts of a question that are asked at once: "What is X and how does it work?" asks two things."""

import re
from typing import NamedTuple

from survey.terms import stems

_ASKS = r"(?:what|which|who|whom|whose|when|where|why|how|do|does|did|is|are|was|were|can|could|should|will|would|has|have)"
_BETWEEN = re.compile(
    rf"\?\s*(?:and|or|but)?\s*(?={_ASKS}\b)|[,;]?\s+(?:and|but|or)\s+(?=(?:what|which|who|whom|when|where|why|how)\b)", re.IGNORECASE
)
_LEANS = re.compile(r"\b(?:it|its|they|them|their|this|that|these|those|he|she|him|her|there|both|one|ones|so)\b", re.IGNORECASE)
_LEAST = 2  # content words of a part that can be looked for by itself
_MOST = 3


class Part(NamedTuple):
    """``text``: in the question's own words; ``query``: what is looked for, with the part before it where it leans on that."""

    text: str
    query: str


def parts(question: str) -> list[Part]:
    """What a question asks, one part or more; a question with more than three is left whole."""
    pieces = [piece.strip(" ,;?") for piece in _BETWEEN.split(question) if len(set(stems(piece))) > 0]
    if not 1 < len(pieces) <= _MOST:
        return [Part(question.strip(), question)]
    made: list[Part] = []
    for piece in pieces:
        leans = made and (_LEANS.search(piece) or len(set(stems(piece))) < _LEAST)
        made.append(Part(piece, f"{made[0].text} {piece}" if leans else piece))
    return made
