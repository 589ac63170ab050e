"""What DuckDB has words of its own for, one function each: the list another engine would answer.

Everything else the language makes is sqlglot's common ground (Spark would be written the same).
"""

from collections.abc import Mapping, Sequence

from sqlglot import exp

from cimaise.engine.trees import cast, storage

Tree = exp.Expr
HALF_WORLD = 20_037_508.342789244  # metres: half the width of Web Mercator
LAST_LATITUDE = 85.0511287798066  # degrees: where its square ends


def call(name: str, *arguments: Tree) -> Tree:
    """A function that sqlglot has no node for."""
    return exp.Anonymous(this=name, expressions=list(arguments))


def folded(text: Tree) -> Tree:
    """Text without case or accents: what people mean when they sort or compare words."""
    return call("strip_accents", exp.Lower(this=text))


def local_time(moment: Tree, zone: str) -> Tree:
    """A UTC timestamp without zone as the clocks of `zone` show it."""
    if zone == "UTC":
        return moment
    aware = call("timezone", exp.Literal.string("UTC"), moment)
    return call("timezone", exp.Literal.string(zone), aware)


def formatted(moment: Tree, pattern: str) -> Tree:
    """A date or timestamp as text, by a strftime pattern."""
    return call("strftime", moment, exp.Literal.string(pattern))


def attempted(calculation: Tree) -> Tree:
    """The calculation, or null where it overflows; no aggregate inside."""
    return call("try", calculation)


def has_element(container: Tree, value: Tree) -> Tree:
    """Whether a list holds a value; null for a null list."""
    return call("list_contains", container, value)


def has_any(container: Tree, values: Sequence[Tree]) -> Tree:
    """Whether a list holds one of the values; null for a null list."""
    return call("list_has_any", container, exp.Array(expressions=list(values)))


def some_element(container: Tree, condition: Tree) -> Tree:
    """Whether a condition over the identifier `element` holds for an element of a list."""
    each = exp.Lambda(this=condition, expressions=[exp.to_identifier("element")], colon=True)
    kept = call("list_filter", container, each)
    return exp.GT(this=call("len", kept), expression=exp.Literal.number(0))


def each_element(container: Tree, value: Tree) -> Tree:
    """A list of what a value over the identifier `element` is for each element of a list."""
    each = exp.Lambda(this=value, expressions=[exp.to_identifier("element")], colon=True)
    return call("list_transform", container, each)


def joined(container: Tree, separator: str) -> Tree:
    """The elements of a list as one text."""
    return call("array_to_string", container, exp.Literal.string(separator))


def unnested(container: Tree) -> Tree:
    """A row for each different element of a list, and one null row for an empty or null list."""
    full = exp.GT(this=call("len", container), expression=exp.Literal.number(0))
    each = call("list_distinct", container.copy())
    nothing = exp.Array(expressions=[exp.null()])
    return call("unnest", exp.Case(ifs=[exp.If(this=full, true=each)], default=nothing))


def ranked_numbers(numbers: Sequence[int], name: str, rank: str) -> exp.Select:
    """A row for each number, with its place in the list.

    The list is one text literal: a VALUES of as many rows took a millisecond longer to build.
    """
    listed = exp.Literal.string("[" + ",".join(map(str, numbers)) + "]")
    numbered = cast(listed, "BIGINT[]")
    given = exp.select(exp.alias_(numbered, "given")).subquery("lists")
    ranks = call("generate_subscripts", exp.column("given"), exp.Literal.number(1))
    return exp.select(
        exp.alias_(call("unnest", exp.column("given")), name), exp.alias_(ranks, rank)
    ).from_(given)


def starts_with(text: Tree, prefix: Tree) -> Tree:
    """Whether a text begins with another, letter for letter."""
    return call("starts_with", text, prefix)


def matches(text: Tree, pattern: str) -> Tree:
    """Whether an RE2 regular expression is found in a text."""
    return call("regexp_matches", text, exp.Literal.string(pattern))


