"""The real data sets of the book, each shipped inside an installed package: nothing is fetched."""

# The packages are slow to import: only their own data wait for them.

import importlib.resources
import re

import numpy as np


def nile() -> tuple[np.ndarray, np.ndarray]:
    """Flow of the Nile at Aswan: years 1871 to 1970, and volume in 10⁸ m³ a year (Cobb, 1978)."""
    from statsmodels.datasets.nile import load_pandas

    table = load_pandas().data
    return table["year"].to_numpy(int), table["volume"].to_numpy(float)


def diabetes() -> tuple[np.ndarray, np.ndarray]:
    """442 patients with diabetes, and how far the disease had progressed a year later (Efron,
    Hastie, Johnstone and Tibshirani, 2004).  The columns are age in years, sex (1 or 2), body mass
    index, mean blood pressure and six measurements of blood serum."""
    from sklearn.datasets import load_diabetes

    return load_diabetes(return_X_y=True, scaled=False)


def engel() -> tuple[np.ndarray, np.ndarray]:
    """Belgian working families: income, and what each spent on food, in francs a year (Engel,
    1857)."""
    from statsmodels.datasets.engel import load_pandas

    table = load_pandas().data
    return table["income"].to_numpy(float), table["foodexp"].to_numpy(float)


def stackloss() -> tuple[np.ndarray, np.ndarray]:
    """A plant that turns ammonia into nitric acid, on 21 days, and how much is lost through the
    stack, in 0.1% of the ammonia (Brownlee, 1965).  The columns are flow of air, temperature of the
    cooling water in °C, and concentration of the acid, in 0.1% above 50%."""
    from statsmodels.datasets.stackloss import load_pandas

    table = load_pandas().data
    names = ["AIRFLOW", "WATERTEMP", "ACIDCONC"]
    return table[names].to_numpy(float), table["STACKLOSS"].to_numpy(float)


def digits() -> tuple[np.ndarray, np.ndarray]:
    """Handwritten digits: 1797 images of 8 by 8 pixels, as rows scaled to 0 … 1, and their digit
    (Alpaydin and Kaynak, 1998)."""
    from sklearn.datasets import load_digits

    images, classes = load_digits(return_X_y=True)
    return images / 16, classes.astype(np.intp)


def breast_cancer() -> tuple[np.ndarray, np.ndarray]:
    """Tumours of the breast: 569 rows of 30 measurements of the nuclei of their cells, and a label,
    +1 malignant or -1 benign (Street, Wolberg and Mangasarian, 1993)."""
    from sklearn.datasets import load_breast_cancer

    measurements, benign = load_breast_cancer(return_X_y=True)
    return measurements, 1 - 2 * benign.astype(np.intp)


def rand_hie() -> tuple[np.ndarray, np.ndarray]:
    """The RAND health insurance experiment: 20190 person-years, and the number of visits to a
    doctor in each (Newhouse, 1993).  The years of one person stand in successive rows.  Nine
    columns, as statsmodels names and codes them, say how that person was insured and how
    healthy."""
    from statsmodels.datasets.randhie import load_pandas

    table = load_pandas().data
    visits = table.pop("mdvis")
    return table.to_numpy(float), visits.to_numpy(int)


def texts() -> tuple[np.ndarray, ...]:
    """Ten descriptions of data sets, in English, that come with scikit-learn (Pedregosa et al.,
    2011): the letters a to z as 1 to 26, and 0 for whatever is between words."""
    names = "covtype diabetes digits iris kddcup99 linnerud olivetti_faces rcv1"
    folder = importlib.resources.files("sklearn.datasets.descr")
    texts = []
    for name in (*names.split(), "species_distributions", "twenty_newsgroups"):
        raw = (folder / f"{name}.rst").read_text("utf-8").lower()
        words = re.sub("[^a-z]+", " ", raw).strip()
        texts.append(np.array([max(ord(letter) - 96, 0) for letter in words]))
    return tuple(texts)
