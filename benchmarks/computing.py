"""What chapter 16 says of PyTorch and JAX: sums, kinks, ``where``, denominators, shapes and loss
scaling, run in both on a CPU."""

import warnings

import jax
import jax.numpy as jnp
import numpy as np
import torch

from . import report

NN, F = torch.nn, torch.nn.functional
CPU = jax.devices("cpu")[0]


def in_torch(function, x):
    """Value and gradient at a number or a list."""
    leaf = torch.tensor(x, requires_grad=True)
    value = function(leaf)
    return float(value.detach()), torch.autograd.grad(value, leaf)[0].tolist()


def in_jax(function, x):
    value, slope = jax.value_and_grad(function)(jnp.array(x))
    assert np.array_equal(jax.jit(jax.grad(function))(jnp.array(x)), slope, equal_nan=True)
    return float(value), slope.tolist()


def both(function, x):
    """Of a function of the library: of ``torch``, and of ``jax.numpy``."""
    return (
        in_torch(lambda z: function(torch, torch.tensor, z), x),
        in_jax(lambda z: function(jnp, jnp.array, z), x),
    )


def warned(call):
    """Whether it warns."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        call()
    return bool(said)


def sums():
    """A thousand ones in bfloat16: asked for the sum, and one after the other."""
    ones = torch.ones(1000, dtype=torch.bfloat16), jnp.ones(1000, jnp.bfloat16)
    loops = [sum(one[1:], one[0]) for one in ones]
    return [*(float(one.sum()) for one in ones), *map(float, loops)], [1000, 1000, 256, 256]


def rounded_once():
    """Of forty random sums of bfloat16, those that are the sum in float32, rounded at the end."""
    rng, found = np.random.default_rng(3), np.zeros(2)
    for n in (1000, 100_000) * 20:
        x = torch.tensor(rng.normal(1, 1, n)).bfloat16()
        y = jnp.array(x.float().numpy()).astype(jnp.bfloat16)
        once = x.float().sum().bfloat16(), y.astype(jnp.float32).sum().astype(jnp.bfloat16)
        found += [float(x.sum()) == float(once[0]), float(y.sum()) == float(once[1])]
    return found.tolist(), [40, 40]


def cut_log():
    """``binary_cross_entropy`` of the label 0 at the logit 20."""
    price = in_torch(lambda z: F.binary_cross_entropy(z.sigmoid(), torch.tensor(0.0)), 20.0)
    return price, (100, 0)


def branches():
    """A ``where`` over the two forms of log(1 + exp(z)), at 800."""

    def price(lib, _, z):
        high, low = z + lib.log(1 + lib.exp(-z)), lib.log(1 + lib.exp(z))
        return lib.where(z > 0, high, low)

    return both(price, 800.0), [(800, np.nan)] * 2


def kinks():
    """Slopes at 0: ``abs, relu, maximum, clamp`` or ``clip``, and ``relu(x) - relu(-x)``."""
    zero = torch.tensor(0.0)
    of_torch = [
        torch.abs,
        torch.relu,
        lambda x: torch.maximum(x, zero),
        lambda x: torch.clamp(x, min=0),
        lambda x: torch.relu(x) - torch.relu(-x),
    ]
    of_jax = [
        jnp.abs,
        jax.nn.relu,
        lambda x: jnp.maximum(x, 0),
        lambda x: jnp.clip(x, 0),
        lambda x: jax.nn.relu(x) - jax.nn.relu(-x),
    ]
    found = [
        [in_torch(function, 0.0)[1] for function in of_torch],
        [in_jax(function, 0.0)[1] for function in of_jax],
    ]
    return found, [[0, 0, 0.5, 1, 0], [1, 0, 0.5, 0.5, 0]]


def masked():
    """The loss of a padded example: times the mask, in a ``where``, and with the input chosen."""

    def times(lib, array, p):
        return (-lib.log(p) * array([1.0, 0.0])).sum()

    def chosen(lib, array, p):
        return lib.where(array([1.0, 0.0]) > 0, -lib.log(p), array(0.0)).sum()

    def input_first(lib, array, p):
        return -lib.log(lib.where(array([1.0, 0.0]) > 0, p, array(1.0))).sum()

    ways = times, chosen, input_first
    found = [[[v, *s] for v, s in both(way, [0.5, 0.0])] for way in ways]
    value = np.log(2)
    stated = [[np.nan, -2, np.nan], [value, -2, np.nan], [value, -2, 0]]
    return found, [[row, row] for row in stated]


def no_class():
    """Softmax of a row in which every class has the logit −∞."""
    row = [-np.inf] * 3
    found = torch.softmax(torch.tensor(row), 0), jax.nn.softmax(jnp.array(row))
    return [list(map(float, one)) for one in found], [[np.nan] * 3] * 2


def example():
    rng = np.random.default_rng(1)
    logits, classes = torch.tensor(rng.normal(size=(6, 3))), torch.tensor([0, 1, 2, 0, 1, 1])
    return logits, classes, torch.tensor([1.0, 2.0, 5.0], dtype=torch.float64)


def weights():
    """By what the weighted sum is divided: by the weights, and by the number."""
    logits, classes, of_class = example()
    labels, of_label = (classes > 0).double(), of_class[classes]
    each = F.cross_entropy(logits, classes, reduction="none")
    bits = F.binary_cross_entropy_with_logits(logits[:, 0], labels, reduction="none")
    found = [
        NN.CrossEntropyLoss(weight=of_class)(logits, classes),
        NN.BCEWithLogitsLoss(weight=of_label)(logits[:, 0], labels),
    ]
    return map(float, found), [
        float((of_label * each).sum() / of_label.sum()),
        float((of_label * bits).sum() / len(bits)),
    ]


def over_classes():
    """How many times the sum over the table exceeds the loss; and that ``KLDivLoss`` warns."""
    logits, classes, _ = example()
    table, said = F.one_hot(classes).double(), logits.log_softmax(1)
    q = logits.flip(0).softmax(1)
    total = F.binary_cross_entropy_with_logits(logits, table, reduction="sum")
    apart = NN.KLDivLoss(reduction="sum")(said, q)
    found = [
        float(total / NN.BCEWithLogitsLoss()(logits, table)),
        float(apart / NN.KLDivLoss(reduction="batchmean")(said, q)),
    ]
    warns = warned(lambda: found.append(float(apart / NN.KLDivLoss(reduction="mean")(said, q))))
    return [*found, warns], [18, 6, 18, True]


def shapes():
    """A column minus a row: ``MSELoss`` warns, a plain minus does not."""
    row = torch.tensor([1.0, 2.0, 6.0])
    column, found = row[:, None], []
    warns = warned(lambda: found.append(float(NN.MSELoss()(column, row))))
    silent = warned(lambda: found.append(float(((column - row) ** 2).mean())))
    return [*found, warns, silent], [28 / 3, 28 / 3, True, False]


def scaling():
    """The scale of ``GradScaler`` at the start, after NaN and ∞, and the weight, which stays."""
    weight = NN.Parameter(torch.ones(1))
    step, scaler = torch.optim.SGD([weight]), torch.amp.GradScaler("cpu")
    found = [scaler.scale(torch.tensor(1.0)).item()]
    for gradient in (torch.nan, torch.inf):
        weight.grad = torch.tensor([gradient])
        scaler.step(step)
        scaler.update()
        found.append(scaler.get_scale())
    return [*found, weight.item()], [2**16, 2**15, 2**14, 1]


FACTS = (
    sums,
    rounded_once,
    cut_log,
    branches,
    kinks,
    masked,
    no_class,
    weights,
    over_classes,
    shapes,
    scaling,
)


def flat(numbers):
    if isinstance(numbers, (int, float)):
        return [float(numbers)]
    return [number for part in numbers for number in flat(part)]


def main():
    rows = []
    with jax.default_device(CPU):
        for fact in FACTS:
            found, stated = map(flat, fact())
            np.testing.assert_allclose(found, stated, rtol=1e-6, err_msg=fact.__name__)
            numbers = ", ".join(f"{number:.4g}" for number in found)
            rows.append([" ".join(fact.__doc__.split()).replace("``", "`"), numbers])
    report.write(
        "computing",
        "What chapter 16 says of PyTorch and JAX",
        "Each statement, run on a CPU; it fails if a number is another than the chapter says. True "
        "is 1, and False 0. The first line has four numbers, of PyTorch, JAX, PyTorch, JAX; where "
        "a line has numbers of both, PyTorch's come first. In JAX each gradient is the same under "
        "`jit`.",
        report.table(["", "found"], rows),
        libraries=("torch", "jax"),
    )


if __name__ == "__main__":
    main()
