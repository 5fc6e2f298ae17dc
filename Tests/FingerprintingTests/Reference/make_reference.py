"""Makes the fingerprints in ../Fixtures that the tests compare with, by Debian's fpcalc.

    apt-get install libchromaprint-tools && python3 make_reference.py

The sound is made of whole numbers only, so that the tests can make the same one (Tune.swift). It is
written as WAV and given to fpcalc, which decodes it, brings it to 11,025 Hz and prints the items.
"""

import subprocess
import tempfile
import wave
from array import array
from pathlib import Path

FIXTURES = Path(__file__).resolve().parent.parent / "Fixtures"
SECONDS = 12
# fpcalc 1.5.1 takes the end of the file for an error, so it is told to stop before.
HEARD_SECONDS = 11
MILLIHERTZ = [
    110000, 130813, 146832, 164814, 196000, 220000, 261626, 293665,
    329628, 391995, 440000, 523251, 587330, 659255, 783991, 880000,
]


def tune(rate: int) -> array:
    """Three voices of triangle waves, each with a new note every quarter of a second, and noise."""
    state = 2024

    def draw() -> int:
        nonlocal state
        state = (state * 1664525 + 1013904223) % 2**32
        return state

    samples = array("h")
    phases = [0, 0, 0]
    steps = [0, 0, 0]
    for place in range(SECONDS * rate):
        if place % (rate // 4) == 0:
            steps = [(MILLIHERTZ[draw() >> 28] << 32) // (1000 * rate) for _ in range(3)]
        total = ((draw() >> 22) - 512) >> 2
        for voice in range(3):
            phases[voice] = (phases[voice] + steps[voice]) % 2**32
            level = phases[voice] >> 16
            total += (min(level, 65535 - level) - 16384) >> 2
        samples.append(total)
    return samples


def main() -> None:
    version = subprocess.run(["fpcalc", "-version"], capture_output=True, text=True, check=True)
    with tempfile.TemporaryDirectory() as folder:
        for rate in (11025, 22050):
            path = f"{folder}/tune.wav"
            with wave.open(path, "wb") as file:
                file.setparams((1, 2, rate, 0, "NONE", ""))
                file.writeframes(tune(rate).tobytes())
            items = subprocess.run(
                ["fpcalc", "-raw", "-plain", "-length", str(HEARD_SECONDS), path],
                capture_output=True, text=True, check=True)
            (FIXTURES / f"tune-{rate}.txt").write_text(items.stdout)
    (FIXTURES / "README.md").write_text(
        "# Fingerprints of a made-up tune\n\n"
        "Made by `Reference/make_reference.py` with:\n\n"
        f"- {version.stdout.strip()}\n\n"
        "`tune-RATE.txt` has the items of the tune at that sample rate, as whole numbers.\n")


main()
