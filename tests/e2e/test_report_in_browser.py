"""Open reports in a real browser: drawn, silent, offline, and fit for phones, dark rooms and paper."""

from __future__ import annotations

import runpy
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DRAWN = "() => [...document.querySelectorAll('.chart')].every((chart) => chart.querySelector('svg path'))"
REPORTS = runpy.run_path(str(Path(__file__).parents[1] / "evaluation" / "report" / "conftest.py"))

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("reports")
    names = ("adult", "hundred", "hostile", "events")
    return {name: REPORTS[f"{name}_report"]().save(folder / f"{name}.html") for name in names}


@dataclass
class Opened:
    """A page, with all that it said and asked for."""

    page: Any
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def scroll_through(self) -> None:
        """Scroll past every chart and wait until all are drawn.

        On a busy machine Chromium may stop giving a page frames, and then nothing comes into view for ever: a picture
        of the whole page makes it draw one.
        """
        self.page.evaluate(
            """async () => {
                for (let y = 0; y < document.documentElement.scrollHeight; y += 800) {
                    scrollTo({ top: y, behavior: "instant" });
                    await new Promise((done) => {
                        requestAnimationFrame(() => setTimeout(done, 15));
                        setTimeout(done, 250);
                    });
                }
                scrollTo({ top: 0, behavior: "instant" });
            }"""
        )
        try:
            self.page.wait_for_function(DRAWN, polling=100, timeout=10_000)
        except sync_api.TimeoutError:
            self.page.screenshot(full_page=True)
            self.page.wait_for_function(DRAWN, polling=100)

    def count(self, selector: str) -> int:
        return int(self.page.locator(selector).count())


def opened(browser: Any, path: Path, *, width: int = 1280, scheme: Literal["light", "dark"] = "light") -> Opened:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    it = Opened(context.new_page())
    it.page.bring_to_front()
    it.page.on("console", lambda message: it.said.append(message.text))
    it.page.on("pageerror", lambda error: it.said.append(str(error)))
    it.page.on("request", lambda request: it.asked.append(request.url))
    it.page.goto(path.as_uri())
    return it


@pytest.mark.parametrize(
    ("name", "width", "scheme"),
    [
        ("adult", 1280, "light"),
        ("adult", 390, "dark"),
        ("hundred", 390, "light"),
        ("hostile", 390, "dark"),
        ("events", 1280, "dark"),
        ("events", 390, "light"),
    ],
)
def test_every_chart_is_drawn_in_silence_and_offline(
    browser: Any, pages: dict[str, Path], name: str, width: int, scheme: Literal["light", "dark"]
) -> None:
    it = opened(browser, pages[name], width=width, scheme=scheme)
    it.scroll_through()
    assert it.said == []
    assert it.asked == [pages[name].as_uri()]
    assert it.page.title() == REPORTS[f"{name}_report"]().title
    wider = it.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider == 0
    it.page.context.close()


def test_marks_stand_for_the_shares(browser: Any, pages: dict[str, Path]) -> None:
    it = opened(browser, pages["adult"])
    it.scroll_through()
    card = '[data-name="age"] '
    assert it.count(card + ".mark-rect path") == 2 * 21  # a bar and a stroke for each bin
    lengths = it.page.evaluate(
        """() => [...document.querySelectorAll('[data-name="income"] .mark-rect path')]
                 .map((bar) => bar.getBBox().width)"""
    )
    income = next(c for c in REPORTS["adult_report"]().columns if c.name == "income")
    wanted = [v for pair in zip(income.real, income.synthetic, strict=True) for v in pair]
    assert [v / max(lengths) for v in lengths] == pytest.approx([v / max(wanted) for v in wanted], abs=0.01)
    half = 15 * 14 // 2
    assert it.count("#pairs .mark-rect.role-mark path") == 2 * half
    it.page.context.close()


def test_charts_are_drawn_only_when_they_come_into_view(browser: Any, pages: dict[str, Path]) -> None:
    it = opened(browser, pages["hundred"])
    it.page.wait_for_timeout(200)
    assert it.count(".chart svg") < 20
    it.page.context.close()


def test_dark_and_light_differ_and_follow_the_system(browser: Any, pages: dict[str, Path]) -> None:
    it = opened(browser, pages["adult"])
    it.scroll_through()

    def colours() -> list[str]:
        seen: list[str] = it.page.evaluate(
            """() => [getComputedStyle(document.body).backgroundColor,
                      document.querySelector('[data-name="age"] .mark-rect path').getAttribute("fill")]"""
        )
        return seen

    light = colours()
    it.page.emulate_media(color_scheme="dark")
    it.page.wait_for_function(
        """(was) => document.querySelector('[data-name="age"] .mark-rect path')
                                 ?.getAttribute("fill") !== was""",
        arg=light[1],
        polling=100,
    )
    dark = colours()
    assert light[0] == "rgb(255, 255, 255)"
    assert all(a != b for a, b in zip(light, dark, strict=True))
    it.page.context.close()


def test_paper_gets_every_chart_in_light_colours(browser: Any, pages: dict[str, Path], tmp_path: Path) -> None:
    it = opened(browser, pages["adult"], scheme="dark")
    it.page.evaluate(
        """() => addEventListener("beforeprint", () => {
            window.printed = [document.querySelectorAll(".chart svg").length,
                              document.querySelector('[data-name="age"] .mark-rect path').getAttribute("fill")];
        })"""
    )
    it.page.pdf(path=tmp_path / "report.pdf", format="A4")
    drawn, colour = it.page.evaluate("window.printed")
    assert drawn == it.count(".chart")
    assert colour == "#8a93a2"
    assert (tmp_path / "report.pdf").stat().st_size > 20_000
    it.page.context.close()


def test_a_column_is_found_by_a_part_of_its_name(browser: Any, pages: dict[str, Path]) -> None:
    it = opened(browser, pages["adult"])
    it.page.locator(".filter input").fill("CAPITAL")
    visible = it.page.locator("#columns article:visible")
    assert visible.count() == 2
    it.page.locator(".filter input").fill("no such column")
    assert visible.count() == 0
    assert it.page.locator(".none").is_visible()
    it.page.context.close()


def test_without_scripts_the_tables_tell_the_same(browser: Any, pages: dict[str, Path]) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(pages["adult"].as_uri())
    assert page.locator("main > noscript").count() == 1
    assert not page.locator(".chart").first.is_visible()
    page.locator('[data-name="age"] summary').click()
    assert page.locator('[data-name="age"] tbody tr').count() == 21
    assert page.locator('[data-name="age"] table').is_visible()
    context.close()


def test_a_script_that_slipped_in_would_not_run(browser: Any, pages: dict[str, Path], tmp_path: Path) -> None:
    forged = tmp_path / "forged.html"
    intruder = "<script>document.title = 'owned'</script><img src='https://example.org/x.png'></body>"
    forged.write_text(pages["adult"].read_text(encoding="utf-8").replace("</body>", intruder), encoding="utf-8")
    it = opened(browser, forged)
    it.page.wait_for_function("() => document.querySelector('.chart svg') || scrollBy(0, 800)", polling=100)
    assert it.page.title() != "owned"
    assert sum("Content Security Policy" in line for line in it.said) == 2
    it.page.context.close()
