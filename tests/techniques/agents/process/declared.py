"""Processes that tests declare."""

from __future__ import annotations

from typing import Any

CLINIC: dict[str, Any] = {
    "country": "DE",
    "arrivals": {"per_week": 300, "profile": {"Mo-Fr 08:00-12:00": 2, "Mo-Fr 12:00-17:00": 1}, "at_most": 250},
    "cases": {
        "age": {"truncated": {"of": {"normal": [50, 20]}, "low": 0, "high": 100}},
        "urgency": {"categorical": {"high": 0.2, "low": 0.8}},
    },
    "resources": {
        "nurse": {"capacity": 2, "hours": "Mo-Fr 08:00-18:00; PH off", "cost": 40},
        "room": {"capacity": 3},
        "doctor": {"capacity": 2, "hours": "Mo-Fr 08:00-18:00; PH off", "first": ["urgency == 'high'", "age > 80"]},
        "lab": {"capacity": 1, "cost": 90},
    },
    "activities": {
        "triage": {"takes": {"gamma": [4, 1.2]}, "needs": "nurse"},
        "see doctor": {"takes": {"lognormal": [2.4, 0.5]}, "needs": {"doctor": 1, "room": 1}, "cost": 5,
                       "patience": {"exponential": "90m"}, "otherwise": ["call back"]},
        "blood test": {"takes": "10m", "needs": {"lab": 1}, "batch": {"size": 4, "wait": 60}},
        "x-ray": {"takes": {"exponential": 8}, "needs": {"nurse": 1, "room": 1}, "patience": "20m", "otherwise": []},
        "call back": {"takes": 3, "needs": "nurse"},
        "discharge": {},
    },
    "flow": [
        "triage",
        {"choice": [
            {"when": "age > 60 and not urgency in ['low']", "flow": [{"parallel": [["blood test"], ["x-ray"], []]}]},
            {"when": "age < 10", "flow": "x-ray"},
            {"flow": []},
        ]},
        {"repeat": {"flow": ["see doctor", {"wait": {"exponential": 30}}], "again": 0.2}},
        {"choice": [
            {"share": 0.6, "flow": []}, {"share": 0.3, "flow": [{"wait": "1h"}, "call back"]}, {"flow": ["triage"]},
        ]},
        "discharge",
    ],
}  # fmt: skip
"""A clinic with all that a process may have."""
