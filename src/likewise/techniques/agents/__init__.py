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
from likewise.techniques.agents.run import Run
from likewise.techniques.agents.scenario import Scenario
from likewise.techniques.agents.spaces.grid import Grid, beside, crowd, enter, leave, moved, next_to, places
from likewise.techniques.agents.world import World

__all__ = [
    "Grid", "Run", "Scenario", "World", "below", "beside", "born", "cos", "crowd", "die", "enter", "exp", "floor",
    "leave", "less", "log", "more", "moved", "next_to", "normal", "note", "picked", "places", "population", "power",
    "queued", "schedule", "shuffled", "sin", "sqrt", "term", "together", "uniform", "waiting", "where", "whole",
]  # fmt: skip
