"""The chart of a dataset: one field, one measure, one kind of drawing, and the same figures."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _

from cimaise.engine.duck import Row
from cimaise.engine.schema.field import Field
from cimaise.web.explore.addresses import records_address
from cimaise.web.explore.calls import query_of
from cimaise.web.explore.visit import Visit, page, visited
from cimaise.web.render.answers import grouped_values
from cimaise.web.render.charts import KINDS, Series, drawn, specification
from cimaise.web.render.filters import back_quoted
from cimaise.web.render.naming import distinct
from cimaise.web.render.values import NUMERIC, YEARS, plain
from cimaise.web.theme.pieces import Cell, Column

OWN = ("x", "y", "aggregate", "kind", "order", "most")  # the parameters of this tab
MOSTS = ("10", "20", "50", "100")
GROUPABLE = ("text", "int", "boolean", "date", "datetime", "double")
AGGREGATES = ("count", "sum", "avg", "min", "max")
FEWEST, FITTING = 2, 60  # distinct values of a field that makes a good first chart


@dataclass(frozen=True, slots=True)
class Chart:
    """What is to be drawn: fields by name; `y` is empty when records are counted."""

    x: str
    y: str
    aggregate: str
    kind: str
    order: str
    most: str


def read_chart(given: QueryDict, visit: Visit) -> Chart:
    """The chart an address asks for; whatever it does not say, or says wrong, is chosen here."""
    x = _one_of(given.get("x", ""), [field.name for field in groupable(visit)], _first(visit))
    numbers = [field.name for field in measurable(visit)]
    aggregate = _one_of(given.get("aggregate", ""), AGGREGATES, "count")
    y = _one_of(given.get("y", ""), numbers, numbers[0] if numbers else "")
    if not y:
        aggregate = "count"
    along_time = x in visit.schema and runs_along(visit.schema[x])
    return Chart(
        x=x,
        y=y,
        aggregate=aggregate,
        kind=_one_of(given.get("kind", ""), list(KINDS), "line" if along_time else "bars"),
        order=_one_of(given.get("order", ""), ["value", "name"], "name" if along_time else "value"),
        most=_one_of(given.get("most", ""), MOSTS, "100" if along_time else "20"),
    )


def _one_of(said: str, allowed: Any, otherwise: str) -> str:
    return said if said in allowed else otherwise


def groupable(visit: Visit) -> list[Field]:
    """Fields whose values repeat, so that groups mean something."""
    return [
        field
        for field in visit.schema
        if field.type in GROUPABLE and distinct(visit.snapshot, field) < visit.version.records
    ] or [field for field in visit.schema if field.type in GROUPABLE]


def measurable(visit: Visit) -> list[Field]:
    """Numbers that measure something."""
    return [
        field
        for field in visit.schema.of_type(*NUMERIC)
        if not (field.annotations.id or field.referentiel or field.name in YEARS)
    ]


def runs_along(field: Field) -> bool:
    """Whether the values of a field follow one another: years, dates."""
    return field.type in {"date", "datetime"} or field.name in YEARS


def _first(visit: Visit) -> str:
    """The field of the chart one sees first: years, else the first facet that fits."""
    fields = groupable(visit)
    years = [field for field in fields if runs_along(field)]
    facets = [
        field
        for field in fields
        if field.annotations.facet and FEWEST <= distinct(visit.snapshot, field) <= FITTING
    ]
    best = [*years, *facets, *fields]
    return best[0].name if best else ""


@visited("analyze")
def analyze(visit: Visit) -> HttpResponse:
    """A chart of the filtered records."""
    return page(visit, "explore/analyze.html", lambda: _matter(visit))


def _matter(visit: Visit) -> dict[str, Any]:
    chart = read_chart(visit.request.GET, visit)
    context = _form(visit, chart)
    if not chart.x:
        return context
    parts = _parts(visit, chart)
    points = grouped_values(
        visit.snapshot,
        visit.filters.question(limit=int(chart.most), lang=visit.language, **parts),
    )
    api = [pair for pair in visit.filters.api_pairs() if pair[0] != "order_by"]
    api += [*parts.items(), ("limit", chart.most)]
    context["recompute"] = records_address(visit.request, visit.dataset.slug) + query_of(api)
    if points:
        context |= _drawn(visit, chart, points)
    return context


def _parts(visit: Visit, chart: Chart) -> dict[str, str]:
    x = back_quoted(chart.x)
    measure = (
        "count(*)" if chart.aggregate == "count" else f"{chart.aggregate}({back_quoted(chart.y)})"
    )
    by = visit.schema[chart.x]
    group = f"year({x})" if by.type in {"date", "datetime"} else x
    order = "measure desc" if chart.order == "value" else "position"
    return {
        "select": f"{measure} as measure",
        "group_by": f"{group} as position",
        "order_by": order,
    }


def _measure_name(visit: Visit, chart: Chart) -> str:
    if chart.aggregate == "count":
        return _("Records")
    names = {
        "sum": _("Sum of %(field)s"),
        "avg": _("Mean of %(field)s"),
        "min": _("Least %(field)s"),
        "max": _("Greatest %(field)s"),
    }
    return names[chart.aggregate] % {"field": visit.schema[chart.y].label}


def _drawn(visit: Visit, chart: Chart, points: list[Row]) -> dict[str, Any]:
    field = visit.schema[chart.x]
    measure = _measure_name(visit, chart)
    title = _("%(measure)s by %(field)s") % {"measure": measure, "field": field.label}
    series = Series(
        [(_position(x, field), None if y is None else float(y)) for x, y in points],
        field.label,
        measure,
        runs_along(field),
    )
    spec = specification(series, chart.kind)
    return {
        "chart_title": title,
        "spec": spec,
        "svg": drawn(spec, title),
        **_table(field, measure, points),
        "chart_note": _note(chart, points),
    }


def _position(value: Any, field: Field) -> str | None:
    if value is None:
        return None
    return str(value) if field.type in {"date", "datetime"} else plain(value, field)


def _note(chart: Chart, points: list[Row]) -> str:
    if len(points) < int(chart.most):
        return ""
    return _("Only the first %(most)s groups are shown.") % {"most": chart.most}


def _table(field: Field, measure: str, points: list[Row]) -> dict[str, Any]:
    """The same figures as a table."""
    number = Field("measure", measure, "double")
    rows = [
        [
            Cell(_position(x, field) or _("no value"), head=True),
            Cell(plain(y, number), number=True),
        ]
        for x, y in points
    ]
    return {"columns": (Column(field.label), Column(measure, number=True)), "rows": rows}


def _form(visit: Visit, chart: Chart) -> dict[str, Any]:
    return {
        "chart": chart,
        "kept": visit.kept_pairs(*OWN),
        "group_options": [(field.name, field.label) for field in groupable(visit)],
        "value_options": [(field.name, field.label) for field in measurable(visit)],
        "aggregate_options": [
            ("count", _("number of records")),
            ("sum", _("sum")),
            ("avg", _("mean")),
            ("min", _("least")),
            ("max", _("greatest")),
        ],
        "kind_options": [(name, str(said)) for name, said in KINDS.items()],
        "order_options": [("value", _("largest first")), ("name", _("in their own order"))],
        "most_options": [(most, most) for most in MOSTS],
    }
