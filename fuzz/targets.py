"""What a text is tried on: every place where a question holds a text of its asker's."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlglot import exp

from cimaise.engine.duck import ReadingRoom, TooLong
from cimaise.engine.messages import Refusal
from cimaise.engine.odsql.completion import complete
from cimaise.engine.odsql.errors import AskingError
from cimaise.engine.query.answer import carry_out
from cimaise.engine.query.cursors import position_at
from cimaise.engine.query.explain import explained
from cimaise.engine.query.facets import facets
from cimaise.engine.query.plan import Plan
from cimaise.engine.query.planner import plan
from cimaise.engine.query.question import Question
from cimaise.engine.query.series_request import Written, read_analysis
from cimaise.engine.snapshots.manifest import Snapshot
from cimaise.engine.sql.checking import checked
from cimaise.engine.statements import sql_of

Asking = Callable[["Bench", str], None]
SECONDS = 2.0  # of the processor to plan one text, beneath the instruments of the fuzzer
ANSWERING = 15.0  # and to answer it: the room stops by the clock, on each of its threads
LONGEST = 4_000  # characters of what is said of an error
# What nobody who asks for records may reach: files, settings, other databases, the network.
FORBIDDEN = ("read_", "glob", "getenv", "scan_", "_scan", "query_table", "duckdb_", "pragma")
# What an error must not carry: a place on the disk, an object of Python, the text of the SQL.
LEAKS = (
    "Traceback",
    " object at 0x",
    "cimaise.engine",
    "/snapshots/",
    "serve.duckdb",
    'SELECT "',
    'FROM "',
)


class Finding(AssertionError):
    """Something the portal should not have done with a text."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What texts are tried on; `answers` has the plans carried out as well."""

    snapshot: Snapshot
    room: ReadingRoom
    answers: bool = False

    def ask(self, **asked: object) -> None:
        """Plan a question, write its SQL, say its meaning; look where the SQL reaches."""
        question = replace(Question(asked_at=datetime(2026, 1, 2, tzinfo=UTC)), **asked)
        planned = plan(question, self.snapshot, self.room)
        explained(question, self.snapshot, str)
        self._reaches(planned)
        if self.answers:
            carry_out(planned, self.room).records()

    def _reaches(self, planned: Plan) -> None:
        own = self.room.table(self.snapshot.serve_file)
        for tree in (planned.tree, planned.total):
            if tree is None:
                continue
            sql_of(tree)
            named = {each.alias_or_name for each in tree.find_all(exp.CTE)}
            for table in tree.find_all(exp.Table):
                if isinstance(table.this, exp.Identifier) and table.name not in named:
                    _must(table.db == own.args["db"].name if own.args.get("db") else True, table)
            for call in tree.find_all(exp.Anonymous):
                _must(not any(word in call.name.lower() for word in FORBIDDEN), call)


def _must(held: bool, thing: exp.Expr) -> None:
    if not held:
        raise Finding(f"a question reached {thing!r}")


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _select(bench: Bench, text: str) -> None:
    bench.ask(select=text)


def _where(bench: Bench, text: str) -> None:
    bench.ask(where=(text,))


def _group_by(bench: Bench, text: str) -> None:
    bench.ask(group_by=text, select="count(*) as n")


def _having(bench: Bench, text: str) -> None:
    bench.ask(group_by="town", select="count(*) as n, sum(price) as s", having=(text,))


def _order_by(bench: Bench, text: str) -> None:
    bench.ask(order_by=text)


def _grouped(bench: Bench, text: str) -> None:
    """A select, keys of groups and an order, a line each."""
    select, keys, order = [*text.split("\n"), "", ""][:3]
    bench.ask(select=select, group_by=keys or "town", order_by=order)


def _refine(bench: Bench, text: str) -> None:
    bench.ask(refine=(text,))


def _exclude(bench: Bench, text: str) -> None:
    bench.ask(exclude=(text,))


