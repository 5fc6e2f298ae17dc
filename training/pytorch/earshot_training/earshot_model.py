"""The model `earshot`: for each half of the vector, a projection of statistics joined with what a
network makes of the excerpt, then a map that makes parts of one track alike.

With n(x) = x / |x|, s the statistics of the half and c the sequence its network slides along:

    u = n(projection · ((s - mean) ⊙ scale))
    y = n(u + share · n(network(c)))
    half = n(map · (y - centre)) / √2
"""

import json
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn

from . import statistics
from .batch_norm import BatchNorm
from .errors import EarshotError
from .mel_bands import BANDS, SPECTROGRAM_SETTINGS
from .model_file import ModelFile, canonical_json, read_model_file, stored_state
from .networks import ImageDecoder

ARCHITECTURE = "earshot"
HALF = 128
_LEAST_STEPS = 16
_EPSILON = 1e-5


@dataclass(frozen=True)
class Shares:
    """How much the networks count beside the statistics."""

    time: float
    frequency: float


TRAINING_SHARES = Shares(0.5, 1.0)
MODEL_SHARES = Shares(0.5, 0.8)


class Statistics(nn.Module):
    """Statistics to a unit vector: (batch, inputs) to (batch, 128). Computed once, not trained."""

    def __init__(self, inputs):
        super().__init__()
        self.register_buffer("mean", torch.zeros(inputs))
        self.register_buffer("scale", torch.ones(inputs))
        self.register_buffer("projection", torch.zeros(HALF, inputs))

    def forward(self, values):
        return F.normalize(F.linear((values - self.mean) * self.scale, self.projection), dim=1)


class PooledEncoder(nn.Module):
    """Three convolutions along a sequence, mean and deviation over its places, a dense layer:
    (batch, channels, steps) to (batch, 128), not normalised.

    layers: channels made, kernel and stride of each convolution.
    """

    def __init__(self, channels, layers):
        super().__init__()
        self._count = len(layers)
        for number, (outputs, kernel, stride) in enumerate(layers, 1):
            convolution = nn.Conv1d(channels, outputs, kernel, stride, padding=kernel // 2)
            setattr(self, f"conv{number}", convolution)
            setattr(self, f"norm{number}", BatchNorm(outputs, _EPSILON, 0.1, unbiased=True))
            channels = outputs
        self.norm = BatchNorm(2 * channels, _EPSILON, 0.1, unbiased=True)
        self.dense = nn.Linear(2 * channels, HALF)

    def forward(self, x):
        for number in range(1, self._count + 1):
            x = F.relu(getattr(self, f"norm{number}")(getattr(self, f"conv{number}")(x)))
        variance, mean = torch.var_mean(x, 2, correction=0)
        return self.dense(self.norm(torch.cat([mean, (variance + _EPSILON).sqrt()], 1)))


class FinalMap(nn.Module):
    """What makes parts of one track alike: (batch, 128) to unit vectors. Computed, not trained."""

    def __init__(self):
        super().__init__()
        self.register_buffer("centre", torch.zeros(HALF))
        self.register_buffer("map", torch.eye(HALF))

    def forward(self, values):
        return F.normalize(F.linear(values - self.centre, self.map), dim=1)


class Half(nn.Module):
    """One half of the vector."""

    def __init__(self, parts, channels, layers):
        super().__init__()
        self.parts = parts
        self.statistics = Statistics(sum(statistics.PARTS[name] for name in parts))
        self.encoder = PooledEncoder(channels, layers)
        self.final = FinalMap()
        self.register_buffer(
            "_places", torch.tensor(statistics.places(parts)), persistent=False)

    def pieces(self, values, sequence):
        """The unit vectors of projection and network, (batch, 128) each, from all statistics,
        (batch, 2123), and a sequence, (batch, channels, steps)."""
        chosen = values[:, self._places]
        return self.statistics(chosen), F.normalize(self.encoder(sequence), dim=1)


class Profiles(nn.Module):
    """Standardises the channels of the frequency half's network: (batch, 10, 128) to the same."""

    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.zeros(len(statistics.PROFILES)))
        self.register_buffer("deviation", torch.ones(len(statistics.PROFILES)))
        places = torch.tensor(statistics.places(statistics.PROFILES))
        self.register_buffer("_places", places.view(-1, BANDS), persistent=False)

    def chosen(self, values):
        """The profiles among all statistics: (batch, 2123) to (batch, 10, 128)."""
        return values[:, self._places]

    def forward(self, values):
        return (self.chosen(values) - self.mean[:, None]) / self.deviation[:, None]


