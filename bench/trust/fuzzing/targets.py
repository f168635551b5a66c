"""What is fuzzed: each takes bytes as they may come from a file, a server or a client, and gives what came of them.

A target ends in what it gives, or in an error of :mod:`survey.errors`; whatever else it raises is a finding, and so is
:class:`bench.trust.fuzzing.laws.Broken`.
"""

import json
import os
import random
import re
import tempfile
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from bench.trust.fuzzing.laws import Broken, features, gist, reading_of, rounded
from bench.trust.fuzzing.seeds import parted, tarred, zipped
from survey.errors import SurveyError
from survey.readers.formats import Found
from survey.records import Paper, Record, Skipped


class Came(NamedTuple):
    """``text``: all of it, the same whenever the bytes are; ``features``: what tells it from other outcomes."""

    text: str
    features: set[str]


Run = Callable[[bytes], Came]


def came(value: Any, *told: str) -> Came:
    """Of a value whose JSON tells it whole; its form is a feature."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, default=_told)
    text.encode()  # a lone surrogate cannot be written
    forms = {re.sub(r"\W+", " ", "".join(form))[:40] for form in re.findall(r'"(\w+)": ?(\[\]|""|null|true|false|[^"\[{\w]?)', text)[:200]}
    return Came(text, forms | set(told))


def _told(value: Any) -> Any:
    if isinstance(value, Record):
        return json.loads(rounded(value))
    return sorted(value) if isinstance(value, set | frozenset) else str(value)


def refused(error: SurveyError) -> Came:
    """A named refusal: it says something, on lines that can be shown."""
    said = str(error)
    said.encode()
    if not said.strip():
        raise Broken(f"{type(error).__name__} says nothing") from error
    return Came(f"{type(error).__name__}: {said}", {type(error).__name__, gist(said)})


def tried(run: Run, data: bytes) -> Came:
    """What came, a refusal too; names of this process's own folder stand in none of it."""
    try:
        told = run(data)
    except SurveyError as error:
        told = refused(error)
    return told._replace(text=told.text.replace(str(scratch()), "…"))


# ---------------------------------------------------------------- files of papers


def _reading(name: str, unpack: Callable[[bytes], bytes] = bytes, **more: Any) -> Run:
    def run(data: bytes) -> Came:
        from survey.readers import read_data

        packed = unpack(data)
        return _records(lambda: read_data(packed, scratch() / name, name), packed)

    return run


def _records(read: Callable[[], list[Found]], data: bytes, *, split: bool = True) -> Came:
    try:
        found = read()
    except RecursionError:  # as survey.readers.read tells it
        found = [Skipped(source="x", reason="nests too deep to be read", cure="repair it")]
    reading = reading_of(found, data, split=split)
    return Came(reading.model_dump_json(), features(reading))


def _named(data: bytes) -> Came:
    """A file by the name that the first line is, on a disk that takes any bytes."""
    from survey.readers import read

    line, _, content = data.partition(b"\n")
    name = line.replace(b"/", b"").replace(b"\0", b"")[:200]
    if name in (b"", b".", b".."):
        return Came("no name", {"no name"})
    path = scratch() / "named" / os.fsdecode(name)
    path.parent.mkdir(exist_ok=True)
    try:
        path.write_bytes(content)
        reading = read(path, path.name)
    finally:
        path.unlink(missing_ok=True)
    if fault := next((skipped.reason for skipped in reading.skipped if "please report" in skipped.cure), ""):
        raise Broken(fault)
    return _records(lambda: [*reading.papers, *reading.skipped, *reading.notices], data, split=False)


def _by_reader(format_name: str) -> Run:
    """The reader itself, though the beginning of the file has lost what tells its format."""

    def run(data: bytes) -> Came:
        from survey.readers.cleaning import clean, decode
        from survey.readers.formats import FORMATS

        text = clean(decode(data) or data.decode("utf-8", "replace"))
        reader = next(found for found in FORMATS if found.name == format_name).reader
        return _records(lambda: reader(text, "x"), data, split=False)

    return run


def _listing(data: bytes) -> Came:
    from survey.readers import listing
    from survey.readers.cleaning import clean, decode

    text = clean(decode(data) or data.decode("utf-8", "replace"))
    return _records(lambda: [*(listing.read(text, "x") or [Skipped(source="x", reason="none", cure="none")])], data)


def _latex(data: bytes) -> Came:
    """A document with the files beside it."""
    from survey.readers import latex
    from survey.readers.cleaning import clean, decode

    members = [(name, decode(content)) for name, content in parted(data)]
    texts = {name: clean(text) for name, text in members if text is not None}
    main = next(iter(texts.values()), "")
    return _records(lambda: latex.read_beside(main, "main.tex", texts.get), data)


