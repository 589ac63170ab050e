"""Dates: how they are written, what now() is, and how date_format tells them."""

from datetime import UTC, datetime

import pytest
from served import Desk, a_field

from cimaise.engine.odsql.errors import ODSQLError
from cimaise.engine.schema.schema import Schema

SCHEMA = Schema((a_field("id", "text"), a_field("day", "date"), a_field("at", "datetime")))
ROWS = [
    {"id": "a", "day": datetime(2025, 9, 9, tzinfo=UTC).date(),
     "at": datetime.fromisoformat("2025-09-09T22:04:05.678")},
    {"id": "b", "day": datetime(2021, 1, 3, tzinfo=UTC).date(),
     "at": datetime.fromisoformat("2021-01-03T00:00")},
    {"id": "c"},
]  # fmt: skip
NOW = datetime(2021, 5, 6, 12, 34, 55, 450500, tzinfo=UTC)  # a Thursday


@pytest.fixture(scope="module")
def days(tmp_path_factory):
    opened = Desk(tmp_path_factory.mktemp("days"), SCHEMA, ROWS)
    yield opened
    opened.close()


# The vectors of explore-api §2.3, and what they leave open.
MOMENTS = [
    ("without settings it is the moment of the question", "", "2021-05-06T12:34:55.450500+00:00"),
    ("a singular sets", "year=2000", "2000-05-06T12:34:55.450500+00:00"),
    ("a plural adds", "years=-1", "2020-05-06T12:34:55.450500+00:00"),
    ("from left to right", "year=2001,months=-1", "2001-04-06T12:34:55.450500+00:00"),
    ("a month too short takes its last day", "day=31,month=2", "2021-02-28T12:34:55.450500+00:00"),
    ("the next Monday", "weekday=0", "2021-05-10T12:34:55.450500+00:00"),
    ("the same by its name", "mondays=+1", "2021-05-10T12:34:55.450500+00:00"),
    ("the last Monday", "mondays=-1", "2021-05-03T12:34:55.450500+00:00"),
    ("today counts among Thursdays", "thursdays=1", "2021-05-06T12:34:55.450500+00:00"),
    ("the second Sunday from now", "sundays=2", "2021-05-16T12:34:55.450500+00:00"),
    ("of one name the last counts", "year=1999, year=2000", "2000-05-06T12:34:55.450500+00:00"),
    ("down to the microsecond", "hour=0, minute=0, second=0, microsecond=0",
     "2021-05-06T00:00:00+00:00"),
    ("small steps", "days=1, hours=-1, minutes=1, seconds=5, microseconds=-500",
     "2021-05-07T11:36:00.450000+00:00"),
]  # fmt: skip


@pytest.mark.parametrize(("told", "settings", "moment"), MOMENTS, ids=[row[0] for row in MOMENTS])
def test_what_moment_now_is(days, told, settings, moment):
    found = days.records(select=f"now({settings}) as it", limit=1, asked_at=NOW)

    assert found == [{"it": moment}]


def test_a_question_has_one_now(days):
    found = days.ask(select="id", where="now() = now() and now() <= now(seconds=0)")

    assert found.total_count == 3


def test_now_bounds_ranges_and_conditions(days):
    asked = {"select": "id", "asked_at": NOW}

    assert days.records(where="at in [now(years=-1)..now()]", **asked) == [{"id": "b"}]
    assert days.records(where="at > now(days=-7)", **asked) == [{"id": "a"}]
    assert days.records(where="day < now()", **asked) == [{"id": "b"}]


NO_MOMENTS = ["month=13", "day=0", "weekday=7", "mondays=0", "hour=24", "years=9000", "foo=1", "3",
              "year=1.5", "years=99999999999"]  # fmt: skip


@pytest.mark.parametrize("settings", NO_MOMENTS)
def test_a_moment_that_is_none_is_refused_with_how_to_write_it(days, settings):
    with pytest.raises(ODSQLError) as refused:
        days.ask(select=f"now({settings})")

    assert "now()" in refused.value.message
    assert "now(year=…" in str(refused.value.hint)


