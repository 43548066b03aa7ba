"""Each step of a derivation follows from the one before, and ends on the loss; densities typed in
are read, checked and turned into losses, or refused with a reason."""

import inspect
import time
from dataclasses import fields

import numpy as np
import pytest
import sympy as sp
from scipy import optimize, stats

import lossbook
from lossbook import derive, live, noise
from lossbook.live.javascript import javascript
from lossbook.noise import NOISES, LocationNoise
from lossbook.symbolic import ERROR, CustomLoss, custom, notation, typeset
from lossbook.symbolic.compiling import lambdified
from lossbook.symbolic.reading import parse

NAMES = ["log", "negative", "drop", "loss", "gradient", "minimiser"]
NUMBERS = {"scale": 2, "delta": sp.Rational(7, 5), "dof": 5, "level": sp.Rational(4, 5)}
NUMBERS |= {"dispersion": sp.Rational(2, 5), "shape": 3}
SYMBOLS = {name: sp.Symbol(name, positive=True) for name in NUMBERS}
F, Y = notation(noise.Gamma()).arguments
COUNTS = noise.Poisson, noise.NegativeBinomial
TYPED = [
    "exp(-abs(error)/b)",
    "1/cosh(error/s)",
    "exp(-error**2/2) if abs(error) < d else exp(-d*(abs(error) - d/2))",
    "(1 + error**2/nu)**(-(nu + 1)/2)",
    "exp(-abs(error)**p)",
]


def with_symbols(model):
    return model(**{f.name: SYMBOLS[f.name] for f in fields(model)})


@pytest.fixture(params=[*NOISES, *TYPED])
def derivation(request):
    model = NOISES.get(request.param)
    return derive.steps(with_symbols(model) if model else request.param)


def example(expr, derivation):
    """A sum or product over the examples for two of them, with numbers in place of symbols."""
    expr = expr.subs(sp.Symbol("n", integer=True, positive=True), 2)
    expr = expr.replace(sp.Integral, lambda *_: sp.Float(2.5)).doit()  # any normaliser will do
    if isinstance(derivation.noise, noise.Categorical):
        K, c = sp.Symbol("K", integer=True, positive=True), sp.IndexedBase("c", integer=True)
        expr = expr.subs({K: 3, c[1]: 2, c[2]: 3}).doit()
    values = iter([0.7, -1.9, 2.3, 0.4, -0.6, 1.1, 0.2, 0.9, 3.1, 1.7])
    targets = iter([1, 3])
    indexed = sorted(expr.atoms(sp.Indexed), key=str)
    amounts = isinstance(derivation.noise, (*COUNTS, noise.Gamma))
    given = {e: next(targets) if amounts and str(e.base) == "y" else next(values) for e in indexed}
    others = {s: NUMBERS.get(s.name, 2) for s in expr.free_symbols if isinstance(s, sp.Symbol)}
    return float(expr.subs(given).subs(others).evalf())


def test_the_steps_have_their_names(derivation):
    discrete = isinstance(derivation.noise, (noise.Bernoulli, noise.Categorical, *COUNTS))
    kind = "probability" if discrete else "density"
    assert [step.name for step in derivation] == [kind, f"joint {kind}", *NAMES]
    assert derivation["loss"] is derivation[5]


def test_each_step_follows_from_the_one_before(derivation):
    one, joint, logs, negative, kept, *_ = [step.expression for step in derivation]
    assert one == derive.parts(derivation.noise)[0]
    likelihood = example(joint, derivation)
    assert np.log(likelihood) == pytest.approx(example(logs, derivation))
    assert example(negative, derivation) == pytest.approx(-example(logs, derivation))
    dropped = negative.function - kept.function
    moving = {"error", "f", "s", "z"} & {str(e.base) for e in sp.expand(dropped).atoms(sp.Indexed)}
    if not kept.has(sp.Piecewise):  # SymPy spreads the constants over a Piecewise's branches
        assert not moving
    assert kept != 0


@pytest.mark.parametrize("name", [*[name for name in NOISES if name != "Categorical"], *TYPED])
def test_the_last_steps_are_the_loss_and_its_derivative(name):
    own = with_symbols(NOISES[name]) if name in NOISES else custom(name)
    derivation = derive.steps(own)
    loss, gradient = derivation["loss"].expression, derivation["gradient"].expression
    units = own.scale if name in {"HuberNoise", "Logistic", "StudentT"} else 1
    twin = own.loss.expression(*[argument / units for argument in notation(own).arguments])
    others = {s: NUMBERS.get(s.name, 1) for s in loss.free_symbols | twin.free_symbols}
    for value in (-3.7, -0.4, 0.3, 1.1, 6.0):
        here, right, left = (
            {**others, notation(own).prediction: value + h} for h in (0, 1e-6, -1e-6)
        )
        assert float(loss.subs(here)) == pytest.approx(float(twin.subs(here)))
        slope = float(loss.subs(right) - loss.subs(left)) / 2e-6
        assert float(gradient.subs(here)) == pytest.approx(slope, rel=1e-5)


