import numpy as np

from survey.models.extractive import Extractive
from survey.passages import split_sentences
from survey.records import Paper, Statement
from survey.tasks import ThemeNamed
from survey.themes.naming import Lot, Readings, named
from tests.fakes import HashingEmbedder, ModelWith
from tests.stating import paper

GENERAL = "Detecting frog calls in rain noise is a task of field acoustics."
PAPERS = [
    paper("a", f"{GENERAL} We propose ToadNet, which detects frog calls in rain noise.", "Frog calls"),
    paper("b", "However, frog calls in rain noise are hard to detect by ear. Our detector of frog calls wins by 7 points.", "Frog calls"),
    paper("c", "We detect frog calls at night by a net of wires. These issues of rain noise and frog calls call for care.", "Frog calls"),
    paper("d", "Lithium batteries show a fade of capacity over the years of use.", "Capacity fade"),
]
TERMS = ["frog calls", "rain noise"]


def readings(papers: list[Paper] = PAPERS, statements: tuple[Statement, ...] = (), sentences: bool = True) -> Readings:
    embedder = HashingEmbedder()
    by_key = {p.key: p for p in papers}
    find = (lambda key: split_sentences(by_key[key])) if sentences else None
    return Readings(papers, embedder.embed([p.gist for p in papers]), embedder, find, statements)


def test_a_theme_is_about_what_holds_for_all_its_papers_not_one_papers_trick() -> None:
    (found,) = named([Lot((0, 1, 2), "", TERMS)], readings(), Extractive())
    assert found.name == "Frog calls"
    assert found.about == PAPERS[0].quote(0, len(GENERAL))


def test_the_sentence_of_a_theme_is_not_said_again_of_a_part_of_it() -> None:
    whole, part = named([Lot((0, 1, 2), "", TERMS), Lot((0, 1), "", TERMS)], readings(), Extractive())
    assert whole.about != part.about
    assert whole.name != part.name


def test_a_task_that_a_paper_states_elsewhere_may_say_what_it_is_about() -> None:
    told = "Finding frog calls in rain noise is what field acoustics asks for."
    full = paper("a", f"We propose ToadNet for frog calls. {told}", "Frog calls")
    full = full.model_copy(update={"parts": (full.parts[0].model_copy(update={"end": full.text.index(told)}),)})
    quote = full.quote(full.text.index(told), len(full.text))
    (found,) = named([Lot((0,), "", TERMS)], readings([full], (Statement(id="a#1", role="task", quote=quote),)), Extractive())
    assert found.about == quote


def test_a_model_chooses_among_sentences_by_their_ids_and_an_invented_id_gives_the_likeliest() -> None:
    by_default = named([Lot((0, 1, 2), "", TERMS)], readings(), Extractive())[0].about
    for id_, same in (("s1", False), ("s99", True)):
        model = ModelWith(name_theme=ThemeNamed(terms=("0",), about=id_))
        (found,) = named([Lot((0, 1, 2), "", TERMS)], readings(), model)
        assert found.about is not None
        assert (found.about == by_default) is same
    assert named([Lot((0, 1, 2), "", TERMS)], readings(), ModelWith(name_theme=ThemeNamed(terms=("0",))))[0].about is None


def test_without_sentences_there_is_a_name_and_nothing_about() -> None:
    (found,) = named([Lot((0, 1, 2), "", TERMS)], readings(sentences=False), Extractive())
    assert (found.name, found.about) == ("Frog calls", None)


def test_what_one_paper_alone_has_says_nothing_of_the_others() -> None:
    telling = readings().telling([0, 1, 2])
    assert telling["frog"] > telling["ear"] == telling["toadnet"] == 0
    assert np.isfinite(list(telling.values())).all()
