import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.models.extractive.write_section import reply
from survey.records import Role
from survey.tasks import Acronym, Material, Prose, WriteSection
from survey.terms import numbers


def stated(text: str, who: str = "Roe et al. (2020)", role: Role = "improvable", **more: Any) -> Material:
    return Material(id=more.pop("id", text), text=text, paper=who, byline=who, role=role, **more)


def written(*material: Material, part: str = "work", **more: Any) -> list[str]:
    return [prose.text for prose in told(*material, part=part, **more)]


def told(*material: Material, part: str = "work", **more: Any) -> tuple[Prose, ...]:
    return reply(WriteSection.model_validate({"section": "Ponds", "part": part, "material": material} | more)).sentences


ONE, SEVERAL, TITLE = "Roe (2020)", "Roe and Lee (2020)", "‘On Ponds’ (2020)"


@pytest.mark.parametrize(
    ("text", "role", "who", "sentence"),
    [
        ("In this paper, we propose a dam of wood.", "purpose", SEVERAL, "Roe and Lee (2020) propose “a dam of wood”."),
        ("In this paper, we propose a dam of wood.", "purpose", ONE, "Roe (2020) proposes “a dam of wood”."),
        ("We presented a dam of wood.", "purpose", ONE, "Roe (2020) presented “a dam of wood”."),
        ("This paper studies dams of wood.", "purpose", SEVERAL, "Roe and Lee (2020) study “dams of wood”."),
        (
            "This paper studies dams and shows their use.",
            "purpose",
            SEVERAL,
            "The paper of Roe and Lee (2020) “studies dams and shows their use”.",
        ),
        ("Our model holds all of the water.", "result", SEVERAL, "The model of Roe and Lee (2020) “holds all of the water”."),
        ("We show that our dam holds.", "result", SEVERAL, "Roe and Lee (2020) show that their “dam holds”."),
        ("However, ponds dry out early in June.", "improvable", TITLE, "‘On Ponds’ (2020) notes that “ponds dry out early in June”."),
        ("The ponds dry out early.", "improvable", SEVERAL, "Roe and Lee (2020) point out that the “ponds dry out early”."),
        ("On small rivers, we hold all of it.", "result", SEVERAL, "“On small rivers,” Roe and Lee (2020) hold “all of it”."),
        ("Do the ponds dry out?", "future_work", SEVERAL, None),
        ("We have no dam, and “we lack wood.", "limitation", ONE, None),
    ],
)
def test_the_author_speaks_and_nothing_is_put_into_the_quotation(text: str, role: Role, who: str, sentence: str | None) -> None:
    (found,) = written(stated(text, who, role))
    assert found == sentence or (sentence is None and f"“{text}”" in found and who in found)


def test_what_was_done_and_what_came_out_is_one_sentence_where_it_can_be_read() -> None:
    done = stated("We propose a dam of wood.", role="purpose")
    came = stated("The dam holds all of the water.", role="result")
    (prose,) = told(done, came)
    assert "propose “a dam of wood”, and report that the “dam holds all of the water”" in prose.text
    assert prose.ids == (done.id, came.id)
    long = stated(f"The dam holds {'much ' * 60}water.", role="result")
    assert len(told(done, long)) == 2


def test_what_goes_on_about_the_same_authors_says_they_and_what_comes_later_says_when() -> None:
    texts = written(
        *(
            stated(f"We build {n} dams of wood.", who, "purpose", id=str(n))
            for n, who in ((2, "Roe et al. (2018)"), (3, "Roe et al. (2018)"))
        ),
        *(
            stated(f"We build {n} dams of wood.", f"{who} (2019)", "purpose", id=str(n))
            for n, who in ((4, "Lee and Poe"), (5, "Moe et al."))
        ),
    )
    assert texts[1].startswith("They build")
    assert not any(re.search(r"Later|In the same year", text) for text in texts[:3])
    assert not any("A year later" in text for text in (*texts[:2], texts[3]))


def test_of_one_issue_all_who_name_it_stand_in_one_sentence() -> None:
    texts = (
        "Many ponds dry out early.",
        "Ponds that dry out early lose their frogs.",
        "Early in June all ponds dry out.",
        "Nobody builds a dam.",
    )
    material = [
        stated(text, f"{who} (2020)", group="1", relation="raises again" if n else "raises")
        for n, (text, who) in enumerate(zip(texts, ("Roe", "Lee", "Poe", "Moe"), strict=True))
    ]
    (prose,) = told(*material[:3], part="progress")
    assert prose.ids == texts[:3]
    assert "hree papers" in prose.text
    assert all(f"{m.byline}, “{m.text[:-1]}”" in prose.text for m in material[:3])
    assert len(told(*material, part="progress")) == 4  # the last names another


def test_who_says_the_same_is_named_and_not_quoted_again() -> None:
    first, again = stated("Ponds dry out in June.", "Roe (2019)"), stated("Ponds dry out in June!", "Lee et al. (2020)")
    (prose,) = told(first, again)
    assert prose.text.endswith("; Lee et al. (2020) say the same.")
    assert prose.text.count("“") == 1
    assert prose.ids == (first.id, again.id)


