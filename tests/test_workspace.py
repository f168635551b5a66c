import json
import os
import re
import shutil
import socket
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from pytest_socket import SocketBlockedError

from survey.errors import NoUsablePaper, UnknownPaper, UnreadableDraft, WorkspaceBusy
from survey.library import Library
from survey.locking import writing
from survey.models.extractive import Extractive
from survey.records import Role, Survey, is_later
from survey.render.draft import read_draft
from survey.tasks import FindStatements, Found, StatementsFound
from survey.workspace import SurveyResult, Workspace
from tests.calling import contents
from tests.conftest import PAPERS, Made
from tests.fakes import ModelWith
from tests.readers.paper_pdf import pdf


@pytest.fixture
def opened(work: Made) -> Iterator[Workspace]:
    with Workspace.open(work.root) as workspace:
        yield workspace


# ---------------------------------------------------------------- promises 1 to 4 on the written survey


def test_every_quote_of_the_evidence_stands_in_its_paper_at_its_offsets_on_its_page(work: Made, opened: Workspace) -> None:
    lines = [json.loads(line) for line in (work.folder / "evidence.jsonl").read_text(encoding="utf-8").splitlines()]
    quotes = [quote for line in lines for quote in line["quotes"]]
    assert len(quotes) > 20
    for quote in quotes:
        paper = opened.paper(quote["citekey"])
        assert paper.text[quote["start"] : quote["end"]] == quote["text"]
        assert quote["page"] == paper.page_of(quote["start"])
    assert {quote["page"] for quote in quotes} == {None, 1, 2}
    assert all(line["quotes"] for line in lines if line["kind"] == "claim")


def test_every_citation_names_a_paper_of_the_collection(work: Made) -> None:
    cited = {key for sentence in read_draft((work.folder / "survey.md").read_text(encoding="utf-8")) for key in sentence.citekeys}
    assert cited == PAPERS


def test_claims_add_up_in_the_survey_and_in_its_record(made: Made) -> None:
    checked = made.result.checked
    claims = [sentence for _, sentence in made.result.sentences if sentence.kind == "claim"]
    assert checked.generated == checked.kept + checked.flagged + checked.dropped > 0
    assert len(claims) == checked.kept + checked.flagged
    counts = json.loads((made.folder / "run.json").read_text(encoding="utf-8"))["counts"]
    assert {name: counts[name] for name in ("generated", "kept", "flagged", "dropped")} == checked.model_dump()


def test_every_paper_is_cited_in_a_section_and_stands_in_the_table(made: Made) -> None:
    rows = [row for section in made.result.sections if section.id == "papers" for block in section.blocks for row in block.rows]
    assert {row[0] for row in rows} == {f"@{key}" for key in PAPERS}
    assert {key for _, sentence in made.result.sentences for key in sentence.citekeys} == PAPERS
    placed = [key for theme in made.result.themes for key in theme.papers] + [paper.key for paper in made.result.alone]
    assert sorted(placed) == sorted(PAPERS) == sorted(place.key for place in made.result.places)


def test_links_run_forward_in_time_and_what_they_leave_is_shown_open(made: Made) -> None:
    date = {paper.key: paper.date for paper in made.result.papers}
    assert made.result.links
    for link in made.result.links:
        assert is_later(date[link.later.quote.key], date[link.earlier.quote.key])
    linked = {link.issue for link in made.result.links}
    for section, sentence in made.result.sentences:
        if section.id == "open-problems" and sentence.kind == "claim":
            raised = {(q.key, q.start) for q in sentence.quotes}
            assert not any(raised & {(s.quote.key, s.quote.start) for s in i.statements} for i in made.result.issues if i.id in linked)


# ---------------------------------------------------------------- promise 3: bad files


def spoilt(root: Path, papers: Path) -> Path:
    folder = root / "papers"
    shutil.copytree(papers, folder)
    (folder / "torn.pdf").write_bytes(pdf([[]])[:200])
    (folder / "locked.pdf").write_bytes(pdf([[]], encrypt="/Encrypt << /Filter /Standard /V 1 /R 2 /O () /U () /P -4 >>"))
    (folder / "noise.txt").write_bytes(bytes(range(256)) * 40)
    (folder / "empty.md").write_bytes(b"")
    (folder / "mixed.bib").write_text("@article{nameless, author = {Roe, Ada}, year = {2020}, abstract = {Frogs.}}\n", encoding="utf-8")
    (folder / "README.md").write_text("# About these papers\n\nThey are about frogs and batteries, and about ponds.\n", encoding="utf-8")
    return folder


