import random
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from survey.readers import markdown, text
from survey.readers.assembly import Block, Body, assemble
from survey.readers.entries import entries_of
from survey.records import Cited, Paper

ENTRIES = (
    ("Ann Lee", "2011", "Snow melts in spring", "Snow Letters, 7:1–9."),
    ("Max J. Roe", "2014", "Of ice and men", "In Proceedings of the 2nd Workshop on Ice, pages 20–29. Pond Press."),
    ("Jane Doe", "2016", "Do frogs freeze?", "Journal of Ponds, 3(2):11–14."),
    ("Ben Ek", "2017", "A map of all ponds", "arXiv preprint arXiv:1701.01234."),
    ("Cara Moe", "2018", "Toads under leaves", "PhD thesis, University of Oslo."),
)
BY_YEAR = [f"{who}. {year}. {title.rstrip('?')}{'?' if title.endswith('?') else '.'} {where}" for who, year, title, where in ENTRIES]
NUMBERED = [f"[{n}] {who}. {title}. {where[:-1]}, {year}." for n, (who, year, title, where) in enumerate(ENTRIES, start=1)]
LABELLED = [f"[{who.split()[-1]} {year}] {entry}" for entry, (who, year, _, _) in zip(BY_YEAR, ENTRIES, strict=True)]


def listed(*paragraphs: str) -> Body:
    return entries_of(assemble([Block("Ponds freeze in winter."), Block("References", 1), *map(Block, paragraphs)]))


def printed(body: Body) -> list[str]:
    return [entry.printed for entry in body.cited]


def test_each_paragraph_is_an_entry() -> None:
    for style in (BY_YEAR, NUMBERED, LABELLED):
        body = listed(*style)
        assert printed(body) == style
        assert [(e.authors, e.date, e.title) for e in body.cited] == [((who,), year, title) for who, year, title, _ in ENTRIES]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from((BY_YEAR, NUMBERED, LABELLED)), st.randoms(use_true_random=False))
def test_entries_that_run_together_and_entries_that_are_broken_off_are_told_apart(style: list[str], chance: random.Random) -> None:
    """Where an entry is broken off within a sentence it goes on, and a new one begins with its label, or its names and year."""
    whole = [entry if chance.random() < 0.6 else _broken(entry, chance) for entry in style]
    body = listed(*"".join(entry + chance.choice(("\n", " ")) for entry in whole).split("\n"))
    assert printed(body) == style
    for entry in body.cited:
        assert entry.start is not None
        assert " ".join(body.text[entry.start : entry.end].split()) == entry.printed


def _broken(entry: str, chance: random.Random) -> str:
    """The entry with one blank behind a word in small letters a paragraph's end."""
    places = [match.end() - 1 for match in re.finditer(r"[a-z]{2,} (?=[a-z])", entry)]
    place = chance.choice(places)
    return f"{entry[:place]}\n{entry[place + 1 :]}"


def test_a_number_that_does_not_count_on_parts_nothing() -> None:
    odd = "[2] Max Roe. Ponds of [7] hills. In Ponds, volume\n\n4. Pond Press, pages 1–9, 2014."
    body = listed(NUMBERED[0], *odd.split("\n\n"), NUMBERED[2])
    assert printed(body) == [NUMBERED[0], odd.replace("\n\n", " "), NUMBERED[2]]


def test_a_lost_number_costs_one_entry() -> None:
    assert [e.label for e in listed(*NUMBERED[:2], *NUMBERED[3:]).cited] == ["[1]", "[2]", "[4]", "[5]"]


def test_what_stands_between_or_behind_entries_is_none() -> None:
    table = "Words 12 14 18 Ponds 92.25 95.52 Baseline 97.53 98.19"
    prose = "We thank the frogs of the pond. " * 30
    assert printed(listed(*BY_YEAR[:3], table, *BY_YEAR[3:], prose)) == BY_YEAR
    assert printed(listed(*NUMBERED, prose)) == NUMBERED


def test_lists_of_an_appendix_are_read_too_and_other_parts_are_not() -> None:
    lists = [Block("References", 1), *map(Block, BY_YEAR[1:3]), Block("Appendix A", 1), Block("References", 1), Block(BY_YEAR[3])]
    body = entries_of(assemble([Block("1 Results", 1), Block(BY_YEAR[0]), *lists]))
    assert printed(body) == BY_YEAR[1:4]


def test_a_list_that_a_source_marked_itself_stays() -> None:
    marked = assemble([Block("Text.")], cited=[Cited(printed="Marked by its source, 2001.")])
    assert entries_of(marked) == marked


def test_a_body_without_list_cites_nothing() -> None:
    assert listed().cited == ()
    assert entries_of(assemble([Block("1 Ponds", 1), *map(Block, BY_YEAR)])).cited == ()


def test_text_and_markdown_give_their_lists() -> None:
    paragraphs = "\n\n".join(["Frogs in Winter", "Abstract", "Frogs freeze in winter, and thaw in spring.", "References", *BY_YEAR])
    counted = [f"{n}. {entry}" for n, entry in enumerate(BY_YEAR, 1)]
    marked = "\n".join(["# Frogs in Winter", "", "Frogs freeze.", "", "## References", "", *counted])
    for [paper], entries in ((text.read(paragraphs, "frogs.txt"), BY_YEAR), (markdown.read(marked, "frogs.md"), counted)):
        assert isinstance(paper, Paper)
        assert [e.printed for e in paper.cited] == entries
        assert [paper.text[e.start : e.end] for e in paper.cited] == entries
        assert [e.title for e in paper.cited] == [title for _, _, title, _ in ENTRIES]


def test_a_numbered_list_of_two_is_a_list() -> None:
    two = listed(*NUMBERED[:2])
    assert [(c.label, c.date) for c in two.cited] == [("[1]", "2011"), ("[2]", "2014")]
