"""Training of networks of tiles: it learns, goes on where it stopped, and is the same in several
processes."""

import csv
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from earshot_training.augmentation import LIGHT
from earshot_training.command import main
from earshot_training.errors import EarshotError
from earshot_training.feature_cache import FeatureCache
from earshot_training.image_model import read_image_model
from earshot_training.losses import hubs, nt_xent, nt_xent_of_tracks
from earshot_training.model_file import read_model_file
from earshot_training.networks import make_network
from earshot_training.schedule import rate
from earshot_training.settings import BOTH, CONTRASTIVE, Settings
from earshot_training.survey import survey
from earshot_training.tracks import Labels, Tracks
from earshot_training.trainer import Trainer

HERE = Path(__file__).resolve().parents[1]
CPU = torch.device("cpu")
QUICK = Settings(objective=CONTRASTIVE, batch=4, tiles_per_track=1, epochs=4, schedule="constant")


@pytest.fixture
def tracks(image_cache):
    return Tracks(FeatureCache(image_cache), Labels())


def trainer(tracks, settings, checkpoint=None, architecture="contrastive-cnn"):
    torch.manual_seed(settings.seed)
    members = list(range(len(tracks)))
    return Trainer(
        make_network(architecture), tracks, members[2:], members[:2], settings, CPU, checkpoint)


def weights(trained):
    return trained.network.state_dict()


def test_views_of_a_track_come_together(tracks):
    trained = trainer(tracks, replace(QUICK, epochs=6, augmentation=LIGHT, schedule="cosine"))
    trained.run()
    losses = [record["training"]["contrast"] for record in trained.history]
    assert losses[-1] < 0.8 * losses[0]
    assert all(np.isfinite(record["validation"]["total"]) for record in trained.history)
    assert trained.history[-1]["rate"] < trained.history[0]["rate"]


@pytest.mark.parametrize("architecture, objective", [
    ("time-frequency-autoencoder", "reconstruction"), ("convolutional-autoencoder", BOTH)])
def test_tiles_are_drawn_better_and_better(tracks, architecture, objective):
    settings = replace(QUICK, objective=objective, batch=5, epochs=3)
    trained = trainer(tracks, settings, architecture=architecture)
    trained.run()
    losses = [record["training"]["reconstruction"] for record in trained.history]
    assert losses[-1] < 0.8 * losses[0]
    found = survey(trained.network, tracks, [2, 3, 4], 8, CPU)
    assert found.mean.shape == (256,) and (found.deviation > 0).all()
    assert 0 < found.reconstruction["median"] <= found.reconstruction["percentile99"] < 0.2


def test_sixteen_bits_learn_nearly_the_same(tracks):
    courses = []
    for precision in ("float32", "bfloat16"):
        trained = trainer(tracks, replace(QUICK, epochs=1, precision=precision))
        trained.run()
        assert all(value.dtype == torch.float32 for value in weights(trained).values())
        courses.append(trained.history[0]["training"]["contrast"])
    assert courses[0] != courses[1]
    assert courses[1] == pytest.approx(courses[0], rel=0.1)


def test_a_training_that_was_stopped_ends_with_the_same_weights(tracks, tmp_path):
    path = tmp_path / "training.checkpoint.pt"
    settings = replace(QUICK, augmentation=LIGHT, schedule="plateau", plateau_patience=0)
    whole = trainer(tracks, settings)
    whole.run()
    trainer(tracks, replace(settings, epochs=2), path).run()
    torch.manual_seed(99)
    rest = trainer(tracks, settings, path)
    assert rest.restore()
    rest.run()
    assert len(rest.history) == 4
    for name, value in weights(whole).items():
        assert torch.equal(value, weights(rest)[name])


def test_a_checkpoint_of_another_training_is_refused(tracks, tmp_path):
    path = tmp_path / "training.checkpoint.pt"
    assert not trainer(tracks, QUICK, path).restore()
    trainer(tracks, replace(QUICK, epochs=1), path).run()
    for settings, message in (
            (replace(QUICK, batch=5), "with batch 4, not 5"),
            (replace(QUICK, augmentation=LIGHT), "augmentation none"),
            (replace(QUICK, seed=2), "with seed 1, not 2")):
        with pytest.raises(EarshotError, match=message):
            trainer(tracks, settings, path).restore()
    with pytest.raises(EarshotError, match="of contrastive-cnn, not time"):
        trainer(tracks, QUICK, path, "time-frequency-autoencoder").restore()
    tracks.fingerprint = "other"
    with pytest.raises(EarshotError, match="other tracks"):
        trainer(tracks, QUICK, path).restore()
    for data in (b"", b"nothing", path.read_bytes()[:-100]):
        path.write_bytes(data)
        with pytest.raises(EarshotError, match="no checkpoint"):
            trainer(tracks, QUICK, path).restore()


def test_the_best_epoch_is_kept_and_patience_ends_training(tracks):
    trained = trainer(tracks, replace(QUICK, epochs=30, learning_rate=0.3, patience=1))
    trained.run()
    assert len(trained.history) < 30
    assert len(trained.history) - trained.best_epoch == 1
    best = trained.history[trained.best_epoch - 1]["validation"]
    assert trained._validate() == best


def test_too_few_tracks_and_hopeless_rates_are_told(tracks):
    with pytest.raises(EarshotError, match="are too few"):
        Trainer(make_network("contrastive-cnn"), tracks, [1], [], QUICK, CPU)
    with pytest.raises(EarshotError, match="no longer a number"):
        trainer(
            tracks, replace(QUICK, objective="reconstruction", learning_rate=1e30),
            architecture="time-frequency-autoencoder").run()


