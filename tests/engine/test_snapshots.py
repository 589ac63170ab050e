"""A published version: its ids, its figures, what could not be read, and what changed."""

import hashlib
import json
import threading
from pathlib import Path

import pytest
from sqlglot import exp

from cimaise.engine.flow import PublicationRequest, publish
from cimaise.engine.messages import Refusal
from cimaise.engine.metadata.description import DatasetDescription
from cimaise.engine.progress import Interrupted
from cimaise.engine.snapshots.disk import digests
from cimaise.engine.snapshots.identify import record_id
from cimaise.engine.sources.base import Source

TREES = "ref;nom;hauteur\nA1;Chêne;12,5\nA2;Hêtre;8\nA3;Orme;\n"


def records(snapshot, room, *names):
    columns = [exp.column(name, quoted=True) for name in names or ("_id",)]
    return room.rows(exp.select(*columns).from_(room.table(snapshot.serve_file)))


def parquet(path, room):
    return room.rows(
        exp.select("*").from_(
            exp.Table(
                this=exp.Anonymous(this="read_parquet", expressions=[exp.Literal.string(str(path))])
            )
        )
    )


def content(directory):
    return sorted(path.name for path in directory.iterdir())


def test_a_record_is_known_by_its_key_alone(published, room):
    snapshot = published(TREES, key=("ref",))
    assert snapshot.schema.key == ("ref",)
    expected = [record_id("sample", [ref]) for ref in ("A1", "A2", "A3")]
    assert [row[0] for row in records(snapshot, room)] == expected
    assert expected[0] == hashlib.sha1(b"sample\x1fA1").hexdigest()


def test_ids_survive_another_order_and_other_values(published, room):
    first = published(TREES, key=("ref",))
    second = published("nom;ref;hauteur\nOrme;A3;3\nChêne vert;A1;12,5\n", parent=first, number=2)
    before = dict(records(first, room, "ref", "_id"))
    after = dict(records(second, room, "ref", "_id"))
    assert after == {ref: before[ref] for ref in ("A3", "A1")}


def test_changes_tell_what_became_of_each_record(published, room):
    first = published(TREES, key=("ref",))
    second = published(
        "ref;nom;hauteur\nA1;Chêne vert;12,5\nA3;Orme;4\nA4;If;2\n", parent=first, number=2
    )
    ids = {ref: record_id("sample", [ref]) for ref in ("A1", "A2", "A3", "A4")}
    changes = parquet(second.directory / "changes.parquet", room)
    assert sorted(changes, key=str) == sorted(
        [
            (ids["A1"], "changed", "nom", "Chêne", "Chêne vert"),
            (ids["A2"], "removed", None, None, None),
            (ids["A3"], "changed", "hauteur", None, "4.0"),
            (ids["A4"], "added", None, None, None),
        ],
        key=str,
    )
    assert second.manifest.counts["changes"] == {
        "added": 1,
        "removed": 1,
        "changed": 2,
        "values": 2,
    }
    assert second.manifest.parent == first.manifest.snapshot


def test_a_first_version_has_no_changes_but_the_file_is_there(published, room):
    snapshot = published(TREES, key=("ref",))
    assert parquet(snapshot.directory / "changes.parquet", room) == []
    assert parquet(snapshot.directory / "rejects.parquet", room) == []


def test_identical_rows_without_a_key_are_told_apart(published, room):
    rows = "nom;ville\nIf;Lyon\nIf;Lyon\nIf;Lyon\nOrme;\n"
    snapshot = published(rows, dataset="doubles")
    ids = [row[0] for row in records(snapshot, room)]
    assert snapshot.schema.key == ()
    assert len(set(ids)) == 4
    again = published(rows, dataset="doubles", number=2, parent=snapshot)
    assert [row[0] for row in records(again, room)] == ids
    assert again.manifest.counts["changes"]["added"] == 0


def test_a_key_that_repeats_is_refused_with_its_lines(published, store):
    with pytest.raises(Refusal) as refused:
        published("ref;nom\nA1;Chêne\nA2;Orme\nA1;If\n", key=("ref",))
    assert refused.value.code == "key_not_unique"
    assert "A1" in str(refused.value)
    assert "2, 4" in str(refused.value)
    assert store.snapshots("sample") == []


def test_a_key_with_holes_is_refused_with_its_lines(published):
    with pytest.raises(Refusal) as refused:
        published("ref;nom\nA1;Chêne\n;Orme\n", key=("ref",))
    assert refused.value.code == "key_has_nulls"
    assert "3" in str(refused.value.where)


def test_a_column_cannot_hide_the_place_of_a_row(published, room):
    snapshot = published("rowid;nom\n7;Chêne\n9;Orme\n", key=("champ_rowid",))
    assert snapshot.schema.names == ("champ_rowid", "nom")
    assert records(snapshot, room, "champ_rowid") == [(7,), (9,)]
    with pytest.raises(Refusal) as refused:
        published("a;nom\n7;Chêne\n", sources={"rowid": "a"}, number=2)
    assert refused.value.code == "reserved_name"


def test_what_cannot_be_read_is_kept_word_for_word(published, room):
    snapshot = published(
        "ref;hauteur\nA1;12\nA2;environ 8 m\n", key=("ref",), types={"hauteur": "int"}
    )
    assert [row[:3] for row in parquet(snapshot.directory / "rejects.parquet", room)] == [
        (3, "hauteur", "environ 8 m")
    ]
    assert snapshot.manifest.counts["rejects"] == 1
    assert records(snapshot, room, "hauteur") == [(12,), (None,)]


