"""A question is written on the API tab with the keyboard alone, in a real browser, by anybody."""

import re

import pytest
from playwright.sync_api import expect

TAB = "/explore/dataset/bibliotheques-publiques/api/"
LIST = "#where-candidates"


def box(page, name="where"):
    """A box of the form, once it completes what is written in it."""
    expect(page.locator(f"cimaise-clause[clause={name}][ready]")).to_be_attached()
    found = page.locator(f"#{name}")
    found.focus()
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_list_is_open_to_everybody(visitor, accessibility, scheme):
    page = visitor(color_scheme=scheme, viewport={"width": 390, "height": 844}).new_page()
    page.goto(TAB)
    where = box(page)
    page.keyboard.type("reg")
    expect(page.locator(LIST)).to_be_visible()
    expect(where).to_have_attribute("aria-expanded", "true")
    expect(page.locator("cimaise-clause[clause=where] [role=status]")).not_to_be_empty()
    page.keyboard.press("ArrowDown")
    chosen = page.locator(f"{LIST} [aria-selected=true]")
    expect(where).to_have_attribute("aria-activedescendant", chosen.get_attribute("id"))
    assert accessibility(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    below = where.bounding_box()["y"] + where.bounding_box()["height"]
    assert page.locator(LIST).bounding_box()["y"] >= below


def test_a_question_is_written_with_the_keyboard_and_sent(page):
    page.goto(TAB)
    where = box(page)
    page.keyboard.type("regi")
    expect(page.locator(LIST)).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(where).to_have_value("region")
    expect(page.locator(LIST)).to_be_hidden()
    page.keyboard.type(" = 'BRE'")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"where=region"))
    expect(page.locator("#answer tbody tr").first).to_be_visible()


def test_escape_closes_tab_takes_and_arrows_turn(page):
    page.goto(TAB)
    select = box(page, "select")
    listed = page.locator("#select-candidates")
    page.keyboard.press("ArrowDown")
    expect(listed).to_be_visible()
    page.keyboard.press("Escape")
    expect(listed).to_be_hidden()
    page.keyboard.press("Control+Space")
    expect(listed).to_be_visible()
    page.keyboard.press("ArrowUp")
    last = listed.locator("[role=option]").last
    expect(last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(listed.locator("[role=option]").first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Tab")
    expect(select).to_be_focused()
    expect(select).not_to_have_value("")
    page.keyboard.press("Tab")
    expect(select).not_to_be_focused()


def test_tab_and_enter_do_their_own_work_while_nothing_is_chosen(page):
    page.goto(TAB)
    where = box(page)
    page.keyboard.type("reg")
    expect(page.locator(LIST)).to_be_visible()
    page.keyboard.press("Tab")
    expect(where).not_to_be_focused()
    expect(where).to_have_value("reg")
    expect(page.locator(LIST)).to_be_hidden()


def test_the_whole_word_at_the_cursor_is_replaced(page):
    page.goto(TAB)
    where = box(page)
    page.keyboard.type('ville = "🎭" and regio = 1')
    for _ in range(len("gio = 1")):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Space")
    expect(page.locator(LIST)).to_be_visible()
    page.locator(f"{LIST} [role=option]").first.click()
    expect(where).to_have_value('ville = "🎭" and region = 1')
    expect(where).to_be_focused()


def test_a_function_opens_its_parentheses_and_asks_for_its_argument(page):
    page.goto(TAB)
    select = box(page, "select")
    page.keyboard.type("avg")
    listed = page.locator("#select-candidates")
    expect(listed).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(select).to_have_value("avg(")
    expect(listed.get_by_text("population_commune", exact=True)).to_be_visible()


def test_a_mistake_has_the_focus_and_all_of_it_works_without_javascript(plain_page):
    plain_page.goto(TAB)
    plain_page.fill("#where", "regio = 'BRE'")
    plain_page.fill("#limit", "5")
    plain_page.locator("#view form button").first.click()
    expect(plain_page.locator("#where")).to_have_attribute("aria-invalid", "true")
    assert "^^^^^" in plain_page.locator("#view form pre").inner_text()
    plain_page.fill("#where", "region = 'BRE'")
    plain_page.locator("#view form button").first.click()
    expect(plain_page.locator("#answer tbody tr").first).to_be_visible()
