"""The same losses in other libraries: each in the way its documentation shows or, where a library
has none, as its user would write the formula.  Parameters are the defaults of ours."""

import math
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import torch
from scipy import special
from sklearn._loss import loss as sk

import lossbook

jax.config.update("jax_enable_x64", True)
F = torch.nn.functional


def quantile(xp, p, t, level=0.5):
    return xp.maximum(level * (t - p), (1 - level) * (p - t))


def expectile(xp, p, t, level=0.5):
    return xp.where(p > t, 1 - level, level) * (p - t) ** 2


def epsilon_insensitive(xp, p, t, epsilon=0.1):
    return xp.clip(xp.abs(p - t) - epsilon, min=0)


def tukey(xp, p, t, c=4.685):
    u = xp.clip((p - t) / c, -1, 1)  # also where its square would overflow
    return c**2 / 6 * (1 - (1 - u**2) ** 3)


def student_t(xp, p, t, dof=3):
    return (dof + 1) / 2 * xp.log1p((p - t) ** 2 / dof)


def gamma(xp, p, t):
    return p + t * xp.exp(-p)


def tweedie(xp, p, t):
    return 2 * xp.exp(p / 2) + 2 * t * xp.exp(-p / 2)


def negative_binomial(xp, p, t):
    return (t + 1) * xp.log1p(xp.exp(p)) - t * p


def ordered_logit(xp, sigmoid, s, y):
    cuts = xp.asarray([-math.inf, -1, 1, math.inf], dtype=s.dtype)
    return -xp.log(sigmoid(cuts[y + 1] - s) - sigmoid(cuts[y] - s))


FORMULAS = {
    "Quantile": quantile,
    "Expectile": expectile,
    "EpsilonInsensitive": epsilon_insensitive,
    "Tukey": tukey,
    "StudentT": student_t,
    "Gamma": gamma,
    "Tweedie": tweedie,
    "NegativeBinomial": negative_binomial,
}


def torch_sse(z, y):
    return (torch.softmax(z, 1) - F.one_hot(y, z.shape[1])).square().sum(1)


TORCH = {  # per example
    "SquaredError": lambda p, t: F.mse_loss(p, t, reduction="none") / 2,
    "AbsoluteError": lambda p, t: F.l1_loss(p, t, reduction="none"),
    "Huber": lambda p, t: F.huber_loss(p, t, reduction="none"),
    "Poisson": lambda p, t: F.poisson_nll_loss(p, t, reduction="none"),
    "Logistic": lambda s, y: F.softplus(-y * s),
    "Hinge": lambda s, y: torch.relu(1 - y * s),
    "CrossEntropy": lambda z, y: F.cross_entropy(z, y, reduction="none"),
    "SoftmaxSquaredError": torch_sse,
    "OrderedLogit": partial(ordered_logit, torch, torch.sigmoid),
    **{name: partial(formula, torch) for name, formula in FORMULAS.items()},
}


def jax_cross_entropy(z, y):
    return -jnp.take_along_axis(jax.nn.log_softmax(z), y[:, None], axis=1)[:, 0]


def jax_sse(z, y):
    return jnp.square(jax.nn.softmax(z) - jax.nn.one_hot(y, z.shape[1], dtype=z.dtype)).sum(1)


def jax_huber(p, t):
    size = jnp.abs(p - t)
    inside = jnp.minimum(size, 1)
    return 0.5 * inside**2 + (size - inside)  # as in optax