def test_the_categorical_gradient_is_p_minus_y_for_any_number_of_classes():
    derivation = derive.steps(noise.Categorical())
    z, c = notation(noise.Categorical()).arguments
    k, j = sp.symbols("k j", integer=True)
    K = sp.Symbol("K", integer=True, positive=True)
    p = sp.exp(z[k]) / sp.Sum(sp.exp(z[j]), (j, 1, K))
    assert sp.simplify(derivation["gradient"].expression - (p - sp.KroneckerDelta(c, k))) == 0
    for count in (2, 5):
        logits = sp.symbols(f"z1:{count + 1}", real=True)
        row = [int(i == 1) for i in range(count)]  # class 2 of 1 … count
        loss = derivation["loss"].expression.subs({K: count, c: 2}).doit()
        loss = loss.subs({z[i + 1]: logits[i] for i in range(count)})
        assert sp.simplify(loss - lossbook.CrossEntropy().expression(logits, row)) == 0


@pytest.mark.parametrize(
    ("model", "shown"),
    [
        (noise.Gaussian(SYMBOLS["scale"]), ERROR**2 / 2),
        (noise.Gaussian(3.0), ERROR**2 / 2),
        (noise.Laplace(SYMBOLS["scale"]), sp.Abs(ERROR)),
        (noise.Laplace(0.25), sp.Abs(ERROR)),
        (noise.Gamma(SYMBOLS["shape"]), F + Y * sp.exp(-F)),
        (noise.Gamma(2.5), F + Y * sp.exp(-F)),
    ],
    ids=repr,
)
def test_a_scale_that_is_only_a_factor_is_set_apart(model, shown):
    derivation = derive.steps(model)
    assert derivation["loss"].expression == shown
    assert "The positive factor" in derivation["loss"].reason
    for plain in (noise.Gaussian(), noise.Gamma()):
        assert "The positive factor" not in derive.steps(plain)["loss"].reason
    assert "units of the scale" in derive.steps(noise.StudentT(3, 2))["loss"].reason


@pytest.mark.parametrize("model", NOISES.values())
def test_minimisers_are_what_they_are_called(model):
    rng, own = np.random.default_rng(2), model()
    if model is noise.Categorical:
        target = np.array([0, 1, 1, 2, 2, 2])
        best, size = np.log([1 / 6, 2 / 6, 3 / 6]), 3
    elif model is noise.Bernoulli:
        target, best, size = np.array([-1, 1, 1, 1.0]), np.log(3), 1
    else:
        target, size = own.sample(np.full(41, 0.3), None, rng).astype(float), 1
        named = {
            "the mean": np.mean,
            "the median": np.median,
            "the quantile at the chosen level": lambda y: np.quantile(y, own.level),
            "the log of the mean": lambda y: np.log(np.mean(y)),
        }
        if own.minimiser not in named:
            assert own.minimiser.endswith("M-estimate")
            return
        best = named[own.minimiser](target)

    def risk(constant):
        shape = (len(target), 3) if size == 3 else target.shape
        return lossbook.risk(own.loss, np.broadcast_to(constant, shape).copy(), target)

    for move in np.vstack([np.eye(size), -np.eye(size)]) * 1e-3:
        assert risk(best) < risk(best + (move if size == 3 else move[0]))


def test_signals_need_not_cancel_where_the_risk_has_a_kink_or_a_jump():
    """At the best constant: three equal values of five, half a value at a level, an end."""
    one_sided = "exp(error) if error <= 0 else 0"
    for own, target, best in (
        (noise.Laplace(), [2.0, 2, 2, 8, 8], 2.0),
        (noise.AsymmetricLaplace(0.75), [1.0, 4, 5], 5.0),
        (custom(one_sided), [1.0, 4, 5], 1.0),
    ):
        errors = best - np.array(target)
        risks = [own.loss.rho(errors + move).sum() for move in (-1e-3, 0, 1e-3)]
        assert risks[1] == min(risks)
        assert abs(own.loss.psi(errors).sum()) > 0.1
        reason = derive.steps(own)["minimiser"].reason
        assert f"The best constant is {own.minimiser}. There the signals" in reason
        assert "unless the risk has a kink or a jump" in reason


