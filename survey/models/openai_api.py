"""A model behind any server that speaks OpenAI's Chat Completions: OpenAI, vLLM, llama.cpp, Ollama, LM Studio and the rest.

The one place that talks to a language model. The client's own retries are off; what may pass is tried again here, each attempt paid
from the budget. How a server is best asked (see :mod:`survey.models.formats`) is found out on the first call and remembered in the library.
Nothing that a server sends, nor the key, reaches an error or a log as it is: texts are shortened, and the key is taken out.
"""

import hashlib
import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, cast

from survey import errors
from survey.library import Library
from survey.models.formats import RUNGS, Rung, Unusable, parsed, repair, request_of, shown, told, wire_schema
from survey.models.meter import Meter, Use
from survey.models.prices import Price
from survey.models.retrying import ATTEMPTS, Clock, SystemClock, passes, retry_after, wait
from survey.models.roles import ROLE_OF
from survey.models.streaming import Broken, Received, ServerSaidError, bounded, read_stream, read_whole
from survey.models.tokens import counted, prompt_bound, prompt_tokens
from survey.prompting import Message, messages, prompt_path
from survey.records import Record
from survey.settings import DEFAULT_BASE_URL, Endpoint
from survey.tasks import ReplyT, Task

if TYPE_CHECKING:
    from openai import OpenAI

CONNECT_SECONDS = 20.0
SLOWEST = 10
"""A reply may take this many times ``timeout`` in all, however steadily it dribbles."""

_UNFIT = frozenset({400, 415, 422, 500, 501})
"""Statuses with which servers answer a reply format that they do not know."""


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


@dataclass(frozen=True)
class Fault:
    """An attempt that gave no reply. ``passing``: it may do so next time. ``status`` is 0 where none came; ``used`` None where the server
    may have worked."""

    error: Callable[[int], errors.ModelError]
    passing: bool
    status: int = 0
    said: str = ""
    retry_after: float | None = None
    used: Use | None = None


