"""Words and sentences to begin with: examples of functions and tables of the spec tests."""

import ast
from collections.abc import Iterator
from pathlib import Path

from cimaise.engine.odsql.functions import FUNCTIONS
from cimaise.engine.odsql.functions.patterns import LETTERS
from cimaise.engine.odsql.tokens import RESERVED
from cimaise.engine.sql.functions import FUNCTIONS as SQL_FUNCTIONS
from fuzz.houses import ROWS

SPEC = Path(__file__).resolve().parent.parent / "tests" / "spec"
MARKS = (
    "..", "<=", ">=", "!=", "<>", "==", "(", ")", "[", "]", ",", ":", "*", "'", '"', "`", "\\",
    "\\u0041", "\\ud800", "'}", "10km", "1e308", "1e999", "9999-12-31", "99999", "-0", "0.1",
    "geom'POINT(2 48)'", "POLYGON((0 0,1 1,1 0,0 1,0 0))", "POLYGON EMPTY", "GEOMETRYCOLLECTION(",
    '{"type":"Point","coordinates":[2,48]}', "0101000000000000000000F03F000000000000F03F",
    "date'2020-01-01'", "within_distance(place, ", "facet(name=\"town\", ", "count(*) as n", " TO ",
    "#now(years=-1)", "#exact(town,", "geofilter.distance", "range(visitors, ", "2020-W53",
    "SELECT ", " FROM houses ", " WHERE ", " GROUP BY ", " UNION ALL ", " OVER (ORDER BY ", "WITH ",
    "CAST(", " AS BIGINT)", "CASE WHEN ", " END", "EXTRACT(year FROM ", " JOIN ", " USING (",
    "::VARCHAR", "INTERVAL 1 DAY", "$1", "?", "--", "/*", "*/", ";", "{", "}", "->>", "||",
)  # fmt: skip
# Which letter of `targets` the sentences of a spec table are written for.
LETTER_OF = {
    "test_v1_query": "1",
    "test_v1_series": "y",
    "test_select": "s",
    "test_group_by": "g",
    "test_refine": "r",
    "test_cursors": "a",
}
CONDITIONS = "w"
QUESTIONS = (
    "select name, count(*) from houses group by all having count(*) > 1 order by 2 desc limit 3",
    "with a as (select * exclude (ref) from houses) select town, sum(price) over () from a",
    "select cast(visitors as varchar), case when free then 1 end from houses h join x using (ref)",
    "select length(themes), extract(year from opened) from houses",
    "select date_trunc('month', seen), ['a', 'b'][1], {'a': 1}.a from houses where name like 'M%'",
)  # fmt: skip
OTHERS = (
    ("p", "yyyy-MM-dd'T'HH:mm:ss.SSSZZ"), ("p", "EEEE d MMMM YYYY"), ("p", LETTERS),
    ("m", "POINT(2 48)"), ("m", "POLYGON((2 48, 3 48, 3 49, 2 48))"),
    ("m", '{"type":"Polygon","coordinates":[[[2,48],[3,48],[3,49],[2,48]]]}'),
    ("m", "0101000000000000000000F03F000000000000F03F"),
    ("d", "2020-11-05T10:00:00+02:00"), ("d", "2020/11"), ("n", "years=-1, months=1, month=3"),
    ("t", "musée d'Orsay"), ("z", "Europe/Paris"), ("x", "town:Paris"), ("f", "town"),
    ("f", 'facet(name="path", sort="-alphanum", limit=3, disjunctive=true, hierarchical=true)'),
    ("h", "n > 1 and s is not null"), ("o", "-visitors, random(3), length(name) desc"),
    ("G", "avg(price) as p, town\ntown, range(visitors, *, 0, 100, *)\np desc"),
    ("G", "count(distinct ref) as n\ndate_format(seen, 'MM'), year(opened) as y\nn, count(*) desc"),
    ("y", "seen\nAVG\nvisitors*2\nmonth\n-seen.month"), ("c", "search(na"),
)  # fmt: skip


def words() -> list[str]:
    """What texts are put together from."""
    names = [name for row in ROWS for name in row]
    said = [*RESERVED, *FUNCTIONS, *(f"{name}(" for name in SQL_FUNCTIONS), *names, *MARKS]
    return list(dict.fromkeys(said))


def sentences() -> Iterator[tuple[str, str]]:
    """Texts that mean something, each after the letter of what it is tried on."""
    for each in (function for functions in FUNCTIONS.values() for function in functions):
        condition = each.role in ("condition", "text")
        yield ("w" if condition else "g" if each.role == "group" else "s"), each.example
    for path in sorted(SPEC.glob("test_*.py")):
        yield from ((LETTER_OF.get(path.stem, CONDITIONS), text) for text in _texts(path))
    yield from (("q", text) for text in QUESTIONS)
    yield from OTHERS


def _texts(path: Path) -> Iterator[str]:
    """The texts of the tables of a file: those in lists and tuples of the module itself."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign):
            for part in ast.walk(node.value):
                said = part.value if isinstance(part, ast.Constant) else None
                if isinstance(said, str) and 1 < len(said) < 300:
                    yield said
