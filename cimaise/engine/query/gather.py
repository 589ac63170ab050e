"""Pages by row numbers: the engine says which rows, the book of the snapshot what they hold."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from cimaise.engine.duck import ReadingRoom, Row
from cimaise.engine.odsql import dialect
from cimaise.engine.query.plan import RECORDS, ROW, Plan, Shortcut
from cimaise.engine.snapshots.aids import aids_of
from cimaise.engine.snapshots.book import BOOK
from cimaise.engine.snapshots.manifest import Snapshot
from cimaise.engine.snapshots.orders import Bits, Order, order_kind
from cimaise.engine.snapshots.register import REGISTER
from cimaise.engine.snapshots.trees import ID

DEEP = 10_000  # rows from the first match to the end of a page: beyond, the engine pages itself
PATIENCE = 40_000  # most rows looked at on a walk through an order, about 5 ms


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was found by row numbers: `rows` None if the tree must be asked, `total` if counted."""

    rows: list[Row] | None = None
    total: int | None = None


NOTHING = Gathered()


def gathered(planned: Plan, room: ReadingRoom) -> Gathered:
    """The rows of a plan, where its shortcut and the aids of its snapshot allow.

    They are exactly those that its tree yields. Raises as the room does.
    """
    short = planned.shortcut
    if short is None or planned.page is None or short.skip + planned.page > DEEP:
        return NOTHING
    book = aids_of(room).find(short.snapshot, BOOK)
    order = _order(short, room)  # asked for before the book is there: both are missed
    names = [name for name in short.names if name != ROW]
    if book is None or not book.holds(names):
        return NOTHING
    numbers, total = _numbers(planned, short, planned.page, order, room)
    if numbers is None:
        return Gathered(None, total)
    try:
        rows = book.rows(numbers, names)
    except ValueError:
        return Gathered(None, total)
    if ROW not in short.names:
        return Gathered(rows, total)
    place = short.names.index(ROW)
    told = [(*row[:place], at, *row[place:]) for row, at in zip(rows, numbers, strict=True)]
    return Gathered(told, total)


def row_of(
    record_id: str, snapshot: Snapshot, room: ReadingRoom, names: Sequence[str]
) -> list[Row] | None:
    """These columns of the record of an id, in a list, empty if there is none; None: not known."""
    aids = aids_of(room)
    book, register = aids.find(snapshot, BOOK), aids.find(snapshot, REGISTER)
    if book is None or register is None or not book.holds(names):
        return None
    try:
        found = book.rows([*register.rows(record_id)], (ID, *names))
    except ValueError:
        return None
    return [row[1:] for row in found if row[0] == record_id]


Numbers = tuple[Sequence[int] | None, int | None]


def _numbers(
    planned: Plan, short: Shortcut, page: int, order: Order | None, room: ReadingRoom
) -> Numbers:
    """The numbers of the rows of the page, and how many match in all; None where not known."""
    if short.rows is not None:
        return short.rows, planned.known_total
    first, last = short.skip, short.skip + page
    if short.orders:
        return (None, None) if order is None else _sorted(order, planned, short, last, room)
    if short.where is None:
        total = int(short.snapshot.manifest.counts["records"])
        return range(first, min(last, total)), total
    least = dialect.least(_row(), last)
    count, rows = room.rows(_asked(short, least), planned.values)[0]
    return (rows or [])[first:], int(count)


def _order(short: Shortcut, room: ReadingRoom) -> Order | None:
    if short.sorted_by is None:
        return None
    kind = order_kind(short.orders, short.table, short.sorted_by)
    return aids_of(room).find(short.snapshot, kind)


def _sorted(order: Order, planned: Plan, short: Shortcut, last: int, room: ReadingRoom) -> Numbers:
    records = len(order.rows)
    if short.where is None:
        return order.rows[short.skip : last], records
    bits = dialect.bits(_row(), records)
    count, chosen = room.rows(_asked(short, bits), planned.values)[0]
    if not count:
        return [], 0
    wanted = min(last, count)
    likely = records * wanted // count
    if likely > PATIENCE:
        return None, count
    # Rows that all stand late in the order (names in another script) are soon given up.
    found = order.first(wanted, Bits(chosen, records), min(PATIENCE, 2_000 + 8 * likely))
    return (None if found is None else found[short.skip :]), count


def _asked(short: Shortcut, rows: exp.Expr) -> exp.Select:
    tree = exp.select(exp.Count(this=exp.Star()), rows).from_(short.table.copy())
    return tree if short.where is None else tree.where(short.where.copy())


def _row() -> exp.Column:
    return exp.column("rowid", table=RECORDS)
