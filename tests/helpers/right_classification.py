"""Right answers to the exercises of chapters 7 to 12 and of the appendix, written in other ways."""

from itertools import pairwise

import numpy as np
from scipy.special import expit, ndtri
from scipy.stats import norm
from tasks import collection

import lossbook as lb

RIGHT, to = collection()


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
    for low, high in pairwise(edges):
        inside = (stated >= low) & ((stated < high) | ((stated == high) & (high == edges[-1])))
        rows.append([stated[inside].mean(), outcomes[inside].mean()])
    return np.transpose(rows)


@to("reliability")
def by_histograms(stated, outcomes, edges):
    count = np.histogram(stated, edges)[0]
    said = np.histogram(stated, edges, weights=stated)[0]
    return said / count, np.histogram(stated, edges, weights=outcomes)[0] / count


@to("reliability")
def by_bincount(stated, outcomes, edges):
    place = np.searchsorted(edges[1:-1], stated, side="right")
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
