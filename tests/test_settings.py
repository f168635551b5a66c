from pathlib import Path

import pytest

from survey.errors import BadSetting, BadSettingsFile
from survey.settings import Settings, load_settings


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
        ("chain = 3", ["survey.toml", "'chain'", "one of", "chains"]),
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


@pytest.mark.parametrize(("content", "told"), [(b"chains = \xff\xfe", "decode"), (b"chains = = 3", "line 1")])
def test_a_file_that_is_no_toml_is_a_fault_of_the_file(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "survey.toml").write_bytes(content)
    with pytest.raises(BadSettingsFile, match=rf"survey\.toml: is not valid TOML: .*{told}"):
        load_settings(tmp_path, environment={})
