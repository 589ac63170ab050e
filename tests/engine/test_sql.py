"""SQL over datasets: what is answered, what is refused before it runs, what is stopped alone."""

import json
from datetime import date, datetime
from pathlib import Path

import pytest
from served import Desk, a_field
from sqlglot import exp

from cimaise.engine.duck import DuckFailure, TooLong
from cimaise.engine.messages import Refusal
from cimaise.engine.schema.schema import Schema
from cimaise.engine.sql.carrels import AllTaken, Asking, Carrels, Limits, TooMuch
from cimaise.engine.sql.checking import checked
from cimaise.engine.sql.errors import SQLError, SQLSyntaxError
from cimaise.engine.sql.functions import FUNCTIONS

SCHEMA = Schema(
    (
        a_field("ref", "text", id=True),
        a_field("name", "text"),
        a_field("town", "text"),
        a_field("themes", "text", multivalued=";"),
        a_field("visitors", "int"),
        a_field("price", "double"),
        a_field("free", "boolean"),
        a_field("opened", "date"),
        a_field("seen", "datetime"),
        a_field("place", "geo_point_2d"),
    )
)
LISTED = Schema((a_field("dataset_id", "text"), a_field("ref", "text")))
HOUSES = [
    {
        "ref": "M1",
        "name": "Musée d'Orsay",
        "town": "Paris",
        "themes": ["art", "histoire"],
        "visitors": 3200000,
        "price": 16.0,
        "free": False,
        "opened": date(1986, 12, 9),
        "seen": datetime.fromisoformat("2025-09-10T08:00"),
        "place": {"lon": 2.3266, "lat": 48.86},
    },
    {"ref": "M2", "name": "Médiathèque de l'Eure", "town": "Évreux", "visitors": 45000},
    {
        "ref": "M3",
        "name": "Archives nationales",
        "town": "Paris",
        "themes": ["histoire", "documents"],
        "visitors": 12,
        "price": 22.2,
        "free": True,
        "opened": date(1808, 3, 6),
    },
    {"ref": "M4", "name": "écomusée", "town": "evry", "visitors": -5},
]


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    opened = Desk(tmp_path_factory.mktemp("sql"), SCHEMA, HOUSES)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def carrels(desk):
    opened = Carrels(desk.snapshot.directory, limits=Limits(seconds=30, memory_mb=96, file_mb=64))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def hurried(desk):
    opened = Carrels(desk.snapshot.directory, limits=Limits(seconds=1.0, grace=1.0, memory_mb=96))
    yield opened
    opened.close()


def asked(carrels, desk, text, **how):
    """The answer to a question about `houses`, as bytes."""
    reading = carrels.read(text)
    unknown = set(reading.tables) - {"houses", "other-houses"}
    assert not unknown, unknown
    tables = dict.fromkeys(reading.tables, (desk.snapshot.serve_file, ()))
    with carrels.answer(Asking(reading, tables, columns=SCHEMA.names, **how)) as file:
        return file.read()


def rows(carrels, desk, text, **how):
    """The rows of a page, as lists of values."""
    page = json.loads(asked(carrels, desk, text, **how))
    return [list(row.values()) for row in page["results"]]


