"""Full text: French words found whatever their accents, case, number and article."""

import pytest
from sqlglot import exp

from cimaise.engine.snapshots.analysis import stem, words
from cimaise.engine.snapshots.text import TextIndex, TextQuery, rows_condition

PLACES = """ref;nom;ville
0;27 - MEDIATHEQUE DEPARTEMENTALE DE L'EURE;Évreux
1;Médiathèque Rolland-Plaisance;EVREUX
2;Les médiathèques d’Évreux;Louviers
3;Musée de la vie;Lyon
4;LES MUSÉES D'ART;Paris
5;Bibliothèque du château;Aujourd'hui
6;Deux chevaux;Saint-Lô
7;Un cheval;L'Œuf
8;THE BOOK OF SECRETS;London
9;Vitamine C;Qu’il
"""


@pytest.fixture(scope="module")
def index(published_once):
    snapshot = published_once(PLACES, key=("ref",), types={"ref": "text"})
    return TextIndex.open(snapshot.directory / "text")


def found(index, text, mode="words", fields=()):
    hits = index.hits(TextQuery(text, fields, mode))
    assert hits.count == len(hits.rows)
    return sorted(hits.rows)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("médiathèque évreux", [0, 1, 2]),
        ("MEDIATHEQUES EVREUX", [0, 1, 2]),
        ("médiathèque", [0, 1, 2]),
        ("musée", [3, 4]),
        ("musées", [3, 4]),
        ("MUSEE", [3, 4]),
        ("bibliothèques", [5]),
        ("châteaux", [5]),
        ("cheval", [6, 7]),
        ("chevaux", [6, 7]),
        ("eure", [0]),
        ("l'eure", [0]),
        ("l’Eure", [0]),
        ("d'évreux", [0, 1, 2]),
        ("oeuf", [7]),
        ("œuf", [7]),
        ("aujourd'hui", [5]),
        ("départementale eure évreux", [0]),
        ("départemental", [0]),
        ("vitamine c", [9]),
        ("média*", [0, 1, 2]),
        ("bibliothèque*", [5]),
        ("medi* lou*", [2]),
        ("musée inconnu", []),
        ("?!", []),
        ("saint lô", [6]),
    ],
)
def test_words(index, text, rows):
    assert found(index, text) == rows


def test_combining_accents_are_the_same_letters(index, published):
    assert found(index, "me\u0301diathe\u0300que e\u0301vreux") == [0, 1, 2]
    decomposed = published("nom\nE\u0301vreux\nLyon\n", dataset="other")
    other = TextIndex.open(decomposed.directory / "text")
    assert found(other, "évreux") == [0]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("bok of secret", [8]),
        ("bok secr", [8]),
        ("mediateque evr", [0, 1, 2]),
        ("xyzt secret", []),
        ("musée", [3, 4]),
        ("od secrets", []),
    ],
)
def test_search_forgives_mistakes_and_completes_the_last_word(index, text, rows):
    assert found(index, text, "search") == rows


@pytest.mark.parametrize(
    ("text", "rows"),
    [("médi", [0, 1, 2]), ("rolland pl", [1]), ("medo", []), ("s", [6, 8]), ("musees", [4])],
)
def test_suggest_completes(index, text, rows):
    assert found(index, text, "suggest") == rows


def test_fields_narrow_a_search(index):
    assert found(index, "évreux", fields=("ville",)) == [0, 1]
    assert found(index, "évreux", fields=("nom",)) == [2]
    assert found(index, "évreux", fields=("nom", "ville")) == [0, 1, 2]
    assert found(index, "évreux", fields=("unknown",)) == []


def test_nothing_asked_is_everything(index):
    assert found(index, "  ") == list(range(10))


def test_the_word_as_written_comes_first(index):
    hits = index.hits(TextQuery("chevaux"), limit=1)
    assert hits.count == 2
    assert list(hits.rows) == [6]
    second = index.hits(TextQuery("chevaux"), limit=1, offset=1)
    assert list(second.rows) == [7]
    assert list(index.hits(TextQuery("chevaux"), limit=0).rows) == []


def test_every_value_of_a_list_is_indexed(published):
    snapshot = published(
        "ref;themes\n1;peinture|sculpture\n2;photographie\n",
        annotations={"themes": {"multivalued": "|"}},
    )
    index = TextIndex.open(snapshot.directory / "text")
    assert found(index, "sculptures") == [0]
    assert found(index, "peinture sculpture") == [0]


def test_a_dataset_without_text_has_an_index_that_finds_nothing(published):
    snapshot = published("n;m\n1;2\n3;4\n", types={"n": "int", "m": "int"})
    index = TextIndex.open(snapshot.directory / "text")
    assert found(index, "1") == []


@pytest.mark.parametrize("size", [0, 1, 5, 20_001])
def test_rows_become_a_condition(published, room, size):
    records = 30_000
    snapshot = published("n\n" + "\n".join(map(str, range(records))) + "\n", dataset="many")
    rows = list(range(records - 1, records - 1 - size, -1))
    condition, values = rows_condition(rows, records, "r")
    table = exp.alias_(room.table(snapshot.serve_file), "r", table=True)
    counted = exp.select(exp.Count(this=exp.Star()), exp.Min(this=exp.column("n"))).from_(table)
    assert room.rows(counted.where(condition), values) == [(size, records - size if size else None)]


def test_an_index_in_several_pieces_finds_the_same_rows(published, monkeypatch):
    monkeypatch.setattr("cimaise.engine.snapshots.index.HEAP", 64_000_000)
    monkeypatch.setattr("cimaise.engine.snapshots.index.THREADS", 4)
    lines = "\n".join(f"{row};mot{row % 7} commun" for row in range(40_000))
    snapshot = published(f"ref;nom\n{lines}\n", key=("ref",), types={"ref": "text"})
    index = TextIndex.open(snapshot.directory / "text")
    assert index.pieces > 1
    assert found(index, "mot3") == list(range(3, 40_000, 7))
    assert found(index, "12345") == [12_345]


def test_stems_do_not_depend_on_accents_or_case():
    for family in (
        "médiathèque médiathèques MEDIATHEQUES",
        "musée musées MUSEES",
        "bibliothèque BIBLIOTHEQUES",
        "cheval chevaux",
        "départemental départementale",
    ):
        assert len({stem(word) for word in words(family)}) == 1
