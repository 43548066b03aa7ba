"""Boosting libraries train with our losses as with their own, and SciPy minimises their risk."""

import json
import pickle

import lightgbm
import numpy as np
import pandas as pd
import pytest
import xgboost
from cases import default
from oracle import example
from sklearn.base import clone
from sklearn.model_selection import cross_val_score

import lossbook
from lossbook import CategoricalLoss, objectives, softmax

rng = np.random.default_rng(0)
N, ROUNDS = 400, 12
X = rng.uniform(-2, 2, size=(N, 4))
SIGNAL = 2 * np.sin(2 * X[:, 0]) + X[:, 1]
TARGETS = {
    "amount": SIGNAL + rng.standard_t(3, N),
    "label": (SIGNAL + rng.logistic(size=N) > 0).astype(float),
    "count": rng.poisson(np.exp(SIGNAL / 2)).astype(float),
    "positive": np.exp(SIGNAL / 2) * rng.gamma(2, size=N),
    "class": np.digitize(SIGNAL + rng.normal(size=N), [-1, 0, 1]).astype(float),
}
WEIGHTS = rng.choice([0, 0.25, 1, 3], N)

XGBOOST = {"max_depth": 3, "eta": 0.3, "nthread": 1}
LIGHTGBM = {"num_leaves": 7, "learning_rate": 0.3, "num_threads": 1, "verbose": -1}
LIGHTGBM |= {"deterministic": True, "boost_from_average": False}
SMALL = {"n_estimators": 40, "n_jobs": 1}
ESTIMATOR = {"n_estimators": ROUNDS, "learning_rate": 0.3, "n_jobs": 1}


def train_xgboost(objective, kind, weights=WEIGHTS, **more):
    """Raw predictions of a booster: with an objective of ours, or its own by name."""
    data = xgboost.DMatrix(X, TARGETS[kind], weight=weights)
    more = ({"num_class": 4} if kind == "class" else {}) | more
    if isinstance(objective, str):
        booster = xgboost.train(XGBOOST | more | {"objective": objective}, data, ROUNDS)
    else:
        booster = xgboost.train(XGBOOST | more, data, ROUNDS, obj=objective)
    return booster.predict(data, output_margin=True)


def train_lightgbm(objective, kind, weights=WEIGHTS, **more):
    more = {"objective": objective} | ({"num_class": 4} if kind == "class" else {}) | more
    data = lightgbm.Dataset(X, TARGETS[kind], weight=weights)
    return lightgbm.train(LIGHTGBM | more, data, ROUNDS).predict(X, raw_score=True)


def alike(first, second, digits=1e-5):
    np.testing.assert_allclose(first, second, rtol=digits, atol=digits * np.abs(second).max())


# Our loss, the name that the library has for it, the target, what its own objective needs, and
# the start in the unit of the loss.
OWN_XGBOOST = [
    (lossbook.SquaredError(), "reg:squarederror", "amount", {}, 0.5),
    (lossbook.GeneralRobust(1.0), "reg:pseudohubererror", "amount", {}, 0.5),
    (lossbook.Logistic(), "binary:logistic", "label", {}, 0.0),
    (lossbook.Poisson(), "count:poisson", "count", {"max_delta_step": 0}, np.log(0.5)),
    (lossbook.Gamma(), "reg:gamma", "positive", {}, np.log(0.5)),
    (
        *(lossbook.Tweedie(1.3), "reg:tweedie", "count"),
        *({"tweedie_variance_power": 1.3}, np.log(0.5)),
    ),
    (lossbook.CrossEntropy(), "multi:softprob", "class", {}, 0.5),
]


@pytest.mark.parametrize(("loss", "name", "kind", "more", "start"), OWN_XGBOOST)
def test_xgboost_grows_the_trees_of_its_own_objective(loss, name, kind, more, start):
    own = train_xgboost(name, kind, base_score=0.5, **more)
    alike(train_xgboost(objectives.xgboost(loss), kind, base_score=start), own)


