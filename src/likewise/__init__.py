"""Synthetic data that keeps the distribution and the structure of real data without repeating its records."""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

_HOME = {
    "Column": "likewise.core.schema",
    "Schema": "likewise.core.schema",
    "Table": "likewise.core.table",
    "Model": "likewise.core.protocol",
    "Synthesizer": "likewise.core.protocol",
    "Updatable": "likewise.core.protocol",
    "LikewiseError": "likewise.errors",
    "Certificate": "likewise.evaluation.certificate",
    "Gates": "likewise.evaluation.gates",
    "Report": "likewise.evaluation.report.model",
    "Score": "likewise.evaluation.score",
    "audit": "likewise.recipes.audit",
    "augment": "likewise.recipes.enlarge",
    "balance": "likewise.recipes.enlarge",
    "calibrate": "likewise.recipes.calibrate",
    "certify": "likewise.recipes.certify",
    "evaluate": "likewise.recipes.verbs",
    "fit": "likewise.recipes.verbs",
    "frontier": "likewise.recipes.frontier",
    "generate": "likewise.recipes.generate",
    "impute": "likewise.recipes.impute",
    "infer_constraints": "likewise.recipes.verbs",
    "infer_copies": "likewise.recipes.verbs",
    "infer_schema": "likewise.recipes.verbs",
    "load": "likewise.core.state",
    "plan": "likewise.recipes.recipe.plan",
    "read": "likewise.recipes.verbs",
    "run": "likewise.recipes.recipe.run",
    "simulate": "likewise.recipes.simulate",
    "synthesize": "likewise.recipes.synth",
    "update": "likewise.recipes.update",
    "verify": "likewise.recipes.certify",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'likewise' has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