def test_bad_files_never_stop_the_rest_and_are_named_with_reason_and_cure(made: Made, tmp_path: Path) -> None:
    folder = spoilt(tmp_path, made.papers)
    with Workspace.open(tmp_path) as workspace:
        result = workspace.survey(paths=[folder, tmp_path / "nowhere"])
    assert {paper.key for paper in result.papers} >= PAPERS
    out = {skipped.source: skipped for skipped in result.left_out}
    bad = {f"papers/{name}" for name in ("torn.pdf", "locked.pdf", "noise.txt", "empty.md", "mixed.bib", "README.md")}
    assert set(out) == bad | {"nowhere"}
    assert all(skipped.reason and skipped.cure for skipped in out.values())
    assert out["papers/mixed.bib"].place
    assert "title" in out["papers/mixed.bib"].reason
    last = (result.folder / "survey.md").read_text(encoding="utf-8").split("{#left-out}")[1]
    run = json.loads((result.folder / "run.json").read_text(encoding="utf-8"))
    for source in out:
        assert source.replace("_", r"\_") in last
    assert {skipped["source"] for skipped in run["left_out"]} == set(out)
    assert sorted(run["used"]) == sorted(paper.key for paper in result.papers)


def test_what_was_left_out_once_is_left_out_again_with_the_same_words(made: Made, tmp_path: Path) -> None:
    folder = spoilt(tmp_path, made.papers)
    with Workspace.open(tmp_path) as workspace:
        first = workspace.survey(paths=[folder])
        assert workspace.survey(paths=[folder]).left_out == first.left_out
        assert set(workspace.status().skipped) == set(first.left_out)


def test_a_readme_is_read_when_it_is_named_itself_as_its_cure_says(made: Made, tmp_path: Path) -> None:
    folder = spoilt(tmp_path, made.papers)
    with Workspace.open(tmp_path) as workspace:
        before = workspace.add([folder])
        assert any(s.source == "papers/README.md" and "name the file itself" in s.cure for s in before.skipped)
        assert len(workspace.add([folder / "README.md"]).papers) == 1


@pytest.mark.parametrize("name", ["nowhere", "empty", "torn.pdf"])
def test_nothing_usable_is_an_error_that_names_the_path_and_the_reason(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "torn.pdf").write_bytes(b"%PDF-1.5\n1 0 obj")
    with Workspace.open(tmp_path) as workspace, pytest.raises(NoUsablePaper) as fault:
        workspace.survey(paths=[tmp_path / name])
    assert str(fault.value).count(name) >= 2
    assert not (tmp_path / "outputs").exists()


# ---------------------------------------------------------------- topics


def test_papers_that_do_not_speak_of_the_topic_are_left_out_with_the_reason(opened: Workspace) -> None:
    result = opened.survey(topic="lithium plating")
    assert {paper.key for paper in result.papers} == {"tarr2021", "volt2023", "wrenSeeingLithiumPlating"}
    out = {skipped.source for skipped in result.left_out}
    assert out | {f"@{paper.key}" for paper in result.papers} == {f"@{key}" for key in PAPERS}
    assert all("lithium plating" in skipped.reason and skipped.expected for skipped in result.left_out)
    assert result.title == "Lithium plating"
    assert result.folder.name == "lithium-plating"
    assert {key for _, sentence in result.sentences for key in sentence.citekeys} == {paper.key for paper in result.papers}


def test_a_topic_that_no_paper_speaks_of_is_an_error_that_says_so(opened: Workspace) -> None:
    with pytest.raises(NoUsablePaper, match="medieval tapestry"):
        opened.survey(topic="medieval tapestry")


# ---------------------------------------------------------------- promise 6 and 7


