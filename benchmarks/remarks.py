"""The last column of the table of names: each remark with pairs of numbers, what the library gives
and what the words say."""

import warnings
from dataclasses import replace

import keras
import lightgbm
import numpy as np
import optax
import torch
import xgboost
from scipy.special import expit, log_softmax, softmax
from sklearn import ensemble, linear_model, metrics, svm

import lossbook

from .elsewhere import CLASSES, by_leaf, one_tree

KERAS, NN = keras.losses, torch.nn
rng = np.random.default_rng(1)
x, y = 3 * rng.normal(size=(2, 60))
X = rng.normal(size=(60, 2))
logits, classes = 2 * rng.normal(size=(60, CLASSES)), rng.integers(0, CLASSES, 60)
bits = (x > 0).astype(float)
side = np.arange(60.0)[:, None] % 2


def tensors(*arrays):
    return [torch.from_numpy(np.asarray(array)) for array in arrays]


def refused(call, *given):
    """Whether the library refuses it; and that it should."""
    try:
        call(*given)
    except (ValueError, RuntimeError, xgboost.core.XGBoostError, lightgbm.basic.LightGBMError):
        return True, True
    return False, True


def boost(library, target, **params):
    """Predictions of one tree as the library gives them, and before its link."""
    if library == "XGBoost":
        data, raw = xgboost.DMatrix(side, target), {"output_margin": True}
        model = xgboost.train(params, data, 1)
        return model.predict(data), model.predict(data, **raw)
    model = lightgbm.train(params | {"verbose": -1}, lightgbm.Dataset(side, target), 1)
    return model.predict(side), model.predict(side, raw_score=True)


def objective(name):
    return name.name.split(", ")[0].removeprefix("objective=")


def predicts(link, target=bits):
    """What is predicted is the link of the prediction that the loss takes."""

    def pairs(name):
        said, raw = boost(name.library, target, objective=objective(name))
        return [(said, link(raw))]

    return pairs


def of_classes(name):
    """The number of classes is asked for; what is predicted are probabilities."""
    params = {"objective": objective(name)}
    said, raw = boost(name.library, classes, **params, num_class=CLASSES)
    return [
        refused(lambda: boost(name.library, classes, **params)),
        (said, softmax(raw, axis=1)),
    ]


def and_softmax(name):
    """The other objective differs in what it predicts."""
    other, raw = boost(name.library, classes, objective="multi:softmax", num_class=CLASSES)
    _, ours = boost(name.library, classes, objective=objective(name), num_class=CLASSES)
    return [*of_classes(name), (raw, ours), (other, ours.argmax(axis=1))]


def logistic_names(name):
    """Another objective that is the same, and one that is from the score that is meant."""
    ours = boost(name.library, bits, objective=objective(name))
    other = boost(name.library, bits, objective="reg:logistic")
    score, _ = boost(name.library, bits, objective="binary:logitraw", base_score=0.3)
    _, from_score = boost(name.library, bits, objective=objective(name), base_score=expit(0.3))
    return [*predicts(expit)(name), (other, ours), (score, from_score)]


def same(*others):
    """Other names of the objective give the same predictions."""

    def pairs(name):
        ours, _ = boost(name.library, y, objective=objective(name))
        return [(boost(name.library, y, objective=other)[0], ours) for other in others]

    return pairs


def default_alpha(name):
    """Without alpha as with 0.9, and not as with 0.5."""
    without, same, other = (
        boost("LightGBM", y, objective=objective(name), **more)[0]
        for more in ({}, {"alpha": 0.9}, {"alpha": 0.5})
    )
    return [(without, same), (np.allclose(without, other), False)]


def metric(root):
    """The price that a booster reports."""

    def pairs(name):
        step, price, _ = one_tree(name, np.arange(60) % 2, y, x, 0)
        return [(price, root(np.mean((x + step - y) ** 2)))]

    return pairs


def pseudo_huber(name):
    robust = replace(name, loss=lossbook.GeneralRobust(1.0, scale=2.0), scale=4.0)
    return [(by_leaf(robust, np.random.default_rng(0)) < 1e-4, True)]


