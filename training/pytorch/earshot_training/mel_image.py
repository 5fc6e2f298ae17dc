"""The picture of a mel spectrogram that the networks see, as the program makes it."""

import numpy as np

ROWS = 128
STANDARD_COLUMNS = 512
_STANDARD_FRAMES = 1292
_TOLERANCE = 22


def mel_image(decibels):
    """The picture, (128, columns) float32 from 0 to 1, the highest band on top.

    decibels: (frames, 128), dB below the loudest value, at least -80; the lowest band first.
    """
    frames = len(decibels)
    if abs(frames - _STANDARD_FRAMES) <= _TOLERANCE:
        count = STANDARD_COLUMNS
    else:
        # Halves are rounded up.
        count = max(1, int(frames * STANDARD_COLUMNS / _STANDARD_FRAMES + 0.5))
    scaled = (80 + np.asarray(decibels, np.float32)) / 80
    image = (_resizing(frames, count) @ scaled).T[::-1]
    if count < ROWS:
        image = image[:, np.arange(ROWS) % count]
    return np.ascontiguousarray(image.clip(0, 1), np.float32)


def _resizing(old, new):
    """The weights of old places in new ones, (new, old): `skimage.transform.resize` with order 1,
    mode "reflect" and anti-aliasing, along one axis."""
    factor = old / new
    sigma = max(0, (factor - 1) / 2)
    radius = int(4 * sigma + 0.5) if sigma > 1e-15 else 0
    offsets = np.arange(-radius, radius + 1)
    blur = np.exp(-0.5 * (offsets / sigma) ** 2) if radius else np.ones(1)
    blur /= blur.sum()
    position = (np.arange(new) + 0.5) * factor - 0.5
    if old > 1:
        position = np.where(
            position < 0, -position,
            np.where(position > old - 1, 2 * (old - 1) - position, position))
    else:
        position = np.zeros(new)
    low = np.floor(position).astype(int)
    share = position - low
    weights = np.zeros((new, old))
    rows = np.arange(new)
    for offset, weight in zip(offsets, blur):
        np.add.at(weights, (rows, _mirrored(low + offset, old)), (1 - share) * weight)
        following = _mirrored(low + 1, old)
        np.add.at(weights, (rows, _mirrored(following + offset, old)), share * weight)
    return weights.astype(np.float32)


def _mirrored(places, count):
    if count == 1:
        return np.zeros_like(places)
    inside = places % (2 * (count - 1))
    return np.where(inside < count, inside, 2 * (count - 1) - inside)
