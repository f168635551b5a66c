"""Hypothesis strategies: texts that mean something to Markdown, and surveys made of them."""

from hypothesis import strategies as st

from survey.records import (
    Answer,
    Block,
    Claim,
    Condition,
    Difference,
    Near,
    Quote,
    Reference,
    Scope,
    Searched,
    Section,
    Sentence,
    Standing,
    Survey,
    Talk,
)
from survey.render.text import plain

from .small_survey import FIXTURES

_FRAGMENTS = (FIXTURES / "fragments.txt").read_text(encoding="utf-8").split()

hostile = st.one_of(
    st.text(max_size=30),
    st.lists(st.sampled_from([*_FRAGMENTS, " ", " ", "\n", "\t"]), max_size=10).map("".join),
)
keys = st.from_regex(r"[a-z]{1,6}(19|20)[0-9]{2}[a-z]?", fullmatch=True)
pages = st.none() | st.integers(1, 999)


@st.composite
def sentences(draw: st.DrawFn) -> Sentence:
    text = draw(hostile)
    quotes = []
    for _ in range(draw(st.integers(0, 3))):
        said = draw(hostile)
        quotes.append(Quote(key=draw(keys), text=said, start=0, end=len(said), page=draw(pages)))
        text += f"“{said}”" + draw(st.sampled_from(["", " and ", ".", ", ", "?"]))
    return Sentence(text=text, kind="claim", quotes=tuple(quotes), cites=tuple(draw(st.lists(keys, max_size=2))))


said = sentences().filter(lambda sentence: bool(plain(sentence.text) or sentence.citekeys))
blocks = st.builds(
    lambda kind, items: Block(kind=kind, items=tuple(map(tuple, items))),
    st.sampled_from(["paragraph", "list"]),
    st.lists(st.lists(said, max_size=3), max_size=3),
)
tables = st.builds(
    lambda rows: Block(kind="table", header=("a", "b"), rows=tuple(rows)), st.lists(st.tuples(hostile, hostile), min_size=1, max_size=3)
)
sections = st.builds(
    lambda title, name, content: Section(id=name, title=title, blocks=tuple(content)), hostile, keys, st.lists(blocks | tables, max_size=3)
)
surveys = st.builds(lambda title, content: Survey(title=title, sections=tuple(content)), hostile, st.lists(sections, max_size=2))


# ---------------------------------------------------------------- answers

standings = st.builds(Standing, quotes=st.integers(0, 3), papers=st.integers(0, 3), parts=st.just(("results", "other")))
claims = st.builds(
    lambda first, likewise, standing: Claim(sentence=first, likewise=tuple(likewise), standing=standing),
    said,
    st.lists(said, max_size=2),
    standings,
)
conditions = st.builds(Condition, name=hostile, one=hostile, other=hostile)
quotes = st.builds(lambda key, text, page: Quote(key=key, text=text, start=7, end=7 + len(text), page=page), keys, hostile, pages)
nearest = st.builds(Near, key=keys, score=st.floats(0, 1), quote=st.none() | quotes)
references = st.builds(
    lambda key, title, authors, doi: Reference(key=key, title=title, authors=tuple(authors), doi=doi),
    keys,
    hostile,
    st.lists(hostile),
    hostile,
)
compared = st.builds(
    lambda rows: Block(kind="table", header=("a", "@roe2020"), rows=tuple(r for r, _ in rows), evidence=tuple(tuple(q) for _, q in rows)),
    st.lists(st.tuples(st.tuples(hostile, hostile), st.lists(quotes, max_size=2)), max_size=3),
)


@st.composite
def found(draw: st.DrawFn) -> Answer:
    told = draw(st.lists(claims, min_size=1, max_size=4))
    at = st.integers(0, len(told) - 1)
    differences = st.builds(
        lambda one, other, reason, c: Difference(one=one, other=other, reason=reason, conditions=(c,)), at, at, hostile, conditions
    )
    return Answer(
        question=draw(hostile),
        asked=draw(hostile),
        found=True,
        claims=tuple(told),
        differences=tuple(draw(st.lists(differences, max_size=2))),
        table=draw(st.none() | compared),
        missing=tuple(draw(st.lists(hostile, max_size=2))),
        strength=draw(st.floats(0, 1)),
        papers=tuple(draw(st.lists(references, max_size=3))),
    )


not_found = st.builds(
    lambda question, near, papers, terms, author: Answer(
        question=question,
        found=False,
        reason="weak",
        scope=Scope(authors=(author,)),
        nearest=tuple(near),
        papers=tuple(papers),
        searched=Searched(papers=3, passages=9, terms=tuple(terms)),
    ),
    hostile,
    st.lists(nearest, max_size=3),
    st.lists(references, max_size=2),
    st.lists(hostile, max_size=3),
    hostile,
)
answers = found() | not_found
talks = st.builds(lambda given: Talk(answers=tuple(given)), st.lists(answers, max_size=3))