# What is told, the pattern, how 9 September 2025 22:04:05.678 reads in English.
PATTERNS = [
    ("years of two and four digits", "yy YY yyyy YYYY y", "25 25 2025 2025 2025"),
    ("weeks, and the year they are of", "xx xxxx w ww", "25 2025 37 37"),
    ("the day of the week from Monday, 1", "e", "2"),
    ("its short and its long name", "E EEE EEEE", "Tue Tue Tuesday"),
    ("the day of the year", "D DDD DDDD", "252 252 0252"),
    ("months", "M MM MMM MMMM", "9 09 Sep September"),
    ("the month of the wild", "MMM yyyy", "Sep 2025"),
    ("days", "d dd ddd", "9 09 009"),
    ("hours of 24 and of 12", "H HH k kk h hh K KK a", "22 22 22 22 10 10 10 10 PM"),
    ("minutes, seconds and their parts", "m mm s ss S SSS SSSSSS", "4 04 5 05 6 678 678000"),
    ("the zone", "Z ZZ ZZZ", "+0000 +00:00 UTC"),
    ("the century", "C CC", "20 20"),
    ("what stands between letters passes", "dd/MM/yyyy? HH-mm: ,.", "09/09/2025? 22-04: ,."),
    ("percents too", "%d%% dd", "%9%% 09"),
    ("letters in quotes are themselves", r"\'day\' d \'o\'\'clock\' \'\'", "day 9 o'clock '"),
    ("accents and other alphabets pass", "d é д", "9 é д"),
    ("nothing gives nothing", "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("told", "pattern", "text"), PATTERNS, ids=[row[0] for row in PATTERNS])
def test_how_a_moment_reads(days, told, pattern, text):
    select = f"date_format(at, '{pattern}') as it"
    found = days.records(select=select, order_by="id", lang="en")

    assert found[0] == {"it": text}
    assert found[2] == {"it": None}


LANGUAGES = [
    ("fr", "mar. mardi sept. septembre"),
    ("en", "Tue Tuesday Sep September"),
    ("nl", "di dinsdag sep september"),
    ("pt", "ter. terça-feira set. setembro"),
    ("it", "mar martedì set settembre"),
    ("ar", "الثلاثاء الثلاثاء سبتمبر سبتمبر"),
    ("de", "Di Dienstag Sep September"),
    ("es", "mar martes sept septiembre"),
    ("ca", "dt. dimarts set. setembre"),
    ("eu", "ar. asteartea ira. iraila"),
    ("sv", "tis tisdag sep. september"),
    ("xx", "mar. mardi sept. septembre"),
]


@pytest.mark.parametrize(("lang", "text"), LANGUAGES)
def test_names_are_of_the_language_of_the_answer(days, lang, text):
    select = "date_format(day, 'E EEEE MMM MMMM') as it"

    assert days.records(select=select, where='id = "a"', lang=lang) == [{"it": text}]


# What is told, the expression, the zone, the value for record a.
IN_ZONES = [
    ("a moment is told by the clocks of the zone", "date_format(at, 'dd HH:mm ZZ')",
     "Europe/Paris", "10 00:04 +02:00"),
    ("west of Greenwich too", "date_format(at, 'dd HH:mm Z')", "America/New_York",
     "09 18:04 -0400"),
    ("a date is the same day everywhere", "date_format(day, 'dd HH:mm')", "Europe/Paris",
     "09 00:00"),
    ("parts follow the zone", "day(at)", "Europe/Paris", 10),
    ("parts of dates do not", "day(day)", "Europe/Paris", 9),
    ("a cast to a day does", "cast(at as date)", "Europe/Paris", "2025-09-10"),
    ("a text without zone is of the zone", "cast('2020-07-01T12:00' as datetime)",
     "Europe/Paris", "2020-07-01T12:00:00+02:00"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("told", "expression", "zone", "value"), IN_ZONES, ids=[row[0] for row in IN_ZONES]
)
def test_what_the_time_zone_moves(days, told, expression, zone, value):
    found = days.records(select=f"{expression} as it", where='id = "a"', timezone=zone)

    assert found == [{"it": value}]


def test_a_format_stands_in_every_clause(days):
    assert days.records(select="id", where="date_format(at, 'dd') = '09'") == [{"id": "a"}]
    assert days.records(select="id", order_by="date_format(at, 'yyyy') desc", limit=1) == [
        {"id": "a"}
    ]
    assert days.records(group_by="date_format(day, 'yyyy') as y") == [
        {"y": None}, {"y": "2021"}, {"y": "2025"}
    ]  # fmt: skip


NO_PATTERNS = [
    ("yyyy q", "q is no letter of a date pattern"),
    (r"dd \'de MMMM", "The quote ' of a date pattern is not closed"),
    ("y" * 21, "is too wide for a date"),
    ("-" * 201, "200 letters at most"),
]


@pytest.mark.parametrize(("pattern", "said"), NO_PATTERNS)
def test_a_pattern_that_is_none_is_refused(days, pattern, said):
    with pytest.raises(ODSQLError) as refused:
        days.ask(select=f"date_format(at, '{pattern}')")

    assert said in refused.value.message


# Ways to write the first instant of 9 September 2025, or of its year or month.
WRITTEN = [
    ("day = date'2025-09-09'", "a"),
    ("day = date'2025/9/9'", "a"),
    ("day = DATE '2025/09/09'", "a"),
    ('day = date"2025-09-09T00:00"', "a"),
    ("day = '2025-09-09'", "a"),
    ("day >= date'2025'", "a"),
    ("day >= date'2025-09'", "a"),
    ("day > date'2025/10'", ""),
    ("at > '2025-09-09 22:04'", "a"),
    ("at = date'2025-09-09T22:04:05.678Z'", "a"),
    ("at = date'2025-09-10T00:04:05.678+02:00'", "a"),
    ("at = date'2025-09-09T18:04:05.678-0400'", "a"),
    ("at = '2025-09-10 00:04:05.678 +02'", "a"),
    ("at in [date'2025'..date'2026'[", "a"),
    ("at in (date'2021-01-03', '2030-01-01')", "b"),
]


@pytest.mark.parametrize(("where", "ids"), WRITTEN, ids=[row[0] for row in WRITTEN])
def test_dates_are_written_in_many_ways(days, where, ids):
    assert " ".join(row["id"] for row in days.records(select="id", where=where)) == ids


@pytest.mark.parametrize(
    "written", ["2025-13", "2025-02-30", "25-01-01", "99999", "2025-1-1T25:00", "", "tomorrow"]
)
def test_a_date_that_is_none_is_refused(days, written):
    with pytest.raises(ODSQLError) as refused:
        days.ask(where=f"day > date'{written}'")

    assert f"Invalid date: {written}" in refused.value.message
