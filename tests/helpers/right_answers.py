"""Right answers to the exercises, written in other ways than the solutions of the chapters."""

import math

import numpy as np
from scipy.special import expit, ndtri
from scipy.stats import norm

import lossbook as lb

RIGHT = {}
"""The answers to each exercise."""


def to(name):
    def add(function):
        RIGHT.setdefault(name, []).append(function)
        return function

    return add


# Chapters 1 to 6


@to("lopsided")
def by_masks(error):
    above, price = error > 0, np.abs(error)
    price[above] *= 2
    gradient = np.full_like(error, -1)
    gradient[above] = 2
    gradient[error == 0] = 0
    return price, gradient


@to("lopsided")
def by_two_parts(error):
    slope = 2 * (error > 0) - (error < 0)
    return np.array([slope * error, slope])


@to("lopsided")
def by_select(error):
    sides = [error > 0, error < 0]
    return [np.maximum(2 * error, -error), np.select(sides, [2, -1])]


@to("lopsided")
def one_by_one(error):
    price, gradient = [], []
    for e in error:
        price.append(2 * e if e > 0 else -e)
        gradient.append(2 if e > 0 else -1 if e < 0 else 0)
    return price, gradient


@to("one-step")
def towards_the_mean(start, rate, target):
    return (1 - rate) * start + rate * target.mean()


@to("one-step")
def in_place(start, rate, target):
    target -= start
    return start + rate * target.sum() / len(target)


@to("gaussian-price")
def log_of_density(error, scale):
    return -norm.logpdf(error, scale=scale)


@to("gaussian-price")
def variance_first(error, scale):
    variance = scale**2
    return error**2 / (2 * variance) + np.log(2 * np.pi * variance) / 2


@to("laplace-price")
def normaliser_last(error, scale):
    return np.maximum(error, -error) / scale + np.log(2) + np.log(scale)


@to("laplace-price")
def changed_in_place(error, scale):
    error[error < 0] *= -1
    error /= scale
    error -= np.log(0.5 / scale)
    return error


@to("log-likelihood")
def by_scipy(observations, prediction):
    return norm.logpdf(observations, prediction).sum()


@to("log-likelihood")
def constant_apart(observations, prediction):
    gap = observations - prediction
    return -(gap @ gap + len(gap) * np.log(2 * np.pi)) / 2


@to("cubic-density")
def squared_with_sign(error):
    return np.sign(error) * error**2


@to("cubic-density")
def by_copysign(error):
    return math.copysign(error * error, error)


@to("cubic-density")
def by_sides(error):
    return error**2 if error > 0 else -(error**2)


@to("line-gradient")
def as_a_matrix(intercept, slope, x, y):
    A = np.column_stack([np.ones_like(x), x])
    return A.T @ (A @ [intercept, slope] - y) / len(y)


@to("line-gradient")
def by_means(intercept, slope, x, y):
    first = intercept + slope * x.mean() - y.mean()
    return [first, intercept * x.mean() + slope * np.mean(x**2) - np.mean(x * y)]


@to("combine-measurements")
def by_average(observations, scales):
    return np.average(observations, weights=scales**-2.0)


@to("combine-measurements")
def shares_of_stiffness(observations, scales):
    shares = (scales.min() / scales) ** 2
    shares /= shares.sum()
    return shares @ observations


@to("weighted-median")
def look_at_each(target, weights):
    for y in np.sort(target):
        if weights[target <= y].sum() >= weights.sum() / 2:
            return y


@to("weighted-median")
def by_search(target, weights):
    order = target.argsort()
    reached = weights[order].cumsum()
    return target[order[np.searchsorted(reached, weights.sum() / 2 * (1 - 1e-12))]]


@to("weighted-median")
def least_that_reaches(target, weights):
    reached = (target[:, None] >= target) @ weights
    return target[reached >= weights.sum() / 2].min()


@to("quantile-gradient")
def by_where(error, level):
    return np.where(error > 0, 1 - level, np.where(error < 0, -level, 0))


@to("quantile-gradient")
def by_counting(error, level):
    return (error > 0) * (1 - level) - (error < 0) * level


@to("quantile-gradient")
def by_sign(error, level):
    return np.sign(error) / 2 + (error != 0) * (0.5 - level)


@to("huber-loss")
def bounded_slope(error, delta):
    inner = np.minimum(np.abs(error), delta)
    return inner * (np.abs(error) - inner / 2)


