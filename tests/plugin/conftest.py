"""One QGIS without a window for all tests of the plugin."""

from __future__ import annotations

import os

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(scope="session")
def qgis_app():
    """A running QGIS; QGIS can't be started twice in one process, so it stays to the end."""
    from ile_gis_plugin.project.application import qgis_application

    with qgis_application() as application:
        yield application


@pytest.fixture(scope="session")
def built(qgis_app, tmp_path_factory):
    """The folder of a small register with its projects: `reg.qgz` and `reg_<ags>.qgz`."""
    from ile_gis_plugin.core.tasks.task import Silent
    from ile_gis_plugin.project.build import TASK
    from tests.plugin import small_register

    folder = tmp_path_factory.mktemp("council")
    register = small_register.make(folder / "reg.gpkg")
    for lang, ags in (("de", small_register.NORTH), ("en", "")):
        values = {"register": str(register), "municipality": ags, "lang": lang}
        TASK.run(values, Silent())
    return folder


@pytest.fixture
def open_project(qgis_app, built, tmp_path):
    """Opens a project in a copy of its folder, as a user does: what a test edits is its own."""
    import shutil

    from qgis.core import QgsProject

    folder = tmp_path / "elsewhere"
    shutil.copytree(built, folder)

    def read(name: str) -> QgsProject:
        # Expressions find other layers in the open project only.
        project = QgsProject.instance()
        assert project.read(str(folder / name))
        return project

    yield read
    QgsProject.instance().clear()
