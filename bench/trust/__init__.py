"""Is anything lost or let out? Kills, damaged files and rows, two writers, full disks, planted instructions: docs/trust.md.

``python -m bench trust --data DIR`` runs the long sweeps, one part after the other;
``python -m bench.trust.PART`` one of them alone. The tests
run a short one of each. Nothing of ``DIR`` is needed: the collection is the example collection.
"""

from importlib import import_module
from pathlib import Path

PARTS = ("rows", "indexes", "filling", "locks", "poison", "fuzzing", "sealing", "kills")


def measure(data: Path) -> dict[str, float]:
    figures: dict[str, float] = {}
    for part in PARTS:
        figures |= import_module(f"bench.trust.{part}").measure()
    return figures
