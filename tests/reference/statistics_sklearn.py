#!/usr/bin/python3
"""Prints what scikit-learn, pandas and numpy make of a matrix that a formula gives, for the known
values in tests/unit. Written against scikit-learn 1.2.1, pandas 1.5.3, numpy 1.24.2."""
import numpy as np
import pandas as pd
from sklearn.decomposition import PCA
from sklearn.metrics import adjusted_rand_score, silhouette_samples, silhouette_score
from sklearn.preprocessing import RobustScaler, StandardScaler

np.set_printoptions(precision=12, linewidth=100)

# formula_matrix() of tests/unit/statistics_data.hpp
i, j = np.meshgrid(np.arange(40), np.arange(5), indexing="ij")
X = (((i * i * 7 + j * 37 + i * j * 11) % 97) / 8 + j * 100).astype(np.float32)

standard = StandardScaler().fit(X)
print("mean", repr(standard.mean_))
print("scale", repr(standard.scale_))
robust = RobustScaler().fit(X.astype(np.float64))
print("median", repr(robust.center_))
print("iqr", repr(robust.scale_))
pca = PCA(3).fit(X.astype(np.float64))
print("explained_variance", repr(pca.explained_variance_))
print("explained_variance_ratio", repr(pca.explained_variance_ratio_))
signs = np.sign(pca.components_[np.arange(3), np.abs(pca.components_).argmax(axis=1)])
print("components", repr(pca.components_ * signs[:, None]))
print("scores of row 7", repr((pca.transform(X.astype(np.float64)) * signs)[7]))
print("correlation", repr(pd.DataFrame(X).corr().to_numpy()))
labels = np.arange(40) * np.arange(40) % 7 % 3
print("labels", labels.tolist())
print("silhouette", silhouette_score(X, labels), repr(silhouette_samples(X, labels)[:8]))
other = np.arange(40) % 4
print("adjusted_rand", repr(adjusted_rand_score(labels, other)))
