"""Pages without a ceiling: each tells where it ended, and the next begins there.

A page of records ends at a row of the snapshot, and the next one is what follows that row in the
order of the question: no page is read over again, the millionth costs what the first does. Groups
and answers by relevance are continued by counting.
"""

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass, replace

from cimaise.engine.duck import ReadingRoom
from cimaise.engine.messages import say
from cimaise.engine.odsql.errors import InvalidParameterError
from cimaise.engine.query.answer import Answer, carry_out
from cimaise.engine.query.limits import WHOLE
from cimaise.engine.query.planner import plan
from cimaise.engine.query.question import Question
from cimaise.engine.snapshots.manifest import Snapshot

_EDITION = 1
_LONGEST = 400  # characters of a cursor


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page begins: after `seen` answers, the last of which is record `row` if known.

    `total` is how many there are in all, once it was counted.
    """

    seen: int = 0
    row: int | None = None
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """An answer, and where the next one begins; None when nothing follows."""

    answer: Answer
    following: Position | None


def page_from(
    position: Position,
    question: Question,
    snapshot: Snapshot,
    room: ReadingRoom,
    *,
    identified: bool = False,
) -> Page:
    """The page of a question that begins there; limits are the caller's. Raises as `answer`.

    `identified` records have their `_id` besides, as last column.
    """
    asked = replace(question, offset=0 if position.row is not None else position.seen)
    planned = plan(replace(asked, after_row=position.row), snapshot, room, WHOLE)
    planned = planned.with_id() if identified else planned
    planned = replace(planned, offset=position.seen)
    if position.total is not None and planned.total is not None:
        planned = replace(planned, known_total=position.total)
    by_row = planned.in_rows and position.seen > 0
    found = carry_out(planned.with_row() if by_row else planned, room)
    last = int(found.rows[-1][-1]) if by_row and found.rows else None
    if by_row:
        rows = [row[:-1] for row in found.rows]
        found = replace(found, columns=planned.columns, rows=rows)
    return Page(found, _following(position, question, found, last))


def _following(
    position: Position, question: Question, found: Answer, last: int | None
) -> Position | None:
    seen = position.seen + len(found.rows)
    if not question.limit or len(found.rows) < question.limit:
        return None
    if found.total_count is not None and seen >= found.total_count:
        return None
    return Position(seen, last, found.total_count)


def cursor_of(position: Position, question: Question, snapshot: Snapshot) -> str:
    """The position as clients carry it: opaque, of this question and this snapshot only."""
    said = [_EDITION, position.seen, position.row, position.total, *_bound(question, snapshot)]
    return base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")


def position_at(cursor: str, question: Question, snapshot: Snapshot) -> Position:
    """The position a cursor tells; raises InvalidParameterError."""
    try:
        if len(cursor) > _LONGEST:
            raise ValueError(cursor)
        padded = cursor + "=" * (-len(cursor) % 4)
        edition, seen, row, total, asked, name = json.loads(base64.b64decode(padded, "-_", True))
        numbers = [each for each in (seen, row, total) if each is not None]
        if edition != _EDITION or seen is None or not all(_is_count(each) for each in numbers):
            raise ValueError(cursor)
    except (ValueError, TypeError, binascii.Error, RecursionError) as error:
        raise _refused(cursor, say("a cursor from the Link header of a page")) from error
    now_asked, now_name = _bound(question, snapshot)
    if name != now_name:
        raise _refused(
            cursor,
            say("a cursor of the version that is asked: the data has changed, start again"),
        )
    if asked != now_asked:
        raise _refused(cursor, say("a cursor of the same question"))
    return Position(seen, row, total)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**62


def _bound(question: Question, snapshot: Snapshot) -> tuple[str, str]:
    """What a cursor belongs to, whatever the length of pages."""
    asked = replace(question, limit=None, offset=0, after_row=None, asked_at=None)
    digest = hashlib.blake2b(asked.canonical().encode("utf-8", "surrogatepass"), digest_size=6)
    return digest.hexdigest(), snapshot.manifest.snapshot


def _refused(cursor: str, expected: object) -> InvalidParameterError:
    shown = cursor if len(cursor) <= 60 else f"{cursor[:60]}…"
    what = say(
        "Invalid value for {name} API parameter: {found} was found but {expected} is expected.",
        name="after", found=shown, expected=expected,
    )  # fmt: skip
    return InvalidParameterError(str(what), what)
