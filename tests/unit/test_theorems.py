"""What is true of the losses whatever the numbers: bounds, symmetries, convexity, limits."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from oracle import INSTANCES, example, of

import lossbook
from lossbook import (
    AbsoluteError,
    CategoricalLoss,
    CrossEntropy,
    Exponential,
    Focal,
    GeneralRobust,
    Hinge,
    Huber,
    LogCosh,
    Logistic,
    MarginLoss,
    MulticlassHinge,
    Poisson,
    Quantile,
    ResidualLoss,
    SoftmaxSquaredError,
    SquaredError,
    SquaredHinge,
    StudentT,
    log_softmax,
    logsumexp,
    softmax,
)
from lossbook.losses.margin import log_product

sixteenth = st.integers(-800, 800).map(lambda k: k / 16)  # their sums round nothing
errors = arrays(float, 7, elements=st.floats(-50, 50))
tables = arrays(float, (5, 4), elements=sixteenth)
classes = arrays(np.intp, 5, elements=st.integers(0, 3))


def losses(*families):
    return pytest.mark.parametrize("loss", of(*families), ids=repr)


def close(a, b, rtol=1e-12, atol=1e-13):
    np.testing.assert_allclose(a, b, rtol=rtol, atol=atol)


# Prices


@losses(ResidualLoss)
@given(error=errors)
def test_an_error_costs_no_less_than_none(loss, error):
    assert (loss.rho(error) >= 0).all()
    assert loss.rho(np.zeros(1)) == loss.psi(np.zeros(1)) == 0
    assert (loss.psi(error) * error >= 0).all()


@losses(ResidualLoss)
@given(error=errors)
def test_errors_on_both_sides_cost_alike(loss, error):
    mirror = replace(loss, level=1 - loss.level) if hasattr(loss, "level") else loss
    close(mirror.rho(-error), loss.rho(error))
    close(mirror.psi(-error), -loss.psi(error))


@losses(MarginLoss)
@given(margin=errors, step=st.floats(0, 10))
def test_a_larger_margin_costs_no_more(loss, margin, step):
    assert (loss.phi(margin) >= 0).all()
    assert (loss.phi(margin + step) <= loss.phi(margin)).all()
    assert (loss.slope(margin) <= 0).all()


@losses(CategoricalLoss)
@given(logits=tables, target=classes)
def test_a_class_costs_no_less_than_nothing(loss, logits, target):
    value, grad = loss.value_and_grad(logits, target)
    assert (value >= 0).all()
    if getattr(loss, "label_smoothing", 0) == 0:
        assert (grad[np.arange(5), target] <= 0).all()


# Convexity: `convex` says what is found


def chord_above(loss, a, b, target, share):
    """How far the chord between two predictions lies above the loss; nothing of one beyond all
    numbers is below it."""
    middle = share * a + (1 - share) * b
    with np.errstate(invalid="ignore"):
        chord = share * loss(a, target) + (1 - share) * loss(b, target)
        above = (chord - loss(middle, target)) / (1 + np.abs(chord))
    return np.where(np.isfinite(chord), above, 0)


@pytest.mark.parametrize("loss", [loss for loss in INSTANCES if loss.convex], ids=repr)
@given(seed=st.integers(0, 2**32 - 1), share=st.floats(0, 1))
def test_convex_losses_lie_below_their_chords(loss, seed, share):
    a, target = example(loss, seed=seed)
    b = example(loss, seed=seed + 1, spread=10.0)[0]
    assert (chord_above(loss, a, b, target, share) >= -1e-9).all()


@pytest.mark.parametrize("loss", [loss for loss in INSTANCES if not loss.convex], ids=repr)
def test_the_others_do_not(loss):
    found = 0
    for spread in (1.0, 10.0, 100.0, 1e4):
        a, target = example(loss, n=400, seed=1, spread=spread)
        b = example(loss, n=400, seed=2, spread=spread)[0]
        found = min(found, chord_above(loss, a, b, target, 0.5).min())
    assert found < -1e-7


# Gradients


@pytest.mark.parametrize(
    ("loss", "bound"),
    [
        (AbsoluteError(), 1),
        (Huber(delta=0.25), 0.25),
        (Quantile(level=0.8), 0.8),
        (Quantile(level=0.1), 0.9),
        (LogCosh(), 1),
        (StudentT(dof=3.0), 4 / (2 * 3**0.5)),  # at error = sqrt(dof)
        (GeneralRobust(alpha=1.0, scale=4.0), 0.25),
        (GeneralRobust(alpha=0.0, scale=2.0), 0.5**0.5 / 2),
        (GeneralRobust(alpha=-np.inf), np.exp(-0.5)),
    ],
    ids=repr,
)
def test_influence_is_bounded_and_the_bound_is_reached(loss, bound):
    error = np.concatenate([np.linspace(-9, 9, 200_001), [-1e6, 1e6]])
    assert np.abs(loss.psi(error)).max() == pytest.approx(bound, rel=1e-8)


@pytest.mark.parametrize(
    "loss", [StudentT(), GeneralRobust(alpha=0.5), GeneralRobust(alpha=-2.0)], ids=repr
)
def test_influence_falls_back_where_it_should(loss):
    influence = loss.psi(10.0 ** np.arange(1, 12))
    assert (np.diff(influence) < 0).all()
    assert influence[-1] < 1e-4


@losses(CategoricalLoss)
@given(logits=tables, target=classes)
def test_signals_to_the_classes_add_up_to_zero(loss, logits, target):
    grad = loss.grad(logits, target)
    close(grad.sum(axis=1), 0, atol=1e-14)


@pytest.mark.parametrize(
    "loss", [CrossEntropy(), CrossEntropy(label_smoothing=0.2), SoftmaxSquaredError()], ids=repr
)
@given(logits=tables, others=tables, target=classes)
def test_soft_targets(loss, logits, others, target):
    q = softmax(others)
    value, grad = loss.value_and_grad(logits, q)
    assert (value >= 0).all()
    close(grad.sum(axis=1), 0, atol=1e-14)
    hard, soft = loss.value_and_grad(logits, target), loss.value_and_grad(logits, np.eye(4)[target])
    for a, b in zip(soft, hard, strict=True):
        np.testing.assert_allclose(a, b, rtol=2e-13, atol=1e-15)


@given(logits=tables, q=tables)
def test_cross_entropy_is_linear_in_the_target(logits, q):
    q = softmax(q)
    parts = np.stack([CrossEntropy()(logits, np.full(5, k)) for k in range(4)], axis=1)
    close(CrossEntropy()(logits, q), (q * parts).sum(axis=1))


@given(logits=tables)
def test_proper_scores_are_least_at_the_truth(logits):
    """In expectation: the price of saying p when q is true is least at p = q."""
    q = softmax(logits / 20)
    for loss in (CrossEntropy(), SoftmaxSquaredError()):
        price = sum(q[:, k] * loss(np.log(q), np.full(5, k)) for k in range(4))
        wrong = sum(q[:, k] * loss(logits, np.full(5, k)) for k in range(4))
        assert (price <= wrong + 1e-12).all()


# Symmetries


@losses(CategoricalLoss)
@given(logits=tables, target=classes, shift=sixteenth)
def test_a_shift_of_all_logits_changes_nothing(loss, logits, target, shift):
    value, grad = loss.value_and_grad(logits, target)
    for moved, still in zip(
        loss.value_and_grad(logits + shift, target), (value, grad), strict=True
    ):
        close(moved, still, rtol=1e-9, atol=1e-11)


@losses(CategoricalLoss)
def test_a_shift_of_very_many_logits_changes_nothing(loss):
    """Each exponential still fits into float32, the square of their sum would not."""
    logits = example(loss, n=1, K=200_000, dtype=np.float32, spread=0.1)[0]
    moved, still = (loss.value_and_grad(logits + c, [7]) for c in np.float32([33, 0]))
    for a, b in zip(moved, still, strict=True):
        close(a, b, rtol=1e-4, atol=0)


@pytest.mark.parametrize("loss", [CrossEntropy(), SoftmaxSquaredError()], ids=repr)
def test_sure_and_right_is_as_small_for_soft_targets(loss):
    logits, target = 40 * np.array([[1, 0, 0.1], [0, 0.2, 1], [0.1, 1, 0]]), np.array([0, 2, 1])
    soft, hard = (loss.value_and_grad(logits, t) for t in (np.eye(3)[target], target))
    for a, b in zip(soft, hard, strict=True):
        close(a, b, rtol=1e-10, atol=0)


@losses(CategoricalLoss)
@given(logits=tables, target=classes, order=st.permutations(range(4)))
def test_the_order_of_the_classes_does_not_matter(loss, logits, target, order):
    value, grad = loss.value_and_grad(logits, target)
    moved = loss.value_and_grad(logits[:, order], np.argsort(order)[target])
    close(moved[0], value)
    close(moved[1], grad[:, order])


@pytest.mark.parametrize(
    "loss",
    [loss for loss in of(CategoricalLoss) if loss != CrossEntropy(label_smoothing=0.1)],
    ids=repr,
)  # smoothing spreads over all classes
@pytest.mark.parametrize("K", [9, 60, 300])
@pytest.mark.parametrize("spread", [1.0, 400.0])
def test_classes_that_cannot_occur_change_nothing(loss, K, spread):
    """However many there are: few classes take another way through memory than many."""
    logits, target = example(loss, n=23, K=5, spread=spread)
    wide = np.full((23, K), -np.inf)
    place = np.random.default_rng(3).permutation(K)[:5]
    wide[:, place] = logits
    value, grad = loss.value_and_grad(logits, target)
    wide_value, wide_grad = loss.value_and_grad(wide, place[target])
    close(wide_value, value, atol=0)
    close(wide_grad[:, place], grad, rtol=1e-11, atol=1e-15)
    assert not np.delete(wide_grad, place, axis=1).any()
    if loss.soft_targets:
        q = softmax(example(loss, n=23, K=5, seed=1)[0])
        wide_q = np.zeros((23, K))
        wide_q[:, place] = q
        value, grad = loss.value_and_grad(logits, q)
        wide_value, wide_grad = loss.value_and_grad(wide, wide_q)
        close(wide_value, value)
        close(wide_grad[:, place], grad, rtol=1e-11, atol=1e-15)


@given(logits=tables, shift=sixteenth)
def test_softmax_and_its_logs(logits, shift):
    p = softmax(logits)
    close(p.sum(axis=1), 1)
    close(softmax(logits + shift), p, rtol=1e-11)
    close(np.exp(log_softmax(logits)), p)
    close(
        log_softmax(logits), -np.stack([CrossEntropy()(logits, np.full(5, k)) for k in range(4)], 1)
    )
    close(logsumexp(logits + shift), logsumexp(logits) + shift)  # g(x + b) = g(x) + b
    assert (logsumexp(logits) >= logits.max(axis=1)).all()
    assert (logsumexp(logits) <= logits.max(axis=1) + np.log(4) + 1e-13).all()
    np.testing.assert_allclose(logsumexp(logits), np.log(np.exp(logits).sum(axis=1)), atol=1e-12)
    close(softmax(logits.T.reshape(2, 2, 5)), softmax(logits.T).reshape(2, 2, 5))
    close(logsumexp(logits[0]), logsumexp(logits)[0])
    assert np.shape(logsumexp(logits[0])) == ()


def test_the_limits_of_softmax():
    np.testing.assert_array_equal(softmax([1.0, np.inf, -np.inf]), [0, 1, 0])
    np.testing.assert_array_equal(log_softmax([1.0, np.inf, 2]), [-np.inf, 0, -np.inf])
    assert logsumexp([1.0, np.inf]) == np.inf
    assert logsumexp([1e300, -1e300]) == 1e300
    assert log_softmax([0.0, -100.0])[0] == -np.exp(-100.0)
    assert softmax(np.zeros((0, 3))).shape == (0, 3)
    assert softmax(np.float32([1, 2])).dtype == np.float32
    for helper in (softmax, log_softmax, logsumexp):
        with pytest.raises(ValueError, match="allowed"):
            helper(1.0)
        with pytest.raises(ValueError, match=r"logits have shape \(2, 0\)"):
            helper(np.zeros((2, 0)))
        with pytest.raises(TypeError, match="logits must hold real numbers"):
            helper(["a", "b"])


scales = st.floats(0.01, 100)


@given(error=errors, k=scales)
def test_a_change_of_units_is_a_change_of_scale(error, k):
    close(SquaredError().rho(k * error), k**2 * SquaredError().rho(error))
    close(AbsoluteError().rho(k * error), k * AbsoluteError().rho(error))
    close(Quantile(level=0.3).rho(k * error), k * Quantile(level=0.3).rho(error))
    close(Huber(delta=2 * k).rho(k * error), k**2 * Huber(delta=2.0).rho(error))
    close(Huber(delta=2 * k).psi(k * error), k * Huber(delta=2.0).psi(error))
    for alpha in (-np.inf, -2.0, 0.0, 1.0, 1.5, 2.0, 3.0):
        wide, narrow = (
            GeneralRobust(alpha=alpha, scale=3 * k),
            GeneralRobust(alpha=alpha, scale=3.0),
        )
        close(wide.rho(k * error), narrow.rho(error), rtol=1e-11)
        close(k * wide.psi(k * error), narrow.psi(error), rtol=1e-11)


# One loss inside another


@given(error=errors)
def test_losses_of_errors_inside_others(error):
    square = SquaredError()
    close(Huber(delta=60.0).rho(error), square.rho(error))
    close(Huber(delta=1e-9).rho(error) / 1e-9, np.abs(error), atol=1e-8)
    close(2 * Quantile().rho(error), AbsoluteError().rho(error))
    close(GeneralRobust(alpha=2.0).rho(error), square.rho(error))
    close(GeneralRobust(alpha=2 - 1e-10).rho(error), square.rho(error), rtol=1e-7)
    close(GeneralRobust(alpha=1.0).rho(error), np.sqrt(error**2 + 1) - 1, atol=1e-13)
    close(GeneralRobust(alpha=0.0).rho(error), StudentT(dof=2.0).rho(error) / 1.5)
    close(GeneralRobust(alpha=1e-10).rho(error), GeneralRobust(alpha=0.0).rho(error), rtol=1e-8)
    close(GeneralRobust(alpha=-2.0).rho(error), 2 * error**2 / (error**2 + 4))
    close(GeneralRobust(alpha=-1e8).rho(error), GeneralRobust(alpha=-np.inf).rho(error), rtol=1e-6)
    close(StudentT(dof=1e9).rho(error), square.rho(error), rtol=1e-5)
    assert (LogCosh().rho(error) <= np.minimum(square.rho(error), np.abs(error)) + 1e-15).all()
    assert (LogCosh().rho(error) >= np.abs(error) - np.log(2)).all()


@given(
    z=arrays(float, (6, 2), elements=sixteenth),
    target=arrays(np.intp, 6, elements=st.integers(0, 1)),
)
def test_two_classes_are_a_margin(z, target):
    label, score = 2 * target - 1, z[:, 1] - z[:, 0]
    for many, two in ((CrossEntropy(), Logistic()), (MulticlassHinge(), Hinge())):
        close(many(z, target), two(score, label), rtol=1e-10)
        close(many.grad(z, target)[:, 1], two.grad(score, label), rtol=1e-10)
    p_wrong = 1 / (1 + np.exp(label * score))
    close(SoftmaxSquaredError()(z, target), 2 * p_wrong**2, rtol=1e-10)
    close(Focal(gamma=2.0)(z, target), p_wrong**2 * Logistic()(score, label), rtol=1e-9)


@given(logits=tables, target=classes, margin=errors)
def test_more_of_the_same(logits, target, margin):
    close(Focal(gamma=0.0)(logits, target), CrossEntropy()(logits, target))
    close(Focal(gamma=0.0).grad(logits, target), CrossEntropy().grad(logits, target))
    uniform = np.full((5, 4), 0.25)
    mixed = 0.8 * np.eye(4)[target] + 0.2 * uniform
    close(CrossEntropy(label_smoothing=0.2)(logits, target), CrossEntropy()(logits, mixed))
    close(SquaredHinge().phi(margin), Hinge().phi(margin) ** 2)
    close(np.log1p(Exponential().phi(margin)), Logistic().phi(margin), rtol=1e-10)
    assert (Exponential().phi(margin) >= Logistic().phi(margin)).all()


@given(factors=arrays(float, st.integers(0, 40), elements=st.floats(1, 1e30)))
def test_the_log_of_a_product_is_the_sum_of_the_logs(factors):
    """The risk of logistic regression takes it for granted; where it fails, only speed is lost."""
    close(log_product(factors), np.log(factors).sum())


@given(log_rate=errors, count=arrays(float, 7, elements=st.floats(1e-3, 1e6)))
def test_poisson_is_least_at_the_log_of_the_count(log_rate, count):
    assert (Poisson()(log_rate, count) >= Poisson()(np.log(count), count) - 1e-12 * count).all()
    signal = Poisson().grad(log_rate, count)
    sure = np.abs(signal) > 1e-14 * count  # the two terms of the signal do not all but cancel
    assert (np.sign(signal) == np.sign(log_rate - np.log(count)))[sure].all()
    close(log_rate[~sure], np.log(count[~sure]))


def test_what_the_broken_signal_is():
    """Sure and wrong: cross-entropy still says so, squared error on softmax falls silent."""
    logits = np.array([[0.0, x] for x in (1.0, 10.0, 100.0, 700.0)])
    loud = np.abs(CrossEntropy().grad(logits, np.zeros(4, int))[:, 0])
    quiet = np.abs(SoftmaxSquaredError().grad(logits, np.zeros(4, int))[:, 0])
    assert (np.diff(loud) >= 0).all()
    close(loud[-1], 1)
    np.testing.assert_allclose(quiet[1:], 4 * np.exp(-logits[1:, 1]), rtol=1e-3)
    assert lossbook.SoftmaxSquaredError()(logits, np.zeros(4, int))[-1] == 2
