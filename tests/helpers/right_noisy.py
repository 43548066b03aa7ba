"""Right answers to the exercises of "Noise on purpose", written in other ways."""

import math

import numpy as np
from tasks import collection

import lossbook as lb

RIGHT, to = collection()


@to("best-denoiser")
def by_softmax(noisy, clean, sigma):
    return lb.softmax(-(((noisy - clean) / sigma) ** 2) / 2) @ clean


@to("best-denoiser")
def by_pairs(noisy, clean, sigma):
    answer = 0.0
    for own in clean:
        odds = (np.square(noisy - own) - np.square(noisy - clean)) / (2 * sigma * sigma)
        answer += own / np.exp(np.minimum(odds, 700)).sum()
    return answer


@to("velocity-to-clean")
def by_noise(noisy, velocity, sigma):
    alpha = math.sqrt(1 - sigma * sigma)
    noise = sigma * noisy + alpha * velocity
    return (noisy - sigma * noise) / alpha if alpha > 0.5 else (alpha * noise - velocity) / sigma


@to("velocity-to-clean")
def by_angle(noisy, velocity, sigma):
    angle = np.arcsin(sigma)
    return np.cos(angle) * noisy - np.sin(angle) * velocity


@to("unbiased-price")
def by_package(margin, eta):
    label = np.ones(len(margin))
    right = lb.Logistic()(margin, label)
    return right - eta / (1 - 2 * eta) * margin


@to("unbiased-price")
def by_system(margin, eta):
    flips = np.array([[1 - eta, eta], [eta, 1 - eta]])
    losses = np.stack([np.logaddexp(0, -margin), np.logaddexp(0, margin)])
    return (np.linalg.inv(flips) @ losses)[0]
