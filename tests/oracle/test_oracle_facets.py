"""Random refinements keep, and random facets count, what plain Python does."""

import pytest
from oracle import facets_of as f
from oracle.asking import Asker, hold
from served import question

from cimaise.engine.query.facets import facets


def choices(asker: Asker, most: int) -> list[f.Chosen]:
    """Some chosen values, sometimes two of one field."""
    found = [each for _ in range(asker.one(*range(most + 1))) if (each := f.chosen(asker))]
    if found and asker.seldom():
        other = f.chosen(asker, found[0].field)
        found += [other] if other else []
    return found


def refinements_keep_the_same_records(asker: Asker) -> None:
    refined, excluded = choices(asker, 2), choices(asker, 1)
    where, rows = "", list(asker.dataset.rows)
    if asker.seldom():
        said = asker.condition(1)
        where, rows = said.text, [row for row in rows if said.of(row)]
    kept = f.kept(rows, refined, excluded, asker)
    texts = {
        "refine": tuple(each.text for each in refined),
        "exclude": tuple(each.text for each in excluded),
    }
    answered = asker.ask(select="_id", where=where, limit=100, **texts)
    found = sorted(asker.number_of(row[0]) for row in answered.rows)
    every = [id(row) for row in asker.dataset.rows]

    assert found == sorted(every.index(id(row)) for row in kept), (where, texts, asker.dataset.rows)
    assert answered.total_count == len(kept)


def facets_count_the_same(asker: Asker) -> None:
    refined, excluded = choices(asker, 2), choices(asker, 1)
    schema = asker.dataset.schema
    asked = [asker.field_of(*f.REFINED) for _ in range(asker.one(0, 1, 2))]
    asked = list({each.name: each for each in asked}.values())
    texts = {
        "refine": tuple(each.text for each in refined),
        "exclude": tuple(each.text for each in excluded),
    }
    written = [
        f"facet(name={f.quoted(each.name)})" if asker.seldom(2) else each.name for each in asked
    ]
    found = facets(
        question(**asker.setting, **texts), written, asker.desk.snapshot, asker.desk.room
    )
    groups = {group.name: group for group in found}
    for each in asked or schema.facets:
        own = each.name if each.annotations.disjunctive else ""
        rows = f.kept(asker.dataset.rows, refined, excluded, asker, without=own)
        wanted = f.counted(each, rows, refined, asker)
        answered = groups[each.name].values if each.name in groups else ()
        gone = {value.value for value in answered if value.state == "excluded"}

        assert f.told(answered) == wanted, (each.name, texts, f.told(answered), wanted)
        assert gone == {"/".join(one.path) for one in excluded if one.field.name == each.name}


@pytest.mark.slow
def test_refinements_keep_the_same_records():
    hold(refinements_keep_the_same_records)


@pytest.mark.slow
def test_facets_count_the_same():
    hold(facets_count_the_same)
