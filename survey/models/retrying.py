"""When a call is tried again, and after how long. The clock is handed in, so that a test can tell the waits exactly."""

import hashlib
import math
import time
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Protocol

ATTEMPTS = 5
FIRST_WAIT = 1.0
LONGEST_WAIT = 60.0
"""Seconds. A server that asks for a longer wait is asked again after this, and the attempts run out if it meant it."""

NOT_FOR_US = 501
"""Not implemented: the one 5xx that will not pass."""


class Clock(Protocol):
    def now(self) -> float:
        """Seconds that only run forward."""
        ...

    def wall(self) -> float:
        """Seconds since 1970, to understand dates of a server."""
        ...

    def sleep(self, seconds: float) -> None: ...


class SystemClock:
    def now(self) -> float:
        return time.monotonic()

    def wall(self) -> float:
        return time.time()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


def passes(status: int) -> bool:
    """Whether a status may pass by itself."""
    return status == 429 or (status >= 500 and status != NOT_FOR_US)


def wait(attempt: int, seed: str, asked: float | None = None) -> float:
    """Seconds before the attempt after ``attempt`` (1, 2, …): what the server asked for, else 1, 2, 4, 8 and up to a quarter more.

    The part on top differs from call to call, so that calls which failed together do not come back together, and is the same in
    every run.
    """
    if asked is not None:
        return min(asked, LONGEST_WAIT)
    share = int.from_bytes(hashlib.sha256(f"{seed} {attempt}".encode()).digest()[:4]) / 2**32
    return min(FIRST_WAIT * float(2 ** (attempt - 1)) * (1 + share / 4), LONGEST_WAIT)


def retry_after(headers: Mapping[str, str], wall: float) -> float | None:
    """Seconds that a server asks to wait: ``retry-after-ms``, or ``Retry-After``, a number or an HTTP date (RFC 9110, 10.2.3).

    None for none, past or nonsense.
    """
    milliseconds, given = headers.get("retry-after-ms"), headers.get("retry-after")
    seconds = _number(milliseconds, 1000) or _number(given, 1)
    if seconds is None and given:
        try:
            date = parsedate_to_datetime(given)
        except (ValueError, TypeError, IndexError):
            return None
        seconds = (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp() - wall
    return seconds if seconds is not None and seconds > 0 else None


def _number(text: str | None, per_second: int) -> float | None:
    try:
        number = float(text or "") / per_second
    except ValueError:
        return None
    return number if math.isfinite(number) else None
