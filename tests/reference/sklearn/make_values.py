#!/usr/bin/python3
"""Writes the data sets (.csv) and what scikit-learn says about them (values.json) beside this file.

Made with scikit-learn 1.2.1, numpy 1.24.2, pandas 1.5.3 (Debian 12: python3-sklearn, python3-pandas). Every number
in a .csv is a float32, so both sides see the same data; PCA and K-means get StandardScaler's result rounded to float32.
"""
import json
import pathlib
import warnings

import numpy as np
import pandas as pd
import sklearn
from sklearn import cluster, datasets, decomposition, metrics, preprocessing

HERE = pathlib.Path(__file__).parent
AFFINITY_ROWS = 300
DIGITS_COMPONENTS = 10
AFFINITY_SETTINGS = {
    "own": {"damping": 0.9, "max_iter": 1000, "convergence_iter": 50},
    "sklearn": {"damping": 0.5, "max_iter": 200, "convergence_iter": 15},
}


def sample_survey():
    """The embedded sample's six features, as its recipe makes them."""
    survey = pd.read_csv(HERE.parents[2] / "host/survey/sample/cluj_ml_enthusiasts.tsv", sep="\t")
    time = pd.to_datetime(survey.Timestamp, format="%d/%m/%Y %H:%M:%S").dt.floor("H")
    hours = (time - time.min()) / pd.Timedelta(hours=1)
    density = np.exp(-hours**2 / (2 * 40**2)) / (40 * np.sqrt(2 * np.pi))
    survey["Enthusiasm"] = (density - density.mean()) / density.std()
    names = ["Knowledge", "Effort", "IsDeveloper", "IsTeaching", "IsStudent", "Enthusiasm"]
    return survey[names].to_numpy(dtype=np.float64), survey.IsDeveloper.to_numpy(dtype=int)


def data_sets():
    """name -> (rows, classes, clusters asked of K-means)"""
    rng = np.random.RandomState(20181029)
    sets = {"sample": (*sample_survey(), 4)}
    for name, loaded in (("iris", datasets.load_iris()), ("wine", datasets.load_wine()),
                         ("digits", datasets.load_digits())):
        sets[name] = (loaded.data, loaded.target, len(loaded.target_names))
    sets["blobs"] = (*datasets.make_blobs(300, 4, centers=6, cluster_std=1.3, random_state=3), 6)
    stretched, classes = datasets.make_blobs(300, 3, centers=4, random_state=11)
    sets["stretched"] = (stretched @ np.array([[0.6, -0.6, 0.2], [-0.4, 0.8, 0.1], [0.3, 0.2, 2.5]]),
                         classes, 4)
    uniform = rng.rand(160, 2) * [10, 3]
    copies = np.concatenate([np.arange(160), rng.randint(0, 40, 80)])
    sets["uniform_with_copies"] = (uniform[copies], (uniform[copies, 0] > 5).astype(int), 5)
    return {name: (x.astype(np.float32), y, k) for name, (x, y, k) in sets.items()}


def number(value):
    value = float(value)
    return int(value) if value.is_integer() else float(f"{value:.13g}")


def numbers(values):
    return [numbers(v) if np.ndim(v) else number(v) for v in values]


def float32_text(value):
    return str(int(value)) if float(value).is_integer() else str(np.float32(value))


def write_csv(path, x):
    header = ",".join(f"x{j}" for j in range(x.shape[1]))
    rows = (",".join(float32_text(v) for v in row) for row in x)
    path.write_text("\n".join([header, *rows]) + "\n")


def pca(z, components):
    model = decomposition.PCA(n_components=components, svd_solver="full").fit(z)
    gaps = -np.diff(model.explained_variance_) / model.explained_variance_[0]
    assert gaps.min(initial=1) > 1e-4, "two eigenvalues are too near for their vectors to be compared"
    largest = np.abs(model.components_).argmax(axis=1)
    signs = np.sign(model.components_[np.arange(components), largest])
    return {
        "explained_variance": numbers(model.explained_variance_),
        "explained_variance_ratio": numbers(model.explained_variance_ratio_),
        "components": numbers(model.components_ * signs[:, None]),
    }


def kmeans(z, k, classes):
    """From the first start whose result is beyond rounding: no empty cluster, no row nearly between two centres,
    the same partition with and without the tolerance."""
    rng = np.random.RandomState(0)
    for _ in range(1000):
        start = z[rng.choice(len(z), k, replace=False)].copy()
        fit = lambda tol: cluster.KMeans(k, init=start, n_init=1, tol=tol).fit(z)
        model = fit(1e-4)
        nearest = np.sort(metrics.pairwise_distances(z, model.cluster_centers_), axis=1)
        gap = (nearest[:, 1] - nearest[:, 0]) / nearest[:, 1]
        if len(np.unique(start, axis=0)) == k and gap.min() > 1e-3 and \
                np.array_equal(fit(0).labels_, model.labels_) and np.bincount(model.labels_).min() > 1:
            break
    else:
        raise RuntimeError("no start found")
    return {
        "start": [[float(float32_text(v)) for v in row] for row in start],
        "labels": model.labels_.tolist(),
        "inertia": number(model.inertia_),
        "n_iter": model.n_iter_,
        "adjusted_rand_index": number(metrics.adjusted_rand_score(classes, model.labels_)),
        "silhouette": number(metrics.silhouette_score(z, model.labels_)),
    }


def affinity(x, settings):
    def fit(seed):
        return cluster.AffinityPropagation(random_state=seed, **settings).fit(x)

    model = fit(0)
    others = [fit(seed) for seed in range(1, 6)]
    return {
        **settings,
        "labels": model.labels_.tolist(),
        "exemplars": [int(i) for i in model.cluster_centers_indices_],
        "n_iter": int(model.n_iter_),
        "preference": number(np.median(-metrics.euclidean_distances(x, squared=True))),
        "free_of_ties": all(np.array_equal(o.labels_, model.labels_) and o.n_iter_ == model.n_iter_ and
                            np.array_equal(o.cluster_centers_indices_, model.cluster_centers_indices_)
                            for o in others),
    }


def main():
    warnings.filterwarnings("ignore", category=sklearn.exceptions.ConvergenceWarning)
    values = {"scikit-learn": sklearn.__version__, "numpy": np.__version__, "sets": {}}
    for name, (x, classes, k) in data_sets().items():
        write_csv(HERE / f"{name}.csv", x)
        exact = x.astype(np.float64)
        scaler = preprocessing.StandardScaler().fit(exact)
        z = scaler.transform(exact).astype(np.float32).astype(np.float64)
        step = -(-len(x) // AFFINITY_ROWS)
        values["sets"][name] = {
            "classes": classes.tolist(),
            "scaler": {"mean": numbers(scaler.mean_), "scale": numbers(scaler.scale_)},
            "pca": pca(z, min(x.shape[1], DIGITS_COMPONENTS)),
            "kmeans": kmeans(z, k, classes),
            "affinity": {"every": step,
                         **{key: affinity(exact[::step], s) for key, s in AFFINITY_SETTINGS.items()}},
        }
    text = json.dumps(values["sets"], separators=(",", ":"))
    for name in values["sets"]:
        text = text.replace(f'"{name}":', f'\n"{name}":')
    head = json.dumps({k: v for k, v in values.items() if k != "sets"})[:-1]
    (HERE / "values.json").write_text(f'{head}, "sets": {text}}}\n')


if __name__ == "__main__":
    main()
