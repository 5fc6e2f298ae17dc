"""The networks that look at tiles, layer by layer as the program builds them.

The names of their state are those of the tensors in model files. TensorFlow's `same` padding: for
an even extent and stride 2, a kernel of 5 has one zero before and two behind, one of 3 none before
and one behind; a transposed convolution crops the mirror of it.
"""

import torch
import torch.nn.functional as F
from torch import nn

from .batch_norm import BatchNorm

TILE = 128
_FILTERS = (32, 64, 128, 256)


class Network(nn.Module):
    """An encoder and, where there is one, a decoder.

    Tiles, (batch, 128 rows with high frequencies on top, 128 columns) from 0 to 1, become vectors,
    (batch, dimension), and vectors become tiles again.
    """

    def __init__(self, architecture, encoder, decoder, dimension, halves):
        super().__init__()
        self.architecture, self.dimension, self.halves = architecture, dimension, halves
        self.encoder = encoder
        if decoder is not None:
            self.decoder = decoder

    @property
    def has_decoder(self):
        """Whether images can be made from vectors."""
        return hasattr(self, "decoder")

    def drop_decoder(self):
        """Leaves the decoder out: nobody trains it by comparing vectors."""
        if self.has_decoder:
            del self.decoder

    def forward(self, tiles, drawn=True):
        """Vectors, and with `drawn` what the decoder makes of them, (batch, 128, 128), else
        None."""
        vectors = self.encoder(tiles)
        return vectors, self.decoder(vectors) if drawn and self.has_decoder else None


def make_network(architecture):
    """A network with random weights, by its name in model files; those of Glorot and Bengio (2010),
    biases 0."""
    if architecture == "time-frequency-autoencoder":
        network = Network(
            architecture, TimeFrequencyEncoder(), ImageDecoder(), 256,
            {"frequency": [0, 128], "time": [128, 256]})
    elif architecture == "convolutional-autoencoder":
        network = Network(architecture, ImageEncoder(), ImageDecoder(), 256, {})
    elif architecture == "contrastive-cnn":
        network = Network(architecture, ContrastiveEncoder(), None, 128, {})
    else:
        raise ValueError(f"no network of tiles is called {architecture}")
    initialise(network)
    return network


def initialise(module):
    """Draws all kernels and matrices from the uniform distribution of Glorot and Bengio (2010)."""
    for layer in module.modules():
        if isinstance(layer, (nn.Linear, nn.Conv1d, nn.Conv2d, nn.ConvTranspose2d)):
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)


class SequenceEncoder(nn.Module):
    """Four convolutions along the steps and a dense layer: (batch, 128 channels, 128 steps) to
    (batch, 128)."""

    def __init__(self):
        super().__init__()
        inputs = TILE
        for number, outputs in enumerate(_FILTERS, 1):
            setattr(self, f"conv{number}", nn.Conv1d(inputs, outputs, 5, 2))
            setattr(self, f"norm{number}", BatchNorm(outputs))
            inputs = outputs
        self.dense = nn.Linear(8 * inputs, 128)

    def forward(self, x):
        for number in range(1, len(_FILTERS) + 1):
            x = getattr(self, f"conv{number}")(F.pad(x, (1, 2)))
            x = getattr(self, f"norm{number}")(F.relu(x))
        # Counted (step, channel).
        return self.dense(x.mT.flatten(1))


class TimeFrequencyEncoder(nn.Module):
    """A sequence encoder along each axis of the tile: (batch, 128, 128) to (batch, 256)."""

    def __init__(self):
        super().__init__()
        # Slides along the rows, with the columns as channels.
        self.frequency = SequenceEncoder()
        # Slides along the columns, with the rows as channels.
        self.time = SequenceEncoder()

    def forward(self, tiles):
        return torch.cat([self.frequency(tiles.mT), self.time(tiles)], 1)


class _ImageStages(nn.Module):
    """Four convolutions that halve the image: (batch, 128, 128) to (batch, 256, 8, 8)."""

    def __init__(self, kernel):
        super().__init__()
        # Of the zeros that `same` asks for, the smaller part comes first.
        zeros = kernel - 2
        self._padding = (zeros // 2, zeros - zeros // 2) * 2
        inputs = 1
        for number, outputs in enumerate(_FILTERS, 1):
            setattr(self, f"conv{number}", nn.Conv2d(inputs, outputs, kernel, 2))
            setattr(self, f"norm{number}", BatchNorm(outputs))
            inputs = outputs

    def features(self, tiles):
        x = tiles[:, None]
        for number in range(1, len(_FILTERS) + 1):
            x = getattr(self, f"conv{number}")(F.pad(x, self._padding))
            x = getattr(self, f"norm{number}")(F.relu(x))
        return x


class ImageEncoder(_ImageStages):
    """Convolutions over the image and a dense layer: (batch, 128, 128) to (batch, 256)."""

    def __init__(self):
        super().__init__(kernel=5)
        self.dense = nn.Linear(8 * 8 * _FILTERS[-1], 256)

    def forward(self, tiles):
        # Counted (row, column, channel).
        return self.dense(self.features(tiles).permute(0, 2, 3, 1).flatten(1))


class ContrastiveEncoder(_ImageStages):
    """Convolutions, the mean over the image, a dense layer: (batch, 128, 128) to (batch, 128) of
    length 1."""

    def __init__(self):
        super().__init__(kernel=3)
        self.dense = nn.Linear(_FILTERS[-1], 128)

    def forward(self, tiles):
        return F.normalize(self.dense(self.features(tiles).mean((2, 3))), dim=1)


class ImageDecoder(nn.Module):
    """A dense layer and transposed convolutions that double the image: (batch, 256) to (batch, 128,
    128), numbers from 0 to 1.

    filters: channels of the transposed convolutions; the first is also what the dense layer makes
    for each place of its 8 x 8 image. factor: what vectors are multiplied with before.
    """

    def __init__(self, filters=(256, 128, 64, 32), factor=1):
        super().__init__()
        self._count, self._first, self._factor = len(filters), filters[0], factor
        inputs = filters[0]
        self.dense = nn.Linear(256, 8 * 8 * inputs)
        for number, outputs in enumerate(filters, 1):
            setattr(self, f"conv{number}", nn.ConvTranspose2d(inputs, outputs, 5, 2, padding=1))
            setattr(self, f"norm{number}", BatchNorm(outputs))
            inputs = outputs
        setattr(self, f"conv{self._count + 1}", nn.ConvTranspose2d(inputs, 1, 5, padding=2))

    def forward(self, vectors):
        x = F.relu(self.dense(vectors * self._factor))
        # Counted (row, column, channel).
        x = x.view(-1, 8, 8, self._first).permute(0, 3, 1, 2)
        for number in range(1, self._count + 1):
            # The padding crops one row and column at each end; `same` crops one more at the last.
            x = getattr(self, f"conv{number}")(x)[:, :, :-1, :-1]
            x = getattr(self, f"norm{number}")(F.relu(x))
        return torch.sigmoid(getattr(self, f"conv{self._count + 1}")(x))[:, 0]
