#!/usr/bin/env python3
"""A whole synthetic survey, from the file to the segments: cohort beside pandas and scikit-learn doing the same steps.

    bench/peers/survey.py build/release/bin/cohort [--rows 1000000] [--turns 3]

Needs numpy, pandas and scikit-learn. Both sides are whole processes but for Python's imports. Prints a markdown table of medians."""
import argparse
import os
import tempfile

import common
import numpy as np
import pandas as pd
import sklearn
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.metrics import adjusted_rand_score
from sklearn.preprocessing import StandardScaler

RECIPE = os.path.join(os.path.dirname(__file__), "../../host/survey/sample/recipe.toml")
DROPPED = ["IsML", "Degree", "IsResearcher", "WorkAt"]


def with_pandas(path):
    """The steps of the sample's recipe, as the field writes them; the seconds of each."""
    seconds = {}
    frame, seconds["read"] = common.timed(lambda: pd.read_csv(path, na_values=["-"]))

    def engineer():
        hours = pd.to_datetime(frame["Timestamp"], format="%d/%m/%Y %H:%M:%S").dt.floor("h")
        elapsed = (hours - hours.min()).dt.total_seconds() / 3600
        kernel = np.exp(-elapsed**2 / (2 * 40**2)) / (40 * np.sqrt(2 * np.pi))
        features = frame[["Knowledge", "Effort", "Degree"]].copy()
        for name in ["IsResearcher", "IsML", "IsDeveloper", "IsTeaching", "IsStudent"]:
            features[name] = frame[name].astype(int)
        features["WorkAt"] = frame["WorkAt"].fillna("").astype("category").cat.codes + 1
        features["Enthusiasm"] = (kernel - kernel.mean()) / kernel.std()
        return features

    features, seconds["features"] = common.timed(engineer)
    _, seconds["correlate"] = common.timed(features.corr)
    kept = features.drop(columns=DROPPED)
    scaled, seconds["scale"] = common.timed(lambda: StandardScaler().fit_transform(kept.to_numpy(np.float32)))
    _, seconds["pca"] = common.timed(lambda: PCA(2).fit_transform(scaled))
    fit, seconds["kmeans"] = common.timed(lambda: KMeans(4, n_init=10, random_state=0).fit(scaled))
    _, seconds["profile"] = common.timed(lambda: kept.groupby(fit.labels_).agg(["mean", "size"]))
    return fit, seconds


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--turns", type=int, default=3)
    options = parser.parse_args()
    table = common.Table()
    with tempfile.TemporaryDirectory() as folder:
        path, out = os.path.join(folder, "survey.csv"), os.path.join(folder, "out")
        common.subprocess.run([options.program, "generate", "--rows", str(options.rows), "--seed", "1", "-o", path,
                               "--quiet"], check=True)
        size = os.path.getsize(path)
        for _ in range(options.turns):
            run, whole = common.timed(lambda: common.cohort(options.program, "run", path, "--recipe", RECIPE, "--out", out,
                                                            "--force"))
            report, ours = run
            fit, theirs = with_pandas(path)
            labels = pd.read_csv(os.path.join(out, "labels.csv"))["kmeans"]
            agree = report["kmeans"]["inertia"] <= fit.inertia_ * (1 + 1e-5)
            peer = "pandas + scikit-learn"
            table.add("read", ours["read"], {peer: theirs["read"]})
            table.add("features", ours["features"], {peer: theirs["features"]})
            table.add("correlations", ours["correlate"], {peer: theirs["correlate"]})
            table.add("scale and PCA", ours["scale"] + ours["pca"], {peer: theirs["scale"] + theirs["pca"]})
            table.add("K-means, k = 4, 10 starts or more", ours["kmeans"] + ours.get("distinct", 0),
                      {peer: theirs["kmeans"]}, agree)
            table.add("all of it; cohort's process with its outputs", whole, {peer: sum(theirs.values())}, agree)
    print(f"{options.rows:,} rows, {size / 1e6:,.0f} MB; {common.processor()}; {common.version_of(options.program)}, "
          f"scikit-learn {sklearn.__version__}, pandas {pd.__version__}; medians of {options.turns} turns; adjusted Rand "
          f"index of the last turn's segments {adjusted_rand_score(labels, fit.labels_):.3f}\n")
    print(table.markdown(), end="")


if __name__ == "__main__":
    main()
