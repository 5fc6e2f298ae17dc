import os

# Small matrices gain nothing from threads; before the libraries are there to read it.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np
import pytest
import torch

from earshot_training.feature_cache import write_feature_cache
from earshot_training.window_cache import ORIGINAL, NOISE, window_payload, write_window_cache
from earshot_training import statistics

torch.set_num_threads(1)


def image(seed, columns=300):
    """An image with a spectrum and a beat of its own: (columns, 128) uint8."""
    random = np.random.default_rng(seed)
    spectrum = np.repeat(random.uniform(40, 200, 16), 8)
    beat = 40 * (np.arange(columns) % random.integers(4, 20) < 2)
    noise = random.uniform(0, 15, (columns, 128))
    return np.clip(spectrum + beat[:, None] + noise, 0, 255).astype(np.uint8)


@pytest.fixture(scope="session")
def image_cache(tmp_path_factory):
    """A cache of 12 tracks, one that could not be decoded among them."""
    path = tmp_path_factory.mktemp("images") / "music.features"
    images = [(f"/music/{seed:02}.mp3".encode(), image(seed)) for seed in range(12)]
    write_feature_cache(path, images + [(b"/music/broken.mp3", None)])
    return path


@pytest.fixture(scope="session")
def window_cache(tmp_path_factory):
    """A cache of 76 tracks with four windows each, whose numbers are near to each other."""
    path = tmp_path_factory.mktemp("windows") / "music.windows"
    random = np.random.default_rng(1)
    records = []
    for track in range(76):
        middle = random.normal(size=statistics.COUNT)
        values = middle + 0.3 * random.normal(size=(4, statistics.COUNT))
        spectrum = random.uniform(0, 80, 128)
        levels = [
            np.clip(spectrum + random.uniform(0, 60, (120, 128)), 0, 255).astype(np.uint8)
            for _ in range(2)]
        versions = [(ORIGINAL, 10.0, levels[0]), (NOISE, 12.0, levels[1])]
        windows = [
            (version, first, 60, 9.5 + version) for version in (0, 1) for first in (0, 60)]
        records.append(
            (f"/music/{track:02}.mp3".encode(), window_payload(versions, windows, values)))
    write_window_cache(path, statistics.COUNT, records)
    return path
