"""XML and HTML that may be hostile: read, or refused by name and at once."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.readers.formats import format_of
from survey.readers.marked.markup import Refused, bare, parse, parse_html

BOMB = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10 if i else "lol"}">' for i in range(12))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "damaged"),
        ("words", "damaged"),
        ("<a><b></a>", "damaged"),
        ("<a>", "damaged"),
        ("<a>" * 200_000, "too deep"),
        ("<a>" * 300 + "</a>" * 300, "too deep"),
        (f"<!DOCTYPE a [{BOMB}]><a>&e11;</a>", "entities"),
        (f'<!DOCTYPE a [{BOMB}]><a b="&e11;"/>', "entities"),
        ('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "entities"),
        ('<!DOCTYPE a [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]><a/>', "entities"),
    ],
)
def test_what_is_refused_and_why(text: str, reason: str) -> None:
    started = time.perf_counter()
    with pytest.raises(Refused, match=reason):
        parse(text)
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ('<?xml version="1.0" encoding="latin-1"?><a>é</a>', "é"),
        ('<?xml version="1.0" encoding="UTF-16"?><a>é</a>', "é"),
        ('<!DOCTYPE a PUBLIC "-//X//EN" "http://example.org/x.dtd"><a>1&ndash;2 &lt;b&gt; &LT;i&GT; &amp;amp;</a>', "1–2 <b> <i> &amp;"),
        ("<a>x&nosuch; y</a>", None),
        ('<!DOCTYPE a SYSTEM "x.dtd"><a>x&nosuch; y</a>', "x y"),
        ("<a>&#x2;x&#0;y&#xFFFF;z&#65;</a>", "xyzA"),
        ('<a xml:id="0">odd id</a>', "odd id"),
        ("<m:a>no name space</m:a>", "no name space"),
        ("<a><!-- left out --><?left out?><![CDATA[<kept>]]></a>", "<kept>"),
    ],
)
def test_what_is_untidy_is_read(text: str, read: str | None) -> None:
    if read is None:
        with pytest.raises(Refused):
            parse(text)
    else:
        assert "".join(map(str, parse(text).itertext())) == read


def test_names_are_bared() -> None:
    root = bare(parse('<x:a xmlns:x="urn:x" xmlns:y="urn:y" y:b="1"><x:c/><m:d/></x:a>'))
    assert [element.tag for element in root.iter("*")] == ["a", "c", "d"] and root.get("b") == "1"


def test_damage_is_told_to_those_who_go_on() -> None:
    damage: list[Refused] = []
    root = parse("<a><b>1</b><b>2</b><b>3", damage)
    assert [b.text for b in root.iter("b")] == ["1", "2", "3"] and "cut off" in damage[0].reason
    with pytest.raises(Refused, match="too deep"):
        parse("<a>" * 300, [])


def test_a_page_that_nests_too_deep_is_refused_at_once() -> None:
    started = time.perf_counter()
    for text in ("<div>" * 200_000, "<ul><li>" * 100_000):
        with pytest.raises(Refused, match="too deep"):
            parse_html(text)
    assert time.perf_counter() - started < 5


@given(st.text(st.sampled_from("<>/&;!?-[]a b='\"#x1\n\x00é"), max_size=60))
def test_nothing_but_refusal_comes_of_any_text(text: str) -> None:
    for read in (parse, parse_html):
        try:
            bare(read(text))
        except Refused as refused:
            assert refused.reason


@pytest.mark.parametrize("start", ["<?a?>", "<!--a-->", "<!doctype a[]>", "  % a\n", '{"body":"', "<xml> "])
def test_formats_are_told_at_once(start: str) -> None:
    started = time.perf_counter()
    for suffix in (".xml", ".txt", ".json"):
        format_of(start * 2000, suffix)
    assert time.perf_counter() - started < 2
