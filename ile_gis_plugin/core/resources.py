"""Finds the files that ship with the plugin, in a checkout and in an installed plugin alike."""

from __future__ import annotations

from pathlib import Path

from .errors import InputError

_PLUGIN = Path(__file__).resolve().parent.parent


def resource(name: str) -> Path:
    """The path of a shipped file or folder such as `styles/path.qml`.

    An installed plugin holds `styles/` and `metadata.txt` itself; in a checkout they stand beside
    the plugin's folder.
    """
    for base in (_PLUGIN, _PLUGIN.parent):
        path = base / name
        if path.exists():
            return path
    raise InputError("errors.resource_missing", name=name)
