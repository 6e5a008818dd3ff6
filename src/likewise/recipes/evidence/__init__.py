"""Put together what a data protection officer needs to judge the release of a model, and check it again."""

from likewise.recipes.evidence.check import check_evidence
from likewise.recipes.evidence.facts import Evidence, Release
from likewise.recipes.evidence.make import evidence

__all__ = ["Evidence", "Release", "check_evidence", "evidence"]
