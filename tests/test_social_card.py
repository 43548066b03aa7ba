"""The committed picture of a link to the book is what its script draws."""

import io

import numpy as np
import social_card
from PIL import Image


def test_card_is_drawn_from_the_package():
    drawn = io.BytesIO()
    social_card.draw().savefig(drawn)
    new, old = (np.asarray(Image.open(f).convert("L"), float) for f in (drawn, social_card.CARD))
    assert new.shape == old.shape
    assert np.sqrt(np.mean((new - old) ** 2)) < 4  # grey levels of 255; text differs a little