def path_start(path: Tree, separator: str, steps: int) -> Tree:
    """The first steps of a path; null for a path of fewer steps, empty ones count for none."""
    cut = call("string_split", path, exp.Literal.string(separator))
    start = call("list_slice", cut, exp.Literal.number(1), exp.Literal.number(steps))
    enough = exp.GTE(this=call("len", cut.copy()), expression=exp.Literal.number(steps))
    text = exp.Nullif(this=joined(start, separator), expression=exp.Literal.string(""))
    return exp.Case(ifs=[exp.If(this=enough, true=text)])


def part_of(struct: Tree, name: str) -> Tree:
    """A member of a STRUCT."""
    return call("struct_extract", struct, exp.Literal.string(name))


def geometry(wkt: str) -> Tree:
    """A GEOMETRY from WKT."""
    return call("st_geomfromtext", exp.Literal.string(wkt))


def point(struct: Tree) -> Tree:
    """The GEOMETRY of a geo_point_2d."""
    return call("st_point", part_of(struct, "lon"), part_of(struct, "lat"))


def related(relation: str, left: Tree, right: Tree) -> Tree:
    """A spatial predicate: intersects, disjoint, within."""
    return call(f"st_{relation}", left, right)


def envelope(west: float, south: float, east: float, north: float) -> Tree:
    """A rectangle as GEOMETRY."""
    corners = (west, south, east, north)
    return call("st_makeenvelope", *(number(corner) for corner in corners))


def geojson(shape: Tree) -> Tree:
    """A GEOMETRY as the text of a GeoJSON geometry."""
    return cast(call("st_asgeojson", shape), "VARCHAR")


def number(value: float) -> Tree:
    """A number as a literal, its sign outside."""
    # `Literal.number` tries what it is given as a whole number, then as a decimal.
    literal = exp.Literal(this=repr(abs(value)), is_string=False)
    return exp.Neg(this=literal) if value < 0 else literal


def median(values: Tree) -> Tree:
    """The exact median, interpolated."""
    return call("median", values)


def percentile(values: Tree, share: float) -> Tree:
    """The exact percentile, interpolated; `share` from 0 to 1."""
    return call("quantile_cont", values, number(share))


def edge_of(shape: Tree, side: str) -> Tree:
    """The `xmin`, `ymin`, `xmax` or `ymax` of a GEOMETRY."""
    return call(f"st_{side}", shape)


def flattened(shape: Tree, resolution: float) -> Tree:
    """A longitude-latitude GEOMETRY in Web Mercator, but for what is smaller than `resolution`."""
    # Mercator has no poles: what lies beyond its square is cut before.
    beyond = exp.or_(
        exp.LT(this=edge_of(shape.copy(), "ymin"), expression=number(-LAST_LATITUDE)),
        exp.GT(this=edge_of(shape.copy(), "ymax"), expression=number(LAST_LATITUDE)),
    )
    world = envelope(-180.0, -LAST_LATITUDE, 180.0, LAST_LATITUDE)
    cut = exp.If(this=beyond, true=call("st_intersection", shape.copy(), world))
    flat = call(
        "st_transform",
        exp.Case(ifs=[cut], default=shape),
        exp.Literal.string("EPSG:4326"),
        exp.Literal.string("EPSG:3857"),
        exp.true(),
    )
    return call("st_simplify", flat, number(resolution))


def in_tile(flat: Tree, tile: tuple[int, int, int], extent: int, buffer: int) -> Tree:
    """A Web Mercator GEOMETRY in the units of a tile, clipped; null when nothing is left."""
    z, x, y = tile
    width = 2 * HALF_WORLD / 2**z
    left, top = -HALF_WORLD + x * width, HALF_WORLD - y * width
    corners = (left, top - width, left + width, top)
    bounds = call("st_extent", call("st_makeenvelope", *(number(corner) for corner in corners)))
    # st_asmvtgeom reads beyond its buffer on a null (DuckDB spatial 1.5.5): it must see none.
    something = exp.and_(
        exp.Not(this=exp.Is(this=flat.copy(), expression=exp.null())),
        exp.Not(this=call("st_isempty", flat.copy())),
    )
    drawn = call("st_asmvtgeom", flat, bounds, number(extent), number(buffer), exp.true())
    return exp.Case(ifs=[exp.If(this=something, true=drawn)])


