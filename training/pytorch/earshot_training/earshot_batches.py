"""Which windows each step of training `earshot` learns from: the same as the program draws."""

from dataclasses import dataclass

import numpy as np
import torch

from . import distributed, statistics
from .earshot_model import movement, picture
from .mel_bands import BANDS
from .seeded import SeededGenerator
from .tile_batches import orders

# Two windows of a track are a pair where they share less than this: 1.4 seconds.
_MOST_OVERLAP = 30
# The time half's network sees so many pairs of frames in training: 7 seconds.
CROP = 150
# Every so manyth window is drawn.
DRAWN = 10
# How often a stripe is taken out of a sequence, and how wide at most.
_MASK_PROBABILITY = 0.3
_WIDEST_MASK = 16
# Fewer tracks kept apart tell nothing.
_FEWEST_APART = 8


@dataclass
class EarshotBatch:
    """The part of a batch that this process learns from: two windows of each track, one behind the
    other.

    values: statistics, (windows, 2123). moved: the time half's sequence, (windows, 128, 150).
    kept: 0 where the frequency half's sequence is taken away, else 1, (windows, 10, 128). images:
    of every tenth window, (some, 128, 128). track, artist: of all processes' windows; artist below
    0 where unknown.
    """

    values: torch.Tensor
    moved: torch.Tensor
    kept: torch.Tensor
    images: torch.Tensor
    track: torch.Tensor
    artist: torch.Tensor

    def to(self, device):
        """The same on a device."""
        return EarshotBatch(**{name: value.to(device) for name, value in vars(self).items()})


class EarshotBatches:
    """The batches of an epoch.

    An epoch goes through the training tracks several times, each time in another order and with two
    other windows of each. A batch never holds a track twice.
    """

    def __init__(self, cache, artists, training, validation, settings):
        """artists: a number for each track, below 0 where unknown. training, validation: numbers of
        the tracks."""
        self._cache, self._artists = cache, np.asarray(artists)
        self._training, self._settings = training, settings
        self._validation = validation if len(validation) >= _FEWEST_APART else []
        self._pairs = [_pairs(cache, track.windows) for track in cache.tracks]
        processes = distributed.world_size()
        # Each process takes as many tracks of a batch as the others.
        self.width = min(settings.batch, len(training)) // processes * processes
        self.count = settings.tiles_per_track * (len(training) // max(1, self.width))
        self.tiles = 2 * self.count * self.width

    def epoch(self, epoch_seed):
        """The batches of an epoch."""
        for number, tracks in enumerate(
                orders(self._training, self.width, self._settings.tiles_per_track, epoch_seed)):
            yield self._batch(number, tracks, epoch_seed)

    def validation(self):
        """Those of the tracks that are kept apart, the same each time: of each track the first two
        windows that do not overlap, as they are. Every process gets all of them."""
        tracks = self._validation
        # Rather too large than of a single track, which nothing is held against.
        count = max(1, len(tracks) // max(1, self.width)) if tracks else 0
        for number in range(count):
            some = tracks[number * len(tracks) // count:(number + 1) * len(tracks) // count]
            builder = _Builder(self._cache)
            for track in some:
                pairs = self._pairs[track]
                plain = np.flatnonzero((self._cache.version[pairs] == 0).all(1))
                first = self._cache.tracks[track].windows.start
                for window in pairs[plain[0] if len(plain) else 0]:
                    generator = SeededGenerator.of_piece(0, track, int(window) - first)
                    builder.add(int(window), generator, is_masked=False)
            yield builder.batch(*self._of_tracks(some))

    def _batch(self, number, tracks, epoch_seed):
        builder = _Builder(self._cache)
        for place in distributed.part(range(self.width)):
            generator = SeededGenerator.of_piece(epoch_seed, number, place)
            pairs = self._pairs[tracks[place]]
            for window in pairs[generator.below(len(pairs))]:
                builder.add(int(window), generator, is_masked=True)
        return builder.batch(*self._of_tracks(tracks))

    def _of_tracks(self, tracks):
        track = np.repeat(np.asarray(tracks, np.int64), 2)
        return torch.from_numpy(track), torch.from_numpy(self._artists[track])


class _Builder:
    """Gathers the windows of a batch."""

    def __init__(self, cache):
        self._cache = cache
        self._windows, self._moved, self._kept, self._images = [], [], [], []

    def add(self, window, generator, is_masked):
        length = int(self._cache.pairs[window])
        used = min(length, CROP)
        first = generator.below(length - used + 1)
        moved = movement(self._cache.mel(window, first, first + used))
        # A shorter one is repeated from its start.
        moved = moved[:, torch.arange(CROP) % moved.shape[1]]
        kept = torch.ones(len(statistics.PROFILES), BANDS)
        if is_masked:
            _mask(moved, generator)
            _mask(kept, generator)
        if len(self._windows) % DRAWN == 0:
            self._images.append(picture(self._cache.mel(window)))
        self._windows.append(window)
        self._moved.append(moved)
        self._kept.append(kept)

    def batch(self, track, artist):
        return EarshotBatch(
            torch.from_numpy(self._cache.statistics[self._windows]), torch.stack(self._moved),
            torch.stack(self._kept), torch.stack(self._images), track, artist)


def _mask(sequence, generator):
    """Takes a stripe of steps out of a sequence, (channels, steps), and of channels where there are
    many."""
    channels, steps = sequence.shape
    if generator.unit() < _MASK_PROBABILITY:
        count = 1 + generator.below(min(_WIDEST_MASK, steps))
        start = generator.below(steps - count + 1)
        sequence[:, start:start + count] = 0
    if channels > _WIDEST_MASK and generator.unit() < _MASK_PROBABILITY:
        count = 1 + generator.below(_WIDEST_MASK)
        start = generator.below(channels - count + 1)
        sequence[start:start + count] = 0


def _pairs(cache, windows):
    """Pairs of a track's windows that hardly overlap, (pairs, 2); any two where there are none, or
    the only one twice."""
    numbers = np.array(windows)
    begin, end = cache.first[numbers], cache.first[numbers] + cache.pairs[numbers]
    shared = np.minimum(end[:, None], end) - np.maximum(begin[:, None], begin)
    different = ~np.eye(len(numbers), dtype=bool)
    if len(numbers) == 1:
        different[0, 0] = True
    far = (shared < _MOST_OVERLAP) & different
    one, other = np.nonzero(far if far.any() else different)
    return np.stack([numbers[one], numbers[other]], 1)
