"""Settings: flags > environment (``SURVEY_…``) > ``survey.toml`` of the workspace > defaults. The only reader of the environment.

``survey.toml`` holds the names of :class:`Settings`, flat::

    theme_papers = 8
    model = "qwen3:8b"
    base_url = "http://127.0.0.1:11434/v1"

Keys are taken from the environment or the keyring (:mod:`survey.keys`), never from a file or a flag: files are shared and flags stand in
process lists.
"""

import ipaddress
import os
import re
import tomllib
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit

from pydantic import Field, PrivateAttr, SecretStr, ValidationError, field_validator

from survey.errors import BadSetting, BadSettingsFile, KeyShown, SurveyError, UnknownSetting
from survey.keys import holds_key, of_environment, of_keyring
from survey.phrases import languages
from survey.records import Record

DEFAULT_BASE_URL = "https://api.openai.com/v1"
"""Where a model is asked when one is named and no server is."""

ROLES = ("extract", "write", "judge", "embed")
"""What models are asked for: reading papers, writing, judging, vectors. Each may have a model and a server of its own."""


class Settings(Record):
    """Everything a user may set. Counts are per survey unless they say otherwise.

    What is excluded from dumps says how the work is done, not what comes out: it stands in no digest and not in ``run.json``, where the
    model has an entry of its own.
    """

    passage_chars: int = Field(default=1000, ge=200, le=8000, description="Length that a passage aims at, in characters.")
    problems_per_paper: int = Field(default=4, ge=1, le=50, description="Most problem statements kept of one paper.")
    statements_per_role: int = Field(default=3, ge=1, le=50, description="Most statements kept of one paper for each other role.")
    themes: int = Field(default=0, ge=0, le=100, description="Number of themes; 0 lets the collection decide.")
    theme_papers: int | None = Field(
        default=None, ge=1, le=5000, description="Most papers told in one theme's section, the others are listed; else as `length` says."
    )
    chains: int | None = Field(default=None, ge=0, le=500, description="Most issue → solution chains listed; else as `length` says.")
    open_problems: int | None = Field(default=None, ge=0, le=5000, description="Most open problems ranked; else as `length` says.")
    bones: int = Field(default=6, ge=1, le=9, description="Most bones of the fish-bone.")
    twigs: int = Field(default=5, ge=0, le=8, description="Most issues shown on one bone.")
    length: Literal["short", "standard", "long"] = Field(default="standard", description="How much is told: short, standard or long.")
    depth: int = Field(default=1, ge=1, le=2, description="1: a section a theme; 2: subthemes have sections of their own.")
    audience: Literal["newcomer", "researcher"] = Field(
        default="researcher", description="newcomer: with the background of each theme and what terms mean; researcher: without."
    )
    lang: str = Field(default="en", description="Language of the survey's own words; quotes stay as they are.")
    judged: bool = Field(default=False, description="Whether the model also judges each sentence against its quotes.")

    model: str = Field(default="", exclude=True, description="Language model that answers; without one, the embedded default does.")
    base_url: str = Field(default="", exclude=True, description=f"Its OpenAI-compatible server; {DEFAULT_BASE_URL} if none is named.")
    extract_model: str = Field(default="", exclude=True, description="Model that reads papers, if another than `model`.")
    extract_base_url: str = Field(default="", exclude=True, description="Its server, if another than `base_url`.")
    write_model: str = Field(default="", exclude=True, description="Model that names and writes, if another than `model`.")
    write_base_url: str = Field(default="", exclude=True, description="Its server, if another than `base_url`.")
    judge_model: str = Field(default="", exclude=True, description="Model that judges and checks, if another than `model`.")
    judge_base_url: str = Field(default="", exclude=True, description="Its server, if another than `base_url`.")
    embed_model: str = Field(default="", exclude=True, description="Model that makes vectors; `model` never does, the packaged one else.")
    embed_base_url: str = Field(default="", exclude=True, description="Its server, if another than `base_url`.")
    budget: float | None = Field(default=None, gt=0, exclude=True, description="Most US dollars that one command may spend.")
    max_tokens: int | None = Field(
        default=None, gt=0, exclude=True, description="Most tokens, sent and received, that one command may use."
    )
    reply_tokens: int = Field(default=4000, ge=64, exclude=True, description="Most tokens of one reply, a model's thinking included.")
    concurrency: int = Field(default=4, ge=1, le=64, exclude=True, description="Most calls to a server at a time.")
    timeout: float = Field(default=120, gt=0, le=3600, exclude=True, description="Seconds of silence after which a call is given up.")

    _where: dict[str, str] = PrivateAttr(default_factory=dict)
    _keys: dict[str, SecretStr] = PrivateAttr(default_factory=dict)

    @field_validator("base_url", "extract_base_url", "write_base_url", "judge_base_url", "embed_base_url")
    @classmethod
    def _plain_address(cls, value: str) -> str:
        try:
            parts = urlsplit(value)
            parts.port  # noqa: B018  # raises for a port that is none
            good = parts.scheme in ("http", "https") and bool(parts.hostname) and not (parts.username or parts.password or parts.query)
        except ValueError:
            good = False
        if value and not good:
            raise ValueError("an http(s) address without user, password or query, as http://127.0.0.1:8080/v1")
        return value.rstrip("/")

    @field_validator("lang")
    @classmethod
    def _known_language(cls, value: str) -> str:
        if value not in languages():
            raise ValueError(f"a language that the survey's words are known in: {', '.join(languages())}")
        return value

    def where(self, name: str) -> str:
        """Where the value of a setting came from: "flags", "environment", "survey.toml" or "default"."""
        return self._where.get(name, "default")

    def service_key(self, service: str, base_url: str = "") -> SecretStr | None:
        """The key for a service that is asked for papers; None without one. ``base_url``: where it is asked, if not at its own address.

        Raises :class:`BadSetting` for a key that can be none."""
        host = urlsplit(base_url).netloc if base_url else ""
        return self._key(SERVICE_KEYS.get(service, ()), host, is_this_machine(urlsplit(base_url).hostname))[0]

    def endpoint(self, role: str) -> "Endpoint | None":
        """Who answers for ``role``; None: nobody outside, the embedded default does.

        A key goes only where whoever set it meant it to go: to the server that flags or the environment name, or to OpenAI's. A
        server that ``survey.toml`` names, or a role's own one, gets ``SURVEY_API_KEY`` or ``SURVEY_<ROLE>_API_KEY`` and nothing else,
        so that a folder from somebody else cannot collect keys. The keyring outlives the shell and knows every folder: what it keeps
        under a variable's name goes to OpenAI's server alone, and what it keeps under ``NAME@host`` to that host, whoever names it.
        Raises :class:`BadSetting` for a key that can be none.
        """
        own_model = str(getattr(self, f"{role}_model"))
        model = own_model or (self.model if role != "embed" else "")
        if not model:
            return None
        own_server = str(getattr(self, f"{role}_base_url"))
        base_url = own_server or self.base_url or DEFAULT_BASE_URL
        names = [f"SURVEY_{role.upper()}_API_KEY"]
        if not own_server or own_server == self.base_url:
            names.append("SURVEY_API_KEY")
        if base_url == DEFAULT_BASE_URL or (not own_server and self.where("base_url") != "survey.toml"):
            names.append("OPENAI_API_KEY")
        parts = urlsplit(base_url)
        host = "" if base_url == DEFAULT_BASE_URL else parts.netloc
        return Endpoint(model, base_url, *self._key(names, host, is_this_machine(parts.hostname)))

    def _key(self, names: Iterable[str], host: str, is_local: bool) -> tuple[SecretStr | None, str]:
        """The first of ``names`` that the environment holds, else the keyring, and where it came from.

        ``host``: of the server, unless it is the one that the names are meant for. For a server on this machine nobody is asked to unlock
        a keyring."""
        for name in names:
            if key := self._keys.get(name):
                return _checked(name, key, "environment"), name
        for name in () if is_local else names:
            entry = f"{name}@{host}" if host else name
            if key := of_keyring(entry):
                return _checked(entry, key, "keyring"), f"{entry} in the keyring"
        return None, ""


