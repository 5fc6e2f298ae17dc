"""The seeded generator of the program (SplitMix64: Steele, Lea and Flood 2014): the same splits and
crops for the same seed in both trainers."""

import numpy as np

_BITS = (1 << 64) - 1
_STEP = 0x9E37_79B9_7F4A_7C15
_FIRST = 0xBF58_476D_1CE4_E5B9
_SECOND = 0x94D0_49BB_1331_11EB


class SeededGenerator:
    """A sequence of 64-bit numbers that follows from its seed."""

    def __init__(self, seed):
        self.state = seed & _BITS

    @classmethod
    def of_piece(cls, seed, piece, part=0):
        """The generator of one piece of work among many, each with its own."""
        state = cls(seed).next()
        state = cls(state ^ (piece & _BITS)).next()
        return cls(cls(state ^ (part & _BITS)).next())

    def next(self):
        """The next 64 bits."""
        self.state = (self.state + _STEP) & _BITS
        z = self.state
        z = ((z ^ (z >> 30)) * _FIRST) & _BITS
        z = ((z ^ (z >> 27)) * _SECOND) & _BITS
        return z ^ (z >> 31)

    def below(self, count):
        """A whole number from 0 up to `count`."""
        return (self.next() * count) >> 64

    def unit(self):
        """A number from 0 up to 1."""
        return (self.next() >> 11) * 2.0 ** -53

    def shuffled(self, items):
        """The items in a random order (Fisher and Yates)."""
        items = list(items)
        for place in range(len(items) - 1, 0, -1):
            other = self.below(place + 1)
            items[place], items[other] = items[other], items[place]
        return items


def unit_numbers(seed, count):
    """`count` float32 from 0 up to 1: the upper 24 bits of each number of the sequence of
    `seed`."""
    with np.errstate(over="ignore"):
        z = np.uint64(seed & _BITS) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(_STEP)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(_FIRST)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(_SECOND)
    z ^= z >> np.uint64(31)
    return (z >> np.uint64(40)).astype(np.float32) / np.float32(1 << 24)
