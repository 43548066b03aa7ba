"""What a test of losses is run for."""

import numpy as np
import pytest
from oracle import INSTANCES

from lossbook import LOSSES

every = pytest.mark.parametrize("loss", INSTANCES, ids=repr)
default = pytest.mark.parametrize("loss", [loss() for loss in LOSSES.values()], ids=repr)
dtypes = pytest.mark.parametrize("dtype", [np.float32, np.float64])
