"""A language model that answers the tasks through Chat Completions.

How a server is best asked (see :mod:`survey.models.formats`) is found out on the first call and remembered in the library.
"""

import hashlib
import json
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from survey import errors
from survey.library import Library
from survey.models.formats import RUNGS, Misread, Rung, Unusable, parsed, repair, request_of, shown, told, wire_schema
from survey.models.hearing import Heard
from survey.models.meter import Use
from survey.models.openai_api import Body, Came, Errand, Fault, NotAReply, Server
from survey.models.piecewise import Listening
from survey.models.retrying import wait
from survey.models.roles import ROLE_OF
from survey.models.streaming import Received, read_stream, read_whole
from survey.models.tokens import counted, prompt_bound, prompt_tokens
from survey.prompting import Message, messages, prompt_path
from survey.records import Record
from survey.tasks import ReplyT, Task, Writing, WrittenT

if TYPE_CHECKING:
    from survey.models.openai_api import Client

_UNFIT = frozenset({400, 415, 422, 500, 501})
"""Statuses with which servers answer a reply format that they do not know."""

_PATIENCE = 1
"""How often a 500 is taken for a passing fault while nobody knows how the server is asked."""


_MISSES = 2
"""How often what comes may be no reply before a way of asking is given up."""


class Dialect(Record):
    """How a server is best asked. ``cap`` is its name for the most tokens of a reply."""

    rung: Rung = RUNGS[0]
    cap: str = "max_tokens"
    temperature: bool = True
    usage: bool = True

    def without(self, said: str) -> "Dialect | None":
        """The dialect without the parameter that the server complains of; None if it names none that can be left away."""
        if self.cap == "max_tokens" and "max_completion_tokens" in said:
            return self.model_copy(update={"cap": "max_completion_tokens"})
        if self.temperature and "temperature" in said:
            return self.model_copy(update={"temperature": False})
        if self.usage and ("stream_options" in said or "include_usage" in said):
            return self.model_copy(update={"usage": False})
        return None


