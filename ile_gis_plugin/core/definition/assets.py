"""The four asset classes, and the connectors of a charging point."""

from __future__ import annotations

from dataclasses import replace

from . import codes, derived
from .types import Check, Field, Geometry, Kind, Label, Profile, Reference, Table, Type

PUBLIC, COUNCIL, RESTRICTED = Profile.PUBLIC, Profile.COUNCIL, Profile.RESTRICTED

UUID = Field(
    "uuid", Type.TEXT, Label("UUID", "UUID"), unique=True, system=True, tab="origin",
    help=Label("Geschäftsschlüssel; wird nie geändert und nie wieder vergeben.",
               "Business key; never changed and never used again."),
)  # fmt: skip
SIGNATURE = (
    Field("created_at", Type.DATETIME, Label("angelegt am", "created at"), system=True,
          tab="origin"),
    Field("created_by", Type.TEXT, Label("angelegt von", "created by"), system=True, tab="origin"),
    Field("changed_at", Type.DATETIME, Label("geändert am", "changed at"), system=True,
          tab="origin"),
    Field("changed_by", Type.TEXT, Label("geändert von", "changed by"), system=True, tab="origin"),
    Field("version", Type.INTEGER, Label("Version", "Version"), system=True, tab="origin"),
)  # fmt: skip


def _common(visibility: str, accuracy_required: bool = False) -> tuple[tuple[Field, ...], ...]:
    """What every asset has: the fields before and after those of its class."""
    before = (
        UUID,
        Field("asset_no", Type.TEXT, Label("Objektnummer", "Asset number"), profile=PUBLIC,
              help=Label("Eindeutig je Gemeinde und Objektklasse.",
                         "Unique per municipality and asset class.")),
        Field("ags", Type.TEXT, Label("Gemeinde", "Municipality"), required=True, profile=PUBLIC,
              references=Reference("municipality", "ags"),
              help=Label("Gemeinde, die das Objekt führt.",
                         "Municipality whose register keeps the asset.")),
        Field("name", Type.TEXT, Label("Bezeichnung", "Name"), profile=PUBLIC),
        Field("status", Type.TEXT, Label("Status", "Status"), required=True,
              domain=codes.STATUS, default="functional", profile=PUBLIC),
    )  # fmt: skip
    after = (
        Field("owner_type", Type.TEXT, Label("Eigentümerart", "Owner type"),
              domain=codes.OWNER_TYPE, tab="responsibility", profile=PUBLIC),
        Field("owner", Type.TEXT, Label("Eigentümer", "Owner"), tab="responsibility",
              help=Label("Nur Organisationen, keine Personennamen.",
                         "Organisations only, never a person's name.")),
        Field("operator", Type.TEXT, Label("Betreiber", "Operator"), tab="responsibility",
              help=Label("Nur Organisationen, keine Personennamen.",
                         "Organisations only, never a person's name.")),
        Field("maintainer", Type.TEXT, Label("Unterhalt durch", "Maintainer"),
              tab="responsibility",
              help=Label("Nur Organisationen, keine Personennamen.",
                         "Organisations only, never a person's name.")),
        Field("commissioned_on", Type.DATE, Label("in Betrieb seit", "Commissioned on"),
              tab="condition", profile=PUBLIC),
        Field("condition_class", Type.TEXT, Label("Zustandsklasse", "Condition class"),
              domain=codes.CONDITION_CLASS, tab="condition", profile=COUNCIL),
        Field("inspected_on", Type.DATE, Label("zuletzt geprüft am", "Inspected on"),
              tab="condition", profile=COUNCIL),
        Field("next_inspection_on", Type.DATE,
              Label("nächste Prüfung am", "Next inspection on"), tab="condition"),
        Field("accuracy_m", Type.REAL, Label("Lagegenauigkeit", "Positional accuracy"), unit="m",
              minimum=0.001, maximum=100, required=accuracy_required, tab="origin",
              profile=COUNCIL),
        Field("capture_method", Type.TEXT, Label("Erfassungsart", "Capture method"),
              domain=codes.CAPTURE_METHOD, tab="origin"),
        Field("source", Type.TEXT, Label("Quelle", "Source"), tab="origin"),
        Field("source_date", Type.DATE, Label("Stand der Quelle", "Source date"), tab="origin"),
        Field("visibility", Type.TEXT, Label("Sichtbarkeit", "Visibility"), required=True,
              domain=codes.VISIBILITY, default=visibility),
        Field("remarks", Type.TEXT, Label("Bemerkungen", "Remarks"), multiline=True),
        *SIGNATURE,
    )  # fmt: skip
    return before, after


