"""The notebooks in docs/: their cells run anew, and written so that the same outputs make the same bytes.

``python -m tests.notebooks`` (``make notebook``) runs them in Jupyter and writes them; the tests run their cells in this process, and
compare.
"""

import ast
import io
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "docs").glob("*.ipynb"))
_RICHEST = ("text/html", "text/markdown", "text/plain")

Output = dict[str, Any]


def read(path: Path) -> dict[str, Any]:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    assert isinstance(notebook, dict)
    return notebook


def text_of(lines: str | list[str]) -> str:
    return lines if isinstance(lines, str) else "".join(lines)


def prepared(folder: Path) -> Path:
    """A folder as the reader of a notebook has it: with the example collection, and nothing else."""
    shutil.copytree(ROOT / "examples", folder / "examples")
    return folder


def outputs_of(sources: Iterable[str]) -> list[list[Output]]:
    """What Jupyter shows below each of these code cells, run one after the other in this process."""
    names: dict[str, Any] = {"__name__": "__main__"}
    return [_run(source, names) for source in sources]


def _run(source: str, names: dict[str, Any]) -> list[Output]:
    body = ast.parse(source).body
    last = ast.Expression(body.pop().value) if body and isinstance(body[-1], ast.Expr) else None  # type: ignore[attr-defined]
    printed = io.StringIO()
    with redirect_stdout(printed):
        exec(compile(ast.Module(body, []), "cell", "exec"), names)
        value = eval(compile(last, "cell", "eval"), names) if last else None
    told = printed.getvalue()
    shown: list[Output] = [{"output_type": "stream", "name": "stdout", "text": told}] if told else []
    return [*shown, *([] if value is None else [_shown(value)])]


def _shown(value: object) -> Output:
    html, markdown = getattr(value, "_repr_html_", None), getattr(value, "_repr_markdown_", None)
    forms = {"text/html": html() if html else None, "text/markdown": markdown() if markdown else None, "text/plain": repr(value)}
    return _plain({"output_type": "execute_result", "data": {name: text for name, text in forms.items() if text is not None}})


def _plain(output: Mapping[str, Any]) -> Output:
    """An output without what changes from run to run, in its richest form alone."""
    if output["output_type"] == "stream":
        return {"output_type": "stream", "name": output["name"], "text": text_of(output["text"])}
    if output["output_type"] == "error":
        return {"output_type": "error", "ename": output["ename"], "evalue": output["evalue"], "traceback": []}
    form = next(name for name in _RICHEST if name in output["data"])
    return {"output_type": "execute_result", "data": {form: text_of(output["data"][form])}, "execution_count": None, "metadata": {}}


def _kept(outputs: Iterable[Mapping[str, Any]]) -> list[Output]:
    """All but what went to stderr: warnings of libraries hang on what else is installed."""
    return [_plain(output) for output in outputs if output.get("name") != "stderr"]


def cells_of(notebook: Mapping[str, Any]) -> list[tuple[str, list[Output]]]:
    """The code cells: source, and outputs."""
    return [(text_of(cell["source"]), _kept(cell["outputs"])) for cell in notebook["cells"] if cell["cell_type"] == "code"]


def settled(notebook: Mapping[str, Any]) -> str:
    """The notebook as it is written to its file: no counts, ids by place, one form of each output."""
    cells = []
    for n, cell in enumerate(notebook["cells"], start=1):
        kept: dict[str, Any] = {"cell_type": cell["cell_type"], "id": f"cell-{n:02}", "metadata": {}}
        if cell["cell_type"] == "code":
            kept |= {"execution_count": None, "outputs": _kept(cell["outputs"])}
            for output in kept["outputs"]:
                output.update({"text": _lines(output["text"])} if "text" in output else {})
                output.update({"data": {form: _lines(text) for form, text in output["data"].items()}} if "data" in output else {})
        cells.append(kept | {"source": _lines(text_of(cell["source"]))})
    metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    settled_notebook = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(settled_notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def executed(notebook: Mapping[str, Any]) -> dict[str, Any]:
    """The notebook run from its first cell to its last, in a folder of its own. Raises nbclient's error for a cell that fails."""
    from nbclient import NotebookClient  # Jupyter is needed here alone
    from nbformat import reads

    node = reads(settled(notebook), as_version=4)  # type: ignore[no-untyped-call]
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(node, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(prepared(Path(folder)))}})
        client.execute()
    return json.loads(json.dumps(node))  # type: ignore[no-any-return]


def main() -> None:
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    for name in [name for name in os.environ if name.startswith("SURVEY_")]:
        del os.environ[name]
    for path in NOTEBOOKS:
        path.write_text(settled(executed(read(path))), encoding="utf-8")
        sys.stdout.write(f"{path.relative_to(ROOT)}: run and written\n")


if __name__ == "__main__":
    main()
