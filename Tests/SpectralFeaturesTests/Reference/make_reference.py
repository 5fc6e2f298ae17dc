"""Makes the arrays in ../Fixtures that the tests compare with.

    python -m venv venv && venv/bin/pip install -r requirements.txt && venv/bin/python make_reference.py

Every array is frames x bins (librosa's are bins x frames), little-endian float32 but for the images,
which are uint8 rows x columns. The signal is generated here with a fixed seed.
"""

import json
import platform
import sys
import warnings
from pathlib import Path

import librosa
import numba
import numpy as np
import pyloudnorm
import scipy
import skimage
import soxr
from skimage.transform import resize

FIXTURES = Path(__file__).resolve().parent.parent / "Fixtures"
RATE = 22050
SECONDS = 3.4


def music() -> np.ndarray:
    """Four chords with a bass, drums on the beats and a little noise, tuned 20 cents high."""
    rng = np.random.default_rng(20240229)
    count = int(SECONDS * RATE)
    time = np.arange(count) / RATE
    sound = 0.002 * rng.standard_normal(count)
    chords = [(57, 60, 64), (53, 57, 60), (48, 52, 55), (55, 59, 62)]
    length = count // len(chords)
    for place, chord in enumerate(chords):
        t = time[:length]
        envelope = np.exp(-1.5 * t) * np.minimum(1, t / 0.01)
        for note in (*chord, chord[0] - 24):
            frequency = 440 * 2 ** ((note - 69 + 0.2) / 12)
            for harmonic in range(1, 9):
                if frequency * harmonic > 9000:
                    break
                phase = rng.uniform(0, 2 * np.pi)
                sound[place * length : (place + 1) * length] += (
                    0.09 / harmonic**1.3 * envelope
                    * np.sin(2 * np.pi * frequency * harmonic * t + phase)
                )
    beat = int(0.425 * RATE)
    for place, start in enumerate(range(0, count - 4000, beat)):
        t = np.arange(4000) / RATE
        if place % 2 == 0:
            hit = 0.5 * np.exp(-30 * t) * np.sin(2 * np.pi * (50 * t + 60 * (1 - np.exp(-40 * t)) / 40))
        else:
            hit = 0.2 * np.exp(-25 * t) * rng.standard_normal(len(t))
        sound[start : start + len(t)] += hit
    # A rest, so that silence is compared too.
    sound[-int(0.25 * RATE) :] = 0
    return sound.astype(np.float32)


def thirty_seconds(y: np.ndarray) -> np.ndarray:
    """The signal again and again, softer by a sixteenth each time (exact in float32), cut to 30 s."""
    parts = [y * np.float32(1 - k / 16) for k in range(9)]
    return np.concatenate(parts)[: 30 * RATE]


def save(name: str, array: np.ndarray) -> None:
    array = np.ascontiguousarray(array)
    np.save(FIXTURES / f"{name}.npy", array.astype("u1" if array.dtype == np.uint8 else "<f4"))


def image(decibels: np.ndarray) -> np.ndarray:
    picture = np.flipud(((80 + decibels) / 80) * 255)
    return resize(picture, (128, 512)).astype(np.uint8)