OWN_LIGHTGBM = [
    (lossbook.SquaredError(), None, "l2", "amount", {}),
    (lossbook.Huber(0.9), 1.0, "huber", "amount", {"alpha": 0.9}),
    (lossbook.Logistic(), None, "binary", "label", {}),
    (lossbook.Poisson(), None, "poisson", "count", {"poisson_max_delta_step": 1e-12}),
    (lossbook.Gamma(), None, "gamma", "positive", {}),
    (lossbook.Tweedie(1.3), None, "tweedie", "count", {"tweedie_variance_power": 1.3}),
    (lossbook.CrossEntropy(), None, "multiclass", "class", {}),
]


@pytest.mark.parametrize(("loss", "floor", "name", "kind", "more"), OWN_LIGHTGBM)
def test_lightgbm_grows_the_trees_of_its_own_objective(loss, floor, name, kind, more):
    own = train_lightgbm(name, kind, **more)
    alike(train_lightgbm(objectives.lightgbm(loss, floor=floor), kind), own)


@pytest.mark.parametrize("train", [train_xgboost, train_lightgbm])
def test_ordered_classes(train):
    make = objectives.xgboost if train is train_xgboost else objectives.lightgbm
    loss = lossbook.OrderedLogit((-1.0, 0.0, 1.0))
    score = train(make(loss), "class", None, num_class=1)
    assert lossbook.risk(loss, score, TARGETS["class"].astype(int)) < 0.9
    assert np.corrcoef(score, SIGNAL)[0, 1] > 0.9


KINDS = {"amount": lossbook.StudentT(), "label": lossbook.Hinge(), "class": lossbook.CrossEntropy()}


@pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["alike", "weighted"])
@pytest.mark.parametrize("kind", KINDS)
def test_both_interfaces_of_xgboost_give_one_model(kind, weights):
    objective = objectives.xgboost(KINDS[kind], floor=0.1)
    wrapper = xgboost.XGBRegressor if kind == "amount" else xgboost.XGBClassifier
    model = wrapper(objective=objective, max_depth=3, **ESTIMATOR)
    model.fit(X, TARGETS[kind].astype(None if kind == "amount" else int), sample_weight=weights)
    start = {} if kind != "label" else {"base_score": 0.0}  # of a classifier it is a probability
    native = train_xgboost(objective, kind, weights, **start)
    alike(model.predict(X, output_margin=True), native)


@pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["alike", "weighted"])
@pytest.mark.parametrize("kind", KINDS)
def test_both_interfaces_of_lightgbm_give_one_model(kind, weights):
    objective = objectives.lightgbm(KINDS[kind], floor=0.1)
    wrapper = lightgbm.LGBMRegressor if kind == "amount" else lightgbm.LGBMClassifier
    model = wrapper(objective=objective, num_leaves=7, verbose=-1, deterministic=True, **ESTIMATOR)
    model.fit(X, TARGETS[kind], sample_weight=weights)
    alike(model.predict(X, raw_score=True), train_lightgbm(objective, kind, weights))


def test_xgboost_takes_several_targets_and_rows_of_probabilities():
    both = np.column_stack([SIGNAL, -SIGNAL])
    objective = objectives.xgboost(lossbook.SquaredError())
    model = xgboost.XGBRegressor(objective=objective, **SMALL)
    left = model.fit(X, both, sample_weight=np.ones(N)).predict(X) - both
    assert np.abs(left).mean() < 0.05
    for flat in objective(both.ravel(), 0 * both):  # as older versions hand labels on
        assert flat.shape == both.shape
    chances = softmax(np.column_stack([SIGNAL, -SIGNAL, X[:, 2]]))
    model = xgboost.XGBRegressor(objective=objectives.xgboost(lossbook.CrossEntropy()), **SMALL)
    assert np.abs(softmax(model.fit(X, chances).predict(X)) - chances).mean() < 0.02


