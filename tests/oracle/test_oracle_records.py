"""Random questions about records are answered as plain Python answers them."""

from typing import Any

import pytest
from oracle import records_of as r
from oracle.asking import Asker, hold
from oracle.datasets import Row
from oracle.writing import Said


def page(asker: Asker, found: list[Any]) -> tuple[dict[str, int], list[Any]]:
    """A limit and an offset, and what they leave."""
    limit, offset = asker.one(10, 10, -1, 0, 1, 3, 100), asker.one(0, 0, 0, 1, 4, 50)
    first = found[offset:]
    return {"limit": limit, "offset": offset}, first[: 100 if limit == -1 else limit]


def kept(asker: Asker) -> tuple[str, list[Row]]:
    """A where, or none, and the records it keeps."""
    if asker.seldom(2):
        return "", list(asker.dataset.rows)
    said = asker.condition(1)
    return said.text, [row for row in asker.dataset.rows if said.of(row)]


def records_are_shown_and_sorted_alike(asker: Asker) -> None:
    where, rows = kept(asker)
    shown = r.items(asker)
    texts = [each.text for each in shown]
    if shown and asker.seldom():
        texts, shown = ["*", *texts], [*r.every_field(asker), *shown]
    order_by, asked = r.orders(asker, shown)
    if asker.searching and not order_by:
        first = asker.column("int")
        order_by, asked = first.text, [(first, False)]
    cut, expected = page(asker, r.sorted_by(rows, asked))
    question = {"select": ", ".join(texts), "where": where, "order_by": order_by, **cut}
    answered = asker.ask(**question)
    wanted = [r.read(shown or r.every_field(asker), row, asker.zone) for row in expected]

    assert r.same(answered.records(), wanted), (question, answered.records(), wanted)
    assert answered.total_count == len(rows), question


def aggregates_stand_beside_records(asker: Asker) -> None:
    where, rows = kept(asker)
    fields = r.items(asker) if asker.seldom(2) else []
    summed = []
    for place in range(asker.some(2)):
        text, kind, rule = r.aggregate(asker)
        value = rule(rows)
        said = Said(text, kind, lambda row, value=value: value)
        summed.append(r.Shown(f"{text} as s{place}", f"s{place}", said))
    shown = [*fields, *summed]
    order_by, asked = r.orders(asker, fields)
    cut, expected = page(asker, r.sorted_by(rows, asked))
    question = {"select": ", ".join(each.text for each in shown), "where": where, **cut}
    answered = asker.ask(**question, order_by=order_by)
    if asker.searching and not order_by and fields:
        return
    wanted = [r.read(shown, row, asker.zone) for row in expected]

    assert r.same(answered.records(), wanted), (question, order_by, answered.records(), wanted)
    assert answered.total_count == len(rows), question


def fields_are_chosen_by_their_names(asker: Asker) -> None:
    names = asker.dataset.schema.names
    chosen, texts, said = [], [], False
    for _ in range(asker.some(2)):
        word = asker.one("include", "exclude")
        start = asker.one(*names)
        stem = "".join(letter for letter in start if letter.isalnum() or letter == "_")[:2]
        if not stem.isalpha() or not stem.isascii() or stem != start[:2]:
            stem = "ra"
        texts.append(f"{word}({stem}*)")
        matching = [name for name in names if name.startswith(stem)]
        if word == "include":
            chosen, said = list(dict.fromkeys([*chosen, *matching])), True
        else:
            chosen = [name for name in (chosen or names) if name not in matching]
            said = True
    if not chosen or not said:
        return
    answered = asker.ask(select=", ".join(texts), limit=1).records()

    assert [list(record) for record in answered] == [chosen] * min(1, len(asker.dataset.rows)), (
        texts
    )


@pytest.mark.slow
def test_records_are_shown_sorted_and_cut_alike():
    hold(records_are_shown_and_sorted_alike)


@pytest.mark.slow
def test_aggregates_beside_records_are_the_same():
    hold(aggregates_stand_beside_records)


@pytest.mark.slow
def test_fields_chosen_by_names_are_the_same():
    hold(fields_are_chosen_by_their_names)