class Earshot(nn.Module):
    """The whole model, with a decoder that draws the excerpt's image from its vector.

    Statistics are (batch, 2123) in the order of ``statistics.PARTS``. Movement is the input of the
    time half's network, (batch, 128, steps), see ``movement``.
    """

    def __init__(self):
        super().__init__()
        self.time = Half(statistics.TIME, BANDS, ((64, 5, 2), (96, 5, 2), (128, 3, 2)))
        self.frequency = Half(
            statistics.FREQUENCY, len(statistics.PROFILES), ((64, 5, 1), (96, 5, 2), (128, 5, 2)))
        self.profiles = Profiles()
        self.decoder = ImageDecoder((64, 48, 32, 16), factor=16)

    def joined(self, values, movement, shares, kept=1):
        """y of both halves before the final map: unit vectors, (batch, 128) each.

        kept: what the frequency half's sequence is multiplied with, (batch, 10, 128) in training.
        """
        time, encoded_time = self.time.pieces(values, movement)
        frequency, encoded_frequency = self.frequency.pieces(values, self.profiles(values) * kept)
        return (
            F.normalize(time + shares.time * encoded_time, dim=1),
            F.normalize(frequency + shares.frequency * encoded_frequency, dim=1))

    def mapped(self, time, frequency):
        """The vectors, (batch, 256) of length 1, from y of both halves."""
        return torch.cat([self.time.final(time), self.frequency.final(frequency)], 1) / 2 ** 0.5

    @torch.no_grad()
    def vector(self, values, mel, shares=MODEL_SHARES):
        """The vector of one excerpt, (256).

        values: its statistics, (2123). mel: dB below its loudest value, at least -80, means of two
        neighbouring frames, (pairs, 128), the lowest band first.
        """
        self.eval()
        values = torch.as_tensor(values)[None]
        return self.mapped(*self.joined(values, movement(mel)[None], shares))[0]


def movement(mel):
    """The input of the time half's network, (128, steps): each pair less its band's mean, in tens
    of dB; repeated from the first until there are 16. mel: (pairs, 128) dB."""
    mel = torch.as_tensor(mel)
    moved = (mel - mel.mean(0)).T / 10
    return moved.repeat(1, max(1, -(-_LEAST_STEPS // moved.shape[1])))


def picture(mel):
    """What the decoder is to draw, (128, 128) from 0 to 1, the highest band on top: column j is the
    mean of the pairs ⌊jK/128⌋ up to ⌈(j+1)K/128⌉ of K. mel: (pairs, 128) dB."""
    scaled = (torch.as_tensor(mel) + 80) / 80
    return F.adaptive_avg_pool1d(scaled.T[None], 128)[0].flip(0)


def model_file(model, name, card, shares=MODEL_SHARES, precision="F32", with_decoder=True):
    """The model file of an ``Earshot``. precision: of matrices and kernels, `F32` or `F16`."""
    settings = SPECTROGRAM_SETTINGS | {
        "earshotVersion": 1, "statisticsVersion": 1, "mfccCount": statistics.PARTS["mfcc mean"],
        "timeShare": shares.time, "frequencyShare": shares.frequency}
    tensors = {
        key: tensor for key, tensor in stored_state(model, precision).items()
        if with_decoder or not key.startswith("decoder.")}
    return ModelFile(ARCHITECTURE, name, canonical_json(settings), canonical_json(card), tensors)


def read_earshot(path):
    """Reads a model `earshot`: the module and its shares."""
    file = read_model_file(path)
    if file.architecture != ARCHITECTURE:
        raise EarshotError(f"{path} is a model of {file.architecture}, not {ARCHITECTURE}")
    model = Earshot()
    state = {name: torch.tensor(tensor.values) for name, tensor in file.tensors.items()}
    try:
        settings = json.loads(file.settings)
        shares = Shares(settings["timeShare"], settings["frequencyShare"])
        if not any(name.startswith("decoder.") for name in state):
            del model.decoder
        model.load_state_dict(state)
    except (ValueError, KeyError, TypeError, RuntimeError) as error:
        raise EarshotError(f"{path}: not the tensors of {ARCHITECTURE}: {error}") from error
    return model.eval(), shares
