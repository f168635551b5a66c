"""survey forget: nothing of a paper is left under store/, byte for byte, and it stays away until it is wanted again."""

import json
import shutil
from pathlib import Path

import pytest

from survey import forgetting
from survey.library import Library
from survey.records import Answer, Claim, Paper, Sentence, Talk
from survey.workspace import Workspace
from tests.calling import call
from tests.conftest import Made

KEY, OTHER = "thornCountingToadsDrones", "fernsDetectingFrogCalls2018"


def traces(store: Path, words: list[str]) -> list[tuple[str, str]]:
    """Which of the words stand in which file, as UTF-8 or UTF-16."""
    contents = {path: path.read_bytes() for path in sorted(store.rglob("*")) if path.is_file()}
    forms = {word: (word.encode(), word.encode("utf-16-le")) for word in words}
    return [(path.name, word) for path, data in contents.items() for word, both in forms.items() if any(form in data for form in both)]


def words_of(paper: Paper) -> list[str]:
    """What is this paper's alone: its title, and runs of its text."""
    return [paper.title, *(paper.text[start : start + 40] for start in range(0, len(paper.text) - 40, 40))]


def test_nothing_of_it_is_left_and_it_stays_away_until_it_is_wanted_again(work: Made) -> None:
    with Workspace.open(work.root) as opened:
        paper, vectors = opened.paper(KEY), len(opened.library.row_keys("vectors"))
        quote = paper.quote(0, 30)
        answers = [Answer(question=f"What of {name}?", found=False) for name in ("ponds", KEY)]
        said = Answer(question="And?", found=True, claims=(Claim(sentence=Sentence(kind="claim", text="It counts.", quotes=(quote,))),))
        talk = opened.keep_talk(Talk(answers=(*answers, said)))
        opened.search("toads")
    shutil.copy(work.root / "store" / "library.sqlite", work.root / "store" / "library.v4.sqlite")
    words = words_of(paper)
    assert len({word for _, word in traces(work.root / "store", words)}) == len(words)
    file = work.papers / "toads.pdf"
    before = file.read_bytes()

    done = call("forget", KEY, "--yes", "--json", "-w", work.root)
    assert done.code == 0
    assert (done.data["papers"], done.data["sources"], done.data["turns"]) == ([KEY], ["papers/toads.pdf"], 2)
    assert (done.data["surveys"], done.data["copies"]) == (["outputs/papers"], ["library.v4.sqlite"])
    assert traces(work.root / "store", [*words, KEY]) == []
    assert file.read_bytes() == before
    with Workspace.open(work.root) as opened:
        assert KEY not in opened.library.titles() and 0 < len(opened.library.row_keys("vectors")) < vectors
        assert [answer.question for answer in opened.talk(talk).answers] == ["What of ponds?"]
        assert opened.library.rows("replies") == []
        assert all(hit.passage.key != KEY for hit in opened.search("toads ponds drone", k=50))

    again = call("add", work.papers, "--json", "-w", work.root)
    assert again.code == 0 and KEY not in again.data["papers"]
    (left,) = [skipped for skipped in again.data["skipped"] if "forgotten" in skipped["reason"]]
    assert left["source"] == "papers/toads.pdf" and done.data["name"] in left["cure"]
    assert traces(work.root / "store", words) == []
    assert call("forget", "--json", "-w", work.root).data == {"forgotten": [done.data["name"]]}

    assert call("run", work.papers, "-q", "-w", work.root).code == 0  # in the folder whose outline names it
    assert call("forget", "--undo", done.data["name"], "-w", work.root).code == 0
    assert KEY in call("add", work.papers, "--json", "-w", work.root).data["papers"]


def test_one_entry_of_a_bibliography_goes_and_the_others_stay(tmp_path: Path) -> None:
    entry = "@article{{{key},\n title = {{{title}}},\n doi = {{10.1000/{key}}},\n abstract = {{{abstract}}}\n}}\n"
    titles = {"roe2020": "Frogs that call in the reeds by night", "doe2021": "Lakes without any frog at all"}
    text = "".join(entry.format(key=key, title=title, abstract=f"{title}. We count them. " * 6) for key, title in titles.items())
    (tmp_path / "library.bib").write_text(text, encoding="utf-8")
    assert call("add", tmp_path / "library.bib", "-w", tmp_path).code == 0
    told = call("forget", "roe2020", "-y", "-w", tmp_path)
    assert (told.code, "1 other record of it stays" in told.err) == (0, True)
    assert "library.bib: a part of what it gives was forgotten; the rest is kept" in call("status", "-w", tmp_path).err
    # the entry is met again where another file names the same DOI, and where its own file changes
    (tmp_path / "other.bib").write_text(text.replace("article{roe", "article{roes").replace(" by night", ""), encoding="utf-8")
    (tmp_path / "library.bib").write_text(text + "\n% seen\n", encoding="utf-8")
    done = call("add", tmp_path / "library.bib", tmp_path / "other.bib", "--json", "-w", tmp_path)
    assert (done.code, done.data["papers"]) == (0, ["doe2021"])
    assert [skipped["source"] for skipped in done.data["skipped"]] == ["library.bib", "other.bib"]
    assert traces(tmp_path / "store", [titles["roe2020"]]) == []


