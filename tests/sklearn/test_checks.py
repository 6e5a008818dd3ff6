"""The estimator checks of scikit-learn and of imbalanced-learn: all of them, none expected to fail.

They are what `parametrize_with_checks` runs, listed: pytest takes no generator. One skips itself unless SciPy's array
API is switched on before anything is loaded.
"""

from __future__ import annotations

import pytest
from imblearn.utils import estimator_checks as of_imblearn
from sklearn.utils import estimator_checks as of_sklearn

from likewise.sklearn import Resampler

SAMPLERS = [Resampler(), Resampler("bootstrap", clean="tomek")]
CHECKS = [
    pytest.param(
        estimator,
        check,
        id=f"{library.__name__.split('.')[0]}-{sampler.technique}-{sampler.clean}-{check.func.__name__}",
    )
    for library in (of_sklearn, of_imblearn)
    for sampler in SAMPLERS
    for estimator, check in library.estimator_checks_generator(sampler)
]


@pytest.mark.parametrize(("estimator", "check"), CHECKS)
def test_it_is_an_estimator_and_a_sampler(estimator, check):
    check(estimator)
