"""The tiles of each step: random crops to learn from, fixed ones to measure on."""

from dataclasses import dataclass

import numpy as np

from . import distributed
from .networks import TILE
from .seeded import SeededGenerator


@dataclass
class TileBatch:
    """The part of a batch that this process learns from.

    pixels: (tiles, 128 columns, 128 rows) uint8; where views are compared, the first view of each
    track, then the second of each. facts: those of each tile's track. seed: of its augmentation.
    """

    pixels: np.ndarray
    facts: list
    seed: int = 0


class TileBatches:
    """The batches of an epoch: the same crops as the program draws for the same seed.

    An epoch goes through the training tracks several times, each time in another order and with a
    random crop of each. A batch never holds a track twice, since views of one track would be called
    different; tracks that do not fill the last batch of a pass are left to the next.
    """

    def __init__(self, tracks, members, settings):
        self._tracks, self._members, self._settings = tracks, members, settings
        processes = distributed.world_size()
        # Each process takes as many tracks of a batch as the others.
        self.width = min(settings.batch, len(members)) // processes * processes
        self.count = settings.tiles_per_track * (len(members) // max(1, self.width))
        self.tiles = self.count * self.width * (2 if settings.is_paired else 1)

    def epoch(self, epoch_seed, start=0):
        """The batches of an epoch, from number `start` on."""
        every = orders(self._members, self.width, self._settings.tiles_per_track, epoch_seed)
        for number, numbers in enumerate(every):
            if number >= start:
                yield self._batch(number, numbers, epoch_seed)

    def _batch(self, number, numbers, epoch_seed):
        first, second = [], []
        for place in distributed.part(range(self.width)):
            track = numbers[place]
            generator = SeededGenerator.of_piece(epoch_seed, number, place)
            starts = self._starts(self._tracks.tracks[track].columns, generator)
            first.append((track, starts[0]))
            if self._settings.is_paired:
                second.append((track, starts[1]))
        seed = SeededGenerator.of_piece(epoch_seed, number, -1 - distributed.rank()).next() >> 1
        return gather(self._tracks, first + second, seed)

    def _starts(self, columns, generator):
        """Where one or two crops begin. Two do not overlap where the track is long enough, and lie
        as far apart as they can where it is not."""
        last = columns - TILE
        if not self._settings.is_paired:
            return generator.below(last + 1), 0
        if last < TILE:
            return (0, last) if generator.below(2) == 0 else (last, 0)
        # Two starts at least a tile apart: drawn without the gap, which is then put between them.
        room = last - TILE + 1
        one, other = generator.below(room), generator.below(room)
        return (one, other + TILE) if one <= other else (one + TILE, other)


def orders(members, width, passes, epoch_seed):
    """The tracks of each batch of an epoch, as the program draws them: several passes, each in
    another order; tracks that do not fill the last batch of a pass are left to the next."""
    for number in range(passes):
        order = SeededGenerator.of_piece(epoch_seed, -1, number).shuffled(members)
        for place in range(len(members) // max(1, width)):
            yield order[place * width:][:width]


def validation_batches(tracks, members, settings):
    """The tiles that tell how well a network does on tracks it has not seen: the same each time, in
    batches of nearly equal size. Where views are compared, those at both ends of each track. Every
    process gets all of them."""
    places = []
    for track in members:
        last = tracks.tracks[track].columns - TILE
        if settings.is_paired:
            places.append([(track, 0), (track, last)])
        else:
            places += [
                [(track, start)]
                for start in spread(tracks.tracks[track].columns, settings.validation_tiles)]
    count = -(-len(places) // settings.batch)
    for number in range(count):
        some = places[number * len(places) // count:(number + 1) * len(places) // count]
        yield gather(tracks, [place for view in zip(*some) for place in view])


def spread(columns, most):
    """The first columns of at most so many tiles, the first at the start and the last at the
    end."""
    last = columns - TILE
    used = min(most, last + 1)
    if used == 1:
        return [last // 2]
    return [(2 * n * last + used - 1) // (2 * (used - 1)) for n in range(used)]


def gather(tracks, places, seed=0):
    """Reads tiles: `places` are pairs of a track's number and a first column."""
    return TileBatch(
        np.stack([tracks.pixels(track, start) for track, start in places]),
        [tracks.tracks[track].facts for track, _ in places], seed)
