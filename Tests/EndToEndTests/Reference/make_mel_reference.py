"""Makes the arrays in ../Fixtures: what librosa makes of MP3 files of TestAudio.

    python -m venv venv && venv/bin/pip install -r requirements.txt && venv/bin/python make_mel_reference.py

Each array is the mel spectrogram of a whole file in decibels below its loudest value, every 16th frame,
frames x bands (librosa's are bands x frames), little-endian float32.
"""

import json
import platform
from pathlib import Path

import librosa
import numpy as np
import soundfile

HERE = Path(__file__).resolve().parent
CLIPS = HERE.parent.parent.parent / "TestAudio"
FIXTURES = HERE.parent / "Fixtures"

# One of each kind of MP3: constant and variable bit rate in stereo, mono, MPEG-2 at half the rate.
NAMES = [
    "rock-1-copper-wire", "house-4-daylight-saving", "folk-2-three-apple-trees", "lo-fi-3-last-stop",
]

for name in NAMES:
    samples, rate = librosa.load(CLIPS / f"{name}.mp3", sr=22050, mono=True)
    power = librosa.feature.melspectrogram(y=samples, sr=rate, n_mels=128, fmax=8000)
    decibels = librosa.power_to_db(power, ref=np.max)
    np.save(FIXTURES / f"{name}.npy", np.ascontiguousarray(decibels.T[::16]).astype("<f4"))
    print(name, len(samples), decibels.shape)

versions = {
    "python": platform.python_version(), "librosa": librosa.__version__, "numpy": np.__version__,
    "soundfile": soundfile.__version__, "libsndfile": soundfile.__libsndfile_version__,
}
(FIXTURES / "versions.json").write_text(json.dumps(versions, indent=2) + "\n")
