"""Runs of the worker: stopped, dead, settled, started again; never two at once over a file."""

import fcntl

import pytest
from at_the_desk import CSV, address, fresh, last_run
from django.db import OperationalError
from django.urls import reverse
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from cimaise.engine.progress import Interrupted, Waypoint
from cimaise.web.catalog.shelf import store
from cimaise.web.ingest import publication, runs, work
from cimaise.web.ingest.models import Run
from cimaise.web.ingest.recovery import recover
from cimaise.web.ingest.runs import Tracker, at_work, begin, is_alive, lock_file, settle_dead


@pytest.fixture
def upload(desk):
    return desk.new(CSV)


@pytest.fixture
def waiting(desk, upload):
    """A publication that was asked for and that no worker has taken up."""
    desk.client.post(address(upload), {**desk.form(upload), "publish": "1"})
    return last_run(upload)


def stop(desk, run):
    page = reverse("desk:stop", args=[run.upload.dataset.slug, run.upload_id, run.pk])
    assert desk.client.post(page).status_code == 302


def die(run):
    """A worker takes the run and its task up and dies, without a word."""
    DBTaskResult.objects.ready().first().claim("dead")
    begin(run)
    lock_file(run).parent.mkdir(exist_ok=True)
    lock_file(run).touch()


def test_progress_is_shown(desk, waiting):
    page = desk.page(waiting.upload)
    assert "<progress" in page
    assert 'name="publish"' not in page
    with at_work(waiting):
        begin(waiting)
        Tracker(waiting)(Waypoint("index", 5, 10))
        part = desk.client.get(address(waiting.upload), {"part": "progress"}).content.decode()
    assert "<progress" in part
    assert "<html" not in part
    assert 'value="73"' in part


def test_a_run_that_waits_is_stopped_at_once(desk, upload, waiting):
    stop(desk, waiting)
    assert last_run(upload).state == Run.State.INTERRUPTED
    desk.work()
    assert last_run(upload).state == Run.State.INTERRUPTED
    assert fresh(upload.dataset).current is None
    desk.publish(upload)
    assert fresh(upload.dataset).current.number == 1


def test_a_run_under_way_stops_at_its_next_waypoint(desk, upload, waiting, monkeypatch):
    monkeypatch.setattr(runs, "BETWEEN_WRITES", 0)
    seen = []

    def walk(self, waypoint):
        seen.append(waypoint.stage)
        if waypoint.stage == "type":
            stop(desk, waiting)
        return heard(self, waypoint)

    heard = Tracker.__call__
    monkeypatch.setattr(Tracker, "__call__", walk)
    desk.work()
    assert seen[-1] == "type"
    assert last_run(upload).state == Run.State.INTERRUPTED
    assert fresh(upload.dataset).current is None
    assert store().snapshots(upload.dataset.slug) == []


def test_a_stop_that_comes_too_late_stops_nothing(desk, upload, waiting, monkeypatch):
    monkeypatch.setattr(runs, "BETWEEN_WRITES", 0)
    shown = publication.show

    def show(order, snapshot):
        stop(desk, waiting)
        return shown(order, snapshot)

    monkeypatch.setattr(publication, "show", show)
    desk.work()
    assert last_run(upload).state == Run.State.DONE
    assert last_run(upload).version.number == 1


def test_a_stop_at_the_very_last_moment_leaves_no_snapshot(desk, upload, waiting, monkeypatch):
    def show(order, snapshot):
        raise Interrupted

    monkeypatch.setattr(publication, "show", show)
    desk.work()
    assert last_run(upload).state == Run.State.INTERRUPTED
    assert store().snapshots(upload.dataset.slug) == []


def test_a_failure_of_ours_is_told_and_logged(desk, upload, waiting, monkeypatch, caplog):
    def show(order, snapshot):
        raise RuntimeError("ours")

    monkeypatch.setattr(publication, "show", show)
    desk.work()
    assert last_run(upload).refusal["code"] == "unexpected"
    assert "ours" in caplog.text
    assert store().snapshots(upload.dataset.slug) == []


