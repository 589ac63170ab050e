"""From a raw table to what it means: fields, types, points, key, and what people should know."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from sqlglot import exp

from cimaise.engine.duck import Workspace
from cimaise.engine.messages import Message, Refusal, say
from cimaise.engine.metadata.description import DatasetDescription
from cimaise.engine.progress import Progress, Waypoint, unheard
from cimaise.engine.readers.base import RawTable
from cimaise.engine.schema.field import Field
from cimaise.engine.schema.inference import Guess, infer
from cimaise.engine.schema.profile import ColumnProfile
from cimaise.engine.schema.schema import Schema
from cimaise.engine.schema.understanding import (
    KeyProposal,
    Origin,
    Proposal,
    Rejected,
    Understanding,
)
from cimaise.engine.schema.wished import IGNORE, Said, check_names, field_of, published_names
from cimaise.engine.steps.keys import propose_keys
from cimaise.engine.steps.points import derived_point
from cimaise.engine.steps.profile import profiles
from cimaise.engine.steps.typing import rejects_of, value_of

_SHOWN_ROWS = 20
_SHOWN_REJECTS = 20


def understand(
    raw: RawTable,
    description: DatasetDescription,
    parent: Schema | None,
    workspace: Workspace,
    progress: Progress = unheard,
    *,
    strict: bool = True,
) -> Understanding:
    """What a raw table is, given what its producer says and what its last version was.

    Fields of `parent` keep their names, labels, types, descriptions, annotations and key. Raises
    Refusal `bad_field_name`, `field_named_twice`, `unknown_type`, `unknown_annotation`,
    `key_missing` or `nothing_left`; unless `strict`, a key that is missing is only told, so that
    somebody can see the columns and say which one holds it.
    """
    wishes = tuple(Said(**asdict(wish)) for wish in description.fields)
    check_names(wishes)
    measured = profiles(raw, workspace, progress)
    progress(Waypoint("understand"))
    headers = [column.header for column in raw.columns]
    names = published_names(headers, wishes, parent)
    guesses = {name: infer(profile, name) for name, profile in zip(names, measured, strict=True)}
    found = _fields(guesses, dict(zip(names, measured, strict=True)), wishes, parent)
    found = derived_point(found, wishes, parent)
    if not len(found.schema):
        raise Refusal(
            "nothing_left",
            say("Every column is ignored: there is nothing to publish."),
            remedy=say("Keep one column at least."),
        )
    notes = (*raw.notes, *_notes(raw, found, guesses, wishes, measured))
    found = replace(
        found, notes=notes, reading=raw.reading, sample=_first_rows(raw, found, workspace)
    )
    found = _with_key(raw, found, _key_of(found, description, parent, strict), workspace)
    found = replace(found, counts=_counts(raw, found, workspace))
    return replace(found, rejected=_first_rejected(raw, found, workspace))


def _fields(
    guesses: Mapping[str, Guess],
    measured: Mapping[str, ColumnProfile],
    wishes: Sequence[Said],
    parent: Schema | None,
) -> Understanding:
    said = {wish.name: wish for wish in wishes}
    last = {field.name: field for field in parent or ()}
    fields: list[Field] = []
    origins: dict[str, Origin] = {}
    proposals: list[Proposal] = []
    for name, guess in guesses.items():
        profile = measured[name]
        field = field_of(name, profile.header, guess, said.get(name), last.get(name))
        if field.type == IGNORE:
            continue
        fields.append(field)
        as_guessed = field.type == guess.type
        origins[name] = Origin((profile.column,), guess.form if as_guessed else None, as_guessed)
        if guess.proposed and field.annotations.multivalued is None:
            proposals.append(Proposal(name, guess.proposed, guess.notes[0]))
    kept = {field.name: measured[field.name] for field in fields}
    return Understanding(Schema(tuple(fields)), origins, kept, proposals=tuple(proposals))


def _notes(
    raw: RawTable,
    found: Understanding,
    guesses: Mapping[str, Guess],
    wishes: Sequence[Said],
    measured: Sequence[ColumnProfile],
) -> Iterator[Message]:
    for field in found.schema:
        guess = guesses.get(field.name)
        if guess is not None and guess.type == field.type and not field.annotations.multivalued:
            yield from guess.notes
    missing = [wish.name for wish in wishes if wish.name not in (*found.schema.names, *guesses)]
    if missing:
        yield say("Described, but not in this file: {names}.", names=", ".join(missing))
    if _second_header(measured):
        yield say(
            "The first row looks like a second header: it was kept as a record. Its columns are "
            "text because of it."
        )
    if found.origins and found.schema.point is not None:
        origin = found.origins[found.schema.point.name]
        if len(origin.columns) == 2:
            yield say(
                "“{name}” was made of a latitude and a longitude.", name=found.schema.point.name
            )
    if raw.refused is not None:
        yield say("Some rows could not be cut into the columns: they are kept among the rejects.")


def _second_header(measured: Sequence[ColumnProfile]) -> bool:
    """Whether the first row alone keeps columns from being numbers or codes."""
    told = [
        profile
        for profile in measured
        if profile.first and not any(sign.isdigit() for sign in profile.first)
    ]
    digits = [
        profile
        for profile in told
        if len(profile.sample) > 2
        and all(
            cell.strip()[:1].isdigit() or cell.strip()[-1:].isdigit() for cell in profile.sample[1:]
        )
    ]
    return bool(digits) and len(told) == len(measured)


def _first_rows(
    raw: RawTable, found: Understanding, workspace: Workspace
) -> tuple[Mapping[str, str | None], ...]:
    columns = {
        name: origin.columns[0]
        for name, origin in found.origins.items()
        if len(origin.columns) == 1
    }
    cells = [exp.cast(exp.column(column), "VARCHAR") for column in columns.values()]
    rows = workspace.rows(exp.select(*cells).from_(raw.tree).limit(_SHOWN_ROWS))
    return tuple(dict(zip(columns, row, strict=True)) for row in rows)


@dataclass(frozen=True, slots=True)
class _Key:
    """The key as it was said; `open` when nothing was said and the best proposal may be taken."""

    fields: tuple[str, ...]
    missing: Refusal | None
    open: bool


def _key_of(
    found: Understanding, description: DatasetDescription, parent: Schema | None, strict: bool
) -> _Key:
    """The key that the producer declares, else that of the last version."""
    declared = tuple(field.name for field in found.schema if field.annotations.id)
    said = description.key
    key = (declared or (parent.key if parent is not None else ())) if said is None else said
    missing = [name for name in key if name not in found.schema]
    refusal = None
    if missing:
        refusal = Refusal(
            "key_missing",
            say("The key “{names}” is not in this file.", names=", ".join(missing)),
            where=say("Its columns are: {names}.", names=", ".join(found.schema.names)),
            remedy=say("Say which column holds it, or choose another key."),
        )
    if refusal is not None and strict:
        raise refusal
    return _Key(
        key if refusal is None else (), refusal, said is None and not key and parent is None
    )


def _with_key(
    raw: RawTable, found: Understanding, said: _Key, workspace: Workspace
) -> Understanding:
    """With the key that was said, else the best proposal."""
    keys: tuple[KeyProposal, ...] = propose_keys(raw, found, workspace)
    key = keys[0].fields if said.open and keys else said.fields
    fields = tuple(field.annotated(id=field.name in key) for field in found.schema)
    notes = found.notes
    if said.missing is not None:
        notes = (*notes, *_sentences(said.missing))
    elif not key:
        cost = say(
            "Nothing identifies a record: a corrected record will count as another one, and links "
            "to it will break. Choose a key if there is one."
        )
        notes = (*notes, cost)
    return replace(found, schema=Schema(fields), keys=keys, notes=notes)


def _sentences(refusal: Refusal) -> Iterator[Message]:
    parts = (refusal.what, refusal.where, refusal.remedy)
    return (part for part in parts if part is not None)


def _counts(raw: RawTable, found: Understanding, workspace: Workspace) -> Mapping[str, int]:
    counts = {"rows": raw.rows, "refused": 0, "located": 0, "rejected": 0}
    everything = exp.Count(this=exp.Star())
    if raw.refused_tree is not None:
        refused = exp.select(everything.copy()).from_(raw.refused_tree)
        counts["refused"] = workspace.rows(refused)[0][0]
    if found.schema.point is not None:
        point = exp.Count(this=value_of(raw, found, found.schema.point))
        counts["located"] = workspace.rows(exp.select(point).from_(raw.tree))[0][0]
    rejects = rejects_of(raw, found)
    if rejects is not None:
        named = exp.Subquery(this=rejects, alias=exp.to_identifier("rejects"))
        counted = exp.select(everything).from_(named)
        counts["rejected"] = workspace.rows(counted)[0][0] - counts["refused"]
    return counts


def _first_rejected(
    raw: RawTable, found: Understanding, workspace: Workspace
) -> tuple[Rejected, ...]:
    rejects = rejects_of(raw, found)
    if rejects is None or not (found.counts["rejected"] or found.counts["refused"]):
        return ()
    named = exp.Subquery(this=rejects, alias=exp.to_identifier("rejects"))
    places = [exp.column(name) for name in ("_line", "field", "value", "reason")]
    first = exp.select(*places).from_(named).order_by(exp.column("_line")).limit(_SHOWN_REJECTS)
    return tuple(Rejected(*row) for row in workspace.rows(first))