ANSWERED = [
    ("select count(*) from houses", [[4]]),
    ("SELECT name FROM \"houses\" WHERE town = 'Paris' ORDER BY visitors DESC;",
     [["Musée d'Orsay"], ["Archives nationales"]]),
    ("select houses.ref from houses where themes[1] = 'art'", [["M1"]]),
    ("with big as (select * from houses where visitors > 1000) select ref from big order by ref",
     [["M1"], ["M2"]]),
    ("with houses as (select 1 as one) select one from houses", [[1]]),
    ("with t as (select 1 a) select (with t as (select 2 a) select a from t), a from t", [[2, 1]]),
    ("select a.ref, b.ref from houses a join \"other-houses\" b on a.town = b.town "
     "and a.ref < b.ref", [["M1", "M3"]]),
    ("select ref, rank() over (partition by town order by visitors) from houses "
     "where town = 'Paris' order by ref", [["M1", 2], ["M3", 1]]),
    ("select ref from houses where ref = 'M1' union all select 'x' order by 1", [["M1"], ["x"]]),
    ("select distinct town from houses where town like 'P%'", [["Paris"]]),
    ("select sum(visitors), avg(price), max(opened) from houses where town = 'Paris'",
     [[3200012, 19.1, "1986-12-09"]]),
    ("select seen, place, themes from houses where ref = 'M1'",
     [["2025-09-10T08:00:00+00:00", {"lon": 2.3266, "lat": 48.86}, ["art", "histoire"]]]),
    ("select length(_id) from houses limit 1", [[40]]),
    ("select town, count(*) filter (where free) from houses group by all having count(*) > 1",
     [["Paris", 1]]),
    ("select theme, count(*) from (select unnest(themes) as theme from houses) t "
        "group by 1 order by 2 desc, 1 limit 1",
     [["histoire", 2]]),
    ("select extract(year from opened), date_trunc('month', opened), opened + interval 1 day, "
     "opened::varchar from houses where ref = 'M1'",
     [[1986, "1986-12-01T00:00:00+00:00", "1986-12-10T00:00:00+00:00", "1986-12-09"]]),
    ("select * exclude (_id) replace (upper(name) as name) from houses where ref = 'M4'",
     [["M4", "ÉCOMUSÉE", "evry", None, -5, *[None] * 5]]),
    ("select [1, 2], {'a': 1}, null, 1.5, true, 2::hugeint, interval '1 day'",
     [[[1, 2], {"a": 1}, None, 1.5, True, 2, "1 day"]]),
    ("select 1 as a, 2 as a", [[1, 2]]),
    ("from houses select ref order by ref desc limit 1", [["M4"]]),
    ("select st_x(st_point(1, 2)), st_point(1, 2)",
     [[1.0, {"type": "Feature", "geometry": {"coordinates": [1.0, 2.0], "type": "Point"},
             "properties": {}}]]),
    ("select 'a''b; -- c' /* d */ -- e", [["a'b; -- c"]]),
    ("select ref from houses h where exists (select 1 from houses o where o.town = h.town "
     "and o.ref <> h.ref) order by 1", [["M1"], ["M3"]]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), ANSWERED)
def test_a_question_is_answered(carrels, desk, text, expected):
    assert rows(carrels, desk, text) == expected


REFUSED = [
    # writing
    "insert into houses values (1)",
    "update houses set name = 'x'",
    "delete from houses",
    "drop table houses",
    "create table t as select 1",
    "create view v as select 1",
    "alter table houses add column a int",
    "truncate houses",
    "merge into houses using houses on true when matched then delete",
    "select * into t from houses",
    "copy houses to '/tmp/out.csv'",
    "copy (select 1) to 'x'",
    "export database '/tmp'",
    "with t as (delete from houses returning *) select * from t",
    "select 1; drop table houses",
    "select 1;; select 2",
    # files and the network
    "select * from read_csv('/etc/passwd')",
    "select * from \"read_csv\"('/etc/passwd')",
    "select * from read_parquet('x')",
    "select * from read_text('/etc/passwd')",
    "select read_text('/etc/passwd')",
    "select * from glob('/*')",
    "select * from st_read('/etc/passwd')",
    "select st_read('/etc/passwd')",
    "select * from sqlite_scan('catalogue.sqlite3', 'auth_user')",
    "load 'spatial'",
    "install httpfs",
    "attach '/var/catalogue.sqlite3' as c",
    # the engine and its other schemas
    "select * from information_schema.tables",
    "select * from main.houses",
    "select * from snapshot_0.main.records",
    "select * from duckdb_tables()",
    "select * from duckdb_secrets()",
    "select * from pragma_table_info('houses')",
    "select * from query('select 1')",
    "select * from query_table('houses')",
    "select getenv('HOME')",
    "select current_setting('temp_directory')",
    "select current_user, current_database()",
    "select json_execute_serialized_sql('x')",
    "select getvariable('x')",
    "select columns('.*') from houses",
    "set memory_limit = '100GB'",
    "reset memory_limit",
    "pragma database_list",
    "call duckdb_tables()",
    "describe houses",
    "show tables",
    "explain analyze select 1",
    "explain select 1",
    "use memory",
    "checkpoint",
    "prepare p as select 1",
    "execute p",
    "vacuum",
    "begin",
    "summarize houses",
    "pivot houses on town using count(*)",
    "select * from (pivot houses on town using count(*))",
    "select * from (describe houses)",
    # rows out of nothing, and for ever
    "with recursive t(n) as (select 1 union all select n + 1 from t) select * from t",
    "select * from range(1000000000)",
    "select range(1000000000)",
    "select * from generate_series(1, 1000000000)",
    "select repeat('x', 1000000000)",
    "select * from unnest(range(10)) t(i)",
    "select * from houses tablesample 10 percent",
    "select sleep(100)",
    # tricks of writing
    "select $1",
    "select ?",
    "select * from $tbl",
    "select e'\\x41'",
    "select $$x$$",
    "select x'41'",
    "select houses.lower() from houses",
    "select main.lower(name) from houses",
    "select list_transform(themes, x -> x) from houses",
    "select [x for x in themes] from houses",
    "select 1 /* not closed",
    "select 'not closed",
    "select \x00 1",
    "select \ud800",
    "",
    "   ",
    ";",
    "-- nothing",
    "values (1)",
    "table houses",
    "select",
    "selct 1",
    "select 1 from houses for update",
    "select a::regclass",
    "select a::struct(b int)",
    "select * from houses at (version => 3)",
    "select 1 limit 10%",
    "select " + "(" * 50_000,
    "select " + "(" * 41 + "1" + ")" * 41,
    "select " + "not " * 500 + "true",
    "select " + " + ".join(["1"] * 2_000),
    "select 1 from houses where " + " or ".join(["1 = 1"] * 1_000),
    "select " + "{'a': " * 500,
    "select " + "case when 1 then " * 300,
    "select '" + "x" * 30_000 + "'",
]


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: ascii(text)[:60])
def test_what_is_no_question_is_refused_before_it_runs(text):
    """Refused by the reading alone: the engine never hears of it."""
    with pytest.raises(SQLError) as refused:
        checked(text)
    assert refused.value.message.startswith(("SQL query is malformed: ", "SQL syntax exception: "))
    assert len(refused.value.message) < 600


