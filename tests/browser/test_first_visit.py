"""What a first visitor meets, in a real browser."""

import pytest


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", ["/pages/home/", "/explore/"])
def test_everybody_can_use_the_front_pages(visitor, accessibility, address, scheme):
    page = visitor(color_scheme=scheme).new_page()
    answer = page.goto(address)
    assert answer.status == 200
    assert accessibility(page) == []


def test_the_front_page_leads_to_every_dataset_without_javascript(plain_page):
    plain_page.goto("/pages/home/")
    plain_page.locator("a[href^='/explore/']").first.click()
    assert plain_page.locator("a[href*='/explore/dataset/']").count() >= 9
