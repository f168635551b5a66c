"""Reading: what is found in real files of every format, how quickly, and that no hostile one stops the rest.

The parts measure themselves; the names of their figures stand here together.
"""

import json
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bench import naughty, reading_fields, reading_pdf, reading_references
from survey.readers.containment import Job, read_contained

if TYPE_CHECKING:
    from survey.workspace import Workspace

_SECONDS = 20
_ABSTRACTS = 5_000


def measure(data: Path) -> dict[str, float]:
    return {
        **reading_pdf.measure(data),
        **reading_references.measure(data),
        **reading_fields.measure(data),
        **naughty.measure(data),
        **_hostile(data / "hostile" / "pdf"),
        **_fetched(data / "formats" / "atom"),
        **_incremental(),
    }


def _fetched(folder: Path) -> dict[str, float]:
    """Recorded replies of arXiv, given by a server on this machine: papers that a fetch brings into a library, of their entries."""
    from survey.fetching import fetch
    from survey.workspace import Workspace
    from tests.fetching.stand_in import StandIn, sends

    entries = papers = 0
    for file in sorted(folder.glob("*.json")):
        body = str(json.loads(file.read_text(encoding="utf-8"))["body"]).encode()
        entries += body.count(b"<entry>")
        with StandIn(sends(body)) as server, tempfile.TemporaryDirectory() as root, Workspace.open(root) as workspace:
            files = fetch("arxiv", file.stem, Path(root) / "store", most=10, base_url=server.url).files
            papers += len(workspace.add(files).papers)
    return {"fetched": papers, "fetched_of": entries}


def _hostile(folder: Path) -> dict[str, float]:
    """``hostile_ok``: files that end in text or a named refusal within 20 s, in the process that reads files for the program, which has
    no more than 512 MB."""
    files = sorted(folder.glob("*.pdf"))
    good, slowest = 0, 0.0
    for file in files:
        started = time.perf_counter()
        (reading,) = read_contained([Job(file, file.name)])
        seconds = time.perf_counter() - started
        slowest = max(slowest, seconds)
        told = [s for s in reading.skipped if s.reason and s.cure and s.source]
        crashed = any("brings its reader down" in s.reason or "could not be read" in s.reason for s in told)
        good += seconds < _SECONDS and not crashed and (bool(told) or any(paper.text for paper in reading.papers))
    return {"hostile_ok": good, "hostile_files": len(files), "hostile_slowest_s": round(slowest, 2)}


def _incremental() -> dict[str, float]:
    """The work of adding one file to 5,000 known ones, over that of adding them: in files parsed and in passages embedded."""
    from survey.workspace import Workspace

    with tempfile.TemporaryDirectory() as folder:
        papers = Path(folder) / "papers"
        papers.mkdir()
        for number in range(_ABSTRACTS + 1):
            text = (
                f"# Study {number} of ponds\n\nWe count {number} frogs in pond {number * 7}. Rain hides {number % 13} of them from view.\n"
            )
            (papers / f"{number}.md").write_text(text, encoding="utf-8")
        late = papers / f"{_ABSTRACTS}.md"
        kept = late.rename(Path(folder) / "late.md")
        with Workspace.open(folder) as workspace:
            first, seconds = _added(workspace, papers)
            kept.rename(late)
            again, more = _added(workspace, papers)
    return {
        "incremental_files": round(again[0] / first[0], 5),
        "incremental_passages": round(again[1] / first[1], 5),
        "incremental_seconds": round(more / seconds, 3),
    }


def _added(workspace: "Workspace", papers: Path) -> tuple[tuple[int, int], float]:
    before, started = _embedded(workspace), time.perf_counter()
    files = workspace.add([papers]).files_read
    return (files, _embedded(workspace) - before), time.perf_counter() - started


def _embedded(workspace: "Workspace") -> int:
    """Vectors in the library: what was ever embedded."""
    return int(workspace.library._db.execute("SELECT COUNT(*) FROM vectors").fetchone()[0])