def test_figures_are_those_of_the_file(published):
    counts = published(
        "ref;hauteur;plante;latitude;longitude\n"
        "A1;12,5;2001-05-03;48.85;2.35\nA2;8;1999-12-31;45.76;4.83\nA3;;;;\n",
        key=("ref",),
    ).manifest.counts
    assert counts["records"] == 3
    assert counts["located"] == 2
    assert counts["bbox"] == [2.35, 45.76, 4.83, 48.85]
    assert counts["fields"]["hauteur"] == {"nulls": 1, "distinct": 2, "min": 8.0, "max": 12.5}
    assert counts["fields"]["plante"]["min"] == "1999-12-31"
    assert counts["fields"]["ref"] == {"nulls": 0, "distinct": 3}


def test_a_version_is_found_again_as_it_was_sealed(published, store):
    snapshot = published(TREES, key=("ref",))
    loaded = store.load("sample", snapshot.manifest.snapshot)
    assert loaded == snapshot
    listed = {name: value for name, value in digests(loaded.directory).items() if "/" not in name}
    del listed["manifest.json"]
    assert listed.items() <= loaded.manifest.digests.items()
    assert {"records.parquet", "rejects.parquet", "changes.parquet", "serve.duckdb"} == set(listed)


def test_the_truth_can_be_read_without_the_portal(published, room):
    snapshot = published(TREES, key=("ref",))
    served = records(snapshot, room, "_id", "ref", "nom", "hauteur")
    assert parquet(snapshot.directory / "records.parquet", room) == served
    manifest = json.loads((snapshot.directory / "manifest.json").read_text())
    assert manifest["origin"]["filename"] == "sample.csv"
    assert manifest["origin"]["sha256"] == hashlib.sha256(TREES.encode()).hexdigest()


def test_what_the_reader_found_is_not_in_what_is_served(published):
    snapshot = published(TREES, key=("ref",))
    assert sorted(path.name for path in snapshot.directory.iterdir()) == [
        "changes.parquet",
        "manifest.json",
        "records.parquet",
        "rejects.parquet",
        "serve.duckdb",
        "text",
    ]


def test_a_flipped_byte_is_noticed(published, store):
    snapshot = published(TREES, key=("ref",))
    assert store.examine("sample", snapshot.manifest.snapshot) == []
    path = snapshot.directory / "records.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    (snapshot.directory / "rejects.parquet").unlink()
    found = [str(trouble) for trouble in store.examine("sample", snapshot.manifest.snapshot)]
    assert found == [
        "records.parquet has changed since it was published.",
        "rejects.parquet is missing.",
    ]
    assert [len(troubles) for _, _, troubles in store.doctor()] == [2]


def test_a_damaged_manifest_is_a_plain_refusal(published, store):
    snapshot = published(TREES, key=("ref",))
    for content in ("", "[]", '{"format": 1}', '{"format": 99}'):
        (snapshot.directory / "manifest.json").write_text(content)
        assert store.examine("sample", snapshot.manifest.snapshot)
        with pytest.raises(Refusal):
            store.load("sample", snapshot.manifest.snapshot)


@pytest.mark.parametrize("name", ["..", "v000001-zzzzzzzz", "../../etc", ".staging-x", ""])
def test_a_name_cannot_lead_elsewhere(store, name):
    with pytest.raises(Refusal) as refused:
        store.load("sample", name)
    assert refused.value.code == "snapshot_missing"
    with pytest.raises(Refusal):
        store.home(name + "/")


def test_two_publishers_of_one_dataset_do_not_meet(store, published):
    told = []

    def meet():
        with pytest.raises(Refusal) as refused, store.publishing("sample"):
            pass
        told.append(refused.value.code)

    with store.publishing("sample"):
        other = threading.Thread(target=meet)
        other.start()
        other.join()
        published(TREES, key=("ref",))  # the holder itself may publish
    assert told == ["already_publishing"]


def test_sweeping_keeps_only_what_is_known(published, store):
    first = published(TREES, key=("ref",))
    second = published(TREES, key=("ref",), number=2, parent=first)
    leftover = store.home("sample") / ".staging-v000003-00000000"
    (leftover / "text").mkdir(parents=True)
    removed = store.sweep("sample", {first.manifest.snapshot})
    assert second.manifest.snapshot in removed
    assert store.snapshots("sample") == [first.manifest.snapshot]
    assert content(store.home("sample")) == [".lock", first.manifest.snapshot]


@pytest.mark.parametrize("stage", ["read", "profile", "type", "compare", "index", "digest", "seal"])
@pytest.mark.parametrize("failure", [Interrupted, KeyboardInterrupt])
def test_stopping_leaves_nothing_behind(store, tmp_path: Path, stage, failure):
    path = tmp_path / "trees.csv"
    path.write_text(TREES)
    request = PublicationRequest(
        "sample", Source(path, path.name, "a test"), DatasetDescription("sample", "Sample")
    )

    def stop(waypoint):
        if waypoint.stage == stage:
            raise failure

    with pytest.raises(failure):
        publish(request, store, stop)
    assert content(store.home("sample")) == [".lock"]
    assert publish(request, store).manifest.counts["records"] == 3