def test_without_its_index_everything_is_made_again_with_no_model_call(work: Made) -> None:
    question = "How many joules does the small network save?"
    with Workspace.open(work.root) as workspace:
        answer = workspace.ask(question)
    assert answer.found
    before = contents(work.folder)
    for path in (work.root / "store").glob("index*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.rmtree(work.folder)
    with Workspace.open(work.root) as workspace:
        workspace.survey(paths=[work.papers])
        assert workspace.model.calls == {}
        assert workspace.ask(question) == answer
        assert set(workspace.model.calls) == {"answer"}
    assert contents(work.folder) == before


def test_a_survey_and_an_answer_are_made_without_any_connection(opened: Workspace) -> None:
    with pytest.raises((SocketBlockedError, UserWarning)):  # so the tests themselves run without a network
        socket.socket()
    assert opened.survey(topic="frog calls").papers
    assert opened.ask("How many joules does the small network save?").found


# ---------------------------------------------------------------- promise 8


class Active(HTMLParser):
    """What of a page can act: its elements, addresses and handlers."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.scripts = 0
        self.addresses: set[str] = set()
        self.handlers: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.scripts += tag == "script"
        self.addresses |= {value or "" for name, value in attrs if name in ("href", "src", "xlink:href", "action", "data")}
        self.handlers |= {name for name, _ in attrs if name.startswith("on")}


BAIT: dict[str, Role] = {"<img": "improvable", "[every link]": "purpose", "Ignore all previous": "result", "[the picture]": "limitation"}


def baited(task: FindStatements) -> StatementsFound:
    """The sentences with a bait, which the embedded default would not quote; of other papers what it finds."""
    roles = {s.id: role for s in task.sentences for bait, role in BAIT.items() if bait in s.text}
    if not roles:
        return Extractive().reply(task)
    return StatementsFound(found=tuple(Found(id=name, role=role) for name, role in roles.items()))


BESIDE = {"marksIgnoreAllPrevious", "quist2019", "tarr2021", "volt2023"}


@pytest.fixture(scope="module")
def hostile(made: Made, tmp_path_factory: pytest.TempPathFactory) -> SurveyResult:
    """A survey in which the hostile sentences of archive.txt are quoted."""
    root = tmp_path_factory.mktemp("hostile")
    shutil.copytree(made.papers, root / "papers")
    with Workspace.open(root, model=ModelWith(find_statements=baited)) as workspace:
        result = workspace.survey(paths=[root / "papers" / "archive.txt", root / "papers" / "batteries.bib"])
        assert not [finding for finding in workspace.verify(result.folder) if finding.fault]
    quoted = " ".join(q.text for _, s in result.sentences for q in s.quotes)
    for bait in (*BAIT, "<script>", "](javascript:", '<a href="//evil'):
        assert bait in quoted
    return result


def test_nothing_of_a_papers_text_acts_in_the_page(hostile: SurveyResult) -> None:
    page = Active()
    page.feed((hostile.folder / "survey.html").read_text(encoding="utf-8"))
    assert not page.tags & {"iframe", "object", "embed", "form", "base", "img"}
    assert page.scripts == 1  # its own, which its policy names by a digest
    assert not page.handlers
    for address in page.addresses:
        assert address.startswith(("#", "data:"))


def test_nothing_of_a_papers_text_acts_in_the_markdown(hostile: SurveyResult) -> None:
    from markdown_it import MarkdownIt

    text = (hostile.folder / "survey.md").read_text(encoding="utf-8")
    page = Active()
    page.feed(MarkdownIt("commonmark", {"html": True}).enable("table").render(text.split("---", 2)[2]))
    assert not page.tags & {"script", "a", "b", "iframe"}
    assert not page.handlers
    assert page.addresses == {"fishbone.svg", "chains.svg", "themes.svg", "tree.svg", "years.svg"}
    assert {key for sentence in read_draft(text) for key in sentence.citekeys} == BESIDE


@pytest.mark.parametrize("name", ["fishbone.svg", "chains.svg"])
def test_nothing_of_a_papers_text_acts_in_the_drawings(hostile: SurveyResult, name: str) -> None:
    drawing = Active()
    drawing.feed((hostile.folder / name).read_text(encoding="utf-8"))
    assert not drawing.tags & {"script", "foreignobject", "image", "img", "b"}
    assert not drawing.handlers
    assert all(address.startswith(("#", "survey.html#")) for address in drawing.addresses)


def test_an_instruction_in_a_paper_changes_nothing_but_that_it_is_quoted(hostile: SurveyResult) -> None:
    assert {paper.key for paper in hostile.papers} == BESIDE
    orders = [s for _, s in hostile.sentences if "Ignore all previous" in s.text]
    assert orders
    assert all(s.citekeys == ("marksIgnoreAllPrevious",) and "“Ignore all previous" in s.text for s in orders)


# ---------------------------------------------------------------- the rest of the API


def test_adding_again_reads_nothing_and_says_so(work: Made, opened: Workspace) -> None:
    added = opened.add([work.papers])
    assert (added.new, added.files_read, added.files_known) == (0, 0, 8)
    assert set(added.papers) == PAPERS
    assert added.records == len(PAPERS)


def test_a_changed_file_is_read_again_and_its_old_text_is_gone(work: Made, opened: Workspace) -> None:
    file = work.papers / "notes" / "holt.md"
    file.write_text(file.read_text(encoding="utf-8").replace("81.5%", "82.5%"), encoding="utf-8")
    assert opened.add([work.papers]).files_read == 1
    text = opened.paper("holtFrogCallDetection2020").text
    assert "82.5%" in text
    assert "81.5%" not in text
    assert [finding for finding in opened.verify(work.folder) if "81.5" in finding.text and finding.fault]


def test_the_same_paper_from_two_files_is_one_paper(work: Made, opened: Workspace) -> None:
    shutil.copyfile(work.papers / "notes" / "holt.md", work.papers / "copy-of-holt.md")
    added = opened.add([work.papers])
    assert (added.new, added.records, len(added.papers)) == (0, len(PAPERS) + 1, len(PAPERS))
    assert {source.path for source in opened.paper("holtFrogCallDetection2020").sources} == {
        "papers/copy-of-holt.md",
        "papers/notes/holt.md",
    }


def test_status_counts_what_the_library_holds(opened: Workspace) -> None:
    status = opened.status()
    assert {key for key, _ in status.keys} == PAPERS
    assert status.papers == len(PAPERS)
    assert status.passages == len(PAPERS) + 1  # the paper of two pages has two
    assert status.sentences == sum(len(opened.library.sentences(key)) for key in PAPERS)


def test_an_unknown_key_names_the_near_ones(opened: Workspace) -> None:
    with pytest.raises(UnknownPaper, match="volt2023"):
        opened.paper("volt2032")
    assert opened.paper("@volt2023").key == "volt2023"


def test_results_show_themselves_as_markdown(made: Made, opened: Workspace) -> None:
    assert made.result._repr_markdown_() == (made.folder / "survey.md").read_text(encoding="utf-8")
    shown = opened.ask("How many joules does the small network save?")._repr_markdown_()
    assert "1,200 joules" in shown
    assert "[@maarLowEnergyFrogCall2022]" in shown


def test_nothing_that_is_written_names_the_machine(made: Made) -> None:
    for name, data in contents(made.folder).items():
        assert str(made.root).encode() not in data, name
        assert str(Path.home()).encode() + b"/" not in data, name


def test_progress_is_told_of_every_part_of_the_work(made: Made, tmp_path: Path) -> None:
    told: dict[str, tuple[int, int]] = {}
    shutil.copytree(made.papers, tmp_path / "papers")
    with Workspace.open(tmp_path, progress=lambda what, done, total: told.__setitem__(what, (done, total))) as workspace:
        workspace.survey(paths=[tmp_path / "papers"])
    assert set(told) >= {"reading", "splitting", "indexing", "statements", "issues", "themes", "chains", "fishbone", "writing"}
    assert all(done == total for done, total in told.values())


def test_what_is_no_survey_cannot_be_verified(opened: Workspace, tmp_path: Path) -> None:
    with pytest.raises(UnreadableDraft, match=re.escape("nothing.md")):
        opened.verify(tmp_path / "nothing.md")


def test_a_survey_read_back_is_the_survey(made: Made) -> None:
    data = json.loads((made.folder / "survey.json").read_text(encoding="utf-8"))
    del data["format"]
    assert Survey.model_validate(data).model_dump() == made.result.model_dump(exclude={"folder"})


# ---------------------------------------------------------------- files by odd names, files that are gone


ODD_NAMES = [
    "cafe\u0301.md",
    "\ufb01le.md",
    "a\u00a0b.md",
    "zero\u200bwidth.md",
    "tab\there.md",
    "new\nline.md",
    os.fsdecode(b"latin\xe9.md"),
]


def test_a_file_is_read_whatever_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    for number, name in enumerate([*ODD_NAMES, "zerowidth.md"]):
        told = f"Frogs of pond {number} are hard to count at night. We count {number} of them."
        (folder / name).write_text(f"# Study number {number} of frog calls\n\n{told}\n", encoding="utf-8")
    with Workspace.open(tmp_path) as workspace:
        added = workspace.add([folder])
        assert (len(added.papers), added.skipped) == (len(ODD_NAMES) + 1, ())
        sources = {source.path for paper in workspace.library.papers() for source in paper.sources}
        assert len(sources) == len(ODD_NAMES) + 1
        assert all(source.isprintable() for source in sources)
        assert workspace.add([folder]).files_read == 0


def test_a_damaged_file_by_an_odd_name_is_listed(tmp_path: Path) -> None:
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "torn\nfile.pdf").write_bytes(b"%PDF-1.5\n1 0 obj")
    with Workspace.open(tmp_path) as workspace:
        assert [skipped.source.startswith("papers/torn file.pdf") for skipped in workspace.add([tmp_path / "papers"]).skipped] == [True]


def test_a_file_that_is_gone_is_shown_as_missing_and_forgotten_only_when_told(work: Made, opened: Workspace) -> None:
    (work.papers / "plating.txt").unlink()
    added = opened.add([work.papers])
    assert added.missing == opened.status().missing == ("papers/plating.txt",)
    assert [(s.source, s.expected) for s in added.skipped] == [("papers/plating.txt", True)]
    assert {key for key, _ in opened.status().keys} == PAPERS
    assert set(added.papers) == PAPERS - {"wrenSeeingLithiumPlating"}
    again = opened.add([work.papers], forget_missing=True)
    assert (again.missing, again.skipped, opened.status().missing) == ((), (), ())
    assert {key for key, _ in opened.status().keys} == PAPERS - {"wrenSeeingLithiumPlating"}


def test_a_folder_that_is_gone_itself_takes_nothing_with_it(work: Made, opened: Workspace) -> None:
    work.papers.rename(work.root / "moved")
    opened.add([work.root / "papers"])
    assert {key for key, _ in opened.status().keys} == PAPERS


@pytest.mark.parametrize(("path", "name"), [("a/papers", "a-papers"), ("b/papers.v1.5", "b-papers-v1-5"), ("frogs.md", "frogs")])
def test_surveys_of_two_folders_of_one_name_do_not_overwrite_one_another(work: Made, path: str, name: str) -> None:
    target = work.root / path
    target.parent.mkdir(exist_ok=True)
    if target.suffix == ".md":
        shutil.copy(next(work.papers.rglob("*.md")), target)
    else:
        shutil.copytree(work.papers, target)
    with Workspace.open(work.root) as workspace:
        assert workspace.survey(paths=[target]).folder == work.root / "outputs" / name


def test_what_was_explored_is_read_while_another_process_writes_and_only_that(work: Made) -> None:
    with writing(work.root, work.root / "store"), Workspace.open(work.root) as workspace:
        assert workspace.explore().issues == work.result.issues
        with pytest.raises(WorkspaceBusy):
            workspace.explore(since=2019)


def test_a_paper_that_another_process_adds_is_explored_with_the_rest(work: Made) -> None:
    (work.root / "more").mkdir()
    (work.root / "more" / "newts.md").write_text(
        "# Newts at night\n\nNewts hide at night. However, no lamp shows them.\n", encoding="utf-8"
    )
    with Workspace.open(work.root) as workspace, Workspace.open(work.root) as other:
        before = workspace.explore()
        assert workspace.explore() is before
        other.add([work.root / "more"])
        assert len(workspace.explore().papers) == len(before.papers) + 1


def test_a_workspace_that_cannot_be_opened_holds_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Library(tmp_path / "store" / "library.sqlite").close()
    closed: list[Library] = []
    monkeypatch.setattr(Library, "is_empty", lambda library: 1 // 0)
    monkeypatch.setattr(Library, "close", lambda library: closed.append(library))  # noqa: PLW0108 - a method
    with pytest.raises(ZeroDivisionError):
        Workspace.open(tmp_path, make=False)
    (library,) = closed
    library._db.close()
