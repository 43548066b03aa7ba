"""The same losses in other libraries, each in the way its documentation shows."""

import jax
import jax.numpy as jnp
import numpy as np
import torch
from scipy import special
from sklearn._loss import loss as sk

import lossbook

jax.config.update("jax_enable_x64", True)
F = torch.nn.functional


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
}
SKLEARN = {
    "SquaredError": lambda K: sk.HalfSquaredError(),
    "AbsoluteError": lambda K: sk.AbsoluteError(),
    "Huber": lambda K: sk.HuberLoss(delta=1.0),
    "Poisson": lambda K: sk.HalfPoissonLoss(),
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


def each(name, prediction, target):
    """Value and gradient of each example, by every library that has the loss."""
    yield "lossbook", lossbook.LOSSES[name]().value_and_grad(prediction, target)
    p, t = torch.tensor(prediction, requires_grad=True), torch.tensor(target)
    value = TORCH[name](p, t)
    (grad,) = torch.autograd.grad(value.sum(), p)
    yield "PyTorch", (value.detach().numpy(), grad.numpy())
    grad, value = jax.grad(lambda p, t: JAX[name](p, t).sum()), JAX[name]
    yield "JAX", (np.asarray(value(prediction, target)), np.asarray(grad(prediction, target)))
    if name in SKLEARN:
        rows = np.ascontiguousarray(prediction)
        aim = sklearn_target(name, prediction, target)
        loss = SKLEARN[name](prediction.shape[-1])
        yield "scikit-learn", loss.loss_gradient(y_true=aim, raw_prediction=rows)
    if name in SCIPY:
        yield "SciPy", SCIPY[name](prediction, target)


def sklearn_target(name, prediction, target):
    aim = (target + 1) / 2 if name == "Logistic" else target
    return np.ascontiguousarray(aim, prediction.dtype)
