"""The tracks of a training, what is known of them, and which are kept apart."""

import csv
import hashlib
import os
from dataclasses import dataclass

from .augmentation import ImageFacts
from .errors import EarshotError
from .networks import TILE
from .seeded import SeededGenerator


@dataclass(frozen=True)
class Label:
    """What a table tells of a track; empty where it does not."""

    artist: str = ""
    source: str = ""
    licence: str = ""


class Labels:
    """Labels of tracks from CSV files with the columns `path`, seen from the file's folder, and,
    where they are, `artist`, `source` and `licence`.

    A track is found by its absolute path; a cache that was made in another place, by the path in
    the table as the end of its name.
    """

    def __init__(self, paths=()):
        self._absolute, self._relative, self._depths = {}, {}, set()
        for path in paths:
            folder = os.path.dirname(os.path.abspath(path))
            try:
                with open(path, newline="", encoding="utf-8-sig") as file:
                    reader = csv.DictReader(file)
                    if "path" not in (reader.fieldnames or ()):
                        raise EarshotError(f"{path} has no column `path`")
                    for row in reader:
                        self._add(folder, row)
            except (OSError, UnicodeDecodeError, csv.Error) as error:
                raise EarshotError(f"{path}: {error}") from error

    def _add(self, folder, row):
        texts = {name: row.get(name) or "" for name in ("artist", "source", "licence")}
        relative = os.path.normpath(row["path"] or "")
        label = Label(**texts)
        self._absolute[os.path.normpath(os.path.join(folder, relative))] = label
        parts = tuple(relative.split(os.sep))
        self._relative[parts] = label
        self._depths.add(len(parts))

    def __getitem__(self, name):
        """The label of a track by its name in a cache, bytes."""
        path = os.path.normpath(os.fsdecode(name))
        if path in self._absolute:
            return self._absolute[path]
        parts = tuple(path.split(os.sep))
        for depth in sorted(self._depths, reverse=True):
            if parts[-depth:] in self._relative:
                return self._relative[parts[-depth:]]
        return Label()


@dataclass(frozen=True)
class Track:
    """One track: its name in the cache, its label, its columns (at least 128)."""

    name: bytes
    label: Label
    columns: int
    facts: ImageFacts


class Tracks:
    """The tracks of a feature cache in the order of their names, whatever order it was filled in.

    fingerprint: SHA-256 over names, artists and lengths: what a checkpoint belongs to.
    """

    def __init__(self, cache, labels):
        """Reads each image once, to check it and to note what is loudest in it."""
        self.cache, self.tracks = cache, []
        digest = hashlib.sha256()
        for name in sorted(cache.records):
            columns = cache.column_count(name)
            if columns < TILE:
                continue
            label = labels[name]
            self.tracks.append(
                Track(name, label, columns, ImageFacts.of(cache.checked_image(name))))
            digest.update(name + b"\0" + f"{label.artist}\0{columns}\n".encode())
        self.fingerprint = digest.hexdigest()

    def __len__(self):
        return len(self.tracks)

    def pixels(self, number, start):
        """The tile of a track that begins at a column: (128 columns, 128 rows) uint8."""
        return self.cache.columns(self.tracks[number].name, start, start + TILE)


def sources(labels):
    """How many tracks there are of each source and licence, as model cards tell it."""
    counts = {}
    for label in labels:
        key = (label.source, label.licence)
        counts[key] = counts.get(key, 0) + 1
    return [
        {"source": source, "licence": licence, "tracks": count}
        for (source, licence), count in sorted(counts.items())]


def split(artists, share, seed):
    """The numbers of the tracks that are learnt from and of those kept apart, both ascending; the
    same as in the program.

    All tracks of an artist are on one side; one without an artist (an empty text) is by itself.
    Artists are taken in an order drawn with the seed until the share is reached; one with more
    tracks than are still wanted is passed over.
    """
    groups = {}
    for number, artist in enumerate(artists):
        groups.setdefault(artist or f"\0{number}", []).append(number)
    ordered = SeededGenerator.of_piece(seed, 0x5EED).shuffled(sorted(groups.values()))
    wanted = int(len(artists) * share + 0.5)
    if share > 0 and len(groups) > 1:
        wanted = max(1, wanted)
    apart = []
    for group in ordered:
        if len(group) <= wanted - len(apart):
            apart += group
    # Every artist may have more tracks than are wanted: then the one with the fewest.
    if not apart and wanted > 0 and ordered:
        least = min(ordered, key=len)
        if len(least) < len(artists):
            apart = least
    kept = set(apart)
    return [n for n in range(len(artists)) if n not in kept], sorted(apart)
