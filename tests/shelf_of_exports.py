"""Handmade snapshots, as the snapshots package would leave them, for the tests of exports."""

from datetime import UTC, date, datetime

from sqlglot import exp

from cimaise.engine.duck import Workspace
from cimaise.engine.exports import export
from cimaise.engine.query.plan import Column, Plan
from cimaise.engine.schema.field import Annotations, Field
from cimaise.engine.schema.schema import Schema
from cimaise.engine.snapshots.manifest import Manifest, Snapshot

STORAGE = {
    "int": "BIGINT",
    "double": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "datetime": "TIMESTAMP",
    "geo_point_2d": "STRUCT(lon DOUBLE, lat DOUBLE)",
    "geo_shape": "GEOMETRY",
}
SCHEMA = Schema(
    (
        Field("ref", "Référence", "text"),
        Field("nom", 'Nom ; "usuel"', "text"),
        Field("themes", "Thèmes", "text", annotations=Annotations(multivalued="|")),
        Field("visites", "Visites", "int"),
        Field("surface", "Surface", "double"),
        Field("ouvert", "Ouvert", "boolean"),
        Field("cree", "Créé", "date"),
        Field("annee", "Année", "date", annotations=Annotations(timeserie_precision="year")),
        Field("vu", "Vu", "datetime"),
        Field("point", "Point", "geo_point_2d"),
        Field("contour", "Contour", "geo_shape"),
        Field("image", "Image", "file"),
        Field("notice", "Notice", "json"),
    )
)
SQUARE = "POLYGON ((0.5 0, 1 0, 1 1, 0.5 0))"
ROWS = [
    {
        "ref": "00012",
        "nom": 'Musée "Fabre"; annexe\r\nétage',
        "themes": ["peinture", "arts, décoratifs"],
        "visites": 12345678901234567,
        "surface": 49.27117199821082,
        "ouvert": True,
        "cree": date(1305, 3, 25),
        "annee": date(1988, 1, 1),
        "vu": datetime.fromisoformat("2025-01-23T14:33:29"),
        "point": {"lon": -123.06036999913398, "lat": 49.27117199821082},
        "contour": SQUARE,
        "image": "https://exemple.fr/é.jpg",
        "notice": '{"a": [1, 2.50],\n "b": null}',
    },
    dict.fromkeys(SCHEMA.names),
    {
        "ref": "2",
        "nom": "  espaces \t\x01 <&> _x0041_ 🏛",
        "themes": ["un"],
        "visites": -7,
        "surface": 3.0,
        "ouvert": False,
        "cree": date(2024, 2, 29),
        "annee": date(2001, 1, 1),
        "vu": datetime.fromisoformat("2024-07-01T22:30:00.120"),
        "point": {"lon": 2.0, "lat": 48.5},
        "contour": "GEOMETRYCOLLECTION (POINT (1 2))",
        "image": None,
        "notice": "pas du JSON",
    },
]


def record_id(number):
    """The `_id` of a row by its place."""
    return f"{number:040x}"


def storage(field):
    if field.annotations.multivalued:
        return "VARCHAR[]"
    return STORAGE.get(field.type, "VARCHAR")


def literal_of(field, value):
    if isinstance(value, list):
        tree = exp.Array(expressions=[exp.convert(item) for item in value])
    elif isinstance(value, dict):
        tree = exp.Struct(
            expressions=[
                exp.PropertyEQ(this=exp.to_identifier(key), expression=exp.convert(item))
                for key, item in value.items()
            ]
        )
    else:
        tree = exp.convert(str(value) if isinstance(value, float) else value)
    return exp.cast(tree, exp.DataType.build(storage(field), dialect="duckdb"))


def shelve(directory, schema, rows):
    """A snapshot of these rows."""
    directory.mkdir(parents=True)
    definitions = [
        exp.ColumnDef(
            this=exp.to_identifier(field.name, quoted=True),
            kind=exp.DataType.build(storage(field), dialect="duckdb"),
        )
        for field in schema
    ]
    ids = exp.ColumnDef(this=exp.to_identifier("_id"), kind=exp.DataType.build("VARCHAR"))
    with Workspace(directory, "serve.duckdb") as workspace:
        workspace.run(
            exp.Create(
                this=exp.Schema(this=exp.to_table("records"), expressions=[ids, *definitions]),
                kind="TABLE",
            )
        )
        if rows:
            tuples = [
                exp.Tuple(
                    expressions=[
                        exp.Literal.string(record_id(number)),
                        *(literal_of(field, row.get(field.name)) for field in schema),
                    ]
                )
                for number, row in enumerate(rows)
            ]
            workspace.run(exp.insert(exp.Values(expressions=tuples), "records"))
    manifest = Manifest(
        dataset="essai",
        number=1,
        snapshot=directory.name,
        parent=None,
        created=datetime(2026, 1, 1, tzinfo=UTC),
        schema=schema,
        counts={"records": len(rows)},
        digests={},
        origin={},
    )
    return Snapshot(directory, manifest)


def plan_of(room, snapshot, names=None, timezone="UTC"):
    fields = [snapshot.schema[name] for name in names or snapshot.schema.names]
    tree = exp.select(*(exp.column(field.name, quoted=True) for field in fields))
    return Plan(
        columns=tuple(Column(field.name, field.type, field.label, field) for field in fields),
        tree=tree.from_(room.table(snapshot.serve_file)),
        timezone=timezone,
    )


def taken(room, snapshot, name, names=None, timezone="UTC", **parameters):
    plan = plan_of(room, snapshot, names, timezone)
    return b"".join(export(plan, name, room, parameters))
