from collections.abc import Mapping, Sequence
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.drafts import Drafts
from survey.models.extractive import Extractive
from survey.records import Quote, Sentence
from survey.tasks import Material, Prose, SectionWritten, SupportChecked, WriteSection
from tests.fakes import Reply, ScriptedModel
from tests.stating import paper

FROGS = paper("frogs2019", "Rain noise masks 62% of frog calls. A small net hears frog calls in rain.", "Frogs", "2019")
TOADS = paper("toads2021", "Toads hide from nets at night. A drone counts 17 toads by their heat.", "Toads", "2021", authors=("Bo Lee",))
KEEN = paper("keen", "Newts are quiet in every pond.", "Newts", "2020", authors=("Ida Long", "Max Young"))
PAPERS = {p.key: p for p in (FROGS, TOADS, KEEN)}
QUOTES = {"1": FROGS.quote(0, 35), "2": FROGS.quote(36, len(FROGS.text)), "3": TOADS.quote(0, 30), "4": TOADS.quote(31, len(TOADS.text))}
MATERIAL = tuple(Material(id=i, text=q.text, paper=q.key, byline=PAPERS[q.key].byline, role="improvable") for i, q in QUOTES.items())
TASK = WriteSection(section="Ponds", part="open", material=MATERIAL)
NOISE = "Rain noise masks 62% of frog calls."


def written(*script: Sequence[Prose], quotes: Mapping[str, Quote] = QUOTES) -> tuple[list[Sentence], dict[str, int], ScriptedModel]:
    """What stands of the first reply when the faulty sentences come back as in the second; the counts add up."""
    replies: list[Reply] = [SectionWritten(sentences=tuple(sentences)) for sentences in script]
    with ScriptedModel(*replies) as model:
        drafts = Drafts(PAPERS, {key: p.byline for key, p in PAPERS.items()}, model)
        (standing,) = drafts.write([(TASK, quotes)])
    counts = {name: drafts.counts[name] for name in ("kept", "flagged", "dropped")}
    assert drafts.counts["generated"] == sum(counts.values())
    assert counts["kept"] + counts["flagged"] == len(standing)
    return standing, counts, model


def said(text: str, *ids: str) -> Prose:
    return Prose(text=text, ids=ids or ("1",))


# ---------------------------------------------------------------- what stands


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        (f"Roe (2019) reports: “{NOISE}”", ("1",)),
        ("Rain noise masks 62% of the calls.", ("1",)),
        ("Roe (2019) finds that rain noise masks 62% of frog calls, and Lee (2021) that toads hide at night.", ("1", "3")),
        ("“frog calls” are masked by rain noise.", ("1",)),
        ("Long rain noise masks frog calls.", ("1",)),  # an author's name, but here a word
        ("Rain noise masks two of the frog calls, e.g. in rain, i.e. of noise.c.", ("1",)),
        ("Rain's noise masks 62 percent of the frog calls, Frogs' and Roe’s.", ("1",)),
        ("A drone counts seventeen toads by their heat in μm.", ("4",)),
        ("A drone counts toads by their heat – 17 of them.", ("4",)),
    ],
)
def test_what_its_quotes_bear_out_is_kept_as_it_was_written(text: str, ids: tuple[str, ...]) -> None:
    standing, counts, _ = written([said(text, *ids)])
    assert [s.text for s in standing] == [text]
    assert standing[0].verdict == "supported"
    assert standing[0].quotes == tuple(QUOTES[i] for i in ids)
    assert counts["kept"] == 1


@pytest.mark.parametrize(
    "text",
    [
        "Rain noise masks 62% of frog calls [@frogs2019].",
        "Rain noise masks 62% of frog calls [see @toads2021, p. 4; @nobody].",
        r"Rain noise masks 62% of frog calls \cite{toads2021}.",
        r"Rain noise masks 62% of frog calls~\parencite[see][p.~3]{toads2021}.".replace("~", " "),
        "Rain noise masks 62% of frog calls (see [@toads2021]).",
        "Rain noise masks 62% of frog calls [[@toads2021]].",
        "Rain noise masks 62% of frog calls ［＠toads2021］.",
        "Rain noise masks 62% of frog calls [3, 4].",
        "**Rain noise** masks 62% of *frog calls*.",
        "<b>Rain noise</b> masks 62% of frog calls<!-- @toads2021 -->.",
        "[Rain noise](https://pond.org) masks 62% of frog calls.",
        "- Rain noise masks 62% of frog calls.",
        "Rain noise masks 62% of\nfrog calls",
        "Rain noise\n\n# masks 62%\n\n- of frog calls.",
        "Rain noise\r\n> masks 62%\n* of frog calls.",
        "Rain\u200b noise masks 62% of\u202e frog calls.",
    ],
)
def test_markup_and_citations_of_its_own_fall_away_from_a_sentence_that_stands(text: str) -> None:
    standing, counts, _ = written([said(text)])
    assert [s.text for s in standing] == ["Rain noise masks 62% of frog calls."]
    assert standing[0].citekeys == ("frogs2019",)
    assert counts["kept"] == 1


