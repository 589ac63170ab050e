"""How often one may call: counted by key and address, across processes, and told in headers."""

import subprocess
import sys
from datetime import UTC, datetime
from ipaddress import ip_network

import pytest
from django.test import RequestFactory

from cimaise.web.accounts import allowances
from cimaise.web.accounts.callers import address_of
from cimaise.web.accounts.keys import new_key
from cimaise.web.accounts.models import Person
from cimaise.web.accounts.tally import A_DAY, SLOTS, Allowance, Tally

ROOT = "/api/explore/v2.1/"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC).timestamp()
FREE = Allowance(0, 0)


@pytest.fixture
def tally(tmp_path):
    return Tally(tmp_path / "calls", b"secret")


# -- the table ------------------------------------------------------------------------------------


def test_the_calls_of_a_day_are_counted_and_begin_anew_at_midnight(tally):
    allowed = Allowance(3, 0)
    spent = [tally.spend("ada", allowed, NOON + second) for second in range(4)]
    assert [each.calls for each in spent] == [1, 2, 3, 3]
    assert [each.wait for each in spent] == [0, 0, 0, A_DAY / 2 - 3]
    assert tally.calls("ada", NOON) == 3
    assert tally.spend("bob", allowed, NOON).calls == 1
    midnight = NOON + A_DAY / 2
    assert tally.calls("ada", midnight) == 0
    assert tally.spend("ada", allowed, midnight).calls == 1


def test_calls_may_come_at_once_for_ten_seconds_worth_and_then_at_their_rate(tally):
    allowed = Allowance(0, 5)
    spent = [tally.spend("ada", allowed, NOON) for _ in range(51)]
    assert [each.wait for each in spent[:50]] == [0] * 50
    assert spent[50].unit == "second"
    assert spent[50].wait == pytest.approx(0.2, abs=0.01)
    assert spent[50].calls == 50  # what was refused is not counted
    assert tally.spend("ada", allowed, NOON + 0.25).wait == 0
    assert tally.spend("ada", allowed, NOON + 0.25).wait > 0
    assert all(tally.spend("ada", allowed, NOON + 100).wait == 0 for _ in range(50))


def test_a_portal_that_starts_again_remembers(tally, tmp_path):
    tally.spend("ada", FREE, NOON)
    assert Tally(tmp_path / "calls", b"secret").calls("ada", NOON) == 1
    assert b"ada" not in (tmp_path / "calls").read_bytes()


def test_where_no_file_can_be_a_process_counts_for_itself(tmp_path, caplog):
    (tmp_path / "file").touch()
    tally = Tally(tmp_path / "file" / "calls", b"secret")
    assert [tally.spend("ada", FREE, NOON).calls for _ in range(2)] == [1, 2]
    assert "by each process for itself" in caplog.text


def test_a_table_that_is_full_forgets_who_called_least(tmp_path, monkeypatch):
    monkeypatch.setattr("cimaise.web.accounts.tally.BUCKETS", 1)
    tally = Tally(tmp_path / "calls", b"secret")
    for _ in range(5):
        tally.spend("often", FREE, NOON)
    for number in range(10 * SLOTS):
        tally.spend(str(number), FREE, NOON)
    assert tally.calls("often", NOON) == 5
    assert tally.calls("0", NOON) == 0


COUNTING = """
import sys
from pathlib import Path
from threading import Thread
from cimaise.web.accounts.tally import Allowance, Tally
tally = Tally(Path(sys.argv[1]), b"secret")
def count():
    for _ in range(500):
        tally.spend("ada", Allowance(2_500, 0), float(sys.argv[2]))
threads = [Thread(target=count) for _ in range(2)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
"""


def test_processes_and_threads_count_together_without_losing_a_call(tally, tmp_path):
    command = [sys.executable, "-c", COUNTING, str(tmp_path / "calls"), str(NOON)]
    processes = [subprocess.Popen(command) for _ in range(3)]
    assert [process.wait() for process in processes] == [0, 0, 0]
    assert tally.calls("ada", NOON) == 2_500  # of 3 000 that were tried


# -- the answers ----------------------------------------------------------------------------------


@pytest.fixture
def few(settings, monkeypatch, tmp_path, db):
    """A portal where two calls a day are free, at noon of a day."""
    settings.CALLS_FILE = tmp_path / "calls"
    settings.ANONYMOUS_CALLS_A_DAY, settings.ANONYMOUS_CALLS_A_SECOND = 2, 0
    settings.KEY_CALLS_A_DAY, settings.KEY_CALLS_A_SECOND = 3, 0
    monkeypatch.setattr(allowances.time, "time", lambda: NOON)
    return settings


