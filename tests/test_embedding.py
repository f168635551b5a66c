import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from survey.embedding import REMEMBERED_BATCH, Embedder, MiniLM, PackagedFile, Remembered, StaticEmbedder
from survey.errors import DamagedPackage
from survey.library import Library
from tests.fakes import HashingEmbedder

TEXTS = [
    "We detect replay attacks on voice assistants.",
    "An attack replays the recorded voice of a speaker.",
    "Sleep stages are scored from the electroencephalogram.",
    "A long one. " * 400,
]


@pytest.fixture(scope="module", params=[StaticEmbedder, MiniLM])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    made: Embedder = request.param()
    return made


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "library.sqlite") as opened:
        yield opened


def test_vectors_are_unit_rows_of_the_dimension_told(embedder: Embedder) -> None:
    vectors = embedder.embed(TEXTS)
    assert vectors.shape == (len(TEXTS), embedder.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert embedder.embed([]).shape == (0, embedder.dimension)


def test_a_vector_depends_on_its_text_alone(embedder: Embedder) -> None:
    together = embedder.embed(TEXTS)
    alone = np.concatenate([embedder.embed([text]) for text in TEXTS])
    np.testing.assert_array_equal(together, alone)
    np.testing.assert_array_equal(embedder.embed(TEXTS[::-1])[::-1], together)


def test_texts_of_one_matter_are_nearer(embedder: Embedder) -> None:
    one, same, other, _ = embedder.embed(TEXTS)
    assert one @ same > one @ other + 0.1


def test_a_text_without_tokens_does_no_harm(embedder: Embedder) -> None:
    assert np.isfinite(embedder.embed(["", " ", "\x00", "🜁"])).all()


# In a process of its own: wordllama sets up the root logger on import.
ORACLE = """
import sys, numpy, wordllama
from pathlib import Path
model = wordllama.WordLlama.load(cache_dir=Path(wordllama.__file__).parent, disable_download=True)
numpy.save(sys.argv[1], model.embed(sys.argv[2:], norm=True))
"""


def test_the_static_vectors_are_those_of_wordllama(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", ORACLE, str(tmp_path / "v.npy"), *TEXTS], check=True, capture_output=True, timeout=300)
    np.testing.assert_allclose(StaticEmbedder().embed(TEXTS), np.load(tmp_path / "v.npy"), atol=1e-6)


ONE_CORE = """
import os, sys, numpy
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
from survey.embedding import MiniLM
numpy.save(sys.argv[1], MiniLM().embed(sys.argv[2:]))
"""


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="cannot take cores away here")
def test_one_core_gives_the_same_vectors(tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", ONE_CORE, str(tmp_path / "v.npy"), *TEXTS], check=True, env=env, timeout=300)
    np.testing.assert_array_equal(MiniLM().embed(TEXTS), np.load(tmp_path / "v.npy"))


def test_missing_and_altered_weights_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "weights_of_a_test"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "model.bin").write_bytes(b"weights")
    monkeypatch.syspath_prepend(tmp_path)
    digest = hashlib.sha256(b"weights").hexdigest()
    assert PackagedFile("weights_of_a_test", "model.bin", digest).read() == b"weights"
    with pytest.raises(DamagedPackage, match="not the one"):
        PackagedFile("weights_of_a_test", "model.bin", "0" * 64).read()
    with pytest.raises(DamagedPackage, match="cannot be read"):
        PackagedFile("weights_of_a_test", "gone.bin", digest).read()
    with pytest.raises(DamagedPackage, match="not installed"):
        PackagedFile("no_such_package_at_all", "model.bin", digest).read()


def test_remembered_asks_for_each_text_once(library: Library) -> None:
    fake = HashingEmbedder()
    remembered = Remembered(fake, library)
    first = remembered.embed(["a b", "c", "a b"])
    assert fake.asked == ["a b", "c"]
    np.testing.assert_array_equal(first, HashingEmbedder().embed(["a b", "c", "a b"]))
    np.testing.assert_array_equal(remembered.embed(["c", "d"]), HashingEmbedder().embed(["c", "d"]))
    assert fake.asked == ["a b", "c", "d"]
    assert remembered.embed([]).shape == (0, fake.dimension)


def test_embedders_do_not_share_vectors(library: Library) -> None:
    one, two = HashingEmbedder("one", 8), HashingEmbedder("two", 16)
    assert Remembered(one, library).embed(["a"]).shape == (1, 8)
    assert Remembered(two, library).embed(["a"]).shape == (1, 16)
    assert two.asked == ["a"]


def test_what_a_stopped_run_embedded_is_kept(library: Library) -> None:
    class Failing(HashingEmbedder):
        def embed(self, texts):  # type: ignore[no-untyped-def]  # as in the class above
            if self.asked:
                raise OSError("stopped")
            return super().embed(texts)

    texts = [f"text {n}" for n in range(REMEMBERED_BATCH + 10)]
    with pytest.raises(OSError, match="stopped"):
        Remembered(Failing(), library).embed(texts)
    fake = HashingEmbedder()
    Remembered(fake, library).embed(texts)
    assert fake.asked == texts[REMEMBERED_BATCH:]
