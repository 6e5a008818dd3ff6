"""Open an evidence page in a real browser: silent, offline, and fit for phones, dark rooms and paper."""

from __future__ import annotations

import io
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest

import likewise
from likewise.recipes.evidence import evidence

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = {"age": [31, 45, 52, 38] * 60, "a <b>" + "very_long_name_" * 8: ["F", "M", "M", "F"] * 60}
    model = likewise.fit(rows, technique="bootstrap")
    report = likewise.audit(model, rows, shadows=False)
    place = tmp_path_factory.mktemp("evidence") / "evidence.html"
    pack = evidence(model, report=report, release={"controller": "<script>alert(1)</script>"})
    place.write_bytes(zipfile.ZipFile(io.BytesIO(pack)).read("evidence.html"))
    return place


@pytest.mark.parametrize(("width", "scheme"), [(1200, "light"), (1200, "dark"), (390, "light")])
def test_it_fits_and_is_silent(page: Path, width: int, scheme: str) -> None:
    said: list[str] = []
    asked: list[str] = []
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        opened: Any = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        opened.on("console", lambda message: said.append(message.text))
        opened.on("request", lambda request: asked.append(request.url))
        opened.goto(page.as_uri())
        assert opened.evaluate("document.documentElement.scrollWidth") <= width
        assert opened.locator("section").count() == 8
        for link in opened.locator("nav a").all():
            assert opened.locator(str(link.get_attribute("href"))).count() == 1
        ink, paper = (
            opened.evaluate(f"getComputedStyle(document.body).{name}") for name in ("color", "backgroundColor")
        )
        assert ink != paper and (scheme == "dark") == (_light(paper) < 0.5)
        browser.close()
    assert said == [] and asked == [page.as_uri()]


def test_it_prints_on_a_few_pages(page: Path) -> None:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        opened = browser.new_page()
        opened.goto(page.as_uri())
        printed = opened.pdf(format="A4")
        browser.close()
    assert 4 <= printed.count(b"/Type /Page\n") <= 14


def _light(colour: str) -> float:
    return sum(int(part) for part in colour[colour.index("(") + 1 : -1].split(",")[:3]) / (3 * 255)
