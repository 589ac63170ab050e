"""Many questions put to each of many datasets, counted: what every test of the oracle runs."""

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from oracle.conditions_of import Conditions
from oracle.datasets import Dataset, Draw, datasets
from oracle.writing import ZONES
from served import Desk, id_of

SEED = int(os.environ.get("ORACLE_SEED", "0"))  # another one asks other questions
TIMES = int(os.environ.get("ORACLE_TIMES", "1"))  # so many times as many datasets
# Of each check: datasets, questions about each, and the least that must have been asked in all.
SHARES = {
    "a_condition_keeps_the_same_records": (27, 200, 5_200),
    "records_are_shown_and_sorted_alike": (17, 260, 4_300),
    "aggregates_stand_beside_records": (10, 200, 1_900),
    "fields_are_chosen_by_their_names": (4, 100, 200),
    "groups_are_the_same": (20, 270, 5_200),
    "refinements_keep_the_same_records": (10, 200, 1_800),
    "facets_count_the_same": (6, 150, 800),
    "exports_hold_the_same_rows": (6, 120, 650),
    "a_query_finds_the_same": (6, 100, 200),
}
IDENTIFIERS = {id_of(number): number for number in range(100)}
CALM = (
    HealthCheck.too_slow,
    HealthCheck.data_too_large,
    HealthCheck.nested_given,
    HealthCheck.large_base_example,
)


@dataclass
class Asker(Conditions):
    """Writes questions about the dataset of a desk, and holds its answers to the plain ones."""

    desk: Desk | None = None

    def ask(self, **asked: Any) -> Any:
        """The engine's answer, in the zone, the language and at the moment of the writer."""
        assert self.desk is not None
        return self.desk.ask(**self.setting, **asked)

    def number_of(self, identifier: str) -> int:
        """The number of the row of an identifier."""
        return IDENTIFIERS[identifier]

    @property
    def setting(self) -> dict[str, Any]:
        """What every question of this writer says besides."""
        now = self.now.replace(tzinfo=UTC)
        return {"timezone": self.zone.key, "lang": self.lang, "asked_at": now}


def hold(check: Callable[[Asker], None]) -> None:
    """Run a check over its share of datasets and questions; fails where too few were asked."""
    datasets_, questions, least = SHARES[check.__name__]
    asked = 0

    def about(dataset: Dataset, number: int) -> None:
        with tempfile.TemporaryDirectory() as folder:
            desk = Desk(Path(folder), dataset.schema, dataset.rows)
            try:
                _question_of(check, dataset, desk, questions, SEED + number, counted)
            finally:
                desk.close()

    def counted() -> None:
        nonlocal asked
        asked += 1

    numbers = count()

    @seed(SEED)
    @settings(
        max_examples=datasets_ * TIMES,
        phases=[Phase.generate],
        deadline=None,
        database=None,
        suppress_health_check=CALM,
    )
    @given(datasets())
    def each(dataset: Dataset) -> None:
        about(dataset, next(numbers))

    each()
    assert asked >= least, f"only {asked} questions were asked"


def _question_of(
    check: Callable[[Asker], None],
    dataset: Dataset,
    desk: Desk,
    questions: int,
    number: int,
    counted: Callable[[], None],
) -> None:
    @seed(number)
    @settings(
        max_examples=questions,
        phases=[Phase.generate, Phase.shrink],
        deadline=None,
        database=None,
        suppress_health_check=CALM,
        report_multiple_bugs=False,
    )
    @given(st.data())
    def one(data: st.DataObject) -> None:
        check(asker_of(data.draw, dataset, desk))
        counted()

    one()


def asker_of(draw: Draw, dataset: Dataset, desk: Desk) -> Asker:
    """An asker of some zone and language."""
    zone = draw(st.sampled_from(ZONES))
    lang = draw(st.sampled_from(("fr", "en")))
    return Asker(draw, dataset, ZoneInfo(zone), lang, desk=desk)
