"""What a trained network makes of the tracks it was trained on."""

import math
from dataclasses import dataclass

import numpy as np
import torch

from . import distributed
from .augmentation import unchanged
from .image_model import tile_starts
from .tile_batches import gather

# The columns that `embed` hears of a track: 30 seconds.
_COLUMNS = 512
# Tiles of a track that are drawn: as many as lie side by side.
_DRAWN = 4


@dataclass(frozen=True)
class Survey:
    """mean, deviation: of each number of the tracks' vectors, (dimension); the deviation is 1 for a
    number that never changes. errors: the mean squared error of each track's drawn tiles,
    ascending; empty without a decoder."""

    mean: np.ndarray
    deviation: np.ndarray
    errors: np.ndarray

    @property
    def reconstruction(self):
        """Percentiles of the errors, as model cards tell them; None without a decoder."""
        return percentiles(self.errors)


def percentiles(errors):
    """Percentiles of ascending errors, as model cards tell them; None where there are none."""
    if len(errors) == 0:
        return None

    def error(percentile):
        return float(errors[math.ceil((len(errors) - 1) * percentile / 100)])

    return {"median": error(50), "percentile95": error(95), "percentile99": error(99)}


@torch.no_grad()
def survey(network, tracks, members, tile_count, device):
    """Looks at the middle thirty seconds of tracks, as `embed` does; each process at its share."""
    network.eval()
    found = []
    for number in distributed.share(members):
        columns = tracks.tracks[number].columns
        used = min(columns, _COLUMNS)
        starts = [start + (columns - used) // 2 for start in tile_starts(used, tile_count)]
        pixels = gather(tracks, [(number, start) for start in starts]).pixels
        tiles = unchanged(torch.from_numpy(pixels).to(device))
        vectors = network.encoder(tiles)
        error = None
        if network.has_decoder:
            count = len(starts)
            drawn = (
                range(count) if count <= _DRAWN
                else [n * (count - 1) // (_DRAWN - 1) for n in range(_DRAWN)])
            difference = network.decoder(vectors[list(drawn)]) - tiles[list(drawn)]
            error = difference.square().mean().item()
        found.append((vectors.mean(0).cpu().numpy(), error))
    found = distributed.gathered(found)
    vectors = np.stack([vector for vector, _ in found]).astype(float)
    deviation = vectors.std(0)
    return Survey(
        vectors.mean(0), np.where(deviation > 1e-6, deviation, 1),
        np.sort([error for _, error in found if error is not None]))
