"""Data from agents that act: scenarios, what their rules are written in, and what a run leaves behind."""

from likewise.techniques.agents.clocks.queue import schedule
from likewise.techniques.agents.language.arithmetic import (
    cos,
    exp,
    floor,
    less,
    log,
    more,
    power,
    sin,
    sqrt,
    where,
    whole,
)
from likewise.techniques.agents.language.chance import below, normal, picked, uniform, waiting
from likewise.techniques.agents.language.term import term
from likewise.techniques.agents.notes import note
from likewise.techniques.agents.population import born, die, population
from likewise.techniques.agents.rule import queued, shuffled, together
from likewise.techniques.agents.run import Simulated
from likewise.techniques.agents.scenario import Scenario
from likewise.techniques.agents.spaces.grid import Grid, beside, crowd, enter, leave, moved, next_to, places
from likewise.techniques.agents.spaces.links import (
    Links,
    count,
    degree,
    edges_of,
    links_of,
    neighbour,
    total,
    total_of,
    totals_of,
)
from likewise.techniques.agents.spaces.networks import by_chance, network, of_degrees, preferential, small_world
from likewise.techniques.agents.spaces.plane import Plane, direction, gap, length, near, within
from likewise.techniques.agents.world import World

__all__ = [
    "Grid", "Links", "Plane", "Scenario", "Simulated", "World", "below", "beside", "born", "by_chance", "cos", "count",
    "crowd", "degree", "die", "direction", "edges_of", "enter", "exp", "floor", "gap", "leave", "length", "less",
    "links_of", "log", "more", "moved", "near", "neighbour", "network", "next_to", "normal", "note", "of_degrees",
    "picked", "places", "population", "power", "preferential", "queued", "schedule", "shuffled", "sin", "small_world",
    "sqrt", "term", "together", "total", "total_of", "totals_of", "uniform", "waiting", "where", "whole", "within",
]  # fmt: skip