@pytest.mark.parametrize(
    "other", ["Ponds dry out in May.", "Ponds never dry out in June.", "9 ponds dry out in June.", "Ponds may dry out in June."]
)
def test_what_differs_in_a_word_that_weighs_is_not_the_same(other: str) -> None:
    assert len(told(stated("Ponds dry out in June.", "Roe (2019)"), stated(other, "Lee (2020)"))) == 2


def test_an_answer_follows_its_problem_and_says_how_far_it_goes() -> None:
    problem = stated("Ponds dry out.", "Roe (2019)", group="1", relation="raises")
    answer = stated("We propose a dam.", "Lee and Poe (2020)", "purpose", group="1", relation="answers", id="a")
    partly = stated("We propose a net.", "Moe and Poe (2021)", "purpose", group="1", relation="partly answers", id="b")
    texts = written(problem, answer, partly, part="progress")
    assert "Roe (2019)" in texts[0]
    assert re.search(r"answer|take", texts[1])
    assert re.search(r"part", texts[2])
    assert "Lee and Poe" in written(problem, partly, answer, part="progress", length="short")[-1]  # the whole answer, and it alone
    assert len(written(problem, partly, answer, part="progress", length="short")) == 2


def test_findings_that_differ_stand_side_by_side() -> None:
    left = stated("The dams hold in small rivers.", "Roe (2019)", "result", group="1")
    right = stated("The dams break in large rivers.", "Lee et al. (2020)", "result", group="1", relation="differs")
    (prose,) = told(left, right, part="differences")
    assert re.search(r"Roe.*dams hold in small rivers”, whereas Lee et al\. .*dams break in large rivers”\.$", prose.text)
    assert prose.ids == (left.id, right.id)


ACRONYM = Acronym(id="a1", text="The water level (WL) falls.", paper="Roe (2020)", short="WL", long="water level")


def test_an_acronym_is_spelt_out_once_by_the_paper_that_uses_it() -> None:
    uses = [stated(f"The WL falls in {month}.", who, id=month) for month, who in (("May", "Lee (2019)"), ("June", ONE), ("July", ONE))]
    prose = told(*uses, acronyms=(ACRONYM,))
    assert [" (WL: water level)." in one.text for one in prose] == [False, True, False]
    assert prose[1].ids == ("June", "a1")
    assert told(stated("The water level (WL) falls.", ONE), acronyms=(ACRONYM,))[0].ids == ("The water level (WL) falls.",)


def test_a_newcomer_reads_what_is_known_first() -> None:
    task, known = stated("Dams are built.", role="task"), stated("Ponds are small.", "Lee (2019)", "background")
    assert "Ponds are small" in written(task, known, part="about", audience="newcomer")[0]
    assert "Dams are built" in written(task, known, part="about")[0]


def test_in_german_the_leads_are_german_and_the_quotations_as_they_are() -> None:
    texts = written(stated("In this paper, we propose a dam of wood.", "Roe (2020)", "purpose"), lang="de")
    assert re.fullmatch(r"(?!Roe proposes).*: “… we propose a dam of wood”\.", texts[0])


ROLES: list[Role] = ["background", "improvable", "purpose", "result", "limitation", "future_work"]
TEXTS = st.sampled_from(
    [
        "We show that dams hold {} rivers.",
        "Ponds dry out, which costs {} frogs.",
        "Our model holds {}.",
        "However, the ponds of {} dry out.",
        "It is {}.",
    ]
)


@given(
    st.lists(
        st.tuples(TEXTS, st.sampled_from(ROLES), st.sampled_from(["Roe (2019)", "Lee et al. (2020)", "Poe and Moe (2021)"])), max_size=10
    ),
    st.sampled_from(["about", "progress", "work", "differences", "open"]),
    st.sampled_from(["short", "standard", "long"]),
    st.sampled_from(["en", "de"]),
)
def test_every_statement_is_told_once_in_its_own_words_with_no_number_more(
    kinds: list[tuple[str, Role, str]], part: str, length: str, lang: str
) -> None:
    material = [stated(text.format(n * 7 + 3), who, role, id=str(n)) for n, (text, role, who) in enumerate(kinds)]
    prose = told(*material, part=part, length=length, lang=lang)
    assert sorted(i for one in prose for i in one.ids) == sorted(m.id for m in material)
    texts = {m.id: m for m in material}
    for one in prose:
        own = [texts[i] for i in one.ids]
        for quotation in re.findall("“([^“”]*)”", one.text):
            pieces = [piece for piece in re.split(" ?… ?", quotation) if piece]
            assert any(all(piece in m.text for piece in pieces) for m in own)
        assert all(m.byline in one.text or one.text.startswith(("They", "Their")) for m in own)
        assert numbers(re.sub(r"\(\d{4}\)", "", one.text)) <= {number for m in own for number in numbers(m.text)}
    if lang == "en":
        openings = [" ".join(re.findall(r"\w+", one.text)[:4]) for one in prose]
        assert len(openings) - len(set(openings)) <= max(0, len(prose) - 6)
    assert told(*material, part=part, length=length, lang=lang) == prose


def test_the_page_about_prose_shows_what_is_written() -> None:
    page = (Path(__file__).parents[2] / "docs" / "prose.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([A-Z][^|]*\.) \| ([^|]*\.) \|$", page, re.MULTILINE)
    assert len(rows) == 6
    for text, sentence in rows:
        ways = {found for section in "ABCDEFGH" for found in written(stated(text, SEVERAL, "improvable"), section=section)}
        assert sentence in ways
