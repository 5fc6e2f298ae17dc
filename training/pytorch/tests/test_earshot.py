"""Training of `earshot`: it learns, goes on where it stopped, and its file gives the same
vectors."""

import csv
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from earshot_training import statistics
from earshot_training.command import main
from earshot_training.earshot_model import read_earshot
from earshot_training.earshot_start import final_map, scatter_within, start, symmetric_power
from earshot_training.earshot_trainer import EarshotSettings, EarshotTrainer
from earshot_training.errors import EarshotError
from earshot_training.model_file import read_model_file
from earshot_training.window_cache import WindowCache

HERE = Path(__file__).resolve().parents[1]
CPU = torch.device("cpu")
QUICK = EarshotSettings(epochs=3, tiles_per_track=1, decoder_steps=2, batch=32)


def trainer(cache, settings=QUICK, checkpoint=None, apart=0):
    cache = WindowCache(cache)
    members = list(range(len(cache.tracks)))
    return EarshotTrainer(
        cache, [""] * len(members), members[apart:], members[:apart], settings, CPU, checkpoint)


def test_it_learns_and_its_vectors_find_their_track(window_cache):
    trained = trainer(
        window_cache, replace(QUICK, epochs=4, batch=24, learning_rate=3e-3), apart=7)
    before = {name: value.clone() for name, value in trained.model.state_dict().items()}
    trained.run()
    losses = [record["training"]["total"] for record in trained.history]
    assert losses[-1] < losses[0]
    # Fewer than eight tracks kept apart tell nothing.
    assert all(np.isnan(record["validation"]["total"]) for record in trained.history)
    assert len(trained.errors) == 69 and (np.diff(trained.errors) >= 0).all()
    assert 0 < trained.reconstruction["median"] <= trained.reconstruction["percentile99"] < 1
    after = trained.model.state_dict()
    for name in ("time.statistics.projection", "frequency.statistics.scale", "profiles.mean"):
        assert torch.equal(before[name], after[name])
    assert not torch.equal(before["time.encoder.conv1.weight"], after["time.encoder.conv1.weight"])
    cache = trained.cache
    vectors = torch.stack([
        trained.model.vector(torch.from_numpy(cache.statistics[n]), cache.mel(n))
        for n in range(40)])
    similar = (vectors @ vectors.T).fill_diagonal_(-1)
    assert (similar.argmax(1) // 4 == torch.arange(40) // 4).float().mean() > 0.9


def test_a_training_that_was_stopped_ends_with_the_same_weights(window_cache, tmp_path):
    path = tmp_path / "earshot.checkpoint.pt"
    whole = trainer(window_cache)
    whole.run()
    first = trainer(window_cache, checkpoint=path)

    class Stop(Exception):
        pass

    def stop(record):
        if len(first.history) == 2:
            raise Stop

    with pytest.raises(Stop):
        first.run(stop)
    rest = trainer(window_cache, checkpoint=path)
    assert rest.restore() and len(rest.history) == 2
    rest.run()
    for name, value in whole.model.state_dict().items():
        assert torch.equal(value, rest.model.state_dict()[name])
    with pytest.raises(EarshotError, match="with batch 32, not 8"):
        trainer(window_cache, replace(QUICK, batch=8), path).restore()
    assert not trainer(window_cache).restore()


@pytest.mark.parametrize("change", [
    lambda whole: whole.pop("state"), lambda whole: whole.pop("facts"),
    lambda whole: whole["state"].pop("network"), lambda whole: whole["state"].pop("history"),
    lambda whole: whole["state"]["history"].append({}),
    lambda whole: whole["state"].update(generator="no number"),
    lambda whole: whole["state"]["network"].popitem(),
    lambda whole: whole["state"]["network"].update({"profiles.mean": torch.zeros(3)}),
    lambda whole: whole["state"]["optimiser"]["state"][0].update(exp_avg=torch.zeros(3)),
    lambda whole: whole["state"]["optimiser"]["state"].pop(0),
    lambda whole: whole["state"].update(optimiser=7)])
def test_a_checkpoint_that_holds_something_else_is_refused(window_cache, tmp_path, change):
    path = tmp_path / "earshot.checkpoint.pt"
    if not _made:
        trainer(window_cache, replace(QUICK, epochs=1), path).run()
        _made.append(path.read_bytes())
    path.write_bytes(_made[0])
    same = trainer(window_cache, replace(QUICK, epochs=1), path)
    assert same.restore()
    whole = torch.load(path, weights_only=True)
    change(whole)
    torch.save(whole, path)
    with pytest.raises(EarshotError, match="is no checkpoint of this trainer"):
        same.restore()


_made = []


def test_tracks_kept_apart_are_only_measured_on(window_cache):
    trained = trainer(window_cache, replace(QUICK, epochs=1), apart=7)
    full = trainer(window_cache, replace(QUICK, epochs=1), apart=8)
    assert len(list(trained.batches.validation())) == 0
    batches = list(full.batches.validation())
    assert [batch.track.tolist() for batch in batches] == [
        [n // 2 for n in range(16)]]
    assert all((batch.kept == 1).all() for batch in batches)
    full.run()
    assert np.isfinite(list(full.history[0]["validation"].values())).all()
    assert len(full.errors) == 68
    learnt = {
        int(track) for batch in full.batches.epoch(5) for track in batch.track}
    assert learnt <= set(range(8, 76)) and len(learnt) == 64


def test_stripes_are_taken_out_of_some_sequences(window_cache):
    batches = trainer(window_cache).batches
    moved = torch.cat([batch.moved for seed in range(4) for batch in batches.epoch(seed)])
    kept = torch.cat([batch.kept for seed in range(4) for batch in batches.epoch(seed)])
    assert moved.shape == (512, 128, 150) and kept.shape == (512, 10, 128)
    steps = (moved == 0).all(1).sum(1)
    channels = (moved == 0).all(2).sum(1)
    places = (kept == 0).all(1).sum(1)
    for widths in (steps, channels, places):
        assert 0.25 < (widths > 0).float().mean() < 0.35
        assert set(widths[widths > 0].tolist()) == set(range(1, 17))


def test_a_short_window_loses_its_mean_before_it_is_repeated(window_cache):
    trained = trainer(window_cache)
    batch = next(trained.batches.validation(), None) or next(trained.batches.epoch(1))
    # Windows of 60 pairs: the mean over two and a half of them would be another.
    plain = [row for row in batch.moved if not (row == 0).any()]
    assert len(plain) > 5
    for row in plain:
        assert torch.equal(row[:, :60], row[:, 60:120]) and torch.equal(row[:, :30], row[:, 120:])
        assert row[:, :60].mean(1).abs().max() < 1e-5


def test_music_that_differs_in_too_few_ways_is_told():
    random = np.random.default_rng(1)
    values = random.normal(size=(400, 100)) @ random.normal(size=(100, 300))
    with pytest.raises(EarshotError, match="differs in too few ways"):
        start(values, np.ones(300), np.repeat(np.arange(100), 4))


def test_the_command_writes_a_model_that_gives_the_same_vectors(window_cache, tmp_path):
    output = tmp_path / "mine.safetensors"
    main([
        "--model", "earshot", "--cache", str(window_cache), "--output", str(output), "--epochs", "1",
        "--tiles-per-track", "1", "--decoder-steps", "1", "--batch", "30", "--validation", "11",
        "--device", "cpu", "--threads", "1"])
    file = read_model_file(output)
    assert file.settings == (
        '{"earshotVersion":1,"frameLength":2048,"frequencyShare":0.8,"hopLength":512,'
        '"maximumFrequency":8000,"melBandCount":128,"mfccCount":20,"minimumFrequency":0,'
        '"sampleRate":22050,"statisticsVersion":1,"timeShare":0.5}')
    model, shares = read_earshot(output)
    assert (shares.time, shares.frequency) == (0.5, 0.8)
    cache = WindowCache(window_cache)
    vector = model.vector(cache.statistics[3], cache.mel(3), shares)
    assert torch.allclose(vector.view(2, 128).square().sum(1), torch.tensor(0.5), atol=1e-5)
    assert "| PyTorch" in (tmp_path / "mine.md").read_text()
    card = json.loads(file.card)
    assert (card["trackCount"], card["validationTrackCount"]) == (68, 8)
    assert sorted(card["reconstruction"]) == ["median", "percentile95", "percentile99"]
    assert card["validation"]["contrast"] > 0
    with open(tmp_path / "mine.losses.csv", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [row["tiles"] for row in rows] == ["120"]


def test_two_processes_learn_together(window_cache, tmp_path):
    names = ("one", "two")
    common = [
        "--model", "earshot", "--cache", str(window_cache), "--epochs", "1",
        "--tiles-per-track", "1", "--decoder-steps", "2", "--batch", "20", "--device", "cpu", "--threads", "1", "--output"]
    outputs = [tmp_path / f"{name}.safetensors" for name in names]
    main([*common, str(outputs[0])])
    subprocess.run(
        [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2",
         str(HERE / "train.py"), *common, str(outputs[1])],
        check=True, env=os.environ | {"OMP_NUM_THREADS": "1"}, timeout=300)
    cache = WindowCache(window_cache)
    vectors = [
        read_earshot(output)[0].vector(cache.statistics[9], cache.mel(9)) for output in outputs]
    assert vectors[0] @ vectors[1] > 0.999


def test_too_few_windows_are_told(window_cache):
    cache = WindowCache(window_cache)
    with pytest.raises(EarshotError, match="100 windows are too few; 257 are needed"):
        EarshotTrainer(cache, [""] * 76, range(25), [], QUICK, CPU)


def test_the_start_damps_what_varies_within_tracks():
    random = np.random.default_rng(1)
    track = np.repeat(np.arange(200), 4)
    between, within = np.ones(300), np.full(300, 0.1)
    within[:20], between[20:40] = 3, 3
    values = between * random.normal(size=(200, 300))[track] + within * random.normal(
        size=(800, 300))
    found = start(values, np.ones(300), track)
    assert np.allclose(found.mean, values.mean(0)) and found.projection.shape == (128, 300)
    strength = (found.projection ** 2).mean(0)
    assert strength[:20].mean() < 0.7 * strength[20:40].mean()
    made = (values - found.mean) * found.scale @ found.projection.T
    correlation = np.corrcoef(made.T) - np.eye(128)
    assert np.abs(correlation).max() < 1e-6


def test_the_final_map_evens_out_what_varies_within_tracks():
    random = np.random.default_rng(1)
    track = np.repeat(np.arange(300), 3)
    values = random.normal(size=(300, 128))[track] + random.normal(size=(900, 128)) * np.linspace(
        0.1, 2, 128)
    centre, matrix = final_map(values, track)
    assert np.allclose(centre, values.mean(0)) and np.allclose(matrix, matrix.T)
    before = np.linalg.eigvalsh(scatter_within(values, track))
    after = np.linalg.eigvalsh(scatter_within((values - centre) @ matrix, track))
    assert after[-1] / after[0] < 0.2 * before[-1] / before[0]
    assert np.allclose(
        symmetric_power(np.diag([4.0, 9.0]), -0.5), np.diag([1 / 2, 1 / 3]))


def test_weights_of_parts_do_not_grow_with_their_length():
    weights = np.array(statistics.weights({"mel mean": 2, "mfcc mean": 0.5}))
    assert len(weights) == 148
    assert (weights[:128] ** 2).sum() == pytest.approx(4)
    assert (weights[128:] ** 2).sum() == pytest.approx(0.25)
