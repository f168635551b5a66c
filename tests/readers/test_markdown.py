"""Markdown with and without a head."""

from pathlib import Path

from survey.readers import markdown, read
from survey.records import Paper, Skipped

PAPER = """---
title: "Owls: a study"
authors: [Ada Byron, "Noether, Emmy", {name: Bo Chen}]
date: 2020-03-01
doi: https://doi.org/10.5555/ABC
arxiv: 2003.00001v2
venue: Journal of Owls
keywords: birds, ears
citekey: byron2020
---
# Owls: a study

## Abstract

We *measure* **owls** with `ears` and [lamps](https://example.org/x).
The error
falls.

## 2 Method

Text <b>here</b>.

### Data

```python
print("code")
```

<script>alert(1)</script>

- one point
- another

| Owl | Ear |
|-----|-----|
| A   | 0.1 |
"""


def paper(text: str, name: str = "x.md") -> Paper:
    (found,) = markdown.read(text, name)
    assert isinstance(found, Paper)
    return found


def test_head_gives_the_facts() -> None:
    found = paper(PAPER)
    assert (found.key, found.title, found.authors) == ("byron2020", "Owls: a study", ("Ada Byron", "Emmy Noether", "Bo Chen"))
    assert (found.date, found.doi, found.arxiv, found.venue) == ("2020-03-01", "10.5555/abc", "2003.00001", "Journal of Owls")
    assert found.keywords == ("birds", "ears")


def test_body_is_plain_text_without_markup_code_and_html() -> None:
    found = paper(PAPER)
    assert found.abstract == "We measure owls with ears and lamps. The error falls."
    assert [(p.heading, p.kind) for p in found.parts] == [("Abstract", "abstract"), ("2 Method", "method"), ("Data", "method")]
    assert "Text here." in found.text
    assert "one point\n\nanother\n\nOwl | Ear\n\nA | 0.1" in found.text
    for absent in ("print", "alert", "script", "example.org", "*", "`", "#"):
        assert absent not in found.text


def test_without_head_the_first_heading_is_the_title() -> None:
    found = paper("# A Title\n\nJust text.\n")
    assert (found.title, found.abstract) == ("A Title", "Just text.")


def test_authors_as_one_string() -> None:
    for given, names, more in (
        ("Ada Byron, Emmy Noether et al.", ("Ada Byron", "Emmy Noether"), True),
        ("Ada Byron and Emmy Noether", ("Ada Byron", "Emmy Noether"), False),
        ("Byron, Ada and Noether, Emmy", ("Ada Byron", "Emmy Noether"), False),
        ("Byron, Ada; Noether, Emmy", ("Ada Byron", "Emmy Noether"), False),
    ):
        found = paper(f"---\ntitle: T\nauthor: {given}\n---\nText.\n")
        assert (found.authors, found.more_authors) == (names, more)
    listed = paper("---\ntitle: T\nauthors: [Ada Byron, et al.]\n---\nText.\n")
    assert (listed.authors, listed.more_authors) == (("Ada Byron",), True)


def test_a_faulty_head_is_told_and_the_text_read() -> None:
    skipped, found = markdown.read("---\ntitle: Owls: a study: of\nauthors: [\n---\n# Owls\n\nText.\n", "x.md")
    assert isinstance(skipped, Skipped) and skipped.place.startswith("line ") and "quotes" in skipped.cure
    assert isinstance(found, Paper) and found.title == "Owls" and found.text == "Text."


def test_hostile_markdown_ends_soon(tmp_path: Path) -> None:
    file = tmp_path / "x.md"
    file.write_text("# T\n\n" + "[" * 20_000 + "\n\n" + "*a_" * 5_000 + "\n\n" + ">" * 3_000 + "x\n")
    found = read(file, "x.md")
    assert found.papers or found.skipped


def test_a_heading_of_a_part_is_no_title() -> None:
    (found,) = markdown.read("# Abstract\n\nWe measure owls in the dark of the night.\n", "x.md")
    assert isinstance(found, Paper)
    assert (found.title, found.abstract) == ("", "We measure owls in the dark of the night.")


def test_the_entries_of_a_numbered_reference_list_are_told_apart() -> None:
    text = """# Frog calls in rain

Rain masks frog calls.

1. First the rain.

## References

1. A. Phan, “Automatic counting of frogs,” *Ponds*, 2018.
2. B. Lee and C. Kim, “Toads and drones in cold nights,” *Journal of Toads*, 2019.
3. D. Ahn, “Bats in the dark of caves,” *Bat Letters*, 2017.
"""
    (paper,) = markdown.read(text, "frogs.md")
    assert isinstance(paper, Paper)
    assert "\n\nFirst the rain." in paper.text
    assert [(c.title, c.date) for c in paper.cited] == [
        ("Automatic counting of frogs", "2018"),
        ("Toads and drones in cold nights", "2019"),
        ("Bats in the dark of caves", "2017"),
    ]
