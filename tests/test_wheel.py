"""The wheel carries what the portal needs where there is no repository."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BUILT = "cimaise/web/theme/static/cimaise/build/manifest.json"


@pytest.fixture(scope="module")
def carried(tmp_path_factory):
    if not (ROOT / BUILT).is_file():
        pytest.skip("the front end is not built: make build")
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def in_repository(pattern):
    return {path.relative_to(ROOT).as_posix() for path in (ROOT / "cimaise").rglob(pattern)}


@pytest.mark.parametrize("pattern", ["*.py", "*.html", "*.toml", "*.mo", "*.svg", "*.csv"])
def test_every_file_of_the_portal_is_in_the_wheel(carried, pattern):
    assert in_repository(pattern) <= carried


def test_the_front_end_is_in_the_wheel_as_it_was_built(carried):
    assert BUILT in carried
    assert in_repository("build/assets/*") <= carried


def test_every_translation_is_in_the_wheel_compiled(carried):
    sources = in_repository("*.po")
    assert {source.removesuffix(".po") + ".mo" for source in sources} <= carried


def test_the_demonstration_needs_nothing_beside_the_wheel(carried):
    samples = {name for name in carried if name.startswith("cimaise/demo/sample/")}
    official = {name for name in carried if name.startswith("cimaise/demo/official/")}
    assert len(samples) >= 6
    assert len(official) == 3


def test_nothing_of_the_workshop_is_in_the_wheel(carried):
    foreign = {name for name in carried if not name.startswith(("cimaise/", "cimaise-"))}
    assert not foreign
