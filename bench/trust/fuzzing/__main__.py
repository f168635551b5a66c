"""``python -m bench.trust.fuzzing [TARGET…] --seconds 600 --seed 1 --out DIR [--data DIR]``

Each target for so many processor seconds without a finding, in slices, each in a process of its own under the memory that a reader has.
What is in ``--out`` goes on: a target that was done is not done again, a finding that is mended falls away, and one that is made begins
the seconds of its target anew. ``--data``: files that are changed too, by the target that reads their suffix.
"""

import argparse
import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.trust.fuzzing import hunting
from bench.trust.fuzzing.targets import TARGETS, Came

_SUFFIXES = {
    "atom": (".json",),
    "jats": (".nxml",),
    "ris": (".ris",),
    "tei": (".xml",),
    "pdf": (".pdf",),
    "markdown": (".md", ".txt"),
    "draft": (".md", ".txt"),
}
_MEGABYTES = 1024
_LARGEST = 60_000
_GIVEN = 10  # of the files of --data in a slice, and the bytes of the largest
_REPLAYED = 300


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.trust.fuzzing", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    parser.add_argument("--seconds", type=float, default=600, help="processor seconds of each target without a finding")
    parser.add_argument("--slice", type=float, default=60, help="of these at a time")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("fuzzing"), help="where inputs, findings and the account are kept")
    parser.add_argument("--data", type=Path, help="a folder of further files")
    parser.add_argument("--table", action="store_true", help="print the account and hunt nothing")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--digest", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if unknown := set(asked.targets) - set(TARGETS):
        parser.error(f"no target {', '.join(sorted(unknown))}; there are {', '.join(TARGETS)}")
    if asked.digest:
        print(hunting.digest(TARGETS[asked.targets[0]], _replayed(asked.out / asked.targets[0])))
    elif asked.child:
        _hunt(asked.targets[0], asked)
    else:
        targets = asked.targets or list(TARGETS)
        if not asked.table:
            _all(targets, asked)
        _print(targets, _account(asked.out))


# ---------------------------------------------------------------- one slice, in a process of its own


def _hunt(target: str, asked: argparse.Namespace) -> None:
    _limit()
    folder = asked.out / target
    current = folder / "current"
    folder.mkdir(parents=True, exist_ok=True)

    def keep(data: bytes) -> None:
        (folder / "kept").mkdir(exist_ok=True)
        (folder / "kept" / f"{len(data):06}-{hash(data) & 0xFFFFFFFFFFFF:012x}").write_bytes(data)

    found = hunting.hunt(target, asked.slice, asked.seed, _more(target, asked), current.write_bytes, keep)
    for finding in found.findings:
        _save(folder, finding._replace(data=hunting.minimised(TARGETS[target], finding)))
    current.unlink(missing_ok=True)
    print(json.dumps({"seconds": found.seconds, "executions": found.executions, "found": [finding.name for finding in found.findings]}))


def _save(folder: Path, finding: hunting.Finding) -> None:
    place = folder / "findings"
    place.mkdir(exist_ok=True)
    (place / f"{finding.name}.bin").write_bytes(finding.data)
    (place / f"{finding.name}.txt").write_text(finding.told, errors="backslashreplace")


def _more(target: str, asked: argparse.Namespace) -> list[bytes]:
    kept = sorted((asked.out / target / "kept").glob("*"))
    wanted = _SUFFIXES.get(target, ())
    given = sorted(file for file in asked.data.rglob("*") if file.suffix in wanted) if asked.data and wanted else []
    small = [file for file in given if file.stat().st_size <= _LARGEST]
    some = random.Random(asked.seed).sample(small, min(_GIVEN, len(small)))
    return [file.read_bytes() for file in [*some, *kept]]


def _replayed(folder: Path) -> list[bytes]:
    return [file.read_bytes() for file in sorted((folder / "kept").glob("*"))[:_REPLAYED]]