JAX = {
    "SquaredError": lambda p, t: 0.5 * (p - t) ** 2,
    "AbsoluteError": lambda p, t: jnp.abs(p - t),
    "Huber": jax_huber,
    "Poisson": lambda p, t: jnp.exp(p) - t * p,
    "Logistic": lambda s, y: -jax.nn.log_sigmoid(y * s),
    "Hinge": lambda s, y: jax.nn.relu(1 - y * s),
    "CrossEntropy": jax_cross_entropy,
    "SoftmaxSquaredError": jax_sse,
    "OrderedLogit": partial(ordered_logit, jnp, jax.nn.sigmoid),
    **{name: partial(formula, jnp) for name, formula in FORMULAS.items()},
}
SKLEARN = {
    "SquaredError": lambda K: sk.HalfSquaredError(),
    "AbsoluteError": lambda K: sk.AbsoluteError(),
    "Huber": lambda K: sk.HuberLoss(delta=1.0),
    "Quantile": lambda K: sk.PinballLoss(quantile=0.5),
    "Poisson": lambda K: sk.HalfPoissonLoss(),
    "Gamma": lambda K: sk.HalfGammaLoss(),
    "Tweedie": lambda K: sk.HalfTweedieLoss(power=1.5),
    "Logistic": lambda K: sk.HalfBinomialLoss(),
    "CrossEntropy": lambda K: sk.HalfMultinomialLoss(n_classes=K),
}


def scipy_cross_entropy(z, y):
    rows = np.arange(len(y))
    value, grad = -special.log_softmax(z, axis=1)[rows, y], special.softmax(z, axis=1)
    grad[rows, y] -= 1
    return value, grad


def scipy_sse(z, y):
    p = special.softmax(z, axis=1)
    gap = p - np.eye(z.shape[1], dtype=z.dtype)[y]
    return (gap**2).sum(1), 2 * p * (gap - (p * gap).sum(1, keepdims=True))


SCIPY = {  # value and gradient from its special functions
    "Huber": lambda p, t: (special.huber(1, p - t), np.clip(p - t, -1, 1)),
    "Logistic": lambda s, y: (-special.log_expit(y * s), -y * special.expit(-y * s)),
    "CrossEntropy": scipy_cross_entropy,
    "SoftmaxSquaredError": scipy_sse,
}


def in_torch(name, prediction, target):
    """Value, gradient and the diagonal of the Hessian, by differentiating twice."""
    func, (p, t) = torch.func, (torch.from_numpy(prediction), torch.from_numpy(target))

    def total(p, t):
        return TORCH[name](p, t).sum()

    def of_row(p, t):
        return func.hessian(lambda p: total(p[None], t[None]))(p).diagonal()

    slope = func.grad(total)
    if p.ndim == 1:
        bend = func.grad(lambda p: slope(p, t).sum())(p)
    else:
        bend = torch.stack([of_row(*row) for row in zip(p, t, strict=True)])
    return [x.numpy(force=True) for x in (TORCH[name](p, t), slope(p, t), bend)]


def in_jax(name, prediction, target):
    """The same in JAX."""

    def total(p, t):
        return JAX[name](p, t).sum()

    def of_row(p, t):
        return jnp.diagonal(jax.hessian(lambda p: total(p[None], t[None]))(p))

    slope, p, t = jax.grad(total), jnp.asarray(prediction), jnp.asarray(target)
    bend = jax.grad(lambda p, t: slope(p, t).sum()) if p.ndim == 1 else jax.vmap(of_row)
    return [np.asarray(x) for x in (JAX[name](p, t), slope(p, t), bend(p, t))]


def in_sklearn(name, prediction, target):
    loss = SKLEARN[name](prediction.shape[-1])
    aim = sklearn_target(name, prediction, target)
    both = {"y_true": aim, "raw_prediction": np.ascontiguousarray(prediction)}
    return *loss.loss_gradient(**both), loss.gradient_hessian(**both)[1]


def each(name, prediction, target):
    """Value, gradient and curvature of each example, by every library that has the loss; of SciPy
    no curvature."""
    loss = lossbook.LOSSES[name]()
    value, grad = loss.value_and_grad(prediction, target)
    yield "lossbook", (value, grad, loss.curvature(prediction, target))
    yield "PyTorch", in_torch(name, prediction, target)
    yield "JAX", in_jax(name, prediction, target)
    if name in SKLEARN:
        yield "scikit-learn", in_sklearn(name, prediction, target)
    if name in SCIPY:
        yield "SciPy", SCIPY[name](prediction, target)


def sklearn_target(name, prediction, target):
    aim = (target + 1) / 2 if name == "Logistic" else target
    return np.ascontiguousarray(aim, prediction.dtype)
