"""This package beside the program: the same vectors from the same model file and the same music.
`EARSHOT_PROGRAMS` names the folder of the built programs."""

import json
import os
import subprocess
from pathlib import Path

import numpy as np
import pytest

import make_fixtures
from earshot_training.image_model import read_image_model
from earshot_training.mel_image import mel_image
from earshot_training.model_file import read_model_file

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
def images(programs, tmp_path_factory):
    """The mel image of each song, from what the program measures in it."""
    found, path = {}, tmp_path_factory.mktemp("features") / "mel.npy"
    for song in SONGS:
        run(programs / "earshot", "features", "--feature", "mel-db", "--format", "npy",
            "--output", path, song)
        found[song] = mel_image(np.load(path).T)
        path.unlink()
    return found


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