def _checked(name: str, key: SecretStr, where: str) -> SecretStr:
    if not re.fullmatch(r"[!-~]+", key.get_secret_value()):  # what cannot stand in a header would be shown by the error
        raise BadSetting(name, "…", "printable ASCII without blanks", where)
    return key


class Endpoint(NamedTuple):
    """A model at a server. ``key_from`` names the variable that the key came from; "" without one."""

    model: str
    base_url: str
    key: SecretStr | None
    key_from: str

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).netloc

    @property
    def is_this_machine(self) -> bool:
        return is_this_machine(urlsplit(self.base_url).hostname)


def is_this_machine(host: str | None) -> bool:
    """Whether what is sent there stays here, and no proxy may stand between."""
    name = (host or "").rstrip(".")
    if name == "localhost":
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback


SERVICE_KEYS = {"openalex": ("OPENALEX_API_KEY",), "s2": ("S2_API_KEY", "SEMANTIC_SCHOLAR_API_KEY")}
"""Variables that hold the key of a service which is asked for papers; the first that is set counts."""
_KEYS = (
    "OPENAI_API_KEY",
    "SURVEY_API_KEY",
    *(f"SURVEY_{role.upper()}_API_KEY" for role in ROLES),
    *(name for names in SERVICE_KEYS.values() for name in names),
)