NAMED = ["x.csv", "/etc/passwd", "https://example.org/x.parquet", "duckdb_tables", "pg_tables"]


@pytest.mark.parametrize("name", NAMED)
def test_a_file_or_a_table_of_the_engine_is_but_a_name_of_a_dataset(name):
    """Whoever looks the datasets up does not find it; the engine is not asked."""
    assert set(checked(f"select * from '{name}'").tables) == {name}


GROWING = "with a as (select rpad('x', 3000, 'x') x), b as (select replace(x, 'x', x) x from a) "
EATEN = [
    GROWING + "select length(replace(x, 'x', x)) from b",
    "select lpad('x', 2000000000, 'x')",
    "select count(*) from (select distinct h.name || a.name || b.ref || c.ref || d.ref || e.ref "
    "|| f.ref || g.ref || i.ref || j.ref || k.ref, row_number() over () from houses h, houses a, "
    "houses b, houses c, houses d, houses e, houses f, houses g, houses i, houses j, houses k)",
    GROWING + "select list(b.x) from b, houses h, houses a, houses c",
]


@pytest.mark.parametrize("text", EATEN, ids=range(len(EATEN)))
def test_a_question_that_eats_memory_fails_alone(carrels, desk, text):
    with pytest.raises((TooMuch, TooLong, DuckFailure, SQLError)):
        asked(carrels, desk, text)
    assert rows(carrels, desk, "select count(*) from houses") == [[4]]


CROSSED = ", ".join(f"houses h{rank}" for rank in range(20))
ENDLESS = [
    f"select count(*) from {CROSSED} where random() < 0",
    f"select max(h1.name || h2.name || h19.name) from {CROSSED}",
    "with a as (select rpad('x', 100000, 'xy') x) select levenshtein(x, reverse(x)) from a",
    "select * from houses " + " join houses " * 300,
]


@pytest.mark.parametrize("text", ENDLESS, ids=range(len(ENDLESS)))
def test_a_question_that_runs_for_ever_is_stopped(hurried, desk, text):
    with pytest.raises((TooLong, TooMuch)):
        asked(hurried, desk, text)
    assert rows(hurried, desk, "select count(*) from houses") == [[4]]


def test_a_process_that_dies_takes_nothing_with_it(carrels, desk):
    assert rows(carrels, desk, "select 1") == [[1]]
    for carrel in carrels._idle:
        carrel.process.kill()
        carrel.process.wait()
    assert rows(carrels, desk, "select 1") == [[1]]


def test_no_more_questions_at_once_than_there_are_carrels(carrels):
    with carrels._taken(), carrels._taken(), pytest.raises(AllTaken):
        carrels.read("select 1")
    assert carrels.read("select 1").statement == "SELECT 1"


