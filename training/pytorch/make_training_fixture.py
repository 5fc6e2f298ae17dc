"""Makes what the tests of `Training` compare the program's training of `earshot` with:
`Tests/TrainingTests/Fixtures/pytorch-training.json`.

    python make_training_fixture.py

Both sides make the same cache of windows by formula, of the numbers u that ``make_fixtures`` tells
of. Track t of 90 is called `track-tt`, with two digits; those whose number 3 divides have no
artist, the others `artist ⌊t/2⌋`. Its versions, of 160, 60 and 40 pairs of frames, are original,
noise and speed; their loudest values -3, -4 and -5 dB. Their levels are ⌊200 u⌋, u of
`levels (t mod 3) version`, pair after pair. ``WINDOWS`` lie in them, each with a loudest value one
dB below that of its version. Window w has the statistics a + (b - 1/2), in 32-bit floats, a of
`track t`, b of `track t window w`; the last statistic of all is 1 everywhere.
"""

import json
import tempfile
from pathlib import Path

import numpy as np
import torch

from earshot_training import statistics
from earshot_training.earshot_batches import EarshotBatches
from earshot_training.earshot_start import final_map, start
from earshot_training.earshot_trainer import EarshotSettings, fingerprint, profile_scales
from earshot_training.schedule import cosine
from earshot_training.seeded import SeededGenerator
from earshot_training.tracks import split
from earshot_training.window_cache import (
    NOISE, ORIGINAL, SPEED, WindowCache, window_payload, write_window_cache)
from make_fixtures import floats, numbers

FIXTURE = (
    Path(__file__).resolve().parents[2] / "Tests/TrainingTests/Fixtures/pytorch-training.json")
TRACKS = 90
VERSIONS = ((ORIGINAL, 160), (NOISE, 60), (SPEED, 40))
# Version, first pair, pairs.
WINDOWS = ((0, 0, 160), (0, 0, 50), (0, 100, 60), (1, 0, 60), (2, 5, 35))
# Of matrices, every so manyth number is kept.
STEP = 151
SETTINGS = EarshotSettings(epochs=3, tiles_per_track=2, batch=20, validation=0.1, seed=7)


def write_cache(path):
    """Writes the cache of the formula."""
    records = []
    for track in range(TRACKS):
        versions = [
            (kind, -3.0 - place,
             (200 * numbers(f"levels {track % 3} {place}", (pairs, 128))).astype(np.uint8))
            for place, (kind, pairs) in enumerate(VERSIONS)]
        windows = [
            (version, first, pairs, -4.0 - version) for version, first, pairs in WINDOWS]
        own = numbers(f"track {track}", (statistics.COUNT,))
        values = np.stack([
            own + (numbers(f"track {track} window {window}", own.shape) - np.float32(0.5))
            for window in range(len(WINDOWS))])
        values[:, -1] = 1
        records.append((f"track-{track:02}".encode(), window_payload(versions, windows, values)))
    write_window_cache(path, statistics.COUNT, records)


def of_starts(cache, rows):
    """What each half starts with, and the scales of the profiles, from the windows `rows`."""
    made = {}
    for name, parts in (("time", statistics.TIME), ("frequency", statistics.FREQUENCY)):
        values = cache.statistics[rows][:, statistics.places(parts)].astype(float)
        found = start(values, statistics.weights(parts), cache.track[rows])
        made[name] = {
            "mean": floats(found.mean[::STEP // 10]), "scale": floats(found.scale[::STEP // 10]),
            "projection": floats(found.projection.ravel()[::STEP])}
    mean, deviation = profile_scales(cache.statistics[rows])
    return made | {"profileMean": floats(mean), "profileDeviation": floats(deviation)}


def of_map():
    """The final map of 40 groups of 1 to 5 rows of `row group number`, each scaled by column."""
    scale = 1 + np.arange(128, dtype=np.float32) / 64
    groups = [
        (numbers(f"group {group}", (128,))
         + (numbers(f"row {group} {row}", (128,)) - np.float32(0.5))) * scale
        for group in range(40) for row in range(1 + group % 5)]
    track = np.repeat(np.arange(40), [1 + group % 5 for group in range(40)])
    centre, matrix = final_map(np.stack(groups).astype(float), track)
    return {"centre": floats(centre), "map": floats(matrix.ravel()[::STEP // 10])}


def of_batch(batch):
    """Which tracks a batch is made of, and for each window what tells its crop and its stripes: the
    sum of its sequence, each number times its step, in 100,000; the mean of the absolute numbers;
    how many steps and channels of it, and steps of the profiles, are masked. pictures: means."""
    moved = batch.moved.double()
    return {
        "tracks": batch.track.tolist(),
        "sums": floats((moved * torch.arange(150)).sum((1, 2)) / 1e5),
        "sizes": floats(moved.abs().mean((1, 2))),
        "maskedSteps": (moved == 0).all(1).sum(1).tolist(),
        "maskedChannels": (moved == 0).all(2).sum(1).tolist(),
        "maskedProfiles": (batch.kept == 0).all(1).sum(1).tolist(),
        "pictures": floats(batch.images.mean((1, 2))),
    }


def make():
    """The fixture."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "formula.windows"
        write_cache(path)
        cache = WindowCache(path)
        artists = ["" if n % 3 == 0 else f"artist {n // 2}" for n in range(TRACKS)]
        training, validation = split(artists, SETTINGS.validation, SETTINGS.seed)
        rows = np.flatnonzero(np.isin(cache.track, training))
        numbers_of = {name: number for number, name in enumerate(sorted(set(artists)))}
        batches = EarshotBatches(
            cache, [numbers_of[name] if name else -1 for name in artists], training, validation,
            SETTINGS)
        seed = SeededGenerator(SETTINGS.seed).next()
        epoch = list(batches.epoch(seed))
        steps = batches.count
        return {
            "fingerprint": fingerprint(cache, artists), "validation": validation,
            "start": of_starts(cache, rows), "final": of_map(),
            "rates": floats([
                cosine(SETTINGS.learning_rate, step, SETTINGS.epochs * steps,
                       SETTINGS.warm_up * steps)
                for step in range(SETTINGS.epochs * steps)]),
            "batches": [of_batch(epoch[0]), of_batch(epoch[-1])],
            "validationBatches": [of_batch(batch) for batch in batches.validation()],
        }


def main():
    torch.set_num_threads(1)
    text = json.dumps(make(), separators=(",", ":"))
    for end in ("],", "},", "{"):
        text = text.replace(end, end + "\n")
    FIXTURE.parent.mkdir(exist_ok=True)
    FIXTURE.write_text(text + "\n")


if __name__ == "__main__":
    main()
