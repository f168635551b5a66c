import random

from hypothesis import given
from hypothesis import strategies as st

from survey.terms import candidate_terms, term_key
from survey.themes.keyterms import key_terms

TEXTS = {
    "frogs": ["Frog calls in rain noise.", "Detecting frog calls by night.", "Rain noise masks frog calls."],
    "cells": ["Capacity fade of lithium batteries.", "Lithium batteries and capacity fade.", "Charging lithium batteries."],
}


@given(st.randoms(use_true_random=False))
def test_key_terms_do_not_hang_on_the_order_of_groups_or_texts(rng: random.Random) -> None:
    expected = key_terms(TEXTS, TEXTS)
    names = list(TEXTS)
    rng.shuffle(names)
    shuffled = {name: rng.sample(TEXTS[name], len(TEXTS[name])) for name in names}
    assert key_terms(shuffled, shuffled) == expected


def test_key_terms_are_the_groups_own_and_say_nothing_twice() -> None:
    found = key_terms(TEXTS, TEXTS)
    assert found["frogs"][0].lower() in ("frog calls", "rain noise")
    for name, terms in found.items():
        text = " ".join(TEXTS[name]).lower()
        keys = [set(term_key(term)) for term in terms]
        assert all(term.lower() in text for term in terms)
        assert not any(a <= b for n, a in enumerate(keys) for m, b in enumerate(keys) if n != m)


def test_a_group_alone_and_an_empty_text_give_terms_or_none_but_no_fault() -> None:
    assert key_terms({}, {}) == {}
    assert key_terms({"a": [""]}, {"a": [""]}) == {"a": []}


def test_a_term_is_not_cut_short_of_the_words_that_always_stand_with_it() -> None:
    texts = ["A tree-structured long short-term memory hears frogs.", "The tree-structured long short-term memory hears toads."]
    found = key_terms({"a": texts, "b": ["Rain falls on ponds.", "Rain fell."]}, {"a": texts, "b": ["Rain", "Rain"]})["a"]
    assert "tree-structured long short-term memory" in found
    assert not any(term.endswith("-term") for term in candidate_terms(texts[0]))


NIGHTS = {
    "nets": [
        "Named entity recognition sorts names. Conditional random fields read names well.",
        "We study named entity recognition by conditional random fields.",
        "Named entity recognition without labels, and conditional random fields with them.",
        "A named entity recognition set. Conditional random fields once more.",
    ],
    "owls": ["Owls hunt mice.", "Owls hear mice.", "Owls see mice.", "Mice hear owls."],
}


def test_a_piece_of_a_longer_term_is_made_whole_on_either_side() -> None:
    found = key_terms(NIGHTS, {"nets": [""] * 4, "owls": ["Owls"] * 4})["nets"]
    assert {"named entity recognition", "conditional random fields"} <= set(found)
    assert not {"entity recognition", "conditional random"} & set(found)


def test_a_word_alone_must_stand_in_a_title_and_a_modifier_is_no_term() -> None:
    texts = ["Frog calls vary. Multi-hop frogs. A attrition falls.", "Frog calls rise. Multi-hop toads. The attrition rises."]
    rest = {"b": ["Rain falls.", "Rain fell."]}
    bare = key_terms({"a": texts, **rest}, {"a": ["", ""], "b": ["", ""]})["a"]
    titled = key_terms({"a": texts, **rest}, {"a": ["The attrition", ""], "b": ["", ""]})["a"]
    assert "attrition" in titled
    assert "attrition" not in bare
    assert "multi-hop" not in bare


def test_the_capitals_of_a_title_make_no_name_and_initials_say_nothing_new() -> None:
    texts = [
        "Frog Calls at Night. Frog calls carry far (FC). The Pond Atlas is loud.",
        "Frog Calls by Day. Frog calls carry (FC). The Pond Atlas.",
    ]
    titles = ["Frog Calls at Night", "Frog Calls by Day"]
    found = key_terms({"a": texts, "b": ["Rain.", "Rain."]}, {"a": titles, "b": ["", ""]})["a"]
    assert "frog calls" in found
    assert "Pond Atlas" in found
    assert "FC" not in found