MISFITS = [
    ("select visitor from houses", "Unknown field: visitor (line 1, column 8). "
     "Did you mean visitors?\nselect visitor from houses\n       ^^^^^^^"),
    ("select h.nam\nfrom houses h", "Unknown field: nam (line 1, column 10). Did you mean name?"),
    ("select lowr(name)\nfrom houses", "Unknown function: lowr() (line 1, column 8). "
     "Did you mean lower?"),
    ("select name, count(*) from houses", "must appear in the GROUP BY"),
    ("select name::int from houses", "Could not convert string"),
    ("select o.name from houses h", "Unknown table: o (line 1, column 8)."),
    ("select name from houses where", "SQL syntax exception"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), MISFITS)
def test_a_mistake_is_told_at_its_place(carrels, desk, text, said):
    with pytest.raises(SQLError) as refused:
        asked(carrels, desk, text)
    assert said in refused.value.message
    assert "snapshot_" not in refused.value.message


def test_a_statement_has_one_spelling():
    one = checked("select  NAME from houses -- why\n")
    assert one.statement == checked('select "NAME" from "houses";').statement
    assert not one.unsteady
    assert checked("select now()").unsteady
    assert checked("select current_date").unsteady
    assert checked("select random()").unsteady


def test_pages_say_whether_there_are_more(carrels, desk):
    page = json.loads(asked(carrels, desk, "select ref from houses order by ref", limit=3))
    assert page["truncated"] is True
    assert page["columns"] == [{"name": "ref", "type": "text"}]
    assert len(page["results"]) == 3
    page = json.loads(asked(carrels, desk, "select ref from houses", limit=2, offset=3))
    assert (page["truncated"], len(page["results"])) == (False, 1)
    assert json.loads(asked(carrels, desk, "select ref from houses", limit=0))["results"] == []


def test_an_answer_is_exported_as_any_other(carrels, desk):
    text = "select ref, price from houses where price > 1 order by 1"
    assert asked(carrels, desk, text, format="csv", parameters={"with_bom": "false"}) == (
        b"ref;price\r\nM1;16.0\r\nM3;22.2\r\n"
    )
    assert asked(carrels, desk, text, format="jsonl").splitlines()[0] == (
        b'{"ref": "M1", "price": 16.0}'
    )
    assert asked(carrels, desk, text, format="parquet")[:4] == b"PAR1"
    assert asked(carrels, desk, text, format="xlsx")[:2] == b"PK"
    shapes = json.loads(asked(carrels, desk, "select ref, place from houses", format="geojson"))
    assert shapes["features"][0]["geometry"]["coordinates"] == [2.3266, 48.86]


def test_a_format_that_needs_places_is_refused_without_any(carrels, desk):
    with pytest.raises(Refusal):
        asked(carrels, desk, "select ref from houses", format="geojson")


def test_hidden_rows_of_a_table_do_not_exist(carrels, desk):
    reading = carrels.read(
        "select l.ref from (houses l join houses using (dataset_id)) order by all"
    )
    assert reading.tables.keys() == {"houses"}
    directory = desk.snapshot.directory / "listed"
    directory.mkdir()
    listed = Desk(directory, LISTED, [
        {"dataset_id": "secret", "ref": "a"}, {"dataset_id": "shown", "ref": "b"},
    ])  # fmt: skip
    tables = {"houses": (listed.snapshot.serve_file, ("secret", "it's"))}
    with carrels.answer(Asking(reading, tables)) as file:
        assert json.loads(file.read())["results"] == [{"ref": "b"}]
    listed.close()


def test_every_function_of_the_table_is_one_the_engine_has(desk):
    every = exp.select("function_name").from_(
        exp.Table(this=exp.Anonymous(this="duckdb_functions"))
    )
    known = {name.lower() for (name,) in desk.room.rows(every)}
    assert FUNCTIONS.keys() - known == {"coalesce", "grouping", "if", "ifnull"}  # of its grammar


def test_the_reference_tells_every_function():
    told = (Path(__file__).parents[2] / "docs/reference/sql.md").read_text()
    for name, said in FUNCTIONS.items():
        assert f"| `{name}` | {said} |" in told


def test_syntax_errors_are_told_apart():
    with pytest.raises(SQLSyntaxError):
        checked("select from where")
    with pytest.raises(SQLError):
        checked("select getenv('x')")
