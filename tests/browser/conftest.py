"""A real portal with the demonstration's sample, and a real Chromium that visits it."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import pytest
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
PATIENCE = 60  # seconds until the portal answers


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All browser tests go to one process, so that one portal and one browser serve them all."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@dataclass(frozen=True, slots=True)
class Portal:
    """A portal that answers at `address`, and the account of its editor."""

    address: str
    home: Path
    editor: str
    password: str


def chromium() -> str:
    """The program: what CHROMIUM names, else the first on PATH; skips the test without one."""
    named = os.environ.get("CHROMIUM")
    found = shutil.which(named) if named else next(filter(None, map(shutil.which, CHROMIUM)), None)
    if found is None:
        pytest.skip("no Chromium: apt install chromium, or name one in CHROMIUM")
    return found


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """The demonstration portal, made of the sample wherever the tests run, in its own process."""
    home = tmp_path_factory.mktemp("portal")
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    environment = {
        **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
        "CIMAISE_HOME": str(home),
        "CIMAISE_ADDRESS": address,
        "CIMAISE_DEMO_DATA": str(home / "no-real-data"),
        "DJANGO_SETTINGS_MODULE": "cimaise.config.settings",
    }
    command = [sys.executable, "-m", "cimaise"]
    made = subprocess.run(
        [*command, "demo", "--no-serve"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    account = re.search(r"(\S+) / (\S+)\s*$", made.stdout, flags=re.MULTILINE)
    assert account, made.stdout

    log = home / "server.log"
    with log.open("wb") as out:
        server = subprocess.Popen(
            [*command, "serve", "--port", str(port)],
            cwd=ROOT,
            env=environment,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_until_it_answers(f"{address}/pages/home/", server, log)
        yield Portal(address, home, account[1], account[2])
    finally:
        stop(server)


def wait_until_it_answers(address: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    """Return when the portal answers; fail with what it said when it does not."""
    pause = Event()
    for _ in range(PATIENCE * 10):
        try:
            with urllib.request.urlopen(address, timeout=PATIENCE):
                return
        except urllib.error.HTTPError as answer:
            pytest.fail(f"{address} answers {answer.code}\n{log.read_text()}")
        except OSError:
            if server.poll() is not None:
                break
            pause.wait(0.1)
    pytest.fail(f"{address} does not answer\n{log.read_text()}")


def stop(server: "subprocess.Popen[bytes]") -> None:
    """Stop the portal as Ctrl-C does, and see that it does stop."""
    server.send_signal(signal.SIGINT)
    assert server.wait(PATIENCE) == 0


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
def visitor(browser: Browser, portal: Portal) -> Iterator[Callable[..., BrowserContext]]:
    """Make visitors: each has a context of their own, with the options of `new_context`.

    A page that fails, or that asks anything of another site, fails the test.
    """
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def turn_away(route: Route) -> None:
        troubles.append(f"asked of another site: {route.request.url}")
        route.abort()

    def new_visitor(**options: object) -> BrowserContext:
        context = browser.new_context(
            **{"base_url": portal.address, "locale": "fr-FR", "timezone_id": "Europe/Paris"}
            | options
        )
        context.route(lambda url: not url.startswith((portal.address, "data:", "blob:")), turn_away)
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
