"""What every real file becomes: rows, types, points, lists, key, each checked against the file."""

from collections import Counter
from datetime import date

import pytest
from sqlglot import exp

from cimaise.engine.duck import Workspace
from cimaise.engine.messages import Refusal
from cimaise.engine.metadata.description import ReadingWishes
from cimaise.engine.progress import unheard
from cimaise.engine.readers import read
from cimaise.engine.sources.base import Source

pytestmark = pytest.mark.shared_data

# file: rows, fields by type, records with a point, fields that hold lists, proposed key.
BECOMES: dict[str, tuple[int, dict[str, int], int, str, str]] = {
    "awkward/csvapi/real_csv/bornes-irve-20190805.csv": (
        9687,
        {"date": 1, "geo_point_2d": 1, "int": 1, "text": 16},
        9666,
        "",
        "id_pdc",
    ),
    "awkward/csvapi/real_xls/file_example_XLS_50.xls": (
        50,
        {"date": 1, "int": 3, "text": 4},
        0,
        "",
        "",
    ),
    "awkward/csvapi/real_xls/tourisme-handicap-etablissements-21022020.xlsx": (
        3809,
        {"text": 12},
        0,
        "categorie_filiere activite handicaps",
        "",
    ),
    "awkward/csvapi/test.xls": (2, {"text": 3}, 0, "", ""),
    "awkward/csvapi/test.xlsx": (2, {"text": 3}, 0, "", ""),
    "awkward/fr_real/avp_corporels_virgule_decimale.csv": (
        55302,
        {"double": 2, "geo_point_2d": 1},
        55302,
        "",
        "",
    ),
    "awkward/fr_real/cnc_cinema_clean_double_header.csv": (2054, {"text": 4}, 0, "", ""),
    "awkward/fr_real/frequentation-des-musees_labels_bom_crlf.csv": (
        24769,
        {"date": 1, "int": 3, "text": 9},
        0,
        "observations",
        "",
    ),
    "awkward/fr_real/insee_communes_etude_2_cas_cp1252.csv": (
        34935,
        {"int": 1, "text": 19},
        0,
        "",
        "code",
    ),
    "awkward/fr_real/stations_velib_ods_labels.csv": (
        1398,
        {"datetime": 1, "geo_point_2d": 1, "int": 6, "text": 6},
        1398,
        "",
        "identifiant_station",
    ),
    "culture/Metadata_ArchivesNationales.csv": (38, {"file": 1, "text": 8}, 0, "", ""),
    "culture/Metadata_ArchivesNationales2.csv": (31, {"text": 11}, 0, "", ""),
    "culture/Metadata_ArchivesNationales3.csv": (69, {"file": 1, "text": 11}, 0, "", ""),
    "culture/adresses-des-bibliotheques-publiques_prepared.csv": (
        15702,
        {"double": 5, "geo_point_2d": 1, "int": 10, "text": 15},
        15538,
        "",
        "code_bib",
    ),
    "culture/base-merimee-toulouse.geojson": (
        3174,
        {"geo_point_2d": 2, "int": 1, "text": 43},
        3174,
        "chpdeno chppart chpscle chpjdat chpdate chpscld chpjatt chprema chphydr chpapro chpmhpp",
        "",
    ),
    "culture/catalog_datasets_univers-culture.csv": (
        1045,
        {"datetime": 3, "text": 6},
        0,
        "tags_dataset",
        "id_dataset",
    ),
    "culture/catalogue_culture_global.csv": (
        262,
        {"boolean": 2, "date": 2, "datetime": 3, "double": 1, "int": 9, "text": 31},
        0,
        "",
        "id",
    ),
    "culture/culturecheznous_prepared.csv": (
        1112,
        {"int": 1, "text": 14},
        0,
        "si_enfants_merci_de_preciser_le_niveau_scolaire",
        "identifiant_id",
    ),
    "culture/etablissements-cinematographiques.json": (
        2061,
        {"double": 8, "geo_point_2d": 1, "int": 14, "text": 17},
        2061,
        "",
        "ndeg_auto",
    ),
    "culture/frequentation-dans-les-salles-de-cinema.csv": (45, {"double": 2, "int": 1}, 0, "", ""),
    "culture/frequentation-des-monuments-nationaux.json": (396, {"int": 4, "text": 7}, 0, "", ""),
    "culture/frequentation-des-musees-de-france.csv": (
        24769,
        {"date": 1, "int": 4, "text": 8},
        0,
        "observations",
        "",
    ),
    "culture/liste-des-expositions-label-interet-national.csv": (
        175,
        {"double": 2, "geo_point_2d": 1, "int": 1, "text": 7},
        175,
        "",
        "",
    ),
    "culture/liste-des-jardins-remarquables.csv": (
        469,
        {"datetime": 1, "double": 2, "geo_point_2d": 1, "int": 1, "json": 1, "text": 21},
        469,
        "types accessible_au_public conditions_d_ouverture equipement_precision",
        "",
    ),
    "culture/liste-officielle-museesdf-20220127-data.csv": (
        1221,
        {"double": 2, "geo_point_2d": 1, "text": 11},
        1221,
        "",
        "",
    ),
    "culture/liste-officielle-museesdf-20220127-data.xlsx": (
        1221,
        {"double": 2, "geo_point_2d": 1, "text": 11},
        1221,
        "",
        "",
    ),
    "culture/maisons-des-illustres.csv": (
        243,
        {"double": 2, "geo_point_2d": 1, "text": 4},
        243,
        "types",
        "",
    ),
    "culture/musees-de-france-base-museofile.csv": (
        1227,
        {"date": 1, "double": 2, "geo_point_2d": 1, "text": 23},
        1227,
        "categ dompal refmer",
        "ref",
    ),
    "culture/museofile_2025_pipe.csv": (
        1222,
        {"date": 1, "geo_point_2d": 1, "text": 22},
        1222,
        "categorie domaine_thematique refmer",
        "identifiant",
    ),
    "culture/organizations-datasets.json": (131, {"text": 2}, 0, "", "id"),
    "culture/panorama-des-festivals.csv": (
        3136,
        {"date": 3, "double": 1, "geo_point_2d": 1, "int": 6, "text": 26},
        3134,
        "",
        "",
    ),
    "culture/pop_samples/merimee_item.json": (
        1,
        {"date": 2, "geo_point_2d": 1, "int": 3, "json": 4, "text": 125},
        1,
        "many",
        "ref",
    ),
    "culture/pop_samples/mnr-valid-UTF-8.csv": (1, {"text": 53}, 0, "", "ref"),
    "culture/pop_samples/palissy_es_response.json": (1, {"json": 1}, 0, "", ""),
    "culture/pop_samples/palissy_item.json": (
        1,
        {"date": 2, "geo_point_2d": 1, "int": 1, "json": 3, "text": 120},
        1,
        "many",
        "ref",
    ),
    "culture/siaf_annuaire_services_archives.csv": (
        1306,
        {"double": 2, "geo_point_2d": 1, "int": 1, "text": 15},
        1292,
        "",
        "id_francearchives",
    ),
    "culture/sites_patrimoniaux_remarquables.csv": (
        1132,
        {"date": 2, "int": 3, "text": 11},
        0,
        "",
        "",
    ),
}