def test_rates_follow_their_schedule():
    settings = Settings(schedule="cosine", epochs=4, warm_up=1, learning_rate=1)
    rates = [rate(settings, [], step, 10) for step in range(40)]
    assert rates[:10] == pytest.approx([(n + 1) / 10 for n in range(10)])
    assert rates[10] == 1 and rates[25] == pytest.approx(0.5) and rates[39] < 0.01
    settings = Settings(schedule="plateau", plateau_patience=1, learning_rate=1)
    for losses, expected in (([3, 2, 2], 1), ([3, 2, 2, 2], 0.5), ([3, 2, 2, 2, 1, 1, 1], 0.25)):
        assert rate(settings, losses, 70, 10) == expected


def test_losses_are_those_of_their_definitions():
    views = torch.nn.functional.normalize(torch.randn(6, 4, dtype=torch.float64), dim=1)
    scores = (views @ views.T / 0.2).exp()
    scores.fill_diagonal_(0)
    expected = -np.mean([
        float((scores[n, (n + 3) % 6] / scores[n].sum()).log()) for n in range(6)])
    assert nt_xent(views[:3], views[3:], 0.2).item() == pytest.approx(expected)
    track, unknown = torch.tensor([0, 1, 2] * 2), torch.full((6,), -1)
    assert nt_xent_of_tracks(views, track, unknown).item() == pytest.approx(expected)
    artist = torch.tensor([5, 5, 7] * 2)
    kept = scores.clone()
    for one, other in ((0, 1), (0, 4), (3, 1), (3, 4)):
        kept[one, other] = kept[other, one] = 0
    expected = -np.mean([
        float((kept[n, (n + 3) % 6] / kept[n].sum()).log()) for n in range(6)])
    assert nt_xent_of_tracks(views, track, artist).item() == pytest.approx(expected)
    assert hubs(torch.eye(4).repeat(2, 1), torch.arange(4).repeat(2)).item() < 1e-6
    crowded = torch.tensor([[1.0, 0], [0.8, 0.6], [0.8, -0.6]])
    assert hubs(crowded, torch.arange(3)).item() > 0.5


def arguments(cache, output, *more):
    return [
        "--model", "contrastive-cnn", "--cache", str(cache), "--output", str(output),
        "--batch", "4", "--tiles-per-track", "2", "--augment", "none", "--validation", "20",
        "--device", "cpu", "--threads", "1", *more]


def test_the_command_writes_model_card_and_losses(image_cache, tmp_path):
    output, table = tmp_path / "mine.safetensors", tmp_path / "labels.csv"
    table.write_text("path,artist,source,licence\n" + "".join(
        f"/music/{n:02}.mp3,artist {n % 4},a|b,CC0\n" for n in range(12)))
    main(arguments(
        image_cache, output, "--epochs", "2", "--labels", str(table), "--half", "--name", "mine"))
    model = read_image_model(output)
    assert np.linalg.norm(model.vector(np.random.rand(128, 400).astype("f4"))) == pytest.approx(1)
    file = read_model_file(output)
    assert file.name == "mine" and '"licence":"CC0","source":"a|b","tracks":12' in file.card
    assert '"trainer":"PyTorch 2' in file.card and '"validationTrackCount":3' in file.card
    assert "| a\\|b | CC0 | 12 |" in (tmp_path / "mine.md").read_text()
    with open(tmp_path / "mine.losses.csv", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [row["epoch"] for row in rows] == ["1", "2"] and rows[0]["reconstruction"] == ""
    before = output.read_bytes()
    main(arguments(
        image_cache, output, "--epochs", "2", "--labels", str(table), "--half", "--name", "mine"))
    assert output.read_bytes() == before


@pytest.mark.parametrize("more, message", [
    (["--objective", "both"], "--objective both does not go with --model contrastive-cnn"),
    (["--decoder-steps", "3"], "--decoder-steps does not go with"),
    (["--labels", "nothing.csv"], "nothing.csv: ")])
def test_mistakes_are_told(image_cache, tmp_path, more, message):
    with pytest.raises(SystemExit) as stopped:
        main(arguments(image_cache, tmp_path / "model.safetensors", *more))
    assert message in str(stopped.value)
    assert not (tmp_path / "model.safetensors").exists()


def test_nothing_that_is_read_is_written_over(image_cache):
    before = image_cache.read_bytes()
    with pytest.raises(SystemExit, match="would write over"):
        main(arguments(image_cache, image_cache))
    assert image_cache.read_bytes() == before


def test_two_processes_learn_what_one_does(image_cache, tmp_path):
    one, two = tmp_path / "one.safetensors", tmp_path / "two.safetensors"
    more = ["--epochs", "2", "--learning-rate", "0.0001"]
    main(arguments(image_cache, one, *more))
    command = [
        sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2",
        str(HERE / "train.py"), *arguments(image_cache, two, *more)]
    subprocess.run(command, check=True, env=os.environ | {"OMP_NUM_THREADS": "1"}, timeout=300)
    losses = []
    for path in (one, two):
        with open(path.with_suffix(".losses.csv"), newline="") as lines:
            losses.append([[float(row[name]) for name in (
                "loss", "validation_loss")] for row in csv.DictReader(lines)])
    assert np.allclose(*losses, rtol=1e-3)
    image = FeatureCache(image_cache).checked_image(b"/music/05.mp3").T / np.float32(255)
    vectors = [read_image_model(path).vector(image) for path in (one, two)]
    assert vectors[0] @ vectors[1] > 0.999
