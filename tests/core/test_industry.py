"""Industries are found by name, and ranges are named where numbers lie outside."""

from __future__ import annotations

from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st

from likewise.core.industry import Industry, between
from likewise.core.registry import industries, industry
from likewise.core.spec import Spec, Told
from likewise.errors import SettingsError


class Shop(Spec, metaclass=Told):
    """Hold a rate."""

    rate: Annotated[float, between(-1, 2.5)] = 0.0


@given(st.floats(-10, 10))
def test_a_number_is_taken_exactly_where_it_lies_in_its_range(rate: float) -> None:
    if -1 <= rate <= 2.5:
        assert Shop(rate=rate).rate == rate
        return
    with pytest.raises(SettingsError, match=r"\$\.rate: a number from -1 to 2.5 is wanted"):
        Shop(rate=rate)


def test_a_number_that_is_none_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"from -1 to 2\.5"):
        Shop(rate=float("nan"))


@pytest.mark.parametrize("name", list(industries()))
def test_each_industry_says_what_its_parameters_are(name: str) -> None:
    kind = industry(name)
    assert issubclass(kind, Industry) and kind.name == name and kind.examples
    assert all(field.description for field in kind.model_fields.values())


def test_an_industry_that_there_is_not_is_named() -> None:
    with pytest.raises(SettingsError, match="there is no industry `finanse`") as fault:
        industry("finanse")
    assert fault.value.hint == "did you mean `finance`?"
