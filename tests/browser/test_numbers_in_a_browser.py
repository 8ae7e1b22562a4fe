"""In Chromium: a click on any number of a behaviour leads to its definition and to its moments."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from pipeline.audio.decode import Recording
from pipeline.audio.redacted import write_redacted
from pipeline.privacy.copies import copy_name
from pipeline.report import ReportOptions, write_report
from tests.browser.test_report_in_a_browser import ARGUMENTS, CHROMIUM, DESK, PHONE
from tests.unit.audio.recordings import pcm, wav
from tests.unit.report.made_up import BEHAVIOURS, made_up_tables

RATE, SECONDS = 8000, 120

SPREAD = "[aria-labelledby=data] table:first-of-type"
NUMBERS = {
    "index.html": "ol.drivers li > span:last-child",
    "segments/retail-*.html": ".inside .sentence, .facts dd b, table td.num",
    "agents/agent-01-*.html": ".focus .sentence, .gain b, .key dd",
    "agents/index.html": "td.list .item",
    "coverage.html": "[aria-labelledby=respondents] td.num, "
    "[aria-labelledby=calls] table:last-of-type td.num",
    "follow-ups.html": "td.list .item",
    "behaviours/dead_air_s.html": f"{SPREAD} td:is(.num, .effects)",
    "behaviours/next_step.html": f"{SPREAD} td:is(.num, .effects)",
}
"""Where a page shows numbers of behaviours: a page of each kind."""

OUTSIDE_LINKS = """(found) => found.filter(one => {
  const bare = one.cloneNode(true);
  bare.querySelectorAll('a, .note, .badge').forEach(part => part.remove());
  return /[0-9]/.test(bare.textContent) || !one.querySelector('a');
}).map(one => one.textContent)"""

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no chromium, chromium-browser or google-chrome on PATH"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report beside copies of all its calls, made as a run makes them: two minutes of a tone."""
    room = tmp_path_factory.mktemp("numbers")
    tables = made_up_tables(n_calls=600)
    copies = room / "redacted copies"
    copies.mkdir()
    tone = 0.1 * np.sin(2 * np.pi * 200 * np.arange(RATE * SECONDS) / RATE)
    sound = np.array([tone, tone], dtype=np.float32)
    (room / "tone.wav").write_bytes(wav(pcm(sound), rate=RATE, channels=2))
    write_redacted(Recording((room / "tone.wav",)), [(40.0, 41.0)], room / "tone.flac")
    for call_id in tables.calls["call_id"]:
        (copies / copy_name(call_id)).hardlink_to(room / "tone.flac")
    options = ReportOptions(recordings=copies)
    return write_report(room / "report", tables, BEHAVIOURS, options).parent


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[*ARGUMENTS, "--autoplay-policy=no-user-gesture-required", "--mute-audio"],
        )
        yield opened
        opened.close()


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": DESK, "height": 900})
    yield page
    page.close()


def opened(tab: Page, folder: Path, pattern: str) -> None:
    tab.goto(next(folder.glob(pattern)).as_uri())
    tab.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")


def proves(tab: Page) -> bool:
    """Whether the place that was reached shows a definition and moments, or why there are none."""
    return bool(
        tab.evaluate("""() => {
      const place = document.querySelector(':target')?.closest('details, article');
      const around = place ?? document.querySelector('main');
      const seen = what => [...around.querySelectorAll(what)].some(e => e.checkVisibility());
      return seen('.definition, .reminder') && seen('.moments li, .empty');
    }""")
    )


@pytest.mark.parametrize("pattern", NUMBERS)
def test_every_number_is_inside_a_link(tab: Page, folder: Path, pattern: str) -> None:
    opened(tab, folder, pattern)
    found = tab.locator(NUMBERS[pattern])
    assert found.count() > 0
    assert found.evaluate_all(OUTSIDE_LINKS) == []


@pytest.mark.parametrize("pattern", NUMBERS)
def test_a_click_on_a_number_leads_to_its_proof(tab: Page, folder: Path, pattern: str) -> None:
    """On a phone; the first number, one in the middle, the last."""
    tab.set_viewport_size({"width": PHONE, "height": 740})
    opened(tab, folder, pattern)
    n = tab.locator(NUMBERS[pattern]).count()
    for at in sorted({0, n // 2, n - 1}):
        opened(tab, folder, pattern)
        tab.locator(NUMBERS[pattern]).nth(at).locator("a").first.click()
        assert proves(tab), (tab.url, at)


def test_every_link_of_a_number_proves_it(tab: Page, folder: Path) -> None:
    targets = set()
    for pattern in NUMBERS:
        opened(tab, folder, pattern)
        targets |= set(tab.locator("a.proof").evaluate_all("all => all.map(a => a.href)"))
    places = {
        behaviour.name for behaviour in BEHAVIOURS if any(behaviour.name in t for t in targets)
    }
    assert places == {behaviour.name for behaviour in BEHAVIOURS}
    for target in sorted(targets):
        tab.goto(target)
        assert proves(tab), target


def test_an_effect_in_the_ranking_opens_its_proof_in_place(tab: Page, folder: Path) -> None:
    tab.goto(next((folder / "segments").glob("retail-*.html")).as_uri())
    row = tab.locator("details.behaviour").first
    row.locator(".effect").click()
    assert row.locator(".definition").is_visible()
    assert row.locator(".moments li").count() == 5


def test_a_number_is_reached_and_followed_by_keyboard(tab: Page, folder: Path) -> None:
    tab.goto((folder / "index.html").as_uri())
    tab.locator("ol.drivers a.proof").first.focus()
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/behaviours/*#segment-*")
    assert proves(tab)


def test_a_moment_plays_its_stretch_and_stops(tab: Page, folder: Path) -> None:
    tab.goto((folder / "behaviours" / "dead_air_s.html").as_uri())
    player = tab.locator(".moments audio").first
    start, end = map(float, str(player.get_attribute("src")).partition("#t=")[2].split(","))
    played = player.evaluate("""async audio => {
      await audio.play();
      const first = audio.currentTime;
      audio.currentTime = Number(audio.src.split(",")[1]) - 1;
      await new Promise(stopped => audio.onpause = stopped);
      return [first, audio.currentTime, audio.duration];
    }""")
    assert played[0] == pytest.approx(start, abs=0.3)
    assert played[1] == pytest.approx(end, abs=0.7)
    assert played[2] == pytest.approx(SECONDS, abs=0.1)


def test_players_fit_a_phone_and_are_reached_by_keyboard(tab: Page, folder: Path) -> None:
    tab.set_viewport_size({"width": PHONE, "height": 740})
    for pattern in NUMBERS:
        opened(tab, folder, pattern)
        assert tab.evaluate("document.documentElement.scrollWidth") <= PHONE, pattern
    tab.goto((folder / "behaviours" / "dead_air_s.html").as_uri())
    tab.locator(".moments a").first.focus()
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.tagName") == "AUDIO"
