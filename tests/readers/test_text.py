"""Plain text papers."""

from survey.readers import text as reader
from survey.records import Paper, Skipped


def paper(text: str, name: str = "x.txt") -> Paper:
    (found,) = reader.read(text, name)
    assert isinstance(found, Paper)
    return found


def test_wrapped_text_with_headings() -> None:
    found = paper(
        "How Owls Find Mice\nAda Byron, Emmy Noether\n\nAbstract\n\nWe measure owls in the dark of the night, and the er-\n"
        "ror falls by a third when it is raining outside.\n\n1 Introduction\n\nOwls hunt at night and they are not seen by\n"
        "the mice at all.\n\nREFERENCES\n\n[1] Bats.\n"
    )
    assert (found.title, found.authors) == ("How Owls Find Mice", ("Ada Byron", "Emmy Noether"))
    assert found.abstract.endswith("and the error falls by a third when it is raining outside.")
    assert [p.kind for p in found.parts] == ["abstract", "introduction", "references"]
    assert not any("\n" in paragraph for paragraph in found.text.split("\n\n"))


def test_one_paragraph_a_line_with_labels() -> None:
    body = f"title\nHow Owls Find Mice\nabstract\n{'We measure owls. ' * 9}\nIntroduction\n{'Owls hunt at night. ' * 9}"
    found = paper(body, "1904.02232v2.reference.txt")
    assert found.title == "How Owls Find Mice"
    assert (found.arxiv, found.date) == ("1904.02232", "2019-04")
    assert [p.kind for p in found.parts] == ["abstract", "introduction"]


def test_text_without_headings_is_an_abstract() -> None:
    found = paper("We measure owls in the dark, and find that the error falls by a third when it rains.")
    assert (found.title, found.abstract[:10]) == ("", "We measure")
    assert found.note == "We measure owls in the dark …"


def test_too_little_text_is_no_paper() -> None:
    (found,) = reader.read("todo", "x.txt")
    assert isinstance(found, Skipped) and "too little" in found.reason


def test_a_hyphen_of_the_words_own_stays_at_a_lines_end() -> None:
    found = paper(
        "How Owls Find Mice\n\nWe measure the state-\nof-the-art owl in the dark of the night, and the er-\nror falls by a third.\n"
    )
    assert found.text == "We measure the state-of-the-art owl in the dark of the night, and the error falls by a third."


def test_a_script_without_spaces_has_titles_and_short_notes() -> None:
    sentence = "本研究は夜のふくろうの耳を調べ、雨の中で誤りが減ることを示す。"
    titled = paper(f"ふくろうの耳の研究\n\n{sentence * 3}\n\n{sentence * 2}")
    assert (titled.title, titled.note) == ("ふくろうの耳の研究", "")
    untitled = paper(f"{sentence * 5}\n\n{sentence * 5}")
    assert untitled.title == ""
    assert untitled.note.startswith("本研究は") and len(untitled.note) <= 62


def test_a_heading_is_no_title() -> None:
    assert paper("Table of Contents\n\nWe measure owls in the dark of the night, and the mice as well.\n\nMore follows here.\n").title == ""
