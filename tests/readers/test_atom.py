"""arXiv's Atom replies, raw and recorded."""

import json
from pathlib import Path

from survey.readers import read
from survey.readers.bibliographies import atom
from survey.records import Paper, Skipped

FEED = """<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">
  <entry>
    <id>http://arxiv.org/abs/1905.11111v4</id>
    <title>Clocks that
      need no Winding</title>
    <published>2019-05-30T14:57:58Z</published>
    <summary>  A clock with \\textbf{no} spring. It loses 3\\% a day.
    </summary>
    <author><name>José Rául</name></author><author><name>Ada Byron</name></author>
    <category term="cs.SE"/><category term="cs.LG"/><category term="cs.SE"/>
    <arxiv:doi>10.5555/XYZ</arxiv:doi><arxiv:journal_ref>J. Clocks 3</arxiv:journal_ref><arxiv:comment>4 pages</arxiv:comment>
  </entry>
  <entry><id>http://arxiv.org/abs/math/0309136v1</id><title>Old</title><published>2003-09-08T00:00:00Z</published></entry>
  <entry><id>http://arxiv.org/abs/2001.00001v1</id></entry>
</feed>"""


def check(text: str) -> None:
    one, old, untitled = atom.read(text, "reply.xml")
    assert isinstance(one, Paper) and isinstance(old, Paper) and isinstance(untitled, Skipped)
    assert (one.title, one.authors, one.date) == ("Clocks that need no Winding", ("José Rául", "Ada Byron"), "2019-05-30")
    assert (one.arxiv, one.doi, one.venue, one.keywords) == ("1905.11111", "10.5555/xyz", "J. Clocks 3", ("cs.SE", "cs.LG"))
    assert one.abstract == "A clock with no spring. It loses 3% a day."
    assert (old.arxiv, old.text) == ("math/0309136", "")
    assert untitled.place == "entry 3"


def test_raw_reply() -> None:
    check(FEED)


def test_recorded_reply_also_with_its_letters_taken_for_latin_1() -> None:
    check(json.dumps({"url": "u", "status_code": 200, "body": FEED}))
    check(json.dumps({"url": "u", "status_code": 200, "body": FEED.encode().decode("latin-1")}))


def test_a_recorded_reply_is_told_from_other_json(tmp_path: Path) -> None:
    reply = json.dumps({"url": "u", "status_code": 200, "body": "<?xml version='1.0'?>\n" + FEED.split("\n", 1)[1]})
    (tmp_path / "reply.json").write_text(reply, encoding="utf-8")
    assert [paper.sources[0].reader for paper in read(tmp_path / "reply.json", "reply.json").papers] == ["atom", "atom"]


def test_of_a_reply_that_is_cut_off_the_whole_entries_are_read() -> None:
    one, told = atom.read(FEED[: FEED.index("<entry>", 400) + 20], "reply.xml")
    assert isinstance(one, Paper) and one.arxiv == "1905.11111"
    assert isinstance(told, Skipped) and "cut off" in told.reason


def test_what_is_no_feed_is_told() -> None:
    for text in ("<feed xmlns='http://www.w3.org/2005/Atom'><entry>", "<feed xmlns='http://www.w3.org/2005/Atom'/>", "{}"):
        (skipped,) = atom.read(text, "x.xml")
        assert isinstance(skipped, Skipped) and skipped.reason and skipped.cure


def test_entities_are_not_expanded() -> None:
    bomb = '<!DOCTYPE f [<!ENTITY a "x">]><feed xmlns="http://www.w3.org/2005/Atom"><entry><title>&a;</title></entry></feed>'
    (told,) = atom.read(bomb, "x.xml")
    assert isinstance(told, Skipped) and "entities" in told.reason