RICE = paper("rice2020", "Newts hear a horn under 5 cm of ice.", "Newts", "2020", authors=("Ivo Rice", "Bo Lee", "Max Young"))


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Newts hear a horn under ice (Rice et al., 2020).", "Newts hear a horn under ice."),
        ("Newts hear a horn (see Rice *et al.*, 2020, p. 3) under ice.", "Newts hear a horn under ice."),
        ("Newts hear a horn under ice (Rice et al., 2020, Section 3.2).", "Newts hear a horn under ice."),
        ("Newts hear a horn under ice [Rice et al. 2020].", "Newts hear a horn under ice."),
        ("Newts hear a horn under ice [Rice et al. (2020)].", "Newts hear a horn under ice."),
        ("(Rice et al. 2020; Roe, 2019) Newts hear a horn under ice, and rain noise masks calls.", "Newts hear a horn under ice, and …"),
        ("Rice et al. 2020 report that newts hear a horn under ice.", "Rice et al. (2020) report that newts hear a horn under ice."),
        ("Rice et al., 2020, report that newts hear a horn.", "Rice et al. (2020), report that newts hear a horn."),
        ("Rice et al [2020] report that newts hear a horn.", "Rice et al. (2020) report that newts hear a horn."),
        ("Rice and colleagues (2020) report that newts hear a horn.", "Rice et al. (2020) report that newts hear a horn."),
        ("Newts hear a horn [Rice et al. 2020](https://pond.org) under ice.", "Newts hear a horn under ice."),
        ("“Newts hear a horn under 5 cm of ice.” (Rice et al., 2020).", "“Newts hear a horn under 5 cm of ice.”"),
        ('Rice et al. 2020: "Newts hear a horn under 5 cm of ice."', "Rice et al. (2020): “Newts hear a horn under 5 cm of ice.”"),
    ],
)
def test_the_papers_own_names_are_known_in_the_forms_that_models_write(text: str, plain: str) -> None:
    plain = plain.replace("…", "rain noise masks calls.")
    reply = SectionWritten(sentences=(said(text, "5", "1") if "Roe" in text else said(text, "5"),))
    papers = PAPERS | {RICE.key: RICE}
    with ScriptedModel(reply) as model:
        drafts = Drafts(papers, {key: p.byline for key, p in papers.items()}, model)
        (standing,) = drafts.write([(TASK, {**QUOTES, "5": RICE.quote(0, len(RICE.text))})])
    assert [(s.text, s.verdict) for s in standing] == [(plain, "supported")]


def test_a_name_of_two_is_known_too_and_the_letter_of_a_year_tells_papers_apart() -> None:
    quotes = {"1": KEEN.quote(0, len(KEEN.text))}
    texts = [
        "Newts are quiet in ponds (Long & Young, 2020b).",
        "Long & Young 2020b find newts quiet.",
        "Newts are quiet (Long & Young, 2020).",
    ]
    reply = SectionWritten(sentences=tuple(said(text) for text in texts))
    with ScriptedModel(reply, reply) as model:
        drafts = Drafts(PAPERS, {"keen": "Long and Young (2020b)"}, model)
        (standing,) = drafts.write([(TASK, quotes)])
    assert [s.text for s in standing] == ["Newts are quiet in ponds.", "Long and Young (2020b) find newts quiet."]


@pytest.mark.parametrize(
    "text",
    [
        "Rain noise masks frog calls (Lee, 2021).",
        "Rain noise masks frog calls (Roe, 2019; Lee, 2021).",
        "Rain noise masks frog calls [Lee 2021].",
        "Lee 2021 reports that rain noise masks frog calls.",
        "Lee and Roe 2019 report that rain noise masks frog calls.",
        "Rain noise masks frog calls (Lee and Roe, 2019).",
        "Rain noise masks frog calls (Roe et al., 2019).",
        "Rain noise masks frog calls (Roe, 2018).",
        "Rain noise masks 2019 frog calls.",
    ],
)
def test_the_names_of_others_stay_faults_in_these_forms(text: str) -> None:
    standing, counts, _ = written([said(text)], [said(text)])
    assert standing == []
    assert counts["dropped"] == 1