def another_slope(name):
    """Gradients and curvatures with the slope 3."""
    text = name.name.replace("1.0", "3.0")
    other = replace(name, loss=lossbook.GeneralRobust(1.0, scale=3.0), scale=9.0, name=text)
    return [(by_leaf(other, np.random.default_rng(0)) < 1e-4, True)]


def no_step(name):
    """Trees that move nothing leave the start."""
    model = ensemble.GradientBoostingClassifier(loss="exponential", learning_rate=1e-12)
    share = bits.mean()
    return [(model.fit(X, bits).decision_function(X), np.log(share / (1 - share)) / 2)]


def two_classes(name):
    p, label = expit(x), bits.astype(int)
    z = np.column_stack([np.zeros(60), x])
    ours = lossbook.SoftmaxSquaredError()(z, label).mean()
    score = metrics.brier_score_loss
    return [
        (score(label, p), ours / 2),
        (score(label, np.column_stack([1 - p, p])), ours / 2),
        (score(label, p, scale_by_half=False), ours),
    ]


def more_classes(name):
    """Probabilities of two are another case, of three are not."""
    price, ours = metrics.brier_score_loss, lossbook.SoftmaxSquaredError()
    pairs = []
    for K, scale in ((2, 0.5), (3, 1)):
        z, k = logits[:, :K], classes % K
        pairs += [(price(k, softmax(z, axis=1)), scale * ours(z, k).mean())]
    return pairs


def divergence(name):
    """Soft targets, and what becomes of several."""
    q, log_p = softmax(logits[::-1], axis=1), log_softmax(logits, axis=1)
    ours = (lossbook.CrossEntropy()(logits, q) + np.sum(q * np.log(q), axis=1)).mean()
    if name.library == "Keras":
        clipped = KERAS.KLDivergence()(np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]]))
        both = -np.log(1e-7) + 1e-7 * np.log(1e-7)
        return [(KERAS.KLDivergence()(q, np.exp(log_p)), ours), (clipped, both)]
    given = tensors(log_p, q)
    with warnings.catch_warnings(action="ignore"):
        plain = NN.KLDivLoss()(*given)
    return [(NN.KLDivLoss(reduction="batchmean")(*given), ours), (plain, ours / CLASSES)]


def without_softmax(name):
    log_p = torch.log_softmax(torch.from_numpy(logits), 1)
    theirs = NN.CrossEntropyLoss()(*tensors(logits, classes))
    return [(NN.NLLLoss()(log_p, torch.from_numpy(classes)), theirs.numpy())]


def rivals(name):
    short = np.maximum(0, 1 - logits[np.arange(60), classes][:, None] + logits)
    short[np.arange(60), classes] = 0
    two = logits[:, :2], classes % 2
    ours = lossbook.MulticlassHinge()(*two).mean()
    return [
        (NN.MultiMarginLoss()(*tensors(logits, classes)), short.sum(axis=1).mean() / CLASSES),
        (NN.MultiMarginLoss()(*tensors(*two)), ours / 2),
    ]


def rival_from_0(name):
    others = np.where(np.eye(CLASSES)[classes] > 0, -np.inf, logits).max(axis=1)
    short = 1 - logits[np.arange(60), classes] + np.maximum(others, 0)
    stated = np.maximum(0, short).mean()
    return [(KERAS.CategoricalHinge()(np.eye(CLASSES)[classes], logits), stated)]


def missing_class(name):
    given, few = logits[:, :3], classes % 2
    price = metrics.hinge_loss(few, given, labels=[0, 1, 2])
    return [
        refused(metrics.hinge_loss, np.arange(60) % 2, given),
        (price, lossbook.MulticlassHinge()(given, few).mean()),
    ]


def focal(name):
    q = np.eye(CLASSES)[classes]
    given = KERAS.CategoricalFocalCrossentropy(from_logits=True, alpha=1, gamma=2)(q, logits)
    return [(KERAS.CategoricalFocalCrossentropy(from_logits=True)(q, logits), given / 4)]


def balancing(name):
    def price(**more):
        return float(KERAS.BinaryFocalCrossentropy(from_logits=True, **more)(bits, x))

    return [
        (price(), price(gamma=2)),
        (price(alpha=0.9), price(alpha=0.1)),
        (price(alpha=0.9, apply_class_balancing=True) == price(alpha=0.9), False),
    ]


