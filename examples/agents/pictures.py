"""Draw the models of agents: `python examples/agents/pictures.py [NAME ...]` writes a PNG for each beside this file.

Needs Pillow (`pip install 'likewise[agents,image]'`); all of them take a few minutes. A model more is a function more
here: its name is that of the picture.
"""

from __future__ import annotations

import colorsys
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as csv
from PIL import Image, ImageDraw, ImageFont

from likewise.techniques.agents import edges_of
from likewise.techniques.agents.models import clinic as house
from likewise.techniques.agents.models.car_following import CarFollowing
from likewise.techniques.agents.models.flocking import Flocking
from likewise.techniques.agents.models.market import Market
from likewise.techniques.agents.models.pedestrians import Pedestrians
from likewise.techniques.agents.models.schelling import Schelling
from likewise.techniques.agents.models.sir import SIR
from likewise.techniques.agents.models.traffic import Traffic
from likewise.techniques.agents.models.wolf_sheep import WolfSheep
from likewise.techniques.agents.population import living
from likewise.techniques.agents.simulation import Simulation

HERE = Path(__file__).resolve().parent
WIDE = 790
"""Points of a picture from left to right."""

FINE = 3
"""How many times as large pictures are drawn as they are kept, so that lines are smooth."""

DAY, MOMENTS = 1440.0, np.arange(8 * 60, 18 * 60 + 1, 5)
"""Minutes of a day, and those at which a clinic is looked at."""

