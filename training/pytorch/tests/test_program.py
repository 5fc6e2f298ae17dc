"""This package beside the program: the same vectors from the same model file and the same music,
and the same feature caches. `EARSHOT_PROGRAMS` names the folder of the built programs."""

import csv
import json
import os
import subprocess
from pathlib import Path

import numpy as np
import pytest

import make_fixtures
from earshot_training.command import main
from earshot_training.earshot_model import Earshot, model_file, read_earshot
from earshot_training.feature_cache import FeatureCache
from earshot_training.image_model import read_image_model
from earshot_training.mel_image import mel_image
from earshot_training.model_file import read_model_file
from earshot_training.window_cache import ORIGINAL, WindowCache

MUSIC = Path(__file__).resolve().parents[3] / "TestAudio"
SONGS = [MUSIC / name for name in (
    "house-1-harbour-lights.mp3", "folk-2-three-apple-trees.mp3", "folk-4-winter-coat.flac",
    "texture-2-breakwater.mp3")]


@pytest.fixture(scope="session")
def programs():
    folder = os.environ.get("EARSHOT_PROGRAMS")
    if folder is None:
        pytest.skip("EARSHOT_PROGRAMS is not set")
    return Path(folder)


def run(*command):
    return subprocess.run(
        [str(word) for word in command], check=True, stdout=subprocess.PIPE, timeout=600).stdout


@pytest.fixture(scope="session")
def spectrograms(programs, tmp_path_factory):
    """What the program measures in each song: (frames, 128), dB below the loudest value."""
    found, path = {}, tmp_path_factory.mktemp("features") / "mel.npy"
    for song in SONGS:
        run(programs / "earshot", "features", "--feature", "mel-db", "--format", "npy",
            "--output", path, song)
        found[song] = np.load(path).T
        path.unlink()
    return found


@pytest.fixture(scope="session")
def images(spectrograms):
    """The mel image of each song, from what the program measures in it."""
    return {song: mel_image(mel) for song, mel in spectrograms.items()}


def compare(programs, model_path, images):
    """Asserts that both give the same vector of each song."""
    model = read_image_model(model_path)
    for song, image in images.items():
        told = run(programs / "earshot", "embed", "--model", model_path, song)
        theirs = np.array(told.split(), np.float32)
        ours = model.vector(image)
        assert theirs.shape == ours.shape
        assert np.abs(theirs - ours).max() <= 1e-4


@pytest.mark.parametrize("architecture", make_fixtures.NETWORKS)
@pytest.mark.parametrize("precision", ["F32", "F16"])
def test_models_written_here_give_the_same_vectors_there(
        programs, images, tmp_path, architecture, precision):
    path = tmp_path / "model.safetensors"
    model = make_fixtures.image_model(architecture)
    file = model.file(architecture, {"data": "none"}, precision)
    file.write(path)
    compare(programs, path, images)
    told = json.loads(
        run(programs / "earshot", "embed", "--format", "json", "--model", path, SONGS[0]))
    assert told["model"]["id"] == file.identity


@pytest.fixture(scope="session")
def trained(programs, tmp_path_factory):
    """A model that the program has trained on its own music, with its feature cache."""
    path = tmp_path_factory.mktemp("trained") / "swift.safetensors"
    run(programs / "earshot", "train", "--model", "contrastive-cnn", "--data", MUSIC, "--output",
        path, "--epochs", "1", "--tiles-per-track", "1", "--augment", "none", "--batch", "8")
    return path


def test_models_written_there_give_the_same_vectors_here(programs, images, trained):
    compare(programs, trained, images)
    file = read_model_file(trained)
    again = read_image_model(trained).file(file.name, json.loads(file.card))
    assert (again.settings, again.identity) == (file.settings, file.identity)


def test_caches_written_there_are_read_here(trained, images):
    cache = FeatureCache(trained.with_suffix(".features"))
    assert len(cache.records) == len(list(MUSIC.glob("*-*.*")))
    for song, image in images.items():
        pixels = cache.checked_image(os.fsencode(song)).T
        if pixels.shape == image.shape:
            # Of the same half minute: cut down to whole numbers.
            assert np.abs(pixels - np.floor(image * 255)).max() <= 1
    assert any(
        cache.column_count(os.fsencode(song)) == image.shape[1] for song, image in images.items())


def test_what_is_trained_here_on_such_a_cache_is_used_there(
        programs, trained, images, tmp_path):
    path = tmp_path / "pytorch.safetensors"
    main([
        "--model", "contrastive-cnn", "--cache", str(trained.with_suffix(".features")), "--output",
        str(path), "--epochs", "2", "--tiles-per-track", "1", "--batch", "8", "--device", "cpu",
        "--threads", "1", "--validation", "10"])
    compare(programs, path, images)
    with open(path.with_suffix(".losses.csv"), newline="") as lines:
        ours = list(csv.DictReader(lines))
    with open(trained.with_suffix(".losses.csv"), newline="") as lines:
        theirs = next(csv.DictReader(lines))
    assert ours[0].keys() == theirs.keys()


@pytest.fixture(scope="session")
def trained_earshot(programs, tmp_path_factory):
    """A model `earshot` that the program has trained on its own music, with its window cache."""
    path = tmp_path_factory.mktemp("earshot") / "swift.safetensors"
    run(programs / "earshot", "train", "--model", "earshot", "--data", MUSIC, "--output", path,
        "--epochs", "1", "--batch", "8")
    return path


@pytest.mark.parametrize("writer", ["program", "package"])
def test_earshot_gives_the_same_vectors_here_and_there(
        programs, spectrograms, trained_earshot, tmp_path, writer):
    path = trained_earshot
    if writer == "package":
        path = tmp_path / "earshot.safetensors"
        model_file(make_fixtures.give_formula(Earshot()), "earshot", {}).write(path)
    model, shares = read_earshot(path)
    cache = WindowCache(trained_earshot.with_suffix(".windows"))
    for song, mel in spectrograms.items():
        even = len(mel) // 2 * 2
        pairs = (mel[0:even:2] + mel[1:even:2]) / 2
        # The window of the same half minute: it has the statistics that `embed` computes.
        track = next(track for track in cache.tracks if track.name == os.fsencode(song))
        window = next(
            n for n in track.windows
            if cache.kind[n] == ORIGINAL and abs(cache.pairs[n] - len(pairs)) <= 1)
        told = run(programs / "earshot", "embed", "--model", path, song)
        theirs = np.array(told.split(), np.float32)
        ours = model.vector(cache.statistics[window], pairs, shares).numpy()
        assert np.abs(theirs - ours).max() <= 1e-4
        # A cache keeps half decibels.
        heard = model.vector(cache.statistics[window], cache.mel(window), shares).numpy()
        assert np.abs(theirs - heard).max() <= 1e-2