def optax_focal(name):
    def price(**more):
        return np.asarray(optax.sigmoid_focal_loss(x, bits, **more))

    alpha = np.where(bits, 0.9, 0.1)
    return [(price(), price(gamma=2)), (price(alpha=0.9), alpha * price())]


def axis_and_soft(name):
    loss, q = NN.CrossEntropyLoss(), softmax(logits[::-1], axis=1)
    z, k = logits.reshape(6, 10, CLASSES).swapaxes(1, 2), classes.reshape(6, 10)
    ours = lossbook.CrossEntropy()
    return [
        (loss(*tensors(z.copy(), k)), ours(logits, classes).mean()),
        (loss(*tensors(logits, q)), ours(logits, q).mean()),
    ]


def clipped(name):
    """The price of a label to which the probability 0 was given."""
    form = {"bits": ([1.0], [0.0]), "classes": ([0], [[0.0, 1.0]])}
    target, given = map(np.array, form.get(name.target, ([[1.0, 0.0]], [[0.0, 1.0]])))
    return [(eval(name.name, vars(keras))(target, given), -np.log(1e-7))]


def finite(name):
    found = metrics.log_loss([1, 0], np.array([0.0, 0.5]), labels=[0, 1])
    return [(found, -(np.log(2.22e-16) + np.log(0.5)) / 2)]


def huber_default(kind):
    return lambda name: [(kind()(*tensors(x, y)), lossbook.Huber(1.0)(x, y).mean())]


