"""Right answers to the exercises of chapter 15, written in other ways."""

import numpy as np
from tasks import collection

import lossbook as lb

RIGHT, to = collection()


@to("sample-crps")
def by_loops(samples, target):
    m, total = len(samples), 0.0
    for x in samples:
        total += abs(x - target) / m
        for other in samples:
            total -= abs(x - other) / (2 * m * m)
    return total


@to("sample-crps")
def by_gaps(samples, target):
    places = np.sort(np.append(samples, target))
    below = np.array([np.mean(samples <= place) for place in places[:-1]])
    came = places[:-1] >= target
    return np.sum(np.diff(places) * (below - came) ** 2)


@to("sample-crps")
def by_ranks(samples, target):
    m = samples.size
    rank = np.arange(1, m + 1)
    apart = np.sum((2 * rank - m - 1) * np.sort(samples)) / m**2
    return np.sum(np.abs(target - samples)) / m - apart


@to("murphy-parts")
def forecast_by_forecast(stated, outcomes):
    shares = np.array([outcomes[stated == p].mean() for p in stated])
    base = outcomes.mean()
    return np.array(
        [
            ((stated - shares) ** 2).mean(),
            ((shares - base) ** 2).mean(),
            ((outcomes - base) ** 2).mean(),
        ]
    )


@to("murphy-parts")
def from_counts(stated, outcomes):
    values, group, count = np.unique(stated, return_inverse=True, return_counts=True)
    share = np.bincount(group, weights=outcomes) / count
    reliability = np.average((values - share) ** 2, weights=count)
    resolution = np.average(share**2, weights=count) - outcomes.mean() ** 2
    return reliability, resolution, outcomes.var()


@to("interval-score")
def by_quantile_losses(lower, upper, target, coverage):
    outside = 1 - coverage
    low = lb.Quantile(outside / 2)(lower, target)
    high = lb.Quantile(1 - outside / 2)(upper, target)
    return 2 * (low + high) / outside


@to("interval-score")
def by_the_nearest_place(lower, upper, target, coverage):
    inside = np.clip(target, lower, upper)
    return (upper - lower) + np.abs(target - inside) / ((1 - coverage) / 2)


@to("interval-score")
def by_cases(lower, upper, target, coverage):
    price = 2 / (1 - coverage)
    score = upper - lower
    score = np.where(target < lower, score + price * (lower - target), score)
    return np.where(target > upper, score + price * (target - upper), score)