def _packed(data: bytes) -> bytes:
    """The archive that is written as text: its first letters say how it is packed."""
    members = parted(data)
    if data.startswith(b"zip"):
        return zipped(members)
    return tarred(members, "w:gz" if data.startswith(b"tgz") else "w")


def _either(first: Run, second: Run) -> Run:
    """The whole way, and straight to the reader."""

    def run(data: bytes) -> Came:
        one, other = tried(first, data), tried(second, data)
        return Came(one.text + other.text, one.features | {f"straight: {told}" for told in other.features})

    return run


# ---------------------------------------------------------------- what the program wrote, or a person edited


def _draft(data: bytes) -> Came:
    from survey.manuscripts import read_manuscript
    from survey.render.draft import read_draft
    from survey.render.lines import addresses_of, head_of

    text = re.sub(r"\r\n?", "\n", data.decode("utf-8", "replace"))  # as every file is read
    lines = text.count("\n") + 1
    said = read_draft(text)
    manuscript = read_manuscript(text)
    for sentence in [*said, *manuscript.said]:
        if not 0 <= sentence.line <= sentence.ends <= lines + 1:
            raise Broken(f"a sentence on line {sentence.line} to {sentence.ends} of {lines}")
    kinds = {f"{s.kind} {len(s.citations).bit_length()} {len(s.quotes).bit_length()}" for s in said}
    others = {f"running {s.kind} {len(s.citations).bit_length()} {len(s.quotes).bit_length()}" for s in manuscript.said}
    return came(
        [said, manuscript.said, manuscript.references, sorted(manuscript.entries), head_of(text), addresses_of(text)], *kinds, *others
    )


def _checked(name: str) -> Run:
    """`survey verify` of a file by that name, in a library of a few papers."""

    def run(data: bytes) -> Came:
        from survey.checking import check_file

        file = _put(name, data)
        papers = _papers()
        findings = check_file(file, papers.get, lambda: list(papers.values()))
        return came(findings, *(re.sub(r"[“@\d].*", "", f.fault or f.warning or f.unchecked)[:50] for f in findings))

    return run


def _answers(data: bytes) -> Came:
    from survey.outputs import load_talk

    talks = []
    for name in ("talk.md", "talk.json"):
        try:
            talks.append(load_talk(_put(name, data)))
        except SurveyError as error:
            talks.append(str(error))  # type: ignore[arg-type]
    return came(talks)


def _outline(data: bytes) -> Came:
    from survey.outlines.reading import read_outline

    remarks: list[str] = []
    outline = read_outline(_put("outline.yaml", data), {"a", "b", "c", "d"}, lambda said, keys: "night" in said, remarks)
    return came([outline, remarks], *(re.sub(r"[“@\d].*", "", remark) for remark in remarks))


# ---------------------------------------------------------------- what a user sets


def _settings(data: bytes) -> Came:
    from survey.settings import ROLES, load_settings

    _put("survey.toml", data)
    settings = load_settings(scratch(), {}, {"SURVEY_API_KEY": "k"})
    return came(
        [settings.model_dump(), {name: getattr(settings, name) for name in type(settings).model_fields}, _endpoints(settings, ROLES)]
    )


def _endpoints(settings: Any, roles: tuple[str, ...]) -> list[str]:
    return [f"{end.base_url} {end.host} {end.is_this_machine}" for role in roles if (end := settings.endpoint(role))]


def _prices(data: bytes) -> Came:
    from survey.models.prices import load_prices

    _put("prices.toml", data)
    return came(dict(load_prices(scratch()).items()))


def _prompts(data: bytes) -> Came:
    from survey.prompting import check_prompts, messages

    (scratch() / "prompts").mkdir(exist_ok=True)
    _put("prompts/judge_link.md", data)
    check_prompts(scratch())
    return came(messages(_tasks()["judge_link"], scratch()))


def _style(data: bytes) -> Came:
    from survey.exporting.styles import style

    return came(style(str(_put("x.csl", data))))


# ---------------------------------------------------------------- what a server sends


