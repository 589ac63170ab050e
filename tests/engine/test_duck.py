"""The reading room: a sandbox that answers in bounded time and lets go of idle files."""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlglot
from sqlglot import exp

from cimaise.engine.duck import DuckFailure, ReadingRoom, TooLong, Workspace
from cimaise.engine.watchdog import Watchdog


def sql(text):
    return sqlglot.parse_one(text, dialect="duckdb")


@pytest.fixture
def shelf(tmp_path):
    """Three snapshots' databases, whose table says which one it is."""
    files = []
    for number in range(3):
        folder = tmp_path / "root" / str(number)
        folder.mkdir(parents=True)
        with Workspace(folder, "serve.duckdb") as workspace:
            made = exp.select(exp.alias_(exp.Literal.number(number), "n"))
            workspace.run(exp.Create(this=exp.table_("records"), kind="TABLE", expression=made))
            workspace.drop_raw()
        files.append(folder / "serve.duckdb")
    return files


@pytest.fixture
def reading(tmp_path, shelf):
    rooms = []

    def opened(**settings):
        rooms.append(ReadingRoom(tmp_path / "root", **settings))
        return rooms[-1]

    yield opened
    for room in rooms:
        room.close()


FORBIDDEN = {
    "a file outside": "SELECT * FROM read_text('{outside}')",
    "a folder outside": "SELECT * FROM glob('{folder}/*')",
    "a way around": "SELECT * FROM read_text('{root}/../secret.txt')",
    "the network": "SELECT * FROM read_csv('https://example.org/a.csv')",
    "a file to write": "COPY (SELECT 1) TO '{folder}/stolen.csv'",
    "a file by its name": "SELECT * FROM '{outside}'",
    "another database": "ATTACH '{folder}/other.duckdb' AS other",
    "an extension": "INSTALL httpfs",
    "an extension file": "LOAD '{folder}/x.duckdb_extension'",
    "memory": "SET memory_limit = '100GB'",
    "freedom": "SET enable_external_access = true",
    "folders": "SET allowed_directories = ['/']",
    "configuration": "SET lock_configuration = false",
    "a table served": "INSERT INTO snapshot_0.main.records VALUES (9)",
    "a table dropped": "DROP TABLE snapshot_0.main.records",
    "spatial files": "SELECT * FROM ST_Read('{outside}')",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_the_room_is_a_sandbox(reading, shelf, tmp_path, what):
    (tmp_path / "secret.txt").write_text("secret")
    room = reading()
    rows = exp.select("n").from_(room.table(shelf[0]))
    assert room.rows(rows) == [(0,)]
    places = {"outside": tmp_path / "secret.txt", "folder": tmp_path, "root": tmp_path / "root"}
    with pytest.raises(DuckFailure):
        room.rows(exp.Command(this=FORBIDDEN[what].format(**places)))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["root", "secret.txt"]
    assert room.rows(rows) == [(0,)]


def test_a_question_that_lasts_is_stopped_and_the_next_answered(reading):
    room = reading(seconds=0.3)
    endless = sql("SELECT count(*) FROM range(1000000000000) a, range(1000) b")
    began = time.monotonic()
    with pytest.raises(TooLong):
        room.rows(endless)
    assert time.monotonic() - began < 30
    assert room.rows(sql("SELECT 1")) == [(1,)]
    with pytest.raises(TooLong):
        room.rows(endless, seconds=0.1)


def test_only_the_time_of_the_engine_counts(reading):
    room = reading(seconds=5)
    clock = iter(range(0, 100_000, 1000))
    batches = room.batches(sql("SELECT * FROM range(30000)"), size=10_000)
    read = 0
    for batch in batches:
        next(clock)
        read += len(batch)
    assert read == 30_000


def test_idle_files_are_let_go_and_come_back(reading, shelf):
    room = reading(open_snapshots=1)
    trees = [exp.select("n").from_(room.table(path)) for path in shelf]
    for _ in range(2):
        assert [room.rows(tree) for tree in trees] == [[(0,)], [(1,)], [(2,)]]
    opened = room.rows(sql("SELECT count(*) FROM duckdb_databases() WHERE path IS NOT NULL"))
    assert opened == [(1,)]


def test_a_file_that_is_being_read_is_not_let_go(reading, shelf, tmp_path):
    room = reading(open_snapshots=1)
    many = exp.select("n").from_(room.table(shelf[0])).join(sql("range(30000)"), join_type="cross")
    batches = room.batches(many, size=1000)
    assert len(next(batches)) == 1000
    assert room.rows(exp.select("n").from_(room.table(shelf[1]))) == [(1,)]
    room.forget(shelf[0].parent)
    assert sum(len(batch) for batch in batches) == 29_000


def test_a_snapshot_that_is_gone_is_a_failure_and_no_more(reading, shelf):
    room = reading()
    tree = exp.select("n").from_(room.table(shelf[0].with_name("gone.duckdb")))
    with pytest.raises(DuckFailure):
        room.rows(tree)
    assert room.rows(exp.select("n").from_(room.table(shelf[1]))) == [(1,)]


def test_many_readers_at_once(reading, shelf):
    room = reading(open_snapshots=1)

    def ask(number):
        tree = exp.select("n").from_(room.table(shelf[number % 3]))
        return room.rows(tree) == [(number % 3,)]

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(200)))


def test_a_large_sort_spills_and_leaves_nothing(reading):
    room = reading(memory_mb=100, seconds=60)
    rows = room.rows(
        sql(
            "SELECT count(*) FROM (SELECT hash(i)::VARCHAR || repeat('x', 100) AS a, row_number() "
            "OVER (ORDER BY hash(i)) AS b FROM range(600000) t(i))"
        )
    )
    assert rows == [(600_000,)]
    spill = room.spill
    room.close()
    assert not os.path.lexists(spill)


def test_values_are_bound_not_pasted(reading):
    room = reading()
    tree = exp.select(exp.Placeholder())
    assert room.rows(tree, ["'; DROP TABLE x; --"]) == [("'; DROP TABLE x; --",)]


def test_a_watch_that_ended_is_never_struck():
    dog = Watchdog()
    struck = threading.Event()
    for _ in range(1000):
        with dog.watch(60, struck.set):
            pass
    with dog.watch(0.001, struck.set) as watch:
        assert struck.wait(30)
    assert watch.struck
    dog.close()


def test_a_workspace_forgets_what_was_raw(tmp_path):
    with Workspace(tmp_path, "serve.duckdb") as workspace:
        made = exp.select(exp.alias_(exp.Literal.number(1), "n"))
        workspace.run(exp.Create(this=workspace.raw("t"), kind="TABLE", expression=made))
        assert workspace.rows(exp.select("n").from_(workspace.raw("t"))) == [(1,)]
        workspace.drop_raw()
    assert [path.name for path in tmp_path.iterdir()] == ["serve.duckdb"]
