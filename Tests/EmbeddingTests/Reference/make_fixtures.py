"""Writes the fixtures of the embedding tests with Python's standard library alone.

It shares no code with the program, so that format version 1 of model files, its identity and its
checksum are known from a second source:  python3 make_fixtures.py
"""

import hashlib
import json
import struct
from pathlib import Path

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


def main():
    # Small whole numbers and eighths, which 32-bit floats hold exactly.
    tensors = [
        ("mean", [COUNT], floats([i / 8 for i in range(COUNT)])),
        ("scale", [COUNT], floats([2 if i % 2 else 1 for i in range(COUNT)])),
        ("projection", [DIMENSION, COUNT],
         floats([1 if i % DIMENSION == row else 0
                 for row in range(DIMENSION) for i in range(COUNT)])),
    ]
    settings = compact(SETTINGS)
    identity = hashlib.sha256()
    for text in ["earshot-model 1", "feature-statistics", settings]:
        identity.update(text.encode() + b"\0")
    for name, shape, data in tensors:
        identity.update(name.encode() + b"\0" + ",".join(map(str, shape)).encode() + b"\0" + data)
    data = b"".join(bytes for _, _, bytes in tensors)
    head = {"__metadata__": {
        "format": "earshot-model", "format_version": "1", "architecture": "feature-statistics",
        "name": "tiny", "settings": settings, "identity": identity.hexdigest(),
        "checksum": f"{crc32c(data):x}", "card": compact({"data": "none"}),
    }}
    place = 0
    for name, shape, bytes in tensors:
        head[name] = {
            "dtype": "F32", "shape": shape, "data_offsets": [place, place + len(bytes)]}
        place += len(bytes)
    text = compact(head).encode()
    (FIXTURES / "model-format-1.safetensors").write_bytes(
        struct.pack("<Q", len(text)) + text + data)
    print(identity.hexdigest(), COUNT)


main()
