"""Search of the nearest vectors: this program beside FAISS, usearch and hnswlib.

All search the same vectors for the same queries, on one core, in turns in one run, so that what
disturbs one disturbs all:  python compare.py PROGRAM [--counts N,N] [--kinds rand,latent] [--large]
It reports and never fails; the budgets are in the tables.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import tempfile
import time

import faiss
import hnswlib
import numpy as np
import usearch
from usearch.index import Index, MetricKind, search

DIMENSION = 256
WANTED = 10
SHARES = [1, 10, 100, 500]
LARGE = 10_000_000
EFFORTS = [32, 64, 128, 256, 512, 1024]


class Program:
    """This program, which makes the vectors and answers questions about them."""

    def __init__(self, path, folder, kind, count, queries, core):
        self.process = subprocess.Popen(
            [path, folder, kind, str(count), str(queries)], text=True, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, preexec_fn=lambda: os.sched_setaffinity(0, {core}))
        self.scanned = int(self.process.stdout.readline().split()[1])

    def ask(self, question):
        self.process.stdin.write(question + "\n")
        self.process.stdin.flush()
        words = self.process.stdout.readline().split()
        return float(words[0]), [int(word) for word in words[1:]]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Subject:
    """Something that is measured: `ask` takes the number of a query."""

    def __init__(self, name, ask, truth, size="", remark=""):
        self.name, self.ask, self.truth = name, ask, truth
        self.size, self.remark = size, remark
        self.times, self.recall = [], None

    @property
    def time(self):
        return statistics.median(self.times)


def timed(function):
    def ask(number):
        start = time.perf_counter()
        found = function(number)
        return (time.perf_counter() - start) * 1e3, found
    return ask


def megabytes(count):
    return f"{count / 1e6:,.0f} MB" if count >= 1e7 else f"{count / 1e6:.1f} MB"


def recall(subject, queries):
    found = wanted = 0
    for number in range(queries):
        truth = {int(key) for key in subject.truth[number] if key >= 0}
        wanted += len(truth)
        found += len(truth & {int(key) for key in subject.ask(number)[1]})
    return found / wanted if wanted else 1.0


def measure(subjects, queries, rounds, lead):
    """Recall of all queries, which also warms what is searched; then the rounds."""
    for subject in subjects:
        if subject.truth is not None:
            subject.recall = recall(subject, queries)
    for number in range(rounds):
        for subject in subjects:
            # Small collections fit the caches of the processor, which the others empty.
            for _ in range(lead):
                subject.ask(number % queries)
            subject.times.append(subject.ask(number % queries)[0])


def flat_peers(vectors, queries, truth, allowed, count):
    """The peers that compare all vectors."""
    subjects = []
    quantised = faiss.IndexScalarQuantizer(
        DIMENSION, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT)
    quantised.train(np.ascontiguousarray(vectors[:100_000]))
    scale, flat = 0.0, None
    if count < LARGE:
        flat = faiss.IndexFlatIP(DIMENSION)
    bytes_of = np.empty((count, DIMENSION), "i1")
    step = 250_000
    # One global scale: what usearch does with its own 8-bit indexes.
    for start in range(0, count, step):
        scale = max(scale, float(np.abs(vectors[start:start + step]).max()))
        if count >= LARGE:
            forget(vectors, start, step)
    for start in range(0, count, step):
        part = np.ascontiguousarray(vectors[start:start + step])
        quantised.add(part)
        if flat is not None:
            flat.add(part)
        bytes_of[start:start + step] = np.rint(part * (127 / scale))
        if count >= LARGE:
            forget(vectors, start, step)
    small = np.rint(queries * (127 / np.abs(queries).max())).astype("i1")

    def faiss_peer(index, share=None):
        parameters = None
        if share is not None:
            parameters = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(allowed[share][0]))
        return timed(lambda n: index.search(queries[n:n + 1], WANTED, params=parameters)[1][0])

    def usearch_peer(data, asked):
        return timed(lambda n: search(
            data, asked[n], WANTED, MetricKind.IP, exact=True, threads=1).keys)

    if flat is not None:
        subjects.append(Subject("FAISS flat", faiss_peer(flat), truth, megabytes(1024 * count)))
    subjects.append(
        Subject("FAISS SQ 8 bits", faiss_peer(quantised), truth, megabytes(256 * count)))
    if count < LARGE:
        floats = np.ascontiguousarray(vectors)
        subjects.append(Subject(
            "usearch exact, f32", usearch_peer(floats, queries), truth, megabytes(1024 * count)))
    subjects.append(
        Subject("usearch exact, i8", usearch_peer(bytes_of, small), truth, megabytes(256 * count)))
    filtered = [
        Subject(f"FAISS SQ 8 bits, {share / 10:g} % allowed", faiss_peer(quantised, share),
                allowed[share][1])
        for share in SHARES]
    return subjects, filtered


def forget(vectors, start, step):
    """Lets the system drop the pages of rows that were read."""
    with open(vectors.filename, "rb") as file:
        os.posix_fadvise(
            file.fileno(), start * 4 * DIMENSION, step * 4 * DIMENSION, os.POSIX_FADV_DONTNEED)


def graphs(vectors, queries, truth, count, core, cores):
    """Graphs, built on all cores, with the least effort that finds 0.999, or the most there is."""
    subjects = []
    os.sched_setaffinity(0, cores)
    start = time.perf_counter()
    first = hnswlib.Index("ip", DIMENSION)
    first.init_index(count, ef_construction=100, M=16, random_seed=1)
    first.add_items(vectors, num_threads=len(cores))
    middle = time.perf_counter()
    second = Index(
        ndim=DIMENSION, metric="ip", dtype="f32", connectivity=16, expansion_add=100)
    second.add(np.arange(count), np.ascontiguousarray(vectors), threads=len(cores))
    times = middle - start, time.perf_counter() - middle
    os.sched_setaffinity(0, {core})
    first.set_num_threads(1)

    def ask_first(effort):
        def ask(number):
            first.set_ef(effort)
            return first.knn_query(queries[number], WANTED)[0][0]
        return timed(ask)

    def ask_second(effort):
        def ask(number):
            second.expansion_search = effort
            return second.search(queries[number], WANTED, threads=1).keys
        return timed(ask)

    makers = [("hnswlib", ask_first, times[0]), ("usearch HNSW", ask_second, times[1])]
    for name, make, seconds in makers:
        for effort in EFFORTS:
            subject = Subject(
                f"{name}, ef {effort}", make(effort), truth,
                remark=f"built in {seconds:.0f} s on {len(cores)} cores")
            if recall(subject, len(queries)) >= 0.999:
                break
        subjects.append(subject)
    return subjects


def row(subject, limit, mark=""):
    ratio = f"{subject.time / limit:.2f}" if limit else ""
    share = "" if subject.recall is None else f"{subject.recall:.4f}"
    text = f"  {subject.name:<40}{subject.time:>9.3f}{ratio:>10}{share:>11}{subject.size:>12}"
    print(f"{text}  {subject.remark or mark}".rstrip(), flush=True)


def budget(text, kept):
    return f"budget {text}: {'kept' if kept else 'MISSED'}"


def compare(arguments, kind, count, cores):
    folder = tempfile.mkdtemp(prefix="search-bench-", dir=arguments.folder)
    core = min(cores)
    try:
        start = time.perf_counter()
        program = Program(
            arguments.program, folder, kind, count, arguments.queries, core)
        print(f"\n{kind}, {count:,} vectors of {DIMENSION}: median of {arguments.rounds} rounds on "
              f"one core, top {WANTED}; recall over {arguments.queries} queries "
              f"(made in {time.perf_counter() - start:.0f} s)")

        def load(name, kind, width):
            return np.fromfile(os.path.join(folder, name), kind).reshape(-1, width)

        vectors = np.memmap(os.path.join(folder, "vectors.f32"), "f4", "r").reshape(-1, DIMENSION)
        queries = load("queries.f32", "f4", DIMENSION)
        truth = load("nearest.i64", "i8", WANTED)
        allowed = {
            share: (np.fromfile(os.path.join(folder, f"allowed-{share}.bits"), "u1"),
                    load(f"nearest-{share}.i64", "i8", WANTED)) for share in SHARES}

        read = Subject("plain read of the bytes of a scan", lambda n: program.ask("read"), None,
                       megabytes(program.scanned))
        own = Subject("Earshot, in memory", lambda n: program.ask(f"resident {n}"), truth,
                      megabytes(program.scanned))
        streamed = Subject("Earshot, file read for each query",
                           lambda n: program.ask(f"streamed {n}"), truth,
                           megabytes(program.scanned))
        own_filtered = [
            Subject(f"Earshot, {share / 10:g} % allowed",
                    lambda n, share=share: program.ask(f"among {share} {n}"), allowed[share][1])
            for share in SHARES]
        flat, flat_filtered = flat_peers(vectors, queries, truth, allowed, count)
        graph = []
        if count <= arguments.graphs_up_to:
            graph = graphs(vectors, queries, truth, count, core, cores)
        subjects = [read, own, streamed] + flat + graph
        filtered = [both for pair in zip(own_filtered, flat_filtered) for both in pair]
        lead = 2 if count <= 20_000 else 0
        measure(subjects + filtered, arguments.queries, arguments.rounds, lead)

        print(f"  {'':<40}{'ms':>9}{'x limit':>10}{'recall@10':>11}{'reads':>12}")
        for subject in subjects:
            row(subject, read.time)
        if not graph:
            print(f"  (no graphs over {arguments.graphs_up_to:,} vectors: they take minutes to build; "
                  "--graphs-up-to N)")
        for subject in filtered:
            row(subject, None)
        making = statistics.median(program.ask(f"filter {SHARES[2]}")[0] for _ in range(5))
        print(f"  {'making a filter of 10 % of the rows':<40}{making:>9.3f}")
        by_name = {subject.name: subject.time for subject in subjects}
        rivals = [name for name in by_name if name.startswith(("FAISS SQ", "usearch exact"))]
        marks = [budget("recall@10 0.999 or more, filtered too", min(
            subject.recall for subject in [own, streamed] + own_filtered) >= 0.999)]
        marks += [budget(f"faster than {name}", own.time < by_name[name]) for name in rivals]
        if count == 1_000_000:
            marks.append(budget("10 ms", own.time <= 10))
        if count >= 1_000_000:
            marks.append(budget("1.3 x the limit", own.time <= 1.3 * read.time))
        for mark in marks:
            print(f"  {mark}")
        program.close()
    finally:
        shutil.rmtree(folder)


def available(name="MemAvailable"):
    with open("/proc/meminfo") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith(name))


def processor():
    with open("/proc/cpuinfo") as file:
        names = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    return names[0] if names else "unknown processor"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("--counts", default="10000,278000,1000000")
    parser.add_argument("--kinds", default="rand,latent")
    parser.add_argument("--queries", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=51)
    parser.add_argument("--graphs-up-to", type=int, default=278_000)
    parser.add_argument("--large", action="store_true", help="10 million vectors, too")
    parser.add_argument("--folder", help="where the vectors are written")
    arguments = parser.parse_args()
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    faiss.omp_set_num_threads(1)
    print(f"{processor()}; FAISS {faiss.__version__}, usearch {usearch.__version__}, "
          f"hnswlib {hnswlib.__version__ if hasattr(hnswlib, '__version__') else '0.8.0'}")
    cases = [(kind, int(count)) for count in arguments.counts.split(",") if count
             for kind in arguments.kinds.split(",")]
    if arguments.large:
        cases.append(("rand", LARGE))
    for kind, count in cases:
        # Vectors, indexes of the peers and what the system keeps of the files.
        memory, disk = (1_350 if count >= LARGE else 4_300) * count, 2_300 * count
        room = shutil.disk_usage(arguments.folder or tempfile.gettempdir()).free
        if available() < memory or room < disk:
            print(f"\n{kind}, {count:,}: left out, it takes {memory / 1e9:.0f} GB of memory and "
                  f"{disk / 1e9:.0f} GB of disk")
            continue
        compare(arguments, kind, count, cores)


if __name__ == "__main__":
    main()
