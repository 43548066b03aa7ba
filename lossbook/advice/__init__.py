"""A chooser: a few questions about the target and the noise, then two or three losses, each with
what speaks for it, and what to check.

What speaks for a loss is a promise that the loss and its :class:`lossbook.traits.Traits` keep or
break.
"""

from dataclasses import dataclass
from html import escape
from itertools import product
from typing import Any

from ..losses import (
    AbsoluteError,
    CrossEntropy,
    EpsilonInsensitive,
    Expectile,
    Exponential,
    Focal,
    Gamma,
    GeneralRobust,
    Hinge,
    Huber,
    LogCosh,
    Logistic,
    MulticlassHinge,
    NegativeBinomial,
    OrderedLogit,
    Poisson,
    Quantile,
    SoftmaxSquaredError,
    SquaredError,
    SquaredHinge,
    StudentT,
    Tukey,
    Tweedie,
)
from ..traits import capital
from .promises import PROMISES, kept

__all__ = ["ADVICE", "PROMISES", "QUESTIONS", "Advice", "advise", "chooser", "kept"]

WILD = "How far off are the worst observations?"
SCATTER = "How do the observations scatter?"
SPREAD = "How does the variance compare with the mean?"
LABEL = "Are the labels right?"
WANT = "What should the prediction be?"

QUESTIONS: dict[str, dict[str, Any]] = {
    "a number": {
        WILD: (
            "no farther than a bell curve allows",
            "some are wild",
            "farther off where the number is larger",
        ),
        WANT: ("the mean", "the middle", "a bound"),
    },
    "a positive quantity": {
        SCATTER: ("by similar factors", "some are wild"),
        WANT: ("a typical value", "the mean"),
    },
    "a count": {
        SPREAD: ("about equal", "far larger"),
        WANT: ("the expected count", "a bound"),
    },
    "an amount that is often 0": {},
    "one of two classes": {
        LABEL: ("yes", "some may be wrong"),
        WANT: ("a probability", "only the side"),
    },
    "one of several classes": {
        LABEL: ("yes", "some may be wrong"),
        WANT: ("probabilities", "only the class", "the few hard ones among many easy"),
    },
    "one of several classes in order": {WANT: ("probabilities", "a single class")},
    "several labels at once": {WANT: ("a probability for each", "only yes or no for each")},
    "probabilities or votes": {},
}
"""For each target, its own questions and their answers."""


@dataclass(frozen=True)
class Advice:
    """Two or three losses with their promises, first choice first; what to check; and how to set
    the problem up, if that needs a word."""

    choices: dict
    check: str
    how: str


def pick(check, *choices, how=""):
    return Advice({loss: promises.split(", ") for loss, promises in choices}, check, how)


SUSPECTS = "Look at the held-out labels that cost most: are they wrong?"
STRAIGHT = (
    "Draw the Q-Q plot of the errors: do they stay near the diagonal? Draw their size against the "
    "prediction: is it the same everywhere?"
)
COVERAGE = (
    "Compute the share of held-out targets below the bound: it should be near the level in every "
    "region."
)
COUNTS_BELOW = (
    "Look at the held-out counts in every region: with the level 0.9, at most 90% should lie below "
    "the bound, and at least 90% at the bound or below it."
)
CLEAN = "Leave out the farthest observations and fit again: how far does the fit move?"
CALIBRATION = (
    "Draw a reliability diagram of the held-out probabilities, and compute the negative "
    "log-likelihood of the held-out labels."
)
SIDES = "Compute the held-out accuracy. Do not read the scores of a hinge as probabilities."
TRUSTED = "Compute the accuracy on held-out labels that you trust."
OWN_SCALE = (
    "Let the model learn the scale beside the prediction. The promises are then about errors in "
    "units of that scale."
)
LOGS = (
    "Fit the log of the target, and take exp of the prediction. Exp of the median of the logs is a "
    "median of the target; exp of their mean is the geometric mean, which is never above the mean."
)
SAME = (
    "For two classes these two are the same loss: the logistic loss takes one score, and "
    "cross-entropy takes two logits, whose difference is that score."
)
HALF = (
    "Where no class has more than half of the probability, the multiclass hinge may pick none: all "
    "scores may be equal where it has its minimum."
)
WRONG = (
    "The probabilities are those of the label as it was written down. If you know how often labels "
    "are wrong, work back to the probabilities of the right label: see “Labels that may be wrong”."
)
STILL = (
    "Suppose that a label turns into each wrong one with the same probability, whatever the right "
    "one is, and stays right with a larger probability. Then the likeliest written class is also "
    "the likeliest right one."
)

