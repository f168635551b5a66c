"""A tree to blocks: whatever the tags, the words come out in their order; superscripts and formulas stay readable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.readers.marked.flow import BLOCK, INLINE, LEAD, SKIP, Element, Role, flow, formula, words
from survey.readers.marked.markup import parse

ROLES = {"p": BLOCK, "i": INLINE, "t": LEAD, "x": SKIP, "h": Role("block", level=2), "sup": Role("raised"), "m": Role("raised", mark=True)}


def role(element: Element) -> Role:
    return ROLES[str(element.tag)]


trees = st.recursive(
    st.sampled_from(["one ", "two", " three. ", ""]),
    lambda inner: st.builds(lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>", st.sampled_from("piht"), st.lists(inner, max_size=4)),
    max_leaves=12,
)


@given(trees)
def test_no_word_is_lost_or_moved(inside: str) -> None:
    root = parse(f"<root>{inside}</root>")
    blocks = flow(root, role)
    if "<t>" not in inside:
        assert "".join("".join(block.text for block in blocks).split()) == "".join("".join(map(str, root.itertext())).split())
    assert sorted(" ".join(block.text for block in blocks).replace(" ", "")) == sorted("".join(map(str, root.itertext())).replace(" ", ""))
    assert all(block.text == " ".join(block.text.split()) != "" for block in blocks)


def test_blocks_leads_and_headings() -> None:
    root = parse("<a>before<h>Head <i>ing</i></h><p><t>1.</t><p>first</p>second <x>gone</x>third</p>behind<t>last</t></a>")
    assert [(block.text, block.level) for block in flow(root, role)] == [
        ("before", 0), ("Head ing", 2), ("1. first", 0), ("second third", 0), ("behind", 0), ("last", 0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("inside", "read"),
    [
        ("10<sup>6</sup> cells", "10⁶ cells"),
        ("10<sup>−3</sup> m", "10⁻³ m"),
        ("kg<sup>-1</sup>", "kg-1"),
        ("the 5<sup>th</sup>", "the 5th"),
        ("shown<m>1,2</m>.", "shown [1,2]."),
        ("shown <m>[3]</m>", "shown [3]"),
        ("shown<m>4</m><sup>,</sup><m>5</m>", "shown [4], [5]"),
        ("<sup>a</sup>In grams", "a In grams"),
        ("x<sup></sup>y", "xy"),
    ],
)
def test_superscripts_do_not_run_into_words_and_numbers(inside: str, read: str) -> None:
    assert words(parse(f"<a>{inside}</a>"), role) == read


@pytest.mark.parametrize(
    ("inside", "read"),
    [
        ("<math><mi>p</mi><mo>&lt;</mo><mn>0.05</mn></math>", "p < 0.05"),
        ("<math><mfrac><mrow><mi>a</mi><mo>+</mo><mn>1</mn></mrow><mn>2</mn></mfrac></math>", "(a + 1)/2"),
        ("<math><msup><mn>10</mn><mn>6</mn></msup></math>", "10^6"),
        ("<math><msqrt><mi>x</mi></msqrt></math>", "√(x)"),
        ('<math alttext="x_{i}"><msub><mi>x</mi><mi>i</mi></msub></math>', "$x_{i}$"),
        ("<tex-math>\\documentclass{a}\\usepackage{b}\\begin{document}$$x^2$$\\end{document}</tex-math>", "$x^2$"),
        ("<p>m = a</p>", "m = a"),
    ],
)
def test_formulas(inside: str, read: str) -> None:
    assert formula(parse(f"<f>{inside}</f>")) == read
