"""The parts of `earshot` that are computed and not trained: where each half starts, and its final
map."""

from dataclasses import dataclass

import numpy as np

from .earshot_model import HALF
from .errors import EarshotError

_AXES = 256
_START_SHRINKAGE, _START_POWER = 0.1, 0.25
_FINAL_SHRINKAGE, _FINAL_POWER = 0.5, 1.05

# The fewest windows that can be learnt from: more than there are axes.
LEAST_WINDOWS = _AXES + 1


@dataclass(frozen=True)
class Start:
    """mean, scale: (statistics). projection: (128, statistics). All float64."""

    mean: np.ndarray
    scale: np.ndarray
    projection: np.ndarray


def start(values, weights, track):
    """The projection of a half's statistics: what varies within tracks is damped, then the 128
    strongest axes, each divided by the square root of its deviation.

    values: (windows, statistics). weights: of each statistic. track: (windows), the track of each.
    An error where the windows differ in fewer than 128 ways.
    """
    mean, deviation = values.mean(0), values.std(0)
    # A statistic that never changes says nothing.
    scale = np.where(deviation > 1e-9, np.asarray(weights) / np.maximum(deviation, 1e-9), 0)
    standard = (values - mean) * scale
    axes = _principal(standard, _AXES)[1]
    found = standard @ axes
    within = scatter_within(found, track)
    within += _START_SHRINKAGE * (found ** 2).sum(1).mean() / _AXES * np.eye(_AXES)
    turned = axes @ symmetric_power(within, -_START_POWER)
    variance, strongest = _principal(standard @ turned, HALF)
    # What rounding leaves of a direction without variance would be blown up as large as music.
    if not variance[-1] > 1e-10 * variance[0]:
        raise EarshotError("the music differs in too few ways; more tracks are needed")
    projection = turned @ (strongest * variance ** -0.25)
    return Start(mean, scale, projection.T)


def final_map(values, track):
    """Centre, (128), and map, (128, 128), that bring windows of one track together.

    values: y of a half, (windows, 128). track: (windows).
    """
    within = scatter_within(values, track)
    if np.trace(within) <= 0:
        # Tracks of one window each tell nothing of what differs within them.
        return values.mean(0), np.eye(HALF)
    within += _FINAL_SHRINKAGE * np.trace(within) / HALF * np.eye(HALF)
    size = (np.trace(within) / HALF) ** _FINAL_POWER
    return values.mean(0), symmetric_power(within, -_FINAL_POWER) * size


def scatter_within(values, track):
    """The covariance of windows around the mean of their track: (windows, n) to (n, n)."""
    numbers, place = np.unique(track, return_inverse=True)
    counts = np.bincount(place)
    sums = np.zeros((len(numbers), values.shape[1]))
    np.add.at(sums, place, values)
    centred = values - (sums / counts[:, None])[place]
    return centred.T @ centred / max(1, (counts - 1).sum())


def symmetric_power(matrix, power):
    """The power of a symmetric matrix with no eigenvalue below 0."""
    values, vectors = np.linalg.eigh(matrix)
    return (vectors * np.maximum(values, 1e-9) ** power) @ vectors.T


def _principal(values, count):
    """The variances around 0 of the strongest axes, descending, and the axes, (n, count), of which
    the entry of largest magnitude is positive."""
    variances, axes = np.linalg.eigh(values.T @ values / len(values))
    axes = axes[:, ::-1][:, :count]
    largest = np.take_along_axis(axes, np.abs(axes).argmax(0)[None], 0)
    return variances[::-1][:count], axes * np.where(largest < 0, -1, 1)
