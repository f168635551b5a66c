"""Vectors from a server: in batches, by their index, kept under the server's name, and refused where they are no vectors."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from survey import errors
from survey.embedding import Remembered
from survey.library import Library
from survey.models.meter import Meter
from survey.models.openai_api import Server
from survey.models.prices import Price
from survey.models.vectors import BATCH, ServerEmbedder
from survey.settings import Endpoint
from tests.models.hostile import Act, FakeClock, Hostile, page, said, status, vectors

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "library.sqlite") as library:
        yield library


def embedder(hostile: Hostile, library: Library, meter: Meter | None = None) -> ServerEmbedder:
    server = Server(Endpoint("small", hostile.url, None, ""), meter or Meter(), Price(20, 0), timeout=5, clock=FakeClock())
    return ServerEmbedder(server, library)


def test_texts_are_sent_in_batches_and_come_back_in_their_order(library: Library) -> None:
    texts = [f"{'x' * (n % 31)}{n}" for n in range(BATCH + 3)]
    with Hostile(after=vectors()) as hostile:
        meter = Meter()
        made = embedder(hostile, library, meter)
        found = made.embed([*texts, "  "])
        made.close()
        assert [len(body["input"]) for body in hostile.asked] == [BATCH, 3]
        assert hostile.paths == ["/v1/embeddings"] * 2
        assert all(body["encoding_format"] == "float" for body in hostile.asked)
    assert found.shape == (len(texts) + 1, 8)
    assert np.allclose(np.linalg.norm(found[:-1], axis=1), 1)
    assert not found[-1].any()
    wanted = np.array([len(texts[5]) % (k + 7) + 1 for k in range(8)])
    assert np.allclose(found[5], wanted / np.linalg.norm(wanted), atol=1e-6)
    assert made.dimension == 8
    assert (meter.total().requests, meter.total().tokens) == (2, 3 * len(texts))


def test_what_was_embedded_is_not_sent_again(library: Library) -> None:
    with Hostile(after=vectors()) as hostile:
        made = embedder(hostile, library)
        first = Remembered(made, library).embed(["one", "two"])
        again = Remembered(made, library).embed(["two", "one", "three"])
        made.close()
        assert [body["input"] for body in hostile.asked] == [["dimension"], ["one", "two"], ["three"]]
    assert np.array_equal(again[:2], first[::-1])


def test_two_servers_are_two_embedders(library: Library) -> None:
    with Hostile() as one, Hostile() as other:
        assert embedder(one, library).name != embedder(other, library).name


def lacking(body: dict[str, Any]) -> None:
    del body["data"][0]


def doubled(body: dict[str, Any]) -> None:
    body["data"][1]["index"] = body["data"][0]["index"]


def uneven(body: dict[str, Any]) -> None:
    body["data"][0]["embedding"].append(1.0)


def infinite(body: dict[str, Any]) -> None:
    body["data"][0]["embedding"][0] = float("inf")


def wordy(body: dict[str, Any]) -> None:
    body["data"][0]["embedding"] = "AAAA"


@pytest.mark.parametrize("change", [lacking, doubled, uneven, infinite, wordy])
def test_what_is_no_vectors_is_refused(library: Library, change: Callable[[dict[str, Any]], None]) -> None:
    with Hostile(vectors(change=change)) as hostile:
        made = embedder(hostile, library)
        with pytest.raises(errors.VectorsUnusable):
            made.embed(["one", "two"])
        made.close()


@pytest.mark.parametrize(
    ("act", "error", "attempts"),
    [
        (page(), errors.NotAnApi, 1),
        (said("{}"), errors.NotAnApi, 1),
        (status(404, "no embeddings here"), errors.NoSuchModel, 1),
        (status(503, "busy"), errors.ServerBusy, 5),
    ],
    ids=["page", "stream", "404", "503"],
)
def test_a_server_that_fails_is_told_as_such(library: Library, act: Act, error: type[errors.ModelError], attempts: int) -> None:
    with Hostile(after=act) as hostile:
        made = embedder(hostile, library)
        with pytest.raises(error):
            made.embed(["one"])
        made.close()
        assert len(hostile.asked) == attempts


def test_a_name_that_changes_its_weights_is_noticed(library: Library) -> None:
    with Hostile(vectors(8), vectors(4)) as hostile:
        made = embedder(hostile, library)
        made.embed(["one"])
        with pytest.raises(errors.VectorsUnusable, match="4 numbers, and had 8"):
            made.embed(["two"])
        made.close()
