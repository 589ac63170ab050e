"""The kit's living page, in a real browser: both schemes, wide and narrow, with script or not."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

WIDE = {"width": 1440, "height": 900}
NARROW = {"width": 390, "height": 844}
# The policy that the kit's README promises.
POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
    "worker-src 'self'; object-src 'none'; base-uri 'self'; frame-ancestors 'self'"
)


@pytest.fixture
def kit(live_server, settings, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open the kit's page; a script's error or a request to another site fails the test."""
    settings.DEBUG = True
    settings.ALLOWED_HOSTS = ["*"]
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def opened(**options: object) -> Page:
        context = browser.new_context(base_url=live_server.url, **{"viewport": WIDE} | options)
        contexts.append(context)
        context.on("weberror", lambda problem: troubles.append(str(problem.error)))
        context.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((live_server.url, "data:", "blob:"))
                else troubles.append(f"asked of another site: {request.url}")
            ),
        )
        page = context.new_page()
        answer = page.goto("/theme/kit/")
        assert answer.status == 200
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not troubles, "\n".join(troubles)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_everybody_can_use_every_component(kit, accessibility, scheme, viewport):
    page = kit(color_scheme=scheme, viewport=viewport)
    assert accessibility(page) == []
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width == viewport["width"], "the page scrolls sideways"


def test_map_and_chart_come_alive_when_they_near_the_screen(kit):
    page = kit()
    map_ = page.locator("cimaise-map").first
    map_.scroll_into_view_if_needed()
    expect(map_).to_have_attribute("ready", "", timeout=30_000)
    expect(map_.get_by_role("button")).to_have_count(2)
    chart = page.locator("cimaise-chart").first
    chart.scroll_into_view_if_needed()
    expect(chart).to_have_attribute("ready", "", timeout=30_000)
    expect(chart.locator("[data-drawing]")).to_be_hidden()


def test_a_strict_content_security_policy_stops_nothing(kit):
    page = kit()
    refused: list[str] = []
    page.on(
        "console",
        lambda said: refused.append(said.text) if "Content Security Policy" in said.text else None,
    )

    def strictly(route: Route) -> None:
        answer = route.fetch()
        headers = {**answer.headers, "content-security-policy": POLICY}
        route.fulfill(response=answer, headers=headers)

    page.route("**/theme/kit/", strictly)
    page.reload()
    for name in ("cimaise-map", "cimaise-chart"):
        island = page.locator(name).first
        island.scroll_into_view_if_needed()
        expect(island).to_have_attribute("ready", "", timeout=30_000)
    assert refused == []


def test_without_javascript_the_same_is_there_to_read(kit):
    page = kit(java_script_enabled=False)
    expect(page.locator("cimaise-chart [data-drawing] svg").first).to_be_visible()
    expect(page.locator("cimaise-map [data-fallback] p").last).to_be_visible()
    expect(page.locator(".filters-body").first).to_be_visible()


def test_the_scheme_changes_at_once_and_is_remembered(kit):
    page = kit(color_scheme="light")
    light = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    with page.expect_response("**/theme/preferences/"):
        page.get_by_role("button", name="Dark", exact=True).or_(
            page.get_by_role("button", name="Sombre", exact=True)
        ).click()
    dark = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert dark != light
    page.reload()
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == dark


def test_the_scheme_and_the_language_change_without_javascript(kit):
    page = kit(java_script_enabled=False, locale="fr-FR")
    page.locator("button[name=language][value=en]").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("button", name="Dark", exact=True).click()
    expect(page.locator("html")).to_have_attribute("data-scheme", "dark")


def test_the_keyboard_goes_straight_to_the_content(kit):
    page = kit()
    page.keyboard.press("Tab")
    skip = page.locator(".skip")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_touch_targets_are_large_enough(kit):
    page = kit(viewport=NARROW)
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, input:not([type=hidden]), select, .tabs a")]
            .filter((e) => e.checkVisibility() && e.type !== "checkbox")
            .map((e) => [e.outerHTML.slice(0, 80), e.getBoundingClientRect().height])
            .filter(([, height]) => height < 44)"""
    )
    assert small == []
