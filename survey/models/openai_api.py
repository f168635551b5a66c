"""An OpenAI-compatible server: OpenAI, vLLM, llama.cpp, Ollama, LM Studio and the rest. The one place that talks to one.

The client's own retries are off; what may pass is tried again here, each attempt paid from the budget. Whatever goes wrong becomes one
error of :mod:`survey.errors`. Nothing that a server sends reaches an error as it is: texts are shortened, and the key is taken out.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeAlias, TypeVar

from survey import errors
from survey.keys import cleaned
from survey.models.formats import shown
from survey.models.meter import Meter, Ticket, Use
from survey.models.prices import Price
from survey.models.retrying import ATTEMPTS, Clock, SystemClock, passes, retry_after, wait
from survey.models.streaming import Broken, ServerSaidError, bounded
from survey.settings import DEFAULT_BASE_URL, Endpoint

if TYPE_CHECKING:
    from openai import OpenAI

    Client: TypeAlias = OpenAI

CONNECT_SECONDS = 20.0
_TALKATIVE = ("httpx", "httpx2", "httpcore", "httpcore2", "openai")
"""At DEBUG, which OPENAI_LOG turns on, they write down papers, and all that a server sends: even a key that it sends back."""
SLOWEST = 10
"""A reply may take this many times ``timeout`` in all, however steadily it dribbles."""

T = TypeVar("T")


class Errand(NamedTuple):
    """One request, to be paid: for which task and role, the most that it can use, and what is booked if the server does not say."""

    task: str
    role: str
    seed: str
    worst: Use
    prompt: int


class Came(NamedTuple, Generic[T]):
    """What a request brought, what the server says it used, and an estimate of the reply's tokens."""

    value: T
    used: Use | None
    reply: int


@dataclass(frozen=True)
class Fault:
    """An attempt that brought nothing. ``passing``: it may do so next time. ``status`` is 0 where none came; ``used`` None where the
    server may have worked."""

    error: Callable[[int], errors.ModelError]
    passing: bool
    status: int = 0
    said: str = ""
    retry_after: float | None = None
    used: Use | None = None


class Body:
    """What a server sends, under a bound of time and size; ``is_late()``: nobody waits for it any more."""

    def __init__(self, response: Any, is_late: Callable[[], bool]) -> None:
        self.kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        self.chunks: Iterator[bytes] = bounded(response.iter_bytes(), is_late)

    def whole(self) -> bytes:
        return b"".join(self.chunks)


class NotAReply(Exception):  # never leaves the room of models
    """The body is of a kind that no API sends: a page."""

    def __init__(self, body: Body) -> None:
        self.start = next(body.chunks, b"")[:2000].decode("utf-8", "replace")
        super().__init__("a page")


Send: TypeAlias = Callable[["Client", Callable[[Any], Body]], Came[T]]
"""Makes a request with the client, and reads the body of its response, which the second argument gives."""


