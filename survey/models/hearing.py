"""Prose that is heard while it is being written."""

import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Protocol, TypeAlias, TypeVar, runtime_checkable

from survey.tasks import Model, Prose, Writing, WrittenT

T = TypeVar("T")
Heard: TypeAlias = Callable[[Prose], None]


@runtime_checkable
class Audible(Protocol):
    """A model that can be heard before its reply is whole."""

    def hear(self, task: Writing[WrittenT], heard: Heard) -> WrittenT:
        """The reply, as :meth:`survey.tasks.Model.reply` gives it. ``heard`` may be told its sentences before it is whole, and sentences
        of an attempt that came to nothing; the reply says which those are, and what was not told."""
        ...


def hear(model: Model, task: Writing[WrittenT], heard: Heard) -> WrittenT:
    """Whoever answers."""
    return model.hear(task, heard) if isinstance(model, Audible) else model.reply(task)


def heard_here(ask: Callable[[Heard], T], heard: Heard, call_off: Callable[[], None]) -> T:
    """``ask`` runs in a thread of its own and ``heard`` is called in this one: it may take its time, ask the same server, and raise what it
    likes, and none of that is taken for a fault of the server. Then what is under way is waited for, but not after Ctrl-C."""
    came: SimpleQueue[Prose | None] = SimpleQueue()
    outcome: list[T] = []
    faults: list[BaseException] = []

    def work() -> None:
        try:
            outcome.append(ask(came.put))
        except BaseException as fault:
            faults.append(fault)
        finally:
            came.put(None)

    thread = threading.Thread(target=work, name="model call that is heard", daemon=True)
    thread.start()
    try:
        while (prose := came.get()) is not None:
            heard(prose)
    except Exception:
        thread.join()
        raise
    except BaseException:
        call_off()
        raise
    if faults:
        raise faults[0]
    return outcome[0]
