"""The committed picture of a link to the book is what its script draws."""

import io

import numpy as np
import social_card
from PIL import Image

FIELD = 20  # pixels: letters differ with matplotlib's version, what stands where does not


def test_card_is_drawn_from_the_package():
    drawn = io.BytesIO()
    social_card.draw().savefig(drawn)
    new, old = map(fields, (drawn, social_card.CARD))
    assert new.shape == old.shape
    assert np.sqrt(np.mean((new - old) ** 2)) < 4  # grey levels of 255; moved by 10 pixels: 14


def fields(picture):
    """The mean grey of each field of a picture."""
    grey = np.asarray(Image.open(picture).convert("L"), float)
    down, along = (size // FIELD for size in grey.shape)
    return grey[: down * FIELD, : along * FIELD].reshape(down, FIELD, along, FIELD).mean((1, 3))
