"""What columns are taken for, and that no value is ever lost by it."""

from datetime import date, datetime

import pytest

from cimaise.engine.messages import Refusal
from cimaise.engine.metadata.description import FieldWish
from cimaise.engine.schema.names import field_name, field_names
from cimaise.engine.schema.schema import Schema

TYPES = {
    "whole numbers": ("n", ["1", "-2", "0"], "int"),
    "whole numbers written as decimals": ("n", ["12.0", "0.0"], "int"),
    "decimals": ("n", ["1.5", "2"], "double"),
    "decimal commas": ("n", ["1,5", "2", "-0,25"], "double"),
    "commas that may be thousands": ("n", ["1,500", "2,250"], "text"),
    "points and commas": ("n", ["1.5", "2,5"], "text"),
    "degrees with points and commas": ("latitude", ["45.529556", "44,5"], "double"),
    "leading zeros": ("n", ["01", "12"], "text"),
    "one leading zero among many": ("n", ["12"] * 30 + ["07"], "text"),
    "codes by their name": ("code_region", ["84", "11"], "text"),
    "telephones": ("telephone", ["0474875223", "0474875224"], "text"),
    "phones with a plus": ("n", ["+33612345678", "+33612345679"], "text"),
    "beyond 64 bits": ("n", ["9223372036854775808", "1"], "text"),
    "within 64 bits": ("n", ["9223372036854775807", "1"], "int"),
    "more digits than a decimal keeps": ("n", ["1234567890123456.5", "1.5"], "text"),
    "a word among numbers": ("n", ["1", "2", "n.c."], "text"),
    "spaces around": ("n", [" 1", "2 "], "int"),
    "hexadecimal": ("n", ["0x1F", "0x20"], "text"),
    "underscores": ("n", ["1_000", "2_000"], "text"),
    "not a number": ("n", ["NaN", "1.5"], "text"),
    "ISO dates": ("d", ["2021-11-26", "0768-01-01"], "date"),
    "French dates": ("d", ["26/11/2021", "1/2/2003"], "date"),
    "French dates and midnights": ("d", ["01/02/2003", "2003-02-01 00:00:00"], "date"),
    "impossible dates": ("d", ["2021-02-30", "2021-02-28"], "text"),
    "American dates": ("d", ["11/26/2021", "01/02/2021"], "text"),
    "dates in words": ("d", ["25 mars 1305", "2 juin 1388"], "text"),
    "moments": ("d", ["2020-03-29T18:34:57+02:00", "2020-03-29T18:34:57Z"], "datetime"),
    "dates and moments": ("d", ["2020-03-29 18:34", "2020-03-29"], "datetime"),
    "true and false": ("b", ["true", "False"], "boolean"),
    "oui and non": ("b", ["oui", "non"], "text"),
    "zeros and ones": ("b", ["0", "1"], "int"),
    "places": ("geolocalisation", ["48.82,7.48", "46.1, 4.2"], "geo_point_2d"),
    "places by their precision": ("x", ["48.8249,7.4829", "46.1234, 4.2345"], "geo_point_2d"),
    "pairs of numbers": ("dimensions", ["71.5, 26.5", "63.5, 50.5"], "text"),
    "images": ("u", ["http://a.fr/b.jpg", "https://a.fr/c.PNG?x=1"], "file"),
    "pages": ("u", ["http://a.fr/b", "https://a.fr/c"], "text"),
    "objects": ("j", ['{"a": 1}', '{"b": [2]}'], "json"),
    "empty": ("e", ["", ""], "text"),
}


def table(header: str, cells: list[str]) -> str:
    rows = "".join(
        f'{number};"{cell.replace(chr(34), chr(34) * 2)}"\n' for number, cell in enumerate(cells)
    )
    return f"rang;{header}\n{rows}"


@pytest.mark.parametrize("what", TYPES)
def test_a_column_is_taken_for(brought, what):
    name, cells, expected = TYPES[what]
    found = brought(table(name, cells))
    assert found.types[name] == expected
    assert found.rejects == []
    if expected == "text":
        assert [cell or "" for cell in found.column(name)] == cells
    else:
        assert all(value is not None for value in found.column(name))


def test_typed_values(brought):
    found = brought(
        "jour;moment;part;lieu\n01/02/2003;2020-03-29T18:34:57+02:00;45,930633;48.8, 2.3\n;;;\n",
        fields=(FieldWish("lieu", type="geo_point_2d"),),
    )
    assert found.typed[0] == {
        "jour": date(2003, 2, 1),
        "moment": datetime.fromisoformat("2020-03-29T16:34:57"),
        "part": 45.930633,
        "lieu": {"lon": 2.3, "lat": 48.8},
    }
    assert set(found.typed[1].values()) == {None}


