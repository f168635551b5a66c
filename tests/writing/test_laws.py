"""What holds of every survey, whatever the papers say."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.chains import find_chains
from survey.models.extractive import Extractive
from survey.phrases import languages
from survey.records import RAISING, Alone, Answered, Issue, Link, Paper, Role, Statement, Survey, Theme, is_later
from survey.render.markdown import survey_markdown
from survey.scoring import max_trigram_overlap, repetition, sentences_of
from survey.writing.repeats import AGAIN
from tests.conftest import Made
from tests.stating import paper, statements
from tests.writing.ponds import claims, keys_in, linked, write

_ROLES: tuple[Role, ...] = ("background", "task", "improvable", "purpose", "resolved", "result", "limitation", "future_work", "other")
_SUBJECTS = ("The small net", "A thermal drone", "Rain noise", "This old pond", "Our green filter", "The reed bed")
_VERBS = ("masks", "counts", "loses", "finds", "does not find", "restores")
_OBJECTS = ("many frog calls", "62% of all toads", "17 newts at night", "the cold newts", "calls under winter ice", "48% of the toads")
_WORDS = ("amber", "brook", "cedar", "dawn", "ember", "fern", "gale", "heath", "isle", "jade", "kelp", "lark", "moss", "nest", "oak")


@st.composite
def collections(draw: st.DrawFn, alike: bool = True) -> tuple[list[Paper], Survey]:
    """Papers of sentences that are often alike, with problems, answers, contradictions, themes and papers that stand alone. Unless they
    are ``alike``, each sentence ends in words of its own."""
    count = draw(st.integers(1, 6))
    sentence = st.builds(
        lambda subject, verb, what, tail: f"{subject} {verb} {what} near {' '.join(tail)}.",
        st.sampled_from(_SUBJECTS),
        st.sampled_from(_VERBS),
        st.sampled_from(_OBJECTS),
        st.lists(st.sampled_from(_WORDS), min_size=1, max_size=6),
    )
    papers, said = [], []
    for n in range(count):
        lines = draw(st.lists(sentence, min_size=0, max_size=6, unique=True))
        if not alike:
            lines = [f"{line[:-1]} {' '.join(f'{word}{chr(97 + n)}{chr(97 + at)}' for word in _WORDS)}." for at, line in enumerate(lines)]
        date = draw(st.sampled_from(["2018", "2019-05", "2020", "2021-07", ""]))
        made = paper(f"p{n}", " ".join(lines) or "…", title=f"On {n}", date=date, authors=(f"Ada Roe{'abcdefgh'[n]}",))
        papers.append(made)
        said += statements(made, tuple(draw(st.lists(st.sampled_from(_ROLES), min_size=len(lines), max_size=len(lines)))))
    raising, doing = [s for s in said if s.role in RAISING], [s for s in said if s.role in ("purpose", "resolved", "result")]
    issues, links = _argued(draw, {p.key: p for p in papers}, raising, doing)
    keys = [p.key for p in papers]
    cut = draw(st.integers(0, count))
    themes = tuple(
        Theme(id=f"theme-{n}", name=f"Theme {name}", terms=(name,), papers=tuple(own))
        for n, (name, own) in enumerate([("ponds", keys[: cut // 2]), ("reeds", keys[cut // 2 : cut])], start=1)
        if own
    )
    found = Survey(
        papers=tuple(p.reference for p in papers),
        statements=tuple(said),
        issues=tuple(issues),
        links=tuple(links),
        chains=tuple(find_chains(links, said, issues)),
        themes=themes,
        alone=tuple(Alone(key=key) for key in keys[cut:]),
    )
    return papers, found


def _argued(
    draw: st.DrawFn, papers: dict[str, Paper], raising: Sequence[Statement], doing: Sequence[Statement]
) -> tuple[list[Issue], list[Link]]:
    issues, links = [], []
    for raised in raising:
        key = raised.quote.key
        later = [s for s in doing if s.quote.key == key or is_later(papers[s.quote.key].date, papers[key].date)]
        answers = draw(st.lists(st.sampled_from(later), max_size=2, unique_by=lambda s: s.quote.key)) if later else []
        kinds = [draw(st.sampled_from(["resolves", "partly_resolves"])) for _ in answers]
        told = [{"key": s.quote.key, "kind": kind, "quote": s.quote} for s, kind in zip(answers, kinds, strict=True)]
        issue = Issue(id=raised.id, label=" ".join(raised.quote.text.split()[:4]), statements=(raised,), first_raised=key)
        status = "resolved" if "resolves" in kinds else "partly" if kinds else "open"
        issues.append(issue.model_copy(update={"status": status, "answers": tuple(map(Answered.model_validate, told))}))
        links += [linked(raised, s) for s in answers if s.quote.key != key]
    return issues, links


def kept_laws(survey: Survey, papers: Sequence[Paper]) -> None:
    said = claims(survey)
    ids = [section.id for section in survey.sections]
    assert len(ids) == len(set(ids))
    # each section retrieves for itself
    sentences = {s.quote: s.id for s in survey.statements}
    for where, sentence in survey.sentences:
        if sentence.kind == "claim":
            assert {sentences[quote] for quote in sentence.quotes} <= set(where.retrieved), where.id
    # every paper is told or listed
    told_or_listed = keys_in(section for section in survey.sections if section.id != "papers")
    assert told_or_listed >= {key for theme in survey.themes for key in theme.papers}
    assert keys_in(survey.sections) == {p.key for p in papers}
    # nothing is said twice, and nearly every sentence cites
    alike = repetition([s.text for _, s in survey.sentences])
    assert alike.max_trigram_overlap <= AGAIN, alike.most_alike
    assert all(sentence.citekeys for _, sentence in survey.sentences)
    # what was written is accounted for
    checked = survey.checked
    assert checked.generated == checked.kept + checked.flagged + checked.dropped
    assert checked.kept + checked.flagged == len(said)
    assert survey.sections[-1].id == "checks"


@settings(max_examples=25, deadline=None)
@given(
    collections(), st.sampled_from(["short", "standard", "long"]), st.sampled_from(["newcomer", "researcher"]), st.sampled_from(languages())
)
def test_the_laws_hold_of_any_collection(collected: tuple[list[Paper], Survey], length: str, audience: str, lang: str) -> None:
    papers, found = collected
    wanted = {"length": length, "audience": audience, "lang": lang}
    survey = written(found, papers, wanted)
    kept_laws(survey, papers)
    assert survey.sections == written(found, papers, wanted).sections


def written(found: Survey, papers: Sequence[Paper], wanted: dict[str, Any]) -> Survey:
    more = found.model_dump(include={"issues", "links", "chains", "themes", "alone"})
    fields = {name: getattr(found, name) for name in more}
    return write(Extractive(), papers, found.statements, wanted, **fields)


@settings(max_examples=10, deadline=None)
@given(collections(alike=False))
def test_every_language_quotes_the_same_papers(collected: tuple[list[Paper], Survey]) -> None:
    papers, found = collected
    told = [{q.key for s in claims(written(found, papers, {"lang": lang})) for q in s.quotes} for lang in languages()]
    assert all(own == told[0] for own in told)


@settings(max_examples=10, deadline=None)
@given(collections(alike=False))
def test_long_tells_every_paper_that_says_anything_and_no_less_than_short(collected: tuple[list[Paper], Survey]) -> None:
    papers, found = collected
    told = {length: claims(written(found, papers, {"length": length})) for length in ("short", "long")}
    assert len({q.key for s in told["long"] for q in s.quotes}) >= len({q.key for s in told["short"] for q in s.quotes})


def test_the_laws_hold_of_the_collection(made: Made) -> None:
    survey = made.result
    for where, sentence in survey.sentences:
        assert sentence.citekeys, sentence.text
        assert sentence.kind != "claim" or where.retrieved
    assert max_trigram_overlap(sentences_of(survey_markdown(survey))) <= AGAIN
    assert keys_in(survey.sections) == {p.key for p in survey.papers}
    checks = {row[0]: row[1] for block in survey.sections[-1].blocks for row in block.rows}
    count = len(claims(survey))
    assert checks["A section quotes only what it looked up itself"] == f"{count} of {count} claims"


@pytest.mark.parametrize("lang", [lang for lang in languages() if lang != "en"])
def test_no_heading_and_no_column_is_left_in_english(lang: str) -> None:
    """But for words that are the same in both languages."""
    ponds = [paper(f"p{n}", "Rain masks calls. A net is proposed. It finds 9 calls.", date=str(2019 + n)) for n in range(2)]
    said = [s for p in ponds for s in statements(p)]
    words: list[set[str]] = []
    for chosen in ("en", lang):
        survey = write(Extractive(), ponds, said, {"lang": chosen}, lang=chosen)
        blocks = [block for section in survey.sections for block in section.blocks]
        words.append({s.title for s in survey.sections} | {cell for block in blocks for cell in (*block.header, block.caption)})
    assert words[0] & words[1] <= {"", "Ponds", "Problem", "Status"}
