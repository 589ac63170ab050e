"""Every bad input that people are known to send, to each of the APIs: told with place and hint."""

import time
from urllib.parse import quote

import pytest

V21 = "/api/explore/v2.1/catalog/datasets/musees/records"
V20 = "/api/explore/v2.0/catalog/datasets/musees/records"
V1 = "/api/records/1.0/search/?dataset=musees&"
SECONDS = 5.0  # of the processor, for one answer of whatever is sent

# A clause, what is sent in it, what the answer says: of the thing, of its place, of its remedy.
CLAUSES = [
    ("where", "visite > 3", ("Unknown field: visite", "visites")),
    ("select", "nm", ("Unknown field: nm", "nom")),
    ("order_by", "visit", ("Unknown field: visit", "visites")),
    ("group_by", "regio", ("Unknown field: regio", "region")),
    ("refine", "regin:x", ("Unknown field: regin", "region")),
    ("facet", "regin", ("Unknown field: regin", "region")),
    ("where", "visites = 'x'", ("A number cannot be compared with a text",)),
    ("where", "nom > 3", ("A text cannot be compared with a number", '"3"')),
    ("where", "nom = 'Orsay", ("unclosed quote", "at position 6")),
    ("where", "`nom = 3", ("unclosed quote", "at position 0")),
    ("where", "(" * 100_000, ("depth of nesting", "at position")),
    ("select", "(" * 100_000, ("depth of nesting", "at position")),
    ("order_by", "-" * 100_000, ("depth of nesting",)),
    ("where", "not " * 25_000 + "nom is null", ("depth of nesting",)),
    ("where", " or ".join(["visites > 1"] * 20_000), ("length",)),
    ("where", "nom = 'a\x00b'", ("NUL",)),
    ("refine", "region:a\x00b", ("NUL",)),
    ("where", "nom = '\\ud800'", ("character escape", "at position 6")),
    ("where", "ouverture > date'99999'", ("Invalid date: 99999",)),
    ("where", "ouverture > date'99999-01-01'", ("Invalid date: 99999-01-01",)),
    ("refine", "ouverture:99999", ("99999 is not a value of ouverture",)),
    ("where", "intersects(coordonnees, geom'POLYGON(())')", ("Invalid geometry",)),
    ("where", "within_distance(coordonnees, geom'POINT(2000 95)', 1km)", ("Invalid geometry",)),
    ("where", "1_uai = 3", ("at position 1", "`1_uai`")),
    ("where", "count > 3", ("count",)),
    ("select", "select", ("Unknown field: select",)),
    ("where", "order = 'drop table'", ("Unknown field: order",)),
    ("where", "nom = 'x'; drop table records", ("unexpected ;", "at position 9")),
    ("where", "nom in (select nom from evenements)", ("where",)),
    ("select", "read_csv('/etc/passwd')", ("Unknown function: read_csv()",)),
    ("select", "nom from 'http://portal.example/x.csv'", ("unexpected",)),
    ("select", "getenv('HOME')", ("Unknown function: getenv()",)),
    ("where", "evenements.titre = 'x'", ("Unknown field",)),
    ("limit", "-2", ("limit", "-2", "-1 <= limit <= 100")),
    ("limit", "many", ("limit", "many", "an integer")),
    ("offset", "1000000000", ("offset", "1000000000")),
    ("offset", "9" * 400, ("offset", "an integer")),
    ("timezone", "../../etc/passwd", ("timezone",)),
    ("lang", "klingon", ("lang", "fr")),
]


def percent(text):
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


@pytest.fixture
def refused(sound):
    """The error that an address is answered with, in its bounds."""

    def asked(address, **said):
        begun = time.process_time()
        heard = sound(address, **said)
        assert time.process_time() - begun < SECONDS
        assert heard.status == 400, heard.body[:300]
        return heard.told

    return asked


def test_each_of_v2_tells_what_is_wrong_where_and_what_to_write(sound):
    wrong = []
    for clause, sent, said in CLAUSES:
        for root in (V21, V20):
            if root is V20 and clause in ("refine", "facet", "order_by"):
                continue  # of the same reading, and `sort` is the word there
            path = root.replace("records", "facets") if clause == "facet" else root
            begun = time.process_time()
            heard = sound(f"{path}?{clause}={percent(sent)}")
            assert time.process_time() - begun < SECONDS
            whole = " ".join(str(each) for each in heard.told.values())
            wrong += [(root, clause, sent[:40], whole)] if heard.status != 400 else []
            wrong += [(root, clause, sent[:40], each, whole) for each in said if each not in whole]
    assert not wrong, "\n".join(map(str, wrong))