def test_a_few_values_far_down_are_seen(brought):
    rows = [f"{number};1;2020-01-01" for number in range(20_000)]
    rows[19_500] = "19500;01;2020-13-01"
    found = brought("rang;n;d\n" + "\n".join(rows) + "\n")
    assert found.types == {"rang": "int", "n": "text", "d": "text"}
    assert found.column("n")[19_500] == "01"
    assert "“n” stays text: 1 of its 20000 cells" in found.notes


def test_a_column_filled_only_far_down(brought):
    rows = [f"{number};" for number in range(20_000)]
    rows[19_001] = "19001;3,5"
    found = brought("rang;n\n" + "\n".join(rows) + "\n")
    assert found.types["n"] == "double"
    assert found.column("n")[19_001] == 3.5


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [("latitude", "longitude"), ("Ylatitude", "Xlongitude"), ("lat", "lng")],
)
def test_a_latitude_and_a_longitude_make_one_point(brought, latitude, longitude):
    found = brought(f"{longitude};{latitude}\n2.3;48.8\n200;48.8\n;48.8\n")
    assert found.types["geo_point_2d"] == "geo_point_2d"
    assert found.column("geo_point_2d") == [{"lon": 2.3, "lat": 48.8}, None, None]
    assert found.column(longitude.lower()) == [2.3, 200.0, None]
    assert found.understood.counts["located"] == 1


def test_a_pair_beside_a_point_makes_no_second_one(brought):
    found = brought("latitude;longitude;geo\n48.8;2.3;48.8,2.3\n46.1;4.2;46.1,4.2\n")
    assert list(found.types.values()) == ["double", "double", "geo_point_2d"]


def test_two_pairs_of_coordinates_are_not_mixed(brought):
    found = brought("entree_lat;entree_lon;sortie_lat;sortie_lon\n48.1;2.1;49.1;3.1\n")
    assert found.column("geo_point_2d") == [{"lon": 2.1, "lat": 48.1}]


def test_a_text_that_is_mostly_places_stays_and_gives_points(brought):
    cells = [f"48.{number},2.{number}" for number in range(100, 140)] + ["rue de la Paix"]
    found = brought(table("coordonnees", cells))
    assert found.types == {"rang": "int", "coordonnees": "text", "geo_point_2d": "geo_point_2d"}
    assert found.column("coordonnees") == cells
    assert found.understood.counts["located"] == 40


def test_lists_are_found_and_kept_in_order(brought):
    cells = ["Art;Histoire", "Histoire", "Art ; Ethnologie", "Ethnologie;Art", "Histoire;Art"]
    found = brought(table("themes", cells))
    assert found.understood.schema["themes"].annotations.multivalued == ";"
    assert found.column("themes")[2] == ["Art", "Ethnologie"]


def test_commas_are_only_proposed_as_separators(brought):
    cells = ["Art,Histoire", "Histoire", "Art,Ethnologie", "Ethnologie,Art", "Histoire,Art"]
    found = brought(table("themes", cells))
    assert found.column("themes") == cells
    assert [proposal.field for proposal in found.understood.proposals] == ["themes"]
    wish = FieldWish("themes", annotations={"multivalued": ","})
    assert brought(table("themes", cells), fields=(wish,)).column("themes")[0] == [
        "Art",
        "Histoire",
    ]


def test_sentences_with_semicolons_are_no_lists(brought):
    cells = [
        f"Fondé en {year} ; fermé pendant la guerre, rouvert en {year + 9}"
        for year in range(1900, 1920)
    ]
    assert brought(table("histoire", cells)).column("histoire") == cells


def test_json_lists_in_cells_are_lists(brought):
    found = brought(table("liens", ['["http://a.fr", "x;y"]', "[]", '["b"]']))
    assert found.column("liens") == [["http://a.fr", "x;y"], [], ["b"]]


def test_what_is_asked_for_and_cannot_be_read_is_rejected_word_for_word(brought):
    found = brought(
        "n;d\n1;2020-01-01\nn.c.;hier\n 3 ;\n",
        fields=(
            FieldWish("n", type="int"),
            FieldWish("d", type="date"),
        ),
    )
    assert found.column("n") == [1, None, 3]
    assert sorted(found.rejects) == [
        (3, "d", "hier", "not read as date"),
        (3, "n", "n.c.", "not read as int"),
    ]
    assert found.understood.counts["rejected"] == 2