# Files that are no tables in a format that Cimaise reads: the refusal says so.
REFUSED = {
    "culture/archives-nationales_ALEGORIA_recordResource.rdf.gz": "not_a_table",
    "culture/archives-nationales_FRAN_IR_056870_EAD.xml.gz": "not_a_table",
    "culture/base-merimee-toulouse_shapefile.zip": "not_a_table",
    "culture/pop_samples/joconde-valid-UTF-8-warnings.txt": "not_a_table",
    "culture/pop_samples/joconde-valid-UTF-8.txt": "not_a_table",
}

# Cells that a careless reader would spoil: file, field, row (from 0), value.
CELLS = [
    ("culture/adresses-des-bibliotheques-publiques_prepared.csv", "cp", 0, "03600"),
    ("culture/adresses-des-bibliotheques-publiques_prepared.csv", "code_departement", 0, "03"),
    (
        "culture/adresses-des-bibliotheques-publiques_prepared.csv",
        "depenses_documentaires",
        1,
        368099,
    ),
    ("culture/adresses-des-bibliotheques-publiques_prepared.csv", "etp_salaries", 1, 24.5),
    ("culture/liste-officielle-museesdf-20220127-data.csv", "latitude", 0, 45.930633),
    ("culture/liste-officielle-museesdf-20220127-data.csv", "code_postal", 0, "01260"),
    ("culture/liste-officielle-museesdf-20220127-data.csv", "ref_deps", 0, "0121801"),
    ("culture/liste-officielle-museesdf-20220127-data.xlsx", "latitude", 0, 45.930633),
    ("culture/liste-officielle-museesdf-20220127-data.xlsx", "code_postal", 0, "01260"),
    (
        "culture/musees-de-france-base-museofile.csv",
        "dompal",
        0,
        ["Archéologie", "Ethnologie", "Histoire", "Sciences de la nature"],
    ),
    (
        "culture/musees-de-france-base-museofile.csv",
        "geolocalisation_latlong",
        0,
        {"lon": 7.482915, "lat": 48.824977},
    ),
    ("culture/museofile_2025_pipe.csv", "identifiant", 0, "M1128"),
    ("culture/frequentation-des-musees-de-france.csv", "date_appellation", 0, date(2003, 2, 1)),
    ("culture/frequentation-dans-les-salles-de-cinema.csv", "entrees_millions", 0, 181.3),
    ("culture/Metadata_ArchivesNationales2.csv", "date_du_document", 0, "25 mars 1305"),
    ("culture/liste-des-jardins-remarquables.csv", "code_insee_region", 0, "11.0"),
    (
        "culture/liste-des-jardins-remarquables.csv",
        "types",
        0,
        ["Jardin régulier", "Parc paysager", "Jardin public"],
    ),
    ("culture/etablissements-cinematographiques.json", "ndeguu", 0, "00851"),
    (
        "culture/base-merimee-toulouse.geojson",
        "geo_point_2d",
        0,
        {"lon": 1.463876282561859, "lat": 43.63489772753527},
    ),
    (
        "awkward/fr_real/insee_communes_etude_2_cas_cp1252.csv",
        "libelle",
        0,
        "L'Abergement-Clémenciat",
    ),
    ("awkward/fr_real/avp_corporels_virgule_decimale.csv", "longitude", 2, -2.760439),
    ("awkward/fr_real/cnc_cinema_clean_double_header.csv", "nom_cinema", 0, "NomEtab"),
]


