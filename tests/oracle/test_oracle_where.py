"""Random conditions keep the records that plain Python keeps."""

import pytest
from oracle.asking import Asker, hold


def a_condition_keeps_the_same_records(asker: Asker) -> None:
    asker.searching = False
    said = asker.condition()
    expected = sorted(number for number, row in enumerate(asker.dataset.rows) if said.of(row))
    answered = asker.ask(select="_id", where=said.text, limit=100)
    found = sorted(asker.number_of(row[0]) for row in answered.rows)

    assert found == expected, (
        said.text,
        [dict(asker.dataset.rows[n]) for n in {*found} ^ {*expected}],
    )
    assert answered.total_count == len(expected), said.text


@pytest.mark.slow
def test_conditions_keep_the_same_records():
    hold(a_condition_keeps_the_same_records)
