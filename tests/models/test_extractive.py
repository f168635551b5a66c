import json
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.models.extractive import Extractive
from survey.models.extractive.cues import cues, learned
from survey.models.extractive.find_statements import roles
from survey.models.extractive.zones import PLACES
from survey.records import PartKind, Role
from survey.tasks import (
    AnswerQuestion,
    AssignPapers,
    CheckSupport,
    CondenseQuestion,
    Doubtful,
    FindStatements,
    Group,
    JudgeLink,
    LinkJudged,
    Material,
    MergeIssues,
    NameCauses,
    NameTheme,
    Numbered,
    Pair,
    PaperSentence,
    PassageSentence,
    PlannedTheme,
    PlanOutline,
    ProposeThemes,
    Returned,
    Signs,
    Telling,
    Term,
    WriteSection,
)

MODEL = Extractive()
SHARES = st.floats(0, 1).map(lambda share: round(share, 4))


def roles_of(*texts: str, part: PartKind = "abstract") -> dict[str, Role]:
    sentences = tuple(PaperSentence(id=str(n), text=text, part=part) for n, text in enumerate(texts))
    return {found.id: found.role for found in MODEL.reply(FindStatements(title="T", sentences=sentences)).found}


# ---------------------------------------------------------------- find_statements


def test_an_abstract_tells_its_problem_its_work_its_result_and_what_is_left() -> None:
    assert roles_of(
        "Detecting frog calls in the field suffers from a shortage of labelled recordings.",
        "We propose a denoising network that detects frog calls masked by rain noise.",
        "The denoising network outperforms a template matcher by 12.5% on two ponds.",
        "The energy use of the denoising network in the field remains to be measured.",
    ) == {"0": "improvable", "1": "purpose", "2": "result", "3": "future_work"}


def test_a_conclusion_tells_what_was_resolved_and_what_is_left() -> None:
    assert roles_of(
        "In this paper, we proposed a denoising network that detects frog calls masked by rain noise.",
        "We have shown that the denoising network solves the confusion of frog calls with rain noise.",
        "In future work, we plan to extend the denoising network to the calls of toads and newts.",
        part="conclusion",
    ) == {"0": "resolved", "1": "resolved", "2": "future_work"}


def test_under_a_heading_of_limitations_a_sentence_need_not_say_that_it_is_one() -> None:
    text = "The denoising network was trained on recordings of two ponds, and both are small and close to a road."

    def role(heading: str) -> Role:
        (judged,) = roles([PaperSentence(id="0", text=text, part="discussion", heading=heading)])
        return judged.role

    assert role("6 Limitations") == "limitation"
    assert role("6 Discussion") != "limitation"


def test_the_case_of_letters_says_nothing() -> None:
    text = "We propose a denoising network that detects frog calls masked by rain noise."
    judged = [roles([PaperSentence(id="0", text=t, part="abstract")]) for t in (text, text.upper(), text.lower())]
    assert judged[0] == judged[1] == judged[2]


def test_thanks_have_no_role() -> None:
    (judged,) = roles([PaperSentence(id="0", text="We thank the keepers of the ponds for their patience in the rain.", part="other")])
    assert judged.role == "other"


@given(st.lists(st.text(max_size=60), max_size=6), st.sampled_from(["abstract", "introduction", "conclusion", "other"]))
def test_every_sentence_has_one_role_whatever_it_says(texts: list[str], part: PartKind) -> None:
    judged = roles([PaperSentence(id=str(n), text=text, part=part) for n, text in enumerate(texts)])
    assert [one.id for one in judged] == [str(n) for n in range(len(texts))]
    assert all(0 < one.confidence <= 1 for one in judged)


def test_the_weights_were_trained_with_the_cues_as_they_are() -> None:
    data = json.loads((files("survey.models.extractive") / "zones.json").read_text(encoding="utf-8"))
    for head in data.values():
        assert list(head["alone"]["cues"]) == list(head["placed"]["cues"]) == [cue.name for cue in cues()[: learned()]]
        assert list(head["placed"]["place"]) == list(PLACES)


def test_what_cannot_be_quoted_or_leans_on_what_went_before_is_left_out() -> None:
    assert (
        roles_of(
            "These frog calls in rain noise suffer from a shortage of labels.",
            "however, frog calls in rain noise remain a challenging and difficult problem",
            "As Table 2 shows, frog calls in rain noise suffer from a lack of labels.",
        )
        == {}
    )


