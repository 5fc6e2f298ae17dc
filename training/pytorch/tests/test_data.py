"""Tracks, batches and augmentation."""

import numpy as np
import pytest
import torch

from earshot_training.augmentation import LIGHT, MASKS, NONE, Augmentation, ImageFacts, changed
from earshot_training.augmentation import unchanged
from earshot_training.errors import EarshotError
from earshot_training.feature_cache import FeatureCache
from earshot_training.mel_bands import FREQUENCIES, NOISE_BINS
from earshot_training.mel_image import mel_image
from earshot_training.seeded import SeededGenerator, unit_numbers
from earshot_training.settings import CONTRASTIVE, Settings
from earshot_training.tile_batches import TileBatches, spread, validation_batches
from earshot_training.tracks import Labels, Tracks, split

from .conftest import image


@pytest.fixture
def tracks(image_cache):
    return Tracks(FeatureCache(image_cache), Labels())


def test_tracks_come_in_the_order_of_their_names(tracks):
    assert len(tracks) == 12
    assert tracks.tracks[4].name == b"/music/04.mp3" and tracks.tracks[4].columns == 300
    assert (tracks.pixels(4, 9) == image(4)[9:137]).all()


def test_labels_are_found_by_path_and_by_its_end(tmp_path):
    table = tmp_path / "labels.csv"
    table.write_text('path,artist,licence\na/one.mp3,"Ann, Bob",CC0\n/else/two.mp3,Cem,\n')
    labels = Labels([table])
    assert labels[f"{tmp_path}/a/one.mp3".encode()].artist == "Ann, Bob"
    assert labels[b"/far/away/a/one.mp3"].licence == "CC0"
    assert labels[b"/else/two.mp3"].artist == "Cem"
    assert labels[b"/far/away/b/one.mp3"].artist == ""
    table.write_text("artist\nAnn\n")
    with pytest.raises(EarshotError, match="no column `path`"):
        Labels([table])


def test_all_tracks_of_an_artist_are_on_one_side():
    artists = [f"artist {n // 5}" for n in range(100)] + [""] * 20
    training, validation = split(artists, 0.1, seed=3)
    assert sorted(training + validation) == list(range(120))
    assert len(validation) == 12
    sides = [{artists[n] for n in side if artists[n]} for side in (training, validation)]
    assert not sides[0] & sides[1]
    assert split(artists, 0.1, seed=3) == (training, validation)
    assert split(artists, 0.1, seed=4) != (training, validation)
    assert split(["one"] * 5, 0.5, 1) == (list(range(5)), [])
    assert split(["one"] * 3 + ["two"] * 2, 0.01, 1)[1] == [3, 4]


def test_random_numbers_are_those_of_the_program():
    # The first numbers that the authors of SplitMix64 give for the seed 0.
    generator = SeededGenerator(0)
    numbers = [generator.next() for _ in range(3)]
    assert numbers == [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F]
    assert unit_numbers(0, 3).tolist() == [(number >> 40) / 2 ** 24 for number in numbers]
    # What the program keeps apart of these tracks, and how it orders some of the rest.
    artists = ["" if n % 5 == 0 else f"artist {n // 4}" for n in range(57)]
    training, validation = split(artists, 0.1, 1)
    assert validation == [4, 6, 7, 28, 29, 31]
    order = SeededGenerator.of_piece(SeededGenerator(1).next(), -1, 0).shuffled(training)
    assert order[:8] == [0, 13, 27, 42, 8, 48, 5, 17]


def test_a_batch_holds_no_track_twice_and_views_do_not_overlap(tracks, monkeypatch):
    settings = Settings(objective=CONTRASTIVE, batch=5, tiles_per_track=3)
    batches = TileBatches(tracks, list(range(12)), settings)
    assert (batches.count, batches.tiles) == (6, 60)
    seen = []
    from earshot_training import tile_batches
    real = tile_batches.gather
    monkeypatch.setattr(
        tile_batches, "gather",
        lambda tracks, places, seed: seen.append(places) or real(tracks, places, seed))
    first = list(batches.epoch(7))
    assert first[0].pixels.shape == (10, 128, 128)
    for places in seen:
        assert [track for track, _ in places[:5]] == [track for track, _ in places[5:]]
        assert len({track for track, _ in places}) == 5
        assert all(abs(a - b) >= 128 for (_, a), (_, b) in zip(places[:5], places[5:]))
    again = list(batches.epoch(7, start=3))
    assert all((a.pixels == b.pixels).all() for a, b in zip(first[3:], again, strict=True))
    assert any((a.pixels != b.pixels).any() for a, b in zip(first, batches.epoch(8)))


