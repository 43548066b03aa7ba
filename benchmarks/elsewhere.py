"""What the libraries of the table of names make of an example, and how far that is from what the
table says."""

import json
import os
from functools import partial

os.environ["KERAS_BACKEND"] = "jax"

import jax
import keras
import lightgbm
import numpy as np
import optax
import torch
import xgboost
from scipy.special import expit, log_softmax, softmax
from sklearn import ensemble, linear_model, metrics, svm

import lossbook

jax.config.update("jax_enable_x64", True)
keras.config.set_floatx("float64")

CLASSES, EXAMPLES = 4, 200
PREDICTIONS = {
    **dict.fromkeys(("prediction", "log mean", "score", "logits"), np.asarray),
    "mean": np.exp,
    "log-odds": lambda z: z[:, 1] - z[:, 0],
    "probability": lambda z: expit(z if z.ndim == 1 else z[:, 1] - z[:, 0]),
    "probabilities": partial(softmax, axis=1),
    "log-probabilities": partial(log_softmax, axis=1),
}
TARGETS = {
    **dict.fromkeys(("target", "signs", "classes"), lambda t: [t]),
    "bits": lambda t: [(t > 0).astype(float)],
    "either": lambda t: [t, (t > 0).astype(int)],
    "one-hot": lambda t: [np.eye(CLASSES)[t]],
}
"""Each form in which the library may be given the target."""
REDUCTIONS = {
    "mean": np.mean,
    "sum": np.sum,
    "root": lambda prices: np.sqrt(np.mean(prices)),
    "none": np.asarray,
}
PENALTIES = {
    "alpha square": lambda model, w, b: model.alpha * np.sum(w**2),
    "half alpha square": lambda model, w, b: model.alpha * np.sum(w**2) / 2,
    "alpha absolute": lambda model, w, b: model.alpha * np.abs(w).sum(),
    "C": lambda model, w, b: np.sum(w**2) / 2,
    "C with intercept": lambda model, w, b: (np.sum(w**2) + b @ b) / 2,
    "own scale": lambda model, w, b, scale: model.alpha * np.sum(w**2) + EXAMPLES * scale.sum(),
}
"""What an estimator of scikit-learn adds."""
CURVATURES = {
    "": lambda bend, gradient: bend,
    "curvature 1": lambda bend, gradient: np.ones_like(bend),
    "curvature 1 inside": lambda bend, gradient: np.abs(gradient),
    "curvature e^0.7": lambda bend, gradient: np.exp(0.7) * bend,
    "curvature 2": lambda bend, gradient: 2 * bend,
    "curvature K/(K-1)": lambda bend, gradient: CLASSES / (CLASSES - 1) * bend,
}


def example(name, rng, n=60):
    """Predictions and targets that the loss takes."""
    loss = name.loss
    if isinstance(loss, lossbook.CategoricalLoss):
        K = 2 if name.prediction in ("log-odds", "probability") else CLASSES
        return 2 * rng.normal(size=(n, K)), rng.integers(0, K, n)
    prediction = 1.5 * rng.normal(size=n)
    if isinstance(loss, lossbook.MarginLoss):
        return prediction, rng.choice([-1, 1], n)
    if isinstance(loss, lossbook.ResidualLoss):
        return prediction, 1.5 * rng.normal(size=n)
    counts = rng.poisson(2, n).astype(float)
    return prediction, rng.gamma(2, size=n) if isinstance(loss, lossbook.Gamma) else counts


def expected(name, prediction, target):
    """What the table says that the library returns."""
    price = name.loss(prediction, target)
    if name.extra == "perfect":
        with np.errstate(divide="ignore"):
            price -= name.loss(np.log(target), target)
    return REDUCTIONS[name.reduction](name.scale * price)


def function(text, place):
    """A function with the parameters that stand in its text."""
    called, _, given = text.partition("(")
    return partial(eval(called, vars(place)), **eval(f"dict({given}") if given else {})


def in_torch(name, prediction, target):
    """What PyTorch returns."""
    kind = np.int64 if name.target == "classes" else np.float64
    tensors = torch.from_numpy(prediction), torch.from_numpy(target.astype(kind))
    return eval(name.name, vars(torch))(*tensors)


def in_sklearn(name, prediction, target):
    """What a metric of scikit-learn returns."""
    return function(name.name.removeprefix("metrics."), metrics)(target, prediction)


PRICES = {
    "PyTorch": in_torch,
    "Keras": lambda name, p, t: eval(name.name, vars(keras))(t, p),
    "optax": lambda name, p, t: function(name.name, optax)(p, t),
    "scikit-learn": in_sklearn,
}


def off(found, stated):
    """The largest difference, as a share of the largest number."""
    stated = np.asarray(stated)
    return np.abs(np.asarray(found) - stated).max() / np.abs(stated).max()


def by_price(name, rng):
    """How far the library's price is from what the table says."""
    prediction, target = example(name, rng)
    given = PREDICTIONS[name.prediction](prediction)
    found = [PRICES[name.library](name, given, form) for form in TARGETS[name.target](target)]
    return max(off(price, expected(name, prediction, target)) for price in found)