@pytest.mark.parametrize(
    ("text", "not_as"),
    [
        ("The majority of frog detectors utilize a template matcher based on spectrograms of single calls.", "purpose"),
        ("A recent trend is to add a rain model to the frog detector by training both together.", "purpose"),
        ("There is substantial research into designing frog detectors based on spectrograms of rain.", "purpose"),
        ("An automatic frog counter would be a large reduction of the hours that biologists spend in the field.", "purpose"),
        ("However, we found an important problem with the current frog detectors on recordings of ponds.", "result"),
        ("Frog detectors may lack the recordings of rain that they need to reach a competitive accuracy.", "result"),
        ("Rain augmentation can prevent overfitting of frog detectors when recordings of ponds are scarce.", "improvable"),
        ("One advantage of our frog detector is that rain, which is difficult for templates, is modelled.", "improvable"),
        ("The rain augmentations raise the frog detectors and serve as strong baselines for future research on ponds.", "limitation"),
    ],
)
def test_what_is_said_of_the_field_of_a_gain_or_of_a_use_takes_no_role(text: str, not_as: Role) -> None:
    parts: tuple[PartKind, ...] = ("abstract", "introduction", "conclusion")
    assert not_as not in {roles_of(text, part=part).get("0") for part in parts}


def test_the_likeliest_sentence_will_not_do_in_another_language() -> None:
    english = "Results on frog calls improved by 12.5% in rain noise on ponds of the north."
    assert roles_of("Frogs live in ponds of the north and call at night.", english)["1"] == "result"
    assert roles_of("Der neue Algorithmus verbessert die Erkennung der Frösche auf 12.5% robust.") == {}


def test_references_are_never_searched() -> None:
    assert roles_of("Frog calls in rain noise suffer from a shortage of labelled recordings.", part="references") == {}


# ---------------------------------------------------------------- judging


NOISE = Numbered(id="a", text="Noise.")


def judged(answer: str = "A net.", similarity: float = 0.6, overlap: float = 0.4, rival: float = 0.5, shared: int = 2) -> LinkJudged:
    signs = Signs(similarity=similarity, overlap=overlap, rival=rival, shared=shared)
    answers = (Numbered(id="b1", text=answer), Numbered(id="b2", text="A gate."))
    return MODEL.reply(JudgeLink(raised_title="A", raised=NOISE, resolving_title="B", signs=signs, candidates=answers))


@given(SHARES, SHARES, SHARES)
def test_a_link_needs_meaning_words_and_a_lead(similarity: float, overlap: float, rival: float) -> None:
    reply = judged(similarity=similarity, overlap=overlap, rival=rival)
    assert (reply.raised, reply.resolved) == (("", "") if reply.resolution == "no" else ("a", "b1"))
    if similarity < 0.3 or overlap < 0.05 or similarity + overlap <= rival:
        assert reply.resolution == "no"
    if min(similarity, overlap) >= 0.6 and rival <= 0.8:
        assert reply.resolution == "full"


@pytest.mark.parametrize(
    ("answer", "resolution"),
    [
        ("The filter removes rain noise.", "full"),
        ("The filter removes rain noise, although hail remains audible.", "partly"),
        ("The filter partly removes rain noise.", "partly"),
        ("The filter removes rain noise; hail, however, is not removed.", "partly"),
        ("No noise of rain was left.", "full"),
    ],
)
def test_an_answer_that_takes_something_back_is_one_in_part(answer: str, resolution: str) -> None:
    assert judged(answer).resolution == resolution


def test_one_word_in_common_is_enough_only_where_the_meaning_is_much_the_same() -> None:
    assert judged(similarity=0.5, overlap=0.9, rival=0.5, shared=1).resolution == "no"
    assert judged(similarity=0.5, overlap=0.9, rival=0.5, shared=2).resolution == "full"
    assert judged(similarity=0.6, overlap=0.9, rival=0.5, shared=1).resolution == "full"


def test_where_nothing_answers_there_is_no_link() -> None:
    signs = Signs(similarity=1.0, overlap=1.0, rival=0.0, shared=2)
    assert MODEL.reply(JudgeLink(raised_title="", raised=NOISE, resolving_title="", signs=signs, candidates=())).resolution == "no"


