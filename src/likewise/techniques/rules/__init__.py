"""Tables made by rules: from a document alone, related where there are several, held to constraints."""

from likewise.techniques.rules.document.document import Document
from likewise.techniques.rules.model import RulesModel, TablesModel
from likewise.techniques.rules.synthesizer import Rules

__all__ = ["Document", "Rules", "RulesModel", "TablesModel"]