def main() -> None:
    warnings.simplefilter("error", DeprecationWarning)
    FIXTURES.mkdir(exist_ok=True)
    y = music()
    save("signal", y)

    stft = librosa.stft(y)
    save("stft_real_every_16th", stft.real.T[::16])
    save("stft_imaginary_every_16th", stft.imag.T[::16])
    magnitude = np.abs(stft)

    mel = librosa.feature.melspectrogram(y=y, sr=RATE, fmax=8000)
    save("mel_every_4th", mel.T[::4])
    htk = librosa.feature.melspectrogram(y=y, sr=RATE, fmin=50, fmax=8000, n_mels=64, htk=True, norm=None)
    save("mel_htk_every_4th", htk.T[::4])
    save("mel_filters_every_8th", librosa.filters.mel(sr=RATE, n_fft=2048, fmax=8000)[::8])
    save("mel_decibels_every_2nd", librosa.power_to_db(mel, ref=np.max).T[::2])
    save("amplitude_decibels_every_16th",
         librosa.amplitude_to_db(magnitude, ref=0.5, amin=1e-4, top_db=70).T[::16])
    mfcc = librosa.feature.mfcc(y=y, sr=RATE, fmax=8000)
    save("mfcc", mfcc.T)
    save("mfcc_lifter", librosa.feature.mfcc(y=y, sr=RATE, fmax=8000, n_mfcc=13, lifter=22).T)
    save("mfcc_delta", librosa.feature.delta(mfcc).T)
    save("mfcc_delta_delta", librosa.feature.delta(mfcc, order=2).T)

    power_tuning = librosa.estimate_tuning(S=magnitude**2, sr=RATE, bins_per_octave=12)
    magnitude_tuning = librosa.estimate_tuning(y=y, sr=RATE, bins_per_octave=36)
    chroma = librosa.feature.chroma_stft(y=y, sr=RATE)
    save("chroma_estimated", chroma.T)
    fixed = librosa.feature.chroma_stft(y=y, sr=RATE, tuning=0.0)
    save("chroma_fixed", fixed.T)
    save("tonnetz", librosa.feature.tonnetz(chroma=fixed, sr=RATE).T)
    save("chroma_constant_q", librosa.feature.chroma_cqt(y=y, sr=RATE).T)
    constant_q = np.abs(librosa.cqt(y, sr=RATE, n_bins=252, bins_per_octave=36))
    save("constant_q_every_16th", constant_q.T[::16])

    save("centroid", librosa.feature.spectral_centroid(y=y, sr=RATE).T)
    save("bandwidth", librosa.feature.spectral_bandwidth(y=y, sr=RATE).T)
    save("rolloff", librosa.feature.spectral_rolloff(y=y, sr=RATE).T)
    save("flatness", librosa.feature.spectral_flatness(y=y).T)
    save("contrast", librosa.feature.spectral_contrast(y=y, sr=RATE).T)
    save("zero_crossing_rate", librosa.feature.zero_crossing_rate(y).T)
    save("rms", librosa.feature.rms(y=y).T)
    save("onset_strength", librosa.onset.onset_strength(y=y, sr=RATE)[:, None])

    long = thirty_seconds(y)
    mel = librosa.feature.melspectrogram(y=long, sr=RATE, fmax=8000)
    save("image_mel", image(librosa.power_to_db(mel, ref=np.max)))
    mfcc = librosa.feature.mfcc(y=long, sr=RATE, n_mfcc=128, fmax=8000)
    save("image_mfcc", image(librosa.power_to_db(mfcc, ref=np.max)))
    chroma = librosa.feature.chroma_cqt(y=long, sr=RATE)
    save("image_chroma", resize(chroma * 255, (128, 512)).astype(np.uint8))

    # librosa's tempo of the long signal, both tunings, and loudness of the signal and of a loud, quiet
    # and silent succession of it.
    loudness = pyloudnorm.Meter(RATE).integrated_loudness(y.astype(np.float64))
    gated = np.concatenate([y, y / 64, 0 * y, y / 4])
    gated_loudness = pyloudnorm.Meter(RATE).integrated_loudness(gated.astype(np.float64))
    tempo = librosa.feature.tempo(y=long, sr=RATE)[0]
    save("scalars", np.array([loudness, gated_loudness, power_tuning, magnitude_tuning, tempo]))

    versions = {
        "librosa": librosa.__version__, "numba": numba.__version__, "numpy": np.__version__,
        "pyloudnorm": pyloudnorm.__version__ if hasattr(pyloudnorm, "__version__") else "0.2.0",
        "python": platform.python_version(), "scikit-image": skimage.__version__,
        "scipy": scipy.__version__, "soxr": soxr.__version__,
    }
    (FIXTURES / "versions.json").write_text(json.dumps(versions, indent=2) + "\n")
    print("loudness, gated loudness, tunings, tempo:", loudness, gated_loudness, power_tuning,
          magnitude_tuning, tempo, file=sys.stderr)


if __name__ == "__main__":
    main()