@pytest.mark.parametrize("ids", [("1, 3",), ("1], [3",), ("1; 3",), ("1 and 3",), ("1,3", "1")])
def test_ids_written_as_one_are_each_taken_by_itself(ids: tuple[str, ...]) -> None:
    standing, counts, _ = written([said("Rain noise masks frog calls; toads hide from nets.", *ids)])
    assert [s.citekeys for s in standing] == [("frogs2019", "toads2021")]
    assert counts["kept"] == 1


def test_quotes_stand_in_the_order_in_which_they_are_spelt_out() -> None:
    text = f"Lee (2021): “{QUOTES['3'].text}” Roe (2019): “{NOISE}”"
    (sentence,), _, _ = written([said(text, "1", "3")])
    assert [q.key for q in sentence.quotes] == ["toads2021", "frogs2019"]


# ---------------------------------------------------------------- what is given back

FAULTY = [
    ("Rain noise masks 26% of frog calls.", ("1",), "26"),
    ("Rain noise masks frog calls.", ("x",), "without a quote"),
    ("Rain noise masks frog calls.", (), "without a quote"),
    ("Roe (2019): “Rain noise masks 62% of toads.”", ("1",), "quotation"),
    ('Roe (2019): "Rain noise masks 62% of toads."', ("1",), "quotation"),
    ("Roe (2019): ‘Rain noise masks 62% of toads.’", ("1",), "quotation"),
    ("Whales sing opera in the deep sea.", ("1",), "more than its quotes"),
    ("Ponds freeze.", ("1",), "more than its quotes"),
    ("Lee (2021) reports that rain noise masks frog calls.", ("1",), "(2021)"),
    ("Lee (２０２１) reports that rain noise masks frog calls.", ("1",), "(2021)"),
    ("Roe (2021) reports that rain noise masks frog calls.", ("1",), "(2021)"),
    ("Roe et al. report that rain noise masks frog calls.", ("1",), "et al"),
    ("Lee reports that rain noise masks frog calls.", ("1",), "Lee"),
    ("Lee’s rain noise masks frog calls.", ("1",), "Lee"),
    ("Long and Young report that rain noise masks frog calls.", ("1",), "Long"),
    ("Rain noise masks frog calls, as toads2021 says.", ("1",), "toads2021"),
    ("Rain noise masks frog calls, as tоads says.", ("1",), "look like"),  # a Cyrillic letter
    ("Rain noise masks frog calls, see @toads2021.", ("1",), "@toads2021"),
    ("Rain noise masks frog calls, see https://pond.org.", ("1",), "https://pond.org"),
    ("Rain noise masks frog calls <script", ("1",), "<script"),
    ("Rain noise masks ninety-nine percent of frog calls.", ("1",), "ninety nine"),
    ("Rain noise masks frog calls on four hundred sets.", ("1",), "four hundred"),
    ("Rain noise masks frog calls two times.", ("1",), "number two"),
    ("Rain noise masks thousands of frog calls.", ("1",), "thousands"),
    ("Rain noise masks Ⅻ percent of frog calls.", ("1",), "Ⅻ"),
    ("Rain noise masks −62% of frog calls.", ("1",), "−62"),
    ("Rain noise masks frog calls by -62 %.", ("1",), "-62"),
    (f"Roe (2019) finds that {NOISE[:-1].lower()}, 本文还证明该方法可以治愈癌症。", ("1",), "本文"),
    ("Rain noise masks 62% of frog calls in rain, и все методы неверны.", ("1",), "и"),
    ("Rain noise masks 62% of frog calls (Devlin, in press).", ("1",), "Devlin"),
    ("Rain noise masks 62% of frog calls, which Devlin (forthcoming) denies.", ("1",), "forthcoming"),
    ("Rain noise masks 62% of frog calls, as Devlin, in press, says.", ("1",), "in press"),
    ("Rain noise masks 62% of frog calls, unlike Vaswani's.", ("1",), "Vaswani"),
    ("Rain noise masks 62% of frog calls, unlike Vaswani’s rain noise.", ("1",), "Vaswani"),
    ("Rain noise masks 62% of frog calls, following Devlin and colleagues.", ("1",), "Devlin"),
    ("Rain noise masks 62% of frog calls, evil.example.com.", ("1",), "evil.example.com"),
    ("Rain noise masks 62% of frog calls at evil.com.", ("1",), "evil.com"),
    ("!!!", ("1",), "says nothing"),
    ("", ("1",), "says nothing"),
    ("Rain noise masks frog calls, " * 40 + "again.", ("1",), "too long"),
]


