"""What the task of each exercise allows, drawn at random and at the edges; its model solution.

The draws know nothing of the inputs that the checker tries.
"""

import ast
import math
from itertools import pairwise

import numpy as np
from scipy.special import expit, ndtri
from scipy.stats import norm
from sources import NOTEBOOKS, cells

import lossbook as lb

NAMES = {
    **{"np": np, "lb": lb, "math": math, "pairwise": pairwise},
    **{"expit": expit, "ndtri": ndtri, "norm": norm},
}
"""What an answer may use."""


def stated():
    """Name of the exercise, names of the inputs in the task, source of the solution, of each."""
    for path in NOTEBOOKS:
        found = {}
        for source in cells(path, "code"):
            tree = ast.parse(source)
            functions = {f.name: f for f in tree.body if isinstance(f, ast.FunctionDef)}
            for node in ast.walk(tree):
                match node:
                    case ast.Call(ast.Attribute(attr="check"), [ast.Constant(name), answer]):
                        function = functions.get(getattr(answer, "id", None), answer)
                        found.setdefault(name, []).append(function)
        for name, (stub, solution) in found.items():
            yield name, [a.arg for a in stub.args.args], ast.unparse(solution)


def error(rng, *special):
    size = rng.choice([rng.exponential(2), 10 ** rng.uniform(-2, 2), *special, *special, 0])
    return float(size * rng.choice([-1, 1]))


def errors(rng, *special):
    drawn = [error(rng, *special) for _ in range(rng.integers(1, 7))]
    return np.array(drawn + drawn[: rng.integers(0, 2)])  # some values twice


def positive(rng):
    return float(rng.choice([10 ** rng.uniform(-1.3, 1.3), 2.0 ** rng.integers(-3, 4)]))


def pair(rng):
    """Two arrays of equal length; the second is positive."""
    first = errors(rng)
    return first, np.array([positive(rng) for _ in first])


def line(rng):
    x = errors(rng)
    return error(rng), error(rng), x, rng.permutation(x) * rng.normal() + rng.normal(size=x.size)


def with_parameter(rng):
    parameter = positive(rng)
    return errors(rng, parameter), parameter


def weighted(rng):
    target = errors(rng)
    weights = rng.integers(0, 9, target.size) / 4 if rng.random() < 0.6 else rng.random(target.size)
    weights[rng.integers(target.size)] += 0.25
    return target, weights


def odd(rng):
    return (
        rng.choice(np.append(rng.normal(size=9) * positive(rng), [1, -2]), 3 + 2 * rng.integers(3)),
    )


def shape(rng):
    return tuple(rng.integers(1, 4, rng.integers(0, 3)))


def logits(rng):
    full = (*shape(rng), rng.integers(2, 6))
    far = rng.choice([-1000.0, 0.0, 500.0, 1000.0], full)
    near = rng.normal(size=full) * positive(rng)
    return (
        near
        if rng.random() < 0.4
        else far
        if rng.random() < 0.5
        else np.clip(far + near, -1000, 1000)
    )


def classifier(rng):
    n, d, K = rng.integers(1, 6), rng.integers(1, 4), rng.integers(2, 5)
    return rng.normal(size=(d, K)), rng.normal(size=(n, d)), rng.integers(0, K, n)


def example(rng):
    z = rng.normal(size=rng.integers(2, 6)) * positive(rng)
    return z, rng.integers(len(z))


def shares(rng, full):
    some = np.where(rng.random(full) < 0.3, 0, rng.random(full) + 0.01)
    some[..., rng.integers(full[-1])] += 0.25
    return some / some.sum(axis=-1, keepdims=True)


def two_distributions(rng):
    full = (*shape(rng), rng.integers(2, 6))
    return shares(rng, full), shares(rng, full)


def rows(rng):
    full = rng.integers(1, 5), rng.integers(2, 6)
    return rng.normal(size=full) * 3, rng.normal(size=full) * 3, positive(rng)


def machine(rng):
    n, d = rng.integers(1, 7), rng.integers(1, 4)
    y = rng.choice([-1, 1], n)
    return rng.normal(size=d) * 2, rng.normal(), rng.normal(size=(n, d)), y, positive(rng)


def scored(rng):
    scores = errors(rng, 1.0)
    return scores, rng.choice([-1, 1], scores.size)


