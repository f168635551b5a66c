"""Keys: whence they come, where they go, and that no byte of anything else holds one."""

import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from html import escape
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from survey import keys
from survey.errors import BadSetting, KeyShown
from survey.library import Library
from survey.locking import writing
from survey.readers import containment
from survey.settings import ROLES, SERVICE_KEYS, check_arguments, is_this_machine, load_settings
from tests.calling import CHECKOUT, Outcome, call, ended, python
from tests.conftest import FIXTURES
from tests.fetching.stand_in import Handler, StandIn
from tests.keyrings import KEPT, Broken, Hanging, Kept, Plain
from tests.models import hostile
from tests.models.hostile import Hostile

NAMES = [
    "OPENAI_API_KEY",
    "SURVEY_API_KEY",
    *(f"SURVEY_{role.upper()}_API_KEY" for role in ROLES),
    *(n for s in SERVICE_KEYS.values() for n in s),
]
PLANTED = {name: f"sk-canary-{number}-4f9a1c&7/e" for number, name in enumerate(NAMES)}
LOCAL = "http://127.0.0.1:8080/v1"


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    import keyring as system

    before = system.get_keyring()
    keys.of_keyring.cache_clear()
    monkeypatch.delenv("CI", raising=False)
    system.set_keyring(Kept())
    yield
    system.set_keyring(before)
    keys.of_keyring.cache_clear()
    keys._silent.clear()


# ---------------------------------------------------------------- whence they come


def came(root: Path, toml: str = "", **environment: str) -> str:
    """Where the key of the role "write" came from."""
    (root / "survey.toml").write_text(f'model = "m"\n{toml}\n', encoding="utf-8")
    endpoint = load_settings(root, environment=environment).endpoint("write")
    assert endpoint
    return endpoint.key_from


@pytest.mark.usefixtures("keyring")
def test_the_environment_goes_before_the_keyring(tmp_path: Path) -> None:
    assert came(tmp_path) == "SURVEY_API_KEY in the keyring"
    assert came(tmp_path, OPENAI_API_KEY="k") == "OPENAI_API_KEY"
    made = load_settings(tmp_path, environment={})
    key = made.service_key("openalex")
    assert key and key.get_secret_value() == KEPT["OPENALEX_API_KEY"]
    assert made.service_key("s2") is None
    assert KEPT["OPENALEX_API_KEY"] not in repr(made) + repr(made.endpoint("write")) + str(vars(keys))


@pytest.mark.usefixtures("keyring")
def test_a_key_of_the_keyring_goes_only_to_the_server_that_it_is_kept_for(tmp_path: Path) -> None:
    """It knows every folder: a survey.toml from somebody else must not collect it."""
    assert came(tmp_path, 'base_url = "https://collector.example/v1"') == ""
    assert came(tmp_path, 'write_base_url = "https://collector.example/v1"') == ""
    assert came(tmp_path, SURVEY_BASE_URL="https://proxy.example/v1") == ""
    assert came(tmp_path, 'base_url = "http://llm.lab.example:8000/v1"') == "SURVEY_API_KEY@llm.lab.example:8000 in the keyring"
    assert came(tmp_path, f'base_url = "{LOCAL}"') == ""
    assert load_settings(tmp_path, environment={}).service_key("openalex", "https://collector.example") is None


@pytest.mark.usefixtures("keyring")
@pytest.mark.parametrize("store", [Plain, Broken])
def test_a_keyring_that_is_none_of_the_systems_or_fails_gives_no_key(tmp_path: Path, store: type[Kept]) -> None:
    import keyring as system

    system.set_keyring(store())
    assert came(tmp_path) == ""


@pytest.mark.usefixtures("keyring")
def test_a_keyring_that_nobody_unlocks_is_given_up_once_and_for_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import keyring as system

    monkeypatch.setattr(keys, "_PATIENCE", 0.05)
    system.set_keyring(Hanging())
    assert came(tmp_path) == ""
    system.set_keyring(Kept())
    assert load_settings(tmp_path, environment={}).service_key("openalex") is None


@pytest.mark.usefixtures("keyring")
def test_who_runs_unattended_is_not_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    assert came(tmp_path) == ""


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("localhost", True), ("localhost.", True), ("127.8.0.1", True), ("::1", True), ("::ffff:127.0.0.1", True),
        ("127.0.0.1.nip.io", False), ("localhost.example", False), ("10.0.0.1", False), ("0.0.0.0", False), ("", False), (None, False),
    ],
)  # fmt: skip
def test_what_stays_on_this_machine_is_told_by_the_address(host: str | None, local: bool) -> None:
    assert is_this_machine(host) is local