class Server:
    """An endpoint and the account that its use is booked on; safe to use from several threads. ``transport``: what carries the requests,
    of the client's HTTP package; None: a connection."""

    def __init__(
        self,
        endpoint: Endpoint,
        meter: Meter,
        price: Price | None = None,
        timeout: float = 120,
        clock: Clock | None = None,
        transport: Any = None,
    ) -> None:
        self.endpoint = endpoint
        self.name = f"{endpoint.model} at {endpoint.host}"
        self.clock = clock or SystemClock()
        self._meter = meter
        self._price = price
        self._timeout = timeout
        self._transport = transport
        self._opening = threading.Lock()
        self._client: Client | None = None
        self._closed = False

    def ask(self, errand: Errand, send: Send[T], unfit: frozenset[int] = frozenset()) -> T | Fault:
        """Attempts until something comes. A fault that does not pass is raised, but one with a status in ``unfit`` is given back.

        Raises a :class:`survey.errors.ModelError`, and :class:`survey.errors.BudgetReached`.
        """
        first: Ticket | None = None
        for attempt in count(1):
            ticket = self._meter.reserve(errand.task, errand.role, self.endpoint.model, self._price, errand.worst)
            first = first or ticket
            ticket.stops = first.stops  # what is called off is not tried again
            came = self._attempt(errand, send, ticket)
            if not isinstance(came, Fault) or came.status in unfit:
                return came
            if not came.passing or attempt == ATTEMPTS or self._is_over(ticket):
                raise came.error(attempt)
            self.clock.sleep(wait(attempt, errand.seed, came.retry_after))
            if self._is_over(ticket):
                raise came.error(attempt)
        raise AssertionError

    def clean(self, text: str) -> str:
        """Without the key, should a server send it back."""
        return cleaned(text, [self.endpoint.key] if self.endpoint.key else ())

    def close(self) -> None:
        """For good: what is under way after Ctrl-C opens no connection any more."""
        with self._opening:
            self._closed = True
            if self._client is not None:
                self._client.close()

    # ------------------------------------------------------------ one attempt

    def _is_over(self, ticket: Ticket) -> bool:
        return self._closed or self._meter.is_off(ticket)

    def _attempt(self, errand: Errand, send: Send[T], ticket: Ticket) -> T | Fault:
        """One request, paid from the budget whatever becomes of it."""
        used: Use | None = None
        reply = 0
        try:
            came = self._sent(errand.task, send, ticket)
            if isinstance(came, Fault):
                used = came.used
                return came
            used, reply = came.used, came.reply
            return came.value
        finally:
            self._meter.settle(ticket, used, Use(errand.prompt, reply))

    def _sent(self, task: str, send: Send[T], ticket: Ticket) -> Came[T] | Fault:  # noqa: PLR0911  # one return per way to fail
        import openai  # takes seconds

        def body(response: Any) -> Body:
            late = self.clock.now() + SLOWEST * self._timeout
            return Body(response, lambda: self.clock.now() > late or self._meter.is_off(ticket))

        host = self.endpoint.host
        try:
            return send(self._open(openai), body)
        except openai.APIStatusError as error:
            return self._status(task, error.status_code, _message(error.body), retry_after(error.response.headers, self.clock.wall()))
        except ServerSaidError as error:
            return self._status(task, error.status, error.said, None, began=True)
        except NotAReply as error:
            came = shown(self.clean(error.start))
            return Fault(lambda n: errors.NotAnApi(task, self.name, host, came), passing=False)
        except Broken as error:
            reason = str(error)
            return Fault(lambda n: errors.ServerUnreachable(task, self.name, host, reason, n), passing=not error.endless)
        except Exception as error:
            # the client's majors sit on two HTTP packages, whose errors come through while a body is read: told by their names
            kinds = {kind.__name__ for kind in type(error).__mro__}
            if kinds & {"APITimeoutError", "TimeoutException"}:
                return Fault(lambda n: errors.ServerSilent(task, self.name, host, self._timeout, n), passing=True)
            if kinds & {"APIConnectionError", "HTTPError", "StreamError", "OSError"}:
                unsent = type(error.__cause__ or error).__name__ in ("ConnectError", "ConnectTimeout")
                why = "no connection" if unsent else "the connection broke off"
                free = Use(0, 0) if unsent else None
                return Fault(lambda n: errors.ServerUnreachable(task, self.name, host, why, n), passing=True, used=free)
            raise

    def _open(self, openai: Any) -> "Client":
        with self._opening:
            if self._closed:
                raise ConnectionAbortedError
            if self._client is None:
                for name in _TALKATIVE:
                    logging.getLogger(name).setLevel(logging.WARNING)
                official = self.endpoint.base_url == DEFAULT_BASE_URL
                self._client = openai.OpenAI(
                    api_key=self.endpoint.key.get_secret_value() if self.endpoint.key else "none",
                    base_url=self.endpoint.base_url,
                    organization=None if official else "",  # what the environment holds for OpenAI is for OpenAI
                    project=None if official else "",
                    max_retries=0,
                    timeout=openai.Timeout(self._timeout, connect=min(CONNECT_SECONDS, self._timeout)),
                    # a redirect would carry the papers to a server that nobody named, and a proxy what stays on this machine
                    http_client=openai.DefaultHttpxClient(
                        follow_redirects=False,
                        trust_env=not self.endpoint.is_this_machine,
                        transport=self._transport,
                        event_hooks={"request": [_say_no_more]},
                    ),
                )
            return self._client

    # ------------------------------------------------------------ faults

    def _status(self, task: str, status: int, said: str, asked: float | None, began: bool = False) -> Fault:
        """``began``: the error came inside a reply, so the server may have worked."""
        said = shown(self.clean(said))
        host, lower = self.endpoint.host, said.lower()
        quota = status == 429 and any(word in lower for word in ("insufficient_quota", "exceeded your current quota"))
        long = status in (400, 413, 422) and any(word in lower for word in ("context length", "context window", "context size", "too long"))

        filtered = status == 400 and any(word in lower for word in ("content_filter", "content management policy"))

        def failed(n: int) -> errors.ModelError:  # noqa: PLR0911  # one return per error
            if status in (401, 403):
                return errors.KeyRefused(task, self.name, host, status, self.endpoint.key_from)
            if filtered:
                return errors.ReplyFiltered(task, self.name, host)
            if status == 404:
                return errors.NoSuchModel(task, self.name, host, said)
            if quota:
                return errors.QuotaExhausted(task, self.name, host, said)
            if long:
                return errors.PromptTooLong(task, self.name, said)
            if status in (429, 503, 529):
                return errors.ServerBusy(task, self.name, host, status, said, n)
            if status >= 500:
                return errors.ServerFailed(task, self.name, host, status, said, n)
            return errors.RequestRefused(task, self.name, host, status, said)

        used = None if began else Use(0, 0)
        return Fault(failed, passes(status) and not quota, 0 if long or filtered else status, said, asked, used)


def _say_no_more(request: Any) -> None:
    """The client tells every server this machine's system, processor and Python: nobody needs that for an answer."""
    for name in ("lang", "package-version", "os", "arch", "runtime", "runtime-version", "async"):
        request.headers.pop(f"x-stainless-{name}", None)


def _message(body: object) -> str:
    """What an error's body says: with the code, since some servers tell by it alone."""
    if isinstance(body, dict):
        inner = body.get("error", body)
        facts = inner if isinstance(inner, dict) else {"message": inner}
        found = [str(facts[name]) for name in ("message", "detail", "code") if facts.get(name)]
        return " · ".join(found)
    return body if isinstance(body, str) else ""
