"""Classes of which instances are made."""

from __future__ import annotations

import datetime as dt
import decimal
import enum
import typing
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import BaseModel, Field, field_validator


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Line(BaseModel):
    sku: Annotated[str, Field(pattern=r"^[A-Z]{3}\d{3}$")]
    quantity: int = Field(gt=0, le=20)
    price: decimal.Decimal = Field(max_digits=8, decimal_places=2, ge=0)


class Order(BaseModel):
    id: uuid.UUID
    at: dt.datetime
    colour: Colour
    kind: Literal["a", "b"]
    note: str | None = None
    lines: list[Line] = Field(min_length=1, max_length=4)
    tags: set[str] = set()
    sizes: dict[str, int] = {}
    pair: tuple[int, str]
    parent: Order | None = None

    @field_validator("pair")
    @classmethod
    def even(cls, pair: tuple[int, str]) -> tuple[int, str]:
        if pair[0] % 2:
            raise ValueError("the first is even")
        return pair


class Never(BaseModel):
    x: int

    @field_validator("x")
    @classmethod
    def never(cls, x: int) -> int:
        raise ValueError("never")


class Callback(BaseModel):
    call: Callable[[int], int]


@dataclass
class Point:
    x: int
    y: float
    seen: dt.date
    next: list[Point] = field(default_factory=list)


class Part(typing.TypedDict, total=False):
    a: int
    b: typing.Required[str]


class Whole(typing.TypedDict):
    parts: list[Part]
    other: Part | None


class Plain:
    pass
