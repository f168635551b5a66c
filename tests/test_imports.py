"""What is loaded when: `survey --help` must answer at once, and what is pure must stay so."""

import json

import pytest

from tests.calling import ended, python

HEAVY = {"chromadb", "llama_index", "numpy", "openai", "onnxruntime", "scipy"}

AFTER = """
import json, runpy, sys
sys.argv = ["survey", *sys.argv[1:]]
try:
    runpy.run_module("survey", run_name="__main__")
except SystemExit as end:
    code = end.code
print("\\n" + json.dumps({"code": code, "loaded": sorted({name.partition(".")[0] for name in sys.modules})}))
"""


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["--version"]], ids=" ".join)
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    done = ended(python(["-c", AFTER, *arguments]))
    assert done.code == 0, done.err
    last = json.loads(done.out.splitlines()[-1])
    assert last["code"] in (0, None)
    assert "survey" in last["loaded"]
    assert not HEAVY & set(last["loaded"])


def test_the_package_itself_loads_nothing_heavy_and_still_offers_its_workspace() -> None:
    offered = "from survey import Scope, Talk, Workspace\nprint(Workspace.__module__, Talk(scope=Scope()).answers)"
    code = f"import sys, survey\nprint(*sys.modules)\n{offered}"
    done = ended(python(["-c", code]))
    loaded, module = done.out.splitlines()
    assert not HEAVY & set(loaded.split())
    assert module == "survey.workspace ()"


@pytest.mark.parametrize("module", ["survey.render.markdown", "survey.support", "survey.fishbone", "survey.records", "survey.checking"])
def test_what_is_pure_reaches_no_model_no_index_and_no_settings(module: str) -> None:
    code = f"import sys, {module}\nprint(*sorted(name for name in sys.modules if name.startswith('survey.')))"
    done = ended(python(["-c", code]))
    loaded = set(done.out.split())
    assert module in loaded
    assert not {name for name in loaded if name.startswith(("survey.models", "survey.index", "survey.settings", "survey.library"))}
