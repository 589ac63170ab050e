"""A real Chromium that visits the demonstration portal."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from a_portal import Portal
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Route, sync_playwright

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SWITCHES = (
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--enable-unsafe-swiftshader",  # WebGL, for the map, on machines without a graphics card
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All browser tests go to one process, so that one browser serves them all."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


def chromium() -> str:
    """The program: what CHROMIUM names, else the first on PATH; skips the test without one."""
    named = os.environ.get("CHROMIUM")
    found = shutil.which(named) if named else next(filter(None, map(shutil.which, CHROMIUM)), None)
    if found is None:
        pytest.skip("no Chromium: apt install chromium, or name one in CHROMIUM")
    return found


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The driver. Its event loop lives as long as it does, hence the word to Django."""
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as driver:
        yield driver
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One Chromium for all tests."""
    browser = playwright.chromium.launch(executable_path=chromium(), args=list(SWITCHES))
    yield browser
    browser.close()


@pytest.fixture
def visitor(browser: Browser, demonstration: Portal) -> Iterator[Callable[..., BrowserContext]]:
    """Make visitors: each has a context of their own, with the options of `new_context`.

    A page that fails, or that asks anything of another site, fails the test.
    """
    contexts: list[BrowserContext] = []
    troubles: list[str] = []
    ours = (demonstration.address, "data:", "blob:")

    def turn_away(route: Route) -> None:
        troubles.append(f"asked of another site: {route.request.url}")
        route.abort()

    def new_visitor(**options: object) -> BrowserContext:
        context = browser.new_context(
            **{"base_url": demonstration.address, "locale": "fr-FR", "timezone_id": "Europe/Paris"}
            | options
        )
        context.route(lambda url: not url.startswith(ours), turn_away)
        context.on("weberror", lambda problem: troubles.append(str(problem.error)))
        contexts.append(context)
        return context

    yield new_visitor
    for context in contexts:
        context.close()
    assert not troubles, "\n".join(troubles)


@pytest.fixture
def page(visitor: Callable[..., BrowserContext]) -> Page:
    """A visitor's first page, with JavaScript."""
    return visitor().new_page()


@pytest.fixture
def plain_page(visitor: Callable[..., BrowserContext]) -> Page:
    """The same without JavaScript."""
    return visitor(java_script_enabled=False).new_page()


@pytest.fixture(scope="session")
def accessibility() -> Callable[[Page], list[str]]:
    """What axe finds wrong with the page as it stands, a line a problem."""
    script = ROOT / "node_modules" / "axe-core" / "axe.min.js"
    if not script.is_file():
        pytest.skip("no axe-core: make build")
    source = script.read_text(encoding="utf-8")

    def violations(page: Page) -> list[str]:
        page.evaluate(source)
        found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{violation['id']}: {violation['help']} — {node['html'][:200]}"
            for violation in found["violations"]
            for node in violation["nodes"]
        ]

    return violations
