"""A producer brings a file, sees what was understood, corrects it, and publishes."""

import pytest
from at_the_desk import CSV, address, fresh, last_run
from django.urls import reverse

from cimaise.web.catalog.models import Dataset
from cimaise.web.ingest.models import Run

POINTS = "code;nom;jour;lat;lon\n" + "".join(
    f"A{row};Lieu {row};0{row}/02/2021;4{row}.5;2.{row}\n" for row in range(1, 8)
)


def test_a_producer_signs_in_and_publishes(client, desk):
    client.logout()
    credentials = {"username": "editrice", "password": "une phrase de passe"}
    signed = client.post(reverse("wagtailadmin_login"), credentials)
    assert signed.status_code == 302
    upload = desk.new(CSV)
    page = desk.page(upload)
    assert "M001" in page  # an example of what was found
    assert desk.fields(upload) == {"ref": "text", "nom": "text", "cp": "text", "visites": "int"}
    assert upload.understanding["key"] == ["ref"]
    assert not Dataset.objects.filter(current__isnull=False).exists()

    desk.publish(upload, note="Première édition")
    run = last_run(upload)
    assert (run.state, run.version.number, run.version.records) == (Run.State.DONE, 1, 20)
    assert run.version.published_by.username == "editrice"
    assert run.version.note == "Première édition"
    answer = client.get("/api/explore/v2.1/catalog/datasets/musees/records?limit=0")
    assert answer.json()["total_count"] == 20
    assert client.get("/explore/dataset/musees/").status_code in (200, 302)


def test_coordinates_and_dates_are_seen(desk):
    upload = desk.new(POINTS)
    assert desk.fields(upload)["geo_point_2d"] == "geo_point_2d"
    assert desk.fields(upload)["jour"] == "date"
    assert upload.understanding["counts"]["located"] == 7
    assert "geo_point_2d" in desk.page(upload)


def test_a_type_is_corrected_and_rejected_values_are_shown(desk):
    upload = desk.new("code;annee\nA1;1990\nA2;v. 1900\nA3;1992\n")
    assert desk.fields(upload)["annee"] == "text"
    page = desk.say(upload, field__1__type="int")
    assert desk.fields(upload)["annee"] == "int"
    assert upload.understanding["counts"]["rejected"] == 1
    assert "v. 1900" in page
    desk.publish(upload)
    assert fresh(upload.dataset).current.rejects == 1
    rejects = desk.client.get(reverse("desk:rejects", args=["musees", 1]))
    assert b"".join(rejects.streaming_content).startswith(b"PAR1")


def test_a_column_is_left_out_and_brought_back(desk):
    upload = desk.new(CSV)
    page = desk.say(upload, field__1__ignore="on")
    assert desk.fields(upload) == {"ref": "text", "cp": "text", "visites": "int"}
    assert 'name="restore" value="nom"' in page
    desk.say(upload, field__0__label="Référence")
    assert "nom" not in desk.fields(upload)
    desk.say(upload, restore="nom")
    assert list(desk.fields(upload)) == ["ref", "nom", "cp", "visites"]


def test_a_column_takes_the_name_of_one_that_is_left_out(desk):
    upload = desk.new("a;b\n1;x\n2;y\n")
    desk.say(upload, field__0__ignore="on", field__1__name="a")
    assert desk.fields(upload) == {"a": "text"}
    assert upload.understanding["fields"][0]["header"] == "b"
    desk.publish(upload)
    assert fresh(upload.dataset).current.records == 2


def test_everything_left_out_is_refused_and_can_be_taken_back(desk):
    upload = desk.new("a;b\n1;x\n2;y\n")
    page = desk.say(upload, field__0__ignore="on", field__1__ignore="on")
    assert last_run(upload).refusal["code"] == "nothing_left"
    assert 'name="restore"' not in page
    assert desk.form(upload)["field-0-ignore"] == "on"
    desk.client.post(address(upload), {"field-0-label": "a", "field-1-label": "b"})
    desk.work()
    assert list(desk.fields(upload)) == ["a", "b"]