def test_one_call_too_many_is_told_as_live_servers_tell_it(client, few):
    answers = [client.get(ROOT) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [answer["X-RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
    last = answers[-1]
    assert last["X-RateLimit-Limit"] == "2"
    assert last["X-RateLimit-Reset"] == "2026-11-23 00:00:00+00:00"
    assert last["Retry-After"] == str(A_DAY // 2)
    assert last["Cache-Control"] == "no-store"
    assert last["Access-Control-Allow-Origin"] == "*"
    assert "X-RateLimit-Remaining" in last["Access-Control-Expose-Headers"]
    assert "Retry-After" in last["Access-Control-Expose-Headers"]
    assert list(last.json().items()) == [
        ("errorcode", 10005),
        ("reset_time", "2026-11-23T00:00:00Z"),
        ("limit_time_unit", "day"),
        ("call_limit", 2),
        ("error", "You have exceeded the requests limit for anonymous users."),
    ]


def test_a_key_has_calls_of_its_own(client, few):
    _, secret = new_key(Person.objects.create_user("ada"), "mine")
    _, second = new_key(Person.objects.get(), "other")
    for _ in range(2):
        client.get(ROOT)
    answers = [client.get(ROOT, headers={"authorization": f"ApiKey {secret}"}) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[0]["X-RateLimit-Limit"] == "3"
    assert answers[-1].json()["errorcode"] == 10002
    assert "domain administrator" in answers[-1].json()["error"]
    assert client.get(ROOT, {"apikey": second}).status_code == 200
    assert client.get(ROOT).status_code == 429


def test_calls_that_follow_too_closely_are_told_when_to_come_again(client, few):
    few.ANONYMOUS_CALLS_A_DAY, few.ANONYMOUS_CALLS_A_SECOND = 0, 1
    answers = [client.get(ROOT) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert "X-RateLimit-Limit" not in answers[0]  # of a day there are any number
    assert answers[-1]["Retry-After"] == "1"
    assert answers[-1].json()["limit_time_unit"] == "second"
    assert answers[-1].json()["call_limit"] == 1
    assert answers[-1].json()["reset_time"] == "2026-11-22T12:00:01Z"


def test_without_limits_nothing_is_counted_or_told(client, few):
    few.ANONYMOUS_CALLS_A_DAY = 0
    answers = [client.get(ROOT) for _ in range(20)]
    assert {answer.status_code for answer in answers} == {200}
    assert "X-RateLimit-Limit" not in answers[0]
    assert not few.CALLS_FILE.exists()


def test_wrong_keys_unknown_addresses_and_304_count_but_pages_and_preflights_do_not(client, few):
    few.ANONYMOUS_CALLS_A_DAY = 100
    document = client.get(f"{ROOT}swagger.json")
    known = {"if-none-match": document["ETag"]}
    for path, headers, status, left in (
        ("/api/nothing", {}, 404, "98"),
        (f"{ROOT}swagger.json", known, 304, "97"),
        (ROOT, {"authorization": "ApiKey wrong"}, 401, "96"),
        ("/explore/dataset/none/download/", {}, 404, "95"),
        (f"{ROOT}console", {}, 200, None),
        ("/explore/", {}, 200, None),
        ("/explore/dataset/none/table/", {}, 404, None),
    ):
        answer = client.get(path, headers=headers)
        assert (answer.status_code, answer.headers.get("X-RateLimit-Remaining")) == (status, left)
    client.options(ROOT)
    assert client.head(ROOT)["X-RateLimit-Remaining"] == "94"


@pytest.mark.parametrize(
    ("peer", "said", "seen"),
    [
        ("192.0.2.1", "", "192.0.2.1"),
        ("192.0.2.1", "198.51.100.7", "192.0.2.1"),  # it is no proxy of ours
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "203.0.113.9, 198.51.100.7", "198.51.100.7"),  # the first is invented
        ("10.0.0.1", "203.0.113.9, 198.51.100.7, 10.9.9.9", "198.51.100.7"),
        ("10.0.0.1", "198.51.100.7:4711", "198.51.100.7"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.7, unknown", "10.0.0.1"),
        ("10.0.0.1", "10.0.0.2", "10.0.0.2"),
        ("10.0.0.1", "x," * 10_000 + "198.51.100.7", "198.51.100.7"),
        ("::1", "[2001:db8:1:2:3:4:5:6]:80", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:aaaa::1", "", "2001:db8:1:2::/64"),
        ("::ffff:10.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("", "198.51.100.7", ""),
    ],
)
def test_the_address_behind_trusted_proxies_is_the_one_that_counts(settings, peer, said, seen):
    settings.TRUSTED_PROXIES = (ip_network("10.0.0.0/8"), ip_network("::1"))
    more = {"HTTP_X_FORWARDED_FOR": said} if said else {}
    assert address_of(RequestFactory().get("/", REMOTE_ADDR=peer, **more)) == seen
