"""Models that make a vector of a mel image: from a file, and into one."""

import json

import numpy as np
import torch

from .errors import EarshotError
from .mel_bands import SPECTROGRAM_SETTINGS
from .model_file import ModelFile, StoredTensor, canonical_json, read_model_file, stored_state
from .networks import TILE, make_network

MEAN, DEVIATION, WHITENING = "standardisation.mean", "standardisation.deviation", "whitening"


def tile_starts(columns, tile_count):
    """The first column of each tile of an image: evenly spread, `tile_count` for 512 columns."""
    room = columns - TILE
    if room == 0:
        return [0]
    # Halves are rounded up.
    count = max(1, int(room * (tile_count - 1) / (512 - TILE) + 0.5))
    return [(2 * place * room + count) // (2 * count) for place in range(count + 1)]


class ImageModel:
    """A network of tiles with what makes its vectors comparable: the mean over the tiles is
    standardised, whitened where the model does so, and brought to length 1, each half by itself.

    mean, deviation: (dimension). whitening: a square matrix by tensor name, empty for none.
    """

    def __init__(self, network, tile_count, mean, deviation, whitening=None):
        self.network, self.tile_count = network, tile_count
        self.mean, self.deviation = np.float32(mean), np.float32(deviation)
        self.whitening = whitening or {}

    @property
    def parts(self):
        """What is whitened and normalised by itself: tensor name and places in the vector."""
        halves = sorted(self.network.halves.items(), key=lambda half: half[1])
        if not halves:
            return [(WHITENING, slice(0, self.network.dimension))]
        return [(f"{WHITENING}.{axis}", slice(*ends)) for axis, ends in halves]

    @torch.no_grad()
    def vector(self, image):
        """The vector, (dimension) float32, of a mel image, (128, columns) float32 from 0 to 1."""
        self.network.eval()
        image = torch.as_tensor(image)
        starts = tile_starts(image.shape[1], self.tile_count)
        tiles = torch.stack([image[:, start:start + TILE] for start in starts])
        return self.finished(self.network.encoder(tiles).mean(0).numpy())

    def finished(self, mean_vector):
        """Standardises, whitens and normalises the mean vector of an image, (dimension)."""
        vector = (mean_vector - self.mean) / self.deviation
        for name, places in self.parts:
            part = vector[places]
            if name in self.whitening:
                part = self.whitening[name] @ part
            vector[places] = part / np.linalg.norm(part.astype(float)) / len(self.parts) ** 0.5
        return vector

    def file(self, name, card, precision="F32"):
        """The model file. card: about data and training, for people. precision: of matrices and
        kernels, `F32` or `F16`."""
        settings = SPECTROGRAM_SETTINGS | {
            "imageVersion": 1, "tileCount": self.tile_count, "halves": self.network.halves}
        state = stored_state(self.network, precision)
        tensors = {key: value for key, value in state.items() if key.startswith("encoder.")}
        tensors[MEAN], tensors[DEVIATION] = map(StoredTensor.of, (self.mean, self.deviation))
        for key, matrix in self.whitening.items():
            tensors[key] = StoredTensor.of(matrix)
        tensors |= {key: value for key, value in state.items() if key.startswith("decoder.")}
        return ModelFile(
            self.network.architecture, name, canonical_json(settings), canonical_json(card),
            tensors)


def read_image_model(path):
    """Reads a model of a network of tiles."""
    file = read_model_file(path)
    try:
        network = make_network(file.architecture)
    except ValueError as error:
        raise EarshotError(f"{path}: {error}") from error
    values = {name: tensor.values for name, tensor in file.tensors.items()}
    if not any(name.startswith("decoder.") for name in values):
        network.drop_decoder()
    try:
        settings = json.loads(file.settings)
        mean, deviation = values.pop(MEAN), values.pop(DEVIATION)
        whitening = {
            name: values.pop(name) for name in list(values) if name.startswith(WHITENING)}
        network.load_state_dict({name: torch.tensor(value) for name, value in values.items()})
        return ImageModel(network, settings["tileCount"], mean, deviation, whitening)
    except (ValueError, KeyError, TypeError, RuntimeError) as error:
        raise EarshotError(f"{path}: not the tensors of {file.architecture}: {error}") from error