@pytest.mark.parametrize(("text", "ids", "why"), FAULTY, ids=[why for _, _, why in FAULTY])
def test_a_faulty_sentence_is_given_back_once_with_the_reason_and_dropped_if_it_comes_again(
    text: str, ids: tuple[str, ...], why: str
) -> None:
    standing, counts, model = written([Prose(text=text, ids=ids)], [Prose(text=text, ids=ids)])
    assert standing == []
    assert counts["dropped"] == 1
    again = model.asked[1]
    assert isinstance(again, WriteSection)
    assert again.material == MATERIAL
    assert [why in returned.fault for returned in again.returned] == [True]


@pytest.mark.parametrize(("text", "ids", "why"), FAULTY, ids=[why for _, _, why in FAULTY])
def test_a_faulty_sentence_may_be_mended(text: str, ids: tuple[str, ...], why: str) -> None:
    good, mended = said("Toads hide at night.", "3"), said("Rain noise masks 62% of frog calls.")
    standing, counts, _ = written([good, Prose(text=text, ids=ids), said(NOISE, "2", "1")], [mended])
    assert [s.text for s in standing] == [good.text, mended.text, NOISE]
    assert counts == {"kept": 3, "flagged": 0, "dropped": 0}


@pytest.mark.parametrize(
    "prose",
    [
        said("Rain noise masks frog calls and angers people.", "1", "99"),
        said("Rain noise angers people and upsets dogs.", "1"),
        said("Rain noise masks calls that Long heard.", "1"),
        said("Rain noise masks frog calls.", "1", "4"),
    ],
    ids=["an id that was made up", "thin", "maybe a name", "a paper that says nothing of it"],
)
def test_what_is_doubtful_is_flagged_if_it_comes_again(prose: Prose) -> None:
    standing, counts, _ = written([prose], [prose])
    assert [(s.text, s.verdict, s.citekeys) for s in standing] == [(prose.text, "flagged", ("frogs2019",))]
    assert counts["flagged"] == 1


OPPOSITE = "In ponds, rain noise does not mask loud frog calls."


@pytest.mark.parametrize(
    "text",
    [
        "Roe (2019) finds that rain noise masks 62 ms of frog calls.",
        "Rain noise does not mask 62% of frog calls.",
        "Rain noise of FrogNet masks 62% of frog calls.",
        "Roe (2019) finds that rain “masks … of toad calls”.",
    ],
    ids=["unit", "denial", "name", "trimmed"],
)
def test_what_its_quotes_speak_against_is_dropped_if_it_comes_again(text: str) -> None:
    standing, counts, _ = written([said(text)], [said(text)])
    assert standing == []
    assert counts["dropped"] == 1


def test_a_trimmed_quotation_is_kept() -> None:
    (sentence,), counts, _ = written([said("Roe (2019) writes of “rain noise … of frog calls”.")])
    assert sentence.quotes == (QUOTES["1"],)
    assert counts["kept"] == 1


@pytest.mark.parametrize(("verdict", "kept"), [("supported", [OPPOSITE]), ("not", [])])
def test_the_judge_decides_on_what_may_say_the_opposite(verdict: Literal["supported", "not"], kept: list[str]) -> None:
    again = [] if kept else [SectionWritten(sentences=())]
    with ScriptedModel(SectionWritten(sentences=(said(OPPOSITE),)), SupportChecked(verdict=verdict), *again) as model:
        (standing,) = Drafts(PAPERS, {key: p.byline for key, p in PAPERS.items()}, model).write([(TASK, QUOTES)])
    assert [s.text for s in standing] == kept


# ---------------------------------------------------------------- in another language than the quotes

GERMAN = [
    ("Roe (2019) zeigt, dass Regen 62 Prozent der Froschrufe überdeckt.", "supported", 1),
    ("Roe (2019) zeigt, dass Regen 62 Prozent der Froschrufe überdeckt.", "not", 0),
    ("Roe (2019) zeigt, dass Regen 63 % der Froschrufe überdeckt.", "", 0),
    ("Roe (2019) zeigt, dass Regen 62 ms der Froschrufe überdeckt.", "", 0),
    ("Roe (2019) zeigt, dass Regen mit FrogNet Froschrufe überdeckt.", "", 0),
    ("Roe (2019) schreibt: “Rain noise masks 62% of toad calls.”", "", 0),
]


