"""The set-up: locks, the staged plugin, its package and the installer's answers."""

import configparser
import json
import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from check_lock import pins
from package_plugin import package
from stage_plugin import PLUGIN, ROOT, StagingError, stage

SETUP = ROOT / "setup"
DEMO_LOCK = SETUP / "requirements.txt"
TEST_LOCK = SETUP / "requirements-test.txt"


@pytest.mark.parametrize("lock", [DEMO_LOCK, TEST_LOCK], ids=lambda path: path.name)
def test_every_locked_package_has_a_hash_and_no_index_is_named(lock):
    text = lock.read_text(encoding="utf-8")
    packages = re.split(r"\n(?=\S)", text.strip())
    assert len(packages) > 10
    assert [p for p in packages if "--hash=sha256:" not in p] == []
    assert "://" not in text and "index-url" not in text


def test_the_tests_run_on_the_demos_packages():
    assert set(pins(DEMO_LOCK)) <= set(pins(TEST_LOCK))


def test_a_staged_plugin_holds_all_that_qgis_and_the_repository_look_for(tmp_path):
    stage(tmp_path / PLUGIN)
    for name in ("__init__.py", "metadata.txt", "LICENSE", "icon.svg"):
        assert (tmp_path / PLUGIN / name).is_file(), name
    assert (tmp_path / PLUGIN / "styles").is_dir() == (ROOT / "styles").is_dir()
    assert not list(tmp_path.rglob("__pycache__")) and not list(tmp_path.rglob("*.pyc"))
    assert os.listdir(tmp_path) == [PLUGIN]


def test_the_worker_interpreter_is_recorded_only_where_one_is_named(tmp_path):
    stage(tmp_path / "plain")
    stage(tmp_path / "installed", "/somewhere/bin/python")
    assert not (tmp_path / "plain/worker.json").exists()
    worker = json.loads((tmp_path / "installed/worker.json").read_text(encoding="utf-8"))
    assert worker == {"python": "/somewhere/bin/python"}


def test_staging_again_leaves_nothing_of_the_older_plugin(tmp_path):
    target = tmp_path / PLUGIN
    stage(target)
    (target / "removed_since.py").write_text("")
    stage(target)
    assert not (target / "removed_since.py").exists()


def test_a_folder_of_something_else_is_not_replaced(tmp_path):
    photos = tmp_path / "photos"
    photos.mkdir()
    (photos / "holiday.jpg").write_text("")
    with pytest.raises(StagingError, match="something else"):
        stage(photos)
    assert (photos / "holiday.jpg").exists()


@pytest.mark.parametrize("place", [ROOT, ROOT.parent, ROOT / PLUGIN])
def test_the_checkout_itself_is_not_replaced(place):
    with pytest.raises(StagingError, match="checkout itself"):
        stage(place)


def test_the_package_has_the_same_bytes_each_time(tmp_path):
    package(tmp_path / "one.zip")
    # Times of files differ from checkout to checkout.
    os.utime(ROOT / "LICENSE")
    package(tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_the_package_holds_one_folder_and_nothing_the_repository_refuses(tmp_path):
    package(tmp_path / "plugin.zip")
    names = zipfile.ZipFile(tmp_path / "plugin.zip").namelist()
    assert {name.split("/")[0] for name in names} == {PLUGIN}
    assert f"{PLUGIN}/LICENSE" in names and f"{PLUGIN}/metadata.txt" in names
    refused = re.compile(r"\.py[co]$|__pycache__|/\.|worker\.json$|\.(so|dll|exe)$")
    assert [name for name in names if refused.search(name)] == []


def test_metadata_has_every_field_that_the_repository_requires():
    metadata = configparser.ConfigParser(interpolation=None)
    metadata.read(ROOT / "metadata.txt", encoding="utf-8")
    general = metadata["general"]
    required = "name description version qgisMinimumVersion author email about tracker repository"
    assert [field for field in (required + " homepage").split() if not general.get(field)] == []
    assert general["hasProcessingProvider"] == "yes"
    assert (ROOT / PLUGIN / general["icon"]).is_file()


def test_a_complete_machine_is_left_alone():
    done = subprocess.run(
        [SETUP / "install.sh", "test"], capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_on_a_system_without_apt_the_missing_things_are_named(tmp_path):
    # A PATH without apt-get and without QGIS, and a Python that isn't there.
    for command in ("bash", "dirname", "find", "flock", "env"):
        (tmp_path / command).symlink_to(shutil.which(command))
    done = subprocess.run(
        [SETUP / "install.sh", "demo"],
        env={"PATH": str(tmp_path), "HOME": str(tmp_path), "QGIS_PYTHON": "/no/such/python"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "QGIS 3.40 or newer with its Python bindings" in done.stderr
    assert "qgis_process" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("ERROR: ")


def test_a_package_removed_by_hand_is_found_missing(tmp_path):
    lock = tmp_path / "lock.txt"
    lock.write_text(DEMO_LOCK.read_text(encoding="utf-8") + "no-such-package==1.0 \\\n")
    python = Path(ROOT, ".venv/bin/python")
    done = subprocess.run([python, SETUP / "check_lock.py", lock], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (3, "no-such-package==1.0\n")