_DATES = (
    Check("inspection_after_commissioning", "commissioned_on", "<=", "inspected_on",
          Label("Die Prüfung liegt vor der Inbetriebnahme.",
                "The inspection is dated before the commissioning.")),
    Check("next_inspection_after_last", "inspected_on", "<=", "next_inspection_on",
          Label("Die nächste Prüfung liegt vor der letzten.",
                "The next inspection is dated before the last one.")),
)  # fmt: skip
_NUMBER = (("ags", "asset_no"),)


def _asset(name, label, plural, geometry, fields, visibility="public", accuracy_required=False,
           checks=()):  # fmt: skip
    before, after = _common(visibility, accuracy_required)
    every = (*before, *fields, *after)
    if visibility != "public":  # of what is not public, no field is
        every = tuple(replace(f, profile=COUNCIL) if f.profile is PUBLIC else f for f in every)
    lengths = (derived.LENGTH,) if geometry is Geometry.LINE else ()
    return Table(name, Kind.ASSET, label, plural, every, geometry, unique=_NUMBER,
                 checks=(*_DATES, *checks), derived=lengths, display="name")  # fmt: skip


PATH = _asset(
    "path", Label("Weg", "Path"), Label("Wege", "Paths"), Geometry.LINE,
    (
        Field("legal_class", Type.TEXT, Label("Widmung", "Legal class"),
              domain=codes.LEGAL_CLASS, tab="class", profile=PUBLIC),
        Field("maintenance_body", Type.TEXT, Label("Straßenbaulast", "Duty of maintenance"),
              domain=codes.MAINTENANCE_BODY, tab="class", profile=COUNCIL),
        Field("register_sheet", Type.TEXT,
              Label("Bestandsverzeichnis-Blatt", "Register sheet"), tab="class", profile=COUNCIL),
        Field("rlw_category", Type.TEXT, Label("RLW-Kategorie", "Rural road category (RLW)"),
              domain=codes.RLW_CATEGORY, tab="class", profile=PUBLIC),
        Field("is_core", Type.BOOLEAN, Label("Kernweg", "Core path"), default=False, tab="class",
              profile=PUBLIC,
              help=Label("Kernwegenetz: mindestens 3,5 m befestigt, Bankett 0,5 m, 11,5 t.",
                         "Core network: at least 3.5 m paved, verge 0.5 m, 11.5 t.")),
        Field("surface", Type.TEXT, Label("Befestigung", "Surface"), domain=codes.SURFACE,
              tab="class", profile=PUBLIC),
        Field("width_m", Type.REAL, Label("Breite", "Width"), unit="m", minimum=0.3, maximum=30,
              tab="class", profile=PUBLIC),
        Field("verge_m", Type.REAL, Label("Bankett", "Verge"), unit="m", minimum=0, maximum=5,
              tab="class", profile=COUNCIL),
        Field("axle_load_t", Type.REAL, Label("Achslast", "Axle load"), unit="t", minimum=0.5,
              maximum=20, tab="class", profile=PUBLIC),
        Field("cycle_type", Type.TEXT, Label("Radverkehr", "Cycling"), domain=codes.CYCLE_TYPE,
              tab="class", profile=PUBLIC),
        Field("condition_grade", Type.REAL, Label("Zustandswert", "Condition grade"), minimum=1,
              maximum=5, tab="condition", profile=COUNCIL,
              help=Label("ZEB: 1,0 bis 5,0; 1,5 Zielwert, 3,5 Warnwert, 4,5 Schwellenwert.",
                         "ZEB: 1.0 to 5.0; 1.5 target, 3.5 warning, 4.5 threshold.")),
    ),
)  # fmt: skip