def check_arguments(arguments: Iterable[str], environment: Mapping[str, str] = os.environ) -> None:
    """Raises :class:`KeyShown` where a key stands among them."""
    of_environment(_KEYS, environment)
    for argument in arguments:
        if holds_key(argument):
            raise KeyShown(argument.partition("=")[0] if argument.startswith("--") and "=" in argument else "an argument", "flags")


def load_settings(root: Path, flags: Mapping[str, Any] | None = None, environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings of the workspace at ``root``. Raises :class:`BadSetting`, naming the place, for an unknown name or a bad value."""
    path = root / "survey.toml"
    layers: list[tuple[str, str, Mapping[str, Any]]] = []
    if path.is_file():
        layers.append((str(path), path.name, read_toml(path, BadSettingsFile)))
    names = {"OPENAI_BASE_URL": "base_url"} | {f"SURVEY_{name.upper()}": name for name in Settings.model_fields}
    given = {setting: environment[name] for name, setting in names.items() if environment.get(name)}
    layers.append(("environment", "environment", given))
    layers.append(("flags", "flags", {name: value for name, value in (flags or {}).items() if value is not None}))
    keys = of_environment(_KEYS, environment)
    values: dict[str, Any] = {}
    where: dict[str, str] = {}
    for place, short, layer in layers:
        for name, value in layer.items():
            if holds_key(_said(value)):
                raise KeyShown(name, place)
        values |= layer
        where |= dict.fromkeys(layer, short)
        try:
            settings = Settings.model_validate(values)
        except ValidationError as error:
            raise _fault(error, place) from None
    settings._where.update(where)
    settings._keys.update(keys)
    return settings


def read_toml(path: Path, fault: Callable[[Path, str, int, int], SurveyError]) -> dict[str, Any]:
    """Raises ``fault`` with the path, a reason, line and column for what is no TOML."""
    data = path.read_bytes().removeprefix(BOM_UTF8)  # editors of Windows put it there
    try:
        return tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        raise fault(path, f"byte {data[error.start]:#04x} is no UTF-8", *_end_of(before)) from error
    except tomllib.TOMLDecodeError as error:
        reason, _, place = str(error).removesuffix(")").rpartition(" (at ")
        line, column = map(int, re.findall(r"\d+", place)) if "line" in place else _end_of(data.decode("utf-8"))
        raise fault(path, reason, line, column) from error
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits, lists without end
        raise fault(path, "a number in it is too long, or lists stand in lists without end", 0, 0) from error


def _end_of(text: str) -> tuple[int, int]:
    """Line and column of what comes next."""
    return text.count("\n") + 1, len(text) - text.rfind("\n")


def _said(value: object) -> str:
    """ "" for a number of 5,000 digits or a table within a table, a thousand times: no key, and refused otherwise."""
    try:
        return str(value)
    except (ValueError, RecursionError):
        return ""


def _fault(error: ValidationError, place: str) -> BadSetting:
    fault = error.errors()[0]
    name = str(fault["loc"][0])
    unknown = fault["type"] == "extra_forbidden"
    if unknown and re.search("key|token|secret|passw", name, re.IGNORECASE) and not isinstance(fault["input"], int):
        return KeyShown(name, place)
    if unknown:  # its value may be anything, and is not said
        return UnknownSetting(name, get_close_matches(name.casefold(), Settings.model_fields, n=1), [*Settings.model_fields], place)
    hidden = name.endswith("base_url")  # an address may hold a password
    return BadSetting(name, "…" if hidden else fault["input"], _wanted(fault["type"], fault["msg"]), place)


def _wanted(kind: str, message: str) -> str:
    if kind == "literal_error":
        return message.removeprefix("Input should be ")
    return (
        message.removeprefix("Value error, ")
        if message.startswith("Value error")
        else message.lower().removeprefix("input should be ").partition(",")[0]
    )