class ChatModel:
    """See :class:`survey.tasks.Model`; safe to use from several threads. ``most``: tokens of one reply."""

    def __init__(self, server: Server, workspace: Path, library: Library, most: int = 4000) -> None:
        self.server = server
        self.name = server.name
        self.most = most
        self._workspace = workspace
        self._library = library
        self._probing = threading.Lock()
        self._dialect: Dialect | None = None
        self._trying = Dialect()
        self._rungs = list(RUNGS)
        self._misses: Counter[Rung] = Counter()
        self._failures = 0
        self._failure: errors.ModelError | None = None

    def key(self, task: Task[Any]) -> str:
        """The most tokens of a reply are left out, since a reply that was cut is not kept, and so is the dialect."""
        endpoint = self.server.endpoint
        prompt = hashlib.sha256(prompt_path(task.name, self._workspace).read_bytes()).hexdigest()
        sent = [tuple(message) for message in messages(task, self._workspace)]
        asked = [endpoint.base_url, endpoint.model, {"temperature": 0}, sent, wire_schema(task.reply_type), prompt]
        return hashlib.sha256(json.dumps(asked, sort_keys=True, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()

    def reply(self, task: Task[ReplyT]) -> ReplyT:
        """Raises a :class:`survey.errors.ModelError`, and :class:`survey.errors.BudgetReached`."""
        return self._reply(task, None)

    def hear(self, task: Writing[WrittenT], heard: Heard) -> WrittenT:
        """See :class:`survey.models.hearing.Audible`; raises as :meth:`reply`. ``heard`` must not ask this model: the first call holds off
        the others until it is known how the server is asked."""
        return self._reply(task, heard)

    def _reply(self, task: Task[ReplyT], heard: Heard | None) -> ReplyT:
        talk = _Conversation(self.server, task, messages(task, self._workspace), self.most, heard)
        failures = self._failures
        with self._probing:  # while nobody knows how this server is to be asked, one finds out and the others wait
            if self._dialect is None:
                self._dialect = self._remembered()
            if self._dialect is None:
                return cast(ReplyT, self._first(talk, failures))
            dialect = self._dialect
        try:
            return cast(ReplyT, talk.held(dialect))
        except errors.RequestRefused:  # perhaps another server stands there by now: found out anew, by the first who is refused
            failures = self._failures
            with self._probing:
                if self._dialect is None or self._dialect is dialect:
                    if self._dialect:
                        self._dialect, self._trying, self._rungs = None, Dialect(), list(RUNGS)
                        self._misses.clear()
                    return cast(ReplyT, self._first(talk, failures))
                dialect = self._dialect
        return cast(ReplyT, talk.held(dialect))

    def replies(self, tasks: Sequence[Task[ReplyT]]) -> list[ReplyT]:
        """One after the other; the ledger asks side by side."""
        return [self.reply(task) for task in tasks]

    def close(self) -> None:
        self.server.close()

    def _first(self, talk: "_Conversation", failures: int) -> Record:
        """``failures``: how many probes had failed when this call began. What one of them ends in while others wait, is true for these."""
        if self._failure and self._failures > failures:
            raise self._failure
        try:
            return self._probe(talk)
        except errors.ModelError as error:
            if not isinstance(error, errors.NoUsableReply | errors.PromptTooLong):  # these are of one task
                self._failures += 1
                self._failure = error
            raise

    def _probe(self, talk: "_Conversation") -> Record:
        """Asks down the ladder until a reply comes that fits. A status is taken for "this format is unknown" here and nowhere else.

        A rung is given up for good when the server refuses it, or the second time that what comes is no reply: one bad reply may be the
        model's. Until then nothing is remembered, and the next call begins at the highest rung that is left.
        """
        rungs = list(self._rungs)
        patience = _PATIENCE
        asked = 0
        while True:
            self._trying = dialect = self._trying.model_copy(update={"rung": rungs[0]})
            came = talk.ask(dialect, unfit=_UNFIT)
            asked += 1
            if isinstance(came, Fault):
                if lesser := dialect.without(came.said):
                    self._trying = lesser
                elif came.status == 500 and patience:
                    patience -= 1
                    self.server.clock.sleep(wait(1, talk.seed))
                elif len(rungs) == 1:
                    self._rungs = list(RUNGS)
                    raise came.error(asked)
                else:
                    self._rungs.remove(rungs.pop(0))
                continue
            try:
                reply = talk.read(came)
            except Misread as fault:  # the form is right, and so is this way of asking
                self._settle(dialect)
                return talk.again(dialect, came, str(fault))
            except Unusable as fault:
                self._misses[dialect.rung] += 1
                if len(rungs) > 1:
                    if self._misses[rungs.pop(0)] == _MISSES:
                        self._rungs.remove(dialect.rung)
                    continue
                reply = talk.again(dialect, came, str(fault))
            self._settle(dialect)
            return reply

    def _settle(self, dialect: Dialect) -> None:
        if self._rungs[0] == dialect.rung:
            self._dialect = dialect
            with suppress(errors.StorageError):  # it can be found out anew
                self._library.put_result("dialects of servers", self._server, dialect.model_dump_json())

    def _remembered(self) -> Dialect | None:
        kept = self._library.result("dialects of servers", self._server)
        return Dialect.model_validate_json(kept) if kept else None

    @property
    def _server(self) -> str:
        return f"{self.server.endpoint.model} at {self.server.endpoint.base_url}"


class _Conversation:
    """One task with one model: the reading of what comes, and one turn of repair."""

    def __init__(self, server: Server, task: Task[Any], sent: list[Message], most: int, heard: Heard | None) -> None:
        self.server = server
        self.heard = heard
        self.task = task
        self.schema = wire_schema(task.reply_type)
        self.sent = sent
        self.most = most
        self.seed = hashlib.sha256(repr(sent).encode("utf-8", "replace")).hexdigest()

    def held(self, dialect: Dialect) -> Record:
        came = self.ask(dialect)
        assert isinstance(came, Received)
        try:
            return self.read(came)
        except Unusable as fault:
            return self.again(dialect, came, str(fault))

    def again(self, dialect: Dialect, came: Received, reason: str) -> Record:
        """The turn of repair: the model is told what was wrong, once."""
        second = self.ask(dialect, repair(came.text, reason, self.schema))
        assert isinstance(second, Received)
        try:
            return self.read(second)
        except Unusable as fault:
            why = str(fault)
        if not second.text.strip():
            raise errors.ReplyEmpty(self.task.name, self.server.name)
        raise errors.ReplyUnusable(self.task.name, self.server.name, why, shown(second.text))

    def ask(self, dialect: Dialect, more: Sequence[Message] = (), unfit: frozenset[int] = frozenset()) -> Received | Fault:
        sent = told(dialect.rung, [*self.sent, *more], self.schema)
        body: dict[str, Any] = request_of(dialect.rung, self.schema) | {dialect.cap: self.most}
        if dialect.temperature:
            body["temperature"] = 0
        if dialect.usage:
            body["stream_options"] = {"include_usage": True}

        def send(client: "Client", body_of: Callable[[Any], Body]) -> Came[Received]:
            with client.chat.completions.with_streaming_response.create(
                model=self.server.endpoint.model, messages=cast(Any, [m._asdict() for m in sent]), stream=True, extra_body=body
            ) as response:
                came = body_of(response)
                if came.kind == "text/event-stream":
                    received = read_stream(came.chunks, 2 * self.most + 100, self.listening())
                elif came.kind == "application/json":
                    received = read_whole(came.whole())
                else:
                    raise NotAReply(came)
            received.clean(self.server.clean)
            return Came(received, received.usage, counted(received.text) + received.thought // 4)

        worst = Use(prompt_bound(sent, json.dumps(self.schema)), self.most)
        errand = Errand(self.task.name, ROLE_OF[self.task.name], self.seed, worst, prompt_tokens(sent))
        return self.server.ask(errand, send, unfit)

    def listening(self) -> Callable[[Received], None]:
        """Each attempt is heard from its beginning."""
        if self.heard is None:
            return lambda received: None
        return Listening(self.task.reply_type, self.schema, self.server.clean, self.heard)

    def read(self, came: Received) -> Record:
        """Raises :class:`Unusable` for what a turn of repair may mend."""
        name, model = self.task.name, self.server.name
        if came.refusal.strip():
            raise errors.ReplyDeclined(name, model, shown(came.refusal))
        if came.finish == "content_filter":
            raise errors.ReplyFiltered(name, model, self.server.endpoint.host)
        if came.finish == "length":
            raise errors.ReplyCut(name, model, self.most)
        if not came.text.strip():
            raise Unusable("it was empty")
        reply = parsed(came.text, self.task.reply_type, self.schema)
        if fault := self.task.misread(reply):
            raise Misread(fault)
        return reply