def test_derivations_are_quick(derivation):
    start = time.perf_counter()
    repr(derive.steps(derivation.noise))
    assert time.perf_counter() - start < 5  # about 0.1 s on an idle machine


def test_what_a_notebook_shows():
    derivation = derive.steps(noise.Gaussian(sp.Symbol("sigma", positive=True)))
    assert repr(derivation).splitlines()[:5] == [
        "Noise: Gaussian",
        "1. density: The error (prediction minus observation) has this density, whatever the "
        "prediction.",
        "   exp(-error**2/(2*sigma**2))/(sigma*sqrt(2*pi))",
        "2. joint density: The observations are independent, so their densities multiply: the "
        "product is the likelihood.",
        "   Product(exp(-error[i]**2/(2*sigma**2))/(sigma*sqrt(2*pi)), (i, 1, n))",
    ]
    shown = derivation._repr_markdown_()
    first = r"p(\varepsilon) = \frac{1}{\sigma \sqrt{2\pi}} \, "
    first += r"e^{- \frac{\varepsilon^{2}}{2 \sigma^{2}}}"
    assert f"1. **Density.** {derivation[0].reason}\n\n   $$\n   {first}\n   $$" in shown
    assert shown == derive.steps(derivation.noise)._repr_markdown_()


def test_latex_is_whole(derivation):
    for step in derivation:
        assert step.latex.count("{") == step.latex.count("}")
        assert step.latex.count(r"\left") == step.latex.count(r"\right")
        assert r"\\," not in step.latex
        assert "error" not in step.latex


# Densities that are typed in


@pytest.mark.parametrize(
    ("text", "values", "twin"),
    [
        ("exp(-abs(error)/b)", {"b": 1}, lossbook.AbsoluteError()),
        ("exp(-error**2/2)/sqrt(2*pi)", {}, lossbook.SquaredError()),
        ("1/cosh(error)", {}, lossbook.LogCosh()),
        ("(1 + error**2/nu)**(-(nu + 1)/2)", {"nu": 4}, lossbook.StudentT(4)),
        ("exp(-max(-q*error, (1 - q)*error))", {"q": 0.9}, lossbook.Quantile(0.9)),
        (
            "exp(-error**2/2) if abs(error) < d else exp(-d*(abs(error) - d/2))",
            {"d": 1.5},
            lossbook.Huber(1.5),
        ),
    ],
)
def test_typed_densities_have_the_losses_of_the_package(text, values, twin):
    own, errors = custom(text, **values), np.linspace(-4, 4, 17)  # 1.5 and 0 among them
    zeros = np.zeros(17)
    assert isinstance(own.loss, CustomLoss)
    np.testing.assert_allclose(own.loss(errors, zeros), twin(errors, zeros), atol=1e-12)
    smooth = errors != 0 if twin.rho(np.array([1e-9]))[0] > 1e-12 else slice(None)
    np.testing.assert_allclose(
        own.loss.grad(errors, zeros)[smooth], twin.grad(errors, zeros)[smooth], atol=1e-12
    )
    expected = noise.of(twin).density(errors, zeros)
    np.testing.assert_allclose(own.density(errors, zeros), expected, rtol=1e-8)
    assert noise.of(own.loss) == own


def test_a_custom_loss_serves_wherever_a_loss_does():
    loss = custom("exp(-error**2/(2*s**2)) + 0.1*exp(-abs(error)/10)", s=1).loss
    target = np.array([0.0, 0.2, -0.1, 0.1, 30.0], np.float32)
    value, grad = lossbook.risk_and_grad(loss, np.ones(5, np.float32), target)
    assert grad.dtype == loss.grad(target, target).dtype == loss(target, target).dtype == np.float32
    assert value == pytest.approx(lossbook.risk(loss, np.ones(5, np.float32), target))
    best = optimize.minimize_scalar(lambda c: lossbook.risk(loss, np.full(5, c), target)).x
    assert 0 < best < 0.2  # it lets the outlier go
    assert lossbook.minimiser(loss, target) == pytest.approx(best, abs=1e-4)
    h = 1e-6
    change = loss(np.full(5, 0.5 + h), target) - loss(np.full(5, 0.5 - h), target)
    np.testing.assert_allclose(loss.grad(np.full(5, 0.5), target), change / (2 * h), atol=1e-6)
    assert not np.shares_memory(loss.grad(target, target), target)


