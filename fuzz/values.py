"""Values of parameters that mean something to the museums and events of the tests, or nearly."""

from collections.abc import Mapping

DATASETS = ("musees", "musees", "musees", "evenements", "reserve-xqzw", "musée", "catalogue")
BAD = ("", "'", "(" * 300, "\x00", "99999", "-2", "1_uai", "count", "select", "😀" * 50)
OF_PARAMETERS: Mapping[str, tuple[str, ...]] = {
    "select": ("nom, visites", "count(*) as n", "*, year(ouverture) as a", "sum(visites)/2", "max"),
    "where": (
        "visites > 10", "search('musee')", "nom like 'Mus*'", "themes in ('Peinture')",
        "within_distance(coordonnees, geom'POINT(2.3 48.8)', 10km)", "ouverture > date'1900'",
        "not region = 'Normandie'", "title is not null",
        "intersects(coordonnees, geom'POLYGON((0 40, 5 50, 5 40, 0 50, 0 40))')",
    ),
    "group_by": (
        "region", "year(ouverture) as y", "range(visites, *, 1000, *)", "themes", "region, type",
        "geo_cluster(coordonnees, 5)", "date_format(ouverture, 'MM')", "publisher",
    ),
    "having": ("count(*) > 1", "sum(visites) > 3", "n > 0"),
    "order_by": ("-visites", "nom desc", "random(3)", "count(*) desc", "length(nom)"),
    "refine": ("region:Normandie", "type:Beaux-arts", "themes:Peinture", "ouverture:1986/12"),
    "exclude": ("region:Normandie", "themes:Sculpture"),
    "facet": ("region", 'facet(name="themes", sort="-count", limit=2)', "themes", "keyword"),
    "qv1": ("louvre", "visites > 10 AND NOT region:Normandie"),
    "q": ("louvre", "visites > 10", "#now()"),
    "limit": ("1", "0", "-1", "100", "-2", "20000"),
    "offset": ("0", "3", "1000000000", "-1"),
    "timezone": ("Europe/Paris", "UTC", "Mars/Olympus"),
    "lang": ("fr", "en", "xx"),
    "version": ("1", "2", "0"),
    "as_of": ("2030-01-01", "1900", "hier"),
    "query": (
        "select nom, visites from musees order by 1", "select * from evenements",
        "select count(*) from musees group by region", "select * from \"reserve-xqzw\"",
        "select dataset_id from catalogue", "select 1/0", "select repeat('a', 100000000)",
    ),
    "format": ("csv", "geojson", "xlsx", "exe"),
    "epsg": ("4326", "2154", "3857", "0"),
    "delimiter": (";", ",", "ab"),
    "explain": ("true",),
    "strict": ("true", "false"),
    "after": ("WzEsMV0", "x"),
    "join": ("evenements on ref = id", "musees", "reserve-xqzw"),
}  # fmt: skip


def values_of(name: str) -> tuple[str, ...]:
    """What a parameter of that name is tried with, beside what its schema would have."""
    return (*OF_PARAMETERS.get(name, ()), *BAD)
