"""The walls of the house: who may import whom."""

from __future__ import annotations

import ast
import sys

import pytest

from tests.support import ROOT

PLUGIN = ROOT / "ile_gis_plugin"
STANDARD = set(sys.stdlib_module_names)
LAZY = {"imports", "tasks", "documents"}  # may import the batch packages inside functions
BATCH = {"geopandas", "shapely", "pandas", "pyogrio", "fiona", "openpyxl", "xlsxwriter", "pyarrow",
         "docx", "docxtpl", "jinja2", "matplotlib"}  # fmt: skip


def _imports(path, top_level_only):
    """Names of modules that a file imports; relative ones as `.name` with their dots."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = ast.walk(tree)
    if top_level_only:
        inside = {
            child for node in ast.walk(tree)
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) for child in ast.walk(node)
        } | {
            child for node in ast.walk(tree)
            if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
            for child in ast.walk(node)
        }  # fmt: skip
        nodes = [n for n in ast.walk(tree) if n not in inside]
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


def _foreign(path, top_level_only):
    names = {n.partition(".")[0] for n in _imports(path, top_level_only) if not n.startswith(".")}
    return names - STANDARD - {"ile_gis_plugin"}


def _files(folder):
    return sorted((PLUGIN / folder).rglob("*.py"))


def _within(path, *parts):
    return path.relative_to(PLUGIN / "core").parts[: len(parts)] == parts


@pytest.mark.parametrize("path", _files("core"), ids=lambda p: str(p.relative_to(PLUGIN)))
def test_the_core_imports_numpy_and_pyproj_only_and_never_qgis(path):
    assert _foreign(path, top_level_only=True) <= {"numpy", "pyproj"}
    later = _foreign(path, top_level_only=False)
    area = path.relative_to(PLUGIN / "core").parts[0]
    driver = {"psycopg2"} if _within(path, "stores", "postgis") else set()
    assert later <= {"numpy", "pyproj"} | (BATCH if area in LAZY else driver)


@pytest.mark.parametrize("path", _files("core/projects"), ids=lambda p: p.name)
def test_a_cost_split_knows_no_store_and_no_package(path):
    assert _foreign(path, top_level_only=False) == set()
    assert not any("stores" in name or "tasks" in name for name in _imports(path, False))


@pytest.mark.parametrize("path", _files("core/definition"), ids=lambda p: p.name)
def test_the_definition_needs_the_standard_library_only(path):
    assert _foreign(path, top_level_only=False) == set()


@pytest.mark.parametrize("folder", ["geometry", "territory", "border", "rules"])
def test_kernels_need_numpy_only(folder):
    for path in _files(f"core/{folder}"):
        assert _foreign(path, top_level_only=False) <= {"numpy"}, path.name


def test_the_core_never_reaches_up():
    above = {"algorithms", "gui", "project", "plugin", "language"}
    for path in _files("core"):
        depth = len(path.relative_to(PLUGIN).parts)
        for name in _imports(path, top_level_only=False):
            dots = len(name) - len(name.lstrip("."))
            if dots >= depth:
                assert name.lstrip(".").partition(".")[0] not in above, path.name


def test_qgis_parts_need_no_batch_package():
    for folder in ("algorithms", "gui", "project"):
        # The dialogs' fields come from QGIS's own plugin called processing.
        allowed = {"qgis", "numpy", "pyproj"} | ({"processing"} if folder == "gui" else set())
        for path in _files(folder):
            assert _foreign(path, top_level_only=False) <= allowed, path.name


def test_the_folder_processing_does_not_shadow_that_of_qgis():
    assert not (ROOT / "processing" / "__init__.py").exists()


def test_scripts_hold_no_logic():
    for path in (ROOT / "processing").glob("*.py"):
        assert len(path.read_text(encoding="utf-8").splitlines()) < 15, path.name


def test_no_sql_is_formatted_from_values():
    # joined from tokens of the definition only; values go in as parameters
    for path in _files("core/stores"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                words = "".join(v.value for v in node.values if isinstance(v, ast.Constant))
                assert not any(w in words.upper() for w in ("SELECT ", "INSERT ", "UPDATE ",
                                                            "DELETE ")), path.name  # fmt: skip