@pytest.mark.parametrize("power", [1, 1.5, 2, 3])
def test_the_slope_at_the_kink_of_a_power_is_a_number(power):
    loss = custom("exp(-(abs(error)/2)**p)", p=power).loss
    assert loss.grad([0.0], [0.0]).tolist() == [0]
    assert custom("exp(-max(-error, 0.5*error))").loss.grad([0.0], [0.0]).tolist() == [-0.25]


def test_a_custom_loss_moves_a_live_figure():
    fig = live.Figure(alt="a typed loss")
    fig.axes[0].set(xlim=(-3, 3), ylim=(0, 5))
    loss = custom("exp(-abs(error)/b)", b=fig.slider("b", 0.5, 2, start=1)).loss
    error = sp.Symbol("error", real=True)
    fig.curve(fig.axes[0], loss.expression(error), error)
    (marks, _), (wider, _) = fig.evaluate(), fig.evaluate({"b": 2})
    (places,), (wide,) = marks.values(), wider.values()
    np.testing.assert_allclose(places[:, 1], np.abs(places[:, 0]))
    np.testing.assert_allclose(wide[:, 1], np.abs(wide[:, 0]) / 2)


@pytest.mark.parametrize("model", [m for m in NOISES.values() if m is not noise.Categorical])
def test_densities_print_as_javascript(model):
    own = with_symbols(model)
    learnt = str(notation(own).prediction)
    for expression in (own.expression, own.log_expression, own.loss.expression):
        expr = expression(*notation(own).arguments)
        assert learnt in javascript(expr, {symbol: str(symbol) for symbol in expr.free_symbols})


def test_samples_of_a_typed_density_follow_it():
    own = custom("1/(1 + error**2/s**2)", s=2)
    sample = own.sample(1.0, 4000, np.random.default_rng(7))
    assert stats.kstest(sample, stats.cauchy(1, 2).cdf).pvalue > 0.01
    one_sided = custom("exp(-error) if error > 0 else 0").sample(
        0.0, 4000, np.random.default_rng(7)
    )
    assert stats.kstest(-one_sided, stats.expon().cdf).pvalue > 0.01


def test_sympy_expressions_are_densities_too():
    e, b = sp.symbols("error b")
    assert custom(sp.exp(-sp.Abs(e) / b), b=2) == custom("exp(-abs(error)/b)", b=2)
    derivation = derive.steps(sp.exp(-sp.Abs(e)))
    assert derivation.loss == CustomLoss(sp.Abs(ERROR))


@pytest.mark.parametrize(
    ("text", "values", "complaint"),
    [
        ("exp(abs(error))", {}, "does not integrate"),
        (
            "1/(1 + abs(error))",
            {},
            "does not integrate .* it goes like .error...-1; let it fall faster",
        ),
        ("1/(1 + error**2)**q", {"q": 0.5}, "does not integrate"),
        ("exp(-abs(error)/b)", {"b": -1}, "does not integrate"),
        ("exp(-abs(error)/b)*0 + 1/b + error*0", {}, "does not depend on error"),
        ("cos(error)*exp(-abs(error))", {}, "is negative at error"),
        ("error*exp(-abs(error))", {}, "is negative at error -"),
        ("1/abs(error)", {}, "is not a finite number at error 0"),
        ("1/(error - 1)**2", {}, "is not a finite number at error 1"),
        ("1/(error - 0.3)**2", {}, "is not a finite number at error 0.3"),
        ("sqrt(-1 - error**2)", {}, "is not a finite number"),
        ("exp(-abs(error)/b)", {"c": 1}, "has no parameter c; it has: b"),
        ("exp(-abs(error)/b)", {"b": np.nan}, "b must be in .−∞, ∞."),
        ("b", {}, "does not depend on error"),
    ],
)
def test_what_is_no_density_is_refused(text, values, complaint):
    with pytest.raises(ValueError, match=complaint):
        custom(text, **values)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "cannot read ''"),
        ("exp(", "cannot read"),
        ("exp(-error", "cannot read"),
        ("2error", "cannot read"),
        ("error\x00", "cannot read"),
        ("(" * 250, "cannot read"),
        ("-" * 290 + "1", "a real number|cannot read|does not"),
        ("x" * 301, "301 characters; allowed: up to 300"),
        ("exp(-error^2)", r"for a power write \*\*"),
        ("exp", "'exp' cannot be used here"),
        ("gamma(error)", "cannot be used here; allowed: numbers"),
        ("exp(error, 2)", "exp takes one argument"),
        ("exp()", "cannot be used here"),
        ("exp(x=error)", "cannot be used here"),
        ("exp(*error)", "cannot be used here"),
        ("'error'", "cannot be used here"),
        ("True", "cannot be used here"),
        ("error if error else 1", "cannot be used here"),
        ("(error > 0) * 2", "cannot be used here"),
        ("1/0 + error", "is not a real number"),
        ("sqrt(-1)*error", "is not a real number"),
        ("1e999*error", "is not a real number"),
        ("9**9**9", "too large"),
        ("exp(exp(exp(100)))", "too large"),
        ("__import__('os').system('true')", "cannot be used here"),
        ("().__class__.__bases__", "cannot be used here"),
        ("[error for error in (1,)]", "cannot be used here"),
        ("(lambda: 1)()", "cannot be used here"),
        ("error.free_symbols", "cannot be used here"),
        ("f'{error}'", "cannot be used here"),
        ("(error := 1)", "cannot be used here"),
    ],
)
def test_text_is_read_and_never_run(text, complaint):
    with pytest.raises(ValueError, match=complaint):
        custom(text)


