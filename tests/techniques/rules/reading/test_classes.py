"""Instances of pydantic models, dataclasses and TypedDicts, accepted by the classes themselves."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from likewise.errors import SettingsError
from likewise.techniques.rules.reading.classes import Instances, is_class_of_fields


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).parent / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


shapes = load("shapes")


def test_instances_of_a_model_are_accepted_by_it() -> None:
    orders = list(Instances(shapes.Order).range(0, 40))
    assert all(type(order) is shapes.Order and shapes.Order.model_validate(order.model_dump()) for order in orders)
    assert all(order.pair[0] % 2 == 0 for order in orders)
    assert {order.colour for order in orders} == set(shapes.Colour) and {order.kind for order in orders} == {"a", "b"}
    assert any(order.parent for order in orders) and any(order.note for order in orders)
    assert len({len(order.lines) for order in orders}) > 2


def test_dataclasses_and_typed_dicts_are_made() -> None:
    points = list(Instances(shapes.Point).range(0, 30))
    assert all(type(point) is shapes.Point and type(point.x) is int for point in points)
    assert any(type(inner) is shapes.Point for point in points for inner in point.next)
    wholes = list(Instances(shapes.Whole).range(0, 30))
    assert all(isinstance(part["b"], str) for whole in wholes for part in whole["parts"])
    assert {whole["other"] is None for whole in wholes} == {True, False}


def test_an_instance_is_a_function_of_the_seed_and_its_number() -> None:
    assert Instances(shapes.Order, seed=2).at(9) == list(Instances(shapes.Order, seed=2).range(5, 10))[-1]
    assert Instances(shapes.Order, seed=2).at(9) != Instances(shapes.Order, seed=3).at(9)


def test_what_a_class_refuses_or_json_cannot_hold_is_told() -> None:
    with pytest.raises(SettingsError) as fault:
        Instances(shapes.Never)
    assert fault.value.code == "settings.schema-refused" and "Never.x" in fault.value.what
    with pytest.raises(SettingsError) as fault:
        Instances(shapes.Callback)
    assert fault.value.code == "settings.class" and fault.value.where == "shapes:Callback"


def test_only_classes_with_fields_are_taken() -> None:
    assert is_class_of_fields(shapes.Point) and is_class_of_fields(shapes.Part)
    assert not is_class_of_fields(shapes.Plain) and not is_class_of_fields(shapes.Colour) and not is_class_of_fields(3)
