"""A joint project of two municipalities, put into a register row by row."""

from __future__ import annotations

from decimal import Decimal

from ile_gis_plugin.core.stores.store import Store
from ile_gis_plugin.core.tasks import compute_shares
from ile_gis_plugin.core.tasks.task import Silent
from tests.support import EAST, WEST, line, point

#: 1,000 grid metres west of the border at x = 605 km, 2,000 m east of it.
ACROSS = ((604000, 5341000), (607000, 5341000))
NOWHERE = ((620000, 5341000), (621000, 5341000))


def one(store: Store, table: str, **values) -> str:
    return store.insert(table, {name: [value] for name, value in values.items()})[0]


def project(store: Store, ags=(WEST, EAST), **values) -> str:
    """A project with participants; an estimated cost of 300 € unless `values` say otherwise."""
    row = {"number": "P1", "title": "Probe", "lead_ags": WEST, "cost_estimated": Decimal(300)}
    uuid = one(store, "joint_project", **(row | values))
    store.insert("participant", {"project_uuid": [uuid] * len(ags), "ags": list(ags)})
    return uuid


def item(store: Store, project_uuid: str, price, quantity=1, **values) -> str:
    net = (Decimal(str(quantity)) * Decimal(price)).quantize(Decimal("0.01"))
    row = {"title": "Bau", "quantity": quantity, "unit_price": Decimal(price), "net_amount": net,
           "vat_rate": 0}  # fmt: skip
    return one(store, "cost_item", project_uuid=project_uuid, **(row | values))


def linked_path(store: Store, project_uuid: str, coordinates=ACROSS, role="new") -> str:
    uuid = one(store, "path", ags=WEST, geom=line(*coordinates))
    one(store, "project_asset", project_uuid=project_uuid, asset_class="path", asset_uuid=uuid,
        role=role)  # fmt: skip
    return uuid


def linked_light(store: Store, project_uuid: str, x=604000, role="new") -> str:
    uuid = one(store, "streetlight", ags=WEST, geom=point(x, 5342000))
    one(store, "project_asset", project_uuid=project_uuid, asset_class="streetlight",
        asset_uuid=uuid, role=role)  # fmt: skip
    return uuid


def figures(store: Store, on, values, kind="population", **more) -> None:
    for ags, value in values.items():
        one(store, "municipality_figure", ags=ags, kind=kind, value=value, valid_on=on, **more)


def shares(store: Store) -> None:
    compute_shares.run({"register": store.location}, Silent())