ADVICE = {
    ("a number", "no farther than a bell curve allows", "the mean"): pick(
        STRAIGHT,
        (SquaredError(), "mean, convex, smooth"),
        (Huber(), "bounded, convex, smooth"),
        how="Huber's δ is in the unit of the target: set it to a multiple of the errors' scale.",
    ),
    ("a number", "no farther than a bell curve allows", "the middle"): pick(
        STRAIGHT,
        (AbsoluteError(), "median, bounded, convex"),
        (LogCosh(), "bounded, convex, smooth"),
        (EpsilonInsensitive(), "bounded, convex, tolerant"),
        how="Choose the ε-insensitive loss if errors up to ε, in the unit of the target, do no "
        "harm. For log-cosh, divide the errors by their scale.",
    ),
    ("a number", "no farther than a bell curve allows", "a bound"): pick(
        COVERAGE,
        (Quantile(0.9), "quantile, convex"),
        (SquaredError(), "mean, convex, smooth"),
        (Expectile(0.9), "expectile, convex, smooth"),
        how="The quantile is the bound itself; with squared error, the bound is the Gaussian's "
        "quantile around the mean. A quantile fixes how many targets lie beyond it. An expectile "
        "also weighs how far beyond they lie, so its level is not the share below it.",
    ),
    ("a number", "some are wild", "the mean"): pick(
        CLEAN,
        (Huber(), "bounded, convex, smooth"),
        (StudentT(), "bounded, lets go, smooth"),
        (Tukey(), "bounded, lets go, capped, smooth"),
        how="The mean of all observations includes the wild ones. Divide the errors by the scale "
        "of the others: if the others are symmetric around one peak, and the wild ones are few, "
        "these losses come near the mean of the others.",
    ),
    ("a number", "some are wild", "the middle"): pick(
        CLEAN,
        (AbsoluteError(), "median, bounded, convex"),
        (LogCosh(), "bounded, convex, smooth"),
        (GeneralRobust(), "bounded, convex, smooth"),
        how="For log-cosh, divide the errors by the scale of most of them; the general robust loss "
        "has a scale to set.",
    ),
    ("a number", "some are wild", "a bound"): pick(
        COVERAGE,
        (Quantile(0.9), "quantile, bounded, convex"),
        (StudentT(), "bounded, lets go"),
        how="For Student's t, the bound is the prediction plus the fitted scale times the quantile "
        "of the noise.",
    ),
    ("a number", "farther off where the number is larger", "the mean"): pick(
        "Draw the size of the errors against the prediction, and the Q-Q plot of the errors over "
        "their scale.",
        (SquaredError(), "mean, smooth"),
        (StudentT(), "bounded, lets go"),
        how=OWN_SCALE + " Student's t asks for the mean if the errors are symmetric around "
        "one peak.",
    ),
    ("a number", "farther off where the number is larger", "the middle"): pick(
        "Draw the size of the errors against the prediction, and the Q-Q plot of the errors over "
        "their scale.",
        (AbsoluteError(), "median, bounded"),
        (Huber(), "bounded, smooth"),
        how=OWN_SCALE,
    ),
    ("a number", "farther off where the number is larger", "a bound"): pick(
        COVERAGE,
        (Quantile(0.9), "quantile, bounded, convex"),
        (SquaredError(), "mean, smooth"),
        how="The quantile needs no scale. For squared error, learn the scale beside the mean.",
    ),
    ("a positive quantity", "by similar factors", "a typical value"): pick(
        "Draw the Q-Q plot of the errors of the log: do they stay near the diagonal?",
        (SquaredError(), "mean of logs, convex, smooth"),
        (AbsoluteError(), "median of logs, bounded, convex"),
        how=LOGS,
    ),
    ("a positive quantity", "by similar factors", "the mean"): pick(
        "Compare the sum of the held-out predictions with that of their targets, in groups.",
        (Gamma(), "log mean, convex, smooth"),
        (Poisson(), "log mean, convex, smooth"),
        (SquaredError(), "mean, convex, smooth"),
        how="Fit the quantity itself, not its log.",
    ),
    ("a positive quantity", "some are wild", "a typical value"): pick(
        CLEAN,
        (AbsoluteError(), "median of logs, bounded, convex"),
        (Huber(), "bounded, convex, smooth"),
        how=LOGS + " A δ of 1 on the logs is a factor of e.",
    ),
    ("a positive quantity", "some are wild", "the mean"): pick(
        CLEAN,
        (Poisson(), "log mean, convex, smooth"),
        (SquaredError(), "mean, convex, smooth"),
        how="If the wild ones are real, the mean needs them. If they are mistakes, find them and "
        "leave them out: for a skewed target, a loss that bounds the pull finds another centre "
        "than the mean.",
    ),
    ("a count", "about equal", "the expected count"): pick(
        "Draw a rootogram of the counts, and the Q-Q plot of the quantile residuals.",
        (Poisson(), "log mean, convex, smooth"),
        (SquaredError(), "mean, convex, smooth"),
    ),
    ("a count", "about equal", "a bound"): pick(
        COUNTS_BELOW,
        (Poisson(), "log mean, convex"),
        (Quantile(0.9), "quantile, bounded, convex"),
        how="The fitted Poisson probabilities give the bound too, as their quantile.",
    ),
    ("a count", "far larger", "the expected count"): pick(
        "Compare the held-out negative log-likelihood with Poisson's.",
        (NegativeBinomial(), "log mean, convex, smooth"),
        (Poisson(), "log mean, convex, smooth"),
        how="Poisson too is safe for the mean, but not for the spread. The dispersion says how "
        "large the spread is: fit it beside the mean.",
    ),
    ("a count", "far larger", "a bound"): pick(
        COUNTS_BELOW,
        (Quantile(0.9), "quantile, bounded, convex"),
        (NegativeBinomial(), "log mean, convex, smooth"),
        how="The negative binomial probabilities give the bound too, as their quantile, once the "
        "dispersion is fitted. Poisson's quantiles rest on too small a spread.",
    ),
    ("an amount that is often 0",): pick(
        "Compare the sum of the held-out predictions with that of their targets, in groups.",
        (Tweedie(), "log mean, convex, smooth"),
        (Poisson(), "log mean, convex, smooth"),
        how="Both ask for the mean, zeros included. Set Tweedie's power to the slope of log "
        "variance against log mean, over groups of similar examples.",
    ),
    ("one of two classes", "yes", "a probability"): pick(
        CALIBRATION,
        (Logistic(), "probabilities, convex, smooth"),
        (CrossEntropy(), "probabilities, convex, smooth"),
        how=SAME,
    ),
    ("one of two classes", "yes", "only the side"): pick(
        SIDES,
        (Hinge(), "silent, bounded, convex"),
        (SquaredHinge(), "silent, convex, smooth"),
        (Exponential(), "convex, smooth"),
        how="On the wrong side the pull of the squared hinge grows with the distance, and that of "
        "the exponential loss exponentially.",
    ),
    ("one of two classes", "some may be wrong", "a probability"): pick(
        SUSPECTS,
        (Logistic(), "probabilities, bounded, convex"),
        (SoftmaxSquaredError(), "probabilities, capped, lets go"),
        how=WRONG,
    ),
    ("one of two classes", "some may be wrong", "only the side"): pick(
        SIDES,
        (Logistic(), "consistent, bounded, convex, smooth"),
        (Hinge(), "consistent, silent, bounded, convex"),
        how=STILL + " The logistic loss also says how likely the written labels are, so that you "
        "can look at doubtful ones.",
    ),
    ("one of several classes", "yes", "probabilities"): pick(
        CALIBRATION,
        (CrossEntropy(), "probabilities, bounded, convex"),
        (SoftmaxSquaredError(), "probabilities, capped"),
    ),
    ("one of several classes", "yes", "only the class"): pick(
        SIDES,
        (CrossEntropy(), "consistent, bounded, convex, smooth"),
        (MulticlassHinge(), "silent, bounded, convex"),
        how=HALF,
    ),
    ("one of several classes", "yes", "the few hard ones among many easy"): pick(
        "Before you keep the focal loss, compare it with cross-entropy, also at another threshold.",
        (Focal(), "consistent, turns away, bounded"),
        (CrossEntropy(), "probabilities, convex"),
    ),
    ("one of several classes", "some may be wrong", "probabilities"): pick(
        SUSPECTS,
        (CrossEntropy(), "probabilities, bounded, convex"),
        (SoftmaxSquaredError(), "probabilities, capped, bounded"),
        how=WRONG,
    ),
    ("one of several classes", "some may be wrong", "only the class"): pick(
        TRUSTED,
        (CrossEntropy(), "consistent, bounded, convex, smooth"),
        (SoftmaxSquaredError(), "consistent, capped, bounded"),
        how=STILL,
    ),
    ("one of several classes", "some may be wrong", "the few hard ones among many easy"): pick(
        "Look at the hard ones first: a wrong label looks just like a hard example.",
        (CrossEntropy(), "probabilities, bounded, convex"),
        (SoftmaxSquaredError(), "probabilities, capped, bounded"),
        how=WRONG,
    ),
    ("one of several classes in order", "probabilities"): pick(
        CALIBRATION,
        (OrderedLogit(), "ordered, bounded, convex, smooth"),
        (CrossEntropy(), "probabilities, bounded, convex, smooth"),
        how="Fit the cuts beside the score. The ordered logit moves the log-odds at every cut by "
        "the same amount; where an input moves them by different amounts, cross-entropy gives each "
        "class a logit of its own, and does not know the order.",
    ),
    ("one of several classes in order", "a single class"): pick(
        "Give the classes other numbers in the same order: does the answer change?",
        (AbsoluteError(), "median, bounded, convex"),
        (SquaredError(), "mean, convex, smooth"),
        how="Fit the numbers of the classes. The median needs only the order, if the model is "
        "free to follow it; the mean needs equal steps.",
    ),
    ("several labels at once", "a probability for each"): pick(
        CALIBRATION,
        (Logistic(), "probabilities, convex, smooth"),
        (CrossEntropy(), "probabilities, convex, smooth"),
        how="Fit one two-class loss for each label; in one softmax the labels would compete. "
        + SAME,
    ),
    ("several labels at once", "only yes or no for each"): pick(
        SIDES,
        (Hinge(), "silent, bounded, convex"),
        (Logistic(), "bounded, convex, smooth"),
        how="Fit one loss for each label.",
    ),
    ("probabilities or votes",): pick(
        "Subtract the mean entropy of the held-out targets from the cross-entropy: what is left, a "
        "mean divergence, is 0 only if the model states every target exactly.",
        (CrossEntropy(), "probabilities, soft, convex"),
        (SoftmaxSquaredError(), "probabilities, soft, capped"),
    ),
}
"""For each combination of a target and the answers to its questions, the advice."""