@pytest.mark.parametrize(("text", "verdict", "kept"), GERMAN)
def test_numbers_units_names_and_quotations_are_looked_up_and_the_judge_is_asked_for_the_rest(
    text: str, verdict: Literal["supported", "not", ""], kept: int
) -> None:
    asked = [SupportChecked(verdict=verdict)] if verdict else []
    again = [] if kept else [SectionWritten(sentences=())]
    with ScriptedModel(SectionWritten(sentences=(said(text),)), *asked, *again) as model:
        drafts = Drafts(PAPERS, {key: p.byline for key, p in PAPERS.items()}, model, lang="de")
        (standing,) = drafts.write([(TASK, QUOTES)])
    assert len(standing) == kept


def test_the_embedded_default_which_compares_words_is_no_judge_of_another_language() -> None:
    drafts = Drafts(PAPERS, {key: p.byline for key, p in PAPERS.items()}, Extractive(), judged=True, lang="de")
    (standing,) = drafts.write([(TASK, QUOTES)])
    assert len(standing) == len(QUOTES)
    assert {s.verdict for s in standing} == {"supported"}


def test_a_worse_sentence_takes_no_place_and_nothing_comes_in_unasked() -> None:
    doubtful = said("Rain noise masks frog calls and angers people.", "1", "99")
    standing, counts, _ = written([doubtful], [said("Whales sing opera.", "1"), said("Toads hide at night.", "3")])
    assert [s.text for s in standing] == [doubtful.text]
    assert counts == {"kept": 0, "flagged": 1, "dropped": 1}


def test_a_reply_that_mends_nothing_drops_what_cannot_stand() -> None:
    _, counts, _ = written([said("Whales sing opera."), said(NOISE)], [])
    assert counts == {"kept": 1, "flagged": 0, "dropped": 1}


def test_what_is_said_twice_stands_once() -> None:
    standing, counts, _ = written([said(NOISE)] * 5)
    assert len(standing) == 1
    assert counts == {"kept": 1, "flagged": 0, "dropped": 4}


def test_what_stands_beyond_the_most_that_was_asked_for_is_dropped() -> None:
    proses = (said("Whales sing opera."), said(NOISE), said("Toads hide at night.", "3"), said("Rain noise masks 62% of the calls."))
    with ScriptedModel(SectionWritten(sentences=proses), SectionWritten(sentences=())) as model:
        drafts = Drafts(PAPERS, {key: p.byline for key, p in PAPERS.items()}, model)
        (standing,) = drafts.write([(TASK, QUOTES)], most=2)
    assert [s.text for s in standing] == [NOISE, "Toads hide at night."]
    assert drafts.counts == {"generated": 4, "kept": 2, "dropped": 2}


def test_two_tasks_are_mended_in_one_go_and_each_by_its_own_ids() -> None:
    other = {"1": QUOTES["3"]}
    first = SectionWritten(sentences=(said("Toads hide at night."),))
    with ScriptedModel(first, first, SectionWritten(sentences=(said(NOISE),))) as model:
        drafts = Drafts(PAPERS, {key: p.byline for key, p in PAPERS.items()}, model)
        frogs, toads = drafts.write([(TASK, QUOTES), (TASK, other)])
    assert [s.text for s in frogs] == [NOISE]
    assert [s.citekeys for s in toads] == [("toads2021",)]


WORDS = [
    "Rain",
    "noise",
    "masks",
    "62%",
    "frog",
    "calls",
    "“",
    "”",
    "Lee (2021)",
    "Roe (2019)",
    "[@toads2021]",
    "<b>",
    "@",
    "17",
    ".",
    "{",
    "\\",
]


@given(
    st.lists(st.tuples(st.lists(st.sampled_from(WORDS)).map(" ".join), st.lists(st.sampled_from(["1", "3", "9"]), max_size=3)), max_size=5)
)
def test_whatever_is_written_the_counts_add_up_and_no_other_paper_is_named(proses: list[tuple[str, list[str]]]) -> None:
    reply = SectionWritten(sentences=tuple(Prose(text=text, ids=tuple(ids)) for text, ids in proses))

    class Stubborn:
        name = "stubborn"

        def reply(self, task: object) -> SectionWritten:
            return reply

        def replies(self, tasks: Sequence[object]) -> list[SectionWritten]:
            return [reply for _ in tasks]

    drafts = Drafts(PAPERS, {key: p.byline for key, p in PAPERS.items()}, Stubborn())  # type: ignore[arg-type]  # it answers one task
    (standing,) = drafts.write([(TASK, QUOTES)])
    assert drafts.counts["generated"] == drafts.counts["kept"] + drafts.counts["flagged"] + drafts.counts["dropped"]
    for sentence in standing:
        assert sentence.citekeys
        assert "@" not in sentence.text
        assert "<" not in sentence.text
        if "toads2021" not in sentence.citekeys:
            assert "Lee" not in sentence.text
