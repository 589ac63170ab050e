"""A file over HTTP, whole and in ranges."""

import pytest
from django.test import RequestFactory

from cimaise.web.api.ranges import served

ETAG = '"abc"'


@pytest.fixture
def ten(tmp_path):
    path = tmp_path / "ten.txt"
    path.write_bytes(b"0123456789")
    return path


def get(path, method="get", **headers):
    request = getattr(RequestFactory(), method)("/", headers=headers)
    return served(request, path, media_type="text/plain", etag=ETAG, changed=None)


def content(response):
    return b"".join(response.streaming_content)


def test_the_whole_file_says_its_length_and_that_ranges_are_welcome(ten):
    response = get(ten)
    assert response.status_code == 200
    assert response["Content-Length"] == "10"
    assert response["Accept-Ranges"] == "bytes"
    assert content(response) == b"0123456789"


@pytest.mark.parametrize(
    ("asked", "said", "got"),
    [
        ("bytes=0-3", "bytes 0-3/10", b"0123"),
        ("bytes=7-", "bytes 7-9/10", b"789"),
        ("bytes=-2", "bytes 8-9/10", b"89"),
        ("bytes=8-100", "bytes 8-9/10", b"89"),
        ("bytes=-100", "bytes 0-9/10", b"0123456789"),
    ],
)
def test_one_range_is_served_alone(ten, asked, said, got):
    response = get(ten, range=asked)
    assert response.status_code == 206
    assert response["Content-Range"] == said
    assert response["Content-Length"] == str(len(got))
    assert content(response) == got


@pytest.mark.parametrize("asked", ["bytes=10-", "bytes=10-20", "bytes=-0"])
def test_a_range_beyond_the_file_is_416(ten, asked):
    response = get(ten, range=asked)
    assert response.status_code == 416
    assert response["Content-Range"] == "bytes */10"


@pytest.mark.parametrize(
    "asked", ["bytes=0-1,4-5", "lines=1-2", "bytes=a-b", "bytes=-", "bytes=5-2"]
)
def test_what_is_no_single_range_gets_the_whole(ten, asked):
    assert get(ten, range=asked).status_code == 200


def test_a_range_of_another_version_gets_the_whole(ten):
    assert get(ten, **{"range": "bytes=0-1", "if-range": '"older"'}).status_code == 200
    assert get(ten, **{"range": "bytes=0-1", "if-range": ETAG}).status_code == 206


def test_head_says_everything_and_sends_nothing(ten):
    response = get(ten, method="head")
    assert response["Content-Length"] == "10"
    assert response.content == b""


def test_an_empty_file_is_whole(tmp_path):
    path = tmp_path / "empty"
    path.write_bytes(b"")
    assert content(get(path)) == b""
    assert get(path, range="bytes=0-0").status_code == 416
