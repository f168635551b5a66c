"""Stand-ins for the system's keyring, named by PYTHON_KEYRING_BACKEND. Each looks like one that the system offers."""

import time

from keyring.backend import KeyringBackend

KEPT = {"SURVEY_API_KEY": "kr-own-5b1e77a9c2d4", "OPENAI_API_KEY": "kr-openai-90c2f1aa37be", "OPENALEX_API_KEY": "kr-openalex-8d11c07be5f3"}


class Kept(KeyringBackend):
    priority: float = 5

    def __init__(self) -> None:
        """Reads no options of the environment."""

    def get_password(self, service: str, username: str) -> str | None:
        assert service == "fishbone-survey"
        kept = {**KEPT, "SURVEY_API_KEY@llm.lab.example:8000": "kr-lab-17aa02c9e6d8"}
        return kept.get(username)

    def set_password(self, service: str, username: str, password: str) -> None:
        raise AssertionError("the program writes no key")

    def delete_password(self, service: str, username: str) -> None:
        raise AssertionError("the program deletes no key")


class Plain(Kept):
    """As a file that anybody may read, or one that would ask for its password at the terminal."""

    priority = 0.5


class Broken(Kept):
    def get_password(self, service: str, username: str) -> str | None:
        raise RuntimeError("no bus")


class Hanging(Kept):
    def get_password(self, service: str, username: str) -> str | None:
        time.sleep(30)
        return None
