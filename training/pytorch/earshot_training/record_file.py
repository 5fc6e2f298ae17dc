"""Files of records with checksums, the form that both feature caches have.

64 bytes of head: eight bytes that name the kind, then little-endian numbers of 32 bits: version,
two counts whose meaning is the kind's, and CRC-32C of those 20 bytes; zeros. Then record after
record: length of the name, length of the payload, CRC-32C of these 8 bytes, CRC-32C of name and
payload; the name; the payload. A record without payload stands for a sound that could not be
decoded. The last record may be cut short, when its writer was killed; it does not count.
"""

import mmap
import os
import struct
from dataclasses import dataclass

import google_crc32c
import numpy as np

from .errors import EarshotError

HEAD_SIZE = 64
_RECORD_HEAD_SIZE = 16
_LONGEST_NAME = 1 << 16


@dataclass(frozen=True)
class Record:
    """One record: its name, in most cases a path, and where its payload lies, in bytes."""

    name: bytes
    offset: int
    length: int
    checksum: int


class RecordFile:
    """The records of a file, mapped into memory: what is not looked at is not read.

    It may be handed to another process; that one opens the file anew.
    """

    def __init__(self, path, magic, version, what, longest):
        """Opens a file and lists its records.

        path: where it is. magic: its first eight bytes. version: the one that is understood.
        what: what it is called in messages. longest: the most bytes a payload may have.
        """
        self.path, self.what, self._longest = path, what, longest
        self._arguments = (path, magic, version, what, longest)
        try:
            with open(path, "rb") as file:
                size = os.fstat(file.fileno()).st_size
                self._bytes = (
                    mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else b"")
        except OSError as error:
            raise EarshotError(f"{path}: {error.strerror}") from error
        head = self._bytes[:HEAD_SIZE]
        if len(head) < HEAD_SIZE or head[:8] != magic:
            raise EarshotError(f"{path} is not a {what}")
        found, first, second, checksum = struct.unpack_from("<4I", head, 8)
        if google_crc32c.value(head[:20]) != checksum or any(head[24:]):
            raise EarshotError(f"{path}: the head of this {what} is damaged")
        if found != version:
            raise EarshotError(
                f"{path} is a {what} of version {found}; this trainer reads version {version}")
        self.counts = (first, second)
        self.records = list(self._list(size))

    def __reduce__(self):
        return (RecordFile, self._arguments)

    def _list(self, size):
        place = HEAD_SIZE
        while place + _RECORD_HEAD_SIZE <= size:
            start = place + _RECORD_HEAD_SIZE
            head = self._bytes[place:start]
            # A power cut can leave zeros where the last bytes should be.
            if not any(head):
                return
            name_length, length, head_checksum, checksum = struct.unpack("<4I", head)
            if google_crc32c.value(head[:8]) != head_checksum:
                raise EarshotError(f"{self.path}: damaged at byte {place}")
            if not 1 <= name_length <= _LONGEST_NAME:
                raise EarshotError(f"{self.path}: an impossible name at byte {place}")
            if length > self._longest:
                raise EarshotError(f"{self.path}: an impossibly long record at byte {place}")
            end = start + name_length + length
            if end > size:
                return
            name = self._bytes[start:start + name_length]
            yield Record(name, start + name_length, length, checksum)
            place = end

    def payload(self, record):
        """The bytes of a record, (length) uint8, unchecked: a view of the file."""
        return self.bytes_at(record.offset, record.length)

    def bytes_at(self, offset, count):
        """`count` bytes of the file, uint8, unchecked: a view."""
        return np.frombuffer(self._bytes, np.uint8, count, offset)

    def check(self, record):
        """Raises an error where name and payload do not match their checksum."""
        start = record.offset - len(record.name)
        body = memoryview(self._bytes)[start:record.offset + record.length]
        if google_crc32c.value(bytes(body)) != record.checksum:
            name = record.name.decode(errors="replace")
            raise EarshotError(f"{self.path}: the record of {name} is damaged")


def write_record_file(path, magic, version, counts, records):
    """Writes a file of records: `records` are pairs of name and payload, both bytes."""
    with open(path, "wb") as file:
        head = magic + struct.pack("<3I", version, *counts)
        head += struct.pack("<I", google_crc32c.value(head))
        file.write(head.ljust(HEAD_SIZE, b"\0"))
        for name, payload in records:
            lengths = struct.pack("<2I", len(name), len(payload))
            file.write(lengths)
            file.write(struct.pack(
                "<2I", google_crc32c.value(lengths), google_crc32c.value(name + payload)))
            file.write(name + payload)
