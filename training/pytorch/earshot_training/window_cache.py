"""The windows of many tracks in one file: what the model `earshot` learns from.

A record's payload, numbers little-endian: u32 versions, u32 windows; for each version u32 kind, u32
pairs, f32 loudest; for each window u32 version, u32 first pair, u32 pairs, f32 loudest; f32
statistics for each window; then for each version pairs x bands bytes, the lowest band first. A pair
is two neighbouring frames (46.4 ms), its level the mean of theirs in dB against 1; a byte is twice
the dB that it lies below the loudest of its version, rounded, at most 255.
"""

from dataclasses import dataclass

import numpy as np

from . import statistics
from .errors import EarshotError
from .record_file import RecordFile, write_record_file

MAGIC = b"EARSHOTW"
VERSION = 1
BANDS = 128

# What was done to the sound of a version.
ORIGINAL, EQUALISER, NOISE, SPEED = range(4)

# What is refused beyond, as the program does: a track has 4 versions with up to 7 windows each.
_LONGEST_PAYLOAD = 1 << 25
_MOST_VERSIONS = 16
_MOST_WINDOWS = 128

_VERSION = np.dtype([("kind", "<u4"), ("pairs", "<u4"), ("loudest", "<f4")])
_WINDOW = np.dtype(
    [("version", "<u4"), ("first", "<u4"), ("pairs", "<u4"), ("loudest", "<f4")])


@dataclass(frozen=True)
class Track:
    """One track: its name, its windows by their numbers in the cache, and the checksum of what was
    heard."""

    name: bytes
    windows: range
    checksum: int


class WindowCache:
    """The windows of all tracks that have some, tracks in the order of their names.

    statistics: (windows, 2123) float32. track, version, kind, first, pairs: (windows) int; the
    track's number, the version's in the track, what was done to its sound, and where the window
    lies in it, in pairs.
    """

    def __init__(self, path):
        """Reads and checks everything but keeps only statistics and places in memory."""
        self._file = RecordFile(path, MAGIC, VERSION, "window cache", _LONGEST_PAYLOAD)
        count, bands = self._file.counts
        if (count, bands) != (statistics.COUNT, BANDS):
            raise EarshotError(
                f"{path}: windows of {count} statistics and {bands} bands, not "
                f"{statistics.COUNT} and {BANDS}")
        records = {}
        for record in self._file.records:
            if record.length:
                records.setdefault(record.name, record)
        self.tracks, places, of_tracks = [], [], []
        for number, name in enumerate(sorted(records)):
            self._file.check(records[name])
            of_track, values = self._read(records[name], count)
            windows = range(len(places), len(places) + len(of_track))
            self.tracks.append(Track(name, windows, records[name].checksum))
            places += [(number, *place) for place in of_track]
            of_tracks.append(values)
        # Offsets are exact in float64 up to 2**53 bytes.
        table = np.array(places, np.float64).reshape(-1, 8)
        self.track, self.version, self.kind, self.first, self.pairs, self._offset = (
            table[:, :6].T.astype(np.int64))
        # The loudest of the version and of the window, dB against 1.
        self._loudest, self._window_loudest = table[:, 6:].T.astype(np.float32)
        self.statistics = (
            np.concatenate(of_tracks) if of_tracks else np.zeros((0, count), np.float32))

    def _read(self, record, count):
        """For each window version, kind, first pair, pairs, where in the file its bytes begin, the
        loudest of its version and its own; and the statistics, (windows, count)."""
        damage = EarshotError(
            f"{self._file.path}: the record of {record.name.decode(errors='replace')} does not "
            "agree with itself")
        payload = self._file.payload(record)
        if len(payload) < 8:
            raise damage
        versions, windows = (int(n) for n in payload[:8].view("<u4"))
        if not (1 <= versions <= _MOST_VERSIONS and 1 <= windows <= _MOST_WINDOWS):
            raise damage
        heads = 8 + versions * _VERSION.itemsize
        starts = heads + windows * _WINDOW.itemsize
        pixels = starts + windows * count * 4
        if pixels > len(payload):
            raise damage
        version = payload[8:heads].view(_VERSION)
        window = payload[heads:starts].view(_WINDOW)
        sizes = version["pairs"].astype(np.int64) * BANDS
        if pixels + sizes.sum() != len(payload):
            raise damage
        if (version["kind"] > SPEED).any() or (version["pairs"] < 1).any():
            raise damage
        if (window["version"] >= versions).any() or (window["pairs"] < 1).any():
            raise damage
        of = version[window["version"]]
        ends = window["first"].astype(np.int64) + window["pairs"]
        values = payload[starts:pixels].view("<f4").reshape(windows, count)
        loudest = np.concatenate([version["loudest"], window["loudest"]])
        if (ends > of["pairs"]).any() or not (
                np.isfinite(values).all() and np.isfinite(loudest).all()):
            raise damage
        begins = record.offset + pixels + np.cumsum(sizes) - sizes
        offsets = begins[window["version"]] + window["first"].astype(np.int64) * BANDS
        places = zip(
            window["version"], of["kind"], window["first"], window["pairs"], offsets,
            of["loudest"], window["loudest"])
        return list(places), values

    def mel(self, window, start=0, end=None):
        """M of a window's pairs `start` up to `end`: (pairs, 128) float32, dB below the loudest
        value of the window, -80 to 0; the lowest band first."""
        pairs = int(self.pairs[window])
        end = pairs if end is None else end
        offset = int(self._offset[window]) + start * BANDS
        levels = self._file.bytes_at(offset, (end - start) * BANDS).reshape(-1, BANDS)
        shift = self._loudest[window] - self._window_loudest[window]
        return (shift - levels.astype(np.float32) / 2).clip(-80, 0)


def window_payload(versions, windows, statistics):
    """The payload of a record.

    versions: (kind, loudest, levels) with (pairs, 128) uint8 each. windows: (version, first pair,
    pairs, loudest). statistics: (windows, count).
    """
    heads = np.array([(kind, len(levels), loudest) for kind, loudest, levels in versions], _VERSION)
    places = np.array([tuple(window) for window in windows], _WINDOW)
    parts = [np.array([len(versions), len(windows)], "<u4"), heads, places,
             np.asarray(statistics, "<f4")]
    parts += [np.asarray(levels, np.uint8) for _, _, levels in versions]
    return b"".join(part.tobytes() for part in parts)


def write_window_cache(path, statistics, records):
    """Writes a cache: `records` are pairs of a name and a payload, both bytes; `statistics` is how
    many of them a window has."""
    write_record_file(path, MAGIC, VERSION, (statistics, BANDS), records)
