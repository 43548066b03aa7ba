"""What noise loads, in a process of its own: a line at import, one with densities and samples, and
one with a count's probability."""

import sys

import numpy as np

known = set(sys.modules)

from lossbook import LogCosh, noise  # noqa: E402


def loaded():
    print(*{name.partition(".")[0] for name in set(sys.modules) - known})


loaded()
zeros = np.zeros(3)
for model in noise.NOISES.values():
    if issubclass(model, noise.LocationNoise):
        model().density(zeros, zeros)
noise.Bernoulli().density(zeros, np.ones(3))
noise.Categorical().density(np.zeros((3, 2)), [0, 1, 1])
noise.of(LogCosh()).density(zeros, zeros)
for model in (noise.Gaussian, noise.StudentT, noise.Bernoulli, noise.Poisson):
    model().sample(zeros, None, np.random.default_rng(1))
loaded()
noise.Poisson().density(zeros, zeros)
loaded()