def test_a_key_is_chosen_and_given_up(desk):
    upload = desk.new("a;b\n1;x\n2;y\n3;z\n")
    desk.say(upload, key=["b"])
    assert upload.understanding["key"] == ["b"]
    desk.say(upload, key=[])
    assert upload.understanding["key"] == []
    desk.publish(upload)
    assert fresh(upload.dataset).current.number == 1


def test_a_key_that_is_none_is_refused_with_the_lines(desk):
    upload = desk.new("a;b\n1;x\n2;x\n3;z\n")
    page = desk.publish(upload, key=["b"])
    assert last_run(upload).refusal["code"] == "key_not_unique"
    assert "2, 3" in page
    assert fresh(upload.dataset).current is None


def test_several_values_are_cut(desk):
    upload = desk.new("a;b\n1;x|y\n2;z\n")
    desk.say(upload, field__1__multivalued="|", field__1__facet="on")
    desk.publish(upload)
    facets = desk.client.get("/api/explore/v2.1/catalog/datasets/musees/facets?facet=b").json()
    assert {facet["name"] for facet in facets["facets"][0]["facets"]} == {"x", "y", "z"}


def test_a_name_that_is_none_and_one_given_twice_are_refused(desk):
    upload = desk.new("a;b\n1;x\n2;y\n")
    page = desk.say(upload, field__0__name="Été !")
    assert last_run(upload).refusal["code"] == "bad_field_name"
    assert "Été !" in page
    desk.say(upload, field__0__name="b")
    assert last_run(upload).refusal["code"] == "field_named_twice"
    desk.say(upload, field__0__name="c")
    assert list(desk.fields(upload)) == ["c", "b"]


def test_encoding_and_delimiter_are_said(desk):
    upload = desk.new("a,b;c\n1,5;é\n2,5;à\n".encode("cp1252"))
    desk.say(upload, delimiter=",", encoding="cp1252")
    assert len(desk.fields(upload)) == 2
    page = desk.say(upload, delimiter=";", encoding="cp1252")
    assert list(desk.fields(upload)) == ["a_b", "c"]
    assert '<option value=";" selected>' in page


def test_a_sheet_is_chosen_among_those_there_are(desk, workbook_of_two_sheets):
    upload = desk.new(workbook_of_two_sheets.read_bytes(), "deux.xlsx")
    assert last_run(upload).refusal["code"] == "several_sheets"
    page = desk.page(upload)
    assert '<option value="2020"' in page
    assert '<option value="2021"' in page
    desk.say(upload, sheet="2021")
    assert list(desk.fields(upload)) == ["annee", "total"]
    desk.publish(upload, sheet="2021")
    assert fresh(upload.dataset).current.records == 1


def test_the_next_file_starts_with_the_last_corrections_but_is_read_anew(desk):
    upload = desk.new(CSV)
    desk.say(upload, field__1__label="Nom officiel", delimiter=";", encoding="utf-8")
    desk.publish(upload)
    second = desk.again(upload.dataset, CSV.replace(";", "|"))
    assert second.understanding["fields"][1]["label"] == "Nom officiel"
    desk.publish(second)
    assert fresh(upload.dataset).current.number == 2


def test_a_broken_contract_is_told_then_accepted(desk):
    upload = desk.new(CSV)
    desk.publish(upload)
    second = desk.again(upload.dataset, "ref;nom\nM001;Un\nM002;Deux\n")
    page = desk.publish(second, field__1__label="Nom du musée")
    assert last_run(second).refusal["code"] == "contract_broken"
    assert 'name="accept_breaking"' in page
    assert "visites" in page
    assert fresh(upload.dataset).current.number == 1
    assert desk.form(second)["field-1-label"] == "Nom du musée"
    desk.publish(second, accept_breaking="1")
    assert fresh(upload.dataset).current.note == ""
    answer = desk.client.get("/api/explore/v2.1/catalog/datasets/musees").json()
    assert [field["label"] for field in answer["fields"]] == ["ref", "Nom du musée"]
    assert fresh(upload.dataset).current.number == 2
    assert fresh(upload.dataset).current.records == 2


