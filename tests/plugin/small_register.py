"""A register of three made-up municipalities, two of them members, with a few assets."""

from __future__ import annotations

import struct
from pathlib import Path

from ile_gis_plugin.core.stores import create_register, open_register
from ile_gis_plugin.core.tasks import match_borders, validate_register
from ile_gis_plugin.core.tasks.task import Silent

NORTH, SOUTH, OUTSIDE = "09999101", "09999102", "09999999"
#: Side of the square municipalities, and the lower left corner of the first.
SIDE, EAST, NORTHING = 4000.0, 580000.0, 5340000.0


def point(x: float, y: float) -> bytes:
    return struct.pack("<BIdd", 1, 1, x, y)


def line(*vertices: tuple[float, float]) -> bytes:
    flat = [c for v in vertices for c in v]
    return struct.pack(f"<BII{len(flat)}d", 1, 2, len(vertices), *flat)


def square(x: float, y: float, side: float) -> bytes:
    ring = [x, y, x + side, y, x + side, y + side, x, y + side, x, y]
    return struct.pack("<BII", 1, 6, 1) + struct.pack("<BIII10d", 1, 3, 1, 5, *ring)


def make(path: Path) -> Path:
    """North lies above South; a path and a water line cross their border, the station is North's.

    The third municipality, east of both, is no member.
    """
    middle = NORTHING + SIDE
    with create_register(path, "ILE Nord-Süd") as register, register.transaction(by="Test"):
        register.insert("municipality", {
            "ags": [NORTH, SOUTH, OUTSIDE],
            "name": ["Norddorf", "Süddorf", "Ostheim"],
            "kind": ["market", "municipality", "city"],
            "is_member": [True, True, False],
            "geom": [square(EAST, middle, SIDE), square(EAST, NORTHING, SIDE),
                     square(EAST + SIDE, NORTHING, SIDE)],
        })  # fmt: skip
        crossing, water, station = register.insert("path", {
            "asset_no": ["W1", "W2", "W3"], "ags": [NORTH, NORTH, SOUTH],
            "name": ["Mühlweg", "Bergweg", "Talweg"], "width_m": [3.456, 4.0, None],
            "surface": ["asphalt", "gravel", "grass"],
            "geom": [
                line((EAST + 500, middle + 800), (EAST + 600, middle - 700)),
                line((EAST + 900, middle + 2000), (EAST + 2500, middle + 2300)),
                line((EAST + 700, NORTHING + 300), (EAST + 3000, NORTHING + 900)),
            ],
        })[0], register.insert("utility_line", {
            "asset_no": ["L1"], "ags": [SOUTH], "network_type": ["water"],
            "sub_type": ["potable"], "accuracy_m": [0.5],
            "geom": [line((EAST + 1500, middle - 900), (EAST + 1500, middle + 300))],
        })[0], register.insert("charging_point", {
            "asset_no": ["E1"], "ags": [NORTH], "name": ["Rathausplatz"], "power_kw": [22.0],
            "geom": [point(EAST + 1000, middle + 1000)],
        })[0]  # fmt: skip
        register.insert("streetlight", {
            "asset_no": [str(n) for n in range(1, 9)], "ags": [NORTH] * 4 + [SOUTH] * 4,
            "lamp_type": ["led", "hps"] * 4,
            "geom": [point(EAST + 520 + 60 * n, middle + 700 - 180 * n) for n in range(8)],
        })  # fmt: skip
        register.insert("connector", {
            "charging_point_uuid": [station], "connector_type": ["IEC_62196_T2"],
            "power_kw": [22.0], "power_type": ["ac_3_phase"],
        })  # fmt: skip
        register.replace("asset_share", {
            "asset_class": ["path", "path", "utility_line", "utility_line"],
            "asset_uuid": [crossing, crossing, water, water],
            "ags": [NORTH, SOUTH, NORTH, SOUTH],
            "length_m": [801.8, 701.5, 300.004, 900.004],
            "asset_length_m": [1503.3, 1503.3, 1200.008, 1200.008],
            "share": [0.5, 0.5, 0.25, 0.75],
        })  # fmt: skip
        project = register.insert("joint_project", {
            "number": ["2026-01"], "title": ["Ausbau Mühlweg"], "lead_ags": [NORTH],
            "cost_estimated": [120000],
        })[0]  # fmt: skip
        register.insert("participant", {
            "project_uuid": [project, project], "ags": [NORTH, SOUTH],
        })  # fmt: skip
        register.insert("cost_item", {
            "project_uuid": [project], "title": ["Wegebau"], "quantity": [1],
            "unit_price": [100000], "net_amount": [100000],
        })  # fmt: skip
        register.insert("project_asset", {
            "project_uuid": [project], "asset_class": ["path"], "asset_uuid": [crossing],
            "role": ["upgrade"],
        })  # fmt: skip
        register.insert("finding", {
            "identity": ["BRD001|1"], "code": ["BRD001"], "severity": ["warning"],
            "table_name": ["path"], "row_uuid": [crossing], "ags": [NORTH],
            "details": [{"distance": 0.84}], "geom": [point(EAST + 550, middle)],
        })  # fmt: skip
        field = register.read("path", ["uuid"], {"asset_no": "W3"})["uuid"][0]
        register.insert("border_proposal", {
            "identity": ["BRD001|1"], "asset_class": ["path"], "kind": ["gap"],
            "confidence": [0.93], "left_uuid": [crossing], "left_ags": [NORTH],
            "right_uuid": [field], "right_ags": [SOUTH],
            "details": [{"distance_m": 0.84, "join": "end_end"}],
            "changes": [[
                {"table": "path", "uuid": crossing, "version": 1,
                 "wkt": f"LINESTRING ({EAST + 500} {middle + 800}, {EAST + 550} {middle})"},
                {"table": "path", "uuid": field, "version": 1,
                 "wkt": f"LINESTRING ({EAST + 550} {middle}, {EAST + 3000} {NORTHING + 900})"},
            ]],
            "left_accepted_by": ["Bauamt Norddorf"],
            "left_accepted_at": ["2026-03-02T08:00:00.000Z"],
            "geom": [point(EAST + 550, middle)],
        })  # fmt: skip
    return path


