"""`cimaise serve`, its background worker, and `cimaise demo`: started, stopped, killed."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from cimaise.config import background
from cimaise.config.management.commands.serve import check_free
from cimaise.demo import build, content
from cimaise.web.accounts.models import Person
from cimaise.web.catalog.models import Dataset, Version

ROOT = Path(__file__).parent.parent.parent
LONG = 60  # seconds that a start or an end may take on a busy machine


@pytest.fixture
def free_port():
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


@pytest.fixture
def home(tmp_path):
    # A portal of its own, on SQLite, whatever settings and database the other tests run on.
    foreign = re.compile("DJANGO|DATABASE_URL")
    said = {name: value for name, value in os.environ.items() if not foreign.search(name)}
    return {**said, "PYTHONPATH": str(ROOT), "CIMAISE_HOME": str(tmp_path / "home")}


@pytest.fixture(autouse=True)
def ctrl_c_is_heard():
    """A shell has what it runs in the background ignore Ctrl-C, and so its children."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def start(home, *said):
    """A verb in a group of its own, as a terminal would have it."""
    return subprocess.Popen(
        [sys.executable, "-m", "cimaise", *map(str, said)],
        cwd=ROOT,
        env=home,
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def wait_until(true, what):
    """Wait for another process; the only clock here is the one that gives up."""
    ended = signal.sigtimedwait
    for _ in range(LONG * 5):
        if true():
            return
        ended([], 0.2)
    raise AssertionError(what)


def answers(port):
    try:
        with urllib.request.urlopen(
            f"http://127.0.0.1:{port}/api/explore/v2.1/catalog/datasets"
        ) as a:
            return a.status == 200
    except OSError:
        return False


def serving(portal, home, port):
    """Wait until a portal answers and has its worker."""

    def ready():
        assert portal.poll() is None, portal.stdout.read()
        return answers(port) and worker_of(home)

    wait_until(ready, "the portal does not answer")


def end(process):
    """End a process that may have ended already."""
    process.kill()
    process.wait()
    process.stdout.close()


def living(home):
    """The command line of each living process of the portal kept at `home`, by its id.

    A process may end between two looks at it: it is then not among the living.
    """
    found = {}
    mark = f"CIMAISE_HOME={home}\0".encode()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
                environment = (entry / "environ").read_bytes()
                words = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if mark in environment and state != "Z":
                found[int(entry.name)] = words
    return found


def worker_of(home):
    """The id of the background worker of a portal, None while there is none."""
    said = living(home["CIMAISE_HOME"]).items()
    return next((pid for pid, words in said if b"worker" in words), None)


@pytest.mark.slow
def test_the_portal_starts_replaces_its_worker_and_stops_cleanly(home, free_port):
    portal = start(home, "serve", "--port", free_port)
    try:
        serving(portal, home, free_port)
        first = worker_of(home)
        os.kill(first, signal.SIGKILL)
        wait_until(lambda: worker_of(home) not in (None, first), "the worker was not replaced")

        second = start(home, "serve", "--port", free_port)
        said, _ = second.communicate(timeout=LONG)
        assert second.returncode == 1
        assert str(free_port) in said
        assert "Traceback" not in said
        assert answers(free_port)

        os.killpg(portal.pid, signal.SIGINT)
        said, _ = portal.communicate(timeout=LONG)
        assert "Traceback" not in said
        assert "-9" in said  # the death of the worker was told
    finally:
        end(portal)
    wait_until(lambda: not living(home["CIMAISE_HOME"]), "something goes on")


@pytest.mark.slow
def test_nothing_outlives_a_portal_that_is_killed(home, free_port):
    portal = start(home, "serve", "--port", free_port)
    try:
        serving(portal, home, free_port)
    finally:
        end(portal)
    wait_until(lambda: not living(home["CIMAISE_HOME"]), "something goes on")


def test_a_port_in_use_is_told_plainly():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=str(port)):
            check_free("127.0.0.1", port)