def test_a_worker_that_is_stopped_says_so(desk, upload, waiting, monkeypatch):
    def show(order, snapshot):
        raise SystemExit(1)

    monkeypatch.setattr(publication, "show", show)
    with pytest.raises(SystemExit):
        desk.work()
    assert last_run(upload).state == Run.State.INTERRUPTED
    assert store().snapshots(upload.dataset.slug) == []


def test_a_failure_after_the_commit_unsays_nothing(desk, upload, waiting, monkeypatch):
    def rebuild():
        raise RuntimeError("after")

    monkeypatch.setattr(publication, "rebuild", rebuild)
    desk.work()
    assert last_run(upload).state == Run.State.DONE
    assert fresh(upload.dataset).current.number == 1


def test_a_dead_worker_is_seen_and_the_run_can_be_asked_for_again(desk, upload, waiting):
    die(waiting)
    page = desk.page(upload)
    assert last_run(upload).state == Run.State.INTERRUPTED
    assert "<progress" not in page
    assert 'name="publish"' in page
    assert recover() == 1
    assert DBTaskResult.objects.failed().count() == 1
    assert recover() == 0
    desk.publish(upload)
    assert fresh(upload.dataset).current.number == 1


def test_the_list_of_files_settles_the_dead_too(desk, upload, waiting):
    die(waiting)
    desk.client.get(reverse("desk:dataset", args=[upload.dataset.slug]))
    assert last_run(upload).state == Run.State.INTERRUPTED


def test_a_new_run_may_be_asked_for_over_a_dead_one(desk, upload, waiting):
    die(waiting)
    run = work.ask_for(upload, Run.Kind.PUBLISH)
    assert run.pk != waiting.pk


def test_a_task_taken_by_a_worker_that_died_before_it_began_waits_again(desk, upload, waiting):
    DBTaskResult.objects.ready().first().claim("dead")
    assert recover() == 1
    assert DBTaskResult.objects.filter(status=TaskResultStatus.READY).count() == 1
    desk.work()
    assert fresh(upload.dataset).current.number == 1


def test_the_run_of_another_living_worker_is_left_alone(upload, waiting):
    DBTaskResult.objects.ready().first().claim("alive")
    with lock_file_held(waiting):
        begin(waiting)
        assert is_alive(waiting)
        assert recover() == 0
        assert settle_dead(waiting).state == Run.State.RUNNING


def lock_file_held(run):
    lock_file(run).parent.mkdir(exist_ok=True)
    file = lock_file(run).open("a")
    fcntl.flock(file, fcntl.LOCK_EX)
    return file


def test_a_task_delivered_twice_publishes_once(desk, upload, waiting):
    task = DBTaskResult.objects.ready().first()
    desk.work()
    task.task.call(*task.args_kwargs["args"])
    assert upload.dataset.versions.count() == 1


def test_progress_that_cannot_be_written_stops_nothing(waiting, monkeypatch, caplog):
    def busy(self, **_):
        raise OperationalError("database is locked")

    with at_work(waiting):
        begin(waiting)
        monkeypatch.setattr("django.db.models.query.QuerySet.update", busy)
        Tracker(waiting)(Waypoint("read"))
    assert "could not be written" in caplog.text


def test_publishing_twice_at_once_is_refused_plainly(desk, upload, waiting):
    with store().publishing(upload.dataset.slug):
        desk.work()
    refusal = last_run(upload).refusal
    assert refusal["code"] == "already_publishing"
    assert 'role="alert"' in desk.page(upload)
    desk.publish(upload)
    assert fresh(upload.dataset).current.number == 1


def test_scratch_of_dead_workers_is_removed(portal):
    left = portal / "uploads" / ".scratch-abc"
    left.mkdir()
    (left / "understanding.duckdb").touch()
    recover()
    assert not left.exists()
