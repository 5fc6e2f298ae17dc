"""What happens to music in the world, done to mel images: equaliser, fade, noise and masks.

Each change is done with probability one half by itself, to the picture as it would be done to the
sound: equaliser and fade move decibels, noise adds power; then decibels are counted from the new
loudest place of the track's whole image and cut at 80 below. A pixel of 0 is silence and stays so
under equaliser and fade. Masks come last.
"""

from dataclasses import dataclass

import numpy as np
import torch

from .mel_bands import BANDS, FREQUENCIES, NOISE_BINS, SAMPLE_RATE, WIDTHS

RANGE = 80.0
_PER_PIXEL = RANGE / 255


@dataclass(frozen=True)
class Augmentation:
    """How much is done at most.

    fade: dB from start to end, either way. equaliser: dB of each of a low shelf, a high shelf and a
    bell. noise: white noise so many dB below the sound, least and most; none where both are 0.
    time_mask, frequency_mask: columns and rows that are silenced, in one run.
    """

    name: str
    fade: float = 0.0
    equaliser: float = 0.0
    noise: tuple = (0.0, 0.0)
    time_mask: int = 0
    frequency_mask: int = 0

    def __str__(self):
        if self == NONE:
            return self.name
        return (
            f"{self.name}: fade {self.fade} dB, equaliser {self.equaliser} dB, noise "
            f"{self.noise[0]} to {self.noise[1]} dB below, time mask {self.time_mask}, "
            f"frequency mask {self.frequency_mask}")


NONE = Augmentation("none")
LIGHT = Augmentation("light", fade=6, equaliser=8, noise=(10, 40))
MASKS = Augmentation(
    "masks", fade=6, equaliser=8, noise=(10, 40), time_mask=16, frequency_mask=16)
AUGMENTATIONS = {one.name: one for one in (NONE, LIGHT, MASKS)}


@dataclass(frozen=True)
class ImageFacts:
    """What must be known of a whole image to change a tile of it truly.

    peaks: the largest pixel of each row, (128) uint8. level: the power of white noise that would be
    as loud as the sound, in dB below the image's loudest pixel, measured in one mel band.
    """

    peaks: np.ndarray
    level: float

    @classmethod
    def of(cls, image):
        """The facts of an image, (columns, 128) uint8."""
        # A pixel of 0 is anything softer than the image can show: silence.
        powers = np.where(np.arange(256) > 0, 10 ** ((np.arange(256) - 255) * _PER_PIXEL / 10), 0)
        mean = (powers[image].mean(0) * WIDTHS).sum() / (SAMPLE_RATE / 2)
        return cls(image.max(0), max(-RANGE, float(10 * np.log10(max(mean, 1e-12)))))


def unchanged(pixels):
    """Tiles as they are: (batch, 128 columns, 128 rows) uint8 to (batch, 128 rows, 128 columns)
    from 0 to 1."""
    return pixels.mT.float() / 255


def changed(pixels, facts, augmentation, seed):
    """Tiles as ``unchanged``, changed at random.

    facts: those of each tile's track. seed: where all random numbers begin, 63 bits.
    """
    if augmentation == NONE:
        return unchanged(pixels)
    device, count = pixels.device, len(pixels)
    # Drawn on the processor: the same on all devices, and few.
    generator = torch.Generator().manual_seed(seed)

    def uniform(low, high, *shape):
        return low + (high - low) * torch.rand(count, *shape, generator=generator)

    def happens():
        return (torch.rand(count, generator=generator) < 0.5).float()

    gains = happens()[:, None] * _equaliser(augmentation.equaliser, uniform)
    slope = happens() * uniform(-augmentation.fade, augmentation.fade)
    below = uniform(*augmentation.noise)
    noisy = happens() * (augmentation.noise[1] > 0)
    columns = _run(augmentation.time_mask, uniform, happens())
    rows = _run(augmentation.frequency_mask, uniform, happens())

    peaks = torch.tensor(np.stack([fact.peaks for fact in facts])).float()
    level = torch.tensor([fact.level for fact in facts])
    # The loudest place of the whole image before, and after the equaliser: decibels below the
    # loudest a pixel can be.
    before = peaks.amax(1) * _PER_PIXEL - RANGE
    after = torch.where(peaks > 0, peaks * _PER_PIXEL - RANGE + gains, -torch.inf).amax(1)
    after = torch.where(after.isfinite(), after, before)

    drift = slope[:, None] * (torch.linspace(0, 1, BANDS) - 0.5)
    bytes_ = pixels.mT.float()
    silent = bytes_ == 0
    decibels = bytes_ * _PER_PIXEL - RANGE
    decibels += gains.to(device)[:, :, None] + drift.to(device)[:, None, :]
    power = torch.where(silent, 0.0, 10 ** (decibels / 10))
    power += _noise(level - below, noisy, seed, device)
    decibels = 10 * power.log10()
    after = torch.maximum(after.to(device), decibels.amax((1, 2)))
    moved = (after - before.to(device))[:, None, None]
    tiles = ((RANGE + decibels - moved) / RANGE).clamp(0, 1)
    return tiles * columns.to(device)[:, None, :] * rows.to(device)[:, :, None]


def _equaliser(most, uniform):
    """Decibels for each row, (batch, 128): a low shelf, a high shelf and a bell of an octave, their
    corners evenly on a logarithmic scale."""
    frequency = torch.tensor(FREQUENCIES, dtype=torch.float32)

    def place(low, high):
        return low * (high / low) ** uniform(0, 1, 1)

    bass = uniform(-most, most, 1) / (1 + (frequency / place(80, 400)) ** 2)
    treble = uniform(-most, most, 1) / (1 + (place(1500, 6000) / frequency) ** 2)
    octaves = (frequency / place(250, 4000)).log2()
    return bass + treble + uniform(-most, most, 1) * (-2 * octaves ** 2).exp()


def _run(most, uniform, happens):
    """1, and 0 in one run of 1 to `most` places where it happens: (batch, 128)."""
    place = torch.arange(BANDS)
    length = (1 + uniform(0, most, 1)).floor().clamp(max=max(most, 1))
    start = (uniform(0, 1, 1) * (BANDS - length + 1)).floor()
    inside = (place >= start) & (place < start + length) & (most > 0)
    return 1 - inside.float() * happens[:, None]


def _noise(decibels, happens, seed, device):
    """The power of white noise of a level, (batch), in each place: (batch, 128 rows, 128 columns).
    In a band of n bins it is the mean of n exponential numbers."""
    count = len(decibels)
    field = torch.zeros(count, BANDS, BANDS, device=device)
    if not happens.any():
        return field
    generator = torch.Generator(device).manual_seed(seed ^ 1)
    bins = torch.tensor(NOISE_BINS)
    for number in bins.unique().tolist():
        rows = (bins == number).nonzero()[:, 0].to(device)
        drawn = torch.empty(number, count, len(rows), BANDS, device=device)
        field[:, rows] = drawn.exponential_(generator=generator).mean(0)
    return field * (10 ** (decibels / 10) * happens).to(device)[:, None, None]
