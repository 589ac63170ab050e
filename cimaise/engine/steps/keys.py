"""Which fields tell records apart: proposed from their names, then counted over all rows."""

from collections.abc import Iterator

from sqlglot import exp

from cimaise.engine.duck import Workspace
from cimaise.engine.messages import say
from cimaise.engine.readers.base import RawTable
from cimaise.engine.schema.field import Field
from cimaise.engine.schema.profile import ColumnProfile
from cimaise.engine.schema.referentiels import identifies
from cimaise.engine.schema.understanding import KeyProposal, Understanding

# In the order of how much the word says: an identifier before a code before a number.
KEY_WORDS = (
    ("identifiant", "id", "ref", "reference", "uuid", "uid", "cle", "key", "identifier"),
    ("cote", "siret", "uai", "isil", "matricule", "immatriculation"),
    ("code", "numero", "num", "ndeg", "no", "number"),
)
_NEARLY = 0.7  # sketches of distinct values err by a fifth at times
_MOST_TRIED = 4


def propose_keys(
    raw: RawTable, understanding: Understanding, workspace: Workspace
) -> tuple[KeyProposal, ...]:
    """Fields without empty or repeated values whose name or list says that they identify."""
    ranked = sorted(_candidates(understanding), key=lambda found: found[0])
    proposals = []
    for _, field in ranked[:_MOST_TRIED]:
        column = understanding.origins[field.name].columns[0]
        distinct = exp.Count(this=exp.Distinct(expressions=[exp.column(column)]))
        if workspace.rows(exp.select(distinct).from_(raw.tree))[0][0] == raw.rows:
            reason = say(
                "“{label}” is filled in every row, never twice with the same value, and its name "
                "or its codes say that it identifies.",
                label=field.label,
            )
            proposals.append(KeyProposal((field.name,), reason))
    return tuple(proposals)


def _candidates(understanding: Understanding) -> Iterator[tuple[tuple[int, int], Field]]:
    for place, field in enumerate(understanding.schema):
        profile = understanding.profiles.get(field.name)
        if profile is None or not _may_be_unique(profile) or field.annotations.multivalued:
            continue
        rank = _rank(field)
        if rank is not None and field.type in ("text", "int"):
            yield (rank, place), field


def _may_be_unique(profile: ColumnProfile) -> bool:
    return profile.filled == profile.rows > 0 and profile.distinct >= _NEARLY * profile.rows


def _rank(field: Field) -> int | None:
    if identifies(field.referentiel):
        return 0
    if field.referentiel is not None and field.referentiel not in (
        "commune",
        "departement",
        "region",
    ):
        return None
    words = set(field.name.split("_"))
    return next((rank for rank, known in enumerate(KEY_WORDS, 1) if words & set(known)), None)
