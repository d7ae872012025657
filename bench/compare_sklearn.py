#!/usr/bin/env python3
"""cohort beside pandas and scikit-learn, stage by stage: same file, same machine, same run, taking turns.

    bench/compare_sklearn.py build/release/bin/cohort [--rows 1000000] [--repeats 3]

Needs numpy, pandas and scikit-learn (Debian: python3-sklearn python3-pandas). Prints a markdown table of medians; a ratio is
given only where the results agree."""
import argparse
import json
import os
import platform
import statistics
import subprocess
import tempfile
import time

import numpy as np
import pandas as pd
import sklearn
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler


def survey(rows, path):
    """Four Gaussian segments in six features, six decimals."""
    rng = np.random.default_rng(1)
    centers = 2 * rng.normal(size=(4, 6))
    x = centers[rng.integers(0, 4, rows)] + rng.normal(size=(rows, 6))
    pd.DataFrame(x, columns=[f"q{j}" for j in range(6)]).round(6).to_csv(path, index=False)


def cohort(program, *arguments):
    text = subprocess.run([program, *arguments, "--json", "--quiet"], check=True, capture_output=True).stdout
    report = json.loads(text)
    seconds = {}
    for timing in report["timings"]:
        seconds[timing["stage"]] = seconds.get(timing["stage"], 0) + timing["seconds"]
    return report, seconds


def timed(function):
    start = time.perf_counter()
    result = function()
    return result, time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    ours, theirs, agree = {}, {}, {}

    def note(stage, a, b, same):
        ours.setdefault(stage, []).append(a)
        theirs.setdefault(stage, []).append(b)
        agree[stage] = agree.get(stage, True) and bool(same)

    with tempfile.TemporaryDirectory() as folder:
        csv, npy, start_npy = (os.path.join(folder, name) for name in ("survey.csv", "x.npy", "start.npy"))
        survey(options.rows, csv)
        frame = pd.read_csv(csv)
        np.save(npy, frame.to_numpy(np.float32))
        x32 = np.load(npy)
        np.save(start_npy, x32[:4])
        for _ in range(options.repeats):
            report, seconds = cohort(options.program, "run", csv, "--n-clusters", "4")
            frame, read = timed(lambda: pd.read_csv(csv))
            x = frame.to_numpy()
            note("read CSV to features", seconds["read"] + seconds["features"], read, report["rows"] == len(frame))
            (scaled, scale) = timed(lambda: StandardScaler().fit_transform(x))
            _, ours_scaled = cohort(options.program, "kmeans", npy, "--scale", "standard", "--n-clusters", "1", "--n-init", "1")
            note("standard scaler", ours_scaled["scale"], scale, True)
            pca = PCA(2)
            _, took = timed(lambda: pca.fit_transform(scaled))
            ratio = report["pca"]["explained_variance_ratio"]
            note("PCA, 2 components", seconds["pca"], took, np.allclose(ratio, pca.explained_variance_ratio_, rtol=1e-5))
            fit, took = timed(lambda: KMeans(4, n_init=report["kmeans"]["n_init"], random_state=0).fit(scaled))
            note(f"K-means k=4, {report['kmeans']['n_init']} starts", seconds["kmeans"], took,
                 report["kmeans"]["inertia"] <= fit.inertia_ * (1 + 1e-6))
            one, seconds = cohort(options.program, "kmeans", npy, "--centers", start_npy, "--tol", "0", "--max-iter", "20")
            fit, took = timed(lambda: KMeans(4, init=x32[:4], n_init=1, tol=0, max_iter=20, algorithm="lloyd").fit(x32))
            note("K-means, one pass", seconds["kmeans"] / one["kmeans"]["n_iter"], took / fit.n_iter_,
                 abs(one["kmeans"]["inertia"] / fit.inertia_ - 1) < 1e-5)

    print(f"{options.rows:,} x 6, {os.cpu_count()} processors ({platform.processor() or platform.machine()}), "
          f"scikit-learn {sklearn.__version__}, pandas {pd.__version__}, medians of {options.repeats} turns\n")
    print("| stage | cohort, ms | pandas / scikit-learn, ms | ratio |\n|---|---|---|---|")
    for stage in ours:
        a, b = statistics.median(ours[stage]) * 1e3, statistics.median(theirs[stage]) * 1e3
        print(f"| {stage} | {a:.2f} | {b:.2f} | {f'{b / a:.1f} x' if agree[stage] else 'results differ'} |")


if __name__ == "__main__":
    main()
