"""Draw what models come to: `python examples/agents/draw_models.py [FOLDER]` writes a picture for each.

Needs Pillow (`pip install likewise[image]`). Takes about a minute.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from likewise.techniques.agents.models.market import Market
from likewise.techniques.agents.models.traffic import Traffic
from likewise.techniques.agents.models.wolf_sheep import WolfSheep
from likewise.techniques.agents.scenario import Scenario
from likewise.techniques.agents.simulation import Simulation

WIDE, HIGH, EDGE = 900, 300, 52
"""Pixels of a panel, and those around it where its scale stands."""

COLOURS = {"blue": (31, 90, 160), "red": (190, 60, 40), "green": (70, 140, 60), "grey": (120, 120, 120)}


def run(scenario: Scenario, until: float, every: float, look: Callable[[Simulation], Any]) -> list[Any]:
    """Let time go on, and return what was seen every so often."""
    simulation, seen = Simulation(scenario, seed=3), []
    for tick in range(1, round(until / every) + 1):
        for _ in simulation.stream(tick * every):
            pass
        simulation.rest()
        seen.append(look(simulation))
    return seen


def wolf_sheep(place: Path) -> None:
    """Draw how many sheep and wolves there are, and cells with grass."""
    scenario = WolfSheep()
    seen = run(scenario, 1500, 1, lambda simulation: tuple(scenario.measured(simulation.world).values()))
    sheep, wolves, grass = np.array(seen).T
    lines = [("sheep", sheep, "blue"), ("wolves", wolves, "red"), ("cells with grass, a tenth", grass / 10, "green")]
    sheet([panel(lines, "steps", (0, 1500))]).save(place / "wolf_sheep.png", optimize=True)


def market(place: Path) -> None:
    """Draw the price at the end of each day, and its returns."""
    scenario = Market()
    price = np.array(run(scenario, 1500, 1, lambda simulation: simulation.world.tape.price[0]))[100:]
    returns = 100 * np.diff(np.log(price))
    days = (0, len(price))
    sheet([panel([("price", price, "blue")], "days", days), panel([("return, %", returns, "grey")], "days", days)]
          ).save(place / "market.png", optimize=True)  # fmt: skip


def traffic(place: Path) -> None:
    """Draw where the vehicles of the middle lane of a ring are, darker where they are slow."""
    scenario, until, every = Traffic(), 900, 1.0
    image = np.full((HIGH * 2, WIDE), 255, np.uint8)

    def look(simulation: Simulation) -> tuple[Any, Any, float]:
        cars, length = simulation.world.vehicles, simulation.world.lanes.length
        own = cars.lane == 1
        return cars.x[own].copy(), cars.v[own].copy(), length

    for second, (x, v, length) in enumerate(run(scenario, until, every, look)):
        row = ((1 - x / length) * (len(image) - 1)).astype(int)
        shade = np.clip(v / 20.0, 0, 1) * 215
        at = second * WIDE // until
        for ahead in range(2):
            image[(row + ahead) % len(image), at] = shade
    picture = framed(Image.fromarray(image).convert("RGB"), f"metres along the ring, {length:,.0f} in all; "
                     "dark: slow", "seconds", (0, until), (0, length))  # fmt: skip
    sheet([picture]).save(place / "traffic.png", optimize=True)


def panel(lines: Sequence[tuple[str, Any, str]], along: str, ends: tuple[float, float]) -> Image.Image:
    """Draw lines over a common scale."""
    image = Image.new("RGB", (WIDE, HIGH), "white")
    draw = ImageDraw.Draw(image)
    low, high = min(values.min() for _, values, _ in lines), max(values.max() for _, values, _ in lines)
    for n, (name, values, colour) in enumerate(lines):
        x = np.linspace(0, WIDE - 1, len(values))
        y = (HIGH - 1) * (1 - (values - low) / (high - low))
        draw.line([*zip(x.tolist(), y.tolist(), strict=True)], fill=COLOURS[colour], width=2)
        draw.text((WIDE - 8, 6 + 18 * n), name, fill=COLOURS[colour], font=font(), anchor="ra")
    return framed(image, "", along, ends, (low, high))


def framed(image: Image.Image, title: str, along: str, ends: tuple[float, float], scale: Any) -> Image.Image:
    """Put a frame with numbers round a picture."""
    whole = Image.new("RGB", (image.width + EDGE + 20, image.height + EDGE), "white")
    whole.paste(image, (EDGE, 22))
    draw, bottom = ImageDraw.Draw(whole), image.height + 22
    draw.rectangle((EDGE - 1, 21, EDGE + image.width, bottom), outline=COLOURS["grey"])
    draw.text((EDGE, 2), title, fill="black", font=font())
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        value, height = scale[0] + share * (scale[1] - scale[0]), bottom - share * image.height
        draw.text((EDGE - 5, height), f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}", fill="black",
                  font=font(), anchor="rm")  # fmt: skip
        draw.text((EDGE + share * image.width, bottom + 4), f"{ends[0] + share * (ends[1] - ends[0]):.0f}",
                  fill="black", font=font(), anchor="ma")  # fmt: skip
    draw.text((EDGE + image.width * 0.62, bottom + 4), along, fill="black", font=font(), anchor="ma")
    return whole


def sheet(panels: Sequence[Image.Image]) -> Image.Image:
    """Put panels one below another, in few colours."""
    whole = Image.new("RGB", (panels[0].width, sum(each.height for each in panels)), "white")
    top = 0
    for each in panels:
        whole.paste(each, (0, top))
        top += each.height
    return whole.quantize(24)


def font() -> Any:
    """Return the font of all numbers and names."""
    return ImageFont.load_default(13)


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    for draws in (wolf_sheep, market, traffic):
        draws(folder)