ALL_THE_SAME = [
    "where=intersects(coordonnees, geom'POLYGON((0 40, 5 50, 5 40, 0 50, 0 40))')",  # a bow tie
    "select=count(*) as count, nom as `1_uai`, region as select",
    "select=nom as nom, visites as nom",
    'select=nom as `"; drop table x; --`',
    "group_by=region as visites, type as visites",
    "where=in_bbox(coordonnees, 91, 0, 95, 400)",
]


@pytest.mark.parametrize("asked", ALL_THE_SAME)
def test_what_is_odd_but_has_a_sense_is_answered(sound, asked):
    name, _, value = asked.partition("=")
    heard = sound(f"{V21}?{name}={percent(value)}")
    assert heard.status in (200, 400)
    assert "results" in heard.told or heard.told["message"]


def test_five_hundred_facets_are_answered_or_refused_in_time(sound):
    begun = time.process_time()
    heard = sound(f"{V21.replace('records', 'facets')}?" + "&".join(["facet=region"] * 500))
    assert heard.status in (200, 400)
    assert time.process_time() - begun < SECONDS


FIRST = [
    "q=visites > ", "q=visites:[0 TO", 'q="Orsay', "q=nm:x", "q=" + "(" * 100_000,
    "q=#distance(coordonnees, 48)", "q=#nothing(x)", "rows=-2", "rows=many", "start=1000000000",
    "q=ouverture:[99999 TO 1]", "sort=nm", "facet=nm", "refine.nm=x", "timezone=Mars",
    "geofilter.distance=95,400,10", "geofilter.polygon=(0,0)", "q=a\x00b", "q=\ud800",
]  # fmt: skip


def test_v1_tells_what_is_wrong(sound):
    answered = []
    for each in FIRST:
        name, _, value = each.partition("=")
        begun = time.process_time()
        heard = sound(f"{V1}{name}={percent(value)}")
        assert time.process_time() - begun < SECONDS
        assert heard.status in (200, 400), (each[:40], heard.body)
        if heard.status == 200:
            answered.append(each)
        else:
            assert heard.told["error"]
    # A half of a character is no UTF-8: what arrives is the sign that stands for such.
    assert set(answered) <= {"q=\ud800", "q=#nothing(x)", "facet=nm", "refine.nm=x", "sort=nm"}, (
        answered
    )


SQL = [
    ("select nm from musees", "Did you mean nom?"),
    ("select * from musee", 'Did you mean "musees"?'),
    ("select nom from musees where nom = 'x", "not closed"),
    ("select " + "(" * 4_000, "nested"),
    ("select " + "1," * 40_000, "at most"),
    ("select 'a\x00b'", "character"),
    ("select nom as from musees", "line 1, column"),
    ("select * from 'file.csv'", "Unknown dataset"),
    ("select * from read_text('/etc/passwd')", "no function gives a table"),
    ('select * from "https://portal.example/x.parquet"', "Unknown dataset"),
    ('select * from "reserve-xqzw"', "Unknown dataset"),
    ("copy musees to 'x.csv'", "begins with SELECT"),
    ("select * from main.musees", "a dataset has one name"),
    ("select 1; select 2", "only one question"),
]


def test_sql_tells_what_is_wrong(refused):
    for query, said in SQL:
        told = refused(f"/api/sql/?query={percent(query)}")
        assert {"error_code", "message"} <= set(told)
        assert said in told["message"], (query[:60], told)


@pytest.mark.parametrize("form", ["csv", "json", "xlsx", "parquet", "ical", "kml", "arrow", "shp"])
def test_a_date_far_beyond_the_calendar_is_written_or_refused(sound, form):
    query = percent("select date '99999-01-01' as d, timestamp '99999-01-01' as t from musees")
    assert sound(f"/api/sql/?query={query}&format={form}").status in (200, 400, 404)


def test_a_lone_half_of_a_character_is_refused_wherever_it_stands(refused):
    for name in ("where", "select", "order_by", "group_by", "timezone", "lang", "limit"):
        assert refused(f"{V21}?{name}=%ED%A0%80")["message"]