def _limit() -> None:
    """The memory of this process, where the system has such a limit: what a file makes grow without end is found."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_DATA, (_MEGABYTES * 2**20, resource.RLIM_INFINITY))


# ---------------------------------------------------------------- all of them, and the account


def _all(targets: list[str], asked: argparse.Namespace) -> None:
    """Round after round of slices, so that no target waits for the others."""
    for target in targets:
        _mended(target, asked)
    slices = 0
    while left := [target for target in targets if _account(asked.out).get(target, {}).get("seconds", 0) < asked.seconds]:
        slices += 1
        for target in left:
            _slice(target, asked, slices)


def _slice(target: str, asked: argparse.Namespace, number: int) -> None:
    account = _account(asked.out)
    known = account.setdefault(target, {"seconds": 0.0, "executions": 0, "findings": 0, "commit": ""})
    left = min(asked.slice, asked.seconds - known["seconds"])
    seed = asked.seed + known["executions"]
    told = _child(target, asked, "--child", "--slice", str(left), "--seed", str(seed))
    if told is None:  # brought down
        folder = asked.out / target
        _save(folder, hunting.Finding("died", "the process that read it died", (folder / "current").read_bytes()))
        told = {"seconds": 0.0, "executions": 0, "found": ["died"]}
    elif number == 1 and _differs(target, asked):
        told["found"].append("differs-between-processes")
    if told["found"]:
        print(f"{target}: {', '.join(told['found'])}", flush=True)
    known["seconds"] = 0.0 if told["found"] else known["seconds"] + told["seconds"]
    known["executions"] += told["executions"]
    known["findings"] = len(list((asked.out / target / "findings").glob("*.bin")))
    known["commit"] = _commit()
    (asked.out / "account.json").write_text(json.dumps(account, indent=1))


def _child(target: str, asked: argparse.Namespace, *arguments: str, **environment: str) -> dict[str, Any] | None:
    data = ("--data", str(asked.data)) if asked.data else ()
    command = [sys.executable, "-m", "bench.trust.fuzzing", target, "--out", str(asked.out), *data, *arguments]
    done = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, check=False)
    if done.returncode:
        sys.stderr.write(done.stderr.decode(errors="replace")[-3000:])
        return None
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1]) if arguments[0] == "--child" else {"digest": done.stdout}
    return told


def _differs(target: str, asked: argparse.Namespace) -> bool:
    """Whether what was kept gives something else in a process that orders its sets otherwise."""
    one, other = (_child(target, asked, "--digest", PYTHONHASHSEED=seed) for seed in ("1", "2"))
    return one != other


def _mended(target: str, asked: argparse.Namespace) -> None:
    """Findings that are none any more fall away."""
    for file in sorted((asked.out / target / "findings").glob("*.bin")):
        if file.stem != "died" and isinstance(hunting.attempt(TARGETS[target], file.read_bytes(), again=True), Came):
            file.unlink()
            file.with_suffix(".txt").unlink(missing_ok=True)


def _account(out: Path) -> dict[str, Any]:
    file = out / "account.json"
    told: dict[str, Any] = json.loads(file.read_text()) if file.is_file() else {}
    return told


def _commit() -> str:
    if os.environ.get("FUZZ_COMMIT"):
        return os.environ["FUZZ_COMMIT"]
    told = subprocess.run(["git", "describe", "--always", "--dirty"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    return told.stdout.decode().strip()


def _print(targets: list[str], account: dict[str, Any]) -> None:
    print(f"{'target':<14} {'seconds':>8} {'inputs':>10} {'findings':>8}  commit")
    for target in targets:
        told = account.get(target, {"seconds": 0, "executions": 0, "findings": 0, "commit": ""})
        print(f"{target:<14} {told['seconds']:>8.0f} {told['executions']:>10,} {told['findings']:>8}  {told['commit']}")


if __name__ == "__main__":
    main()