def _replies(data: bytes) -> Came:
    """The body of a reply, cut anywhere on its way: what is read of it, and what is heard meanwhile."""
    from survey.models.formats import Unusable, parsed, wire_schema
    from survey.models.piecewise import Listening
    from survey.models.streaming import Broken as BrokenOff
    from survey.models.streaming import Received, ServerSaidError, read_stream, read_whole

    task = _tasks()["answer"]
    schema = wire_schema(task.reply_type)
    heard: list[Any] = []
    told: list[Any] = []
    ways: list[Callable[[], Received]] = [
        lambda: read_stream(_cut(data), 2000, Listening(task.reply_type, schema, str, heard.append)),
        lambda: read_whole(data),
    ]
    for way in ways:
        try:
            received = way()
            told.append([received.text, received.refusal, received.finish, received.usage and tuple(received.usage)])
            reply = parsed(received.text, task.reply_type, schema)
            told.append(reply)
            if way is ways[0] and heard and [*heard] != list(reply.sentences)[: len(heard)] and not _thought_aloud(received.text):  # type: ignore[attr-defined]
                raise Broken(f"heard {heard[:3]!r}, and the reply is {reply!r}"[:600])
        except (BrokenOff, ServerSaidError, Unusable) as fault:
            told.append(f"{type(fault).__name__}: {fault}")
    told.append(heard)
    names = [re.sub(r"\W.*", "", item) for item in told if isinstance(item, str)]
    return Came(json.dumps(told, default=_told), {*names, f"{len(heard)} heard", *(type(item).__name__ for item in told)})


def _thought_aloud(text: str) -> bool:
    """More than one object: the last one that fits is the reply, whatever was heard of the first."""
    return text.count("{") != text.count("}") or text.count('"sentences"') > 1 or "<" in text


def _cut(data: bytes) -> Iterator[bytes]:
    chance = random.Random(zlib.crc32(data))
    at = 0
    while at < len(data):
        size = chance.choice((1, 2, 7, 60, 4000))
        yield data[at : at + size]
        at += size


def _ledger(data: bytes) -> Came:
    """A task that is answered over the wire by these bytes, by the model's account."""
    from tests.models.wire import Wire

    with tempfile.TemporaryDirectory(dir=scratch()) as folder:
        wire = Wire(Path(folder), _memory(), after=lambda _: b"", rung="json_schema")
        wire.after = [*_cut(data)]
        wire.kind = "application/json" if data[:1] in (b"{", b"[") else "text/event-stream"
        ledger = wire.ledger()
        heard: list[Any] = []
        try:
            reply = ledger.hear(_tasks()["answer"], heard.append)
            key = wire.model.key(_tasks()["answer"])
            _memory().forget(key)
            return came([reply, heard, [str(fault) for fault in ledger.stood_in], dict(ledger.calls)], f"{len(ledger.stood_in)} stood in")
        finally:
            wire.model.close()


def _vectors(data: bytes) -> Came:
    from survey.models.streaming import Broken as BrokenOff
    from survey.models.vectors import _used, _vectors

    try:
        return came([_vectors(data, 2), _used(data) and tuple(_used(data) or ())])
    except BrokenOff as fault:
        return Came(str(fault), {str(fault)})


def _kept(data: bytes) -> Came:
    """A reply that the library kept, as whoever wrote into it left it."""
    from survey.models.ledger import kept_reply

    library = _memory()
    library.kept["key"] = data.decode("utf-8", "surrogateescape")
    return came([kept_reply(library, "key", task) for task in _tasks().values()])


def _fetched(data: bytes) -> Came:
    from survey.fetching.services import SERVICES, Ask

    found: list[Any] = []
    for service in SERVICES.values():
        try:
            told = service.told(data, Ask("owls", 10))
            if told.papers < 0 or told.total < 0:
                raise Broken(f"{service.name} tells {told}")
            found.append(tuple(told))
        except (ValueError, SurveyError) as fault:
            found.append(f"{type(fault).__name__}: {fault}")
    return came(found, *(gist(told) if isinstance(told, str) else f"{told[0].bit_length()} {bool(told[2])}" for told in found))


# ---------------------------------------------------------------- what another program asks


def _calls(data: bytes) -> Came:
    """A call of a tool, with whatever arguments."""
    import anyio
    from mcp import Client, MCPError

    from survey.serving import server

    try:
        call = json.loads(data)
        name, arguments = call["name"], call["arguments"]
        assert isinstance(name, str) and isinstance(arguments, dict)
        json.dumps(call, ensure_ascii=False).encode()  # what a client cannot send
    except (ValueError, KeyError, TypeError, AssertionError, RecursionError):
        return Came("no call", {"no call"})

    async def connected() -> Came:
        async with Client(server(_desk())) as client:
            try:
                result = await client.call_tool(name, arguments)
            except MCPError as fault:
                return Came(str(fault), {"MCPError"})
            said = "".join(getattr(content, "text", "") for content in result.content)
            if "Traceback" in said or (
                result.is_error and "Error executing tool" in said and "validation error" not in said and _strange(said)
            ):
                raise Broken(said[:300])
            return Came(said, {name, f"{name} {result.is_error} {len(said).bit_length()}"})

    told: Came = anyio.run(connected)
    return told


