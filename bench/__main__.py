"""``python -m bench NAME --data DIR [--json]``: one bench, its figures as a table or as one JSON object on stdout."""

import argparse
import json
import os
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import cast

BENCHES = (
    "main",
    "reading",
    "retrieval",
    "large",
    "asking",
    "abstaining",
    "quotes",
    "roles",
    "themes",
    "links",
    "structure",
    "dedupe",
    "living",
    "llm",
    "tokens",
    "trust",
    "mermaid",
    "page",
    "writing",
)
Figures = dict[str, float]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure against real data; see bench/RESULTS.md.")
    parser.add_argument("name", choices=BENCHES)
    parser.add_argument("--data", type=Path, required=True, help="the folder of labelled data")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    options = parser.parse_args()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # on a busy machine its threads wait for each other: 11 seconds for 2
    if not options.data.is_dir():
        parser.error(f"{options.data} is no folder")
    measure = cast("Callable[[Path], Figures]", import_module(f"bench.{options.name}").measure)
    figures = measure(options.data)
    if options.json:
        print(json.dumps(figures))
    else:
        width = max(len(name) for name in figures)
        print("\n".join(f"{name:<{width}}  {value}" for name, value in figures.items()))


if __name__ == "__main__":
    main()
