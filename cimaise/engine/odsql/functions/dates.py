"""Functions of dates and moments."""

from sqlglot import exp

from cimaise.engine.odsql import dialect
from cimaise.engine.odsql.functions.base import DATES, Clock, Function, Lowering, Operand, one


def local(operand: Operand, clock: Clock) -> exp.Expr:
    """A moment as the reader's clocks show it; a date as it is."""
    if operand.kind == "datetime":
        return dialect.local_time(operand.tree, clock.zone)
    return operand.tree


def _part(unit: str) -> Lowering:
    def lowered(operands: tuple[Operand, ...], clock: Clock) -> exp.Expr:
        if operands[0].kind == "date" and unit in ("HOUR", "MINUTE", "SECOND"):
            # A date has no hours: the start of its day, and null where it is null.
            zero = exp.Literal.number(0)
            return exp.Mul(this=zero, expression=_extracted("DAY", operands[0].tree))
        return _extracted(unit, local(operands[0], clock))

    return lowered


def _extracted(unit: str, moment: exp.Expr) -> exp.Expr:
    return exp.Extract(this=exp.var(unit), expression=moment)


def _date_part(name: str, promise: str) -> Function:
    return Function(
        name,
        "scalar",
        one("date", DATES),
        "int",
        promise,
        f"{name}(opened)",
        _part(name.upper()),
    )


ALL = (
    _date_part("year", "The year, in the time zone of the question."),
    _date_part("quarter", "The quarter, 1 to 4."),
    _date_part("month", "The month, 1 to 12."),
    _date_part("day", "The day of the month."),
    _date_part("hour", "The hour, 0 to 23; 0 for a date."),
    _date_part("minute", "The minute."),
    _date_part("second", "The whole second."),
)