def test_a_type_may_be_forced_to_text_or_a_column_left_out(brought):
    found = brought(
        "annee;total;vide\n2020;1;x\n",
        fields=(FieldWish("annee", type="text"), FieldWish("vide", type="ignore")),
    )
    assert found.typed == [{"annee": "2020", "total": 1}]


def test_the_key_is_proposed_by_name_and_uniqueness(brought):
    found = brought("nom;identifiant;code_postal\nx;M1;75001\ny;M2;75002\n")
    assert found.understood.schema.key == ("identifiant",)
    twice = brought("nom;identifiant\nx;M1\ny;M1\n")
    assert twice.understood.schema.key == ()
    assert "Nothing identifies a record" in twice.notes
    declared = brought("nom;identifiant\nx;M1\ny;M2\n", key=("nom",))
    assert declared.understood.schema.key == ("nom",)


def test_a_key_that_is_not_in_the_file_is_refused(brought):
    with pytest.raises(Refusal, match="identifiant") as refusal:
        brought("nom;identifiant\nx;M1\n", key=("ref",))
    assert refusal.value.code == "key_missing"


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        (FieldWish("a", type="nombre"), "unknown_type"),
        (FieldWish("a", annotations={"facette": True}), "unknown_annotation"),
        (FieldWish("a", type="ignore"), "nothing_left"),
    ],
)
def test_wishes_that_cannot_be_granted(brought, wish, code):
    with pytest.raises(Refusal) as refusal:
        brought("a\nx\n", fields=(wish,))
    assert refusal.value.code == code


def test_a_later_edition_keeps_names_types_and_descriptions(brought):
    wishes = (
        FieldWish("ref", label="Identifiant Muséofile", description="Unique.", type="text"),
        FieldWish("total", type="double", annotations={"unit": "visites"}),
    )
    first = brought("ref;total;note\n0012;1;x\n", fields=wishes, key=("ref",))
    later = brought(
        "Identifiant|note|total|neuf\n12|y|2|z\n",
        parent=Schema.from_json(first.understood.schema.to_json()),
        fields=(FieldWish("ref", source="Identifiant"),),
    )
    schema = later.understood.schema
    assert schema.names == ("ref", "note", "total", "neuf")
    assert schema.key == ("ref",)
    assert schema["ref"].label == "Identifiant Muséofile"
    assert schema["ref"].description == "Unique."
    assert schema["total"].annotations.unit == "visites"
    assert later.typed == [{"ref": "12", "note": "y", "total": 2.0, "neuf": "z"}]
    by_label = brought("Identifiant Muséofile;note\n7;y\n", parent=first.understood.schema)
    assert by_label.understood.schema.names == ("ref", "note")


REFERENTIELS = {
    "code_insee": (["01001", "2A004"], "commune"),
    "cp": (["01000", "75001"], "code_postal"),
    "code_departement": (["01", "2A", "971"], "departement"),
    "code_region": (["11", "84"], "region"),
    "ref": (["M0001", "M1234"], "museofile"),
    "siret": (["12345678901234", "12345678901235"], "siret"),
    "uai": (["0750001A", "0750002B"], "uai"),
    "isil": (["FR-751131010", "FR-751131011"], "isil"),
    "population": (["12345", "54321"], None),
}


@pytest.mark.parametrize("name", REFERENTIELS)
def test_official_codes_are_recognised(brought, name):
    cells, expected = REFERENTIELS[name]
    field = brought(table(name, cells)).understood.schema[name]
    assert field.referentiel == expected
    assert expected is None or field.type == "text"


def test_few_values_make_a_facet(brought):
    cells = ["Bretagne", "Corse", "Occitanie"] * 10
    schema = brought(table("region", cells)).understood.schema
    assert schema["region"].annotations.facet
    assert not schema["rang"].annotations.facet


def test_a_second_header_is_kept_and_told(brought):
    found = brought("nom;code_postal\nNomEtab;DEPCOM\nREX;75002\nMK2;75019\n")
    assert found.column("nom") == ["NomEtab", "REX", "MK2"]
    assert "second header" in found.notes


NAMES = {
    "Nom de l'établissement": "nom_de_l_etablissement",
    "N°": "ndeg",
    "Population\n": "population",
    "Œuvre d’art": "oeuvre_d_art",
    "id.dataset": "id_dataset",
    "2019": "champ_2019",
    "€": "euro",
    "***": "champ",
    "": "champ",
}


@pytest.mark.parametrize("header", NAMES)
def test_names_of_fields(header):
    assert field_name(header) == NAMES[header]


def test_names_are_unique():
    assert field_names(["A", "a", "a_2", "à"]) == ("a", "a_2", "a_2_2", "a_3")
