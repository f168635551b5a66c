from pathlib import Path

import pytest

from survey.errors import BadSetting, BadSettingsFile
from survey.settings import DEFAULT_BASE_URL, Settings, load_settings


def write(root: Path, text: str) -> Path:
    (root / "survey.toml").write_text(text, encoding="utf-8")
    return root


def test_without_anything_the_defaults_hold(tmp_path: Path) -> None:
    assert load_settings(tmp_path, environment={"PATH": "x", "SURVEY_DEBUG": "1"}) == Settings()


def test_flags_go_before_the_environment_before_the_file_before_defaults(tmp_path: Path) -> None:
    root = write(tmp_path, "chains = 1\nbones = 2\ntwigs = 3\n")
    settings = load_settings(root, {"chains": 7, "bones": None}, {"SURVEY_CHAINS": "5", "SURVEY_BONES": "6"})
    assert (settings.chains, settings.bones, settings.twigs) == (7, 6, 3)
    assert settings.themes == Settings().themes


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("themse = 3", ["survey.toml", "'themse'", "Did you mean 'themes'?"]),
        ("colour = 3", ["survey.toml", "'colour'", "There are passage_chars,"]),
        ("chains = -1", ["survey.toml", "'chains'", "-1", "greater than or equal to 0"]),
        ('chains = "many"', ["survey.toml", "'chains'", "'many'", "integer"]),
    ],
)
def test_a_fault_in_the_file_is_told_with_name_value_and_what_is_wanted(tmp_path: Path, text: str, told: list[str]) -> None:
    with pytest.raises(BadSetting) as fault:
        load_settings(write(tmp_path, text), environment={})
    for word in told:
        assert word in str(fault.value)


def test_a_fault_in_the_environment_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match=r"environment: setting 'bones' is '99'"):
        load_settings(tmp_path, environment={"SURVEY_BONES": "99"})


@pytest.mark.parametrize(
    ("content", "place", "told"),
    [
        ("lang = 'de'\n# für\nchains".encode() + b"\xff", ", line 3, column 7", "byte 0xff is no UTF-8"),
        (b"chains = = 3", ", line 1, column 10", "Invalid value"),
        ('\n# für\nmodel = "tiny'.encode(), ", line 3, column 14", "Unterminated string"),
        (b"chains = " + b"1" * 5000, "", "too long"),
    ],
)
def test_a_file_that_is_no_toml_is_a_fault_of_the_file_at_its_place(tmp_path: Path, content: bytes, place: str, told: str) -> None:
    (tmp_path / "survey.toml").write_bytes(content)
    with pytest.raises(BadSettingsFile, match=rf"survey\.toml{place}: is not valid TOML: .*{told}"):
        load_settings(tmp_path, environment={})


def test_an_editor_of_windows_may_have_saved_it(tmp_path: Path) -> None:
    (tmp_path / "survey.toml").write_text('lang = "de"', encoding="utf-8-sig")
    assert load_settings(tmp_path, environment={}).lang == "de"


LOCAL = "http://127.0.0.1:8080/v1"


def asked(root: Path, role: str, flags: dict[str, str] | None = None, **environment: str) -> tuple[str, str, str] | None:
    """(model, server, name of the key) of a role."""
    endpoint = load_settings(root, flags, environment).endpoint(role)
    return endpoint and (endpoint.model, endpoint.base_url, endpoint.key_from)


def test_a_key_or_a_server_alone_names_no_model(tmp_path: Path) -> None:
    for role in ("extract", "write", "judge", "embed"):
        assert asked(tmp_path, role, OPENAI_API_KEY="k", OPENAI_BASE_URL=LOCAL) is None


