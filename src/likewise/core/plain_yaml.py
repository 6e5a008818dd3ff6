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