def test_replies_on_it_go_and_those_on_others_stay(tmp_path: Path) -> None:
    for name in ("frogs", "toads"):
        (tmp_path / f"{name}.md").write_text(f"# On {name} of the northern lakes\n\nWe count {name} in the northern lakes by night.\n")
    with Workspace.open(tmp_path) as work:
        work.add([tmp_path / "frogs.md", tmp_path / "toads.md"])
        frogs, toads = work.library.papers()
        of_nobody = "a theme of many words and of no paper"
        asked = {
            "title": [frogs.title],
            "sentence": ["short", "We count frogs in the northern lakes by night."],
            "other": [toads.title],
            "nobody": [of_nobody],
            "old": None,
        }
        for name, texts in asked.items():
            work.library.put_reply(name, "write_section", "{}", texts)
        work.library.put_reply("plan", "plan_outline", "{}", [of_nobody])
        work.library.put_reply("ids", "find_statements", "{}")
        work.forget([frogs.key])
        assert [key for key, *_ in work.library.rows("replies", "ORDER BY key")] == ["ids", "nobody", "other"]


def test_a_reply_that_says_a_short_title_goes(tmp_path: Path) -> None:
    title = "Quokka sonar"
    (tmp_path / "quokka.md").write_text(f"# {title}\n\nWe listen to quokkas by night, for many hours at a time.\n")
    with Workspace.open(tmp_path) as work:
        work.add([tmp_path / "quokka.md"])
        for key, name in {"said": "On quokka\n sonar", "exact": title, "other": "Quokka sonars"}.items():
            work.library.put_reply(key, "propose_themes", json.dumps({"themes": [name]}), [title])
        work.forget(work.library.keys())
        assert [key for key, *_ in work.library.rows("replies")] == ["other"]
    assert [word for _, word in traces(tmp_path / "store", [f'"{title}"'])] == []


def test_the_reply_of_a_service_goes_first_and_who_came_with_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "store" / "fetched" / "crossref" / "page.bib"
    page.parent.mkdir(parents=True)
    entry = "@article{{{key},\n title = {{Counting {key} in the northern lakes by night}},\n doi = {{10.1000/{key}}}\n}}\n"
    page.write_text("".join(entry.format(key=key) for key in ("roe2020", "doe2021")))
    with Workspace.open(tmp_path) as work:
        work.add([page])
        with monkeypatch.context() as patch:
            patch.setattr(forgetting, "erase", lambda *given: (_ for _ in ()).throw(KeyboardInterrupt))
            with pytest.raises(KeyboardInterrupt):
                work.forget(["roe2020"])
        assert not page.exists()
    done = call("forget", "roe2020", "--yes", "-w", tmp_path)
    assert done.code == 0 and "came with it: doe2021" in done.err
    assert traces(tmp_path / "store", ["Counting roe2020"]) == []


def test_nothing_happens_unasked(work: Made) -> None:
    done = call("forget", KEY, "-w", work.root)
    assert done.code == 2 and "--yes" in done.err
    assert call("forget", "nobody2000", "--yes", "-w", work.root).code == 2
    assert call("forget", "--undo", "0123456789", "-w", work.root).code == 2
    with Library(work.root / "store" / "library.sqlite") as library:
        assert {KEY, OTHER} <= {*library.keys()}


@pytest.mark.parametrize("command", [["gc"], ["doctor", "--repair"]])
def test_killed_before_the_pages_were_cleared_they_are_cleared_later(
    work: Made, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    shutil.copy(work.root / "store" / "library.sqlite", work.root / "store" / "library.v4.sqlite")
    with Workspace.open(work.root) as opened:
        words = words_of(opened.paper(KEY))
        with monkeypatch.context() as patch:
            patch.setattr(forgetting, "clear", lambda *given: (_ for _ in ()).throw(KeyboardInterrupt))
            with pytest.raises(KeyboardInterrupt):
                opened.forget([KEY])
    assert call(*command, "-w", work.root).code == 0
    assert traces(work.root / "store", words) == []
    assert json.loads(call("status", "--json", "-w", work.root).out)["papers"] == 9


def test_two_at_once_and_what_others_say_in_the_same_words_stays(work: Made) -> None:
    with Workspace.open(work.root) as opened:
        papers = opened.library.papers()
        others = "".join(paper.text for paper in papers if paper.key not in (KEY, OTHER))
        words = [word for key in (KEY, OTHER) for word in words_of(opened.paper(key))]
        told = opened.forget([f"@{KEY}", OTHER])
        assert set(told.papers) == {KEY, OTHER}
    left = {word for _, word in traces(work.root / "store", words)}
    assert left == {word for word in words if word in others} != set(words)