def test_validation_tiles_are_spread(tracks):
    assert spread(300, 8) == [0, 25, 49, 74, 98, 123, 147, 172]
    assert spread(129, 8) == [0, 1] and spread(300, 1) == [86]
    settings = Settings(batch=5, validation_tiles=4)
    sizes = [len(batch.pixels) for batch in validation_batches(tracks, [0, 5, 7], settings)]
    assert sizes == [4, 4, 4]


def pixels(seed=1):
    return torch.from_numpy(image(seed)[None, :128])


def facts(seed=1):
    return [ImageFacts.of(image(seed))]


def test_tiles_as_they_are_have_the_highest_band_on_top():
    tile = unchanged(pixels())
    assert tile.shape == (1, 128, 128)
    assert tile[0, 3, 7] == image(1)[7, 3] / 255
    assert torch.equal(changed(pixels(), facts(), NONE, 5), tile)


def test_changes_follow_from_their_seed():
    for augmentation in (LIGHT, MASKS):
        made = [changed(pixels(), facts(), augmentation, seed) for seed in (1, 1, *range(2, 9))]
        assert torch.equal(made[0], made[1])
        assert len({tile.sum().item() for tile in made}) > 4
        assert all(0 <= tile.min() and tile.max() <= 1 for tile in made)


def test_an_equaliser_moves_rows_and_a_fade_columns():
    before = image(1)[:128].T.astype(float) * 80 / 255
    only = {"equaliser": Augmentation("e", equaliser=8), "fade": Augmentation("f", fade=6)}
    for name, augmentation in only.items():
        moved = 0
        for seed in range(12):
            tile = 80 * changed(pixels(), facts(), augmentation, seed)[0].double().numpy()
            inside = (tile > 0) & (tile < 80)
            shift = np.where(inside, tile - before, np.nan)
            along = shift if name == "equaliser" else shift.T
            spread_within = np.nanmax(along, 1) - np.nanmin(along, 1)
            assert np.nanmax(spread_within) < 1e-3
            moved += np.nanstd(shift) > 0.1
        assert 2 <= moved <= 10


def test_noise_has_the_level_that_was_asked_for():
    quiet = np.full((128, 128), 255, np.uint8)
    quiet[:, 64:] = 0
    noise = Augmentation("n", noise=(20, 20.0001))
    level = ImageFacts.of(quiet).level
    for seed in range(20):
        tile = changed(torch.from_numpy(quiet[None]), [ImageFacts.of(quiet)], noise, seed)[0]
        power = 10 ** ((80 * tile[64:].double() - 80) / 10)
        if power.mean() > 1e-7:
            break
    assert abs(10 * power.mean().log10().item() - (level - 20)) < 0.4


def test_masks_are_runs_of_rows_and_columns():
    bright = torch.full((64, 128, 128), 255, dtype=torch.uint8)
    facts = [ImageFacts.of(bright[0].numpy())] * 64
    masks = Augmentation("m", time_mask=16, frequency_mask=16)
    tiles = changed(bright, facts, masks, 1)
    for lengths in ((tiles.amax(1) == 0).sum(1), (tiles.amax(2) == 0).sum(1)):
        assert lengths.max() <= 16 and lengths.max() > 8
        assert 16 <= (lengths > 0).sum() <= 48


def test_bands_are_those_of_the_spectrogram():
    # Slaney's scale from 0 to 8000 Hz in 129 steps: the lowest and the highest centre.
    assert np.isclose(FREQUENCIES[-1], 45.2455 / 129 * 200 / 3, rtol=1e-4)
    assert np.isclose(FREQUENCIES[0], 1000 * 6.4 ** ((45.2455 * 128 / 129 - 15) / 27), rtol=1e-4)
    assert (np.diff(FREQUENCIES) < 0).all()
    assert NOISE_BINS.min() == 2 and NOISE_BINS.max() == 8


def test_half_a_minute_is_512_columns():
    decibels = -80 * np.random.default_rng(1).random((1292, 128), np.float32)
    picture = mel_image(decibels)
    assert picture.shape == (128, 512)
    assert mel_image(decibels[:1275]).shape == (128, 512)
    assert mel_image(decibels[:600]).shape == (128, 238)
    short = mel_image(decibels[:200])
    assert short.shape == (128, 128)
    assert (short[:, 79:] == short[:, :49]).all()
    constant = mel_image(np.tile(decibels[:1], (1292, 1)))
    assert np.allclose(constant, (80 + decibels[0, ::-1, None]) / 80, atol=1e-6)
