#!/usr/bin/env python3
"""cohort's stages beside scikit-learn's: scaler, PCA, silhouette, an iteration of affinity propagation. The same rows, one
run, taking turns.

    bench/peers/stages.py build/release/bin/cohort [--repeats 7]

Needs numpy and scikit-learn. cohort's times are those that its commands report; every turn is a process of its own, whose
memory is fresh, where scikit-learn stays in one. scikit-learn gets float32 rows in memory. "With upload" counts the
turning of rows into cohort's blocks too, which all of cohort's stages share. Prints a markdown table of medians; a ratio
is given only where the results agree."""
import argparse
import csv
import os
import tempfile
import warnings

import numpy as np
import sklearn
from sklearn.cluster import AffinityPropagation
from sklearn.decomposition import PCA
from sklearn.metrics import adjusted_rand_score, silhouette_samples
from sklearn.preprocessing import StandardScaler

from common import Table, cohort, processor, timed, version_of

PEER = "scikit-learn"


def rows(n, d):
    """Four segments, features of different spread and common factors."""
    rng = np.random.default_rng(1)
    centers = 2 * rng.normal(size=(4, d))
    x = centers[rng.integers(0, 4, n)] + rng.normal(size=(n, d)) @ (np.eye(d) + 0.3 * rng.normal(size=(d, d)))
    return (x * rng.uniform(0.5, 20, d)).astype(np.float32)


def scaler_and_pca(program, table, path, x, name):
    report, ours = cohort(program, "pca", path, "--scale", "standard", "--n-components", "2")
    scaled, scaler = timed(lambda: StandardScaler().fit_transform(x))
    pca = PCA(2, svd_solver="covariance_eigh")
    _, components = timed(lambda: pca.fit_transform(scaled))
    same = np.allclose(report["pca"]["explained_variance_ratio"], pca.explained_variance_ratio_, rtol=1e-4)
    table.add(f"standard scaler {name}", ours["scale"], {PEER: scaler}, same)
    table.add(f"standard scaler {name}, with upload", ours["upload"] + ours["scale"], {PEER: scaler}, same)
    table.add(f"PCA(2) {name}", ours["pca"], {PEER: components}, same)
    table.add(f"scaler and PCA(2) {name}, with upload", ours["upload"] + ours["scale"] + ours["pca"],
              {PEER: scaler + components}, same)


def silhouette(program, table, path, x, folder):
    out = os.path.join(folder, "out")
    report, ours = cohort(program, "kmeans", path, "--scale", "none", "--n-clusters", "4", "--n-init", "1",
                          "--out", out, "--force")
    with open(os.path.join(out, "labels.csv"), encoding="utf-8") as lines:
        labels = np.array([int(line["kmeans"]) for line in csv.DictReader(lines)])
    values, seconds = timed(lambda: silhouette_samples(x, labels))
    table.add(f"silhouette {len(x):,} x {x.shape[1]}", ours["silhouette"], {PEER: seconds},
              abs(report["kmeans"]["silhouette"]["mean"] - values.mean()) < 1e-4)


def affinity_iteration(program, table, path, x, agrees):
    few, many = 20, 60
    flags = ("--scale", "none", "--damping", "0.9", "--preference", "-4", "--convergence-iter", "1000")

    def ours(iterations):
        return cohort(program, "affinity", path, *flags, "--max-iter", str(iterations))[1]["affinity"]

    def theirs(iterations):
        model = AffinityPropagation(damping=0.9, preference=-4, convergence_iter=1000, max_iter=iterations, random_state=0)
        return timed(lambda: model.fit(x))[1]

    table.add(f"affinity propagation {len(x):,} rows, an iteration", (ours(many) - ours(few)) / (many - few),
              {PEER: (theirs(many) - theirs(few)) / (many - few)}, agrees)


def same_affinity(program, path, x, folder):
    """Whether converged fits put the same rows together."""
    out = os.path.join(folder, "affinity")
    report, _ = cohort(program, "affinity", path, "--scale", "none", "--damping", "0.9", "--preference", "-60",
                       "--convergence-iter", "50", "--max-iter", "1000", "--out", out)
    with open(os.path.join(out, "labels.csv"), encoding="utf-8") as lines:
        labels = [int(line["affinity"]) for line in csv.DictReader(lines)]
    fit = AffinityPropagation(damping=0.9, preference=-60, convergence_iter=50, max_iter=1000, random_state=0).fit(x)
    return report["affinity"]["converged"] and adjusted_rand_score(labels, fit.labels_) > 0.99


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--repeats", type=int, default=7)
    options = parser.parse_args()
    warnings.filterwarnings("ignore", module="sklearn")  # affinity propagation is stopped on purpose
    table = Table()
    with tempfile.TemporaryDirectory() as folder:
        def saved(name, x):
            path = os.path.join(folder, f"{name}.npy")
            np.save(path, x)
            return path

        for d in (6, 64):
            x = rows(1_000_000, d)
            path = saved("wide", x)
            for _ in range(options.repeats):
                scaler_and_pca(options.program, table, path, x, f"1M x {d}")
        x = rows(20_000, 6)
        path = saved("pairs", x)
        for _ in range(max(1, options.repeats // 2)):
            silhouette(options.program, table, path, x, folder)
        x = StandardScaler().fit_transform(rows(2_000, 6))
        path = saved("affinity", x)
        agrees = same_affinity(options.program, path, x, folder)
        for _ in range(options.repeats):
            affinity_iteration(options.program, table, path, x, agrees)

    print(f"{version_of(options.program)}, scikit-learn {sklearn.__version__}, numpy {np.__version__}, {processor()}; "
          f"medians of {options.repeats} turns\n")
    print(table.markdown(), end="")


if __name__ == "__main__":
    main()
