"""What breaks, what does not, and what was said before."""

import pytest

from cimaise.engine.contract.compare import compare
from cimaise.engine.contract.keep import ContractBroken, keep_contract
from cimaise.engine.messages import Refusal
from cimaise.engine.metadata.description import DatasetDescription, FieldWish
from cimaise.engine.schema.field import Annotations, Field
from cimaise.engine.schema.schema import Schema

KEY = Field("ref", "Ref", "text", annotations=Annotations(id=True))
NAME = Field("nom", "Nom", "text")
SIZE = Field("surface", "Surface", "double")
OLD = Schema((KEY, NAME, SIZE))


def told(new, *wishes, key=None):
    description = DatasetDescription("d", "D", key=key, fields=wishes)
    return [
        (change.kind, change.field, change.breaks, change.declared)
        for change in compare(OLD, Schema(tuple(new)), description)
    ]


def field(name, kind="text", label=None, **annotations):
    return Field(name, label or name.title(), kind, annotations=Annotations(**annotations))


@pytest.mark.parametrize(
    ("new", "changes"),
    [
        ((KEY, NAME, SIZE), []),
        ((SIZE, NAME, KEY), []),
        ((KEY, NAME, SIZE, field("ville")), [("field_added", "ville", False, False)]),
        ((KEY, SIZE), [("field_removed", "nom", True, False)]),
        ((KEY, SIZE, field("titre", label="Nom")), [("field_renamed", "nom", True, False)]),
        ((KEY, SIZE, field("noms")), [("field_renamed", "nom", True, False)]),
        (
            (KEY, SIZE, field("noms", "int")),
            [("field_removed", "nom", True, False), ("field_added", "noms", False, False)],
        ),
        ((KEY, NAME, field("surface", "int")), [("type_changed", "surface", False, False)]),
        ((KEY, NAME, field("surface", "text")), [("type_changed", "surface", True, False)]),
        (
            (KEY, field("nom", multivalued=";"), SIZE),
            [("values_changed", "nom", True, False)],
        ),
        ((KEY, field("nom", label="Name"), SIZE), [("label_changed", "nom", False, False)]),
        ((field("ref"), NAME, SIZE), [("key_changed", "", True, False)]),
        (
            (KEY, field("nom", id=True), SIZE),
            [("key_changed", "", True, False)],
        ),
    ],
)
def test_differences(new, changes):
    assert told(new) == changes


def test_what_was_declared_is_told_but_not_held_against_the_producer():
    assert told((KEY, SIZE), FieldWish("nom", type="ignore")) == [
        ("field_removed", "nom", True, True)
    ]
    assert told((KEY, NAME, field("surface", "text")), FieldWish("surface", type="text")) == [
        ("type_changed", "surface", True, True)
    ]
    assert told((field("ref"), field("nom", id=True), SIZE), key=("nom",)) == [
        ("key_changed", "", True, True)
    ]


def test_a_break_needs_a_word():
    changes = compare(OLD, Schema((KEY, SIZE, field("ville"))))
    with pytest.raises(ContractBroken) as broken:
        keep_contract(changes, accept_breaking=False)
    assert broken.value.code == "contract_broken"
    assert [change.field for change in broken.value.changes] == ["nom"]
    assert "nom" in str(broken.value)
    assert broken.value.remedy is not None
    keep_contract(changes, accept_breaking=True)
    keep_contract(compare(OLD, Schema((KEY, NAME, SIZE, field("ville")))), accept_breaking=False)


def test_publishing_stops_at_a_break_and_leaves_the_last_version(published, store):
    first = published("ref;nom\nA;Chêne\nB;Orme\n", key=("ref",))
    with pytest.raises(Refusal) as refused:
        published("ref;ville\nA;Lyon\nB;Paris\n", parent=first, number=2)
    assert refused.value.code == "contract_broken"
    assert store.snapshots("sample") == [first.manifest.snapshot]
    second = published("ref;ville\nA;Lyon\nB;Paris\n", parent=first, number=2, accept_breaking=True)
    assert second.schema.names == ("ref", "ville")


def test_a_column_with_another_name_is_one_word_away(published):
    first = published("ref;nom\nA;Chêne\nB;Orme\n", key=("ref",))
    second = published(
        "Identifiant|nom\nA|Chêne\nB|Hêtre\n",
        parent=first,
        number=2,
        sources={"ref": "Identifiant"},
    )
    assert second.schema.names == first.schema.names
    assert second.schema.key == ("ref",)
    assert second.manifest.counts["changes"]["changed"] == 1
