from pathlib import Path

import pytest

from survey.settings import Settings
from tests.calling import call

CANARY = "sk-canary-90ab"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("OPENAI_API_KEY", CANARY)
    monkeypatch.setenv("SURVEY_BONES", "5")
    monkeypatch.setenv("SURVEY_JUDGE_MODEL", "judge")
    (tmp_path / "survey.toml").write_text("chains = 3\nbones = 4\n", encoding="utf-8")
    return tmp_path


def test_every_setting_is_shown_with_where_it_came_from(place: Path) -> None:
    data = call("config", "show", "-w", place, "--json").data
    assert set(data["settings"]) == set(Settings.model_fields)
    assert data["settings"]["chains"] == {"value": 3, "from": "survey.toml"}
    assert data["settings"]["bones"] == {"value": 5, "from": "environment"}
    assert data["settings"]["twigs"] == {"value": 5, "from": "default"}
    assert "bones" in call("config", "show", "-w", place).out


def test_which_text_goes_where_is_shown_and_the_key_is_not(place: Path) -> None:
    done = call("config", "show", "-w", place, "--model", "tiny", "--base-url", "http://127.0.0.1:8080/v1")
    assert done.code == 0
    assert "write: tiny at http://127.0.0.1:8080/v1 (this machine; key from OPENAI_API_KEY)" in done.out
    assert "judge: judge at" in done.out
    assert "embed: answered on this machine" in done.out
    assert "sentences of papers" in done.out
    roles = call("config", "show", "-w", place, "--model", "tiny", "--json").data["roles"]
    assert roles["extract"]["host"] == "api.openai.com"
    assert roles["extract"]["this_machine"] is False
    assert roles["extract"]["key_from"] == "OPENAI_API_KEY"
    assert roles["embed"] == {"model": None, "sent": None}
    assert CANARY not in done.out + done.err


def test_it_makes_nothing(place: Path) -> None:
    call("config", "show", "-w", place)
    assert [path.name for path in place.iterdir()] == ["survey.toml"]


def test_a_bad_setting_ends_with_2(place: Path) -> None:
    (place / "survey.toml").write_text("chain = 3\n", encoding="utf-8")
    done = call("config", "show", "-w", place)
    assert done.code == 2
    assert "'chain'" in done.err
