"""YAML as its writer means it: no name twice, and no number where `010` or `12:30` stands."""

from __future__ import annotations

import re
from typing import Any

import yaml

WHOLE = "tag:yaml.org,2002:int"


class Twice(yaml.MarkedYAMLError):
    """Say that a mapping names something twice; YAML would take the last and drop the others."""


class PlainLoader(yaml.SafeLoader):
    """Read plain values; refuse a name that is given twice, and leave codes with a leading zero and times as texts."""

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        """Return a mapping. Raises Twice."""
        node = super().compose_mapping_node(anchor)
        seen = set[str]()
        for name, _ in node.value:
            if isinstance(name, yaml.ScalarNode):
                if name.value in seen:
                    raise Twice(problem=name.value, problem_mark=name.start_mark)
                seen.add(name.value)
        return node


PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in forms if tag != WHOLE]
    for first, forms in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
PlainLoader.add_implicit_resolver(WHOLE, re.compile(r"^[-+]?(0|[1-9][0-9_]*)$"), [*"-+0123456789"])


def places_in(text: str) -> dict[str, tuple[int, int]]:
    """Return the line and the column, from 1, of everything that stands in a YAML text, by its path.

    >>> places_in("rules:\\n- a < b")["$.rules[0]"]
    (2, 3)
    """
    found: dict[str, tuple[int, int]] = {}
    waiting = [("$", yaml.compose(text, PlainLoader))]
    while waiting:
        path, node = waiting.pop()
        if node is None or path in found:
            continue
        found[path] = (node.start_mark.line + 1, node.start_mark.column + 1)
        if isinstance(node, yaml.MappingNode):
            waiting += [(f"{path}.{name.value}", value) for name, value in node.value]
        elif isinstance(node, yaml.SequenceNode) and path.count("[") < 50:  # an alias may hold itself
            waiting += [(f"{path}[{number}]", value) for number, value in enumerate(node.value)]
    return found
