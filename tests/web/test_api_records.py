"""Records over HTTP: bodies, paging, links, versions and errors of the Explore API."""


def names(response):
    return [record["nom"] for record in response.json()["results"]]


def test_a_page_of_records_has_every_field_in_order_and_null_where_nothing_is(get):
    response = get("catalog/datasets/musees/records", ("limit", 4), ("offset", 3))
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json; charset=utf-8"
    body = response.json()
    assert list(body) == ["total_count", "results"]
    assert body["total_count"] == 5
    assert body["results"][0] == {
        "ref": "M0004",
        "nom": "Musée de la Mer",
        "commune": "Évreux",
        "region": "Normandie",
        "type": "Société",
        "visites": None,
        "ouverture": "2001-05-02",
        "coordonnees": None,
        "themes": None,
    }
    assert body["results"][1]["coordonnees"] == {"lon": 0.2267, "lat": 49.1466}
    assert body["results"][1]["themes"] == ["Ethnographie"]
