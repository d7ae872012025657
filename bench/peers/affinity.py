#!/usr/bin/env python3
"""cohort's affinity propagation beside scikit-learn's, whole fits and iterations, and how each form's cost grows with n.

    bench/peers/affinity.py build/release/bin/cohort [--repeats 3] [--largest 100000]

Needs numpy and scikit-learn. cohort's times are those that its command reports; its peak memory is that of its process. Rows
lie around random places in six dimensions, 50 or 100 to a place. Both get the same preference, damping and window; a ratio is
given only where both put the same rows together. scikit-learn takes 32 n^2 bytes and is asked up to 5,000 rows."""
import argparse
import csv
import math
import os
import statistics
import subprocess
import sys
import tempfile
import warnings

import numpy as np
import sklearn
from sklearn.cluster import AffinityPropagation
from sklearn.metrics import adjusted_rand_score

from common import Table, cohort, processor, timed, version_of

PEER = "scikit-learn"
FEATURES = 6
SETTINGS = {"damping": 0.9, "convergence_iter": 50, "max_iter": 1000}


def rows(n, centers):
    rng = np.random.default_rng(1)
    places = 20 * rng.uniform(size=(centers, FEATURES))
    return (places[rng.integers(0, centers, n)] + rng.normal(size=(n, FEATURES))).astype(np.float32)


def ours(program, path, form, preference, *more):
    flags = ("--device", "cpu", "--scale", "none", "--form", form, "--preference", str(preference))
    report, seconds = cohort(program, "affinity", path, *flags, *more)
    return report["affinity"], seconds["affinity"]


def iteration_of_ours(program, path, form, preference, few=20, many=60):
    window = ("--convergence-iter", "100000", "--max-iter")
    short, long = (ours(program, path, form, preference, *window, str(its))[1] for its in (few, many))
    return (long - short) / (many - few)


def iteration_of_theirs(x, preference, few=20, many=120):
    def seconds(iterations):
        model = AffinityPropagation(damping=0.9, preference=preference, convergence_iter=100_000, max_iter=iterations,
                                    random_state=0)
        return statistics.median(timed(lambda: model.fit(x))[1] for _ in range(3))

    return (seconds(many) - seconds(few)) / (many - few)


def labels_of(program, path, preference, folder):
    out = os.path.join(folder, "out")
    ours(program, path, "auto", preference, "--out", out, "--force")
    with open(os.path.join(out, "labels.csv"), encoding="utf-8") as lines:
        return [int(line["affinity"]) for line in csv.DictReader(lines)]


def peak_memory(program, path, preference):
    """Bytes: this process's children's largest, asked of a child that has one."""
    code = ("import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL); "
            "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)")
    arguments = [program, "affinity", path, "--device", "cpu", "--scale", "none", "--preference", str(preference), "--json",
                 "--quiet"]
    return int(subprocess.run([sys.executable, "-c", code, *arguments], check=True, capture_output=True).stdout)


def beside_scikit_learn(options, table, saved, folder):
    for n, centers, preference in ((2_000, 40, -100), (5_000, 100, -100)):
        x = rows(n, centers)
        path = saved(x)
        agrees = True
        for turn in range(options.repeats):
            fit, theirs = timed(lambda x=x, p=preference: AffinityPropagation(preference=p, random_state=0, **SETTINGS).fit(x))
            if turn == 0:
                agrees = adjusted_rand_score(labels_of(options.program, path, preference, folder), fit.labels_) == 1
            name = f"{n:,} rows, {len(fit.cluster_centers_indices_)} clusters"
            iteration = iteration_of_theirs(x, preference) if n == 2_000 else None
            for form in ("dense", "sparse"):
                if iteration is not None:
                    table.add(f"{name}, an iteration, {form}", iteration_of_ours(options.program, path, form, preference),
                              {PEER: iteration}, agrees)
                table.add(f"{name}, whole fit, {form}", ours(options.program, path, form, preference)[1], {PEER: theirs}, agrees)


def large_fits(options, saved):
    text = "\n| rows | clusters | preference | iterations | seconds | peak memory, MB | form |\n|---|---|---|---|---|---|---|\n"
    for n, centers in ((20_000, 200), (50_000, 500), (100_000, 1_000)):
        if n > options.largest:
            break
        path = saved(rows(n, centers))
        for preference in (-400, None):
            flags = () if preference is None else ("--preference", str(preference))
            report, seconds = cohort(options.program, "affinity", path, "--device", "cpu", "--scale", "none", *flags)
            fit = report["affinity"]
            memory = peak_memory(options.program, path, fit["preference"]) / 1e6
            text += (f"| {n:,} | {fit['n_clusters']} | {'median' if preference is None else preference} | {fit['n_iter']} | "
                     f"{seconds['affinity']:.2f} | {memory:.0f} | {fit['form']} |\n")
    return text


def growth(options, saved):
    """Seconds an iteration over n, and the exponent between the least and the largest n; 100 rows to a cluster."""
    text = "\n| form | " + " | ".join(f"n = {n:,}, ms" for n in options.growth) + " | exponent |\n"
    text += "|---" * (len(options.growth) + 2) + "|\n"
    for form in ("dense", "sparse"):
        times = []
        for n in options.growth:
            path = saved(rows(n, n // 100))
            times.append(statistics.median(iteration_of_ours(options.program, path, form, -100) for _ in range(options.repeats)))
        exponent = math.log(times[-1] / times[0]) / math.log(options.growth[-1] / options.growth[0])
        text += f"| {form} | " + " | ".join(f"{1e3 * t:.2f}" for t in times) + f" | {exponent:.2f} |\n"
    return text


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--largest", type=int, default=100_000)
    parser.add_argument("--growth", type=int, nargs="+", default=[4_000, 8_000, 16_000, 32_000])
    options = parser.parse_args()
    warnings.filterwarnings("ignore", module="sklearn")  # affinity propagation is stopped on purpose
    table = Table()
    with tempfile.TemporaryDirectory() as folder:
        def saved(x):
            path = os.path.join(folder, f"{len(x)}.npy")
            np.save(path, x)
            return path

        beside_scikit_learn(options, table, saved, folder)
        large = large_fits(options, saved)
        grown = growth(options, saved)
    print(f"{version_of(options.program)}, scikit-learn {sklearn.__version__}, numpy {np.__version__}, {processor()}; "
          f"medians of {options.repeats} turns\n")
    print(table.markdown(), large, grown, sep="", end="")


if __name__ == "__main__":
    main()