class OpenAIModel:
    """See :class:`survey.tasks.Model`; safe to use from several threads."""

    def __init__(
        self,
        endpoint: Endpoint,
        workspace: Path,
        library: Library,
        meter: Meter,
        *,
        price: Price | None = None,
        timeout: float = 120,
        reply_tokens: int = 4000,
        clock: Clock | None = None,
    ) -> None:
        self.endpoint = endpoint
        self.name = f"{endpoint.model} at {endpoint.host}"
        self.meter = meter
        self._workspace = workspace
        self._library = library
        self._price = price
        self._timeout = timeout
        self._most = reply_tokens
        self._clock = clock or SystemClock()
        self._probing = threading.RLock()
        self._dialect: Dialect | None = None
        self._client: OpenAI | None = None

    def key(self, task: Task[Any]) -> str:
        """The most tokens of a reply are left out, since a reply that was cut is not kept, and so is the dialect."""
        prompt = hashlib.sha256(prompt_path(task.name, self._workspace).read_bytes()).hexdigest()
        sent = [tuple(message) for message in messages(task, self._workspace)]
        asked = [self.endpoint.base_url, self.endpoint.model, {"temperature": 0}, sent, wire_schema(task.reply_type), prompt]
        return hashlib.sha256(json.dumps(asked, sort_keys=True, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()

    def reply(self, task: Task[ReplyT]) -> ReplyT:
        """Raises a :class:`survey.errors.ModelError`, and :class:`survey.errors.BudgetReached`."""
        with self._probing:  # while nobody knows how this server is to be asked, one finds out and the others wait
            dialect = self._dialect or self._remembered()
            if dialect is None:
                return cast(ReplyT, self._probe(task))
            self._dialect = dialect
        return cast(ReplyT, _Conversation(self, task).with_repair(dialect))

    def replies(self, tasks: Sequence[Task[ReplyT]]) -> list[ReplyT]:
        """One after the other; the ledger asks side by side."""
        return [self.reply(task) for task in tasks]

    def close(self) -> None:
        if self._client is not None:
            self._client.close()

    # ------------------------------------------------------------ how this server is asked

    def _probe(self, task: Task[Any]) -> Record:
        """Asks down the ladder until a reply comes that fits. A status is taken for "this format is unknown" here and nowhere else."""
        talk = _Conversation(self, task)
        dialect = Dialect()
        rungs = list(RUNGS)
        last: Fault | None = None
        patience = 1  # a first 500 may be a passing fault: it is asked again once before a format is given up for it
        while rungs:
            dialect = dialect.model_copy(update={"rung": rungs[0]})
            came = talk.ask(dialect, unfit=_UNFIT)
            if isinstance(came, Fault):
                last = came
                if lesser := dialect.without(came.said):
                    dialect = lesser
                elif came.status == 500 and patience:
                    patience = 0
                    self._clock.sleep(wait(1, talk.seed))
                else:
                    rungs.pop(0)
                continue
            try:
                reply = talk.read(came)
            except Unusable as fault:
                if len(rungs) == 1:
                    reply = talk.again(dialect, came, str(fault))
                else:
                    rungs.pop(0)
                    continue
            self._remember(dialect)
            return reply
        assert last is not None
        raise last.error(1)

    def _remembered(self) -> Dialect | None:
        kept = self._library.result("dialects of servers", self._server)
        return Dialect.model_validate_json(kept) if kept else None

    def _remember(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._library.put_result("dialects of servers", self._server, dialect.model_dump_json())

    @property
    def _server(self) -> str:
        return f"{self.endpoint.model} at {self.endpoint.base_url}"

    # ------------------------------------------------------------ one attempt

    def call(self, task: str, sent: list[Message], dialect: Dialect, schema: dict[str, Any]) -> Received | Fault:
        """One request, paid from the budget whatever becomes of it."""
        sent = told(dialect.rung, sent, schema)
        worst = Use(prompt_bound(sent, json.dumps(schema)), self._most)
        ticket = self.meter.reserve(task, ROLE_OF[task], self.endpoint.model, self._price, worst)
        used: Use | None = None
        estimate = Use(prompt_tokens(sent), 0)
        try:
            came = self._send(task, sent, dialect, schema)
            if isinstance(came, Fault):
                used = came.used
            else:
                used = came.usage
                estimate = Use(estimate.prompt, counted(came.text) + came.thought // 4)
            return came
        finally:
            self.meter.settle(ticket, used, estimate)

    def _send(self, task: str, sent: list[Message], dialect: Dialect, schema: dict[str, Any]) -> Received | Fault:
        import openai  # takes seconds

        started = self._clock.now()
        body: dict[str, Any] = request_of(dialect.rung, schema) | {dialect.cap: self._most}
        if dialect.temperature:
            body["temperature"] = 0
        if dialect.usage:
            body["stream_options"] = {"include_usage": True}
        try:
            with self._open(openai).chat.completions.with_streaming_response.create(
                model=self.endpoint.model,
                messages=cast(Any, [message._asdict() for message in sent]),
                stream=True,
                extra_body=body,
            ) as response:
                kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
                late = started + SLOWEST * self._timeout
                chunks = bounded(response.iter_bytes(), lambda: self._clock.now() > late)
                if kind == "application/json":
                    received = read_whole(b"".join(chunks))
                elif kind == "text/event-stream":
                    received = read_stream(chunks, most_events=2 * self._most + 100)
                else:
                    start = next(iter(chunks), b"")[:2000].decode("utf-8", "replace")
                    return self._page(task, self.clean(start))
            return self._cleaned(received)
        except openai.APIStatusError as error:
            return self._status(task, error.status_code, _message(error.body), error.response.headers.get("retry-after"))
        except ServerSaidError as error:
            return self._status(task, error.status, error.said, None, began=True)
        except Broken as error:
            reason, endless = str(error), error.endless
            return Fault(lambda n: errors.ServerUnreachable(task, self.name, self.endpoint.host, reason, n), passing=not endless)
        except Exception as error:
            # the client's majors sit on two HTTP packages, whose errors come through while a body is read: told by their names
            kinds = {kind.__name__ for kind in type(error).__mro__}
            if kinds & {"APITimeoutError", "TimeoutException"}:
                return Fault(lambda n: errors.ServerSilent(task, self.name, self.endpoint.host, self._timeout, n), passing=True)
            if kinds & {"APIConnectionError", "HTTPError", "StreamError", "OSError"}:
                cause = error.__cause__ or error
                unsent = type(cause).__name__ in ("ConnectError", "ConnectTimeout")
                reason = "no connection" if unsent else "the connection broke off"
                return Fault(
                    lambda n: errors.ServerUnreachable(task, self.name, self.endpoint.host, reason, n),
                    passing=True,
                    used=Use(0, 0) if unsent else None,
                )
            raise

    def _open(self, openai: Any) -> "OpenAI":
        if self._client is None:
            with self._probing:
                if self._client is None:
                    official = self.endpoint.base_url == DEFAULT_BASE_URL
                    self._client = openai.OpenAI(
                        api_key=self.endpoint.key.get_secret_value() if self.endpoint.key else "none",
                        base_url=self.endpoint.base_url,
                        organization=None if official else "",  # what the environment holds for OpenAI is for OpenAI
                        project=None if official else "",
                        max_retries=0,
                        timeout=openai.Timeout(self._timeout, connect=min(CONNECT_SECONDS, self._timeout)),
                        # a redirect would carry the papers to a server that nobody named, and a proxy what stays on this machine
                        http_client=openai.DefaultHttpxClient(follow_redirects=False, trust_env=not self.endpoint.is_this_machine),
                    )
        return self._client

    # ------------------------------------------------------------ faults

    def _status(self, task: str, status: int, said: str, asked: str | None, began: bool = False) -> Fault:
        """``began``: the error came inside a reply, so the server may have worked."""
        said = shown(self.clean(said))
        host, lower = self.endpoint.host, said.lower()
        used = None if began else Use(0, 0)

        def failed(n: int) -> errors.ModelError:
            if status in (401, 403):
                return errors.KeyRefused(task, self.name, host, status, self.endpoint.key_from)
            if status == 404:
                return errors.NoSuchModel(task, self.name, host, said)
            if status == 429 and quota:
                return errors.QuotaExhausted(task, self.name, host, said)
            if long:
                return errors.PromptTooLong(task, self.name, said)
            if status in (429, 503, 529):
                return errors.ServerBusy(task, self.name, host, status, said, n)
            if status >= 500:
                return errors.ServerFailed(task, self.name, host, status, said, n)
            return errors.RequestRefused(task, self.name, host, status, said)

        quota = "insufficient_quota" in lower or "exceeded your current quota" in lower
        long = status in (400, 413, 422) and any(word in lower for word in ("context length", "context window", "context size", "too long"))
        again = passes(status) and not (status == 429 and quota)
        return Fault(failed, again, 0 if long else status, said, retry_after(asked, self._clock.wall()), used)

    def _page(self, task: str, start: str) -> Fault:
        came = shown(start)
        return Fault(lambda n: errors.NotAnApi(task, self.name, self.endpoint.host, came), passing=False)

    def clean(self, text: str) -> str:
        """Without the key, should a server send it back."""
        key = self.endpoint.key.get_secret_value() if self.endpoint.key else ""
        return text.replace(key, "[key]") if key else text

    def _cleaned(self, received: Received) -> Received:
        for name in ("pieces", "arguments", "refused"):
            setattr(received, name, [self.clean("".join(getattr(received, name)))])
        return received

    def pause(self, attempt: int, seed: str, fault: Fault) -> None:
        self._clock.sleep(wait(attempt, seed, fault.retry_after))

    @property
    def most(self) -> int:
        return self._most

    def said(self, task: Task[Any]) -> list[Message]:
        return messages(task, self._workspace)


class _Conversation:
    """One task with one model: the attempts, the reading of what comes, and one turn of repair."""

    def __init__(self, model: OpenAIModel, task: Task[Any]) -> None:
        self.model = model
        self.task = task
        self.schema = wire_schema(task.reply_type)
        self.sent = model.said(task)
        self.seed = hashlib.sha256(repr(self.sent).encode("utf-8", "replace")).hexdigest()

    def with_repair(self, dialect: Dialect) -> Record:
        came = self.ask(dialect)
        assert isinstance(came, Received)
        try:
            return self.read(came)
        except Unusable as fault:
            return self.again(dialect, came, str(fault))

    def ask(self, dialect: Dialect, more: Sequence[Message] = (), unfit: frozenset[int] = frozenset()) -> Received | Fault:
        """Attempts until something comes. Faults that do not pass are raised, but those with a status in ``unfit`` are given back."""
        attempt = 0
        while True:
            attempt += 1
            came = self.model.call(self.task.name, [*self.sent, *more], dialect, self.schema)
            if isinstance(came, Received) or came.status in unfit:
                return came
            if not came.passing or attempt == ATTEMPTS:
                raise came.error(attempt)
            self.model.pause(attempt, self.seed, came)

    def again(self, dialect: Dialect, came: Received, reason: str) -> Record:
        """The turn of repair: the model is told what was wrong, once."""
        second = self.ask(dialect, repair(came.text, reason, self.schema))
        assert isinstance(second, Received)
        try:
            return self.read(second)
        except Unusable as fault:
            self._give_up(second.text, str(fault))

    def read(self, came: Received) -> Record:
        """Raises :class:`Unusable` for what a turn of repair may mend."""
        name, model = self.task.name, self.model.name
        if came.refusal.strip():
            raise errors.ReplyDeclined(name, model, shown(came.refusal))
        if came.finish == "content_filter":
            raise errors.ReplyFiltered(name, model, self.model.endpoint.host)
        if came.finish == "length":
            raise errors.ReplyCut(name, model, self.model.most)
        if not came.text.strip():
            raise Unusable("it was empty")
        return parsed(came.text, self.task.reply_type, self.schema)

    def _give_up(self, text: str, reason: str) -> NoReturn:
        if not text.strip():
            raise errors.ReplyEmpty(self.task.name, self.model.name) from None
        raise errors.ReplyUnusable(self.task.name, self.model.name, reason, shown(text)) from None


def _message(body: object) -> str:
    """What an error's body says: with the code, since some servers tell by it alone."""
    if isinstance(body, dict):
        inner = body.get("error", body)
        facts = inner if isinstance(inner, dict) else {"message": inner}
        found = [str(facts[name]) for name in ("message", "detail", "code") if facts.get(name)]
        return " · ".join(found)
    return body if isinstance(body, str) else ""