def vector_tile(features: exp.Select, layer: str, extent: int) -> exp.Select:
    """The Mapbox Vector Tile of rows whose column `geometry` is in its units, and their number."""
    whole = call(
        "st_asmvt",
        exp.column("features"),
        exp.Literal.string(layer),
        number(extent),
        exp.Literal.string("geometry"),
    )
    return exp.select(whole, exp.Count(this=exp.Star())).from_(features.subquery("features"))


def element(container: Tree, place: Tree) -> Tree:
    """The element of a list at a place counted from 1; null beyond its ends."""
    return call("list_extract", container, place)


def struct(members: Mapping[str, Tree]) -> Tree:
    """A STRUCT of named members; it is ordered by them, the first first."""
    pairs = [
        exp.PropertyEQ(this=exp.to_identifier(name), expression=tree)
        for name, tree in members.items()
    ]
    return exp.Struct(expressions=pairs)


def json_text(value: Tree) -> Tree:
    """A STRUCT as the text of a JSON object."""
    return cast(call("to_json", value), "VARCHAR")


def interval(count: int, unit: str) -> Tree:
    """So many of a unit of time (MILLISECOND, DAY, MONTH …)."""
    return exp.Interval(this=exp.Literal.string(str(count)), unit=exp.var(unit))


def truncated(moment: Tree, unit: str) -> Tree:
    """The first instant of the unit a timestamp is in; weeks begin on Mondays."""
    return call("date_trunc", exp.Literal.string(unit.lower()), moment)


def stepped(moment: Tree, step: Tree) -> Tree:
    """The start of the step of that INTERVAL a timestamp is in, counted from 1970."""
    return call("time_bucket", step, moment, cast(exp.Literal.string("1970-01-01"), "TIMESTAMP"))


def utc_time(local: Tree, zone: str) -> Tree:
    """What the clocks of `zone` show as a UTC timestamp without zone."""
    aware = call("timezone", exp.Literal.string(zone), local)
    return call("timezone", exp.Literal.string("UTC"), aware)


def offset_text(moment: Tree, local: Tree) -> Tree:
    """How far a local timestamp is ahead of the same in UTC: `+02:00`, `+00:09:21`."""
    seconds = call("date_diff", exp.Literal.string("second"), moment, local)
    sign = exp.Case(
        ifs=[exp.If(this=exp.LT(this=seconds, expression=number(0)), true=exp.Literal.string("-"))],
        default=exp.Literal.string("+"),
    )
    midnight = cast(exp.Literal.string("1970-01-01"), "TIMESTAMP")
    passed = call("to_seconds", exp.Abs(this=seconds.copy()))
    clock = formatted(exp.Add(this=midnight, expression=passed), "%H:%M:%S")
    # Seconds are of times before railways only, and left out where there are none.
    shown = call("regexp_replace", clock, exp.Literal.string(":00$"), exp.Literal.string(""))
    return exp.DPipe(this=sign, expression=shown)


def least(values: Tree, most: int) -> Tree:
    """The smallest `most` values as a list, smallest first; null where there is none."""
    return call("min", values, number(most))


def bits(numbers: Tree, end: int) -> Tree:
    """The numbers, from 0 to before `end`, as a map of bits in a BLOB; null where none is."""
    last = exp.Literal.number(end - 1)
    return cast(call("bitstring_agg", numbers, exp.Literal.number(0), last), "BLOB")


def counted(most: int) -> Tree:
    """A row for each number from 0 to before `most`."""
    return call("unnest", call("range", exp.Literal.number(most)))


