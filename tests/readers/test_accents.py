"""Accents put back onto their letters; here every letter is four points wide, with one between."""

import pytest

from survey.readers.pdf.accents import mended


def _set(text: str, over: dict[int, int]) -> str:
    """``text`` mended where the mark at each key of ``over`` stands over the letter at its value."""

    def box(at: int) -> tuple[float, float]:
        left = over.get(at, at) * 5.0
        return left, left + 4.0

    return mended(text, box)


@pytest.mark.parametrize(
    ("text", "over", "whole"),
    [
        ("Mu¨ller", {2: 1}, "Müller"),
        ("Novakˇ cis", {5: 7}, "Novak čis"),
        ("Ada Peres and Bo Chen´", {21: 7}, "Ada Perés and Bo Chen"),
    ],
)
def test_a_mark_goes_onto_the_letter_it_stands_over(text: str, over: dict[int, int], whole: str) -> None:
    assert _set(text, over) == whole


def test_a_quotation_mark_far_away_goes_onto_no_letter() -> None:
    assert mended("celtic had won it ´", lambda at: (4.0, 5.2) if at == 18 else (at * 5.0, at * 5.0 + 4.0)) == "celtic had won it ´"