# ---------------------------------------------------------------- where they must not stand


@pytest.mark.parametrize(
    "line",
    [
        'api_key = "opaque"', 'OPENAI_API_KEY = "opaque"', 'auth_token = "opaque"', 'password = ["opaque"]',
        'model = "sk-proj-0123456789abcdefghij"', 'base_url = "https://a.example/sk-ABCDEFGHIJ0123456789/v1"', 'themes = "{planted}"',
    ],
)  # fmt: skip
def test_a_key_in_a_file_is_refused_and_not_said(tmp_path: Path, line: str) -> None:
    planted = PLANTED["OPENAI_API_KEY"]
    (tmp_path / "survey.toml").write_text(line.format(planted=planted), encoding="utf-8")
    with pytest.raises(KeyShown, match=r"survey\.toml.*holds a key.*keyring set") as error:
        load_settings(tmp_path, environment={"OPENAI_API_KEY": planted})
    assert not any(secret in str(error.value) for secret in ("opaque", planted, "0123456789"))


def test_what_is_no_setting_is_not_said_either(tmp_path: Path) -> None:
    (tmp_path / "survey.toml").write_text('modle = "opaque"', encoding="utf-8")
    with pytest.raises(BadSetting, match="'modle'") as error:
        load_settings(tmp_path, environment={})
    assert "opaque" not in str(error.value)


def test_a_key_among_the_arguments_is_refused_before_anything_is_done(tmp_path: Path) -> None:
    done = ended(python(["-m", "survey", "run", "papers", "--api-key=sk-ABCDEFGHIJ0123456789"], cwd=tmp_path))
    assert (done.code, done.out) == (2, "")
    assert "'--api-key' holds a key" in done.err and "ABCDEF" not in done.err
    assert not list(tmp_path.iterdir())
    planted = PLANTED["S2_API_KEY"]
    for arguments in ([f"--model={planted}"], ["--model", planted], ["ask", f"is {planted} a key?"]):
        with pytest.raises(KeyShown) as error:
            check_arguments(arguments, {"S2_API_KEY": planted})
        assert planted not in str(error.value)


def test_a_path_of_hyphens_is_no_key() -> None:
    assert not keys.holds_key("papers/sk-learn-user-guide-2024-revised-edition.pdf hf_hub risk-assessment-of-everything")


KEYS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8, max_size=60).filter(keys.is_secret)


@settings(max_examples=20, deadline=None)
@given(KEYS, st.text("ä\n <", max_size=9))
def test_a_text_is_rid_of_a_key_however_it_is_spelt(key: str, around: str) -> None:
    odd = "".join(f"\\u{ord(c):04X}" if n % 2 else f"%{ord(c):02x}" for n, c in enumerate(key))
    for spelt in (key, json.dumps(key)[1:-1], quote(key, safe=""), escape(key), odd, "".join(f"&#{ord(c)};" for c in key)):
        assert keys.cleaned(f"{around} {spelt} {around}", [SecretStr(key)]) == f"{around} [key] {around}"


@pytest.mark.parametrize("word", ["ollama", "anything", "EMPTY", "x"])
def test_a_word_given_to_a_server_that_wants_no_key_stays_a_word(word: str) -> None:
    assert keys.cleaned(f"Say {word}.", [SecretStr(word)]) == f"Say {word}."


def test_a_bug_that_holds_the_text_of_a_paper_steers_no_terminal() -> None:
    for error in ("ValueError", "survey.errors.SurveyError"):
        code = f"import survey.cli, survey.__main__\ndef app():\n    raise {error}(chr(27) + ']0;owned' + chr(7))\n"
        done = ended(python(["-c", code + "survey.cli.app = app\nsurvey.__main__.main()"]))
        assert "]0;owned" in done.err
        assert "\x1b" not in done.err and "\x07" not in done.err


def test_a_bug_that_holds_a_key_is_told_without_it(tmp_path: Path) -> None:
    code = """
import os, survey.cli, survey.__main__
def app():
    try:
        raise ValueError({"authorization": "Bearer " + os.environ["OPENAI_API_KEY"]})
    except ValueError as error:
        raise RuntimeError(os.environ["OPENAI_API_KEY"]) from error
survey.cli.app = app
survey.__main__.main()
"""
    for debug in ("", "1"):
        environment = {**os.environ, **PLANTED, "SURVEY_DEBUG": debug, "PYTHONPATH": str(CHECKOUT)}
        done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 1
        assert "RuntimeError" in done.stderr and "[key]" in done.stderr
        assert ("Traceback" in done.stderr) is bool(debug)
        assert PLANTED["OPENAI_API_KEY"] not in done.stderr + done.stdout


