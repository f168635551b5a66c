"""Keys: from the environment or from the system's keyring, from nowhere else; and out of every text that comes back from a server."""

import html
import os
import re
import threading
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.util import find_spec

from pydantic import SecretStr

KEYRING = "fishbone-survey"
"""The service under which the keyring knows the program: ``keyring set fishbone-survey OPENAI_API_KEY``."""

_PATIENCE = 60.0
"""Seconds to unlock a keyring in. One that nobody unlocks, or that hangs, is given up for the rest of the process."""
_SHAPES = re.compile(
    r"sk-[A-Za-z0-9]{20}|sk-(?:proj|svcacct|admin|ant|or)-[\w-]{20}|gsk_[A-Za-z0-9]{20}|hf_[A-Za-z0-9]{20}|xai-[A-Za-z0-9]{20}|AIza[\w-]{30}"
)
"""How the keys of known vendors begin. Words joined by hyphens, as in names of files, are none."""

_known: set[SecretStr] = set()
_silent = threading.Event()


def of_environment(names: Iterable[str], environment: Mapping[str, str]) -> dict[str, SecretStr]:
    """Those of the variables that hold something."""
    return {name: _remembered(environment[name].strip()) for name in names if environment.get(name, "").strip()}


@cache
def of_keyring(entry: str) -> SecretStr | None:
    """What the system's keyring keeps under ``entry``; None without one, without the extra, and where it does not answer.

    Whoever runs unattended (``CI`` is set) is not asked to unlock one, and a store that would ask at the terminal, or that is a plain
    file, is not taken for the system's.
    """
    if os.environ.get("CI") or _silent.is_set() or find_spec("keyring") is None:
        return None
    found: list[str | None] = []

    def ask() -> None:
        try:
            import keyring  # an extra, and half a second

            found.append(keyring.get_password(KEYRING, entry) if keyring.get_keyring().priority >= 1 else None)
        except Exception:  # no service on the bus, locked, refused: each backend has faults of its own
            found.append(None)

    asking = threading.Thread(target=ask, name="keyring", daemon=True)
    asking.start()
    asking.join(_PATIENCE)
    if not found:
        _silent.set()
    key = (found[0] if found else None) or ""
    return _remembered(key.strip()) if key.strip() else None


def _remembered(value: str) -> SecretStr:
    key = SecretStr(value)
    _known.add(key)
    return key


def is_secret(value: str) -> bool:
    """Whether it must be kept out of texts. What people give to a server that wants no key ("ollama", "anything") is a word like others."""
    return len(value) >= 16 or (len(value) >= 8 and not value.isalpha())


def holds_key(text: str) -> bool:
    """Whether a key of this process stands in it, or what has the shape of one."""
    return bool(_SHAPES.search(text)) or any(is_secret(key) and key in text for key in map(SecretStr.get_secret_value, _known))


def cleaned(text: str, keys: Iterable[SecretStr] | None = None) -> str:
    """Without these keys, or any that this process was given, as servers spell them: plain, or escaped for JSON, XML or an address."""
    for key in map(SecretStr.get_secret_value, _known if keys is None else keys):
        if is_secret(key):
            text = _spellings(key).sub("[key]", text)
    return text


@cache
def _spellings(key: str) -> re.Pattern[str]:
    return re.compile("".join(map(_spelt, key)))


def _spelt(char: str) -> str:
    """The longest spelling first: else its end would stay behind the last character."""
    code = ord(char)
    coded = rf"(?i:\\u{code:04x}|%{code:02x}|&\#0*{code};|&\#x0*{code:x};)"
    named = f"{re.escape(html.escape(char))}|" if html.escape(char) != char else ""
    return f"(?:{coded}|{named}\\\\?{re.escape(char)})"