#: Where the paths of `add_border` meet, or should.
MEETING = (EAST + 2500.0, NORTHING + SIDE)


def add_border(path: Path) -> None:
    """Two paths whose ends lie 0.8 m apart at the border; two others that differ in width."""
    x, y = MEETING
    with open_register(path) as register:
        register.insert("path", {
            "asset_no": ["G1", "G2", "M1", "M2"], "ags": [NORTH, SOUTH, NORTH, SOUTH],
            "name": ["Feldweg", "Feldweg", "Waldweg", "Waldweg"],
            "width_m": [3.0, 3.0, 3.0, 4.5], "accuracy_m": [0.5] * 4,
            "surface": ["gravel"] * 4,
            "geom": [
                line((x, y + 400), (x, y + 60), (x, y + 0.8)), line((x, y), (x, y - 300)),
                line((x + 400, y + 300), (x + 400, y)), line((x + 400, y), (x + 400, y - 300)),
            ],
        })  # fmt: skip
    match_borders.run({"register": str(path)}, Silent())
    validate_register.run({"register": str(path), "lang": "de"}, Silent())


#: The number of the project of `add_project`.
MIXED = "2026-02"


def add_project(path: Path) -> str:
    """A project with rows in every child table, divided by a mix that makes 98 %; its uuid.

    Its lead is no participant, and one of its cost items is measured: 1,503.3 m × 2.5.
    """
    with open_register(path) as register, register.transaction(by="Test"):
        (programme,) = register.insert("funding_programme", {
            "name": ["Kernwege"], "valid_from": ["2026-01-01"], "valid_to": ["2027-12-31"],
            "rate": [80.0], "cap": ["50000.00"], "combinable": [False],
        })  # fmt: skip
        (project,) = register.insert("joint_project", {
            "number": [MIXED], "title": ["Kernweg Süd"], "lead_ags": [OUTSIDE],
            "phase": ["construction"], "share_key": ["mixed"], "budget_year": [2026],
        })  # fmt: skip
        of = {"project_uuid": [project]}
        register.insert("participant", {
            "project_uuid": [project] * 2, "ags": [NORTH, SOUTH], "fixed_percent": [60.0, 38.0],
        })  # fmt: skip
        register.insert("project_funding", {
            **of, "programme_uuid": [programme], "granted_amount": ["1234.50"],
        })  # fmt: skip
        register.insert("key_part", {
            "project_uuid": [project] * 2, "share_key": ["population", "fixed_percent"],
            "percent": [60.0, 38.0],
        })  # fmt: skip
        register.insert("instalment", {**of, "budget_year": [2026], "percent": [50.0]})
        crossing = register.read("path", ["uuid"], {"asset_no": "W1"})["uuid"][0]
        water = register.read("utility_line", ["uuid"], {"asset_no": "L1"})["uuid"][0]
        register.insert("project_asset", {
            "project_uuid": [project] * 2, "asset_class": ["path", "utility_line"],
            "asset_uuid": [crossing, water], "role": ["new", "maintenance"],
        })  # fmt: skip
        register.insert("cost_item", {
            "project_uuid": [project] * 2, "title": ["Tragschicht", "Nachlass"],
            "quantity": [3758.25, 1.0], "unit_price": ["10.00", "-82.50"],
            "net_amount": ["37582.50", "-82.50"], "vat_rate": [19.0, 19.0],
            "is_eligible": [True, True], "measured_by": ["length", None],
            "measured_class": ["path", None], "measure_factor": [2.5, None],
        })  # fmt: skip
        register.insert("project_phase", {
            "project_uuid": [project] * 2, "phase": ["idea", "construction"],
            "reached_on": ["2025-03-01", None], "planned_on": [None, "2026-09-01"],
        })  # fmt: skip
        register.insert("resolution", {
            **of, "ags": [NORTH], "committee": ["Gemeinderat"], "meeting_on": ["2026-02-24"],
            "result": ["accepted"], "split_version": [1],
        })  # fmt: skip
        (split,) = register.insert("cost_split", {
            **of, "split_version": [1], "kind": ["resolved"], "basis": ["planned"],
            "made_on": ["2026-02-24"], "total": ["44625.00"], "eligible": ["44625.00"],
            "granted": ["1234.50"], "own_share": ["43390.50"], "inputs": [{}], "steps": [{}],
            "fingerprint": ["0" * 64],
        })  # fmt: skip
        register.insert("cost_split_share", {
            "split_uuid": [split] * 2, "ags": [NORTH, SOUTH], "percent": [60.0, 40.0],
            "amount": ["26034.30", "17356.20"],
        })  # fmt: skip
        register.replace("cost_share", {
            "project_uuid": [project] * 2, "ags": [NORTH, SOUTH], "percent": [60.0, 40.0],
            "amount": ["26034.30", "17356.20"],
            "explanation": [{"steps": {"de": ["Norddorf: 60 % von 43.390,50 €."],
                                       "en": ["Norddorf: 60 % of €43,390.50."]}}, {}],
        })  # fmt: skip
        register.insert("municipality_figure", {
            "ags": [NORTH], "kind": ["population"], "value": [1200.0],
            "valid_on": ["2025-12-31"], "source": ["Statistik"],
        })  # fmt: skip
    return project
