"""Petals of a hundred irises: (length, width) in centimetres, fifty versicolor and fifty virginica.

Collected by E. Anderson on the Gaspé Peninsula, published by R. A. Fisher, "The use of multiple measurements in
taxonomic problems", Annals of Eugenics 7 (1936) 179-188, table I. Measurements of nature: facts, in the public domain.
Taken from scikit-learn 1.9.1 (sklearn.datasets.load_iris), which holds Fisher's numbers. The copy in the UCI
repository is known to differ from the paper in two flowers (35 and 38): both are setosa, which is not used here.
"""

from __future__ import annotations

# fmt: off
VERSICOLOR: tuple[tuple[float, float], ...] = (
    (4.7, 1.4), (4.5, 1.5), (4.9, 1.5), (4.0, 1.3), (4.6, 1.5), (4.5, 1.3), (4.7, 1.6), (3.3, 1.0),
    (4.6, 1.3), (3.9, 1.4), (3.5, 1.0), (4.2, 1.5), (4.0, 1.0), (4.7, 1.4), (3.6, 1.3), (4.4, 1.4),
    (4.5, 1.5), (4.1, 1.0), (4.5, 1.5), (3.9, 1.1), (4.8, 1.8), (4.0, 1.3), (4.9, 1.5), (4.7, 1.2),
    (4.3, 1.3), (4.4, 1.4), (4.8, 1.4), (5.0, 1.7), (4.5, 1.5), (3.5, 1.0), (3.8, 1.1), (3.7, 1.0),
    (3.9, 1.2), (5.1, 1.6), (4.5, 1.5), (4.5, 1.6), (4.7, 1.5), (4.4, 1.3), (4.1, 1.3), (4.0, 1.3),
    (4.4, 1.2), (4.6, 1.4), (4.0, 1.2), (3.3, 1.0), (4.2, 1.3), (4.2, 1.2), (4.2, 1.3), (4.3, 1.3),
    (3.0, 1.1), (4.1, 1.3),
)
VIRGINICA: tuple[tuple[float, float], ...] = (
    (6.0, 2.5), (5.1, 1.9), (5.9, 2.1), (5.6, 1.8), (5.8, 2.2), (6.6, 2.1), (4.5, 1.7), (6.3, 1.8),
    (5.8, 1.8), (6.1, 2.5), (5.1, 2.0), (5.3, 1.9), (5.5, 2.1), (5.0, 2.0), (5.1, 2.4), (5.3, 2.3),
    (5.5, 1.8), (6.7, 2.2), (6.9, 2.3), (5.0, 1.5), (5.7, 2.3), (4.9, 2.0), (6.7, 2.0), (4.9, 1.8),
    (5.7, 2.1), (6.0, 1.8), (4.8, 1.8), (4.9, 1.8), (5.6, 2.1), (5.8, 1.6), (6.1, 1.9), (6.4, 2.0),
    (5.6, 2.2), (5.1, 1.5), (5.6, 1.4), (6.1, 2.3), (5.6, 2.4), (5.5, 1.8), (4.8, 1.8), (5.4, 2.1),
    (5.6, 2.4), (5.1, 2.3), (5.1, 1.9), (5.9, 2.3), (5.7, 2.5), (5.2, 2.3), (5.0, 1.9), (5.2, 2.0),
    (5.4, 2.3), (5.1, 1.8),
)