@to("huber-loss")
def far_ones_by_mask(error, delta):
    price = error**2 / 2
    far = (error > delta) | (error < -delta)
    price[far] = delta * (np.abs(error[far]) - delta / 2)
    return price


@to("huber-loss")
def three_parts(error, delta):
    parts = [error < -delta, error > delta]
    return np.select(
        parts, [-delta * error - delta**2 / 2, delta * error - delta**2 / 2], error**2 / 2
    )


@to("huber-gradient")
def with_sign(error, delta):
    return np.where(np.abs(error) <= delta, error, delta * np.sign(error))


@to("huber-gradient")
def cut_off_in_place(error, delta):
    error[error > delta] = delta
    error[error < -delta] = -delta
    return error


@to("huber-gradient")
def twice_bounded(error, delta):
    return np.maximum(-delta, np.minimum(error, delta))


@to("student-gradient")
def in_units_of_dof(error, dof):
    return error * (1 + 1 / dof) / (1 + error**2 / dof)


@to("student-gradient")
def chain_rule(error, dof):
    inner = 1 + error**2 / dof
    return (dof + 1) / 2 * (2 * error / dof) / inner


@to("learned-scale")
def variance_of_log(error, log_scale):
    return 0.5 * error**2 * np.exp(-2 * log_scale) + log_scale


@to("learned-scale")
def scale_first(error, log_scale):
    scale = np.exp(log_scale)
    return error**2 / (2 * scale**2) + np.log(scale)


@to("scale-gradient")
def precision(error, log_scale):
    return 1 - error**2 * np.exp(-2 * log_scale)


@to("scale-gradient")
def derivative_times_scale(error, log_scale):
    scale = np.exp(log_scale)
    return scale * (1 / scale - error**2 / scale**3)


