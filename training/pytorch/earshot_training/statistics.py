"""The statistics of an excerpt that the model `earshot` takes, as the program computes them."""

from .mel_bands import BANDS

_MFCC = 20
_COVARIANCE = _MFCC * (_MFCC + 1) // 2

# Every kind with how many numbers it has, in the order in which caches have them.
PARTS = {
    "mel mean": BANDS, "mel deviation": BANDS, "mel skewness": BANDS, "mel step deviation": BANDS,
    "mel step deviation over 8": BANDS, "mel step deviation over 80": BANDS,
    "mel step skewness": BANDS, "mel step kurtosis": BANDS, "mel tenth": BANDS,
    "mel nine tenths": BANDS, "mel level": BANDS, "mfcc mean": _MFCC,
    "mfcc log-covariance": _COVARIANCE, "mfcc step log-covariance": _COVARIANCE,
    "chroma mean": 12, "chroma deviation": 12, "tonnetz mean": 6, "tonnetz deviation": 6,
    "contrast mean": 7, "contrast deviation": 7, "modulation": 176, "rhythm": 42, "onset": 7,
}

COUNT = sum(PARTS.values())

# What each half takes, in order, with the weight each part has beside the others.
TIME = {
    "mel deviation": 1.5, "mel step deviation": 4, "chroma deviation": 0.7,
    "tonnetz deviation": 0.7, "contrast deviation": 0.4, "mel step skewness": 1.5,
    "mel step kurtosis": 1, "modulation": 1, "rhythm": 0.7, "onset": 0.5, "mel skewness": 1,
    "mfcc step log-covariance": 1, "mel step deviation over 8": 1,
}
FREQUENCY = {
    "mel mean": 2, "mfcc mean": 0.5, "mfcc log-covariance": 0.5, "chroma mean": 0.5,
    "tonnetz mean": 0.4, "contrast mean": 0.5, "mel level": 1, "mel tenth": 1,
    "mel nine tenths": 1, "mel skewness": 1,
}
# The channels of the frequency half's network: how these go over the mel bands.
PROFILES = (
    "mel mean", "mel deviation", "mel step deviation", "mel step deviation over 8",
    "mel step deviation over 80", "mel skewness", "mel step skewness", "mel step kurtosis",
    "mel tenth", "mel nine tenths")


def places(parts):
    """Where the numbers of some parts stand among all statistics, part after part."""
    starts, start = {}, 0
    for name, count in PARTS.items():
        starts[name], start = start, start + count
    return [place for name in parts for place in range(starts[name], starts[name] + PARTS[name])]


def weights(parts):
    """For each number of the parts (a dictionary), the weight of its part over the root of its
    length."""
    return [
        weight / PARTS[name] ** 0.5 for name, weight in parts.items() for _ in range(PARTS[name])]
