"""Draw the models of agents: `python examples/agents/pictures.py [NAME ...]` writes a PNG for each beside this file.

A model more is a function more here: its name is that of the picture.
"""

from __future__ import annotations

import colorsys
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from likewise.techniques.agents import edges_of
from likewise.techniques.agents.models.flocking import Flocking
from likewise.techniques.agents.models.pedestrians import Pedestrians
from likewise.techniques.agents.models.sir import SIR
from likewise.techniques.agents.population import living
from likewise.techniques.agents.simulation import Simulation

HERE = Path(__file__).resolve().parent
FINE = 3
"""How many times as large pictures are drawn as they are kept, so that lines are smooth."""

INK, PALE, GRID = (40, 44, 52), (150, 156, 166), (228, 231, 236)
BLUE, RED, GREEN = (46, 108, 180), (204, 74, 60), (74, 150, 106)
Colour = tuple[int, ...]


class Canvas:
    """Hold a picture of so many points, drawn finer."""

    def __init__(self, width: int, height: int) -> None:
        self.image = Image.new("RGB", (width * FINE, height * FINE), "white")
        self.draw = ImageDraw.Draw(self.image, "RGBA")

    def line(self, points: Sequence[tuple[float, float]], colour: Colour, width: float = 1.0) -> None:
        """Draw a line through points."""
        self.draw.line([(x * FINE, y * FINE) for x, y in points], fill=colour, width=round(width * FINE), joint="curve")

    def dot(self, x: float, y: float, radius: float, colour: Colour) -> None:
        """Draw a disc."""
        box = [(x - radius) * FINE, (y - radius) * FINE, (x + radius) * FINE, (y + radius) * FINE]
        self.draw.ellipse(box, fill=colour)

    def shape(self, points: Sequence[tuple[float, float]], colour: Colour) -> None:
        """Draw a filled shape."""
        self.draw.polygon([(x * FINE, y * FINE) for x, y in points], fill=colour)

    def frame(self, x: float, y: float, width: float, height: float) -> None:
        """Draw the edge of a part of the picture."""
        self.draw.rectangle([x * FINE, y * FINE, (x + width) * FINE, (y + height) * FINE], outline=GRID, width=FINE)

    def clear(self, x: float, y: float, width: float, height: float) -> None:
        """Make a part of the picture white again."""
        self.draw.rectangle([x * FINE, y * FINE, (x + width) * FINE, (y + height) * FINE], fill="white")

    def text(self, x: float, y: float, said: str, colour: Colour = INK, size: float = 12, anchor: str = "la") -> None:
        """Write a line."""
        self.draw.text((x * FINE, y * FINE), said, fill=colour, font=ImageFont.load_default(size * FINE), anchor=anchor)

    def save(self, path: Path) -> None:
        """Write the picture, in few enough colours to be small."""
        size = (self.image.width // FINE, self.image.height // FINE)
        small = self.image.resize(size, Image.Resampling.LANCZOS)
        small.quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)


def run(scenario: Any, until: float, seed: int = 1) -> Simulation:
    """Return a simulation after some time."""
    simulation = Simulation(scenario, seed=seed)
    for _ in simulation.stream(until):
        pass
    return simulation


def flocking() -> Canvas:
    """Draw birds at three times; the colour is where they fly."""
    side, canvas = 250, Canvas(3 * 250 + 40, 250 + 44)
    scenario = Flocking(agents=400, space=60.0, vision=12.0, separation=5.0, cohere=0.01, separate=0.15)
    for panel, until in enumerate((0, 150, 500)):
        world = run(scenario, until).world
        left, scale = 10 + panel * (side + 10), side / world.plane.width
        canvas.frame(left, 10, side, side)
        order = scenario.measured(world)["order"]
        canvas.text(left + side / 2, side + 18, f"step {until}: order {order:.2f}", anchor="ma")
        for x, y, ahead, up in zip(world.birds.x, world.birds.y, world.birds.ahead_x, world.birds.ahead_y, strict=True):
            colour = tuple(
                round(255 * c) for c in colorsys.hsv_to_rgb(np.arctan2(up, ahead) / (2 * np.pi) % 1, 0.75, 0.8)
            )
            px, py = left + x * scale, 10 + side - y * scale
            canvas.shape([(px + 6 * ahead, py - 6 * up), (px - 2.5 * ahead - 2.2 * up, py + 2.5 * up - 2.2 * ahead),
                          (px - 2.5 * ahead + 2.2 * up, py + 2.5 * up + 2.2 * ahead)], colour)  # fmt: skip
    return canvas


