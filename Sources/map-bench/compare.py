"""Maps: this program beside umap-learn, openTSNE and scikit-learn.

All lay out the same vectors in turns in one run, with their own defaults and all cores, and are judged by
the same measures:  python compare.py PROGRAM [--count N] [--rounds N]
It reports and never fails; the budgets are in the tables.
"""

import argparse
import os
import statistics
import subprocess
import tempfile
import time
import warnings

import numba
import numpy as np
import openTSNE
import sklearn
import umap
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE, trustworthiness
from sklearn.neighbors import NearestNeighbors

DIMENSION = 256
NEIGHBOURS = 15
CORES = len(os.sched_getaffinity(0))
warnings.filterwarnings("ignore")


def made(count):
    """Unit vectors as embeddings lie: around centres on a surface of few dimensions, with noise."""
    random = np.random.default_rng(1)
    centres, axes = random.normal(size=(50, 32)), random.normal(size=(32, DIMENSION))
    places = centres[random.integers(0, 50, count)] + 0.5 * random.normal(size=(count, 32))
    vectors = places @ axes + 0.1 * np.sqrt(32) * random.normal(size=(count, DIMENSION))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


class Quality:
    """How well maps keep neighbours."""

    def __init__(self, vectors):
        self.vectors = vectors
        self.nearest = self.found(vectors)

    @staticmethod
    def found(values):
        return NearestNeighbors(n_neighbors=NEIGHBOURS).fit(values).kneighbors(return_distance=False)

    def of(self, places):
        kept = [len(set(a) & set(b)) for a, b in zip(self.nearest, self.found(places))]
        trust = trustworthiness(self.vectors, places, n_neighbors=NEIGHBOURS)
        return trust, np.mean(kept) / NEIGHBOURS


class Subject:
    """A way to lay out vectors: `make` takes a seed and returns seconds and places."""

    def __init__(self, name, make, rounds):
        self.name, self.make, self.rounds = name, make, rounds
        self.times, self.trusts, self.kepts = [], [], []

    def run(self, seed, quality):
        seconds, places = self.make(seed)
        trust, kept = quality.of(places)
        self.times.append(seconds)
        self.trusts.append(trust)
        self.kepts.append(kept)

    @property
    def time(self):
        return statistics.median(self.times)

    @property
    def trust(self):
        return statistics.mean(self.trusts)

    @property
    def kept(self):
        return statistics.mean(self.kepts)


def timed(make):
    begin = time.perf_counter()
    places = np.asarray(make(), dtype=np.float32)
    return time.perf_counter() - begin, places


class Program:
    """This program."""

    def __init__(self, path, folder, vectors):
        self.path = path
        self.input, self.output = os.path.join(folder, "vectors"), os.path.join(folder, "places")
        vectors.tofile(self.input)
        self.graph_times = {}

    def run(self, method, seed):
        answer = subprocess.run(
            [self.path, self.input, str(DIMENSION), method, str(seed), self.output], check=True,
            capture_output=True, text=True).stdout.split()
        self.graph_times.setdefault(method, []).append(float(answer[0]))
        return float(answer[1]), np.fromfile(self.output, np.float32).reshape(-1, 2)


def report(subjects, own, count):
    print(f"\n{count:,} vectors of {DIMENSION}, {CORES} cores: median seconds, mean quality "
          f"(k = {NEIGHBOURS})")
    print(f"  {'':26}{'s':>8}{'x ours':>9}{'trustworthiness':>18}{'neighbours kept':>18}")
    first = subjects[0]
    for subject in subjects:
        print(f"  {subject.name:26}{subject.time:8.2f}{subject.time / first.time:9.2f}"
              f"{subject.trust:18.4f}{subject.kept:18.4f}")
    if own in ("umap", "tsne"):
        for other in subjects[1:]:
            verdict("as fast as " + other.name, first.time <= other.time)
            verdict("trustworthiness within 0.01 of " + other.name, first.trust >= other.trust - 0.01)
            verdict("neighbours kept within 0.01 of " + other.name, first.kept >= other.kept - 0.01)


def verdict(text, is_kept):
    print(f"  budget {text}: {'kept' if is_kept else 'MISSED'}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    vectors = made(options.count)
    quality = Quality(vectors)
    print(f"umap-learn {umap.__version__}, openTSNE {openTSNE.__version__}, scikit-learn "
          f"{sklearn.__version__}, numba {numba.__version__}")
    # What numba and its like compile is compiled before anything is timed.
    few = vectors[:5_000]
    umap.UMAP().fit_transform(few)
    openTSNE.TSNE(n_jobs=CORES, n_iter=20, early_exaggeration_iter=20).fit(few)
    rounds = options.rounds
    with tempfile.TemporaryDirectory() as folder:
        program = Program(options.program, folder, vectors)

        def ours(method):
            return Subject("Earshot", lambda seed: program.run(method, seed), rounds)

        groups = {
            "pca": [
                ours("pca"),
                Subject("scikit-learn PCA", lambda _: timed(
                    lambda: PCA(2, svd_solver="full").fit_transform(vectors)), rounds),
            ],
            "umap": [
                ours("umap"),
                Subject("umap-learn", lambda _: timed(
                    lambda: umap.UMAP(n_jobs=CORES).fit_transform(vectors)), rounds),
            ],
            "tsne": [
                ours("tsne"),
                Subject("openTSNE", lambda seed: timed(
                    lambda: openTSNE.TSNE(n_jobs=CORES, random_state=seed).fit(vectors)), rounds),
                Subject("scikit-learn TSNE", lambda seed: timed(
                    lambda: TSNE(n_jobs=CORES, random_state=seed).fit_transform(vectors)), 1),
            ],
        }
        for method, subjects in groups.items():
            for seed in range(rounds):
                for subject in subjects:
                    if seed < subject.rounds:
                        subject.run(seed, quality)
            print(f"\n{method}: ", end="")
            report(subjects, method, options.count)
            print(f"  of ours, finding neighbours: "
                  f"{statistics.median(program.graph_times[method]):.2f} s")


if __name__ == "__main__":
    main()
