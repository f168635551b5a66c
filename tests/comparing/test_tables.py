"""Figures side by side."""

from hypothesis import given
from hypothesis import strategies as st

from survey.comparing import comparison, comparison_table, contradicting, differing
from survey.comparing.tables import trimmed
from survey.phrases import Phrases
from survey.records import Link, Quote, Reported, Statement
from tests.render.small_survey import quote

from .papers import paper

PAPERS = {
    one.key: one for one in (paper("roe2019", "x", date="2019"), paper("lee2021", "x", date="2021"), paper("may2020", "x", date="2020"))
}


def one(key: str, measure: str, value: str, data: str = "", **more: object) -> Reported:
    words = f"We find that {measure} is {value} on {data}."
    known = {
        "key": key,
        "measure": measure,
        "value": value,
        "data": data,
        "quote": Quote(key=key, text=words, start=0, end=len(words), page=4),
    }
    return Reported.model_validate(known | more)


def test_what_can_be_compared_stands_together_from_old_to_new() -> None:
    found = [
        one("lee2021", "F1-score", "0.91", "FrogSet"),
        one("may2020", "recall", "0.80"),
        one("roe2019", "F1", "87", "FrogSet corpus"),
    ]
    assert [row[0].value for row in comparison(found, PAPERS, 9)] == ["87", "0.91", "0.80"]
    assert [row[0].value for row in comparison(found, PAPERS, 2)] == ["87", "0.91"]


def test_a_paper_with_many_figures_leaves_room_for_others() -> None:
    found = [one("lee2021", f"measure {n}", str(n), f"Pond-{n}") for n in range(9)] + [one("roe2019", "recall", "0.8")]
    assert {row[0].key for row in comparison(found, PAPERS, 4)} == {"lee2021", "roe2019"}


def test_what_one_sentence_reports_is_one_row() -> None:
    both = quote("roe2019", "Precision is 80 and recall 70.")
    found = [one("roe2019", "Precision", "80", quote=both), one("roe2019", "recall", "70", quote=both)]
    table = comparison_table(found, PAPERS, Phrases("en"))
    assert table
    assert [row[1] for row in table.rows] == ["Precision 80; recall 70"]


def test_what_figures_are_told_against_stands_once() -> None:
    both = quote("roe2019", "F1 rises by 8 and recall by 7 over the ear.")
    found = [
        one("roe2019", measure, value, quote=both, change=True, against="the ear") for measure, value in (("F1", "8"), ("recall", "7"))
    ]
    table = comparison_table(found, PAPERS, Phrases("en"))
    assert table
    assert [row[1] for row in table.rows] == ["F1 (difference) 8; recall (difference) 7, against the ear"]


def test_the_table_leaves_out_empty_columns_and_brings_its_evidence() -> None:
    row = one("roe2019", "accuracy", "2.1", unit="%", change=True, against="the baseline")
    table = comparison_table([row], PAPERS, Phrases("en"))
    assert table
    assert table.header == ("Paper", "Reported", "In the paper’s words", "Page")
    assert table.rows == (("@roe2019", "accuracy (difference) 2.1%, against the baseline", f"“{row.quote.text}”", "4"),)
    assert table.evidence == ((row.quote,),)
    german = comparison_table([row], PAPERS, Phrases("de"))
    assert german
    assert german.header[1] == "Berichtet"
    assert comparison_table([], PAPERS, Phrases("en")) is None


def test_who_differs() -> None:
    same = [one("roe2019", "F1", "87", "FrogSet"), one("may2020", "F1", "87", "FrogSet"), one("lee2021", "F1", "91", "FrogSet")]
    other = [one("lee2021", "F1", "50", "NewtSet"), one("roe2019", "F1", "3", "NewtSet", change=True)]
    assert [(left.key, right.key) for left, right in differing(same + other, PAPERS)] == [("may2020", "lee2021")]


def test_contradictions_are_pairs() -> None:
    said = [Statement(id=f"{key}#1", role="result", quote=quote(key, "w")) for key in ("roe2019", "lee2021")]
    links = [Link(id=kind, kind=kind, earlier=said[0], later=said[1]) for kind in ("resolves", "contradicts")]
    assert contradicting(links) == [(said[0], said[1])]


def test_trimming_leaves_the_data_and_the_subject() -> None:
    much = ", 73.0% recall at night and by day" * 5
    text = f"On 75 nights of FrogSet, counting by ear reaches 79.6% accuracy{much}, while the counters slept."
    row = one("roe2019", "accuracy", "79.6", "FrogSet", quote=Quote(key="k", text=text, start=0, end=len(text)))
    shown = trimmed((row,))
    assert shown.startswith("On 75 nights of FrogSet, counting by ear reaches 79.6% accuracy")
    assert shown.endswith(" …")
    first = f"It is said that frogs sing {'louder and ' * 12}more in rain, while {text}"
    assert trimmed((row.model_copy(update={"quote": row.quote.model_copy(update={"text": first})}),)).startswith(
        "… On 75 nights of FrogSet"
    )


words = st.lists(st.sampled_from(["frogs", "which", "and,", "in", "ponds;", "that", "by"]), max_size=60).map(" ".join)


@given(words, words, words)
def test_trimmed_words_are_pieces_of_the_quote_that_hold_the_figure(before: str, between: str, after: str) -> None:
    text = f"We {before} accuracy {between} 82.5% {after} end."
    row = Reported(key="k", measure="accuracy", value="82.5", unit="%", quote=Quote(key="k", text=text, start=0, end=len(text)))
    shown = trimmed((row,))
    folded = " ".join(text.split())
    pieces = shown.removeprefix("… ").removesuffix(" …")
    assert pieces in folded
    assert "82.5" in pieces
    assert "accuracy" in pieces
    assert shown.startswith("… ") == (not folded.startswith(pieces))
