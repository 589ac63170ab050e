"""Whatever is sent to the v1 API, it answers in its own shape, and never with a failure."""

import json
from urllib.parse import quote

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

RECORDS = "/api/records/1.0"
PATHS = (
    *(f"{RECORDS}/{name}/?dataset=musees&" for name in (
        "search", "download", "analyze", "geocluster", "geopolygon", "geopreview", "boundingbox",
    )),
    "/api/datasets/1.0/search/?", "/api/datasets/1.0/musees/?",
    "/explore/dataset/musees/download/?",
)  # fmt: skip
NAMES = (
    "q", "q.a", "refine.region", "refine.", "exclude.type", "disjunctive.type", "facet",
    "facetsort.type", "sort", "rows", "start", "fields", "geofilter.distance", "geofilter.polygon",
    "geofilter.bbox", "geo_digest", "timezone", "lang", "format", "callback", "pretty_print",
    "x", "y.a.func", "y.a.expr", "y.a.subsets", "precision", "periodic", "maxpoints",
    "agg.a.func", "agg.a.expr", "join.a.remotedataset", "join.a.remotekey", "join.a.localkey",
    "clusterprecision", "clusterdistance", "shapeprecision", "clustermode", "geo_field",
    "geo_simplify_zoom", "csv_separator", "use_labels_for_header", "dataset", "version",
)  # fmt: skip
WORDS = (
    "nom", "visites", "ouverture", "coordonnees", "themes", "region", "type", "musees", "'", '"',
    "`", "(", ")", "[", "]", ",", ":", "=", "<", ">", "-", "*", "%", " AND ", " OR ", "NOT ",
    " TO ", "#now(", "#null(", "#distance(", "#polygon(", "years=-1", "MO(2)", "48.8,2.3,900",
    "(48,2),(49,2),(49,3)", "COUNT", "SUM", "QUANTILES", "a", "x.", "year", "weekday", "sqrt(",
    "pow(", "0", "12", "-1", "1e999", "9" * 400, "true", "json", "jsonp", "csv", "geojson",
    "rss", "\\", "\x00", "\ud800", "é", "Europe/Paris",
)  # fmt: skip
SPICED = st.lists(st.sampled_from(WORDS) | st.text(max_size=3), max_size=6).map("".join)
PAIRS = st.lists(st.tuples(st.sampled_from(NAMES), SPICED), max_size=4)


@settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(path=st.sampled_from(PATHS), pairs=PAIRS)
def test_any_question_gets_an_answer(client, shown, path, pairs):
    query = "&".join(
        f"{name}={quote(value.encode('utf-8', 'surrogatepass'), safe='')}" for name, value in pairs
    )
    response = client.get(f"{path}{query}")
    content = b"".join(response.streaming_content) if response.streaming else response.content
    assert response.status_code in (200, 400, 404), content
    if response.status_code != 200:
        assert set(json.loads(content)) == {"error"}
    elif response["Content-Type"].startswith("application/json"):
        json.loads(content)
