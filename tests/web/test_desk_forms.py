"""Hand-made forms at the desk: whatever is sent, an answer, and the worker says how it ended."""

import hypothesis.strategies as st
import pytest
from at_the_desk import address, fresh, last_run
from django.urls import reverse
from hypothesis import HealthCheck, given, settings

from cimaise.engine.schema.types import TYPES
from cimaise.web.ingest.models import Run

SMALL = "ref;nom;lat;lon\nA1;Un;45.1;2.1\nA2;Deux;46.2;3.3\nA3;;;\n"
TEXTS = st.one_of(
    st.sampled_from(
        [
            *TYPES,
            "ignore",
            "ref",
            "nom",
            "lat",
            "geo_point_2d",
            "_id",
            "_line",
            "select",
            "'; drop table records; --",
            '"',
            "\x00",
            "{x}",
            "%s",
            "utf-16",
            "hex",
            "rot13",
            "idna",
            "utf-7",
            "unicode_escape",
            ";",
            ",,",
            "\n",
            "é",
            "A" * 300,
        ]
    ),
    st.text(max_size=12).filter(lambda text: text.isprintable() or "\x00" in text),
)
FIELD_INPUTS = [
    f"field-{place}-{what}"
    for place in range(6)
    for what in (
        "label",
        "name",
        "type",
        "description",
        "multivalued",
        "facet",
        "sortable",
        "disjunctive",
        "ignore",
    )
]
NAMES = st.sampled_from(
    [*FIELD_INPUTS, "key", "restore", "encoding", "delimiter", "sheet", "note", "accept_breaking"]
)
FORMS = st.dictionaries(NAMES, st.lists(TEXTS, min_size=1, max_size=2), max_size=12)


DESCRIBED = (
    *("title", "description", "producer", "licence", "themes", "keywords", "language"),
    *("references", "attributions", "update_frequency", "featured", "restricted"),
    *("readers", "reading_organisations"),
)


@pytest.fixture
def upload(desk):
    return desk.new(SMALL)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(sent=FORMS, whole=st.booleans(), button=st.sampled_from(["understand", "publish"]))
def test_no_form_breaks_the_desk(desk, upload, sent, whole, button):
    form = {**(desk.form(upload) if whole else {}), **sent, button: "1"}
    answer = desk.client.post(address(upload), form, follow=True)
    assert answer.status_code == 200
    desk.work()
    run = last_run(upload)
    assert run.state in (Run.State.DONE, Run.State.REFUSED)
    assert run.refusal is None or run.refusal["code"] != "unexpected", (run.refusal, sent)
    desk.page(upload)
    served = fresh(upload.dataset).current
    if served is not None:
        page = "/api/explore/v2.1/catalog/datasets/musees/records"
        assert desk.client.get(page).status_code == 200
        assert desk.client.get("/explore/dataset/musees/table/").status_code == 200


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    sent=st.dictionaries(
        st.sampled_from(DESCRIBED),
        st.lists(TEXTS, min_size=1, max_size=2),
    )
)
def test_no_description_breaks_the_desk(desk, upload, sent):
    desk.organisation.refresh_from_db()
    said = {"title": "A", "producer": desk.organisation.pk, "language": "fr", **sent}
    page = reverse("desk:describe", args=[upload.dataset.slug])
    assert desk.client.post(page, said).status_code in (200, 302)
    assert desk.client.get(page).status_code == 200


@pytest.mark.parametrize("what", ["", "x", "\x00", "-1", "9" * 40])
def test_no_new_dataset_breaks_the_desk(desk, what):
    form = {"title": what, "producer": what, "file": what}
    assert desk.client.post(reverse("desk:new"), form).status_code == 200
