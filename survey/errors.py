"""Every exception of the program, one tree. Each builds its own message and says what to do next.

``exit_code`` is what the command line ends with. Faults of the user's data are not exceptions but :class:`survey.records.Skipped`.
"""

from pathlib import Path


class SurveyError(Exception):
    """Root of the tree."""

    exit_code = 1


class UsageError(SurveyError):
    """The call itself cannot be carried out."""

    exit_code = 2


class UnknownPaper(UsageError):
    def __init__(self, key: str, near: list[str]) -> None:
        hint = f"Did you mean {', '.join(near)}?" if near else "`survey status` lists the papers."
        super().__init__(f"No paper '{key}' in the library. {hint}")


class BadSetting(UsageError):
    def __init__(self, name: str, value: object, wanted: str, where: str) -> None:
        super().__init__(f"{where}: setting '{name}' is {value!r}, but must be {wanted}.")


class BadSettingsFile(UsageError):
    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: is not valid TOML: {reason}.")


class NoLibrary(UsageError):
    def __init__(self, root: Path) -> None:
        super().__init__(
            f"{root.resolve()}: no papers were added here yet. Run `survey add` first, or name the workspace with --workspace."
        )


class BadPrompt(UsageError):
    def __init__(self, path: Path, missing: list[str], unknown: list[str]) -> None:
        faults = [f"lacks {{{{{name}}}}}" for name in missing] + [f"has the unknown variable {{{{{name}}}}}" for name in unknown]
        super().__init__(f"{path}: the prompt {' and '.join(faults)}. Compare it with the prompt that comes with the program.")


class UnreadableDraft(UsageError):
    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: cannot be checked: {reason}. Give survey.md, survey.json, evidence.jsonl or the folder that holds them.")


class EmptyLibrary(UsageError):
    def __init__(self, workspace: Path) -> None:
        super().__init__(f"The library in {workspace / 'store'} is empty: name the workspace that the survey was made in with --workspace.")


class NoUsablePaper(SurveyError):
    """Nothing that could be surveyed was read, or nothing of it speaks of the topic."""

    exit_code = 3

    def __init__(self, paths: list[str], reasons: list[str], topic: str = "") -> None:
        where = ", ".join(paths) if paths else "the library"
        if topic:
            super().__init__(f"No paper in {where} speaks of “{topic}”. Widen the topic, or leave it away.")
            return
        why = "".join(f"\n  {reason}" for reason in reasons[:_REASONS])
        more = f"\n  … and {len(reasons) - _REASONS} more" if len(reasons) > _REASONS else ""
        cure = "Give a file or folder with papers (PDF, Markdown, text, BibTeX, arXiv Atom)."
        super().__init__(f"No usable paper in {where}.{why}{more}\n{cure}")


_REASONS = 10


class StorageError(SurveyError):
    """The library or the index cannot be read or written."""

    exit_code = 8


class WorkspaceBusy(StorageError):
    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path}: another survey command is writing to this workspace. Wait for it to end, or name another with --workspace."
        )


class UnwritableOutput(StorageError):
    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(f"{folder}: the survey cannot be written there ({reason}). Make room, or name another folder with --out.")


class UnwritableLibrary(StorageError):
    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: the library cannot be written ({reason}). Make room on the disk, or check who may write there.")


class DamagedLibrary(StorageError):
    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: the library cannot be read ({reason}). Move it away and run `survey add` on your papers again.")


class DamagedPackage(StorageError):
    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}. Install the program again: pip install --force-reinstall fishbone-survey.")


class ModelError(SurveyError):
    """The model or its server did not give a usable reply."""

    exit_code = 6
