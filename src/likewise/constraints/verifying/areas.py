"""Which places lie outside the areas that they are to lie in, told place by place."""

from __future__ import annotations

from collections.abc import Sequence

from likewise.constraints.kinds.within import Box, Circle, Polygon, Within
from likewise.constraints.verifying.expressions import Columns
from likewise.constraints.verifying.functions import distance


def outside(rule: Within, columns: Columns) -> list[int]:
    """Return the rows whose place lies in none of the areas."""
    places = zip(columns(rule.lat).floats(), columns(rule.lon).floats(), strict=True)
    return [
        row
        for row, (lat, lon) in enumerate(places)
        if lat is not None and lon is not None and not _in_one(lat, lon, rule.areas)
    ]


def _in_one(lat: float, lon: float, areas: Sequence[Circle | Box | Polygon]) -> bool:
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        return False
    return any(_inside(lat, lon, area) for area in areas)


def _inside(lat: float, lon: float, area: Circle | Box | Polygon) -> bool:
    if isinstance(area, Circle):
        return distance(lat, lon, *area.at) <= area.km * (1 + 1e-9)
    if isinstance(area, Box):
        apart = (area.east - area.west) % 360 if area.east != area.west + 360 else 360
        return area.south <= lat <= area.north and ((lon - area.west) % 360 <= apart)
    return sum(_crossings(lat, lon, ring) for ring in area.rings) % 2 == 1


def _crossings(lat: float, lon: float, ring: Sequence[tuple[float, float]]) -> int:
    """Return how many edges of a ring lie to the north of a place on its own meridian."""
    found = 0
    for place, (y, x) in enumerate(ring):
        other_y, other_x = ring[place - 1]
        if (x <= lon) != (other_x <= lon):
            found += y + (other_y - y) * (lon - x) / (other_x - x) > lat
    return found