@to("laplace-fit")
def by_sorting(observations):
    observations.sort()
    middle = observations[len(observations) // 2]
    return np.array([middle, abs(observations - middle).mean()])


@to("laplace-fit")
def by_quantile(observations):
    middle = np.quantile(observations, 0.5)
    return [middle, np.sum(np.abs(observations - middle)) / observations.size]


# Chapters 7 to 12 and the appendix


@to("log-softmax")
def shifted_in_place(logits):
    logits -= logits.max(axis=-1, keepdims=True)
    logits -= np.log(np.exp(logits).sum(axis=-1, keepdims=True))
    return logits


@to("log-softmax")
def by_logaddexp(logits):
    return logits - np.logaddexp.reduce(logits, axis=-1, keepdims=True)


@to("log-softmax")
def shift_put_back(logits):
    top = np.max(logits, axis=-1)[..., None]
    return logits - (top + np.log(np.sum(np.exp(logits - top), axis=-1)[..., None]))


@to("softmax-weights")
def one_hot(W, X, classes):
    return X.T @ (lb.softmax(X @ W) - np.eye(W.shape[1])[classes]) / X.shape[0]


@to("softmax-weights")
def example_by_example(W, X, classes):
    total = np.zeros_like(W)
    for x, k in zip(X, classes, strict=True):
        p = lb.softmax(x @ W)
        p[k] -= 1
        total += np.outer(x, p)
    return total / len(X)


@to("softmax-weights")
def by_einsum(W, X, classes):
    gap = lb.softmax(X @ W) - (classes[:, None] == np.arange(W.shape[1]))
    return np.einsum("nd,nk->dk", X, gap) / len(classes)


@to("softmax-squared-gradient")
def with_jacobian(logits, label):
    p = lb.softmax(logits)
    jacobian = np.diag(p) - np.outer(p, p)
    slope = 2 * p
    slope[label] -= 2
    return jacobian @ slope


@to("softmax-squared-gradient")
def centred(logits, label):
    p = lb.softmax(logits)
    gap = 2 * (p - (np.arange(len(p)) == label))
    return p * gap - p * np.sum(p * gap)


@to("kl")
def by_mask(q, p):
    terms, seen = np.zeros_like(q), q > 0
    terms[seen] = q[seen] * (np.log(q[seen]) - np.log(p[seen]))
    return terms.sum(axis=-1)


@to("kl")
def nan_is_nothing(q, p):
    terms = q * np.log(q / p)
    terms[q == 0] = 0
    return np.sum(terms, axis=-1)


@to("kl")
def one_for_none(q, p):
    ratio = np.where(q == 0, 1, q) / np.where(q == 0, 1, p)
    return (q * np.log(ratio)).sum(-1)


@to("distillation")
def factors_cancelled(student, teacher, T):
    return T * (lb.softmax(student / T) - lb.softmax(teacher / T))


@to("distillation")
def row_by_row(student, teacher, T):
    signals = []
    for s, t in zip(student, teacher, strict=True):
        p, q = np.exp((s - s.max()) / T), np.exp((t - t.max()) / T)
        signals.append(T**2 * (p / p.sum() - q / q.sum()) * (1 / T))
    return signals


@to("svm-gradient")
def those_who_pull(w, b, X, y, C):
    pulls = y * (X @ w + b) < 1
    return np.append(w - C * y[pulls] @ X[pulls], -C * y[pulls].sum())


@to("svm-gradient")
def add_each(w, b, X, y, C):
    gradient = np.concatenate([w, [0.0]])
    for x, label in zip(X, y, strict=True):
        if label * (w @ x + b) < 1:
            gradient[:-1] -= C * label * x
            gradient[-1] -= C * label
    return gradient


@to("svm-gradient")
def input_of_ones(w, b, X, y, C):
    ones = np.column_stack([X, np.ones(len(X))])
    missing = 1 - y * (ones @ np.append(w, b))
    return np.append(w, 0) - C * ones.T @ (y * (missing > 0))


@to("silent-examples")
def nothing_missing(scores, labels):
    return 1 - labels * scores < 0


@to("silent-examples")
def label_by_label(scores, labels):
    return ((labels > 0) & (scores > 1)) | ((labels < 0) & (scores < -1))


@to("silent-examples")
def one_at_a_time(scores, labels):
    return [bool(y * f > 1) for f, y in zip(scores, labels, strict=True)]


@to("reliability")
def by_edges(stated, outcomes, edges):
    rows = []
    for low, high in zip(edges[:-1], edges[1:], strict=True):
        inside = (stated >= low) & (stated < high)
        rows.append([stated[inside].mean(), outcomes[inside].mean()])
    return np.transpose(rows)


@to("reliability")
def by_histograms(stated, outcomes, edges):
    count = np.histogram(stated, edges)[0]
    said = np.histogram(stated, edges, weights=stated)[0]
    return said / count, np.histogram(stated, edges, weights=outcomes)[0] / count


@to("reliability")
def by_bincount(stated, outcomes, edges):
    place = np.searchsorted(edges, stated, side="right") - 1
    count = np.bincount(place)
    return np.bincount(place, stated) / count, np.bincount(place, outcomes) / count


@to("sharpness-gradient")
def by_expit(a, scores, labels):
    return -np.mean(labels * scores * expit(-a * labels * scores))


@to("sharpness-gradient")
def by_exp(a, scores, labels):
    margin = labels * scores
    return -(margin / (1 + np.exp(a * margin))).sum() / len(scores)


@to("quantile-residual")
def from_the_top(below, own, u):
    return -ndtri(1 - below - own + (1 - u) * own)


@to("quantile-residual")
def between_two(below, own, u):
    return norm.ppf((1 - u) * below + u * (below + own))


@to("negative-binomial-gradient")
def with_r(f, count, alpha):
    r, mean = 1 / alpha, np.exp(f)
    return r * (mean - count) / (mean + r)


@to("negative-binomial-gradient")
def error_over_variance(f, count, alpha):
    mean = math.exp(f)
    return (mean - count) / (mean + alpha * mean**2) * mean


@to("undo-weights")
def without_odds(stated, w):
    return stated / (stated + w * (1 - stated))


@to("undo-weights")
def in_log_odds(stated, w):
    return expit(np.log(stated / (1 - stated)) - np.log(w))


@to("undo-weights")
def of_the_other(stated, w):
    return 1 / (1 + w * (1 / stated - 1))


@to("ordered-probabilities")
def with_both_ends(f, cuts):
    up_to = expit(np.array([-np.inf, *cuts, np.inf]) - f)
    return up_to[1:] - up_to[:-1]


@to("ordered-probabilities")
def from_above(f, cuts):
    beyond = 1 / (1 + np.exp(cuts - f))
    return np.append(1, beyond) - np.append(beyond, 0)


@to("max-affine")
def by_maximum(slopes, heights, x):
    values = heights + x * slopes
    return np.array([np.max(values), slopes[values == values.max()][0]])


@to("max-affine")
def by_python(slopes, heights, x):
    best = max(range(len(slopes)), key=lambda k: slopes[k] * x + heights[k])
    return [slopes[best] * x + heights[best], slopes[best]]
