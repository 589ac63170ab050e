"""Somebody signs in, makes a key without a mouse, uses it and revokes it, in a real browser."""

import json
import urllib.error
import urllib.request

import pytest

KEYS = "/account/api-keys/"


def signed_in(context, demonstration):
    """A page of whoever made the demonstration, on the list of their keys."""
    page = context.new_page()
    page.goto(KEYS)
    page.fill("input[name=username]", demonstration.editor)
    page.fill("input[name=password]", demonstration.password)
    page.keyboard.press("Enter")
    page.wait_for_url(demonstration.address + KEYS)
    return page


def asked(demonstration, secret):
    """The status of a question with a key."""
    question = urllib.request.Request(
        f"{demonstration.address}/api/explore/v2.1/catalog/datasets?limit=1",
        headers={"Authorization": f"ApiKey {secret}"},
    )
    try:
        with urllib.request.urlopen(question, timeout=60) as answer:
            assert json.load(answer)["total_count"]
            return answer.status
    except urllib.error.HTTPError as refused:
        return refused.code


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_key_is_made_used_and_revoked_with_the_keyboard(
    visitor, demonstration, accessibility, scheme
):
    page = signed_in(
        visitor(color_scheme=scheme, viewport={"width": 390, "height": 844}), demonstration
    )
    assert accessibility(page) == []
    page.focus("#key-name")
    page.keyboard.type(f"Carte {scheme}")
    page.keyboard.press("Enter")
    secret = page.locator("#secret").inner_text()
    assert accessibility(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert asked(demonstration, secret) == 200

    page.goto(KEYS)
    assert secret not in page.content()
    page.locator("tbody tr", has_text=f"Carte {scheme}").locator("a").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/revoke/")
    assert accessibility(page) == []
    page.focus("button.button-alarm")
    page.keyboard.press("Enter")
    page.wait_for_url(demonstration.address + KEYS)
    assert page.get_by_role("status").count() == 1
    assert asked(demonstration, secret) == 401


def test_all_of_it_works_without_javascript(visitor, demonstration):
    page = signed_in(visitor(java_script_enabled=False), demonstration)
    page.fill("#key-name", "Sans script")
    page.locator("main form button").first.click()
    assert asked(demonstration, page.locator("#secret").inner_text()) == 200
    page.goto("/account/")
    page.locator("form[action='/account/sign-out/'] button").click()
    page.goto(KEYS)
    assert "/backoffice/login/" in page.url


@pytest.mark.parametrize("part", ["", "describe/", "attachments/"])
def test_the_desk_of_a_dataset_is_for_everybody(visitor, demonstration, accessibility, part):
    page = signed_in(visitor(viewport={"width": 390, "height": 844}), demonstration)
    page.goto(f"/backoffice/datasets/bibliotheques-publiques/{part}")
    assert accessibility(page) == []
