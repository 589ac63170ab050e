"""The museums of France at the desk: an edition with every column renamed over another."""

import pytest
from at_the_desk import fresh, last_run
from django.contrib.auth.models import AnonymousUser
from sqlglot import exp

from cimaise.web.catalog.shelf import find, reading_room

pytestmark = pytest.mark.shared_data

RENAMED = {
    "identifiant": "ref",
    "nom_officiel": "nomoff",
    "adresse": "adrl1_m",
    "lieu": "lieu_m",
    "code_postal": "cp_m",
    "ville": "ville_m",
    "departement": "dpt",
    "url": "url_m",
    "telephone": "tel_m",
    "categorie": "categ",
    "domaine_thematique": "dompal",
    "histoire": "hist",
    "personnage_phare": "phare",
    "protection_batiment": "prot_bat",
    "protection_espace": "prot_esp",
    "annee_creation": "an_creat",
    "date_de_mise_a_jour": "dmaj",
    "coordonnees": "geolocalisation_latlong",
}


def ids(shown):
    room = reading_room()
    return dict(room.rows(exp.select("ref", "_id").from_(room.table(shown.snapshot.serve_file))))


def test_museums_keep_their_ids_through_an_edition_that_renames_everything(desk, shared_data):
    culture = shared_data / "culture"
    first = desk.new((culture / "musees-de-france-base-museofile.csv").read_bytes())
    assert first.understanding["key"] == ["ref"]
    desk.publish(first)
    assert fresh(first.dataset).current.records == 1227

    second = desk.again(first.dataset, (culture / "museofile_2025_pipe.csv").read_bytes())
    # The key is missed, and the columns are there to say which one holds it.
    assert any(note["text"].startswith("The key") for note in second.understanding["notes"])
    assert '<option value="ref">' in desk.page(second)
    said = {
        f"field-{desk.place(second, column)}-name": name
        for column, name in RENAMED.items()
        if column in desk.fields(second)
    }
    assert f"field-{desk.place(second, 'identifiant')}-name" in said
    desk.publish(second, **said)
    refusal = last_run(second).refusal
    assert refusal["code"] == "contract_broken"  # some columns are gone for good
    assert "“nomoff”" not in refusal["where"]["places"]["changes"]
    desk.publish(second, accept_breaking="1")  # what was said before is still in the form
    assert fresh(first.dataset).current.number == 2

    nobody = AnonymousUser()
    before, after = ids(find("musees", nobody, 1)), ids(find("musees", nobody))
    both = before.keys() & after.keys()
    assert len(both) == 1207
    assert all(before[ref] == after[ref] for ref in both)
    records = "/api/explore/v2.1/catalog/datasets/musees/records?limit=0"
    assert desk.client.get(f"{records}&version=1").json()["total_count"] == 1227
    assert desk.client.get(records).json()["total_count"] == 1222