@pytest.mark.parametrize(("address", "port"), [("127.0.0.1", 99_999), ("no.such.place.invalid", 1)])
def test_an_address_that_is_none_is_told_plainly(address, port):
    with pytest.raises(CommandError, match="--port"):
        check_free(address, port)


def test_a_worker_that_dies_is_told_and_replaced(monkeypatch):
    started = []

    def begin():
        code = "import sys; sys.exit(3)" if not started else "import sys; sys.stdin.read()"
        started.append(
            subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, text=True)
        )
        return started[-1]

    told = []
    monkeypatch.setattr(background, "PAUSE", 0)
    monkeypatch.setattr(background, "_start", begin)
    worker = background.Background(told.append)
    worker.start()
    wait_until(lambda: len(started) == 2, "it was not replaced")
    worker.stop()
    assert told == [3]
    assert len(started) == 2
    assert started[1].returncode == -signal.SIGTERM
    for process in started:
        process.stdin.close()


@pytest.fixture
def small_demo(portal, monkeypatch):
    """The demonstration with two datasets of the sample only."""
    monkeypatch.setattr(build, "DATASETS", ("bibliotheques-publiques", "musees-de-france"))
    monkeypatch.setattr(content, "real_data", lambda: None)
    monkeypatch.setattr(build, "real_data", lambda: None)


def test_the_demonstration_is_built_once(small_demo, capsys):
    call_command("demo", no_serve=True)
    said = capsys.readouterr().out
    assert "editrice / " in said
    editor = Person.objects.get(username="editrice")
    password = said.partition("editrice / ")[2].split()[0]
    assert editor.check_password(password)
    assert not editor.is_superuser
    versions = list(Version.objects.values_list("pk", flat=True))
    assert len(versions) == 2

    call_command("demo", no_serve=True)
    assert "editrice / " not in capsys.readouterr().out
    assert list(Version.objects.values_list("pk", flat=True)) == versions
    editor.refresh_from_db()
    assert editor.check_password(password)


def test_a_demonstration_that_was_stopped_goes_on_where_it_was(small_demo, monkeypatch, capsys):
    publish, done = build.publish_version, []

    def stopped(order, progress):
        if done:
            raise KeyboardInterrupt
        done.append(publish(order, progress))

    with monkeypatch.context() as patched:
        patched.setattr(build, "publish_version", stopped)
        with pytest.raises(CommandError) as ended:
            call_command("demo", no_serve=True)
    assert ended.value.returncode == 130
    assert Version.objects.count() == 1
    call_command("demo", no_serve=True)
    assert Version.objects.count() == 2
    assert Version.objects.filter(pk=done[0].pk).exists()
    assert Dataset.objects.filter(current=None).count() == 0


def test_content_that_is_nowhere_is_told(small_demo, monkeypatch):
    monkeypatch.setattr(content, "HERE", content.HERE.parent)
    monkeypatch.setattr(
        build, "demo_dataset", lambda name, real: content.demo_dataset("absent", real)
    )
    with pytest.raises(CommandError, match="absent"):
        call_command("demo", no_serve=True)


@pytest.mark.slow
def test_ctrl_c_in_the_middle_of_publishing_leaves_nothing(home, tmp_path):
    file = tmp_path / "grand.csv"
    with file.open("w") as out:
        out.write("ref;nom;mot\n")
        out.writelines(f"A{row};Nom {row};mot {row % 977} de plus\n" for row in range(400_000))
    begun = start(home, "migrate", "-v", "0")
    assert begun.wait(LONG) == 0
    begun.stdout.close()
    publisher = start(home, "publish", file)
    shelf = tmp_path / "home" / "snapshots" / "grand"
    try:
        wait_until(lambda: list(shelf.glob(".staging-*/serve.duckdb")), "nothing is published")
        os.kill(publisher.pid, signal.SIGINT)
        said, _ = publisher.communicate(timeout=LONG)
    finally:
        end(publisher)
    assert publisher.returncode == 130
    assert "Traceback" not in said
    assert not shelf.exists()
