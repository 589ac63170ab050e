"""The museums of France, published twice: a real second version with every column renamed."""

import pytest
from sqlglot import exp

from cimaise.engine.flow import PublicationRequest, publish
from cimaise.engine.messages import Refusal
from cimaise.engine.metadata.description import DatasetDescription, FieldWish
from cimaise.engine.sources.base import Source

pytestmark = pytest.mark.shared_data

# What the producer says of the 2025 edition: the header of each field that goes on.
RENAMED = {
    "ref": "Identifiant",
    "nomoff": "Nom_officiel",
    "adrl1_m": "Adresse",
    "lieu_m": "Lieu",
    "cp_m": "Code_postal",
    "ville_m": "Ville",
    "dpt": "Departement",
    "url_m": "URL",
    "tel_m": "Telephone",
    "categ": "Categorie",
    "dompal": "Domaine_thematique",
    "hist": "Histoire",
    "phare": "Personnage_phare",
    "prot_bat": "Protection_batiment",
    "prot_esp": "Protection_espace",
    "an_creat": "Annee_creation",
    "dmaj": "Date_de_mise_a_jour",
    "geolocalisation_latlong": "Coordonnees",
}


def source(shared_data, name):
    path = shared_data / "culture" / name
    return Source(path, name, "the Ministry of Culture")


@pytest.fixture
def first(store, shared_data):
    return publish(
        PublicationRequest(
            "museums",
            source(shared_data, "musees-de-france-base-museofile.csv"),
            DatasetDescription("museums", "Museums"),
        ),
        store,
    )


def second(store, shared_data, parent, fields, *, accept_breaking=False):
    return publish(
        PublicationRequest(
            "museums",
            source(shared_data, "museofile_2025_pipe.csv"),
            DatasetDescription("museums", "Museums", fields=fields),
            parent=parent,
            number=2,
            accept_breaking=accept_breaking,
        ),
        store,
    )


def ids(snapshot, room):
    rows = room.rows(exp.select("ref", "_id").from_(room.table(snapshot.serve_file)))
    return dict(rows)


def test_museums_keep_their_ids_when_only_the_key_is_told(store, room, shared_data, first):
    assert first.schema.key == ("ref",)
    told = (FieldWish("ref", source="Identifiant"),)
    with pytest.raises(Refusal) as refused:
        second(store, shared_data, first, told)
    assert refused.value.code == "contract_broken"
    assert "nomoff" in str(refused.value)
    assert store.snapshots("museums") == [first.manifest.snapshot]

    edition = second(store, shared_data, first, told, accept_breaking=True)
    before, after = ids(first, room), ids(edition, room)
    both = before.keys() & after.keys()
    assert len(both) == 1207
    assert all(before[ref] == after[ref] for ref in both)
    changes = edition.manifest.counts["changes"]
    assert (changes["added"], changes["removed"]) == (1222 - 1207, 1227 - 1207)


def test_renames_that_are_told_break_nothing_but_what_is_gone(store, room, shared_data, first):
    fields = (
        *(FieldWish(name, source=header) for name, header in RENAMED.items()),
        *(FieldWish(name, type="ignore") for name in ("latitude", "longitude", "autnom")),
    )
    edition = second(store, shared_data, first, fields)
    assert edition.schema.key == ("ref",)
    assert edition.schema["nomoff"].type == first.schema["nomoff"].type
    assert ids(first, room).items() & ids(edition, room).items()
    again = store.load("museums", first.manifest.snapshot)
    assert again.manifest.counts["records"] == 1227
    assert store.examine("museums", first.manifest.snapshot) == []