def sir() -> Canvas:
    """Draw how many are ill over time in three networks, and who caught it when in a small world."""
    canvas = Canvas(790, 330)
    curves = {"random": BLUE, "small-world": GREEN, "preferential": RED}
    left, top, wide, high, days = 50, 30, 380, 250, 120
    canvas.text(left, 8, "ill among 10,000, by the network of contacts")
    for share in (0, 0.1, 0.2, 0.3):
        y = top + high * (1 - share / 0.35)
        canvas.line([(left, y), (left + wide, y)], GRID)
        canvas.text(left - 6, y, f"{share:.0%}", PALE, 11, "rm")
    for day in range(0, days + 1, 30):
        canvas.text(left + wide * day / days, top + high + 6, f"day {day}", PALE, 11, "ma")
    for number, (name, colour) in enumerate(curves.items()):
        simulation, line = Simulation(SIR(network=name), seed=1), []
        for day in range(1, days + 1):
            for _ in simulation.stream(day):
                pass
            ill = simulation.scenario.measured(simulation.world)["infected"] / 10_000
            line.append((left + wide * day / days, top + high * (1 - ill / 0.35)))
        canvas.line(line, colour, 2)
        canvas.text(left + wide - 4, top + 6 + 17 * number, name, colour, 12, "ra")
    _ring(canvas, 630, 158, 128)
    return canvas


def _ring(canvas: Canvas, x: float, y: float, radius: float) -> None:
    """Draw a small world as the ring that it is, each coloured by the day on which they fell ill."""
    scenario = SIR(agents=150, contacts=4.0, network="small-world", rewired=0.06, rate=0.6, first_ill=1)
    simulation = Simulation(scenario, seed=2)
    blocks = [*simulation.stream(300), simulation.rest()]
    fell = np.full(150, np.nan)
    for block in blocks:
        caught = block["what"] == 0
        fell[block["who"][caught]] = block["time"][caught]
    angle = 2 * np.pi * np.arange(150) / 150
    place = np.stack([x + radius * np.cos(angle), y + radius * np.sin(angle)], axis=1)
    for a, b in zip(*edges_of(simulation.world.contacts), strict=True):
        if a < b:
            canvas.line([tuple(place[a]), tuple(place[b])], (*PALE, 110), 0.7)
    last = np.nanmax(fell)
    for (px, py), day in zip(place, fell, strict=True):
        canvas.dot(px, py, 3.6, GRID if np.isnan(day) else _heat(day / last))
    canvas.text(x, 8, "a small world: the day on which each fell ill", anchor="ma")
    for step in range(100):
        canvas.line([(x - 75 + 1.5 * step, 310), (x - 73 + 1.5 * step, 310)], _heat(step / 99), 6)
    canvas.text(x - 82, 310, "day 0", PALE, 11, "rm")
    canvas.text(x + 82, 310, f"day {last:.0f}", PALE, 11, "lm")


def _heat(share: float) -> Colour:
    """Return a colour from red over yellow to blue."""
    return tuple(round(255 * c) for c in colorsys.hsv_to_rgb(0.62 * share, 0.8, 0.88))


def pedestrians() -> Canvas:
    """Draw the last three seconds of people in a corridor, and of two streams that cross."""
    canvas = Canvas(790, 452)
    canvas.text(10, 6, "a corridor: who walks to the right, who to the left")
    corridor = Simulation(Pedestrians(agents=400, flow=4.0), seed=3)
    _tails(canvas, corridor, (10, 26, 770, 154), (50.0, 10.0), 90.0, lambda people: people.way_x > 0)
    rng, walks = np.random.default_rng(0), []
    for time in np.cumsum(rng.exponential(0.4, 240)):
        at = rng.uniform(7, 13)
        walks.append((time, 0.0, at, 20.0, at) if rng.random() < 0.5 else (time, at, 0.0, at, 20.0))
    for number, strength in enumerate((2.1, 0.0)):
        left = 130 + 280 * number
        said = "two streams that cross" if strength else "the same without pushes"
        canvas.text(left, 190, said)
        crossing = Simulation(Pedestrians(walks=tuple(walks), walls=False, strength=strength), seed=3)
        _tails(canvas, crossing, (left, 210, 232, 232), (20.0, 20.0), 60.0, lambda people: people.way_x > people.way_y)
    return canvas


def _tails(canvas: Canvas, simulation: Simulation, box: tuple[float, float, float, float], size: tuple[float, float],
           until: float, is_blue: Callable[[Any], Any]) -> None:  # fmt: skip
    """Draw people, each with the way of the last three seconds behind them."""
    left, top, wide, high = box
    canvas.frame(*box)
    tails: dict[int, list[tuple[float, float]]] = {}
    for moment in np.arange(until - 3, until + 0.01, 0.1):
        for _ in simulation.stream(float(moment)):
            pass
        people = simulation.world.people
        here = living(people)
        for i in here:
            place = (left + wide * people.x[i] / size[0], top + high * (1 - people.y[i] / size[1]))
            tails.setdefault(int(i), []).append(place)
    blue = is_blue(people)
    for i in here:
        colour = BLUE if blue[i] else RED
        if len(tails[int(i)]) > 1:
            canvas.line(tails[int(i)], (*colour, 90), 1.6)
        canvas.dot(*tails[int(i)][-1], 3.2, colour)


PICTURES = {drawn.__name__: drawn for drawn in (flocking, sir, pedestrians)}

if __name__ == "__main__":
    for name in sys.argv[1:] or PICTURES:
        PICTURES[name]().save(HERE / f"{name}.png")