@pytest.mark.parametrize("name", BECOMES)
def test_what_the_file_becomes(brought, shared_data, name):
    rows, types, points, lists, key = BECOMES[name]
    found = brought(shared_data / name)
    schema, counts = found.understood.schema, found.understood.counts
    several = [field.name for field in schema if field.annotations.multivalued]
    assert len(found.typed) == counts["rows"] == rows
    assert Counter(found.types.values()) == types
    assert counts["located"] == points
    assert lists == "many" or " ".join(several) == lists
    assert " ".join(schema.key) == key
    assert found.rejects == []
    for _, field, row, value in (cell for cell in CELLS if cell[0] == name):
        assert found.typed[row][field] == value
    for field in schema:
        check_nothing_is_lost(found, field)


def check_nothing_is_lost(found, field):
    """A cell that holds something has a value; a text is the cell itself."""
    columns = found.understood.origins[field.name].columns
    if len(columns) != 1 or field.name not in found.understood.profiles:
        return
    headers = {column.column: column.header for column in found.raw.columns}
    cells = [row[headers[columns[0]]] for row in found.verbatim]
    values = found.column(field.name)
    filled = [bool(cell and str(cell).strip()) for cell in cells]
    assert [value is not None for value in values] == filled
    if field.type == "text" and not field.annotations.multivalued:
        assert [cell for cell, there in zip(cells, filled, strict=True) if there] == [
            value for value in values if value is not None
        ]


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_table_is_refused(brought, shared_data, name):
    with pytest.raises(Refusal) as refusal:
        brought(shared_data / name)
    assert refusal.value.code == REFUSED[name]
    assert refusal.value.remedy is not None


def test_cells_are_of_files_in_the_table():
    assert {cell[0] for cell in CELLS} <= set(BECOMES)


def test_every_file_of_these_folders_is_in_the_table(shared_data):
    folders = ("culture", "culture/pop_samples", "awkward/fr_real", "awkward/csvapi/real_csv")
    folders += ("awkward/csvapi/real_xls", "awkward/csvapi")
    here = {
        path.relative_to(shared_data).as_posix()
        for folder in folders
        for path in (shared_data / folder).iterdir()
        if path.is_file()
    }
    assert here == {*BECOMES, *REFUSED}


def test_libraries_keep_every_zero(brought, shared_data):
    found = brought(shared_data / "culture/adresses-des-bibliotheques-publiques_prepared.csv")
    codes = [code for code in found.column("cp") if code]
    assert len(codes) == 15_701
    assert [code for code in codes if len(code) != 5] == ["2300"]  # as the file has it
    assert sum(code.startswith("0") for code in codes) > 1000


@pytest.mark.slow
def test_rows_far_from_the_head_of_a_large_file(shared_data, tmp_path):
    """231 rows of the file hold quoted JSON with commas, the first near line 1 549 376."""
    source = Source(shared_data / "large/gapminder_datapoints_long.csv.zst", "g.csv.zst", "test")
    with Workspace(tmp_path, "serve.duckdb") as workspace:
        raw = read(source, ReadingWishes(), workspace, unheard)
        braces = exp.column("c3").like("{%").or_(exp.column("c3").like("[%"))
        nested = exp.select(exp.Count(this=exp.Star())).from_(raw.tree).where(braces)
        assert raw.rows == 3_760_381
        assert raw.refused is None
        assert workspace.rows(nested)[0][0] == 231
