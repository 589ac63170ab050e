"""Every public page can be used by everybody: light or dark, by keyboard, without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

LIBRARIES = "/explore/dataset/bibliotheques-publiques"
DOCUMENTS = "/explore/dataset/documents-des-archives-nationales"
ATTENDANCE = "/explore/dataset/frequentation-des-musees-de-france"
PAGES = (
    "/pages/home/",
    "/pages/accessibility/",
    "/explore/",
    "/explore/?q=mus%C3%A9es",
    f"{LIBRARIES}/information/",
    f"{LIBRARIES}/table/?q=lecture",
    f"{LIBRARIES}/table/?where=regio+%3D+1",
    f"{LIBRARIES}/map/",
    f"{ATTENDANCE}/analyze/",
    f"{DOCUMENTS}/images/",
    f"{LIBRARIES}/export/",
    f"{LIBRARIES}/api/",
    f"{LIBRARIES}/api/?where=regio+%3D+1",
    "/explore/embed/dataset/bibliotheques-publiques/table/",
    "/explore/embed/dataset/bibliotheques-publiques/map/",
    "/explore/sql/?query=select+1+as+n",
    "/explore/sql/?query=select+nothing",
    "/explore/dataset/nothing/",
    "/backoffice/login/",
)


def first_record(page):
    """The address of a record of the libraries."""
    page.goto(f"{LIBRARIES}/table/")
    return page.locator("tbody a[href*='/record/']").first.get_attribute("href")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", PAGES)
def test_everybody_can_use_it(visitor, accessibility, address, scheme):
    page = visitor(color_scheme=scheme).new_page()
    page.goto(address)
    assert accessibility(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_read_a_record(visitor, accessibility, scheme):
    page = visitor(color_scheme=scheme).new_page()
    page.goto(first_record(page))
    assert accessibility(page) == []


@pytest.mark.parametrize("address", PAGES)
def test_nothing_overflows_a_phone(visitor, address):
    page = visitor(viewport={"width": 360, "height": 740}).new_page()
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("address", PAGES)
def test_it_is_whole_without_javascript(plain_page, address):
    plain_page.goto(address)
    expect(plain_page.locator("h1")).to_have_count(1)
    assert plain_page.title()


def test_filters_sort_and_pages_are_links_without_javascript(plain_page):
    plain_page.goto(f"{LIBRARIES}/table/")
    plain_page.locator("details details a[href*='refine.']").first.click()
    expect(plain_page).to_have_url(re.compile(r"refine\."))
    plain_page.locator("thead a").first.click()
    expect(plain_page).to_have_url(re.compile(r"sort="))
    assert plain_page.locator("th[aria-sort]").count() == 1


def test_the_map_is_drawn_and_listed_without_javascript(plain_page):
    plain_page.goto(f"{LIBRARIES}/map/")
    assert plain_page.locator("cimaise-map svg path").count() > 0
    assert plain_page.locator("tbody a[href*='/record/']").count() > 0


def test_the_chart_is_drawn_and_tabled_without_javascript(plain_page):
    plain_page.goto(f"{ATTENDANCE}/analyze/")
    assert plain_page.locator("cimaise-chart svg[role=img]").count() == 1
    assert plain_page.locator("cimaise-chart tbody tr").count() > 1


def test_no_image_is_asked_of_another_site_before_the_visitor_says_so(page):
    page.goto(f"{DOCUMENTS}/images/")  # a request elsewhere fails the test by itself
    assert page.locator("h1").count() == 1


def test_a_filter_changes_the_records_in_place_and_keeps_the_keyboard(page):
    page.goto(f"{LIBRARIES}/table/")
    page.evaluate("window.stayed = true")
    choice = page.locator("details details a[href*='refine.']").first
    choice.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"refine\."))
    expect(page.locator("#tabs a").nth(2)).to_have_attribute("href", re.compile(r"refine\."))
    assert page.evaluate("window.stayed")
    assert page.evaluate("document.activeElement.tagName") == "A"
    page.go_back()
    expect(page).to_have_url(re.compile(r"/table/$"))


def test_the_map_follows_the_filters(page):
    page.goto(f"{LIBRARIES}/map/")
    expect(page.locator("cimaise-map[ready]")).to_be_visible(timeout=30_000)
    with page.expect_response(lambda answer: ".mvt" in answer.url and "refine." in answer.url):
        page.locator("details details a[href*='refine.']").first.click()


def test_the_chart_comes_to_life(page):
    page.goto(f"{ATTENDANCE}/analyze/")
    expect(page.locator("cimaise-chart[ready] svg").first).to_be_visible(timeout=30_000)
