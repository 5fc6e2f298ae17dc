"""Networks: the sizes of the published ones, and the layers that PyTorch does not have by
itself."""

import json

import numpy as np
import pytest
import torch
import torch.nn.functional as F

import make_fixtures
from earshot_training import statistics
from earshot_training.batch_norm import BatchNorm
from earshot_training.earshot_model import Earshot, movement, picture
from earshot_training.networks import ImageDecoder, make_network


@pytest.mark.parametrize("architecture, count", [
    ("time-frequency-autoencoder", 7_927_873), ("convolutional-autoencoder", 12_200_449),
    ("contrastive-cnn", 422_656)])
def test_networks_have_their_parameters(architecture, count):
    state = make_network(architecture).state_dict()
    assert sum(value.numel() for value in state.values()) == count
    assert not any("num_batches" in name for name in state)


@pytest.mark.parametrize("architecture", make_fixtures.NETWORKS)
def test_the_committed_vectors_are_those_of_these_networks(architecture):
    committed = json.loads(make_fixtures.FIXTURE.read_text())[architecture]
    compare(make_fixtures.of_tiles(architecture), committed)


def test_the_committed_vectors_of_earshot_are_those_of_this_network():
    committed = json.loads(make_fixtures.FIXTURE.read_text())["earshot"]
    compare(make_fixtures.of_earshot(), committed)


def compare(made, committed):
    assert made.keys() == committed.keys()
    for name, value in made.items():
        if isinstance(value, str):
            assert value == committed[name]
        else:
            assert np.allclose(value, committed[name], atol=1e-5)


def test_each_half_slides_along_its_axis():
    network = make_network("time-frequency-autoencoder").eval()
    tile = torch.zeros(1, 128, 128)
    tile[:, 48:56, 48:56] = 1
    later, lower = tile.roll(16, 2), tile.roll(16, 1)

    def features(half, tiles):
        found = []
        half.dense.register_forward_pre_hook(lambda _, x: found.append(x[0]))
        half(tiles)
        return found[0].view(8, 256)

    for half, turned, along, across in (
            (network.encoder.time, tile, later, lower),
            (network.encoder.frequency, tile.mT, lower.mT, later.mT)):
        still = features(half, turned)
        assert torch.allclose(still[2:5], features(half, along)[3:6], atol=1e-5)
        assert not torch.allclose(still[2:5], features(half, across)[3:6], atol=1e-3)


def test_transposed_convolutions_crop_the_mirror_of_same_padding():
    decoder = ImageDecoder()
    x = torch.rand(1, 256, 8, 8)
    whole = F.conv_transpose2d(x, decoder.conv1.weight, decoder.conv1.bias, stride=2)
    assert torch.allclose(decoder.conv1(x)[:, :, :-1, :-1], whole[:, :, 1:-2, 1:-2], atol=1e-6)


@pytest.mark.parametrize("unbiased, taken", [(False, 0.01), (True, 0.1)])
def test_batch_normalisation_gathers_its_statistics(unbiased, taken):
    norm = BatchNorm(3, 1e-3, taken, unbiased)
    x = 2 + 3 * torch.randn(4, 3, 5)
    y = norm(x)
    variance, mean = torch.var_mean(x, (0, 2), correction=int(unbiased))
    biased = x.var((0, 2), correction=0)
    expected = (x - mean[:, None]) / (biased[:, None] + 1e-3).sqrt()
    assert torch.allclose(y, expected, atol=1e-5)
    assert torch.allclose(norm.running_mean, taken * mean, atol=1e-6)
    assert torch.allclose(norm.running_var, 1 - taken + taken * variance, atol=1e-5)
    norm.eval()
    assert torch.allclose(
        norm(x), (x - norm.running_mean[:, None]) / (norm.running_var[:, None] + 1e-3).sqrt(),
        atol=1e-5)


def test_statistics_stand_where_caches_have_them():
    assert statistics.COUNT == 2123
    assert len(statistics.places(statistics.TIME)) == 1228
    assert len(statistics.places(statistics.FREQUENCY)) == 895
    assert statistics.places(["mel mean", "onset"]) == [*range(128), *range(2116, 2123)]


def test_earshot_takes_short_excerpts_and_draws_the_highest_band_on_top():
    mel = -80 * torch.rand(5, 128)
    moved = movement(mel)
    assert moved.shape == (128, 20)
    assert torch.allclose(moved[:, 5:10], moved[:, :5])
    assert torch.allclose(moved[:, :5].mean(1), torch.zeros(128), atol=1e-5)
    drawn = picture(mel)
    assert drawn.shape == (128, 128)
    assert torch.allclose(drawn[0, 0], (mel[0, 127] + 80) / 80)
    assert torch.allclose(drawn[127, 127], (mel[4, 0] + 80) / 80)
    vector = Earshot().vector(torch.randn(2123), mel)
    assert torch.allclose(vector.view(2, 128).square().sum(1), torch.tensor(0.5), atol=1e-5)
