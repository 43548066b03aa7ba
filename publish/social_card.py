"""The picture that goes with a link to the book: `python publish/social_card.py` draws it anew.

The cover of the EPUB shows the same, upright.
"""

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from lossbook import noise, style

CARD = Path(__file__).parent / "assets" / "social-card.png"
MODELS = {
    "Gaussian": (noise.Gaussian(), "blue"),
    "Laplace": (noise.Laplace(), "red"),
    "Student t": (noise.StudentT(2), "green"),
}


def draw():
    """1200 × 630 pixels: three noise models, each with its loss and its gradient."""
    style.use()
    card = Figure(
        figsize=(8, 4.2),
        dpi=150,
        facecolor="white",
        layout="constrained",
    )
    card.get_layout_engine().set(rect=(0.02, 0.03, 0.96, 0.79), wspace=0.05)
    card.suptitle(
        "Choose the noise model; the loss follows",
        y=0.94,
        fontsize=19,
        fontweight="bold",
    )
    fill(card.subplots(1, 3))
    return card


def cover(author):
    """1600 × 2400 pixels, in the proportions of a book."""
    style.use()
    page = Figure(figsize=(6, 9), dpi=800 / 3, facecolor="white", layout="constrained")
    page.get_layout_engine().set(rect=(0.12, 0.1, 0.76, 0.61), hspace=0.08)
    title = "Choose\nthe noise model;\nthe loss follows"
    page.text(0.12, 0.93, title, fontsize=32, fontweight="bold", va="top", linespacing=1.25)
    page.text(0.12, 0.05, author, fontsize=14)
    fill(page.subplots(3, 1))
    return page


def fill(panels):
    """Noise, loss and gradient of each model."""
    error = np.linspace(-5, 5, 501)
    zero = np.zeros_like(error)
    for name, (model, colour) in MODELS.items():
        faces = (
            model.density(zero, error),
            model.loss(error, zero),
            model.loss.grad(error, zero),
        )
        for ax, face in zip(panels, faces, strict=True):
            ax.plot(error, face, color=colour, lw=2.6, label=name)
    for ax, title, limits in zip(
        panels,
        ("noise", "loss", "gradient"),
        ((-0.03, 0.8), (-0.4, 5), (-3.2, 3.2)),
        strict=True,
    ):
        ax.set(xlim=(-5, 5), ylim=limits, xticks=[], yticks=[])
        ax.set_title(title, fontsize=16)
        ax.axhline(0, lw=0.8, color="muted")
        ax.spines[["left", "bottom"]].set_visible(False)
    panels[0].legend(loc="upper left", fontsize=12)


if __name__ == "__main__":
    draw().savefig(CARD, metadata={"Software": None})
