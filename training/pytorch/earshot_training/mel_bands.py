"""What the rows of a mel image stand for, the highest band first."""

import numpy as np

SAMPLE_RATE = 22_050
FRAME_LENGTH = 2048
HOP_LENGTH = 512
BANDS = 128
MINIMUM_FREQUENCY = 0
MAXIMUM_FREQUENCY = 8_000


def _mel(frequency):
    """Slaney's scale: even below 1 kHz, logarithmic above."""
    frequency = np.asarray(frequency, float)
    upper = 15 + 27 * np.log(np.maximum(frequency, 1000) / 1000) / np.log(6.4)
    return np.where(frequency < 1000, frequency * 3 / 200, upper)


def _frequency(mel):
    mel = np.asarray(mel, float)
    return np.where(mel < 15, mel * 200 / 3, 1000 * np.exp((mel - 15) / 27 * np.log(6.4)))


# The middle of each row's band, Hz, falling: (128).
FREQUENCIES = _frequency(
    np.linspace(_mel(MINIMUM_FREQUENCY), _mel(MAXIMUM_FREQUENCY), BANDS + 2))[-2:0:-1].copy()

_edges = np.concatenate([[MAXIMUM_FREQUENCY], FREQUENCIES, [0]])
# How much of the spectrum each row stands for, Hz: half-way to the band below up to half-way to the
# band above.
WIDTHS = (_edges[:-2] - _edges[2:]) / 2

# Independent bins of the transform in each row's band, 1 to 8: how steady noise is there.
NOISE_BINS = np.clip(np.floor(WIDTHS / (SAMPLE_RATE / FRAME_LENGTH) + 0.5), 1, 8).astype(int)

# How the spectrograms are computed, as models say it; whole numbers as the program writes them.
SPECTROGRAM_SETTINGS = {
    "sampleRate": SAMPLE_RATE, "frameLength": FRAME_LENGTH, "hopLength": HOP_LENGTH,
    "melBandCount": BANDS, "minimumFrequency": MINIMUM_FREQUENCY,
    "maximumFrequency": MAXIMUM_FREQUENCY,
}
