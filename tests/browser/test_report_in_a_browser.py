"""The report in Chromium: opens cleanly, asks for nothing, fits a phone, works by keyboard."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, sync_playwright

from pipeline.report import write_report
from tests.unit.report.made_up import BEHAVIOURS, SCRIPT, made_up_tables

CHROMIUM = next(
    (p for p in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if p), None
)
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
]  # fmt: skip
PHONE, DESK = 360, 1280

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no chromium, chromium-browser or google-chrome on PATH"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    room = tmp_path_factory.mktemp("browser")
    return write_report(room / "report", made_up_tables(n_calls=600), BEHAVIOURS).parent


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": PHONE, "height": 740})
    yield page
    page.close()


def paths(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.html"))


def one_of_each(folder: Path) -> list[Path]:
    """A page of every kind; of agents and segments those whose ids are hardest to lay out."""
    hard = ("script-", "b-vip", "agent-new")
    return [p for p in paths(folder) if p.parent == folder or p.name == "index.html"
            or p.name.startswith(hard)]  # fmt: skip


def segment_page(folder: Path) -> str:
    return next((folder / "segments").glob("retail-*.html")).as_uri()


def test_pages_open_without_errors_and_ask_for_nothing(tab: Page, folder: Path) -> None:
    said: list[str] = []
    asked: list[str] = []

    def ask(request: Request) -> None:
        asked.append(request.url)

    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.on("request", ask)
    for path in paths(folder):
        tab.goto(path.as_uri())
    assert said == []
    assert [url for url in asked if not url.startswith((folder.as_uri(), "data:,"))] == []
    assert f"{folder.as_uri()}/style.css" in asked


@pytest.mark.parametrize("width", [PHONE, 800, DESK])
def test_no_page_scrolls_sideways(tab: Page, folder: Path, width: int) -> None:
    tab.set_viewport_size({"width": width, "height": 740})
    wide = []
    for path in one_of_each(folder):
        tab.goto(path.as_uri())
        tab.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        if tab.evaluate("document.documentElement.scrollWidth") > width:
            wide.append(path.name)
    assert wide == []


def test_every_link_on_every_page_leads_somewhere(tab: Page, folder: Path) -> None:
    targets = set()
    for path in one_of_each(folder):
        tab.goto(path.as_uri())
        targets |= set(tab.evaluate("[...document.links].map(a => a.href)"))
    for target in sorted(targets):
        tab.goto(target)
        fragment = target.partition("#")[2]
        assert tab.evaluate("id => !id || !!document.getElementById(id)", fragment), target
        assert tab.locator("h1").count() == 1, target


def test_a_behaviour_opens_by_keyboard(tab: Page, folder: Path) -> None:
    tab.goto(segment_page(folder))
    first = tab.locator("details.behaviour").first
    definition = first.get_by_text("Definition", exact=True)
    assert not definition.is_visible()
    first.locator("summary").focus()
    tab.keyboard.press("Enter")
    assert definition.is_visible()
    tab.keyboard.press("Space")
    assert not definition.is_visible()


def test_the_first_tab_stop_skips_to_the_content(tab: Page, folder: Path) -> None:
    tab.goto(segment_page(folder))
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "main"


def test_focus_can_be_seen(tab: Page, folder: Path) -> None:
    tab.goto(segment_page(folder))
    for _ in range(12):
        tab.keyboard.press("Tab")
        outline = tab.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", tab.evaluate("document.activeElement.outerHTML")


def test_injected_quotes_are_shown_as_text(tab: Page, folder: Path) -> None:
    tab.goto(segment_page(folder))
    tab.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert SCRIPT in tab.locator("main").inner_text()
    for path in one_of_each(folder):
        tab.goto(path.as_uri())
        assert tab.title() != "owned"
        assert tab.evaluate("document.scripts.length") == 0


def test_printing_shows_what_is_folded_away(tab: Page, folder: Path) -> None:
    tab.goto(segment_page(folder))
    tab.emulate_media(media="print")
    assert tab.locator("details.behaviour h4").first.evaluate("h => h.checkVisibility()")