INK, PALE, GRID = (40, 44, 52), (150, 156, 166), (228, 231, 236)
BLUE, RED, GREEN, AMBER = (46, 108, 180), (204, 74, 60), (74, 150, 106), (226, 170, 60)
Colour = tuple[int, ...]
Box = tuple[float, float, float, float]
"""Where a part of a picture is: from the left, from the top, how wide, how high."""


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

    def frame(self, box: Box) -> None:
        """Draw the edge of a part of the picture."""
        self.draw.rectangle(_corners(box), outline=GRID, width=FINE)

    def fill(self, box: Box, colour: Colour) -> None:
        """Fill a part of the picture."""
        self.draw.rectangle(_corners(box), fill=colour)

    def text(self, x: float, y: float, said: str, colour: Colour = INK, size: float = 12, anchor: str = "la") -> None:
        """Write a line."""
        self.draw.text((x * FINE, y * FINE), said, fill=colour, font=ImageFont.load_default(size * FINE), anchor=anchor)

    def save(self, path: Path) -> None:
        """Write the picture, in few enough colours to be small."""
        size = (self.image.width // FINE, self.image.height // FINE)
        small = self.image.resize(size, Image.Resampling.LANCZOS)
        small.quantize(256, kmeans=2, dither=Image.Dither.NONE).save(path, optimize=True)


def _corners(box: Box) -> list[float]:
    left, top, wide, high = box
    return [left * FINE, top * FINE, (left + wide) * FINE, (top + high) * FINE]


class Axes:
    """Hold the scales of a part of a picture, whose ticks it draws: numbers along both, with what they are called."""

    def __init__(self, canvas: Canvas, box: Box, along: dict[float, str], up: dict[float, str], title: str) -> None:
        self.canvas, self.box, self.along, self.up = canvas, box, (min(along), max(along)), (min(up), max(up))
        left, top, _, high = box
        canvas.text(left, top - 20, title)
        for value, said in up.items():
            canvas.line([self.at(min(along), value), self.at(max(along), value)], GRID)
            canvas.text(left - 6, self.at(0, value)[1], said, PALE, 11, "rm")
        for value, said in along.items():
            canvas.text(self.at(value, 0)[0], top + high + 6, said, PALE, 11, "ma")

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return the point of the picture where two numbers are."""
        left, top, wide, high = self.box
        across = (x - self.along[0]) / (self.along[1] - self.along[0])
        return left + wide * across, top + high * (1 - (y - self.up[0]) / (self.up[1] - self.up[0]))

    def line(self, x: Any, y: Any, colour: Colour, width: float = 2.0) -> None:
        """Draw a line through what two columns say."""
        self.canvas.line([self.at(*pair) for pair in zip(x, y, strict=True)], colour, width)

    def name(self, number: int, said: str, colour: Colour) -> None:
        """Write the name of a line into the upper right corner."""
        left, top, wide, _ = self.box
        self.canvas.text(left + wide - 4, top + 6 + 17 * number, said, colour, 12, "ra")


def looks(scenario: Any, times: Sequence[float] | Any, seed: int = 1) -> Iterator[Simulation]:
    """Yield a simulation at each of several times."""
    simulation = Simulation(scenario, seed=seed)
    for time in times:
        for _ in simulation.stream(float(time)):
            pass
        yield simulation


def told(scenario: Any, until: float, seed: int = 1) -> tuple[Simulation, dict[str, Any]]:
    """Return a simulation after some time, and its events."""
    simulation = Simulation(scenario, seed=seed)
    blocks = [*simulation.stream(until), simulation.rest()]
    return simulation, {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}


def schelling() -> Canvas:
    """Draw a city at three times."""
    side, canvas = 250, Canvas(WIDE, 294)
    for panel, (step, simulation) in enumerate(zip((0, 3, 30), looks(Schelling(agents=2000), (0, 3, 30)), strict=True)):
        people, grid, left = simulation.world.people, simulation.world.grid, 10 + panel * (side + 10)
        size = side / grid.width
        for cell, group in zip(people.cell.tolist(), people.group.tolist(), strict=True):
            canvas.fill((left + cell % grid.width * size, 10 + cell // grid.width * size, size, size),
                        RED if group else BLUE)  # fmt: skip
        canvas.frame((left, 10, side, side))
        said = f"after {step} steps {people.is_happy.mean():.0%} are content" if step else "at the beginning"
        canvas.text(left + side / 2, side + 18, said, anchor="ma")
    return canvas


def flocking() -> Canvas:
    """Draw birds at three times; the colour is where they fly."""
    side, canvas, times = 250, Canvas(WIDE, 294), (0, 150, 500)
    scenario = Flocking(agents=400, space=60.0, vision=12.0, separation=5.0, cohere=0.01, separate=0.15)
    for panel, simulation in enumerate(looks(scenario, times)):
        world, left = simulation.world, 10 + panel * (side + 10)
        scale = side / world.plane.width
        canvas.frame((left, 10, side, side))
        order = scenario.measured(world)["order"]
        canvas.text(left + side / 2, side + 18, f"step {times[panel]}: order {order:.2f}", anchor="ma")
        for x, y, ahead, up in zip(world.birds.x, world.birds.y, world.birds.ahead_x, world.birds.ahead_y, strict=True):
            turn = np.arctan2(up, ahead) / (2 * np.pi) % 1
            colour = tuple(round(255 * part) for part in colorsys.hsv_to_rgb(turn, 0.75, 0.8))
            px, py = left + x * scale, 10 + side - y * scale
            canvas.shape([(px + 6 * ahead, py - 6 * up), (px - 2.5 * ahead - 2.2 * up, py + 2.5 * up - 2.2 * ahead),
                          (px - 2.5 * ahead + 2.2 * up, py + 2.5 * up + 2.2 * ahead)], colour)  # fmt: skip
    return canvas


def wolf_sheep() -> Canvas:
    """Draw how many sheep and wolves there are, and cells with grass."""
    canvas, scenario, steps = Canvas(WIDE, 330), WolfSheep(), range(1, 1501)
    seen = [scenario.measured(simulation.world) for simulation in looks(scenario, steps, seed=3)]
    axes = Axes(canvas, (56, 30, 694, 262), {step: f"step {step}" for step in range(0, 1501, 250)},
                {many: f"{many:,}" for many in range(0, 15_001, 3000)}, "who lives, and cells with grass")  # fmt: skip
    for number, (name, part, colour) in enumerate((("sheep", 1, BLUE), ("wolves", 1, RED), ("grass", 10, GREEN))):
        axes.line(steps, [each[name] / part for each in seen], colour)
        axes.name(number, name if part == 1 else f"cells with {name}, a tenth of them", colour)
    return canvas


def sir() -> Canvas:
    """Draw how many are ill over time in three networks, and who caught it when in a small world."""
    canvas, days = Canvas(WIDE, 330), range(121)
    axes = Axes(canvas, (50, 30, 380, 250), {day: f"day {day}" for day in range(0, 121, 30)},
                {share: f"{share:.0%}" for share in (0, 0.1, 0.2, 0.3)},
                "ill among 10,000, by the network of contacts")  # fmt: skip
    for number, (name, colour) in enumerate({"random": BLUE, "small-world": GREEN, "preferential": RED}.items()):
        scenario = SIR(network=name)
        ill = [scenario.measured(simulation.world)["infected"] / 10_000 for simulation in looks(scenario, days)]
        axes.line(days, ill, colour)
        axes.name(number, name, colour)
    _ring(canvas, 630, 158, 128)
    return canvas


def _ring(canvas: Canvas, x: float, y: float, radius: float) -> None:
    """Draw a small world as the ring that it is, each coloured by the day on which they fell ill."""
    many = 120
    scenario = SIR(agents=many, contacts=4.0, network="small-world", rewired=0.06, rate=0.6, first_ill=1)
    simulation, found = told(scenario, 300, seed=2)
    fell, caught = np.full(many, np.nan), found["what"] == 0
    fell[found["who"][caught]] = found["time"][caught]
    angle = 2 * np.pi * np.arange(many) / many
    place = np.stack([x + radius * np.cos(angle), y + radius * np.sin(angle)], axis=1)
    for a, b in zip(*edges_of(simulation.world.contacts), strict=True):
        if a < b:
            canvas.line([tuple(place[a]), tuple(place[b])], (*PALE, 110), 0.7)
    last = np.nanmax(fell)
    for (px, py), day in zip(place, fell, strict=True):
        canvas.dot(px, py, 3.2, GRID if np.isnan(day) else _heat(day / last))
    canvas.text(x, 10, "a small world: the day on which each fell ill", anchor="ma")
    _scale(canvas, x, 312, "day 0", f"day {last:.0f}")


def _scale(canvas: Canvas, x: float, y: float, first: str, last: str) -> None:
    """Draw what colours mean, in the middle of a place."""
    for step in range(100):
        canvas.fill((x - 75 + 1.5 * step, y - 3, 1.5, 6), _heat(step / 99))
    canvas.text(x - 82, y, first, PALE, 11, "rm")
    canvas.text(x + 82, y, last, PALE, 11, "lm")


def _heat(share: float) -> Colour:
    """Return a colour from red over amber and green to blue, in steps that few colours suffice for."""
    stops, share = np.array([RED, AMBER, GREEN, BLUE]), round(share * 24) / 24
    return tuple(round(np.interp(share, np.linspace(0, 1, len(stops)), part)) for part in stops.T)


def market() -> Canvas:
    """Draw the price at the end of each day, and its returns."""
    canvas, days = Canvas(WIDE, 430), range(1, 1502)
    price = np.array([simulation.world.tape.price[0] for simulation in looks(Market(), days, seed=3)])[100:]
    along = {day: f"day {day}" for day in range(0, 1401, 200)}
    axes = Axes(canvas, (50, 30, 700, 180), along, {value: str(value) for value in range(94, 107, 3)}, "price")
    axes.line(range(len(price)), price, BLUE, 1.2)
    axes = Axes(canvas, (50, 258, 700, 142), along, {-4: "-4%", -2: "-2%", 0: "0%", 2: "2%", 3: ""}, "return of a day")
    for day, gain in enumerate(100 * np.diff(np.log(price)), 1):
        axes.line((day, day), (0, gain), RED if gain < 0 else BLUE, 0.8)
    return canvas


def clinic() -> Canvas:
    """Draw the patients of a day, and how many wait at which hour with so many doctors."""
    canvas, hours = Canvas(WIDE, 400), {hour: f"{hour}:00" for hour in range(8, 19, 2)}
    _, found = told(house.Clinic(), DAY, seed=5)
    many = int(found["who"].max()) + 1
    axes = Axes(canvas, (20, 30, 400, 340), hours, {0: "", many + 1: ""}, "patients of a day, in the order they come")
    colours = {house.ARRIVED: (*PALE, 120), house.TRIAGED: (*PALE, 120), house.TRIAGE: BLUE, house.TREATMENT: GREEN}
    for patient in range(many):
        own, y = found["who"] == patient, many - patient
        times, what = found["time"][own] / 60, found["what"][own].tolist()
        for begin, end, event in zip(times[:-1], times[1:], what[:-1], strict=True):
            axes.line((begin, end), (y, y), colours[event], 2.6)
        if what[-1] == house.LEFT:
            canvas.dot(*axes.at(times[-1], y), 2.4, RED)
    for number, (said, colour) in enumerate((("waits", PALE), ("with a nurse", BLUE), ("with a doctor", GREEN),
                                             ("leaves unseen", RED))):  # fmt: skip
        axes.name(number, said, colour)
    axes = Axes(canvas, (462, 30, 310, 340), hours, {count: str(count) for count in range(0, 13, 3)},
                "how many wait on average, by how many doctors there are")  # fmt: skip
    for number, (doctors, colour) in enumerate({2: RED, 3: BLUE, 4: GREEN}.items()):
        axes.line(MOMENTS / 60, _waiting(house.Clinic(doctors=doctors)), colour)
        axes.name(number, f"{doctors} doctors", colour)
    return canvas


def _waiting(scenario: house.Clinic, weeks: int = 20) -> Any:
    """Return how many wait at moments of a working day, on average over weeks."""
    _, found = told(scenario, weeks * 7 * DAY)
    change = np.isin(found["what"], (house.ARRIVED, house.TRIAGED)).astype(int)
    change -= np.isin(found["what"], (house.REFUSED, house.TRIAGE, house.TREATMENT, house.LEFT))
    days = [day * DAY for day in range(7 * weeks) if day % 7 < 5]
    at = np.searchsorted(found["time"], np.add.outer(days, MOMENTS), side="right")
    return np.append(0, np.cumsum(change))[at].mean(axis=0)


def traffic() -> Canvas:
    """Draw the ways of the vehicles in the middle lane of a ring, coloured by their speed."""
    canvas, seconds = Canvas(WIDE, 440), range(0, 901)
    before, axes = None, None
    for second, simulation in zip(seconds, looks(Traffic(), seconds, seed=3), strict=True):
        cars, length = simulation.world.vehicles, simulation.world.lanes.length
        axes = axes or Axes(canvas, (56, 30, 716, 350), {at: f"{at} s" for at in range(0, 901, 150)},
                            {0: "0", 1000: "1,000", 2000: "2,000", length: ""},
                            f"metres along the middle lane of a ring of {length:,.0f}")  # fmt: skip
        now = {int(i): (cars.x[i], cars.v[i]) for i in np.flatnonzero(cars.lane == 1)}
        for i in now.keys() & (before or {}).keys():
            if now[i][0] >= before[i][0]:  # not where the ring begins again
                axes.line((second - 1, second), (before[i][0], now[i][0]), _heat(min(now[i][1] / 25, 1)), 0.6)
        before = now
    _scale(canvas, 414, 422, "stands", "25 m/s")
    return canvas


def car_following() -> Canvas:
    """Draw drivers behind one whose speed is given, each by themselves: how fast they are, and how close."""
    canvas, time = Canvas(WIDE, 300), np.arange(0, 120.1, 0.2)
    lead = np.interp(time, (0, 15, 25, 35, 65, 85, 91, 103, 120), (22, 22, 3, 3, 22, 22, 12, 12, 20))
    drivers, v, gap = 24, np.full(len(time), 22.0), np.full(len(time), 30.0)
    columns = {"time": time, "v": v, "gap": gap, "lead": lead}
    rows = {"agent": np.repeat(np.arange(drivers), len(time)), **{n: np.tile(c, drivers) for n, c in columns.items()}}
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "pursuits.csv"
        csv.write_csv(pa.table(rows), place)
        seen = [(simulation.world.drivers.v.copy(), simulation.world.drivers.gap.copy())
                for simulation in looks(CarFollowing(pursuits=place, spread=0.2), time[:-1])]  # fmt: skip
    speeds, gaps = (np.array(each) for each in zip(*seen, strict=True))
    along = {at: f"{at} s" for at in range(0, 121, 30)}
    for left, title, most, values in ((40, "speed, m/s", 30, speeds), (436, "gap to the one ahead, m", 60, gaps)):
        up = {value: str(value) for value in range(0, most + 1, most // 3)}
        axes = Axes(canvas, (left, 30, 336, 230), along, up, title)
        for driver in range(drivers):
            axes.line(time[:-1], values[:, driver], (*BLUE, 90), 0.9)
        if values is speeds:
            axes.line(time, lead, RED)
            axes.name(0, "the one ahead", RED)
            axes.name(1, "who follows", BLUE)
    return canvas


def pedestrians() -> Canvas:
    """Draw the last three seconds of people in a corridor, and of two streams that cross."""
    canvas = Canvas(WIDE, 452)
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


def _tails(canvas: Canvas, simulation: Simulation, box: Box, size: tuple[float, float],
           until: float, is_blue: Callable[[Any], Any]) -> None:  # fmt: skip
    """Draw people, each with the way of the last three seconds behind them."""
    left, top, wide, high = box
    canvas.frame(box)
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


PICTURES = {drawn.__name__: drawn for drawn in (
    schelling, flocking, wolf_sheep, sir, market, clinic, traffic, car_following, pedestrians,
)}  # fmt: skip

if __name__ == "__main__":
    for name in sys.argv[1:] or PICTURES:
        PICTURES[name]().save(HERE / f"{name}.png")
