"""`cimaise publish`, `ask`, `export` and `doctor`: what they do, and how they refuse."""

import json
import shutil
import subprocess
import sys

import pytest
from at_the_desk import CSV
from django.core.management import CommandError, call_command

from cimaise import cli
from cimaise.engine.metadata.description import DatasetDescription
from cimaise.web.accounts.models import Organisation
from cimaise.web.catalog.describe import describe
from cimaise.web.catalog.models import Dataset, Theme
from cimaise.web.catalog.shelf import snapshot_of, store


@pytest.fixture
def command(portal, capsys):
    """Run a verb; gives what it wrote on standard output."""

    def run(*said, **options):
        capsys.readouterr()
        call_command(*map(str, said), **options)
        return capsys.readouterr().out

    return run


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "musees.csv"
    path.write_text(CSV)
    return path


@pytest.fixture
def published(command, file):
    command("publish", file, title="Musées", producer="Ministère", licence="ODbL 1.0")
    return Dataset.objects.get(slug="musees")


def refusal(command, *said, **options):
    with pytest.raises(CommandError) as refused:
        command(*said, **options)
    return str(refused.value)


def test_a_file_becomes_a_dataset(command, file):
    said = command("publish", file)
    assert "musees" in said
    assert "20" in said
    dataset = Dataset.objects.get(slug="musees")
    assert (dataset.title, dataset.current.number) == ("musees", 1)


def test_a_second_file_changes_nothing_of_the_description(command, published, file):
    published.themes.add(Theme.objects.create(name="Musées", slug="musees"))
    published.keywords = ["art"]
    published.save()
    file.write_text(CSV.replace("ref", "Identifiant").replace("nom", "Nom officiel"))
    command("publish", file, rename=["Identifiant=ref", "Nom officiel=nom"], key=["ref"])
    published.refresh_from_db()
    assert published.current.number == 2
    assert (published.title, published.licence.name) == ("Musées", "ODbL 1.0")
    schema = snapshot_of(published.current, "musees").schema
    assert schema.names == ("ref", "nom", "cp", "visites")
    command("publish", file, rename=["Identifiant=ref", "Nom officiel=nom"], title="Les musées")
    published.refresh_from_db()
    assert (published.title, published.licence.name) == ("Les musées", "ODbL 1.0")
    assert [theme.name for theme in published.themes.all()] == ["Musées"]
    assert published.keywords == ["art"]


def test_a_rename_adds_to_what_a_description_says_of_the_field(command, file, tmp_path):
    toml = tmp_path / "musees.toml"
    toml.write_text(
        'id = "musees"\ntitle = "Musées"\nproducer = "Ministère"\n'
        '[[fields]]\nname = "nom"\nlabel = "Nom du musée"\n'
    )
    file.write_text(CSV.replace(";nom;", ";Appellation;"))
    command("publish", file, description=toml, rename=["Appellation=nom"])
    schema = snapshot_of(Dataset.objects.get().current, "musees").schema
    assert schema["nom"].label == "Nom du musée"


def test_a_broken_contract_is_refused_then_accepted(command, published, file):
    file.write_text("ref;nom\nM001;Un\n")
    assert "visites" in refusal(command, "publish", file)
    command("publish", file, accept_breaking=True, note="Sans les visites")
    published.refresh_from_db()
    assert (published.current.number, published.current.note) == (2, "Sans les visites")


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"id": "../x"}, "../x"),
        ({"id": "a b"}, "a b"),
        ({"id": "a.b"}, "a.b"),
        ({"rename": ["ref"]}, "ref"),
        ({"rename": ["ref=É"]}, "É"),
        ({"key": ["absente"]}, "absente"),
        ({"delimiter": ";;"}, ";;"),
        ({"encoding": "latin-99"}, "latin-99"),
    ],
)
def test_a_refusal_leaves_no_dataset(command, file, options, word):
    assert word in refusal(command, "publish", file, **options)
    assert not Dataset.objects.exists()
    assert list(store().root.glob("musees")) == []


def test_files_that_cannot_be_published(command, tmp_path):
    (tmp_path / "vide.csv").touch()
    (tmp_path / "???.csv").write_text(CSV)
    for name in ("absent.csv", "vide.csv", ".", "???.csv"):
        assert refusal(command, "publish", tmp_path / name)
    assert not Dataset.objects.exists()
    command("publish", tmp_path / "???.csv", id="musees")
    assert Dataset.objects.get().current.records == 20