# ---------------------------------------------------------------- the whole command line


def repeats(handler: hostile.Handler) -> None:
    """Says all that it was told, as a reply that cannot be used."""
    hostile.whole(f"You said {dict(handler.headers)} {handler.headers['authorization'].encode().hex(' ')}")(handler)


def refuses(code: int) -> hostile.Act:
    return lambda handler: hostile.status(code, f"bad {dict(handler.headers)}", str(handler.headers["authorization"]), x_echo="1")(handler)


def shows_page(handler: hostile.Handler) -> None:
    handler.give(200, "text/html", f"<title>{handler.headers['authorization']}</title>".encode())


def listed(handler: Handler) -> None:
    """OpenAlex's reply, with the request in it as services repeat it."""
    told = {"meta": {"count": 1, "url": handler.path, "said": dict(handler.headers)}, "results": [{"title": f"Ponds {handler.path}"}]}
    handler.give(json.dumps(told).encode(), headers={"x-asked": handler.path})


def moved(handler: Handler) -> None:
    handler.give(b"", 302, headers={"location": f"https://{handler.path[-12:]}.example/{handler.path}"})


def refused(handler: Handler) -> None:
    handler.give(handler.path.encode(), 403, headers={"x-asked": handler.path})


@pytest.mark.allow_hosts(["127.0.0.1"])
@pytest.mark.usefixtures("keyring")
def test_no_byte_that_the_program_leaves_holds_a_key(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.WARNING, "markdown_it")  # half a minute of its own rules
    root = tmp_path / "work"
    for name in ("holt.md", "ferns.md"):
        (root / "papers").mkdir(parents=True, exist_ok=True)
        shutil.copy(FIXTURES / "collection" / "notes" / name, root / "papers")
    for name, key in PLANTED.items():
        monkeypatch.setenv(name, key)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    here = ("-w", root)
    done: list[Outcome] = []
    asked: set[str] = set()
    for act in (repeats, refuses(400), refuses(401), shows_page):
        with Hostile(after=act) as server:
            to = ("--model", "tiny", "--base-url", server.url)
            if act is repeats:
                done += [call("run", root / "papers", *to, *here, "--json"), call("config", "show", *to, *here, "--json")]
            done += [call("ask", "What hurts frog detectors?", *to, *here)]
            asked |= set(server.keys)
    for reply in (listed, moved, refused):
        with StandIn(*[reply] * 3) as service:
            done += [call("fetch", "openalex", f"frogs {reply.__name__}", "--base-url", service.url, *here)]
            assert quote(PLANTED["OPENALEX_API_KEY"], safe="") in service.paths[0]
    assert asked >= {f"Bearer {PLANTED[f'SURVEY_{role}_API_KEY']}" for role in ("EXTRACT", "JUDGE", "WRITE")}
    said = "".join(outcome.out + outcome.err for outcome in done) + caplog.text
    files = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert any("fetched" in path.parts for path in files)
    for key in (*PLANTED.values(), *KEPT.values()):
        for spelt in {key, quote(key, safe=""), escape(key), json.dumps(key)[1:-1]}:
            assert spelt not in said
            assert not [path for path, content in files.items() if spelt.encode() in content]
    codes = {outcome.code for outcome in done}
    assert {0, 4, 6} <= codes and 1 not in codes


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="the environment of a process is read from /proc")
def test_a_child_that_reads_papers_is_told_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, key in PLANTED.items():
        monkeypatch.setenv(name, key)
    child = containment._start()
    try:
        told = Path(f"/proc/{child.pid}/environ").read_bytes()
    finally:
        child.kill()
        child.wait()
        containment._close(child)
    assert b"PYTHONPATH" in told
    assert not [name for name, key in PLANTED.items() if key.encode() in told or name.encode() in told]


@pytest.mark.skipif(os.name != "posix", reason="modes of folders are POSIX's")
def test_a_library_is_nobody_elses_and_one_that_is_shared_stays_so(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        for root, made in ((tmp_path / "own", None), (tmp_path / "shared", 0o770)):
            store = root / "store"
            if made:
                store.mkdir(parents=True)
                store.chmod(made)
            with writing(root, store), Library(store / "library.sqlite"):
                assert store.stat().st_mode & 0o777 == (made or 0o700)
        Library(tmp_path / "new" / "store" / "library.sqlite").close()
    finally:
        os.umask(before)
    assert (tmp_path / "new" / "store").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o755