UTILITY_LINE = _asset(
    "utility_line", Label("Leitung", "Utility line"), Label("Leitungen", "Utility lines"),
    Geometry.LINE,
    (
        Field("network_type", Type.TEXT, Label("Sparte", "Network type"), required=True,
              domain=codes.NETWORK_TYPE, tab="class", profile=COUNCIL),
        Field("sub_type", Type.TEXT, Label("Unterart", "Sub-type"), domain=codes.SUB_TYPE,
              tab="class", profile=COUNCIL),
        Field("function", Type.TEXT, Label("Funktion", "Function"), domain=codes.LINE_FUNCTION,
              tab="class"),
        Field("material", Type.TEXT, Label("Material", "Material"), domain=codes.MATERIAL,
              tab="class"),
        Field("dn_mm", Type.INTEGER, Label("Nennweite DN", "Nominal diameter DN"), unit="mm",
              minimum=1, maximum=4000, tab="class"),
        Field("pressure_bar", Type.REAL, Label("Druck", "Pressure"), unit="bar", minimum=0,
              maximum=100, tab="class"),
        Field("voltage_v", Type.INTEGER, Label("Spannung", "Voltage"), unit="V", minimum=1,
              maximum=400000, tab="class"),
        Field("vertical_position", Type.TEXT, Label("Lage", "Vertical position"),
              domain=codes.VERTICAL_POSITION, default="underground", tab="class"),
        Field("cover_m", Type.REAL, Label("Überdeckung", "Cover"), unit="m", minimum=0,
              maximum=20, tab="class"),
        Field("protection_strip_m", Type.REAL, Label("Schutzstreifen", "Protection strip"),
              unit="m", minimum=0, maximum=50, tab="class"),
        Field("accuracy_class", Type.TEXT, Label("Genauigkeitsklasse", "Accuracy class"),
              domain=codes.ACCURACY_CLASS, default="unknown", tab="origin"),
    ),
    visibility="internal", accuracy_required=True,
)  # fmt: skip

STREETLIGHT = _asset(
    "streetlight", Label("Straßenleuchte", "Streetlight"),
    Label("Straßenleuchten", "Streetlights"), Geometry.POINT,
    (
        Field("light_no", Type.TEXT, Label("Leuchtstellennummer", "Light number"), tab="class",
              profile=PUBLIC),
        Field("pole_type", Type.TEXT, Label("Mastart", "Pole type"), domain=codes.POLE_TYPE,
              tab="class", profile=PUBLIC),
        Field("pole_material", Type.TEXT, Label("Mastmaterial", "Pole material"),
              domain=codes.POLE_MATERIAL, tab="class", profile=PUBLIC),
        Field("light_point_height_m", Type.REAL,
              Label("Lichtpunkthöhe", "Light point height"), unit="m", minimum=2, maximum=20,
              tab="class", profile=PUBLIC),
        Field("lamp_type", Type.TEXT, Label("Lampenart", "Lamp type"), domain=codes.LAMP_TYPE,
              tab="class", profile=PUBLIC),
        Field("luminaire_count", Type.INTEGER, Label("Anzahl Leuchten", "Number of luminaires"),
              minimum=1, maximum=20, default=1, tab="class", profile=PUBLIC),
        Field("power_w", Type.REAL, Label("Leistung", "Power"), unit="W", minimum=0, maximum=5000,
              tab="class", profile=PUBLIC,
              help=Label("Je Leuchtstelle.", "Per light point.")),
        Field("power_reduced_w", Type.REAL, Label("Leistung abgesenkt", "Reduced power"),
              unit="W", minimum=0, maximum=5000, tab="class", profile=PUBLIC,
              help=Label("Je Leuchtstelle.", "Per light point.")),
        Field("cct_k", Type.INTEGER, Label("Farbtemperatur", "Colour temperature"), unit="K",
              minimum=1000, maximum=10000, tab="class", profile=PUBLIC),
        Field("switching_point", Type.TEXT, Label("Schaltstelle", "Switching point"),
              tab="class", profile=RESTRICTED),
        Field("control", Type.TEXT, Label("Steuerung", "Control"), domain=codes.LIGHT_CONTROL,
              tab="class"),
        Field("metered", Type.BOOLEAN, Label("mit Zähler", "Metered"), tab="class"),
        Field("lighting_class", Type.TEXT, Label("Beleuchtungsklasse", "Lighting class"),
              domain=codes.LIGHTING_CLASS, tab="class", profile=PUBLIC),
        Field("burning_hours_a", Type.INTEGER, Label("Brenndauer", "Burning hours"), unit="h/a",
              minimum=0, maximum=8784, default=4100, tab="class", profile=COUNCIL),
        Field("electrical_test_on", Type.DATE,
              Label("elektrisch geprüft am", "Electrical test on"), tab="condition",
              help=Label("DGUV Vorschrift 3/4: mindestens alle 4 Jahre.",
                         "DGUV regulation 3/4: at least every 4 years.")),
        Field("stability_test_on", Type.DATE,
              Label("Standsicherheit geprüft am", "Stability test on"), tab="condition",
              help=Label("Üblich: höchstens 6 Jahre Abstand.", "Practice: at most 6 years apart.")),
    ),
    checks=(
        Check("reduced_power_below_power", "power_reduced_w", "<=", "power_w",
              Label("Die abgesenkte Leistung ist größer als die Leistung.",
                    "The reduced power is greater than the power.")),
    ),
)  # fmt: skip

