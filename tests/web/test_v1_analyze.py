"""`records/1.0/analyze` as charts, indicators and maps of widgets ask it (explore-api §5.4)."""

from urllib.parse import urlencode

import pytest

from cimaise.engine.metadata.description import DatasetDescription, FieldWish
from cimaise.engine.query import series

REGIONS = """nom;population;contour
Normandie;3325032;"{""type"":""Polygon"",""coordinates"":[[[0,48],[1,48],[1,49],[0,48]]]}"
Hauts-de-France;5997734;"{""type"":""Polygon"",""coordinates"":[[[2,50],[3,50],[3,51],[2,50]]]}"
"""


@pytest.fixture
def analyze(client, shown):
    """Analyse the museums; gives the response."""

    def asked(*pairs, dataset="musees"):
        query = urlencode([("dataset", dataset), *pairs])
        return client.get(f"/api/records/1.0/analyze/?{query}")

    return asked


def test_points_are_an_array(analyze):
    pairs = (("x", "region"), ("y.my_count.func", "COUNT"), ("y.most.func", "MAX"),
             ("y.most.expr", "visites"), ("sort", "my_count"))  # fmt: skip
    assert analyze(*pairs).json() == [
        {"x": "Île-de-France", "my_count": 2, "most": 8700000},
        {"x": "Normandie", "my_count": 2, "most": 12000},
        {"x": "Hauts-de-France", "my_count": 1, "most": 280000},
    ]


def test_dates_are_objects_of_numbers(analyze):
    pairs = (("x", "ouverture"), ("precision", "month"), ("y.n.func", "COUNT"), ("maxpoints", "1"))
    assert analyze(*pairs).json() == [{"x": {"year": 1793, "month": 8}, "n": 1}]


def test_charts_with_a_breakdown(analyze):
    pairs = (("x", "ouverture.year"), ("x", "type"), ("sort", "x.ouverture.year,x.type"),
             ("y.serie1-1.func", "COUNT"), ("y.serie1-1.cumulative", "false"),
             ("refine.region", "Normandie"), ("maxpoints", ""))  # fmt: skip
    assert analyze(*pairs).json() == [
        {"x": {"ouverture": {"year": 1995}, "type": "Société"}, "serie1-1": 1},
        {"x": {"ouverture": {"year": 2001}, "type": "Société"}, "serie1-1": 1},
    ]


def test_an_indicator_is_one_row(analyze):
    pairs = (("y.serie1.func", "SUM"), ("y.serie1.expr", "visites"), ("q", "paris"))
    assert analyze(*pairs).json() == [{"serie1": 12300000}]


def test_percentiles_are_named_as_charts_read_them(analyze):
    pairs = (("x", "type"), ("y.s.func", "QUANTILES"), ("y.s.expr", "visites"),
             ("y.s.subsets", "50"), ("sort", "x"), ("maxpoints", "1"))  # fmt: skip
    assert analyze(*pairs).json() == [{"x": "Beaux-arts", "s": {"50.0": 3600000.0}}]


def test_aggregates_of_series(analyze):
    pairs = (("x", "region"), ("y.n.func", "COUNT"), ("agg.n.func", "MIN,MAX"), ("agg.n.expr", "n"))
    body = analyze(*pairs).json()
    assert len(body["results"]) == 3
    assert body["aggregations"] == {"n": {"min": 1, "max": 2}}


def test_points_meet_the_records_of_another_dataset(analyze, publish):
    publish_regions(publish)
    pairs = (("join.agg1.remotedataset", "regions"), ("join.agg1.remotekey", "nom"),
             ("join.agg1.localkey", "region"), ("join.agg1.fields", "contour,population"),
             ("agg.agg1.func", "MIN,MAX"), ("agg.agg1.expr", "serie1"),
             ("y.serie1.func", "COUNT"), ("sort", "-x"), ("clusterprecision", "6"))  # fmt: skip
    body = analyze(*pairs).json()
    assert body["aggregations"] == {"agg1": {"min": 1, "max": 2}}
    joined, alone, other = body["results"]
    assert alone == {"x": "Île-de-France", "serie1": 2}
    assert joined["serie1"] == 2
    (record,) = joined["x"]
    assert record["datasetid"] == "regions"
    assert record["fields"]["population"] == 3325032
    assert record["fields"]["contour"]["type"] == "Polygon"
    assert "nom" not in record["fields"]
    assert other["x"][0]["fields"]["population"] == 5997734


def publish_regions(publish):
    """A dataset of regions with their shapes."""
    regions = DatasetDescription(
        id="regions",
        title="Régions",
        producer="IGN",
        key=("nom",),
        fields=(FieldWish("contour", type="geo_shape"),),
    )
    publish(regions, REGIONS, "regions.csv")


def test_too_many_points_say_so(analyze, monkeypatch):
    monkeypatch.setattr(series, "MOST_POINTS", 2)
    cut = analyze(("x", "ref"), ("y.n.func", "COUNT"))
    assert len(cut.json()) == 2
    assert cut["ods-analyze-truncated"] == "true"
    assert "ods-analyze-truncated" not in analyze(("x", "ref"), ("maxpoints", "1"))


def test_points_come_as_csv_and_jsonp(analyze):
    pairs = (("x", "ouverture"), ("precision", "year"), ("y.n.func", "COUNT"), ("maxpoints", "1"))
    assert analyze(*pairs, ("format", "csv")).content.decode() == "x.year;n\r\n1793;1\r\n"
    text = analyze(*pairs, ("format", "jsonp"), ("callback", "f")).content.decode()
    assert text == '/**/f([{"x":{"year":1793},"n":1}]);'


WRONG = [
    ((("x", "regio"),), "Did you mean region?"),
    ((("x", "region"), ("maxpoints", "-1")), "maxpoints"),
    ((("x", "region"), ("y.n.func", "MODE")), "y.n.func"),
    ((("x", "region"), ("y.n.func", "SUM"), ("y.n.expr", "nom")), "nom is not a number"),
    ((("x", "region"), ("y.n.func", "COUNT"), ("agg.a.expr", "m")), "agg.a.expr"),
    ((("x", "region"), ("y.n.func", "COUNT"), ("agg.a.expr", "n"), ("agg.a.func", "MODE")), "MODE"),
    ((("join.a.remotekey", "nom"),), "join.a.remotedataset"),
    (
        (("join.a.remotedataset", "rien"), ("join.a.remotekey", "x"), ("join.a.localkey", "y")),
        "Unknown dataset: rien",
    ),
    (
        (("join.a.remotedataset", "evenements"), ("join.a.remotekey", "titr"),
         ("join.a.localkey", "region")),
        "titre perhaps",
    ),
    ((("x", "region"), ("format", "xml")), "format"),
]  # fmt: skip


@pytest.mark.parametrize(("pairs", "said"), WRONG)
def test_what_makes_no_sense_is_told(analyze, pairs, said):
    response = analyze(*pairs)
    assert response.status_code in (400, 404)
    assert said in response.json()["error"]


def test_an_unchanged_answer_is_not_made_again(client, analyze):
    first = analyze(("x", "region"))
    address = "/api/records/1.0/analyze/?dataset=musees&x=region"
    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304