def different_elements(distinct: exp.Distinct) -> Tree:
    """How many different elements all lists have together; null where there is no list."""
    lists = call("flatten", call("list", distinct))
    return call("len", call("list_distinct", lists))


def hull(shape: Tree, known: Tree) -> Tree:
    """The convex hull of every shape together, of records where `known` is not null."""
    kept = exp.Filter(
        this=call("list", shape),
        expression=exp.Where(this=exp.Not(this=exp.Is(this=known, expression=exp.null()))),
    )
    return call("st_convexhull", call("st_collect", kept))


def digest(shape: Tree) -> Tree:
    """A short text that only the same GEOMETRY has."""
    return call("md5", call("st_ashexwkb", shape))


def clamped(value: Tree, low: float, high: float) -> Tree:
    """A number brought between two others; `low` where it is null."""
    return call("least", call("greatest", value, number(low)), number(high))


def read_moment(text: Tree, zone: str) -> Tree:
    """A text as a UTC timestamp, one without zone by the clocks of `zone`; null if unreadable."""
    # The engine reads an offset only after seconds.
    missing = r"([T ][0-9]{1,2}:[0-9]{2})(Z|z|[+-][0-9]{2}(:?[0-9]{2})?)$"
    full = call("regexp_replace", text, exp.Literal.string(missing), exp.Literal.string(r"\1:00\2"))
    placed = matches(full.copy(), r"[T ][0-9:.]+(Z|z|[+-][0-9]{2}(:?[0-9]{2})?)$")
    aware = exp.TryCast(this=full.copy(), to=storage("TIMESTAMPTZ"))
    plain = exp.TryCast(this=full, to=storage("TIMESTAMP"))
    return exp.Case(
        ifs=[exp.If(this=placed, true=call("timezone", exp.Literal.string("UTC"), aware))],
        default=plain if zone == "UTC" else utc_time(plain, zone),
    )


def iso_moment(moment: Tree) -> Tree:
    """A timestamp as the text of a moment: `2025-09-10T08:00:00`."""
    return formatted(moment, "%Y-%m-%dT%H:%M:%S")


def is_json(text: Tree) -> Tree:
    """Whether a text is JSON; null for a null text."""
    return call("json_valid", text)


def shuffled(key: Tree, seed: str) -> Tree:
    """A number that a key and a seed always draw alike."""
    return call("hash", key, exp.Literal.string(seed))


def alike(text: Tree, pattern: str) -> Tree:
    """SQL's ILIKE: `%` any letters, `_` one, whatever the case; a backslash takes it literally."""
    if (len(pattern) - len(pattern.rstrip("\\"))) % 2:
        pattern += "\\"  # one that ends the pattern is itself: the engine refuses it
    found = exp.ILike(this=text, expression=exp.Literal.string(pattern))
    return exp.Escape(this=found, expression=exp.Literal.string("\\"))


def is_empty(shape: Tree) -> Tree:
    """Whether a GEOMETRY has no place at all."""
    return call("st_isempty", shape)


def mended(shape: Tree) -> Tree:
    """A GEOMETRY whose lines cross nowhere: the same places, told soundly."""
    return call("st_makevalid", shape)


def nearest_point(shape: Tree, centre: Tree, squeeze: float) -> Tree:
    """The POINT of a shape nearest to a centre where east is squeezed: both squeezed on return."""
    line = call("st_shortestline", squeezed(shape, squeeze), squeezed(centre, squeeze))
    return call("st_startpoint", line)


def squeezed(shape: Tree, share: float) -> Tree:
    """A GEOMETRY with its longitudes multiplied: near a latitude, as wide as it is high."""
    return call(
        "st_affine",
        shape,
        *(number(factor) for factor in (share, 0.0, 0.0, 1.0, 0.0, 0.0)),
    )


def coordinate(point_shape: Tree, axis: str) -> Tree:
    """The `x` or `y` of a POINT."""
    return call(f"st_{axis}", point_shape)
