"""The risk on a real cluster of processes, on data larger than the memory of each."""

import dask.array as da
import numpy as np
import pytest
from dask.distributed import Client, LocalCluster
from oracle import example

import lossbook
from lossbook import CategoricalLoss, CrossEntropy, Logistic, scale

LIMIT = 400 * 2**20


@pytest.fixture(scope="module")
def client():
    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, memory_limit=LIMIT, dashboard_address="127.0.0.1:0"
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client


def test_every_loss_as_in_one_memory(client):
    expected, lazy = [], []
    for loss in (loss() for loss in lossbook.LOSSES.values()):
        prediction, target = example(loss, n=50, K=6)
        wide = (20, 4) if isinstance(loss, CategoricalLoss) else 20
        blocks = da.from_array(prediction, chunks=wide), da.from_array(target, chunks=17)
        lazy.append(scale.risk_and_grad(loss, *blocks))
        expected.append(lossbook.risk_and_grad(loss, prediction, target))
    for seen, one in zip(da.compute(*lazy), expected, strict=True):
        assert seen[0] == pytest.approx(one[0], rel=1e-13)
        np.testing.assert_allclose(seen[1], one[1], rtol=1e-12)


def test_soft_targets(client):
    logits, q = np.random.default_rng(0).normal(size=(2, 30, 5))
    q = lossbook.softmax(q)
    value, grad = scale.risk_and_grad(
        CrossEntropy(), da.from_array(logits, chunks=7), da.from_array(q, chunks=11)
    )
    expected = lossbook.risk_and_grad(CrossEntropy(), logits, q)
    assert value.compute() == pytest.approx(expected[0], rel=1e-13)
    np.testing.assert_allclose(grad.compute(), expected[1], rtol=1e-12)


def test_data_larger_than_the_memory_of_a_worker(client):
    """The gradient of a linear model: examples stay where they are, sums travel."""
    n, features = 12_000_000, 6
    random = da.random.default_rng(1)
    x = random.standard_normal((n, features), chunks=(500_000, features))
    slopes = np.arange(1.0, features + 1) / 4
    label = da.where(random.random(n, chunks=500_000) < 1 / (1 + da.exp(-(x @ slopes))), 1.0, -1.0)
    assert x.nbytes > 1.3 * LIMIT
    value, grad = scale.risk_and_grad(Logistic(), x @ slopes, label)
    value, signal = da.compute(value, x.T @ grad)
    assert 0.4 < value < 0.7
    assert np.abs(signal).max() < 5 / np.sqrt(n) * 1.5  # at the truth the mean signal is noise
    assert np.abs(signal).max() > 1e-6


def test_bad_input_is_the_loss_s_to_name(client):
    with pytest.raises(ValueError, match="labels -1 and"):
        scale.risk_and_grad(Logistic(), da.zeros(4, chunks=2), da.zeros(4, chunks=2))[0].compute()
