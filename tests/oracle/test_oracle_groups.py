"""Random groups of records are those that plain Python makes."""

import pytest
from oracle import groups_of as g
from oracle import records_of as r
from oracle.asking import Asker, hold


def groups_are_the_same(asker: Asker) -> None:
    where, rows = "", list(asker.dataset.rows)
    if asker.seldom(2):
        said = asker.condition(1)
        where, rows = said.text, [row for row in rows if said.of(row)]
    made = {
        key.name: key for key in (g.key(asker, place) for place in range(asker.one(1, 1, 2, 3)))
    }
    keys = list(made.values())
    told = {each.name: each for each in g.aggregates_told(asker)}
    if told.keys() & made.keys():
        return
    own, summed = g.keys_told(keys), list(told.values())
    groups = g.groups_of(keys, rows)
    having = ""
    if asker.seldom(3):
        writer = g.Having(asker.draw, asker.dataset, asker.zone)
        writer.told = [*own, *summed]
        condition = writer.condition(1)
        having, groups = condition.text, [group for group in groups if condition.of(group)]
    asked = [
        (asker.one(*own, *summed), asker.one(True, False)) for _ in range(asker.one(0, 0, 1, 2))
    ]
    found = g.sorted_groups(groups, asked, own)
    limit, offset = asker.one((10, 0), (100, 0), (-1, 0), (0, 0), (2, 1), (10, 5), (100, 1))
    page = found[offset:] if limit == -1 else found[offset : offset + limit]
    question = {
        "group_by": ", ".join(key.text for key in keys),
        "select": ", ".join(each.item for each in summed),
        "where": where,
        "having": having,
        "order_by": ", ".join(
            f"{r.name_of(each.name, always=True)}{' desc' if descending else ''}"
            for each, descending in asked
        ),
        "limit": limit,
        "offset": offset,
    }
    answered = asker.ask(**question)
    wanted = [g.shown([*own, *summed], group, asker) for group in page]

    assert r.same(answered.records(), wanted), (question, answered.records(), wanted, rows)
    assert answered.total_count is None


@pytest.mark.slow
def test_groups_are_the_same():
    hold(groups_are_the_same)
