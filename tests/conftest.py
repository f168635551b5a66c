"""The collection of ten small papers that most tests work on, and one workspace made of it."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, settings

from survey.workspace import SurveyResult, Workspace
from tests import calling
from tests.fakes import RecallingMiniLM
from tests.readers.paper_pdf import column, pdf

os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"  # the keys of whoever runs the tests are not asked for

# A busy machine is no fault; and what a failure has in common with others takes longer to find than the failure.
settings.register_profile(
    "tests", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow], phases=set(Phase) - {Phase.explain}
)
settings.load_profile("tests")


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Bytes are not part of a test's name: those of an archive hold the time at which it was made, and workers must agree on names."""
    return argname if isinstance(val, bytes) else None


FIXTURES = Path(__file__).parent / "fixtures"

PAPERS = {
    "fernsDetectingFrogCalls2018",
    "holtFrogCallDetection2020",
    "maarLowEnergyFrogCall2022",
    "marksIgnoreAllPrevious",
    "nilsenFrogCallsRain",
    "quist2019",
    "tarr2021",
    "thornCountingToadsDrones",
    "volt2023",
    "wrenSeeingLithiumPlating",
}

_FIRST_PAGE = (
    "Counting toads from the ground is laborious, since toads hide in the reeds around",
    "a pond. We present a drone with a thermal camera that counts toads from the air.",
    "The drone finds 83 of 90 toads around six ponds and outperforms two observers.",
)
_SECOND_PAGE = (
    "We presented a drone that counts toads from the air. Cold nights remain a difficult",
    "case for the drone, and counting toads under leaves is left for future work.",
)


def toads_pdf() -> bytes:
    """A paper of two pages, so that citations have pages."""
    first = [
        *column(["Counting Toads with Drones"], y=720, size=18, bold=True),
        *column(["Oskar Thorn and Petra Ulm"], y=690, size=11),
        *column(["Abstract"], y=650, size=12, bold=True),
        *column(_FIRST_PAGE, y=630),
    ]
    second = [*column(["1 Conclusion"], y=720, size=12, bold=True), *column(_SECOND_PAGE, y=700)]
    return pdf([first, second], title="Counting Toads with Drones")


@pytest.fixture(scope="session", autouse=True)
def minilm_recalls() -> Iterator[None]:
    """Workspaces that are opened in this process share what MiniLM said, which takes most of the time of a survey."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("survey.workspace.MiniLM", RecallingMiniLM)
        yield


class Made(NamedTuple):
    """A workspace in ``root`` whose ``papers`` were surveyed to ``folder``."""

    root: Path
    result: SurveyResult

    @property
    def papers(self) -> Path:
        return self.root / "papers"

    @property
    def folder(self) -> Path:
        return self.root / "outputs" / "papers"


@pytest.fixture(scope="session")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the ten papers. To be read only."""
    folder = tmp_path_factory.mktemp("collection") / "papers"
    shutil.copytree(FIXTURES / "collection", folder)
    (folder / "toads.pdf").write_bytes(toads_pdf())
    return folder


@pytest.fixture(scope="session")
def made(collection: Path, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The survey of the collection, made once. To be read only: see ``work``."""
    root = tmp_path_factory.mktemp("made")
    shutil.copytree(collection, root / "papers")
    with Workspace.open(root) as workspace:
        return Made(root, workspace.survey(paths=[root / "papers"]))


@pytest.fixture
def work(made: Made, tmp_path: Path) -> Made:
    """A copy of the made workspace that a test may change: names in a library are relative to it."""
    root = tmp_path / "work"
    shutil.copytree(made.root, root)
    return Made(root, made.result.model_copy(update={"folder": root / "outputs" / "papers"}))


def pytest_sessionfinish() -> None:
    calling.stop_waiting()
