"""What the layers are called inside a project, the same in every project."""

from __future__ import annotations

#: Parts of a table besides those of the municipalities, which bear their AGS.
WHOLE, LINKED, TABLE = "cooperation", "linked", "register"
#: The assets of all classes in one list, to choose one from.
ASSET_LIST = "asset_list"
#: The project's variable that holds the AGS of the municipality it was built for, if for one.
MUNICIPALITY_VARIABLE = "ile_municipality"


def layer_id(table: str, part: str = TABLE) -> str:
    """The id of a layer in every project that is made here: `path_09775118`, `code_register`.

    Never as short as a table's name alone: QGIS gives layers whose id has ten characters or
    fewer another one when it reads a project, and forms and child tables lose them.
    """
    return f"{table}_{part}"