def by_fit(name, rng):
    """How steeply an estimator's objective, as the table says it, falls from the coefficients that
    the estimator found, beside the slope of its penalty: 0 at the minimum."""
    model = eval(name.name, {"linear_model": linear_model, "svm": svm})
    exact = {"tol": 1e-9, "max_iter": 10**6}
    model.set_params(**{key: exact[key] for key in exact.keys() & model.get_params().keys()})
    _, target = example(name, rng, EXAMPLES)
    X = rng.normal(size=(EXAMPLES, 3))
    X[:, 0] += 1 + target / 2  # so that the intercept is not near 0
    fits = [model.fit(X, form) for form in TARGETS[name.target](target)]
    return max(fall(name, fit, X, target, rng) for fit in fits)


def fall(name, model, X, target, rng):
    place = [np.atleast_2d(model.coef_).T, np.atleast_1d(model.intercept_)]
    place += [np.array([model.scale_])] if name.extra == "own scale" else []
    times = getattr(model, "C", 1.0)

    def penalty(*place):
        return PENALTIES[name.extra](model, *place)

    def objective(w, b, scale=None):
        f = X @ w + b
        f = f if isinstance(name.loss, lossbook.CategoricalLoss) else f[:, 0]
        if scale is None:
            return times * expected(name, f, target) + penalty(w, b)
        return scale[0] * expected(name, f / scale, target / scale) + penalty(w, b, scale)

    def slope(of, steps, h=1e-5):
        return (of(*(x + h * step for x, step in zip(place, steps, strict=True))) - of(*place)) / h

    ways = [[rng.normal(size=x.shape) for x in place] for _ in range(300)]
    lowest = min(slope(objective, way) for way in ways)
    return max(0.0, -lowest) / max(abs(slope(penalty, way)) for way in ways)


def by_leaf(name, rng):
    """How far gradient and curvature of a booster are from what the table says, both read off two
    trees of two leaves, which differ in the penalty."""
    prediction, target = example(name, rng)
    [form] = TARGETS[name.target](target)
    side = np.arange(len(form)) % 2
    free, held = (one_tree(name, side, form, prediction, penalty) for penalty in (0, 1))
    gradient = name.scale * name.loss.grad(prediction, target)
    if name.extra.startswith("leaf"):
        return moved_leaf(name, side, target, gradient, prediction + free[0], *free)
    bend = CURVATURES[name.extra](name.scale * name.loss.curvature(prediction, target), gradient)
    differences = []
    for rows in (side == 0, side == 1):
        one, two = (step[rows][0] for step, *_ in (free, held))
        found = two / (one - two)
        stated = REDUCTIONS[name.reduction](gradient[rows], axis=0)
        differences += [off(-one * found, stated), off(found, bend[rows].sum(axis=0))]
    return max(differences)


def moved_leaf(name, side, target, gradient, prediction, step, price, gain):
    """Where a leaf is moved afterwards, the gradient shows in the gain of the split, with a
    curvature of 1; the leaf must be at a quantile; and the price is what the library reports."""
    level = 0.5 if name.extra == "leaf median" else name.loss.level
    parts = [(gradient[rows], rows) for rows in (side == 0, side == 1)]
    for _, rows in parts:
        below = np.mean(target[rows] < prediction[rows])
        assert abs(below - level) <= 1.5 / rows.sum()
    total = [REDUCTIONS[name.reduction](part) for part, _ in parts]
    stated = sum(np.square(total)) / 30 - sum(total) ** 2 / 60
    found = np.mean(name.scale * name.loss(prediction, target))
    return max(off(price, found), off(gain, stated))


def one_tree(name, side, target, prediction, penalty):
    """How a tree that asks only for the side moves each prediction; the price that the library
    reports then; and the gain of the split."""
    params = dict(pair.split("=") for pair in name.name.split(", "))
    if prediction.ndim == 2:
        params["num_class"] = CLASSES
    run = {"XGBoost": in_xgboost, "LightGBM": in_lightgbm}[name.library]
    prices = {}
    step, gain = run(params, side[:, None], target, prediction, penalty, prices)
    [[price]] = prices[""].values()
    return step, price, gain


def in_xgboost(params, x, target, prediction, penalty, prices):
    given = xgboost.DMatrix(x, target, base_margin=prediction)
    params |= dict(max_depth=1, eta=1, min_child_weight=0, nthread=1) | {"lambda": penalty}
    model = xgboost.train(params, given, 1, [(given, "")], evals_result=prices, verbose_eval=False)
    gain = json.loads(model.get_dump(with_stats=True, dump_format="json")[0])["gain"]
    return model.predict(given, output_margin=True) - prediction, gain


def in_lightgbm(params, x, target, prediction, penalty, prices):
    params |= dict(min_data_in_bin=1, min_data_in_leaf=1, min_sum_hessian_in_leaf=0, verbose=-1)
    params |= dict(num_leaves=2, learning_rate=1, lambda_l2=penalty, num_threads=1)
    given = lightgbm.Dataset(x, target, init_score=prediction.ravel("F"), params=params)
    reports = [lightgbm.record_evaluation(prices)]
    model = lightgbm.train(params, given, 1, [given], [""], callbacks=reports)
    gain = model.dump_model()["tree_info"][0]["tree_structure"]["split_gain"]
    return model.predict(x, raw_score=True), gain


def by_stages(name, rng):
    """How far the prices that boosted trees of scikit-learn report are from what the table says."""
    _, target = example(name, rng)
    X = rng.normal(size=(len(target), 2))
    model = eval(name.name, {"ensemble": ensemble}).set_params(n_estimators=5).fit(X, target)
    stages = model.staged_decision_function(X)
    return off(model.train_score_, [expected(name, score[:, 0], target) for score in stages])
