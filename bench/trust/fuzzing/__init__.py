"""Whatever bytes come, from a file, a person's editor, a server or a client: records or a named refusal, soon, and the same each time.

``python -m bench.trust.fuzzing`` hunts each target for ten minutes of processor time: docs/fuzzing.md. Plain chance from a seed, with
changes that know the formats, and what an input does as the guide to which are changed further; nothing beyond the program's own
dependencies is needed.
"""


def measure(seconds: float = 5) -> dict[str, float]:
    """A short hunt of every target: ``python -m bench.trust.fuzzing --seconds 600`` is the long one."""
    from bench.trust.fuzzing.hunting import hunt
    from bench.trust.fuzzing.targets import TARGETS

    hunts = {target: hunt(target, seconds, seed=1) for target in TARGETS}
    return {
        "fuzz_targets": len(hunts),
        "fuzz_seconds_each": round(min(found.seconds for found in hunts.values()), 1),
        "fuzz_inputs": sum(found.executions for found in hunts.values()),
        "fuzz_findings": sum(len(found.findings) for found in hunts.values()),
    }