CHARGING_POINT = _asset(
    "charging_point", Label("Ladeeinrichtung", "Charging point"),
    Label("Ladeeinrichtungen", "Charging points"), Geometry.POINT,
    (
        Field("bnetza_id", Type.TEXT, Label("BNetzA-Kennung", "Federal register id"),
              tab="class", profile=PUBLIC),
        Field("device_type", Type.TEXT, Label("Art der Ladeeinrichtung", "Device type"),
              domain=codes.DEVICE_TYPE, tab="class", profile=PUBLIC),
        Field("power_kw", Type.REAL, Label("Nennleistung", "Rated power"), unit="kW",
              minimum=0.1, maximum=5000, tab="class", profile=PUBLIC),
        Field("point_count", Type.INTEGER, Label("Anzahl Ladepunkte", "Number of charge points"),
              minimum=1, maximum=100, tab="class", profile=PUBLIC),
        Field("public_access", Type.BOOLEAN, Label("öffentlich zugänglich", "Public access"),
              default=True, tab="class", profile=PUBLIC),
        Field("payment", Type.TEXT, Label("Bezahlsysteme", "Payment"), tab="class",
              profile=PUBLIC),
        Field("opening_hours", Type.TEXT, Label("Öffnungszeiten", "Opening hours"), tab="class",
              profile=PUBLIC),
        Field("address", Type.TEXT, Label("Anschrift", "Address"), tab="class", profile=PUBLIC),
        Field("parking_info", Type.TEXT, Label("Hinweise zum Parkraum", "Parking"), tab="class",
              profile=PUBLIC),
        Field("notified_on", Type.DATE, Label("angezeigt am", "Notified on"), tab="class",
              help=Label("LSV § 4: binnen zwei Wochen nach Inbetriebnahme.",
                         "LSV § 4: within two weeks of commissioning.")),
    ),
)  # fmt: skip

CONNECTOR = Table(
    "connector", Kind.CHILD, Label("Anschluss", "Connector"), Label("Anschlüsse", "Connectors"),
    (
        UUID,
        Field("charging_point_uuid", Type.TEXT, Label("Ladeeinrichtung", "Charging point"),
              required=True, references=Reference("charging_point", cascade=True),
              profile=PUBLIC, tab="general"),
        Field("evse_id", Type.TEXT, Label("EVSE-ID", "EVSE id"), profile=PUBLIC,
              pattern=r"^[A-Z]{2}\*?[A-Z0-9]{3}\*?E[A-Z0-9*]{1,30}$"),
        Field("connector_type", Type.TEXT, Label("Steckertyp", "Connector type"), required=True,
              domain=codes.CONNECTOR_TYPE, profile=PUBLIC),
        Field("format", Type.TEXT, Label("Ausführung", "Format"), domain=codes.CONNECTOR_FORMAT,
              profile=PUBLIC),
        Field("power_type", Type.TEXT, Label("Stromart", "Power type"), domain=codes.POWER_TYPE,
              profile=PUBLIC),
        Field("power_kw", Type.REAL, Label("Leistung", "Power"), unit="kW", minimum=0.1,
              maximum=1000, profile=PUBLIC),
        *SIGNATURE,
    ),
    parent="charging_point", derived=(derived.AFIR_CATEGORY,), display="connector_type",
)  # fmt: skip