def _strange(said: str) -> bool:
    """Whether a fault of ours shows through: the name of an exception of Python, or none of our words."""
    return bool(
        re.search(r"(?:Type|Key|Index|Attribute|Value|Unicode\w*|OS|Recursion|Assertion)Error|object has no|not subscriptable", said)
    )


# ---------------------------------------------------------------- what targets stand on


@cache
def scratch() -> Path:
    """A folder of this process, gone with it."""
    import atexit
    import shutil

    folder = Path(tempfile.mkdtemp(prefix="fuzzing-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _put(name: str, data: bytes) -> Path:
    file = scratch() / name
    file.write_bytes(data)
    return file


@cache
def _papers() -> dict[str, Paper]:
    texts = {
        "quist2019": "They hunt at night. They hear 3 mice of 12 well.",
        "q": "Owls hear well.",
        "phan2019": "A network lost 14 points.",
    }
    return {key: Paper(key=key, title=f"On {key}", authors=("Ann Quist",), date="2019", text=text) for key, text in texts.items()}


@cache
def _tasks() -> dict[str, Any]:
    """A task of each name that replies are read for."""
    from survey import tasks

    sentence = tasks.PassageSentence(id="1", text="Owls hunt at night.", paper="q", byline="Quist (2019)", similarity=0.5, overlap=0.5)
    raised, resolving = (tasks.Numbered(id=id_, text="Nobody knows why.") for id_ in "12")
    made: list[tasks.Task[Any]] = [
        tasks.AnswerQuestion(question="What do owls do?", sentences=(sentence,)),
        tasks.JudgeLink(
            raised_title="Owls",
            raised=raised,
            resolving_title="Mice",
            signs=tasks.Signs(similarity=0.5, overlap=0.5, rival=0.1, shared=2),
            candidates=(resolving,),
        ),
    ]
    return {task.name: task for task in made}


class _Memory:
    """What a model needs of a library, kept nowhere."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.results: dict[tuple[str, str], str] = {}

    def reply(self, key: str) -> str | None:
        return self.kept.get(key)

    def put_reply(self, key: str, task: str, reply: str, asked: object = None) -> None:
        self.kept[key] = reply

    def forget(self, key: str) -> None:
        self.kept.pop(key, None)

    def result(self, stage: str, key: str) -> str | None:
        return self.results.get((stage, key))

    def put_result(self, stage: str, key: str, value: str) -> None:
        self.results[stage, key] = value


@cache
def _memory() -> Any:
    return _Memory()


@cache
def _desk() -> Any:
    """A workspace of two notes, open until the end of the process."""
    from survey.serving import Desk
    from survey.workspace import Workspace

    root = scratch() / "workspace"
    (root / "papers").mkdir(parents=True)
    for name in ("one", "two"):
        note = (
            f"---\ntitle: Toads {name}\nauthors: [Ann Thorn]\ndate: 2019\n---\n# Method\n\nDrones count {name} toads. They fail at night."
        )
        (root / "papers" / f"{name}.md").write_text(note)
    workspace = Workspace.open(root)
    workspace.add([root / "papers"])
    return Desk(workspace)


READERS = {
    "BibTeX": ("bibtex", "x.bib"),
    "RIS": ("ris", "x.ris"),
    "NBIB": ("nbib", "x.nbib"),
    "EndNote XML": ("endnote", "x.xml"),
    "Zotero RDF": ("zotero", "x.rdf"),
    "JSON": ("json", "x.json"),
    "CSV": ("tables", "x.csv"),
    "arXiv Atom": ("atom", "x.atom"),
    "JATS": ("jats", "x.nxml"),
    "TEI": ("tei", "x.tei"),
    "HTML": ("html", "x.html"),
    "Markdown": ("markdown", "x.md"),
    "text": ("text", "x.txt"),
    "LaTeX": ("latex", ""),
}
"""Of each format in :mod:`survey.readers.formats` the target, and the name of its file."""

TARGETS: dict[str, Run] = {
    **{target: _either(_reading(file), _by_reader(name)) for name, (target, file) in READERS.items() if file},
    "docx": _reading("x.docx", lambda data: zipped(parted(data))),
    "docx-files": _reading("x.docx"),
    "latex": _latex,
    "listing": _listing,
    "archive": _reading("x.zip", _packed),
    "archive-files": _reading("x.tar.gz"),
    "pdf": _reading("x.pdf"),
    "names": _named,
    "draft": _draft,
    "verify": _checked("draft.md"),
    "answers": _answers,
    "record": _either(_checked("survey.json"), _checked("evidence.jsonl")),
    "outline": _outline,
    "settings": _settings,
    "prices": _prices,
    "prompts": _prompts,
    "style": _style,
    "replies": _replies,
    "ledger": _ledger,
    "vectors": _vectors,
    "kept": _kept,
    "fetched": _fetched,
    "calls": _calls,
}
