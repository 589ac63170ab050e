"""What an analysis asks: along which fields, which measures, in which order (explore-api §5.4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cimaise.engine.messages import Message, say
from cimaise.engine.odsql.errors import InvalidParameterError, Source
from cimaise.engine.schema.field import Field
from cimaise.engine.schema.schema import Schema

FUNCTIONS = ("COUNT", "AVG", "SUM", "MIN", "MAX", "STDDEV", "SUMSQUARES", "QUANTILES")
LADDER = ("year", "month", "day", "hour", "minute")
PARTS = (*LADDER, "week", "weekday", "yearday")
DATES = ("date", "datetime")
PLACES = ("geo_point_2d", "geo_shape")
MOST_AXES, MOST_SERIES, MOST_SUBSETS = 10, 50, 100


@dataclass(frozen=True, slots=True)
class Axis:
    """A field that groups; `parts` are those of a date, largest first."""

    name: str
    field: Field
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """A named series; `subsets` are the percentiles of QUANTILES."""

    name: str
    function: str
    expression: str = ""
    cumulative: bool = False
    subsets: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Sort:
    """By an axis (of all, by `part` alone) or by a measure."""

    descending: bool
    axis: Axis | None = None
    part: str | None = None
    measure: Measure | None = None


@dataclass(frozen=True, slots=True)
class Analysis:
    """A whole request, understood; `most` None asks for every group."""

    axes: tuple[Axis, ...]
    measures: tuple[Measure, ...]
    sorts: tuple[Sort, ...] = ()
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A request in the words of the v1 API: `x`, `y.SERIES.KEY`, precision, periodic, sort."""

    x: Sequence[str]
    y: Mapping[str, Mapping[str, str]]
    precision: str = ""
    periodic: str = ""
    sort: str = ""
    most: int | None = None


def read_analysis(written: Written, schema: Schema) -> Analysis:
    """The analysis understood; raises AskingError."""
    _limit("x", len(written.x), MOST_AXES)
    _limit("y", len(written.y), MOST_SERIES)
    axes = tuple(_axis(name, written, schema) for name in written.x)
    measures = tuple(_measure(name, said) for name, said in written.y.items())
    if not measures:
        measures = (Measure("count", "COUNT"),)
    sorts = [name.strip() for name in written.sort.split(",")]
    found = [_sort(name, axes, measures, schema) for name in sorts if name.strip("-")]
    return Analysis(axes, measures, tuple(each for each in found if each), written.most)


def _refused(parameter: str, found: str, expected: str) -> InvalidParameterError:
    shown = found if len(found) <= 60 else f"{found[:60]}…"
    return InvalidParameterError.out_of_bounds(parameter, shown, expected)


def _limit(parameter: str, found: int, most: int) -> None:
    if found > most:
        raise InvalidParameterError.out_of_bounds(parameter, found, f"at most {most}")


# -- axes -----------------------------------------------------------------------------------------


def _axis(said: str, written: Written, schema: Schema) -> Axis:
    name, part = said, ""
    if said not in schema and "." in said:
        name, _, part = said.rpartition(".")
    if name not in schema:
        near = schema.nearest(name)
        hint = say("Did you mean {name}?", name=near) if near else None
        what = say("Unknown field: {name}", name=name[:100])
        raise Source(said, "x").malformed(what, 0, max(1, len(said)), hint)
    found = schema[name]
    if found.type in PLACES or found.type == "json":
        what = say("Records cannot be grouped by {key}", key=name)
        raise Source(said, "x").malformed(what, 0, len(said))
    if found.type not in DATES:
        if part:
            raise _refused("x", said, "a part of a date")
        return Axis(said, found)
    if part:
        if part not in PARTS:
            raise _refused("x", said, f"{name}.{'|'.join(PARTS)}")
        return Axis(said, found, (part,))
    return Axis(said, found, parts_of(written.precision, written.periodic))


def parts_of(precision: str, periodic: str) -> tuple[str, ...]:
    """The parts of a date down to `precision`, from `periodic` (years by default)."""
    precision = precision or "day"
    if precision not in (*LADDER, "week"):
        raise _refused("precision", precision, f"one of {', '.join((*LADDER, 'week'))}")
    if periodic not in ("", *LADDER, "week", "weekday"):
        raise _refused("periodic", periodic, f"one of {', '.join((*LADDER, 'week', 'weekday'))}")
    if periodic in ("week", "weekday"):
        return _of_week(periodic, precision)
    if precision == "week":
        return ("week",) if periodic in LADDER[1:] else ("year", "week")
    first, last = LADDER.index(periodic or "year"), LADDER.index(precision)
    return LADDER[first : max(first, last) + 1]


def _of_week(periodic: str, precision: str) -> tuple[str, ...]:
    finer = LADDER[3 : LADDER.index(precision) + 1] if precision in LADDER else ()
    if periodic == "weekday":
        return ("weekday", *finer)
    return ("week", "weekday", *finer) if precision in LADDER[2:] else ("week",)


# -- measures -------------------------------------------------------------------------------------


def _measure(name: str, said: Mapping[str, str]) -> Measure:
    function = said.get("func", "COUNT").strip().upper() or "COUNT"
    if function not in FUNCTIONS:
        raise _refused(f"y.{name}.func", function, f"one of {', '.join(FUNCTIONS)}")
    expression = said.get("expr", "").strip()
    if function != "COUNT" and not expression:
        what = say("{function} needs y.{name}.expr: a field, or a calculation with fields.",
                   function=function, name=name)  # fmt: skip
        raise _missing(what)
    cumulative = said.get("cumulative", "").strip().lower() in ("true", "1", "yes", "on")
    subsets = _subsets(name, said.get("subsets", "")) if function == "QUANTILES" else ()
    return Measure(name, function, expression, cumulative and not subsets, subsets)


def _missing(what: Message) -> InvalidParameterError:
    return InvalidParameterError(str(what), what)


def _subsets(name: str, said: str) -> tuple[float, ...]:
    texts = [text.strip() for text in said.split(",") if text.strip()] or ["50"]
    _limit(f"y.{name}.subsets", len(texts), MOST_SUBSETS)
    try:
        found = tuple(float(text) for text in texts)
    except ValueError:
        found = (-1.0,)
    if not all(0 <= share <= 100 for share in found):
        raise _refused(f"y.{name}.subsets", said, "numbers from 0 to 100")
    return found


# -- orders ---------------------------------------------------------------------------------------


def _sort(
    said: str, axes: Sequence[Axis], measures: Sequence[Measure], schema: Schema
) -> Sort | None:
    """Along an axis from the least, by a measure from the most; a minus turns either round.

    A field that groups nothing says nothing here, as scripts that copy a search send it.
    """
    minus, name = said.startswith("-"), said.removeprefix("-")
    measure = next((each for each in measures if name in (each.name, f"y.{each.name}")), None)
    if measure is not None:
        return Sort(not minus, measure=measure)
    if name == "x" and axes:
        return Sort(minus, axis=axes[0])
    bare = name.removeprefix("x.")
    for axis in axes:
        if bare in (axis.name, axis.field.name):
            return Sort(minus, axis=axis)
        if bare.rpartition(".")[0] == axis.field.name and bare.rpartition(".")[2] in axis.parts:
            return Sort(minus, axis=axis, part=bare.rpartition(".")[2])
    if bare in schema or bare.rpartition(".")[0] in schema or name == "x":
        return None
    known = ["x", *(f"x.{axis.name}" for axis in axes), *(each.name for each in measures)]
    raise _refused("sort", said, f"one of {', '.join(known)}")
