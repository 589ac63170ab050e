"""Analyses of the v1 API: what is asked, and which points answer (explore-api §5.4)."""

import pytest

from cimaise.engine.odsql.errors import AskingError
from cimaise.engine.query.question import Question
from cimaise.engine.query.series import analysed, x_of
from cimaise.engine.query.series_request import Written, parts_of, read_analysis

COUNT = {"n": {"func": "COUNT"}}


def series(desk, x, y=None, question=None, **more):
    """The points of an analysis, as the API tells them."""
    written = Written(x=x, y=y or COUNT, **more)
    analysis = read_analysis(written, desk.snapshot.schema)
    found = analysed(analysis, question or Question(), desk.snapshot, desk.room)
    return [{"x": x_of(analysis.axes, point.x), **point.y} for point in found.points]


def of(function, expression, **more):
    """One measure."""
    return {"v": {"func": function, "expr": expression, **more}}


ABSENT = -999_999  # of a measure that has no value
POINTS = [
    (["town"], COUNT, {}, [("Évreux", 1), ("evry", 1), ("Paris", 2)]),
    (["town"], COUNT, {"sort": "-x"}, [("Paris", 2), ("evry", 1), ("Évreux", 1)]),
    (["town"], COUNT, {"sort": "n"}, [("Paris", 2), ("Évreux", 1), ("evry", 1)]),
    (["town"], COUNT, {"sort": "-n"}, [("Évreux", 1), ("evry", 1), ("Paris", 2)]),
    (["town"], COUNT, {"sort": "n", "most": 1}, [("Paris", 2)]),
    (["town"], COUNT, {"sort": "visitors"}, [("Évreux", 1), ("evry", 1), ("Paris", 2)]),
    (["free"], COUNT, {}, [("False", 1), ("True", 2)]),
    (["visitors"], COUNT, {"sort": "-x.visitors"}, [(3200000, 1), (45000, 1), (12, 1), (-5, 1)]),
    # one group for each value of a list
    (["themes"], COUNT, {}, [("art", 1), ("documents", 1), ("histoire", 2), ("livres", 1)]),
    (["town"], of("SUM", "visitors"), {}, [("Évreux", 45000), ("evry", -5), ("Paris", 3200012)]),
    (["town"], of("AVG", "price"), {}, [("Évreux", 0.0), ("evry", ABSENT), ("Paris", 19.1)]),
    (["kind"], of("MIN", "visitors"), {}, [("archive", 12), ("library", 45000), ("museum", -5)]),
    (["kind"], of("MAX", "visitors * 2"), {"sort": "v", "most": 1}, [("museum", 6400000.0)]),
    (["kind"], of("AVG", "7"), {"most": 1}, [("archive", 7.0)]),
    (["kind"], of("MAX", "sqrt(visitors - 12) + 1"), {"most": 1}, [("archive", 1.0)]),
    (["kind"], of("MIN", "sqrt(visitors)"), {"sort": "-x", "most": 1}, [("museum", 1788.85)]),
    (["kind"], of("SUM", "price / 0"), {"most": 1}, [("archive", ABSENT)]),
    (["kind"], of("SUM", "pow(2, 3) - -1 * (2 + 1)"), {"most": 1}, [("archive", 11.0)]),
    (["kind"], of("SUM", "log(exp(2)) + log10(1000)"), {"most": 1}, [("archive", 5.0)]),
    (["kind"], of("SUM", "max(visitors, 20) + hypot(3, 4)"), {"most": 1}, [("archive", 25.0)]),
    (["town"], of("STDDEV", "price"), {"sort": "-x", "most": 1}, [("Paris", 3.1)]),
    (["town"], of("SUMSQUARES", "price"), {"sort": "-x", "most": 1}, [("Paris", 748.84)]),
    (["town"], {"v": {"cumulative": "true"}}, {}, [("Évreux", 1), ("evry", 2), ("Paris", 4)]),
    # dates as their parts, down to the day unless told otherwise
    (
        ["opened"],
        COUNT,
        {},
        [
            ({"year": 1808, "month": 3, "day": 6}, 1),
            ({"year": 1986, "month": 12, "day": 9}, 1),
            ({"year": 1995, "month": 10, "day": 21}, 1),
        ],
    ),
    (["opened"], COUNT, {"precision": "year", "most": 1}, [({"year": 1808}, 1)]),
    (["opened"], COUNT, {"precision": "month", "periodic": "month"},
     [({"month": month}, 1) for month in (3, 10, 12)]),
    (["opened"], COUNT, {"periodic": "weekday"},
     [({"weekday": weekday}, 1) for weekday in (1, 5, 6)]),
    (["opened.year"], COUNT, {"sort": "-x.opened.year", "most": 1}, [({"year": 1995}, 1)]),
    (["opened.year", "opened.month"], COUNT, {"most": 1}, [({"year": 1808, "month": 3}, 1)]),
    (["seen"], COUNT, {"precision": "hour", "most": 1},
     [({"year": 2025, "month": 9, "day": 10, "hour": 8}, 1)]),
    (["seen"], COUNT, {"precision": "week", "most": 1}, [({"year": 2025, "week": 37}, 2)]),
    (["seen.yearday"], COUNT, {"most": 1}, [({"yearday": 253}, 1)]),
    # several fields make an object
    (["town", "free"], COUNT, {"most": 1}, [({"town": "Évreux", "free": "True"}, 1)]),
    (
        ["opened.year", "town"],
        COUNT,
        {"sort": "x.opened.year,x.town", "most": 1},
        [({"opened": {"year": 1808}, "town": "Paris"}, 1)],
    ),
    (["themes", "town"], COUNT, {"most": 1}, [({"themes": "art", "town": "Paris"}, 1)]),
]  # fmt: skip


