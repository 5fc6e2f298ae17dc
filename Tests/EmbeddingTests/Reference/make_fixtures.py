"""Writes the fixtures of the embedding tests with Python's standard library alone.

It shares no code with the program, so that the format versions of model files, their identity and
their checksums are known from a second source, and reads what it wrote with the `safetensors`
package (requirements.txt), so that they are known to be safetensors:  python3 make_fixtures.py
"""

import hashlib
import json
import struct
from pathlib import Path

import safetensors

FIXTURES = Path(__file__).parent.parent / "Fixtures"

BANDS, COEFFICIENTS, DIMENSION = 4, 2, 3
COUNT = 3 * BANDS + COEFFICIENTS + COEFFICIENTS * (COEFFICIENTS + 1) // 2 + 2 * (12 + 6 + 7)

SETTINGS = {
    "frameLength": 1024, "hopLength": 512, "maximumFrequency": 4000, "melBandCount": BANDS,
    "mfccCount": COEFFICIENTS, "minimumFrequency": 0, "sampleRate": 16000, "statisticsVersion": 1,
}


def compact(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def crc32c(data):
    remainder = 0xFFFFFFFF
    for byte in data:
        remainder ^= byte
        for _ in range(8):
            remainder = remainder >> 1 ^ (0x82F63B78 if remainder & 1 else 0)
    return remainder ^ 0xFFFFFFFF


def floats(values):
    return struct.pack(f"<{len(values)}f", *values)


def bfloats(values):
    """Numbers that bfloat16 holds exactly."""
    return b"".join(struct.pack("<f", value)[2:] for value in values)


def halves(values):
    return struct.pack(f"<{len(values)}e", *values)


def write(path, version, architecture, name, settings, tensors, padded):
    """tensors: (name, type, shape, bytes) in the order of the file; returns the identity."""
    settings = compact(settings)
    decoder = [entry for entry in tensors if version > 1 and entry[0].startswith("decoder.")]
    encoder = [entry for entry in tensors if entry not in decoder]
    identity = hashlib.sha256()
    for text in [f"earshot-model {version}", architecture, settings]:
        identity.update(text.encode() + b"\0")
    for label, kind, shape, data in sorted(encoder) if version > 1 else encoder:
        kinds = kind.encode() + b"\0" if version > 1 else b""
        identity.update(label.encode() + b"\0" + kinds)
        identity.update(",".join(map(str, shape)).encode() + b"\0" + data)
    metadata = {
        "format": "earshot-model", "format_version": str(version), "architecture": architecture,
        "name": name, "settings": settings, "identity": identity.hexdigest(),
        "checksum": f"{crc32c(b''.join(entry[3] for entry in encoder)):x}",
        "card": compact({"data": "none"}),
    }
    if decoder:
        metadata["decoder_checksum"] = f"{crc32c(b''.join(entry[3] for entry in decoder)):x}"
    head, place = {"__metadata__": metadata}, 0
    for label, kind, shape, data in encoder + decoder:
        head[label] = {
            "dtype": kind, "shape": shape, "data_offsets": [place, place + len(data)]}
        place += len(data)
    text = compact(head).encode()
    if padded:
        text += b" " * (-(8 + len(text)) % 64)
    path.write_bytes(
        struct.pack("<Q", len(text)) + text + b"".join(entry[3] for entry in encoder + decoder))
    # The package's own view of the same file.
    seen = {label: (view["dtype"], view["shape"], bytes(view["data"]))
            for label, view in safetensors.deserialize(path.read_bytes())}
    assert seen == {label: (kind, shape, data) for label, kind, shape, data in tensors}, path
    return identity.hexdigest()


def main():
    # Small whole numbers and eighths, which 32-bit floats hold exactly.
    print("version 1", COUNT, write(
        FIXTURES / "model-format-1.safetensors", 1, "feature-statistics", "tiny", SETTINGS, [
            ("mean", "F32", [COUNT], floats([i / 8 for i in range(COUNT)])),
            ("scale", "F32", [COUNT], floats([2 if i % 2 else 1 for i in range(COUNT)])),
            ("projection", "F32", [DIMENSION, COUNT],
             floats([1 if i % DIMENSION == row else 0
                     for row in range(DIMENSION) for i in range(COUNT)])),
        ], padded=False))
    print("version 2", write(
        FIXTURES / "model-format-2.safetensors", 2, "of-a-test", "small", {"tileCount": 2}, [
            ("encoder.b.weight", "F16", [2, 3], halves([1, -2, 0.5, 65504, 2**-24, -0.25])),
            ("encoder.a.weight", "BF16", [4], bfloats([1, -2, 2.0**100, 2.0**-130])),
            ("encoder.a.bias", "F32", [2], floats([0.125, -7])),
            ("decoder.weight", "F32", [3], floats([1, 2, 3])),
        ], padded=True))


main()
