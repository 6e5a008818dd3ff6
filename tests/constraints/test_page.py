import re
from pathlib import Path

import pytest

from likewise.constraints.kinds import Constraints

PAGE = Path(__file__).parents[2] / "docs/concepts/constraints.md"
BLOCKS = re.findall(r"^```yaml\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.M | re.S)


@pytest.mark.parametrize("block", BLOCKS)
def test_the_documents_of_the_page_are_read(block, tmp_path):
    place = tmp_path / "rules.yaml"
    place.write_text(block, encoding="utf-8")
    rules = Constraints.read(place)
    assert len(rules.items) == block.count("\n- ")
    place.write_text(rules.to_yaml(), encoding="utf-8")
    assert Constraints.read(place) == rules