def test_a_key_under_another_name_is_told_and_found(desk):
    upload = desk.new(CSV)
    desk.publish(upload)
    second = desk.again(upload.dataset, CSV.replace("ref", "Identifiant"))
    assert last_run(second).state == Run.State.DONE
    assert any(note["text"].startswith("The key") for note in second.understanding["notes"])
    desk.publish(second)
    assert last_run(second).refusal["code"] == "key_missing"
    place = desk.place(second, "identifiant")
    desk.publish(second, **{f"field-{place}-name": "ref"})
    assert fresh(upload.dataset).current.number == 2


def test_versions_are_seen_and_gone_back_to(desk):
    upload = desk.new(CSV)
    desk.publish(upload)
    second = desk.again(upload.dataset, CSV + "M999;Dernier;01999;5\n")
    desk.publish(second)
    records = "/api/explore/v2.1/catalog/datasets/musees/records?limit=0"
    assert desk.client.get(records).json()["total_count"] == 21
    page = desk.client.get(reverse("desk:dataset", args=["musees"])).content.decode()
    assert reverse("desk:go_back", args=["musees", 1]) in page
    answer = desk.client.post(reverse("desk:go_back", args=["musees", 1]), follow=True)
    assert answer.status_code == 200
    assert desk.client.get(records).json()["total_count"] == 20
    assert desk.client.get(records + "&version=2").json()["total_count"] == 21
    desk.client.post(reverse("desk:go_back", args=["musees", 9]), follow=True)
    assert fresh(upload.dataset).current.number == 1
    desk.publish(desk.again(upload.dataset, CSV))
    assert fresh(upload.dataset).current.number == 3


def test_a_page_that_is_out_of_date_changes_nothing(desk):
    upload = desk.new(CSV)
    desk.say(upload, field__1__ignore="on")
    before = upload.wishes
    answer = desk.client.post(address(upload), {"seen": "0", "understand": "1"}, follow=True)
    assert answer.status_code == 200
    assert upload.runs.count() == 2
    upload.refresh_from_db()
    assert upload.wishes == before


@pytest.mark.parametrize("button", ["understand", "publish"])
def test_nothing_is_asked_while_the_worker_is_on_the_file(desk, button):
    upload = desk.new(CSV)
    desk.client.post(address(upload), {**desk.form(upload), "publish": "1"})
    desk.client.post(address(upload), {**desk.form(upload), button: "1"})
    assert upload.runs.count() == 2
    desk.work()
    assert upload.dataset.versions.count() == 1


def test_a_dataset_is_described(desk):
    upload = desk.new(CSV)
    desk.publish(upload)
    page = reverse("desk:describe", args=["musees"])
    assert desk.client.get(page).status_code == 200
    said = {
        "title": "Les musées",
        "description": "<p>Tous</p>",
        "producer": desk.organisation.pk,
        "language": "fr",
        "keywords": "musée, art\nmusée",
        "update_frequency": "annual",
        "restricted": "public",
    }
    assert desk.client.post(page, said).status_code == 302
    answer = desk.client.get("/api/explore/v2.1/catalog/datasets/musees").json()
    assert answer["metas"]["default"]["title"] == "Les musées"
    assert answer["metas"]["default"]["keyword"] == ["musée", "art"]
    bad = desk.client.post(page, {**said, "references": "pas une adresse"})
    assert bad.status_code == 200
    assert bad.context["form"].errors


def test_a_restricted_dataset_is_seen_by_its_producer_only(desk, client):
    upload = desk.new(CSV)
    desk.publish(upload)
    Dataset.objects.filter(slug="musees").update(restricted=True)
    records = "/api/explore/v2.1/catalog/datasets/musees/records"
    assert client.get(records).status_code == 200
    client.logout()
    assert client.get(records).status_code == 404


def test_a_dataset_never_published_can_be_given_up(desk, portal):
    upload = desk.new(CSV)
    desk.client.post(reverse("desk:discard", args=["musees"]))
    assert not Dataset.objects.exists()
    assert not (portal / "uploads" / "musees").exists()
    upload = desk.new(CSV)
    desk.publish(upload)
    desk.client.post(reverse("desk:discard", args=["musees"]))
    assert fresh(upload.dataset).current.number == 1
