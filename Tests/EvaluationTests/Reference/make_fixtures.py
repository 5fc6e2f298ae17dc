"""Writes the fixtures of the evaluation tests: made-up labels, vectors and distances, and what the
definition in Python finds in them.

    python3 make_fixtures.py PATH/TO/retrieval.py

The definition is that of the project's shared tools; it is imported from where it is, not copied.
Needs numpy. The same numbers come out every time.
"""

import csv
import importlib.util
import json
import sys
from pathlib import Path

import numpy as np

FIXTURES = Path(__file__).parent.parent / "Fixtures"
TRACKS, DIMENSION = 160, 12
COLUMNS = ["path", "label", "label_evidence", "artist", "album", "title", "work", "kind", "seconds",
           "source", "licence"]


def made_up_tracks(random):
    """Tracks of artists of very different sizes, some unnamed, in a few sources; works with
    near-copies; labels of which only some are evidence; kinds of which one is a side set."""
    rows = []
    for number in range(TRACKS):
        artist = int(random.integers(0, 22))
        source = artist % 5 if random.random() < 0.8 else int(random.integers(0, 5))
        label = f"genre {artist % 4}" if random.random() < 0.7 else f"genre {random.integers(0, 7)}"
        rows.append({
            "path": f"set.{source}/track, {number}.{'mp3' if number % 3 else 'flac'}",
            "label": label if random.random() < 0.9 else "",
            "label_evidence": str(random.choice(["evidence", "evidence", "guess", "none"])),
            "artist": f"artist {artist}" if artist and random.random() < 0.95 else "",
            "album": f"album {artist % 3}",
            "title": f'"{number}"',
            "work": f"w{number // 2}" if random.random() < 0.3 else "",
            "kind": "midi-render" if artist % 3 == 2 else str(
                random.choice(["recording", "tracker-render"])),
            "seconds": "30.0",
            "source": f"source {source}",
            "licence": "made up",
            "group": artist,
            "genre": label,
        })
    return rows


def unit_free(random, rows):
    """Vectors that tell a little of the artist, of the label and of the source."""
    def centres(key):
        names = sorted({row[key] for row in rows})
        points = dict(zip(names, random.normal(size=(len(names), DIMENSION))))
        return np.array([points[row[key]] for row in rows])
    vectors = 0.6 * centres("group") + 0.5 * centres("genre") + 0.3 * centres("source")
    return (vectors + random.normal(size=vectors.shape)).astype(np.float32)


def plain(value):
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value.item() if isinstance(value, np.generic) else value


def main():
    specification = importlib.util.spec_from_file_location("retrieval", sys.argv[1])
    retrieval = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(retrieval)
    random = np.random.default_rng(3)
    rows = made_up_tracks(random)
    vectors = unit_free(random, rows)
    copies = (vectors + 0.9 * random.normal(size=vectors.shape)).astype(np.float32)
    # Whole sixteenths: many candidates are equally near.
    ties = np.round(16 * retrieval.cosine_distances(vectors.astype(float), vectors.astype(float)))
    ties = (ties / 16).astype(np.float32)
    paths = [row["path"] for row in rows]
    # Copies in another order and under another ending, two of tracks that are not in the gallery.
    order = random.permutation(TRACKS)
    gallery = [place for place in range(TRACKS) if place not in (7, 90)]
    copy_paths = [retrieval.stem(paths[place]) + ".ogg" for place in order]
    work = {retrieval.stem(row["path"]): row["work"] for row in rows}

    def found(distances):
        return retrieval.find_copies(
            distances[np.ix_(order, gallery)], copy_paths, [paths[place] for place in gallery], work)

    FIXTURES.mkdir(exist_ok=True)
    with open(FIXTURES / "labels.csv", "w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS, extrasaction="ignore")
        table.writeheader()
        table.writerows(rows)
    for name, values in (("vectors", vectors), ("copies", copies), ("ties", ties)):
        np.save(FIXTURES / f"{name}.npy", values)
    generator = np.random.default_rng(20)
    report = {
        "vectors": retrieval.evaluate(
            rows, retrieval.cosine_distances(vectors.astype(float), vectors.astype(float))),
        "ties": retrieval.evaluate(rows, ties.astype(float)),
        "copies": {
            "vectors": found(retrieval.cosine_distances(copies.astype(float), vectors.astype(float))),
            "ties": found(ties.astype(float)),
        },
        "order": order.tolist(),
        "gallery": gallery,
        "random": {
            "integers below 227": generator.integers(0, 227, 9).tolist(),
            "integers below 3000000000": generator.integers(0, 3_000_000_000, 5).tolist(),
        },
        "numpy": np.__version__,
    }
    with open(FIXTURES / "reference.json", "w", encoding="utf-8") as file:
        json.dump(plain(report), file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
