"""Right answers to the exercises of chapter 17, written in other ways."""

import numpy as np
from tasks import collection

import lossbook as lb

RIGHT, to = collection()


@to("padded-gradient")
def token_by_token(logits, tokens, real):
    n, places, K = logits.shape
    gradient = np.zeros((n, places, K))
    for text in range(n):
        for place in range(places):
            if real[text, place]:
                z = logits[text, place]
                gradient[text, place] = np.exp(z - z.max()) / np.exp(z - z.max()).sum()
                gradient[text, place, tokens[text, place]] -= 1
    return gradient / real.sum()


@to("padded-gradient")
def from_the_risk(logits, tokens, real):
    gradient = np.zeros(logits.shape)
    _, gradient[real] = lb.risk_and_grad(lb.CrossEntropy(), logits[real], tokens[real])
    return gradient


@to("dpo-gradient")
def with_log_probabilities(policy, reference, chosen, rejected, beta):
    ratio = lb.log_softmax(policy) - lb.log_softmax(reference)
    pull = lb.Logistic().grad(beta * (ratio[chosen] - ratio[rejected]), 1)
    place = np.arange(policy.size)
    return beta * pull * ((place == chosen) * 1.0 - (place == rejected))


@to("dpo-gradient")
def as_two_classes(policy, reference, chosen, rejected, beta):
    pair = np.array([chosen, rejected])
    p = lb.softmax(beta * (policy[pair] - reference[pair]))
    gradient = np.zeros(policy.shape)
    gradient[pair] = beta * (p - np.array([1, 0]))
    return gradient


@to("top-gradient")
def by_masks(scores, top):
    left, gradient = np.ones(scores.size, bool), np.zeros(scores.size)
    for best in top:
        weights = np.where(left, np.exp(scores - scores.max()), 0)
        gradient += weights / weights.sum()
        gradient[best] -= 1
        left[best] = False
    return gradient


@to("top-gradient")
def in_the_order_of_the_list(scores, top):
    order = np.append(top, np.setdiff1d(np.arange(scores.size), top))
    gradient = np.zeros(scores.size)
    for k in range(top.size):
        _, signal = lb.risk_and_grad(lb.CrossEntropy(), scores[order[k:]][None], [0])
        gradient[order[k:]] += signal[0]
    return gradient