def test_a_model_is_asked_at_openai_unless_a_server_is_named(tmp_path: Path) -> None:
    assert asked(tmp_path, "write", SURVEY_MODEL="m", OPENAI_API_KEY="k") == ("m", DEFAULT_BASE_URL, "OPENAI_API_KEY")
    assert asked(tmp_path, "write", {"model": "m", "base_url": LOCAL + "/"}) == ("m", LOCAL, "")
    assert asked(tmp_path, "write", SURVEY_MODEL="m", OPENAI_BASE_URL="http://a/v1", SURVEY_BASE_URL=LOCAL) == ("m", LOCAL, "")


def test_vectors_leave_the_machine_only_if_a_model_was_named_for_them(tmp_path: Path) -> None:
    assert asked(tmp_path, "embed", {"model": "m"}) is None
    assert asked(tmp_path, "embed", SURVEY_EMBED_MODEL="e") == ("e", DEFAULT_BASE_URL, "")
    assert asked(tmp_path, "extract", SURVEY_EMBED_MODEL="e") is None


def test_a_role_may_have_a_model_a_server_and_a_key_of_its_own(tmp_path: Path) -> None:
    write(tmp_path, f'model = "m"\njudge_model = "j"\njudge_base_url = "{LOCAL}"\n')
    keys = {"OPENAI_API_KEY": "k", "SURVEY_JUDGE_API_KEY": "s"}
    assert asked(tmp_path, "judge", None, **keys) == ("j", LOCAL, "SURVEY_JUDGE_API_KEY")
    assert asked(tmp_path, "extract", None, **keys) == ("m", DEFAULT_BASE_URL, "OPENAI_API_KEY")


@pytest.mark.parametrize(
    ("text", "environment", "key_from"),
    [
        (f'base_url = "{LOCAL}"', {}, ""),
        ('base_url = "https://collector.example/v1"', {}, ""),
        (f'write_base_url = "{LOCAL}"', {}, ""),
        (f'base_url = "{LOCAL}"', {"SURVEY_API_KEY": "s"}, "SURVEY_API_KEY"),
        (f'write_base_url = "{LOCAL}"', {"SURVEY_API_KEY": "s"}, ""),
        (f'write_base_url = "{LOCAL}"', {"SURVEY_WRITE_API_KEY": "w"}, "SURVEY_WRITE_API_KEY"),
        ("", {"OPENAI_BASE_URL": LOCAL}, "OPENAI_API_KEY"),
    ],
)
def test_a_folder_from_somebody_else_collects_no_keys(tmp_path: Path, text: str, environment: dict[str, str], key_from: str) -> None:
    write(tmp_path, f'model = "m"\n{text}\n')
    found = asked(tmp_path, "write", None, OPENAI_API_KEY="k", **environment)
    assert found
    assert found[2] == key_from


@pytest.mark.parametrize("address", ["127.0.0.1:8080", "ftp://a/v1", "http://user:secret@a/v1", "http://a/v1?key=secret", "http://a:x/v1"])
def test_a_bad_address_is_told_without_what_it_may_hold(tmp_path: Path, address: str) -> None:
    with pytest.raises(BadSetting, match=r"base_url.*http\(s\) address") as fault:
        load_settings(tmp_path, {"base_url": address}, {})
    assert "secret" not in str(fault.value)


@pytest.mark.parametrize("key", ["two words", "schlüssel", "a\nb"])
def test_a_key_that_can_be_none_is_told_without_it(tmp_path: Path, key: str) -> None:
    settings = load_settings(tmp_path, {"model": "m"}, {"OPENAI_API_KEY": key})
    with pytest.raises(BadSetting, match="OPENAI_API_KEY") as fault:
        settings.endpoint("write")
    assert key not in str(fault.value)
    assert key not in repr(settings)


def test_a_key_is_no_setting(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="api_key") as fault:
        load_settings(write(tmp_path, 'api_key = "sk-secret"'), environment={})
    assert "sk-secret" not in str(fault.value)


def test_who_is_asked_stands_in_no_digest_of_the_settings(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, {"model": "m", "budget": 2.0}, {})
    assert settings.model_dump() == Settings().model_dump()
    assert (settings.where("model"), settings.where("chains")) == ("flags", "default")
