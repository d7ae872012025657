#!/usr/bin/env python3
"""K-means of cohort beside scikit-learn, FAISS and scikit-learn-intelex: same data, same start, same machine, taking turns.

    bench/peers/kmeans.py build/release/bin/cohort [--repeats 5] [--scale 1.0]

A pass is a fit of 20 iterations from the same start divided by its iterations, with all that a fit does before and after
them. Blobs overlap; noise has no clusters at all, which leaves bounds nothing to prove. Labels and inertia are judged by
NumPy in double precision from each tool's own centres. Peers that cannot be imported are left out. Prints markdown."""
import argparse
import os
import statistics
import tempfile
import time
import warnings

import common
import numpy as np

SHAPES = [  # rows, features, clusters, spread of the blobs' centres (0: noise)
    (1_000_000, 6, 4, 2.0),
    (1_000_000, 6, 4, 0.0),
    (1_000_000, 32, 32, 1.0),
    (1_000_000, 32, 32, 0.0),
    (200_000, 128, 256, 0.5),
    (200_000, 128, 256, 0.0),
]
ITERATIONS = 20


def blobs(rows, features, clusters, spread):
    rng = np.random.default_rng(1)
    centers = spread * rng.normal(size=(clusters, features)).astype(np.float32)
    x = rng.normal(size=(rows, features)).astype(np.float32)
    x += centers[rng.integers(0, clusters, rows)]
    return x


def oracle(x, centers):
    """Labels and inertia in double precision."""
    labels, inertia = np.empty(len(x), np.int64), 0.0
    centers = centers.astype(np.float64)
    squares = (centers**2).sum(1)
    for first in range(0, len(x), 20_000):
        part = x[first:first + 20_000].astype(np.float64)
        scores = squares - 2 * part @ centers.T
        labels[first:first + len(part)] = scores.argmin(1)
        inertia += (scores.min(1) + (part**2).sum(1)).sum()
    return labels, inertia


class Cohort:
    name = "cohort"

    def __init__(self, program, folder):
        self.program, self.folder = program, folder

    def fit(self, x, clusters, start, out=False):
        path, start_path, results = (os.path.join(self.folder, name) for name in ("x.npy", "start.npy", "results"))
        if not os.path.exists(path):
            np.save(path, x)
        arguments = ["kmeans", path, "--n-clusters", str(clusters)]
        if start is None:
            arguments += ["--n-init", "10"]
        else:
            np.save(start_path, start)
            arguments += ["--centers", start_path, "--tol", "0", "--max-iter", str(ITERATIONS)]
        if out:
            arguments += ["--out", results]
        report, by_stage = common.cohort(self.program, *arguments)
        seconds = by_stage["kmeans"]
        own = None
        if out:
            labels = np.loadtxt(os.path.join(results, "labels.csv"), dtype=np.int64, delimiter=",", skiprows=1, usecols=1)
            own = labels, np.array(report["kmeans"]["centers"], np.float32)
        return seconds, report["kmeans"]["n_iter"], own


class Sklearn:
    name = "scikit-learn"

    def __init__(self, estimator):
        self.estimator = estimator

    def fit(self, x, clusters, start):
        options = {"init": start, "n_init": 1, "tol": 0, "max_iter": ITERATIONS} if start is not None else {"n_init": 10}
        model = self.estimator(clusters, algorithm="lloyd", random_state=0, **options)
        begin = time.perf_counter()
        model.fit(x)
        return time.perf_counter() - begin, model.n_iter_, (model.labels_, model.cluster_centers_)


class Faiss:
    name = "FAISS"

    def __init__(self, faiss):
        self.faiss = faiss
        faiss.omp_set_num_threads(os.cpu_count())

    def fit(self, x, clusters, start):
        if start is None:
            return None
        model = self.faiss.Kmeans(x.shape[1], clusters, niter=ITERATIONS, nredo=1, max_points_per_centroid=1 << 30,
                                  min_points_per_centroid=1, verbose=False)
        begin = time.perf_counter()
        model.train(x, init_centroids=start)
        _, labels = model.index.search(x, 1)
        seconds = time.perf_counter() - begin
        return seconds, ITERATIONS, (labels[:, 0], model.centroids)


def peers():
    from sklearn.cluster import KMeans
    found = [Sklearn(KMeans)]
    try:
        from sklearnex.cluster import KMeans as IntelKMeans
        intel = Sklearn(IntelKMeans)
        intel.name = "scikit-learn-intelex"
        found.append(intel)
    except ImportError:
        pass
    try:
        import faiss
        found.append(Faiss(faiss))
    except ImportError:
        pass
    return found


def judge(x, own):
    """The inertia of a tool's centres and the share of its labels that are right, in double precision."""
    labels, inertia = oracle(x, own[1])
    return inertia, (labels == own[0]).mean()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--scale", type=float, default=1.0, help="of the numbers of rows")
    options = parser.parse_args()
    warnings.filterwarnings("ignore")
    others = peers()
    print(f"{common.processor()}, {common.version_of(options.program)}, {options.repeats} turns, medians\n")
    print("| | cohort, ms | peer | its time, ms | ratio | inertia, cohort / peer | labels right, cohort / peer |")
    print("|---|---|---|---|---|---|---|")
    for rows, features, clusters, spread in SHAPES:
        rows = int(rows * options.scale)
        x = blobs(rows, features, clusters, spread)
        whole = [False] + ([True] if (features, clusters) == (6, 4) else [])
        for default_fit in whole:
            start = None if default_fit else x[:clusters].copy()
            with tempfile.TemporaryDirectory() as folder:
                us = Cohort(options.program, folder)
                times, results = {}, {}
                for _ in range(options.repeats):
                    for tool in [us, *others]:
                        result = tool.fit(x, clusters, start)
                        if result is None:
                            continue
                        times.setdefault(tool.name, []).append(result[0] / (1 if default_fit else result[1]))
                        results[tool.name] = result[2]
                results["cohort"] = us.fit(x, clusters, start, out=True)[2]
            what = f"{rows:,} x {features}, k = {clusters}, {'blobs' if spread else 'noise'}, " + \
                ("10 starts" if default_fit else "a pass")
            ours = statistics.median(times["cohort"])
            inertia, right = judge(x, results["cohort"])
            for tool in others:
                if tool.name not in times:
                    continue
                theirs = statistics.median(times[tool.name])
                their_inertia, their_right = judge(x, results[tool.name])
                # A default fit must not be worse. From one start, tools may stop an iteration apart.
                agree = right > 0.9999 and inertia <= their_inertia * (1 + (1e-5 if default_fit else 1e-3))
                print(f"| {what} | {ours * 1e3:.2f} | {tool.name} | {theirs * 1e3:.2f} | "
                      f"{f'{theirs / ours:.1f} x' if agree else 'results differ'} | {inertia / their_inertia:.6f} | "
                      f"{right:.3%} / {their_right:.3%} |", flush=True)


if __name__ == "__main__":
    main()
