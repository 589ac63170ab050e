"""Random queries of the v1 language find the records that plain Python finds."""

import pytest
from oracle import plain
from oracle.asking import Asker, hold
from oracle.datasets import Row
from oracle.writing import Said, quoted

PLAIN = ("plain", "été", "n", "rank", "totals", "value", "key", "element", "records", "x-y")


def a_part(asker: Asker) -> Said | None:
    """A condition on a field of an easy name; None where no field has one."""
    kinds = ("int", "text", "boolean")
    fields = [each for each in asker.dataset.named(*kinds) if each.name in PLAIN]
    if not fields:
        return None
    field = asker.one(*fields)
    name = field.name
    if field.type == "boolean":
        return Said(f"{name}:true", "condition", lambda row: row.get(name) is True)
    if field.type == "int":
        op, number = asker.one(":", "=", ">", "<", ">=", "<="), asker.one(0, 1, 3, 10, 50)
        return Said(
            f"{name}{op}{number}", "condition", lambda row: plain.compare(op, row.get(name), number)
        )
    known = [each for each in asker.dataset.known(field) if '"' not in each and "\\" not in each]
    value = asker.one(*known, "alpha")
    return Said(f"#exact({name}, {quoted(value)})", "condition", lambda row: row.get(name) == value)


def a_query_finds_the_same(asker: Asker) -> None:
    parts = [part for _ in range(asker.some(3)) if (part := a_part(asker))]
    if not parts:
        return
    words = [asker.one("AND", "AND", "OR") for _ in parts[1:]]
    negated = [asker.seldom() for _ in parts]
    texts = [
        f"NOT {part.text}" if no else part.text for part, no in zip(parts, negated, strict=True)
    ]
    query = texts[0] + "".join(
        f" {word} {text}" for word, text in zip(words, texts[1:], strict=True)
    )

    def holds(row: Row) -> bool:
        told = [part.of(row) != no for part, no in zip(parts, negated, strict=True)]
        runs = [[told[0]]]
        for word, each in zip(words, told[1:], strict=True):
            if word == "OR":
                runs.append([])
            runs[-1].append(each)
        return any(all(run) for run in runs)

    expected = sorted(number for number, row in enumerate(asker.dataset.rows) if holds(row))
    answered = asker.ask(select="_id", qv1=(query,), limit=100)
    found = sorted(asker.number_of(row[0]) for row in answered.rows)

    assert found == expected, (query, asker.dataset.rows)


@pytest.mark.slow
def test_v1_queries_find_the_same():
    hold(a_query_finds_the_same)
