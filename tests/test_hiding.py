import json
import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from survey.hiding import HIDING, UNSEEN, json_escaped, lines_printable, printable, unpiled, without_hiding
from survey.readers.cleaning import clean
from survey.render.text import plain
from survey.serving.results import safe
from survey.support import normalised
from survey.support.folding import folded

STEERING = re.compile(f"[\x00-\x1f\x7f-\x9f{HIDING}]")
HIDDEN = [chr(code) for code in range(0x20, 0xE1000) if re.match(f"[{HIDING}]", chr(code))]
texts = st.text() | st.lists(st.sampled_from([*HIDDEN, "\x1b", "\x9b", "\u0301", "\ufe0f", "a", " ", "\n"])).map("".join)


def test_whatever_turns_the_direction_or_is_a_tag_is_hiding() -> None:
    told = [
        chr(code)
        for code in range(0x110000)
        if unicodedata.bidirectional(chr(code)) in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    ]
    assert set(told) <= set(HIDDEN)
    assert {chr(code) for code in range(0xE0000, 0xE0080)} <= set(HIDDEN)
    assert not set("\u200c\u200d") & set(HIDDEN)  # Persian and Hindi are written with them


def test_every_border_takes_each_of_them_out() -> None:
    for char in HIDDEN:
        assert clean(f"frogs{char}call") == "frogscall", hex(ord(char))
        assert plain(f"frogs{char}call") == safe(f"frogs{char}call") == "frogs\ufffdcall"
        assert without_hiding(f"frogs{char}call") == "frogscall"


def test_a_quotation_is_found_whatever_has_no_look_stands_in_it() -> None:
    for char in (chr(code) for code in range(0xE1000) if re.match(f"[{UNSEEN}]", chr(code))):
        assert folded(f"frogs{char}call").text == "frogscall", hex(ord(char))
    assert normalised("Frogs call") == "frogs call"


@given(texts)
def test_what_is_shown_steers_nothing_and_its_offsets_stay(text: str) -> None:
    assert not STEERING.search(printable(text)) and len(printable(text)) == len(text)
    assert lines_printable(text).count("\n") == text.count("\n")
    assert printable(printable(text)) == printable(text)


@given(texts)
def test_json_is_the_same_data_and_steers_nothing(text: str) -> None:
    written = json_escaped(json.dumps({text: text}, ensure_ascii=False))
    assert json.loads(written) == {text: text}
    assert not STEERING.search(written)


@given(texts)
def test_no_letter_covers_the_lines_above(text: str) -> None:
    assert not re.search("[\u0300-\u034e]{9}|[\ufe00-\ufe0f]{2}", unpiled(text))
    assert unpiled("e\u0301" + text[:0]) == "e\u0301"
