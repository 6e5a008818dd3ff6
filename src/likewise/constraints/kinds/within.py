"""Places that lie inside an area."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal, Self

import numpy as np
from pydantic import Field, field_validator, model_validator

from likewise.constraints.joining import own_columns
from likewise.constraints.kinds.rule import Floats, Mask, Rule
from likewise.constraints.language.functions import kilometres
from likewise.core.spec import Spec
from likewise.core.table import Table

Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Place = tuple[Latitude, Longitude]


class Circle(Spec):
    """Hold the places at most `km` kilometres from a place (great circles, so right at the poles and the date line)."""

    at: Place
    km: float = Field(gt=0, allow_inf_nan=False)

    def holds(self, lat: Floats, lon: Floats) -> Mask:
        """Return which places lie inside."""
        return kilometres(lat, lon, *self.at) <= self.km


class Box(Spec):
    """Hold the places between two latitudes and two longitudes; it crosses the date line where west is above east."""

    south: Latitude
    west: Longitude
    north: Latitude
    east: Longitude

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if self.south > self.north:
            raise ValueError("south lies above north")
        return self

    def holds(self, lat: Floats, lon: Floats) -> Mask:
        """Return which places lie inside."""
        east, west = lon >= self.west, lon <= self.east
        across: Mask = (east & west) if self.west <= self.east else (east | west)
        return across & (lat >= self.south) & (lat <= self.north)


class Polygon(Spec):
    """Hold the places inside an odd number of rings; edges are straight between latitudes and longitudes.

    A ring inside another is a hole. A ring that crosses the date line, told by an edge of over 180 degrees, or goes
    round a pole is refused: cut it there into two. A place exactly on an edge may count as inside or outside.
    """

    rings: tuple[tuple[Place, ...], ...] = Field(min_length=1)

    @field_validator("rings")
    @classmethod
    def _are_rings(cls, rings: tuple[tuple[Place, ...], ...]) -> tuple[tuple[Place, ...], ...]:
        for ring in rings:
            if len({*ring}) < 3:
                raise ValueError("a ring has three corners at least")
            if any(abs(a[1] - b[1]) > 180 for a, b in zip(ring, (*ring[1:], ring[0]), strict=True)):
                raise ValueError("a ring crosses the date line or goes round a pole: cut it at 180 degrees into two")
        return rings

    def holds(self, lat: Floats, lon: Floats) -> Mask:
        """Return which places lie inside."""
        inside = np.zeros(len(lat), dtype=np.bool_)
        for ring in self.rings:
            for (y, x), (other_y, other_x) in zip(ring, (*ring[1:], ring[0]), strict=True):
                if y != other_y:
                    inside ^= ((y > lat) != (other_y > lat)) & (lon < (other_x - x) * (lat - y) / (other_y - y) + x)
        return inside


class Within(Rule):
    """Say that a place, a latitude and a longitude in degrees, lies inside one of some areas.

    A row in which either is missing meets it. Longitudes are -180 to 180: one beyond lies in no area.

    >>> Within(lat="lat", lon="lon", areas=(Circle(at=(52.52, 13.4), km=20),)).said()
    '`lat`, `lon` lies inside a circle'
    """

    kind: Literal["within"] = "within"
    lat: str
    lon: str
    areas: tuple[Circle | Box | Polygon, ...] = Field(min_length=1)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it is about."""
        return (self.lat, self.lon)

    def said(self) -> str:
        """Return the constraint as a sentence."""
        one = f"a {type(self.areas[0]).__name__.lower()}"
        areas = one if len(self.areas) == 1 else f"one of {len(self.areas)} areas"
        return f"`{self.lat}`, `{self.lon}` lies inside {areas}"

    def holds(self, table: Table) -> Mask:
        """Return which rows meet the constraint."""
        columns = own_columns(table, self.table)
        lat, lon = (columns(name).floats for name in self.columns)
        met: Mask = np.isnan(lat) | np.isnan(lon)
        on_earth = (np.abs(lat) <= 90) & (np.abs(lon) <= 180)
        with np.errstate(invalid="ignore"):
            for area in self.areas:
                met |= on_earth & area.holds(lat, lon)
        return met


def within(lat: str, lon: str, *areas: Circle | Box | Polygon, **settings: Any) -> Within:
    """Return the rule that a place lies inside one of some areas.

    >>> within("lat", "lon", Box(south=47.2, west=5.8, north=55.1, east=15.1)).columns
    ('lat', 'lon')
    """
    return Within(lat=lat, lon=lon, areas=tuple(areas), **settings)


def polygon(*corners: Sequence[float]) -> Polygon:
    """Return the area inside one ring of (latitude, longitude) corners.

    >>> polygon((0, 0), (0, 10), (10, 0)).holds(np.array([1.0, 9.0]), np.array([1.0, 9.0])).tolist()
    [True, False]
    """
    return Polygon.from_dict({"rings": [corners]})
