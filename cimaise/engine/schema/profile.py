"""What is known of a column before its type is decided: figures over all values, and a sample."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """A column of verbatim cells.

    `filled` counts cells that are not blank, `blank` those of spaces only. `forms` maps
    "type.form" (schema.types) to the number of filled cells that have that form and can be read;
    a form that the sample showed to be rare is absent. `distinct` is approximate. `sample` holds
    filled cells from all over the table, in its order, repetitions included; `first` is the cell
    of the first row. `storage` is VARCHAR, or the type a typed format gave.
    """

    column: str
    header: str
    storage: str = "VARCHAR"
    rows: int = 0
    filled: int = 0
    blank: int = 0
    distinct: int = 0
    longest: int = 0
    average: float = 0.0
    forms: Mapping[str, int] = field(default_factory=dict)
    sample: tuple[str, ...] = ()
    first: str | None = None

    def all_are(self, *forms: str) -> bool:
        """Whether every filled cell has one of the forms (forms of one type do not overlap)."""
        return self.filled > 0 and sum(self.forms.get(form, 0) for form in forms) >= self.filled

    def share(self, *forms: str) -> float:
        """The part of filled cells that have one of the forms."""
        if not self.filled:
            return 0.0
        return sum(self.forms.get(form, 0) for form in forms) / self.filled