def _facet(bench: Bench, text: str) -> None:
    facets(Question(), (text,), bench.snapshot, bench.room)


def _v1(bench: Bench, text: str) -> None:
    bench.ask(qv1=(text,))


def _pattern(bench: Bench, text: str) -> None:
    bench.ask(select=f"date_format(seen, {_quoted(text)}) as x")


def _geometry(bench: Bench, text: str) -> None:
    literal = f"geom{_quoted(text)}"
    bench.ask(where=(f"intersects(place, {literal}) or intersects(outline, {literal})",))


def _date(bench: Bench, text: str) -> None:
    bench.ask(where=(f"seen >= date{_quoted(text)} or opened = date{_quoted(text)}",))


def _now(bench: Bench, text: str) -> None:
    bench.ask(where=(f"seen >= now({text})",))


def _search(bench: Bench, text: str) -> None:
    bench.ask(where=(f"search({_quoted(text)}) or suggest(name, {_quoted(text)})",))


def _timezone(bench: Bench, text: str) -> None:
    bench.ask(timezone=text, where=("seen > now()",))


def _cursor(bench: Bench, text: str) -> None:
    position_at(text, Question(), bench.snapshot)


def _series(bench: Bench, text: str) -> None:
    """An analysis of v1: axis, function, expression, precision, sort, a line each."""
    x, func, expression, precision, sort = [*text.split("\n"), *[""] * 5][:5]
    y = {"s": {"func": func, "expr": expression}}
    read_analysis(Written([x], y, precision, "", sort), bench.snapshot.schema)


def _completion(bench: Bench, text: str) -> None:
    for clause in ("select", "where", "group_by", "having", "order_by"):
        complete(text, len(text), clause, bench.snapshot.schema)


def _sql(bench: Bench, text: str) -> None:
    found = checked(text)
    for name in found.tables:
        _must(name in text or name.lower() in text.lower(), exp.to_identifier(name))
    for call in found.tree.find_all(exp.Anonymous):
        _must(not any(word in call.name.lower() for word in FORBIDDEN), call)


# The letter before a text says what it is tried on.
TARGETS: Mapping[str, Asking] = {
    "s": _select,
    "w": _where,
    "g": _group_by,
    "h": _having,
    "o": _order_by,
    "G": _grouped,
    "r": _refine,
    "x": _exclude,
    "f": _facet,
    "1": _v1,
    "p": _pattern,
    "m": _geometry,
    "d": _date,
    "n": _now,
    "t": _search,
    "z": _timezone,
    "a": _cursor,
    "y": _series,
    "c": _completion,
    "q": _sql,
}


def tried(bench: Bench, letter: str, text: str) -> bool:
    """Whether a text was understood there; raises Finding for what no text should do.

    Whatever else it raises is a finding too: an error nobody foresaw.
    """
    begun = time.process_time()
    try:
        TARGETS[letter](bench, text)
    except AskingError as error:
        _told_well(error, text)
        return False
    except TooLong:
        return False  # bounded, as the room promises; how much fits depends on the machine
    except Refusal as error:
        raise Finding(f"refused as something else than a question: {error!r}") from error
    finally:
        spent = time.process_time() - begun
        if spent > (ANSWERING if bench.answers else SECONDS):
            raise Finding(f"{spent:.1f} s for {letter}{text[:200]!r}")
    return True


def _told_well(error: AskingError, text: str) -> None:
    """What is said has a bound, a place within the text, and nothing of the house."""
    drawn = error.drawn
    if len(error.message) > LONGEST or len(drawn) > LONGEST:
        raise Finding(f"{len(error.message)} characters of message")
    if error.position is not None and not 0 <= error.position <= len(error.text):
        raise Finding(f"the place {error.position} is not in {error.text[:200]!r}")
    own = error.message.replace(error.text, "")
    for leak in LEAKS:
        if leak in own and leak.lower() not in text.lower():
            raise Finding(f"{leak!r} in {error.message!r}")
