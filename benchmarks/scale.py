"""Risk and gradient of a linear model on a cluster of processes, data beyond their memory."""

import time

import dask.array as da
import numpy as np
from dask.distributed import Client, LocalCluster

from lossbook import Logistic
from lossbook.scale import risk_and_grad

from . import report

LIMIT, FEATURES, ROWS = 512 * 2**20, 10, 500_000


def problem(n):
    """Random examples, made where they are needed, and the labels of a known linear model."""
    random = da.random.default_rng(1)
    x = random.standard_normal((n, FEATURES), chunks=(ROWS, FEATURES))
    slopes = np.linspace(-1, 1, FEATURES)
    chance = 1 / (1 + da.exp(-(x @ slopes)))
    return x, slopes, da.where(random.random(n, chunks=ROWS) < chance, 1.0, -1.0)


def main():
    rows = []
    for workers in (1, 2):
        cluster = LocalCluster(
            workers, threads_per_worker=1, memory_limit=LIMIT, dashboard_address="127.0.0.1:0"
        )
        with cluster, Client(cluster):
            for n in (10**6, 5 * 10**6, 2 * 10**7):
                x, slopes, label = problem(n)
                value, grad = risk_and_grad(Logistic(), x @ slopes, label)
                start = time.perf_counter()
                value, signal = da.compute(value, x.T @ grad)
                spent = time.perf_counter() - start
                rows.append(
                    [
                        workers,
                        f"{n:,}",
                        f"{x.nbytes / 2**20:,.0f}",
                        f"{spent:.1f}",
                        f"{value:.4f}",
                        f"{np.abs(signal).max():.1e}",
                    ]
                )
    head = ["processes", "examples", "MiB of data", "seconds", "risk", "largest slope"]
    report.write(
        "scale",
        "Past one memory",
        f"A logistic model with {FEATURES} features at its true slopes, on Dask's `LocalCluster`; "
        f"each process may hold {LIMIT // 2**20} MiB. The time includes making the data.",
        report.table(head, rows),
    )


if __name__ == "__main__":
    main()
