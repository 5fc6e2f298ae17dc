"""Model files as the program reads them: safetensors with metadata, format version 2."""

import hashlib
import json
import math
import os
import tempfile
from dataclasses import dataclass

import google_crc32c
import numpy as np

from .errors import EarshotError

FORMAT = "earshot-model"
VERSION = 2
DECODER = "decoder."
_LARGEST_HEAD = 1 << 20
_LARGEST_FILE = 1 << 30
_LARGEST_VALUE = 1e12
_TYPES = {"F32": "<f4", "F16": "<f2", "BF16": "<u2"}


@dataclass(frozen=True)
class StoredTensor:
    """An array as a file holds it: little-endian, row-major; precision `F32`, `F16` or `BF16`."""

    precision: str
    shape: tuple
    data: bytes

    @classmethod
    def of(cls, values, precision="F32"):
        """Writes numbers down, rounded to the nearest of `F32` or `F16`."""
        values = np.asarray(values, np.float32)
        with np.errstate(over="ignore"):
            stored = values.astype(_TYPES[precision])
        if not (np.isfinite(stored).all() and (np.abs(values) <= _LARGEST_VALUE).all()):
            raise EarshotError("a weight is too large or is no number")
        return cls(precision, tuple(values.shape), stored.tobytes())

    @property
    def values(self):
        """The numbers, float32."""
        numbers = np.frombuffer(self.data, _TYPES[self.precision]).reshape(self.shape)
        if self.precision == "BF16":
            return (numbers.astype(np.uint32) << 16).view(np.float32)
        return numbers.astype(np.float32)


@dataclass
class ModelFile:
    """What a model file holds. settings and card are JSON texts; tensors are by name, in the order
    of the file, those of a decoder last."""

    architecture: str
    name: str
    settings: str
    card: str
    tensors: dict

    @property
    def identity(self):
        """SHA-256 over everything that determines the vectors, 64 hexadecimal digits."""
        digest = hashlib.sha256()
        for text in (f"{FORMAT} {VERSION}", self.architecture, self.settings):
            digest.update(text.encode() + b"\0")
        for name, tensor in sorted(self._part(False), key=lambda item: item[0].encode()):
            shape = ",".join(map(str, tensor.shape))
            digest.update(f"{name}\0{tensor.precision}\0{shape}\0".encode())
            digest.update(tensor.data)
        return digest.hexdigest()

    def _part(self, of_decoder):
        return [
            (name, tensor) for name, tensor in self.tensors.items()
            if name.startswith(DECODER) == of_decoder]

    def write(self, path):
        """Writes the file, whole or not at all."""
        vectors, decoder = self._part(False), self._part(True)
        metadata = {
            "format": FORMAT, "format_version": str(VERSION), "architecture": self.architecture,
            "name": self.name, "settings": self.settings, "card": self.card,
            "identity": self.identity, "checksum": _checksum(vectors),
        }
        if decoder:
            metadata["decoder_checksum"] = _checksum(decoder)
        head, place = {"__metadata__": metadata}, 0
        for name, tensor in vectors + decoder:
            end = place + len(tensor.data)
            head[name] = {
                "dtype": tensor.precision, "shape": list(tensor.shape),
                "data_offsets": [place, end]}
            place = end
        text = canonical_json(head).encode()
        # Spaces behind the head keep the numbers aligned.
        text += b" " * (-(8 + len(text)) % 64)
        parts = [len(text).to_bytes(8, "little"), text]
        write_whole(path, b"".join(parts + [tensor.data for _, tensor in vectors + decoder]))


def read_model_file(path):
    """Reads a model file of format version 2 and checks structure, sizes, checksums and
    identity."""
    damage = EarshotError(f"{path} is no safetensors file, or a damaged one")
    try:
        if os.path.getsize(path) > _LARGEST_FILE:
            raise EarshotError(f"{path} is too large for a model")
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        raise EarshotError(f"{path}: {error.strerror}") from error
    length = int.from_bytes(data[:8], "little")
    if len(data) < 8 or length > min(_LARGEST_HEAD, len(data) - 8):
        raise damage
    try:
        head = json.loads(data[8:8 + length])
        metadata = head.pop("__metadata__", {})
        entries = sorted(
            (*entry["data_offsets"], name, entry["dtype"], tuple(entry["shape"]))
            for name, entry in head.items())
        tensors, place = {}, 0
        for start, end, name, precision, shape in entries:
            if not all(type(extent) is int and extent >= 0 for extent in shape):
                raise damage
            size = np.dtype(_TYPES[precision]).itemsize * math.prod(shape)
            if start != place or end - start != size:
                raise damage
            tensors[name] = StoredTensor(
                precision, shape, data[8 + length + start:8 + length + end])
            place = end
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        raise damage from error
    if place != len(data) - 8 - length:
        raise damage
    wanted = ("format_version", "architecture", "name", "settings", "identity", "checksum")
    if metadata.get("format") != FORMAT or any(name not in metadata for name in wanted):
        raise EarshotError(f"{path} is no model of Earshot")
    if metadata["format_version"] != str(VERSION):
        raise EarshotError(
            f"{path} is a model of format version {metadata['format_version']}; this trainer reads "
            f"version {VERSION}")
    model = ModelFile(
        metadata["architecture"], metadata["name"], metadata["settings"],
        metadata.get("card", "{}"), tensors)
    vectors, decoder = model._part(False), model._part(True)
    if (_checksum(vectors) != metadata["checksum"] or model.identity != metadata["identity"]
            or decoder and _checksum(decoder) != metadata.get("decoder_checksum")):
        raise EarshotError(f"{path} is damaged: its numbers do not match their checksum")
    return model


def stored_state(module, precision="F32"):
    """The tensors of a module by name: matrices and kernels in a precision, the rest in full."""
    return {
        name: StoredTensor.of(value.detach().cpu().numpy(), precision if value.dim() > 1 else "F32")
        for name, value in module.state_dict().items()}


def canonical_json(value):
    """JSON with sorted keys and without spaces, so that equal contents are equal texts."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def write_whole(path, data):
    """Replaces a file in one step, so that nobody ever sees half of it."""
    folder = os.path.dirname(os.path.abspath(path))
    try:
        descriptor, beside = tempfile.mkstemp(dir=folder)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            mask = os.umask(0)
            os.umask(mask)
            os.chmod(beside, 0o666 & ~mask)
            os.replace(beside, path)
        except BaseException:
            os.unlink(beside)
            raise
    except OSError as error:
        raise EarshotError(f"{path}: {error.strerror}") from error


def _checksum(tensors):
    checksum = 0
    for _, tensor in tensors:
        checksum = google_crc32c.extend(checksum, tensor.data)
    return f"{checksum:x}"