REMARKS = {
    ("XGBoost", "its metric, rmse, is the root of the mean of the whole square"): metric(np.sqrt),
    (
        "LightGBM",
        "its metric, l2, is the mean of the whole square; l2, mse and rmse are the same objective",
    ): lambda name: [*metric(float)(name), *same("l2", "mse", "rmse")(name)],
    ("LightGBM", "l1 and mae are the same objective"): same("l1", "mae"),
    ("Keras", "MAPE: 100 times the price over |target|"): (
        lambda name: [(KERAS.MeanAbsolutePercentageError()(y, x), 100 * np.mean(abs((x - y) / y)))]
    ),
    ("scikit-learn", "MAPE, as a share: the price over |target|"): (
        lambda name: [(metrics.mean_absolute_percentage_error(y, x), np.mean(abs((x - y) / y)))]
    ),
    (
        "XGBoost",
        "pseudo-Huber: the general robust loss, scale = 2, times 4",
    ): pseudo_huber,
    ("scikit-learn", "alpha is the level, 0.5 if none is given: half the absolute error"): (
        lambda name: [(metrics.mean_pinball_loss(y, x), np.abs(x - y).mean() / 2)]
    ),
    ("scikit-learn", "alpha is the penalty, 1 if none is given"): (
        lambda name: [(linear_model.QuantileRegressor().alpha, 1)]
    ),
    ("XGBoost", "the level has to be given"): (
        lambda name: [refused(lambda: boost("XGBoost", y, objective=objective(name)))]
    ),
    ("LightGBM", "alpha is the level, 0.9 if none is given"): default_alpha,
    ("scikit-learn", "epsilon is 0 if none is given: absolute error"): (
        lambda name: [(svm.LinearSVR().epsilon, 0)]
    ),
    ("PyTorch", "delta is 1 if none is given"): huber_default(NN.HuberLoss),
    (
        "PyTorch",
        "Huber's loss divided by its δ, which is called beta and is 1 if none is given",
    ): huber_default(NN.SmoothL1Loss),
    ("Keras", "delta is 1 if none is given"): (
        lambda name: [(KERAS.Huber()(y, x), lossbook.Huber(1.0)(x, y).mean())]
    ),
    ("optax", "delta is 1 if none is given"): (
        lambda name: [(optax.huber_loss(x, y), lossbook.Huber(1.0)(x, y))]
    ),
    ("scikit-learn", "epsilon is δ, in units of that scale, and 1.35 if none is given"): (
        lambda name: [(linear_model.HuberRegressor().epsilon, 1.35)]
    ),
    ("LightGBM", "alpha is δ, and 0.9 if none is given"): default_alpha,
    (
        "XGBoost",
        "another slope is our scale, and its square multiplies our price",
    ): another_slope,
    ("PyTorch", "takes the log of mean + 1e-8"): (
        lambda name: [
            (
                NN.PoissonNLLLoss(log_input=False)(*tensors(0.0 * x, abs(y))),
                -np.log(1e-8) * abs(y).mean(),
            )
        ]
    ),
    ("Keras", "takes the log of mean + 1e-7"): (
        lambda name: [(KERAS.Poisson()(abs(y), 0 * x), -np.log(1e-7) * abs(y).mean())]
    ),
    ("XGBoost", "predicts the mean"): predicts(np.exp, abs(y)),
    ("LightGBM", "predicts the mean"): predicts(np.exp, abs(y)),
    ("scikit-learn", "the power is 0 if none is given: squared error"): (
        lambda name: [(metrics.mean_tweedie_deviance(y, x), np.mean((x - y) ** 2))]
    ),
    ("PyTorch", "labels must be floats"): (
        lambda name: [refused(NN.BCEWithLogitsLoss(), *tensors(x, bits.astype(int)))]
    ),
    ("PyTorch", "no log falls below −100"): (
        lambda name: [(NN.BCELoss()(*tensors(np.zeros(1), np.ones(1))), 100)]
    ),
    ("Keras", "clips probabilities at 1e-7"): clipped,
    ("scikit-learn", "clips probabilities at 2.2e-16 in float64"): finite,
    (
        "XGBoost",
        "predicts the probability; reg:logistic is the same; binary:logitraw predicts the score, "
        "and takes base_score for one",
    ): logistic_names,
    ("LightGBM", "predicts the probability"): predicts(expit),
    ("PyTorch", "the label +1 costs the score itself, which is a distance"): (
        lambda name: [(NN.HingeEmbeddingLoss()(*tensors(x, np.ones(60))), x.mean())]
    ),
    ("XGBoost", "predicts the label"): predicts(lambda raw: raw > 0),
    ("scikit-learn", "starts from half the log of the odds"): no_step,
    (
        "PyTorch",
        "classes are axis 1; the target may also be rows of probabilities",
    ): axis_and_soft,
    ("PyTorch", "nn.CrossEntropyLoss without its log-softmax"): without_softmax,
    (
        "PyTorch",
        "KL divergence: less the entropy of a target that is not one-hot; by default the mean is "
        "over the K columns too",
    ): divergence,
    (
        "Keras",
        "KL divergence: less the entropy of a target that is not one-hot; clips both at 1e-7",
    ): divergence,
    (
        "XGBoost",
        "num_class has to be given; predicts probabilities; multi:softmax trains the same trees "
        "and predicts the class",
    ): and_softmax,
    ("LightGBM", "num_class has to be given; predicts probabilities"): of_classes,
    ("scikit-learn", "for more than two classes"): more_classes,
    ("scikit-learn", "for two classes; scale_by_half=False gives ours"): two_classes,
    ("Keras", "alpha = 0.25 multiplies every price; gamma is 2 if none is given"): focal,
    (
        "Keras",
        "gamma is 2 if none is given; alpha counts only with apply_class_balancing=True",
    ): balancing,
    (
        "optax",
        "gamma is 2 if none is given; alpha multiplies the price of class 1 and 1 − alpha that of "
        "class 0, if one is given",
    ): optax_focal,
    (
        "PyTorch",
        "the sum of max(0, 1 − lead) over all rivals, divided by K: with two classes half of ours",
    ): rivals,
    ("scikit-learn", "where every label is +1, it takes them for −1"): (
        lambda name: [(metrics.hinge_loss([1, 1], [2.0, 3.0]), (3 + 4) / 2)]
    ),
    ("scikit-learn", "where a class does not occur, labels has to be given"): missing_class,
    ("Keras", "the best rival's logit is taken as at least 0"): rival_from_0,
}


def hold(name):
    """Raises unless the library gives what the remark on it says."""
    for found, stated in REMARKS[name.library, name.differs](name):
        found = found.numpy() if isinstance(found, torch.Tensor) else found
        np.testing.assert_allclose(found, stated, rtol=1e-5, err_msg=str(name))
