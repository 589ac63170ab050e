"""The records of a question that are somewhere: what maps draw."""

from dataclasses import dataclass

from sqlglot import exp

from cimaise.engine.duck import ReadingRoom
from cimaise.engine.messages import say
from cimaise.engine.odsql import dialect
from cimaise.engine.odsql.errors import ODSQLError
from cimaise.engine.odsql.to_sql import Lowering
from cimaise.engine.query.fulltext import Finder
from cimaise.engine.query.planner import field_column, records_table
from cimaise.engine.query.question import Question
from cimaise.engine.query.understanding import reader
from cimaise.engine.schema.field import Field
from cimaise.engine.schema.schema import Schema
from cimaise.engine.snapshots.manifest import Snapshot


@dataclass(frozen=True, slots=True)
class Places:
    """Where the records of a question are: `field` is drawn, `where` tells which records."""

    field: Field
    table: exp.Expr
    where: exp.Expr | None
    values: tuple[object, ...]

    @property
    def drawn(self) -> exp.Expr:
        """The field's column."""
        return field_column(self.field)

    def select(self, *items: exp.Expr) -> exp.Select:
        """Items of the matching records, wherever they are or are not."""
        tree = exp.select(*items).from_(self.table)
        return tree if self.where is None else tree.where(self.where)


def drawn_field(schema: Schema) -> Field | None:
    """The field a map draws: shapes if there are any, else points."""
    shapes = schema.of_type("geo_shape")
    return shapes[0] if shapes else schema.point


def places(question: Question, snapshot: Snapshot, room: ReadingRoom) -> Places:
    """The places of a question; ODSQLError when the dataset has none."""
    field = drawn_field(snapshot.schema)
    if field is None:
        what = say("This dataset has no field of places")
        raise ODSQLError(f"ODSQL query is malformed: {what}.", what)
    asked = reader(question, snapshot.schema)
    finder = Finder(snapshot)
    condition = asked.condition()
    lower = Lowering(finder, asked.clock, column=field_column)
    where = None if condition is None else lower(condition)
    return Places(field, records_table(room, snapshot), where, tuple(finder.values))


def longitude(point: exp.Expr) -> exp.Expr:
    """The longitude of a geo_point_2d."""
    return dialect.part_of(point, "lon")


def latitude(point: exp.Expr) -> exp.Expr:
    """The latitude of a geo_point_2d."""
    return dialect.part_of(point, "lat")