def test_pairs_alike_in_meaning_or_in_meaning_and_words_are_the_same_problem() -> None:
    likeness = {"alike": (0.9, 0.0), "both": (0.6, 0.3), "neither": (0.6, 0.1), "hardly": (0.3, 0.4)}
    pairs = tuple(Pair(id=name, left="", right="", similarity=s, overlap=o) for name, (s, o) in likeness.items())
    assert set(MODEL.reply(MergeIssues(statements=(), pairs=pairs)).same) == {"alike", "both"}


@pytest.mark.parametrize(
    ("sentence", "quotes", "verdict"),
    [
        ("Rain noise masks frog calls.", ("Frog calls are masked by rain noise.",), "supported"),
        ("Rain noise masks 62% of frog calls.", ("Rain noise masks 61% of frog calls.",), "not"),
        ("Lithium batteries fade.", ("Frog calls are masked by rain noise.",), "not"),
        ("Rain noise harms lithium.", ("Frog calls are masked by rain noise.",), "partly"),
    ],
)
def test_support_is_a_matter_of_numbers_and_words(sentence: str, quotes: tuple[str, ...], verdict: str) -> None:
    assert MODEL.reply(CheckSupport(sentence=sentence, quotes=quotes)).verdict == verdict


# ---------------------------------------------------------------- themes and causes


def test_proposed_groups_are_themes_as_they_are_and_no_paper_is_moved() -> None:
    groups = (Group(id="1", papers=2, titles=(Numbered(id="1.1", text="Ponds"),)), Group(id="2", papers=1, titles=()))
    assert [(theme.name, theme.members) for theme in MODEL.reply(ProposeThemes(groups=groups)).themes] == [("", ("1",)), ("", ("2",))]
    doubtful = Doubtful(id="1", text="Lakes", stands="1", other="2")
    assert MODEL.reply(AssignPapers(themes=(), papers=(doubtful,))).assigned == ()


def test_a_sentence_that_is_given_back_is_not_written_again() -> None:
    back = (Returned(text="A net.", ids=("1",), fault="a claim without a quote"),)
    material = (Material(id="1", text="A net.", paper="p", byline="Roe (2020)", role="purpose"),)
    assert MODEL.reply(WriteSection(section="S", part="work", material=material)).sentences != ()
    assert MODEL.reply(WriteSection(section="S", part="work", material=material, returned=back)).sentences == ()
    assert MODEL.reply(AnswerQuestion(question="?", sentences=(sentence("0", 0.9),), returned=back)).sentences == ()


TERMS = (
    Term(id="0", text="pond", papers=(0, 1, 2, 3)),
    Term(id="1", text="frog calls", papers=(0, 1)),
    Term(id="2", text="loud frog calls", papers=(0, 2, 3)),
    Term(id="3", text="rain noise", papers=(2, 3)),
)


@pytest.mark.parametrize(
    ("titles", "terms", "ids"),
    [
        (4, TERMS, ("1", "3")),  # the second brings the papers that the first lacks, and says nothing twice
        (2, TERMS[:3], ("1",)),  # all have it
        (4, TERMS[:1], ("0",)),  # nothing better
        (4, (Term(id="5", text="odd ponds", papers=(0,)), *TERMS), ("1", "3")),  # what one paper has names no theme of four
        (4, (), ()),
    ],
)
def test_a_theme_is_named_by_terms_that_most_of_its_papers_have_between_them(
    titles: int, terms: tuple[Term, ...], ids: tuple[str, ...]
) -> None:
    assert MODEL.reply(NameTheme(titles=("On frogs",) * titles, terms=terms)).terms == ids


def test_a_theme_is_described_by_the_sentence_of_most_worth_unless_another_has_the_words_of_its_name() -> None:
    said = (Telling(id="s0", text="Owls hunt.", worth=0.7), Telling(id="s1", text="Frog calls fill the night.", worth=0.5))
    assert MODEL.reply(NameTheme(titles=("On frogs",) * 2, terms=TERMS[1:2], sentences=said)).about == "s1"
    assert MODEL.reply(NameTheme(titles=("On frogs",) * 2, terms=TERMS[3:], sentences=said)).about == "s0"
    assert MODEL.reply(NameTheme(titles=("On frogs",), terms=TERMS)).about == ""


