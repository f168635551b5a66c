"""The documents say what the program does: their examples are run, and their tables compared with the code."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from survey import errors
from survey.settings import Settings
from tests.calling import warmed

ROOT = Path(__file__).parent.parent
DOCUMENTS = [path for pattern in ("*.md", "docs/*.md", "*/README.md") for path in sorted(ROOT.glob(pattern))]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the example collection, as a reader of the README has it."""
    folder = tmp_path_factory.mktemp("reader")
    shutil.copytree(ROOT / "examples", folder / "examples")
    return folder


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """With this checkout's ``survey`` as a command, and nobody's settings."""
    command = tmp_path_factory.mktemp("bin") / "survey"
    command.write_text(f'#!/bin/sh\nexec {shlex.join([sys.executable, *warmed(["-m", "survey"])])} "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SURVEY_")}
    return {
        **kept,
        "PATH": f"{command.parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
        "COLUMNS": "200",
    }


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def shown(block: str) -> list[tuple[str, str]]:
    """(command, output) of a console block."""
    return [(part.partition("\n")[0], part.partition("\n")[2]) for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]]


def renewed(expected: str, printed: str) -> str | None:
    """``expected`` with the numbers that were printed; None if it says something else. ``...`` stands for anything."""
    pieces = ["".join(r"\d+" if part.isdigit() else re.escape(part) for part in re.split(r"(\d+)", p)) for p in expected.split("...")]
    match = re.fullmatch(".*".join(f"({piece})" for piece in pieces), printed, re.DOTALL)
    return "...".join(match.groups()) if match else None


def test_readme_commands_print_what_it_shows(workspace: Path, environment: dict[str, str]) -> None:
    """The words must be right; a number may move with the stages, and `make docs` brings it up to date (REWRITE_README)."""
    text = README
    commands = [pair for block in blocks(README, "console") for pair in shown(block)]
    assert len(commands) > 5
    for command, expected in commands:
        shell = ["bash", "-c", f"exec 2>&1\n{command}"]
        done = subprocess.run(shell, cwd=workspace, env=environment, text=True, stdout=subprocess.PIPE, check=False)
        fails = re.search(r"\b[1-9]\d* failed", expected) is not None
        assert done.returncode == (5 if fails else 0), f"$ {command}\n{done.stdout}"
        new = renewed(expected.strip(), done.stdout.strip())
        assert new is not None, f"README.md shows of `{command}`:\n{expected}\nbut it printed:\n{done.stdout}"
        text = text.replace(f"$ {command}\n{expected.strip()}", f"$ {command}\n{new}")
    if os.environ.get("REWRITE_README"):
        (ROOT / "README.md").write_text(text, encoding="utf-8")


def test_readme_shows_a_piece_of_the_survey(workspace: Path) -> None:
    def flat(text: str) -> str:
        return " ".join(text.split())

    quoted = "".join(re.findall(r"^> (.*\n)", README, re.MULTILINE))
    items = [flat(item) for item in re.split(r"^- ", quoted, flags=re.MULTILINE) if item]
    written = workspace / "outputs" / "examples" / "survey.md.bak"  # as it was before the README shows how a change is found
    assert items
    assert [item for item in items if item not in flat(written.read_text(encoding="utf-8"))] == []


def test_readme_python_runs(workspace: Path, environment: dict[str, str]) -> None:
    for block in blocks(README, "python"):
        done = subprocess.run(
            [sys.executable, *warmed(["-c", block])], cwd=workspace, env=environment, text=True, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert "60 papers" in done.stdout


def test_every_setting_is_listed_with_its_default() -> None:
    """In the README; those of language models in a document of their own."""
    models = (ROOT / "docs" / "models.md").read_text(encoding="utf-8")
    for name, field in Settings.model_fields.items():
        assert f"| `{name}` | {field.default} | {field.description} |" in (models if field.exclude else README)


def test_readme_lists_every_exit_code() -> None:
    def codes(error: type[errors.SurveyError]) -> set[int]:
        return {error.exit_code}.union(*(codes(child) for child in error.__subclasses__()))

    listed = {int(code) for code in re.findall(r"^\| (\d+) \| ", README, re.MULTILINE)}
    assert codes(errors.SurveyError) | {0, 2, 4, 5, 130} <= listed


def test_command_reference_is_what_help_says(environment: dict[str, str]) -> None:
    command = [sys.executable, *warmed(["-m", "typer", "survey.cli", "utils", "docs", "--name", "survey", "--title", "Commands"])]
    done = subprocess.run(command, cwd=ROOT, env=environment, text=True, capture_output=True, check=True)
    written = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert written.strip() == done.stdout.strip(), "docs/commands.md is stale: run `make docs` and commit it"


def test_outputs_document_names_every_file_and_field(workspace: Path, environment: dict[str, str]) -> None:
    folder = workspace / "described"
    run = [sys.executable, *warmed(["-m", "survey", "run", "examples", "--quiet", "--out", folder])]
    subprocess.run(run, cwd=workspace, env=environment, capture_output=True, check=True)
    document = (ROOT / "docs" / "outputs.md").read_text(encoding="utf-8")
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    evidence = [json.loads(line) for line in (folder / "evidence.jsonl").read_text(encoding="utf-8").splitlines()]
    quotes = [quote for line in evidence for quote in line["quotes"]]
    names = {path.name for path in folder.iterdir()}
    names |= set(json.loads((folder / "survey.json").read_text(encoding="utf-8")))
    names |= {*record, *record["counts"], *record["timings"], *evidence[0], *quotes[0]}
    assert sorted(name for name in names if f"`{name}`" not in document) == []
    shape = [fields(json.loads(block)) for block in blocks(document, "json")]
    link = json.loads((folder / "survey.json").read_text(encoding="utf-8"))["links"][0]
    assert shape == [fields(next(line for line in evidence if line["quotes"])), fields(link)]


def fields(value: object) -> object:
    """The names in a JSON value, without what they hold."""
    if isinstance(value, dict):
        return {name: fields(inner) for name, inner in value.items()}
    return [fields(value[0])] if isinstance(value, list) and value and isinstance(value[0], dict) else None


def test_architecture_names_every_room() -> None:
    document = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rooms = {
        path.stem if path.suffix == ".py" else path.name for path in (ROOT / "survey").iterdir() if path.suffix == ".py" or path.is_dir()
    }
    rooms -= {"__init__", "__main__", "__pycache__", "packaged"}
    assert sorted(room for room in rooms if not re.search(rf"`(survey/)?{room}(\.py|/)?`", document)) == []


def test_files_named_in_the_architecture_are_there() -> None:
    document = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert [name for name in re.findall(r"`(tests/[\w/.]+)`", document) if not (ROOT / name).is_file()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(document: Path) -> None:
    """To a file that is there, and to a heading that is in it."""
    text = re.sub(r"^```.*?^```$", "", document.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith(("http://", "https://")):
            continue
        path, _, anchor = target.partition("#")
        file = document.parent / path if path else document
        assert file.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings}, target