def spoilt(seed):
    """Points, targets of which a tenth is far off, and the truth."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(-2, 2, size=(500, 3))
    truth = 3 + 2 * np.sin(2 * x[:, 0]) + x[:, 1]
    spread = np.where(rng.random(500) < 0.1, 10, 0.3)
    return x, truth + spread * rng.normal(size=500), truth


SEEDS, SCALE = range(5), 0.3
STUDENT = lossbook.StudentT(3)  # of errors in units of the scale


def fit_xgboost(objective, x, y):
    """A model as a function, from the median on."""
    more = {"eta": 0.15, "base_score": np.median(y)}
    model = xgboost.train(XGBOOST | more, xgboost.DMatrix(x, y), 60, obj=objective)
    return lambda x: model.predict(xgboost.DMatrix(x))


def fit_lightgbm(objective, x, y):
    data = lightgbm.Dataset(x, y, init_score=np.full(len(y), np.median(y)))
    more = {"objective": objective, "learning_rate": 0.15}
    model = lightgbm.train(LIGHTGBM | more, data, 60)
    return lambda x: np.median(y) + model.predict(x)


@pytest.mark.parametrize(
    ("make", "fit"),
    [(objectives.xgboost, fit_xgboost), (objectives.lightgbm, fit_lightgbm)],
    ids=["xgboost", "lightgbm"],
)
def test_student_s_t_beats_squared_error_where_targets_are_spoilt(make, fit):
    """The worst of its fits is twice as near the truth as the best of squared error, where neither
    has been."""

    def distance(objective, seed):
        x, y, _ = spoilt(seed)
        unseen, _, truth = spoilt(100 + seed)
        return np.sqrt(np.mean((SCALE * fit(objective, x, y / SCALE)(unseen) - truth) ** 2))

    robust = [distance(make(STUDENT, floor=0.1), seed) for seed in SEEDS]
    squared = [distance(make(lossbook.SquaredError()), seed) for seed in SEEDS]
    assert 2 * max(robust) < min(squared)
    assert max(robust) < 0.4


BOTH = pytest.mark.parametrize("make", [objectives.xgboost, objectives.lightgbm])


@BOTH
@default
def test_a_floor_is_asked_for_where_the_curvature_may_not_be_positive(make, loss):
    assert make(loss, floor=0.5).floor == 0.5
    if loss.strictly_convex:
        assert make(loss).floor is None
        return
    with pytest.raises(ValueError, match=r"floor is missing: the curvature of .*\(0, ∞\)"):
        make(loss)


@BOTH
@default
def test_the_floor_takes_the_place_of_what_is_below_it_and_of_nothing_else(make, loss):
    prediction, target = example(loss)
    gradient, curvature = make(loss, floor=0.3)(target, prediction)
    exact = loss.curvature(prediction, target)
    if isinstance(loss, CategoricalLoss):
        K = prediction.shape[1]
        exact = exact * (2 if make is objectives.xgboost else K / (K - 1))
    np.testing.assert_array_equal(gradient, loss.grad(prediction, target))
    np.testing.assert_allclose(curvature, np.where(exact < 0.3, 0.3, exact), rtol=1e-15)


@BOTH
@default
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_far_away_nothing_is_nan(make, loss, dtype):
    prediction, target = example(loss)
    for size in (1e-30, 1.0, 50.0, 1e4, 1e30):
        far = (prediction * size).astype(dtype)
        weights = np.arange(len(far)) % 3
        for each in make(loss, floor=1e-3)(target, far, weights):
            assert each.dtype == dtype
            assert not np.isnan(each).any()
            assert (each[weights == 0] == 0).all()


def test_a_leaf_moves_by_at_most_the_longest_gradient_over_the_floor():
    given = {"max_depth": 3, "eta": 1.0, "lambda": 0, "base_score": -9.0, "min_child_weight": 0}
    for floor in (0.25, 2.0):
        objective = objectives.xgboost(lossbook.AbsoluteError(), floor=floor)
        data = xgboost.DMatrix(X, TARGETS["amount"])
        moved = xgboost.train(XGBOOST | given, data, 1, obj=objective).predict(data) + 9
        np.testing.assert_allclose(moved, 1 / floor, rtol=1e-6)  # all targets are above


@pytest.mark.parametrize("labels", [[0, 1, 1, 0], [False, True, True, False], [-1, 1, 1, -1]])
def test_labels_of_either_kind(labels):
    score, loss = np.array([-2.0, -1.0, 1.0, 2.0]), lossbook.Logistic()
    for kind in (int, float) if labels[0] is not False else (bool,):
        gradient, curvature = objectives.lightgbm(loss)(np.array(labels, kind), score)
        np.testing.assert_array_equal(gradient, loss.grad(score, [-1, 1, 1, -1]))
        np.testing.assert_array_equal(curvature, loss.curvature(score, [-1, 1, 1, -1]))


@BOTH
def test_targets_that_a_loss_cannot_take_are_named(make):
    score, logits = np.zeros(3), np.zeros((3, 4))
    logistic, entropy = make(lossbook.Logistic()), make(lossbook.CrossEntropy())
    for labels in ([0, 1, 2], [0.0, 0.5, 1.0], [np.nan, 1, 1]):
        with pytest.raises(ValueError, match=r"target\[.\] is .* -1 and \+1, or 0 and 1"):
            logistic(np.array(labels), score)
    with pytest.raises(ValueError, match=r"target\[1\] is 0.*; allowed: the labels -1 and \+1"):
        logistic(np.array([-1, 0, 1]), score)
    for classes in ([0, 0.5, 1], [0, 1, np.nan], [0, 1, np.inf]):
        for objective, prediction in ((entropy, logits), (make(lossbook.OrderedLogit()), score)):
            with pytest.raises(ValueError, match=r"target\[.\] is .*; allowed: classes, whole"):
                objective(np.array(classes), prediction)
    with pytest.raises(ValueError, match=r"target\[1\] is 4; allowed: classes 0 to 3"):
        entropy(np.array([0.0, 4.0, 1.0]), logits)
    with pytest.raises(ValueError, match=r"prediction has shape \(3,\); allowed: \(n, K\)"):
        entropy(np.zeros(3), score)
    with pytest.raises(ValueError, match=r"weights\[0\] is -1"):
        logistic(np.ones(3), score, np.array([-1.0, 1.0, 1.0]))
    with pytest.raises(ValueError, match=r"weights have shape \(2,\); allowed: \(3,\)"):
        logistic(np.ones(3), score, np.ones(2))


@BOTH
def test_what_is_no_loss_or_no_floor_is_named(make):
    with pytest.raises(TypeError, match=r"make one, Huber\(\)"):
        make(lossbook.Huber, floor=1.0)
    for floor in (0, -1.0, np.nan, np.inf):
        with pytest.raises(ValueError, match=r"floor must be in \(0, ∞\)"):
            make(lossbook.Huber(), floor=floor)
    with pytest.raises(TypeError, match=r"floor must be a real number"):
        make(lossbook.Huber(), floor="1")


def test_an_error_in_training_reaches_the_user():
    with pytest.raises(ValueError, match="counts in"):
        train_xgboost(objectives.xgboost(lossbook.Poisson()), "amount")
    with pytest.raises(ValueError, match="-1 and"):
        train_lightgbm(objectives.lightgbm(lossbook.Logistic()), "amount")


@pytest.mark.parametrize("library", ["xgboost", "lightgbm"])
def test_a_model_can_be_stored_copied_and_validated(library):
    objective = getattr(objectives, library)(lossbook.Huber(), floor=0.5)
    more = {"verbose": -1} if library == "lightgbm" else {}
    wrapper = xgboost.XGBRegressor if library == "xgboost" else lightgbm.LGBMRegressor
    model = wrapper(objective=objective, n_estimators=5, n_jobs=1, **more)
    table = pd.DataFrame(X, columns=list("abcd"), index=np.arange(N)[::-1])
    predictions = model.fit(table, pd.Series(TARGETS["amount"])).predict(table)
    restored = pickle.loads(pickle.dumps(model))
    assert restored.objective == objective
    np.testing.assert_array_equal(restored.predict(table), predictions)
    assert clone(model).objective == objective
    assert repr(objective) == "Objective(loss=Huber(delta=1.0), floor=0.5)"
    assert (cross_val_score(model, X, SIGNAL, cv=3) > 0.3).all()


def test_what_the_documentation_says_of_the_start():
    booster = xgboost.train(
        {}, xgboost.DMatrix(X, SIGNAL), 0, obj=objectives.xgboost(STUDENT, floor=1)
    )
    assert (
        "5E-1" in json.loads(booster.save_config())["learner"]["learner_model_param"]["base_score"]
    )