def test_names_are_parameters_not_python():
    expr = parse("open * abs(error) + eval")
    assert {symbol.name for symbol in expr.free_symbols} == {"open", "error", "eval"}
    assert parse("max(1, 2) + min(3, 4)") == 5


def test_only_text_and_expressions():
    with pytest.raises(TypeError, match="text or a SymPy expression"):
        derive.steps(["exp(-abs(error))"])


def test_a_parameter_without_value_cannot_be_computed_with():
    own = custom("exp(-abs(error)/b)")
    with pytest.raises(ValueError, match="no value for b"):
        own.loss([1.0], [0.0])


def test_densities_are_checked_without_values_of_parameters():
    with pytest.raises(ValueError, match=r"does not integrate .* \(at b = 1\)"):
        custom("exp(abs(error)/b)")
    assert custom("exp(-max(-q*error, (1 - q)*error))")  # q = ½ will do


def test_location_noise_is_what_a_typed_density_makes():
    assert isinstance(custom("exp(-abs(error))"), LocationNoise)


@pytest.mark.parametrize("name", ["density", "negative"])
def test_what_is_shown_is_what_is_meant(name):
    written = {typeset.ROOT: sp.sqrt(2 * sp.pi), typeset.LOG: sp.log(2) + sp.log(sp.pi)}
    for model in (noise.Gaussian(2), noise.StudentT(5), noise.HuberNoise(1)):
        expr = derive.steps(model)[name].expression
        shown = typeset.tidy(expr).subs(written)
        if isinstance(expr, sp.Sum):
            shown, expr = shown.function, expr.function
        at = {error: 0.3 for error in expr.atoms(sp.Indexed)} | {ERROR: 0.3}
        assert float(shown.subs(at)) == pytest.approx(float(expr.subs(at)))
    assert typeset.tidy(derive.steps(noise.Gaussian())["negative"].expression).has(typeset.LOG)


def test_an_integral_sees_every_jump():
    for edge in np.linspace(0.5, 4, 40):
        own = custom("exp(-abs(error)) if error < edge else 0", edge=edge)
        assert own.normaliser == pytest.approx(2 - np.exp(-edge), rel=1e-9)


def test_a_sum_that_underflows_has_a_loss_and_a_slope():
    loss = custom("exp(-(error - 2)**2/(2*s**2)) + exp(-(error + 2)**2/(2*s**2))", s=0.05).loss
    far = np.array([5.0, 50.0])
    np.testing.assert_allclose(loss.rho(far), 200 * (far - 2) ** 2)
    np.testing.assert_allclose(loss.psi(far), 400 * (far - 2))


def test_a_density_that_ends_has_no_slope_beyond():
    loss = custom("(1 - error**2 if abs(error) < 1 else 0)*(2 + cos(error))").loss
    assert np.isfinite(loss.psi(np.array([0.5])))
    assert not np.isfinite(loss.rho(np.array([2.0])))


def test_a_step_is_printed_as_one():
    """Not in branches, whose conditions SymPy would simplify for most of a second."""
    loss = custom("exp(-max(error, -2*error, error**2/3))").loss
    source = inspect.getsource(lambdified(loss.formula.diff(ERROR)))
    assert "heaviside(" in source
    assert "select" not in source
    step = lambdified(sp.Heaviside(ERROR - 1, sp.Rational(1, 4)))
    np.testing.assert_array_equal(
        step(np.array([0.5, 1, 1.5, np.inf, np.nan])), [0, 0.25, 1, 1, np.nan]
    )
