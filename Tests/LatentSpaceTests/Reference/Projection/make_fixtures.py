"""Writes what the tests of maps compare with, found by scikit-learn, umap-learn and openTSNE
(requirements.txt):

    python3 make_fixtures.py

The vectors are those of ../../Fixtures/reference.json, which ../make_fixtures.py makes, and a set of
clusters of its own. The same numbers come out every time.
"""

import json
import warnings
from pathlib import Path

import numba
import numpy as np
import openTSNE
import pynndescent
import scipy
import sklearn
import umap
from openTSNE.affinity import PerplexityBasedNN
from sklearn.datasets import make_blobs
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE, trustworthiness
from sklearn.manifold._t_sne import _kl_divergence
from sklearn.neighbors import NearestNeighbors
from umap.umap_ import find_ab_params, fuzzy_simplicial_set

FIXTURES = Path(__file__).parents[2] / "Fixtures"
warnings.filterwarnings("ignore")


def vector_sets():
    known = json.loads((FIXTURES / "reference.json").read_text(encoding="utf-8"))["sets"]
    sets = {
        name: np.array(known[name]["values"], np.float32).reshape(-1, known[name]["dimension"])
        for name in ("blobs", "far")
    }
    groups, _ = make_blobs(
        400, 12, centers=8, cluster_std=[0.4, 0.6, 0.8, 1, 1.2, 0.5, 0.7, 0.9],
        center_box=(-2, 2), random_state=8)
    # Some vectors twice and three times.
    sets["twins"] = np.concatenate([sets["blobs"][:30], sets["blobs"][:10], sets["blobs"][:4]])
    sets["groups"] = np.round(groups, 3).astype(np.float32)
    return sets


def nearest(vectors, count):
    """Distances and numbers of the nearest others, exactly."""
    finder = NearestNeighbors(n_neighbors=count, algorithm="brute").fit(vectors.astype(float))
    return finder.kneighbors()


def numbers(values, digits=7):
    return [float(f"{value:.{digits}g}") for value in np.asarray(values, float).ravel()]


def components(sets, name, count):
    model = PCA(count, svd_solver="full").fit(sets[name].astype(float))
    return {
        "set": name, "count": count, "mean": numbers(model.mean_),
        "components": numbers(model.components_), "variance": numbers(model.explained_variance_),
        "ratio": numbers(model.explained_variance_ratio_),
        "projected": numbers(model.transform(sets[name].astype(float))),
    }


def curve(minimum, spread):
    a, b = find_ab_params(spread, minimum)
    return {"minimum": minimum, "spread": spread, "a": float(a), "b": float(b)}


def half(values):
    """What stands above the diagonal of a symmetric matrix."""
    assert abs(values - values.T).max() < 1e-6
    values = scipy.sparse.triu(values, 1).tocoo()
    order = np.lexsort((values.col, values.row))
    return {
        "rows": values.row[order].tolist(), "columns": values.col[order].tolist(),
        "values": numbers(values.data[order], 6),
    }


def simplicial_set(sets, name, count):
    vectors = sets[name]
    distances, others = nearest(vectors, count)
    own = np.arange(len(vectors))[:, None]
    # A vector is the first of its neighbours there.
    graph, _, _ = fuzzy_simplicial_set(
        vectors, count + 1, np.random.RandomState(0), "euclidean",
        knn_indices=np.hstack([own, others]),
        knn_dists=np.hstack([np.zeros_like(own), distances]).astype(np.float32))
    graph.eliminate_zeros()
    return {
        "set": name, "neighbours": count, "others": others.ravel().tolist(),
        "distances": numbers(distances, 9), **half(graph),
    }


def affinities(sets, name, perplexity):
    made = PerplexityBasedNN(
        sets[name].astype(float), perplexity=perplexity, method="exact", n_jobs=1)
    return {"set": name, "perplexity": perplexity, **half(made.P)}


def gradient(sets, name, perplexity):
    """Where what t-SNE makes small rises, at places that are no minimum."""
    shares = PerplexityBasedNN(
        sets[name].astype(float), perplexity=perplexity, method="exact", n_jobs=1).P.toarray()
    random = np.random.default_rng(11)
    places = np.round(random.normal(size=(len(sets[name]), 2)) * 3, 3)
    np.fill_diagonal(shares, 0)
    pairs = scipy.spatial.distance.squareform(shares, checks=False)
    # One degree of freedom.
    _, slope = _kl_divergence(places.ravel(), np.maximum(pairs, 1e-30), 1, len(places), 2)
    return {
        "set": name, "perplexity": perplexity, "places": numbers(places),
        "gradient": numbers(slope),
    }


def kept(vectors, places, count):
    truth, mapped = nearest(vectors, count)[1], nearest(places, count)[1]
    return float(np.mean([len(set(a) & set(b)) / count for a, b in zip(truth, mapped)]))


def qualities(sets):
    """How good maps of other programs are, on average where chance has a say, with the places of one for
    the measures themselves."""
    found = []
    for name in ("blobs", "groups"):
        vectors = sets[name]
        makers = {
            "pca": lambda _: PCA(2).fit_transform(vectors),
            "umap": lambda seed: umap.UMAP(
                random_state=seed, n_jobs=1, init="pca").fit_transform(vectors),
            "tsne": lambda seed: np.asarray(
                openTSNE.TSNE(random_state=seed, negative_gradient_method="bh").fit(vectors)),
            "scikit-learn tsne": lambda seed: TSNE(random_state=seed).fit_transform(vectors),
        }
        for method, make in makers.items():
            maps = [np.round(make(seed), 4).astype(np.float32) for seed in range(5)]
            found.append({
                "set": name, "method": method,
                "trustworthiness": float(np.mean([
                    trustworthiness(vectors, places, n_neighbors=15) for places in maps])),
                "kept": float(np.mean([kept(vectors, places, 15) for places in maps])),
                "places": numbers(maps[0]) if method == "pca" else [],
            })
    return found


def main():
    sets = vector_sets()
    report = {
        "versions": {
            "numba": numba.__version__, "numpy": np.__version__, "openTSNE": openTSNE.__version__,
            "pynndescent": pynndescent.__version__, "scikit-learn": sklearn.__version__,
            "scipy": scipy.__version__, "umap-learn": umap.__version__,
        },
        "groups": numbers(sets["groups"]),
        "components": [
            components(sets, "blobs", 3), components(sets, "far", 5), components(sets, "groups", 2),
        ],
        "curves": [
            curve(0.1, 1.0), curve(0.0, 1.0), curve(0.5, 1.0), curve(0.99, 1.0), curve(0.1, 3.0),
            curve(0.25, 0.5),
        ],
        "simplicialSets": [
            simplicial_set(sets, "twins", 5), simplicial_set(sets, "far", 10),
        ],
        "affinities": [affinities(sets, "blobs", 6), affinities(sets, "far", 10)],
        "gradients": [gradient(sets, "far", 10)],
        "qualities": qualities(sets),
    }
    with open(FIXTURES / "projection.json", "w", encoding="utf-8") as file:
        members = (f'"{name}": {json.dumps(value, separators=(",", ":"))}' for name, value in report.items())
        file.write("{\n" + ",\n".join(members) + "\n}\n")


if __name__ == "__main__":
    main()
