"""Wraps whoever answers: keeps replies that cost something in the library, asks side by side, and counts."""

import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from pydantic import ValidationError

from survey.errors import NoUsableReply, StorageError
from survey.library import Library
from survey.library.marks import strings
from survey.models.hearing import Heard, hear, heard_here
from survey.models.meter import Meter
from survey.models.roles import ROLE_OF, Remote
from survey.tasks import Model, ReplyT, Task, Writing, WrittenT


def kept_reply(library: Library, key: str, task: Task[ReplyT]) -> ReplyT | None:
    """None for one that does not fit, too: it is asked for anew, so that no kept reply can end a run."""
    kept = library.reply(key)
    try:
        return cast(ReplyT, task.reply_type.model_validate_json(kept)) if kept is not None else None
    except ValidationError:
        return None


class Ledger:
    """A model whose replies are asked for once, and ``concurrency`` at a time. ``told(done, total)`` hears how far a batch is.

    What a key does not stand for is not kept: replies of the embedded default, and whatever ended in an error. Where the model gives no
    usable reply, ``instead`` is asked, if there is one, and ``stood_in`` holds the task with the reason. ``models``: of each role, as the
    account calls it. A reply that the library does not take ends the work while it is ``bound`` to keep what it pays for; else it is given
    all the same, and ``unkept`` holds why.
    """

    def __init__(
        self,
        model: Model,
        library: Library | None = None,
        meter: Meter | None = None,
        concurrency: int = 1,
        told: Callable[[int, int], None] | None = None,
        instead: Model | None = None,
        models: Mapping[str, str] | None = None,
    ) -> None:
        self.name = model.name
        self.calls: Counter[str] = Counter()
        self.stood_in: list[NoUsableReply] = []
        self.unkept: list[StorageError] = []
        self.meter = meter or Meter()
        self._model = model
        self._library = library
        self._concurrency = concurrency
        self._told = told or (lambda done, total: None)
        self._instead = instead
        self._models = models or {}
        self.bound: Callable[[], bool] = lambda: True
        self._lock = threading.Lock()
        self._places = threading.Semaphore(concurrency)

    def reply(self, task: Task[ReplyT]) -> ReplyT:
        return self._reply(task, self._key(task))

    def hear(self, task: Writing[WrittenT], heard: Heard) -> WrittenT:
        """See :class:`survey.models.hearing.Audible`. ``heard`` may ask this ledger; with a ``concurrency`` of 1 it waits for the end of
        the reply then, since there are servers which break one off when another is asked for."""
        key = self._key(task)
        if key is None:
            return self._reply(task, None)
        return heard_here(lambda here: self._reply(task, key, lambda: hear(self._model, task, here)), heard, self.meter.stop)

    def replies(self, tasks: Sequence[Task[ReplyT]]) -> list[ReplyT]:
        """In the order of ``tasks``; equal ones are asked once. An error calls off what has not begun; what is under way is waited for,
        and kept; then the error of the first task that had one is raised."""
        keys = [self._key(task) for task in tasks]
        first: dict[object, int] = {}
        for n, key in enumerate(keys):
            first.setdefault(n if key is None else key, n)
        todo = sorted(first.values())
        workers = min(self._concurrency, len(todo)) if any(keys) else 1
        found: dict[int, ReplyT] = {}
        if workers > 1:
            found = self._side_by_side({n: tasks[n] for n in todo}, keys, workers)
        else:
            for done, n in enumerate(todo, start=1):
                found[n] = self._reply(tasks[n], keys[n])
                self._tell(done, len(todo))
        return [found[first[n if key is None else key]] for n, key in enumerate(keys)]

    def _side_by_side(self, tasks: dict[int, Task[ReplyT]], keys: Sequence[str | None], workers: int) -> dict[int, ReplyT]:
        """Threads of our own: those of the standard pool are waited for at exit, so that Ctrl-C would hang on a silent server."""
        waiting = iter(tasks.items())
        found: dict[int, ReplyT] = {}
        faults: dict[int, BaseException] = {}
        changed = threading.Condition()
        called_off = False

        def work() -> None:
            while True:
                with changed:
                    item = None if faults or called_off else next(waiting, None)
                if item is None:
                    return
                n, task = item
                try:
                    reply = self._reply(task, keys[n])
                except BaseException as fault:
                    with changed:
                        faults[n] = fault
                        changed.notify_all()
                else:
                    with changed:
                        found[n] = reply
                        changed.notify_all()

        threads = [threading.Thread(target=work, name=f"model call {n}", daemon=True) for n in range(workers)]
        try:
            for thread in threads:
                thread.start()
            with changed:
                while len(found) < len(tasks) and not faults:
                    changed.wait()
                    self._tell(len(found), len(tasks))
            for thread in threads:
                thread.join()
        except BaseException:  # Ctrl-C: nobody waits for what is under way
            called_off = True
            self.meter.stop()
            raise
        if faults:
            raise faults[min(faults)]
        return found

    def _reply(self, task: Task[ReplyT], key: str | None, ask: Callable[[], ReplyT] | None = None) -> ReplyT:
        with self._lock:
            self.calls[task.name] += 1
        ask = ask or (lambda: self._model.reply(task))
        if key is None or self._library is None:
            return ask()
        kept = kept_reply(self._library, key, task)
        if kept is not None:
            role = ROLE_OF[task.name]
            self.meter.kept(task.name, role, self._models.get(role, self.name))
            return kept
        try:
            with self._places:
                reply = ask()
        except NoUsableReply as fault:
            if self._instead is None:
                raise
            with self._lock:
                self.stood_in.append(fault)
            return self._instead.reply(task)
        try:
            self._library.put_reply(key, task.name, reply.model_dump_json(), strings(task.model_dump()))
        except StorageError as fault:
            if self.bound():
                raise
            with self._lock:
                self.unkept.append(fault)
        return reply

    def _key(self, task: Task[Any]) -> str | None:
        return self._model.key(task) if isinstance(self._model, Remote) else None

    def _tell(self, done: int, total: int) -> None:
        if total > 1 and done < total:  # the stage itself tells its end
            self._told(done, total)
