"""Hypothesis strategies: texts that mean something to Markdown, and surveys made of them."""

from hypothesis import strategies as st

from survey.records import Block, Quote, Section, Sentence, Survey
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