def sharpened(rng):
    scores = rng.normal(size=rng.integers(1, 7)) * 3
    return positive(rng), scores, rng.choice([-1, 1], scores.size)


def binned(rng):
    edges = np.sort(rng.choice(np.arange(17), rng.integers(2, 6), replace=False)) / 16
    inside = [*rng.uniform(edges[0], edges[-1], rng.integers(0, 6)), *rng.choice(edges, 1)]
    said = np.concatenate([edges[:-1], rng.uniform(edges[:-1], edges[1:]), inside])
    return rng.permutation(said), rng.integers(0, 2, said.size), edges


def samples(rng):
    x = rng.permutation(errors(rng))
    return x, float(rng.choice([*x, x.mean(), error(rng)]))


def grouped(rng):
    stated = rng.integers(0, rng.integers(1, 9), rng.integers(1, 9)) / 8
    return stated, rng.integers(0, 2, stated.size)


def intervals(rng):
    low = errors(rng)
    high = low + np.abs(rng.permutation(low)) * rng.choice([0, 1, 1])
    inside = low + rng.choice([0, 0.5, 1]) * (high - low)
    far = rng.normal(size=low.size) * positive(rng)
    return low, high, np.where(rng.random(low.size) < 0.3, inside, far), rng.uniform(0.05, 0.98)


def place(rng):
    below = rng.choice([0, rng.uniform(0, 0.95)])
    return below, (1 - below) * rng.uniform(0.02, 1), rng.uniform(0.02, 0.98)


def cut(rng):
    return error(rng) / 10, np.sort(rng.normal(size=rng.integers(1, 6)) * positive(rng))


def penalised_line(rng):
    n, d = rng.integers(1, 6), rng.integers(1, 4)
    X, y = rng.normal(size=(n, d)) * positive(rng), errors(rng)
    return error(rng), rng.normal(size=d) * 3, X, np.resize(y, n), positive(rng)


def coefficients(rng):
    estimate, curvature = pair(rng)
    absolute, square = (rng.choice([0.0, positive(rng), positive(rng)]) for _ in range(2))
    return estimate, curvature, absolute, square


def decayed(rng):
    weights = errors(rng)
    return weights, rng.normal(size=weights.size), positive(rng), positive(rng)


def counted(rng):
    mean = np.array([positive(rng) for _ in range(rng.integers(1, 7))])
    return mean, rng.poisson(mean * rng.choice([0.1, 1, 3]))


def amounts(rng):
    log_mean = rng.normal(size=rng.integers(1, 7)) * 1.5
    amount = [rng.choice([0, positive(rng)]) for _ in log_mean]
    return log_mean, np.array(amount), float(rng.choice([0, 1, 2, 3, *rng.uniform(0, 3, 4)]))


def log_scale(rng):
    return rng.normal(size=rng.integers(1, 5)) * 2, rng.normal(size=rng.integers(1, 7)) * 1.5


def lines(rng):
    n = rng.integers(1, 6)
    return rng.normal(size=n) * 3, rng.normal(size=n) * 3, rng.normal() * 3


def hidden(rng):
    """A noisy value near clean ones, or very far from them."""
    clean, sigma = errors(rng), positive(rng)
    noisy = rng.choice([error(rng), rng.choice(clean), 1000 * sigma * rng.choice([-1, 1])])
    return float(noisy), clean, sigma


def velocities(rng):
    full = shape(rng)
    sigma = rng.choice([0, 1, rng.uniform(), rng.uniform()])
    return rng.normal(size=full) * 3, rng.normal(size=full) * 3, float(sigma)


def flipped(rng):
    margin = rng.normal(size=rng.integers(1, 7)) * positive(rng) * rng.choice([1, 100])
    return margin, float(rng.choice([0, rng.uniform(0, 0.48)]))


def curved(rng):
    """Signals that cancel, and curvatures of a positive sum, some of them 0 or below."""
    signal, _ = pair(rng)
    signal = np.append(signal, -signal.sum())
    curvature = np.array([positive(rng) for _ in signal])
    low = rng.random(curvature.size) < 0.3
    low[curvature.argmax()] = False
    share = rng.choice([0.0, curvature.max() / 2 / curvature.size])
    return signal, np.where(low, -share, curvature)


