"""Writes what the tests of clusters compare with, found by scikit-learn (requirements.txt):

    python3 make_fixtures.py

Vectors have at most four decimals and are exact as float32. The same numbers come out every time.
"""

import json
from pathlib import Path

import numpy as np
import scipy
import sklearn
from sklearn.cluster import DBSCAN, KMeans
from sklearn.datasets import make_blobs, make_moons
from sklearn.metrics import silhouette_samples, silhouette_score

FIXTURES = Path(__file__).parent.parent / "Fixtures"


def exact(values, decimals=3):
    """Short decimals, as the float32 next to them, in double precision."""
    return np.round(np.asarray(values, dtype=float), decimals).astype(np.float32).astype(float)


def vector_sets():
    random = np.random.default_rng(5)
    blobs, _ = make_blobs(240, 6, centers=5, cluster_std=1.3, center_box=(-5, 5), random_state=3)
    many, _ = make_blobs(90, 40, centers=4, cluster_std=2.0, center_box=(-3, 3), random_state=4)
    moons, _ = make_moons(220, noise=0.08, random_state=2)
    moons = np.concatenate([moons, random.uniform(-2, 3, (20, 2))])
    x, y = np.meshgrid(np.arange(6), np.arange(5))
    lattice = np.stack([x.ravel(), y.ravel()], axis=1)
    # A second one with a gap, some points twice, one far away.
    lattice = np.concatenate([lattice, lattice[:12] + [0, 7], lattice[3:9], [[20, 20]]])
    return {
        "blobs": exact(blobs),
        # 40 values, far from the origin.
        "far": exact(many + 1000, 2),
        "moons": exact(moons),
        "lattice": exact(lattice[random.permutation(len(lattice))]),
        # Number 2 is within 0.75 of a core of either cluster, and no core.
        "shared border": exact([[2.0], [0.5], [1.25], [0.25], [0.0], [2.25], [2.5], [9.0]]),
    }


def lloyd(sets, name, start, **settings):
    start = np.asarray(start, dtype=float)
    model = KMeans(len(start), init=start, n_init=1, algorithm="lloyd", **settings).fit(sets[name])
    return {
        "set": name, "start": start.ravel().tolist(), "clusters": len(start),
        "iterations": settings.get("max_iter", 300), "tolerance": settings.get("tol", 1e-4),
        "labels": model.labels_.tolist(), "inertia": model.inertia_,
        "centroids": np.round(model.cluster_centers_.ravel(), 6).tolist(),
    }


def dbscan(sets, name, radius, minimum):
    model = DBSCAN(eps=radius, min_samples=minimum).fit(sets[name])
    return {
        "set": name, "radius": radius, "minimum": minimum, "labels": model.labels_.tolist(),
        "cores": model.core_sample_indices_.tolist(),
    }


def silhouette(sets, name, labels):
    return {
        "set": name, "labels": np.asarray(labels).tolist(),
        "mean": silhouette_score(sets[name], labels),
        "values": np.round(silhouette_samples(sets[name], labels), 8).tolist(),
    }


def best(sets, name, count):
    model = KMeans(count, n_init=10, random_state=0).fit(sets[name])
    return {
        "set": name, "clusters": count, "inertia": model.inertia_,
        "silhouette": silhouette_score(sets[name], model.labels_),
    }


def main():
    sets = vector_sets()
    blobs, far, moons = sets["blobs"], sets["far"], sets["moons"]
    lloyds = [
        lloyd(sets, "blobs", blobs[:5]),
        lloyd(sets, "blobs", blobs[:5], max_iter=2),
        lloyd(sets, "blobs", blobs[10:22], tol=0),
        # The last one is nearest to no vector.
        lloyd(sets, "blobs", np.concatenate([blobs[:4], np.full((1, 6), 50.0)])),
        lloyd(sets, "far", far[:4]),
        lloyd(sets, "moons", moons[:3], tol=0),
        lloyd(sets, "moons", moons[:3], tol=0.01),
    ]
    dbscans = [
        dbscan(sets, "moons", 0.15, 5), dbscan(sets, "moons", 0.2, 4),
        dbscan(sets, "moons", 0.3, 10), dbscan(sets, "moons", 0.05, 3),
        dbscan(sets, "moons", 9.0, 3), dbscan(sets, "moons", 0.2, 1),
        # Distances are exactly the radius.
        dbscan(sets, "lattice", 1.0, 5), dbscan(sets, "lattice", 1.0, 4),
        dbscan(sets, "lattice", 2.0, 13), dbscan(sets, "lattice", 0.5, 2),
        dbscan(sets, "shared border", 0.75, 4),
        dbscan(sets, "far", 14.0, 4), dbscan(sets, "far", 16.0, 6),
        dbscan(sets, "blobs", 2.5, 6),
    ]
    random = np.random.default_rng(9)
    alone = random.integers(0, 4, len(blobs))
    alone[17], alone[200] = 40, -7
    silhouettes = [
        silhouette(sets, "blobs", lloyds[0]["labels"]), silhouette(sets, "blobs", alone),
        silhouette(sets, "far", lloyds[4]["labels"]),
        silhouette(sets, "moons", dbscans[1]["labels"]),
        silhouette(sets, "lattice", random.integers(0, 5, len(sets["lattice"]))),
    ]
    report = {
        "versions": {
            "numpy": np.__version__, "scipy": scipy.__version__, "scikit-learn": sklearn.__version__,
        },
        "sets": {
            name: {
                "dimension": values.shape[1],
                "values": [round(value, 4) for value in values.ravel().tolist()],
            }
            for name, values in sets.items()
        },
        "lloyd": lloyds,
        "dbscan": dbscans,
        "silhouette": silhouettes,
        "best": [best(sets, "blobs", count) for count in range(2, 9)]
        + [best(sets, "far", count) for count in range(2, 7)]
        + [best(sets, "moons", count) for count in (2, 5, 12)],
    }
    FIXTURES.mkdir(exist_ok=True)
    with open(FIXTURES / "reference.json", "w", encoding="utf-8") as file:
        members = (f'"{name}": {json.dumps(value)}' for name, value in report.items())
        file.write("{\n" + ",\n".join(members) + "\n}\n")


if __name__ == "__main__":
    main()