def test_themes_are_read_from_the_largest_to_the_smallest() -> None:
    themes = tuple(PlannedTheme(id=i, name=i, papers=n, first_year=y) for i, n, y in (("a", 2, None), ("b", 3, 2020), ("c", 2, 2019)))
    assert MODEL.reply(PlanOutline(topic="", themes=themes)).themes == ("b", "c", "a")


@given(st.lists(st.sampled_from(["Labels are scarce.", "Models fail to generalise.", "Nothing."]), max_size=8), st.integers(1, 3))
def test_each_issue_has_one_cause_at_most(texts: list[str], most: int) -> None:
    issues = tuple(Numbered(id=str(n), text=text) for n, text in enumerate(texts))
    causes = MODEL.reply(NameCauses(head="", issues=issues, most=most)).causes
    named = [i for cause in causes for i in cause.issues]
    assert len(named) == len(set(named))
    assert all(texts[int(i)] != "Nothing." for cause in causes for i in cause.issues if cause.label != "Known methods fall short")
    assert len(causes) <= most


# ---------------------------------------------------------------- writing and answering


def sentence(name: str, share: float) -> PassageSentence:
    return PassageSentence(id=name, text=f"Text {name}.", paper="p", byline="Roe (2020)", similarity=share, overlap=share)


@given(st.lists(SHARES, min_size=1, max_size=8))
def test_an_answer_quotes_the_plainest_first_and_at_most_three(shares: list[float]) -> None:
    sentences = tuple(sentence(str(n), share) for n, share in enumerate(shares))
    quoted = MODEL.reply(AnswerQuestion(question="?", sentences=sentences)).sentences
    assert [shares[int(prose.ids[0])] for prose in quoted][:1] == [max(shares)]
    assert len(quoted) <= 3
    assert all(f"“Text {prose.ids[0]}.”" in prose.text for prose in quoted)


def test_without_a_sentence_there_is_no_answer() -> None:
    assert MODEL.reply(AnswerQuestion(question="?", sentences=())).sentences == ()


TOLD = (
    "The aim of this study was to determine whether warm ponds harm frogs.",
    "Warm ponds significantly reduced the number of frogs.",
    "This is what the warm ponds did to the frogs.",
    "Frogs left the warm ponds because algae took the oxygen.",
    "In warm ponds 37 of 90 frogs survived.",
    "Warm ponds were first described in 1987.",
    "A thermal refuge (TR) is a patch of water that stays cool in summer.",
)


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Do warm ponds harm frogs?", TOLD[1]),
        ("How many frogs survived in warm ponds?", TOLD[4]),
        ("Why did the frogs leave warm ponds?", TOLD[3]),
        ("When were warm ponds described?", TOLD[5]),
        ("What is a thermal refuge?", TOLD[6]),
        ("What does TR stand for?", TOLD[6]),
    ],
)
def test_of_sentences_as_near_the_one_that_holds_what_is_asked_for_comes_first(question: str, first: str) -> None:
    sentences = tuple(sentence(str(n), 0.8).model_copy(update={"text": text}) for n, text in enumerate(TOLD))
    quoted = MODEL.reply(AnswerQuestion(question=question, sentences=sentences)).sentences
    assert first in quoted[0].text


def test_each_part_of_a_question_is_answered_before_any_is_answered_twice() -> None:
    told = [("0", 0.9, 0), ("1", 0.89, 0), ("2", 0.88, 0), ("3", 0.8, 1)]
    sentences = tuple(sentence(n, share).model_copy(update={"part": part, "text": TOLD[int(n)]}) for n, share, part in told)
    quoted = MODEL.reply(AnswerQuestion(question="What harms frogs and how?", sentences=sentences)).sentences
    assert [prose.ids for prose in quoted] == [("0",), ("3",), ("1",)]


@pytest.mark.parametrize(
    ("question", "whole"),
    [
        ("And in the rain?", "Do frogs call in the rain?"),
        ("Why do they?", "Why do frogs?"),
        ("How long do lithium batteries last?", "How long do lithium batteries last?"),
    ],
)
def test_a_question_that_leans_on_the_talk_gets_the_one_before_it(question: str, whole: str) -> None:
    assert MODEL.reply(CondenseQuestion(question=question, earlier=("Old one?", "Do frogs call?"))).question == whole


def test_without_a_talk_a_question_stays_as_it_is() -> None:
    assert MODEL.reply(CondenseQuestion(question="And why?", earlier=())).question == "And why?"