@pytest.mark.parametrize(("x", "y", "more", "expected"), POINTS)
def test_points_answer(desk, x, y, more, expected):
    name = next(iter(y))
    found = [(point["x"], point.get(name, ABSENT)) for point in series(desk, x, y, **more)]
    assert [each for each, _ in found] == [each for each, _ in expected]
    assert [value for _, value in found] == pytest.approx(
        [value for _, value in expected], rel=1e-5
    )


def test_percentiles_come_by_their_share(desk):
    (point,) = series(desk, [], of("QUANTILES", "visitors", subsets="0, 50,100"))
    assert point["v"] == {"0.0": -5.0, "50.0": 22506.0, "100.0": 3200000.0}


def test_without_axis_there_is_one_point(desk):
    y = {**COUNT, "total": {"func": "SUM", "expr": "visitors"}}
    assert series(desk, [], y) == [{"x": {}, "n": 4, "total": 3245007}]
    nothing = series(desk, [], y, Question(qv1=("nothing",)))
    assert nothing == [{"x": {}, "n": 0}]


def test_only_the_records_of_the_question_count(desk):
    question = Question(qv1=("museum",), refine=("town:Paris",), timezone="Europe/Paris")
    assert series(desk, ["town"], question=question) == [{"x": "Paris", "n": 1}]


def test_moments_are_those_of_the_time_zone(desk):
    question = Question(timezone="Europe/Paris")
    found = series(desk, ["seen"], question=question, periodic="day")
    assert [point["x"] for point in found] == [{"day": 10}, {"day": 12}]


def test_cumulative_series_run_apart(desk):
    y = {"n": {"func": "COUNT", "cumulative": "true"}}
    found = series(desk, ["opened.year", "town"], y, sort="x.opened.year")
    assert [(point["x"]["town"], point["n"]) for point in found] == [
        ("Paris", 1),
        ("Paris", 2),
        ("Évreux", 1),
    ]


PARTS = [
    ("", "", "year month day"),
    ("year", "", "year"),
    ("minute", "", "year month day hour minute"),
    ("month", "year", "year month"),
    ("day", "month", "month day"),
    ("day", "day", "day"),
    ("hour", "hour", "hour"),
    ("day", "weekday", "weekday"),
    ("hour", "weekday", "weekday hour"),
    ("month", "weekday", "weekday"),
    ("week", "", "year week"),
    ("week", "week", "week"),
    ("day", "week", "week weekday"),
    ("month", "hour", "hour"),
]


@pytest.mark.parametrize(("precision", "periodic", "expected"), PARTS)
def test_a_date_is_cut_into_parts(precision, periodic, expected):
    assert " ".join(parts_of(precision, periodic)) == expected


REFUSED = [
    (["twon"], COUNT, {}, "Did you mean town?"),
    (["place"], COUNT, {}, "cannot be grouped by place"),
    (["town.year"], COUNT, {}, "a part of a date"),
    (["opened.moon"], COUNT, {}, "opened.year"),
    (["opened"], COUNT, {"precision": "second"}, "precision"),
    (["opened"], COUNT, {"periodic": "moon"}, "periodic"),
    (["town"], {"v": {"func": "MODE"}}, {}, "y.v.func"),
    (["town"], {"v": {"func": "SUM"}}, {}, "needs y.v.expr"),
    (["town"], of("SUM", "visitor"), {}, "Did you mean visitors?"),
    (["town"], of("SUM", "name"), {}, "name is not a number"),
    (["town"], of("SUM", "sqr(visitors)"), {}, "Did you mean sqrt()?"),
    (["town"], of("SUM", "pow(2)"), {}, "pow() takes other arguments"),
    (["town"], of("SUM", "visitors +"), {}, "at position 10"),
    (["town"], of("SUM", "(visitors"), {}, "at position 9"),
    (["town"], of("SUM", "visitors; drop table records"), {}, "at position 8"),
    (["town"], of("SUM", "(" * 100), {}, "depth of nesting"),
    (["town"], of("SUM", "1+" * 2000 + "1"), {}, "length of text"),
    (["town"], of("QUANTILES", "visitors", subsets="101"), {}, "subsets"),
    (["town"], of("QUANTILES", "visitors", subsets="a"), {}, "subsets"),
    (["town"], COUNT, {"sort": "size"}, "sort"),
    (["town"] * 11, COUNT, {}, "at most 10"),
    (["town"], {f"s{n}": {} for n in range(51)}, {}, "at most 50"),
]


@pytest.mark.parametrize(("x", "y", "more", "said"), REFUSED)
def test_what_makes_no_sense_is_told(desk, x, y, more, said):
    with pytest.raises(AskingError) as refused:
        series(desk, x, y, **more)
    assert said in f"{refused.value.message} {refused.value.hint}"
