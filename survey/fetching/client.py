"""One request at a time, with manners: a pause between two, Retry-After obeyed, who asks in every one, and bounds on all of it."""

import ipaddress
import logging
from email.utils import parseaddr
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit, urlunsplit

from pydantic import SecretStr

from survey.errors import BadQuery, FetchFailed
from survey.fetching.services import Service
from survey.keys import cleaned
from survey.models.retrying import ATTEMPTS, Clock, passes, retry_after, wait
from survey.settings import is_this_machine

if TYPE_CHECKING:
    import httpx

MOST_BYTES = 50_000_000
MOST_REDIRECTS = 5
CONNECT_SECONDS, SILENT_SECONDS, LONGEST_SECONDS = 20.0, 60.0, 300.0

# The client logs addresses, and a key may stand in one.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class NotThere(Exception):
    """The service knows no such thing (404): of one DOI among several, no reason to stop."""


class _Passing(Exception):
    """A fault that may be gone at the next attempt."""

    def __init__(self, reason: str, after: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.after = after


def _is_private(host: str | None) -> bool:
    try:
        return not ipaddress.ip_address(host or "").is_global
    except ValueError:
        return host in (None, "", "localhost") or "." not in (host or "")


def checked_base(service: Service, base_url: str) -> str:
    """The address that stands for the service's own. Raises :class:`BadQuery` for one that is neither https nor on this machine."""
    try:
        parts = urlsplit(base_url)
        fine = bool(parts.hostname) and not (parts.username or parts.password or parts.query or parts.fragment) and parts.port != 0
    except ValueError:
        fine = False
    if not fine or not (parts.scheme == "https" or (parts.scheme == "http" and is_this_machine(parts.hostname))):
        raise BadQuery(service.name, "--base-url must be an https address, or http on this machine, without user and query")
    return base_url.rstrip("/")


def checked_email(service: Service, email: str) -> str:
    """A contact address that can stand in a header. Raises :class:`BadQuery`."""
    if email and (parseaddr(email)[1] != email or "@" not in email or not email.isascii() or not email.isprintable()):
        raise BadQuery(service.name, f"--email must be an address such as name@university.edu, not {email!r}")
    return email


def _program() -> str:
    try:
        return f"fishbone-survey/{version('fishbone-survey')}"
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "fishbone-survey"


class Client:
    """Asks one service. ``last`` is when it was asked before, in seconds since 1970, should another run have done so."""

    def __init__(self, service: Service, base_url: str, email: str, key: SecretStr | None, clock: Clock, last: float = 0) -> None:
        import httpx  # takes a tenth of a second

        self.service = service
        self.base_url = base_url
        self.host = urlsplit(base_url).netloc
        self.asked = 0
        self._key = key
        self._clock = clock
        self._last = last
        contact = f" (mailto:{email})" if email else ""
        self._http = httpx.Client(
            headers={"user-agent": _program() + contact, "accept": service.accept},
            timeout=httpx.Timeout(SILENT_SECONDS, connect=CONNECT_SECONDS),
            follow_redirects=False,
            event_hooks={"response": [self._check_redirect]},
            trust_env=not is_this_machine(urlsplit(base_url).hostname),  # no proxy stands between this machine and itself
        )

    def close(self) -> None:
        self._http.close()

    def get(self, address: str) -> bytes:
        """The body of the reply to ``address`` (path and query). Raises :class:`FetchFailed`, and :class:`NotThere` for a 404.

        The key does not stand in it, though OpenAlex takes it in the query, and a service may repeat what it was asked."""
        for attempt in range(1, ATTEMPTS + 1):
            self._pause()
            try:
                return self._clean(self._redirected(self.base_url + address).decode("latin-1")).encode("latin-1")
            except _Passing as fault:
                if attempt == ATTEMPTS:
                    raise FetchFailed(self.host, f"{fault.reason} (tried {ATTEMPTS} times)") from None
                self._clock.sleep(wait(attempt, address, fault.after))
        raise AssertionError

    def _clean(self, text: str) -> str:
        return cleaned(text, [self._key] if self._key else ())

    def _pause(self) -> None:
        gap = self.service.gap - (self._clock.wall() - self._last)
        if gap > 0:
            self._clock.sleep(min(gap, self.service.gap))
        self._last = self._clock.wall()
        self.asked += 1

    def _redirected(self, url: str) -> bytes:
        for _ in range(MOST_REDIRECTS + 1):
            reply = self._sent(url)
            if isinstance(reply, bytes):
                return reply
            url = self._followed(url, reply)
        raise FetchFailed(self.host, f"sends from one address to the next, more than {MOST_REDIRECTS} times", "Check --base-url.")

    def _followed(self, url: str, to: str) -> str:
        """Where a redirect leads. A file, another scheme, this machine from elsewhere, and a strange host are not followed."""
        import httpx

        try:
            target = urlsplit(urljoin(url, to))
            httpx.URL(urlunsplit(target)).copy_with(port=target.port)  # which is checked when it is asked for
        except (ValueError, httpx.InvalidURL):
            raise self._misled(to) from None
        own = urlsplit(self.base_url)
        local = is_this_machine(own.hostname)
        secure = target.scheme == "https" or (target.scheme == "http" and local and is_this_machine(target.hostname))
        elsewhere = target.hostname != own.hostname
        hidden = elsewhere and not local and _is_private(target.hostname)
        if not secure or target.username or hidden or (elsewhere and not self.service.other_hosts):
            shown = self._clean(f"{target.scheme}://{target.hostname or ''}")[:80]
            raise FetchFailed(self.host, f"sends on to {shown}, which is not followed", "Check --base-url.")
        return urlunsplit(target)

    def _check_redirect(self, response: "httpx.Response") -> None:
        """Before the client looks at the address itself, to whom a bad one is a fault of the line."""
        if response.has_redirect_location:
            self._followed(str(response.url), response.headers["location"])

    def _misled(self, to: str) -> FetchFailed:
        return FetchFailed(
            self.host, f"sends on to {self._clean(to)[:80]!r}, which is no web address", "Check --base-url, or run it again later."
        )

    def _sent(self, url: str) -> bytes | str:
        """The body, or the address that the reply sends on to."""
        import httpx

        headers, fields = {}, {}
        if self._key and urlsplit(url).netloc == self.host:  # a key goes to its service alone
            secret = self._key.get_secret_value()
            if self.service.key_header:
                headers[self.service.key_header] = secret
            elif self.service.key_field:
                fields[self.service.key_field] = secret
        try:
            target = httpx.URL(url).copy_merge_params(fields) if fields else httpx.URL(url)
        except (httpx.InvalidURL, ValueError):  # not an HTTPError
            raise self._misled(url) from None
        late = self._clock.now() + LONGEST_SECONDS
        try:
            with self._http.stream("GET", target, headers=headers) as response:
                if response.is_redirect:
                    return str(response.headers.get("location", ""))
                self._accept(response)
                pieces: list[bytes] = []
                size = 0
                for piece in response.iter_bytes():
                    size += len(piece)
                    if size > MOST_BYTES:
                        raise FetchFailed(self.host, f"sent more than {MOST_BYTES:,} bytes", "Ask for less: --max, or a narrower query.")
                    if self._clock.now() > late:
                        raise _Passing(f"took more than {LONGEST_SECONDS:.0f} seconds for one reply")
                    pieces.append(piece)
                return b"".join(pieces)
        except httpx.TimeoutException:
            raise _Passing("did not answer in time") from None
        except (httpx.ConnectError, httpx.ProxyError) as error:
            raise _Passing(f"cannot be reached ({type(error).__name__})") from None
        except httpx.HTTPError as error:
            raise _Passing(f"broke off its reply ({type(error).__name__})") from None

    def _accept(self, response: "httpx.Response") -> None:
        status = response.status_code
        if status == 200:
            return
        if passes(status):
            what = "is asked too often" if status == 429 else "failed"
            raise _Passing(f"{what} (status {status})", retry_after(response.headers, self._clock.wall()))
        if status == 404:
            raise NotThere
        if status in (401, 403):
            named = "Check the key in the environment or the keyring." if self._key else "It may want a key: see docs/fetching.md."
            raise FetchFailed(self.host, f"refused the request (status {status})", named)
        raise FetchFailed(self.host, f"refused the request (status {status})", "Check the query.")