def combinations():
    """Every way to answer."""
    for target, questions in QUESTIONS.items():
        yield from ((target, *answers) for answers in product(*questions.values()))


def advise(target: str, *answers: str) -> Advice:
    """The :class:`Advice` for a target and the answers to its questions, in their order."""
    return ADVICE[target, *answers]


def chooser() -> str:
    """The questions and every advice as HTML.

    Without a script it is a list of all; with the page's script, a form that shows one.
    """
    form = [choice("What is the target?", "target", QUESTIONS)]
    for k, (target, questions) in enumerate(QUESTIONS.items()):
        form += [
            choice(question, f"answer-{k}-{n}", answers, f' data-target="{escape(target)}"')
            for n, (question, answers) in enumerate(questions.items())
        ]
    results = "".join(
        f'<section data-answers="{escape(" | ".join(answers))}">{section(answers, ADVICE[answers])}'
        "</section>"
        for answers in combinations()
    )
    return (
        f'<div class="loss-chooser"><form hidden>{"".join(form)}</form>'
        f'<div aria-live="polite">{results}</div></div>'
    )


def choice(question, name, answers, more=""):
    options = "".join(
        f'<label><input type="radio" name="loss-{name}" value="{escape(answer)}"'
        f"{' checked' if n == 0 else ''}> {escape(answer)}</label>"
        for n, answer in enumerate(answers)
    )
    return f"<fieldset{more}><legend>{escape(question)}</legend>{options}</fieldset>"


def section(answers, advice):
    items = "".join(
        f"<li><strong>{escape(capital(loss))}</strong>: "
        f"{escape('; '.join(PROMISES[promise][0] for promise in promises))}.</li>"
        for loss, promises in advice.choices.items()
    )
    how = f"<p>{escape(advice.how)}</p>" if advice.how else ""
    return (
        f"<p><b>For {escape('; '.join(answers))}</b></p><ol>{items}</ol>{how}"
        f"<p><b>Check:</b> {escape(advice.check)}</p>"
    )