def test_a_stop_leaves_nothing(command, file, monkeypatch):
    def publish(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("cimaise.web.ingest.publication.publish", publish)
    with pytest.raises(KeyboardInterrupt):
        command("publish", file)
    assert not Dataset.objects.exists()


def test_another_publication_under_way_is_told(command, published, file):
    with store().publishing("musees"):
        assert "musees" in refusal(command, "publish", file)
    published.refresh_from_db()
    assert published.current.number == 1


def test_two_names_that_make_one_identifier(portal):
    for name in ("Région Normandie", "Region-Normandie", "!!!", "???"):
        described = describe(DatasetDescription("a", "A", producer=name))
        assert described.producer.name == name
    assert Organisation.objects.count() == 4


def test_questions_are_answered(command, published):
    asked = command("ask", "musees", where=["visites > 150"], order_by="-visites", json=True)
    answer = json.loads(asked)
    assert answer["total_count"] == 5
    assert answer["results"][0]["ref"] == "M020"
    assert "M020" in command("ask", "musees", order_by="visites desc", limit=1)


def test_cells_are_shown_as_they_are(command, portal, file):
    file.write_text("ref;nom\n1;[red]x[/red]\n2;[/]\n")
    command("publish", file)
    shown = command("ask", "musees")
    assert "[red]x[/red]" in shown
    assert "[/]" in shown


def test_a_wrong_question_is_drawn(command, published):
    said = refusal(command, "ask", "musees", where=["visites >> 3"])
    assert "visites >> 3" in said
    assert "^" in said
    said = refusal(command, "export", "musees", where=["visite > 3"])
    assert "visites" in said
    assert "^" in said
    assert "musees" in refusal(command, "ask", "musee")
    assert refusal(command, "ask", "musees", version_number=7)


def test_restricted_datasets_answer_on_the_machine_itself(command, published):
    Dataset.objects.update(restricted=True)
    assert "M001" in command("ask", "musees", order_by="ref")


def test_an_export_is_written_whole_or_not_at_all(command, published, tmp_path):
    target = tmp_path / "out.csv"
    command("export", "musees", format="csv", output=target)
    assert len(target.read_text(encoding="utf-8-sig").splitlines()) == 21
    assert refusal(command, "export", "musees", output=tmp_path / "no" / "out.csv")
    refusal(command, "export", "musees", where=["rien = 1"], output=tmp_path / "other.csv")
    assert sorted(path.name for path in tmp_path.glob("*.csv")) == ["musees.csv", "out.csv"]
    assert list(tmp_path.glob(".*.part")) == []


def test_a_good_portal_is_well(command, published):
    said = command("doctor")
    assert "musees v1" in said


def test_damages_are_found(command, published, file):
    command("publish", file)
    first, second = (
        store().home("musees") / version.snapshot for version in published.versions.order_by("pk")
    )
    with (first / "records.parquet").open("r+b") as parquet:
        parquet.seek(50)
        parquet.write(b"\xff\xff\xff")
    assert "records.parquet" in refusal(command, "doctor")
    (first / "manifest.json").write_text("{")
    shutil.rmtree(second)
    said = refusal(command, "doctor")
    assert "musees v1" in said
    assert "musees v2" in said


def test_the_command_lists_its_verbs(capsys):
    cli.main([])
    said = capsys.readouterr().out
    for verb in cli.VERBS:
        assert verb in said
    cli.main(["--version"])
    assert "cimaise" in capsys.readouterr().out


def test_ctrl_c_is_no_error_message(monkeypatch):
    def stopped(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "execute_from_command_line", stopped)
    with pytest.raises(SystemExit) as ended:
        cli.main(["doctor"])
    assert ended.value.code == 130


def test_a_reader_that_has_enough_is_no_error(tmp_path, file):
    script = f"{sys.executable} -m cimaise"
    env = {"CIMAISE_HOME": str(tmp_path / "home"), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    file.write_text("a;b\n" + "".join(f"{n};{'x' * 200}\n" for n in range(20_000)))
    done = subprocess.run(
        [
            "sh",
            "-c",
            f"{script} migrate -v 0 && {script} publish {file} >/dev/null 2>&1 && "
            f"{script} export musees | head -c 100 | wc -c",
        ],
        cwd=cli.__file__.rsplit("/", 2)[0],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "100")
    assert "Traceback" not in done.stderr, done.stderr
