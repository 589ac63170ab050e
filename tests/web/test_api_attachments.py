"""Files that go with a dataset: brought at the desk, listed, described and downloaded."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cimaise.engine.metadata.description import DatasetDescription, FieldWish
from cimaise.web.accounts.models import Person
from cimaise.web.api.files import file_id
from cimaise.web.catalog.models import Attachment, Dataset
from cimaise.web.ingest.attachments import attach, detach, file_of

PAGE = b"<script>alert(1)</script>"


@pytest.fixture
def notice(musees):
    file = SimpleUploadedFile("Notice d’emploi.html", PAGE, content_type="image/png")
    return attach(musees, file, "Mode d’emploi", Attachment.Kind.ATTACHMENT)


def test_an_attachment_is_listed_and_described(get, notice):
    address = "/api/explore/v2.1/catalog/datasets/musees/attachments/notice-d_emploi_html"
    (told,) = get("catalog/datasets/musees/attachments").json()["attachments"]
    assert told["href"].endswith(address)
    assert told["metas"] == {"mime-type": "text/html", "title": "Mode d’emploi"}
    (described,) = get("catalog/datasets/musees").json()["attachments"]
    assert list(described) == ["id", "title", "mimetype", "url"]
    assert described["url"].endswith(address)
    assert get("catalog/datasets/musees").json()["alternative_exports"] == []


def test_an_attachment_is_given_as_it_is_and_never_shown_as_a_page(get, notice):
    response = get(f"catalog/datasets/musees/attachments/{notice.name}")
    assert b"".join(response.streaming_content) == PAGE
    assert response["Content-Type"] == "text/html"
    assert response["Content-Disposition"].startswith('attachment; filename="Notice d_emploi')
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    part = get(f"catalog/datasets/musees/attachments/{notice.name}", range="bytes=1-6")
    assert (part.status_code, b"".join(part.streaming_content)) == (206, b"script")
    again = get(f"catalog/datasets/musees/attachments/{notice.name}",
                **{"if-none-match": response["ETag"]})  # fmt: skip
    assert again.status_code == 304


GONE = ("attachments/nothing", "alternative_exports/notice-d_emploi_html", "attachments/..%2Fx",
        "files/nothing", f"files/{'0' * 40}")  # fmt: skip


@pytest.mark.parametrize("path", GONE)
def test_what_is_not_there_is_not_found(get, notice, path):
    response = get(f"catalog/datasets/musees/{path}")
    assert response.status_code == 404
    assert response.json()["error_code"] in ("NotFoundResource", "NotFoundURI")


def test_names_are_told_apart_and_files_go_with_their_rows(musees):
    brought = [
        attach(musees, SimpleUploadedFile("a.unheard", b"x"), "", Attachment.Kind.ALTERNATIVE)
        for _ in range(2)
    ]
    assert [each.name for each in brought] == ["a_unheard", "a_unheard_2"]
    assert brought[0].title == "a.unheard"
    assert brought[0].mimetype == "application/octet-stream"
    detach(brought[0])
    assert not file_of(brought[0]).exists()
    assert file_of(brought[1]).read_bytes() == b"x"


def test_a_restricted_dataset_keeps_its_files_to_itself(get, notice, musees):
    musees.restricted = True
    musees.save()
    hidden = get(f"catalog/datasets/musees/attachments/{notice.name}")
    absent = get(f"catalog/datasets/nothing/attachments/{notice.name}")
    assert hidden.status_code == 404
    assert hidden.content == absent.content.replace(b"nothing", b"musees")


def test_a_producer_brings_and_takes_away_files_at_the_desk(client, get, musees):
    person = Person.objects.create_superuser("admin", password="une phrase de passe")
    client.force_login(person)
    page = reverse("desk:attachments", args=["musees"])
    form = {
        "title": "Le fonds",
        "kind": "alternative_exports",
        "description": "En shapefile.",
        "file": SimpleUploadedFile("fonds.zip", b"PK"),
    }
    shown = client.post(page, form, follow=True).content.decode()
    assert "Le fonds" in shown
    (told,) = get("catalog/datasets/musees").json()["alternative_exports"]
    assert told["mimetype"] == "application/zip"
    assert told["description"] == "En shapefile."
    refused = client.post(page, {"title": "", "kind": "attachments"})
    assert refused.status_code == 200
    pk = Dataset.objects.get(slug="musees").attachments.get().pk
    client.post(reverse("desk:detach", args=["musees", pk]))
    assert get("catalog/datasets/musees").json()["alternative_exports"] == []


def test_somebody_elses_dataset_takes_no_files(client, musees):
    client.force_login(Person.objects.create_user("autre", password="une phrase de passe"))
    page = reverse("desk:attachments", args=["musees"])
    assert client.get(page).status_code in (302, 404)
    client.post(page, {"title": "x", "kind": "attachments", "file": SimpleUploadedFile("x", b"x")})
    assert not musees.attachments.exists()


def test_a_file_of_a_record_is_found_by_its_identifier(client, publish):
    description = DatasetDescription(
        id="vues", title="Vues", producer="Région", key=("ref",),
        fields=(FieldWish("ref"), FieldWish("image", type="file")),
    )  # fmt: skip
    address = "https://exemple.fr/sceau.jpg"
    publish(description, f"ref;image\n1;{address}\n2;\n")
    path = f"/api/explore/v2.1/catalog/datasets/vues/files/{file_id(address)}"
    response = client.get(path)
    assert (response.status_code, response["Location"]) == (302, address)
    assert client.get(path[:-1] + "-").status_code == 404


def test_the_information_tab_leads_to_what_is_attached(client, notice):
    page = client.get("/explore/dataset/musees/information/").content.decode()
    assert "Mode d’emploi" in page
    assert f"/api/explore/v2.1/catalog/datasets/musees/attachments/{notice.name}" in page