def logits_and_labels(rng):
    z = np.array([rng.choice([-1000, 1000, error(rng)]) for _ in range(rng.integers(1, 7))])
    return z, rng.integers(0, 2, z.size)


def masked(rng):
    loss = errors(rng)
    mask = rng.integers(0, 2, loss.size)
    mask[rng.integers(loss.size)] = 1
    wild = rng.choice([np.nan, np.inf, -np.inf, 3.0], loss.size)
    return np.where(mask == 1, loss, wild), mask


def micro_batches(rng):
    n, d = rng.integers(1, 6), rng.integers(1, 4)
    counts = rng.integers(0, 9, n)
    counts[rng.integers(n)] += 1
    return rng.normal(size=(n, d)) * positive(rng) * (counts > 0)[:, None], counts


def both_labels(rng):
    return (rng.permutation([0, 1, *rng.integers(0, 2, rng.integers(0, 8))]),)


def padded(rng):
    full = rng.integers(1, 4, 2)
    K = rng.integers(2, 5)
    real = rng.random(full) < 0.6
    real[tuple(rng.integers(0, full))] = True
    return rng.normal(size=(*full, K)) * positive(rng), rng.integers(0, K, full), real


def judged(rng):
    K = rng.integers(2, 6)
    chosen, rejected = rng.choice(K, 2, replace=False)
    policy, reference = rng.normal(size=(2, K)) * rng.choice([0.5, 2.0])
    return policy, reference, chosen, rejected, positive(rng)


def ordered(rng):
    scores = rng.normal(size=rng.integers(2, 7)) * rng.choice([0.5, 2.0])
    return scores, rng.permutation(scores.size)[: rng.integers(1, scores.size + 1)]


DOMAINS = {
    "lopsided": lambda rng: (errors(rng),),
    "one-step": lambda rng: (error(rng), positive(rng), errors(rng)),
    "gaussian-price": with_parameter,
    "laplace-price": with_parameter,
    "log-likelihood": lambda rng: (errors(rng, 100), error(rng)),
    "cubic-density": lambda rng: (error(rng),),
    "combine-measurements": pair,
    "line-gradient": line,
    "weighted-median": weighted,
    "quantile-gradient": lambda rng: (error(rng, 0), rng.uniform(0.02, 0.98)),
    "huber-loss": with_parameter,
    "huber-gradient": with_parameter,
    "student-gradient": with_parameter,
    "learned-scale": lambda rng: (errors(rng), rng.normal() * 2),
    "scale-gradient": lambda rng: (errors(rng), rng.normal() * 2),
    "laplace-fit": odd,
    "log-softmax": lambda rng: (logits(rng),),
    "softmax-weights": classifier,
    "softmax-squared-gradient": example,
    "kl": two_distributions,
    "distillation": rows,
    "svm-gradient": machine,
    "silent-examples": scored,
    "reliability": binned,
    "sharpness-gradient": sharpened,
    "sample-crps": samples,
    "murphy-parts": grouped,
    "interval-score": intervals,
    "best-denoiser": hidden,
    "velocity-to-clean": velocities,
    "unbiased-price": flipped,
    "ridge-gradient": penalised_line,
    "elastic-net": coefficients,
    "decoupled-step": decayed,
    "poisson-deviance": counted,
    "power-gradient": amounts,
    "retransformed-mean": log_scale,
    "sandwich-error": curved,
    "reweighted-step": lambda rng: (error(rng), errors(rng), positive(rng)),
    "leaf-value": lambda rng: (*pair(rng), positive(rng)),
    "fused-logistic": logits_and_labels,
    "masked-mean": masked,
    "accumulated-gradient": micro_batches,
    "initial-constant": both_labels,
    "quantile-residual": place,
    "padded-gradient": padded,
    "dpo-gradient": judged,
    "top-gradient": ordered,
    "undo-weights": lambda rng: (rng.uniform(0.01, 0.99), positive(rng)),
    "ordered-probabilities": cut,
    "max-affine": lines,
}


def collection():
    """Answers to each exercise, and the decorator that adds one to those of its name."""
    answers = {}

    def to(name):
        def add(function):
            answers.setdefault(name, []).append(function)
            return function

        return add

    return answers, to
