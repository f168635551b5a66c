"""What the program is made of: no way to run what a file says, every package pinned, under a licence that lets it be given away."""

import ast
import importlib.metadata
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parent.parent
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
MODULES = {"pickle", "cPickle", "dill", "marshal", "shelve", "joblib", "jsonpickle", "commands", "pty", "telnetlib", "xml"}
CALLS = {
    *("eval", "exec", "compile", "__import__", "os.system", "os.popen", "os.startfile", "subprocess.getoutput", "runpy.run_path"),
    *("yaml.load", "yaml.full_load", "yaml.unsafe_load", "yaml.load_all", "tempfile.mktemp", "hashlib.md5", "hashlib.sha1"),
    *("urllib.request.urlopen", "shutil.unpack_archive", "ssl._create_unverified_context"),
}
METHODS = {"extractall", "extract"}
"""Of archives: they write where the archive says."""
KEYWORDS = {"shell": True, "verify": False, "allow_pickle": True, "resolve_entities": True, "no_network": False, "load_dtd": True}
"""Of any call: never this value, nor one that is not written down."""
EXCUSED = {
    "tests/forking.py": {"exec", "compile"},  # runs what a test tells it to
    "tests/notebooks.py": {"exec", "eval", "compile"},  # runs our own notebook
    "tests/test_setup.py": {"extractall"},  # of our own wheel
    "tests/test_supply.py": {"allow_pickle"},  # plants one
    "tests/llm/real_server.py": {"urlopen"},  # of the server that it started
}
"""In tests alone; ``xml`` is read there too, of our own drawings."""


def faults(source: str, where: str = "survey/x.py") -> Iterator[str]:
    """What a module does that it must not: each as it is written."""
    excused = EXCUSED.get(where, set())
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            forbidden = MODULES - ({"xml"} if where.startswith("tests/") else set())
            yield from (f"{node.lineno}: import {name}" for name in names if name.partition(".")[0] in forbidden)
        elif isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            if (name in CALLS or name.rpartition(".")[2] in METHODS) and name.rpartition(".")[2] not in excused:
                yield f"{node.lineno}: {name}"
            given = {keyword.arg: keyword.value for keyword in node.keywords}
            for word, bad in KEYWORDS.items():
                if word in given and word not in excused and not (isinstance(given[word], ast.Constant) and given[word].value is not bad):  # type: ignore[attr-defined]
                    yield f"{node.lineno}: {word}={ast.unparse(given[word])}"
            if name.endswith("XMLParser") and "resolve_entities" not in given:
                yield f"{node.lineno}: {name} that resolves entities"
            if (
                where.startswith("survey/")
                and name.startswith("subprocess.")
                and name != "subprocess.TimeoutExpired"
                and "env" not in given
            ):
                yield f"{node.lineno}: {name} hands every key on"


@pytest.mark.parametrize("folder", ["survey", "bench", "tests"])
def test_no_file_is_given_the_means_to_run_code(folder: str) -> None:
    found = {}
    for file in (ROOT / folder).rglob("*.py"):
        where = file.relative_to(ROOT).as_posix()
        if there := list(faults(file.read_text(encoding="utf-8"), where)):
            found[where] = there
    assert found == {}


@pytest.mark.parametrize(
    "line",
    [
        "import pickle", "from xml.etree import ElementTree", "eval(text)", "yaml.load(text, Loader=yaml.Loader)",
        "subprocess.run(x, env={}, shell=True)", "subprocess.run(x)",
        "np.load(file, allow_pickle=True)", "np.load(file, allow_pickle=wanted)", "httpx.Client(verify=False)",
        "etree.XMLParser(recover=True)", "etree.XMLParser(resolve_entities=True)", "archive.extractall(folder)", "tempfile.mktemp()",
    ],
)  # fmt: skip
def test_the_rule_sees_what_it_forbids(line: str) -> None:
    assert list(faults(line))


def test_arrays_of_a_store_from_somebody_else_run_nothing(tmp_path: Path) -> None:
    """The array files are numpy's; what is pickled in one is refused by every reader that the index uses."""
    import bm25s

    np.save(tmp_path / "data.csc.index.npy", np.array([Touch(tmp_path / "ran")], dtype=object), allow_pickle=True)
    for name in ("indices", "indptr"):
        np.save(tmp_path / f"{name}.csc.index.npy", np.array([0]))
    (tmp_path / "params.index.json").write_text('{"num_docs": 1}', encoding="utf-8")
    (tmp_path / "vocab.index.json").write_text('{"frog": 0}', encoding="utf-8")
    readers: list[Callable[[], object]] = [
        lambda: np.load(tmp_path / "data.csc.index.npy"),
        lambda: np.load(tmp_path / "data.csc.index.npy", mmap_mode="r"),
        lambda: bm25s.BM25.load(tmp_path, mmap=True, load_corpus=False, show_progress=False),
    ]
    for read in readers:
        with pytest.raises(ValueError):
            read()
    assert not (tmp_path / "ran").exists()


class Touch:
    """Unpickled, it leaves a file."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def __reduce__(self) -> tuple[Callable[..., object], tuple[str, str]]:
        return open, (str(self.place), "w")


def test_each_claim_about_security_names_a_test_that_is_there() -> None:
    told = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(tests/[\w/.]+)`", told))
    assert len(named) > 5
    assert sorted(name for name in named if not (ROOT / name).is_file()) == []
    accepted = re.findall(r"^ACCEPTED := (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)[0].split()
    assert all(entry in told for entry in accepted)


# ---------------------------------------------------------------- the lock and the licences


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_lock_pins_what_the_project_wants_by_hash_and_names_no_place() -> None:
    lines = [line for line in LOCK.splitlines() if line.strip()]
    assert all(re.fullmatch(r"[a-z0-9._-]+==\S+( ; [^#]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?", line) for line in lines)
    assert not re.search(r"^\S[^\n]*\n(?!    --hash=)", LOCK, re.MULTILINE)  # each entry has a hash at least
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"].values()
    named = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"], *(name for extra in extras for name in extra)]
    from packaging.requirements import Requirement

    pinned = {normal(name): version for name, version in re.findall(r"^([a-z0-9._-]+)==([^\s;]+)", LOCK, re.MULTILINE)}
    for requirement in map(Requirement, named):
        assert requirement.specifier.contains(pinned[normal(requirement.name)], prereleases=True), requirement


def test_every_locked_package_may_be_given_away_with_the_program() -> None:
    """By what the packages say of themselves. None is under a licence that reaches what merely uses it."""
    unknown, refused = [], []
    for name in re.findall(r"^([a-z0-9._-]+)==", LOCK, re.MULTILINE):
        try:
            told = importlib.metadata.metadata(name)
        except importlib.metadata.PackageNotFoundError:  # of another system, or another Python
            continue
        licences = [*(told.get_all("License-Expression") or ()), *(told.get_all("License") or ())]
        licences += [line for line in told.get_all("Classifier") or () if line.startswith("License")]
        said = " | ".join(line[:200] for line in licences)
        if not said and not told.get_all("License-File"):
            unknown.append(name)
        if re.search(r"AGPL|Affero|SSPL|Server Side Public|Business Source|BUSL|Commons Clause|NonCommercial", said, re.IGNORECASE):
            refused.append(f"{name}: {said}")
    assert refused == []
    assert unknown == []
