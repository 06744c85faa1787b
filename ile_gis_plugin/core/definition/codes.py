"""The register's code lists."""

from __future__ import annotations

from .types import Code, CodeList, Label


def _list(name: str, de: str, en: str, *codes: tuple, source: str = "") -> CodeList:
    """A code list from (code, German, English[, codes of the list it depends on])."""
    return CodeList(
        name,
        Label(de, en),
        tuple(Code(c[0], Label(c[1], c[2]), tuple(c[3:])) for c in codes),
        source,
    )


STATUS = _list(
    "status", "Status", "Status",
    ("projected", "geplant", "projected"),
    ("under_construction", "im Bau", "under construction"),
    ("functional", "in Betrieb", "functional"),
    ("disused", "außer Betrieb", "disused"),
    ("decommissioned", "stillgelegt", "decommissioned"),
    source="INSPIRE ConditionOfFacilityValue",
)  # fmt: skip
OWNER_TYPE = _list(
    "owner_type", "Eigentümerart", "Owner type",
    ("municipality", "Gemeinde", "municipality"),
    ("association", "Zweckverband", "special-purpose association"),
    ("district", "Landkreis", "district"),
    ("state", "Freistaat/Land", "state"),
    ("utility", "Versorger", "utility company"),
    ("private", "privat", "private"),
)  # fmt: skip
CONDITION_CLASS = _list(
    "condition_class", "Zustandsklasse", "Condition class",
    ("1", "1 – sehr gut", "1 – very good"),
    ("2", "2 – gut", "2 – good"),
    ("3", "3 – mittel", "3 – fair"),
    ("4", "4 – schlecht", "4 – poor"),
    ("5", "5 – sehr schlecht", "5 – very poor"),
)  # fmt: skip
CAPTURE_METHOD = _list(
    "capture_method", "Erfassungsart", "Capture method",
    ("gnss", "GNSS", "GNSS"),
    ("tachymetry", "Tachymetrie", "tachymetry"),
    ("open_trench", "am offenen Graben", "open trench"),
    ("located", "geortet", "located"),
    ("digitised", "digitalisiert", "digitised"),
    ("plan", "aus Plan übernommen", "from a plan"),
    ("unknown", "unbekannt", "unknown"),
)  # fmt: skip
VISIBILITY = _list(
    "visibility", "Sichtbarkeit", "Visibility",
    ("public", "öffentlich", "public"),
    ("council", "Gremien", "council"),
    ("internal", "intern", "internal"),
    ("restricted", "vertraulich", "restricted"),
)  # fmt: skip
MUNICIPALITY_KIND = _list(
    "municipality_kind", "Gemeindeart", "Kind of municipality",
    ("city", "Stadt", "city or town"),
    ("market", "Markt", "market town"),
    ("municipality", "Gemeinde", "municipality"),
    ("unincorporated", "gemeindefreies Gebiet", "unincorporated area"),
)  # fmt: skip

LEGAL_CLASS = _list(
    "legal_class", "Widmung", "Legal class",
    ("state_road", "Staatsstraße", "state road"),
    ("district_road", "Kreisstraße", "district road"),
    ("connecting_road", "Gemeindeverbindungsstraße", "municipal connecting road"),
    ("local_street", "Ortsstraße", "local street"),
    ("field_forest_built", "ausgebauter öff. Feld-/Waldweg", "built public field or forest way"),
    ("field_forest_unbuilt", "nicht ausgebauter öff. Feld-/Waldweg",
     "unbuilt public field or forest way"),
    ("restricted", "beschränkt-öffentlicher Weg", "restricted public way"),
    ("owner_way", "Eigentümerweg", "owner's way"),
    ("undedicated", "nicht gewidmet", "not dedicated"),
    source="BayStrWG Art. 3, 53, 54",
)  # fmt: skip
MAINTENANCE_BODY = _list(
    "maintenance_body", "Straßenbaulast", "Duty of maintenance",
    ("municipality", "Gemeinde", "municipality"),
    ("participants", "Beteiligte", "participants"),
    ("owner", "Eigentümer", "owner"),
    ("other", "Sonstige", "other"),
)  # fmt: skip
RLW_CATEGORY = _list(
    "rlw_category", "RLW-Kategorie", "Rural road category (RLW)",
    ("connection", "Verbindungsweg", "connecting way"),
    ("main_farm", "Hauptwirtschaftsweg", "main farm way"),
    ("farm", "Wirtschaftsweg", "farm way"),
    ("green", "Grünweg", "green way"),
    ("timber_haul", "Holzabfuhrweg", "timber haul way"),
    ("other", "sonstiger Weg", "other way"),
    source="DWA-A 904 (RLW)",
)  # fmt: skip
SURFACE = _list(
    "surface", "Befestigung", "Surface",
    ("asphalt", "Asphalt", "asphalt"),
    ("concrete", "Beton", "concrete"),
    ("paving_stones", "Pflaster", "paving stones"),
    ("concrete_lanes", "Spurbahn", "concrete lanes"),
    ("compacted", "wassergebunden", "compacted"),
    ("gravel", "Schotter", "gravel"),
    ("grass", "Gras", "grass"),
    ("ground", "Erde", "ground"),
)  # fmt: skip
CYCLE_TYPE = _list(
    "cycle_type", "Radverkehr", "Cycling",
    ("separate", "Radweg", "separate cycle track"),
    ("shared", "gemeinsamer Geh- und Radweg", "shared foot and cycle path"),
    ("segregated", "getrennter Geh- und Radweg", "segregated foot and cycle path"),
    ("cycle_street", "Fahrradstraße", "cycle street"),
    ("farm_ok", "Wirtschaftsweg, Radverkehr frei", "farm way open to cycles"),
    ("none", "kein Radverkehr", "none"),
)  # fmt: skip

NETWORK_TYPE = _list(
    "network_type", "Sparte", "Network type",
    ("electricity", "Strom", "electricity"),
    ("gas", "Gas", "gas"),
    ("sewer", "Abwasser", "sewer"),
    ("water", "Wasser", "water"),
    ("thermal", "Wärme", "thermal"),
    ("telecommunications", "Telekommunikation", "telecommunications"),
    source="INSPIRE UtilityNetworkTypeValue",
)  # fmt: skip
SUB_TYPE = _list(
    "sub_type", "Unterart", "Sub-type",
    ("combined", "Mischwasser", "combined sewer", "sewer"),
    ("sanitary", "Schmutzwasser", "sanitary sewer", "sewer"),
    ("storm", "Regenwasser", "storm sewer", "sewer"),
    ("potable", "Trinkwasser", "potable water", "water"),
    ("raw", "Rohwasser", "raw water", "water"),
    ("optical_fiber", "Glasfaser", "optical fibre", "telecommunications"),
    ("coaxial", "Koaxialkabel", "coaxial", "telecommunications"),
    ("twisted_pair", "Kupferdoppelader", "twisted pair", "telecommunications"),
)  # fmt: skip
LINE_FUNCTION = _list(
    "line_function", "Funktion", "Function",
    ("transport", "Transport", "transport"),
    ("distribution", "Verteilung", "distribution"),
    ("collection", "Sammlung", "collection"),
    ("service_connection", "Hausanschluss", "service connection"),
)  # fmt: skip
MATERIAL = _list(
    "material", "Material", "Material",
    ("pvc", "PVC", "PVC"),
    ("pe", "PE", "PE"),
    ("pp", "PP", "PP"),
    ("ductile_iron", "duktiles Gusseisen (GGG)", "ductile iron"),
    ("grey_iron", "Grauguss (GG)", "grey iron"),
    ("steel", "Stahl", "steel"),
    ("stoneware", "Steinzeug (Stz)", "stoneware"),
    ("concrete", "Beton (B)", "concrete"),
    ("reinforced_concrete", "Stahlbeton (Sb)", "reinforced concrete"),
    ("fibre_cement", "Faserzement", "fibre cement"),
    ("grp", "GFK", "glass-reinforced plastic"),
    ("unknown", "unbekannt", "unknown"),
)  # fmt: skip
VERTICAL_POSITION = _list(
    "vertical_position", "Lage", "Vertical position",
    ("underground", "unterirdisch", "underground"),
    ("on_surface", "oberirdisch am Boden", "on the surface"),
    ("suspended", "Freileitung", "suspended"),
    source="INSPIRE VerticalPositionValue",
)  # fmt: skip
ACCURACY_CLASS = _list(
    "accuracy_class", "Genauigkeitsklasse", "Accuracy class",
    ("up_to_10cm", "bis 10 cm", "up to 10 cm"),
    ("up_to_30cm", "bis 30 cm", "up to 30 cm"),
    ("up_to_50cm", "bis 50 cm", "up to 50 cm"),
    ("up_to_100cm", "bis 100 cm", "up to 100 cm"),
    ("over_100cm", "über 100 cm", "over 100 cm"),
    ("unknown", "unbekannt", "unknown"),
)  # fmt: skip

POLE_TYPE = _list(
    "pole_type", "Mastart", "Pole type",
    ("straight_mast", "gerader Mast", "straight mast"),
    ("bent_mast", "Peitschenmast", "bent mast"),
    ("wall_mounted", "Wandleuchte", "wall mounted"),
    ("suspended", "Seilleuchte", "suspended"),
    ("power_pole", "Freileitungsmast", "power pole"),
    ("ground", "Bodenleuchte", "ground"),
)  # fmt: skip
POLE_MATERIAL = _list(
    "pole_material", "Mastmaterial", "Pole material",
    ("steel", "Stahl", "steel"),
    ("aluminium", "Aluminium", "aluminium"),
    ("wood", "Holz", "wood"),
    ("concrete", "Beton", "concrete"),
    ("grp", "GFK", "glass-reinforced plastic"),
    ("other", "Sonstiges", "other"),
)  # fmt: skip
LAMP_TYPE = _list(
    "lamp_type", "Lampenart", "Lamp type",
    ("led", "LED", "LED"),
    ("hps", "Natriumdampf-Hochdruck (NAV)", "high-pressure sodium"),
    ("lps", "Natriumdampf-Niederdruck (NA)", "low-pressure sodium"),
    ("hme", "Quecksilberdampf (HME)", "mercury vapour"),
    ("mh", "Halogenmetalldampf (HIT)", "metal halide"),
    ("fluorescent", "Leuchtstofflampe", "fluorescent"),
    ("gas", "Gas", "gas"),
)  # fmt: skip
LIGHT_CONTROL = _list(
    "light_control", "Steuerung", "Control",
    ("ripple", "Rundsteuerung", "ripple control"),
    ("twilight", "Dämmerungsschalter", "twilight switch"),
    ("astro", "Astrouhr", "astronomical clock"),
    ("telemanagement", "Telemanagement", "telemanagement"),
    ("adaptive", "adaptiv", "adaptive"),
)  # fmt: skip
LIGHTING_CLASS = _list(
    "lighting_class", "Beleuchtungsklasse", "Lighting class",
    *((c, c, c) for c in (
        "M1", "M2", "M3", "M4", "M5", "M6", "C0", "C1", "C2", "C3", "C4", "C5",
        "P1", "P2", "P3", "P4", "P5", "P6", "P7")),
    source="EN 13201-2",
)  # fmt: skip

DEVICE_TYPE = _list(
    "device_type", "Art der Ladeeinrichtung", "Device type",
    ("normal", "Normalladeeinrichtung", "normal charging"),
    ("fast", "Schnellladeeinrichtung", "fast charging"),
)  # fmt: skip
CONNECTOR_TYPE = _list(
    "connector_type", "Steckertyp", "Connector type",
    ("IEC_62196_T2", "Typ 2", "type 2"),
    ("IEC_62196_T2_COMBO", "CCS (Combo 2)", "CCS (combo 2)"),
    ("CHADEMO", "CHAdeMO", "CHAdeMO"),
    ("DOMESTIC_F", "Schuko", "Schuko (domestic F)"),
    ("IEC_62196_T1", "Typ 1", "type 1"),
    ("TESLA_S", "Tesla Model S", "Tesla Model S"),
    ("IEC_60309_2_single_16", "CEE 1-phasig 16 A", "CEE single-phase 16 A"),
    ("IEC_60309_2_three_16", "CEE 3-phasig 16 A", "CEE three-phase 16 A"),
    ("IEC_60309_2_three_32", "CEE 3-phasig 32 A", "CEE three-phase 32 A"),
    source="OCPI ConnectorType",
)  # fmt: skip
CONNECTOR_FORMAT = _list(
    "connector_format", "Ausführung", "Format",
    ("socket", "Steckdose", "socket"),
    ("cable", "Kabel mit Kupplung", "attached cable"),
)  # fmt: skip
POWER_TYPE = _list(
    "power_type", "Stromart", "Power type",
    ("ac_1_phase", "AC einphasig", "AC single phase"),
    ("ac_3_phase", "AC dreiphasig", "AC three phase"),
    ("dc", "DC", "DC"),
)  # fmt: skip

AFIR_CATEGORY = _list(
    "afir_category", "AFIR-Kategorie", "AFIR category",
    ("slow_ac", "langsam AC (unter 7,4 kW)", "slow AC (below 7.4 kW)"),
    ("medium_ac", "mittelschnell AC (bis 22 kW)", "medium-speed AC (up to 22 kW)"),
    ("fast_ac", "schnell AC (über 22 kW)", "fast AC (above 22 kW)"),
    ("slow_dc", "langsam DC (unter 50 kW)", "slow DC (below 50 kW)"),
    ("fast_dc", "schnell DC (unter 150 kW)", "fast DC (below 150 kW)"),
    ("hpc1", "ultraschnell Stufe 1 (unter 350 kW)", "ultra-fast level 1 (below 350 kW)"),
    ("hpc2", "ultraschnell Stufe 2 (ab 350 kW)", "ultra-fast level 2 (350 kW and above)"),
    source="Regulation (EU) 2023/1804 (AFIR), annex III",
)  # fmt: skip

LEGAL_FORM = _list(
    "legal_form", "Rechtsform", "Legal form",
    ("working_group", "Arbeitsgemeinschaft", "working group"),
    ("agreement", "Zweckvereinbarung", "special-purpose agreement"),
    ("association", "Zweckverband", "special-purpose association"),
    ("joint_enterprise", "gemeinsames Kommunalunternehmen", "joint municipal enterprise"),
    ("contract", "Vertrag", "contract"),
    ("none", "ohne", "none"),
    source="KommZG Art. 2",
)  # fmt: skip
PHASE = _list(
    "phase", "Phase", "Phase",
    ("idea", "Idee", "idea"),
    ("preliminary", "Vorplanung", "preliminary design"),
    ("resolved", "beschlossen", "resolved"),
    ("applied", "beantragt", "applied for"),
    ("approved", "bewilligt", "approved"),
    ("tender", "Ausschreibung", "tender"),
    ("construction", "im Bau", "construction"),
    ("completed", "abgenommen", "completed"),
    ("settled", "abgerechnet", "settled"),
    ("rejected", "abgelehnt", "rejected"),
)  # fmt: skip
VAT_MODE = _list(
    "vat_mode", "Netto/Brutto", "Net or gross",
    ("net", "netto", "net"),
    ("gross", "brutto", "gross"),
)  # fmt: skip
SHARE_KEY = _list(
    "share_key", "Kostenschlüssel", "Cost key",
    ("equal", "zu gleichen Teilen", "equal parts"),
    ("population", "Einwohner", "population"),
    ("length", "Länge im Gebiet", "length in the territory"),
    ("asset_count", "Anzahl im Gebiet", "number in the territory"),
    ("area", "Fläche", "area"),
    ("fixed_percent", "fester Prozentsatz", "fixed percentage"),
    ("levy_base", "Umlagegrundlagen", "levy base"),
    ("mixed", "gewichtete Mischung", "weighted mix"),
)  # fmt: skip
KEY_SOURCE = _list(
    "key_source", "Grundlage des Schlüssels", "Basis of the key",
    ("statute", "Satzung", "statute"),
    ("agreement", "Vereinbarung", "agreement"),
    ("resolution", "Beschluss", "resolution"),
)  # fmt: skip
FIGURE = _list(
    "figure", "Kennzahl", "Figure",
    ("population", "Einwohner", "population"),
    ("levy_base", "Umlagegrundlagen (€)", "levy base (€)"),
    ("area", "Fläche (km²)", "area (km²)"),
)  # fmt: skip
MEASURE = _list(
    "measure", "Maß", "Measure",
    ("length", "Länge der Objekte (m)", "length of the assets (m)"),
    ("count", "Anzahl der Objekte", "number of assets"),
)  # fmt: skip
SPLIT_KIND = _list(
    "split_kind", "Art der Fassung", "Kind of version",
    ("resolved", "beschlossen", "resolved"),
    ("update", "Fortschreibung", "update"),
)  # fmt: skip
COST_BASIS = _list(
    "cost_basis", "Kostenstand", "Cost basis",
    ("planned", "geplant", "planned"),
    ("actual", "abgerechnet", "actual"),
)  # fmt: skip
ASSET_ROLE = _list(
    "asset_role", "Rolle", "Role",
    ("new", "Neubau", "new"),
    ("upgrade", "Ausbau", "upgrade"),
    ("maintenance", "Unterhalt", "maintenance"),
)  # fmt: skip
RESOLUTION_RESULT = _list(
    "resolution_result", "Beschlussergebnis", "Result of the vote",
    ("accepted", "angenommen", "accepted"),
    ("rejected", "abgelehnt", "rejected"),
    ("postponed", "vertagt", "postponed"),
)  # fmt: skip

ASSET_CLASS = _list(
    "asset_class", "Objektklasse", "Asset class",
    ("path", "Weg", "path"),
    ("utility_line", "Leitung", "utility line"),
    ("streetlight", "Straßenleuchte", "streetlight"),
    ("charging_point", "Ladeeinrichtung", "charging point"),
)  # fmt: skip
SEVERITY = _list(
    "severity", "Schwere", "Severity",
    ("error", "Fehler", "error"),
    ("warning", "Warnung", "warning"),
    ("info", "Hinweis", "information"),
)  # fmt: skip
FINDING_STATE = _list(
    "finding_state", "Bearbeitungsstand", "State",
    ("open", "offen", "open"),
    ("accepted", "als Ausnahme anerkannt", "accepted as exception"),
    ("fixed", "behoben", "fixed"),
)  # fmt: skip
PROPOSAL_KIND = _list(
    "proposal_kind", "Art des Vorschlags", "Kind of proposal",
    ("gap", "Lücke", "gap"),
    ("overshoot", "Überstand", "overshoot"),
    ("double", "doppelt erfasst", "recorded twice"),
    ("mismatch", "abweichende Angabe", "mismatch"),
    ("point_double", "Punkt doppelt erfasst", "point recorded twice"),
    ("along_border", "entlang der Grenze", "along the border"),
)  # fmt: skip
PROPOSAL_STATE = _list(
    "proposal_state", "Bearbeitungsstand", "State",
    ("open", "offen", "open"),
    ("accepted", "anerkannt und übernommen", "accepted and applied"),
    ("rejected", "abgelehnt", "rejected"),
    ("void", "hinfällig", "void"),
)  # fmt: skip
LINK_KIND = _list(
    "link_kind", "Art der Verknüpfung", "Kind of link",
    ("end_end", "Ende an Ende", "end to end"),
    ("end_line", "Ende an Linie", "end to line"),
    ("same_object", "dasselbe Objekt", "same object"),
)  # fmt: skip
CHANGE_ACTION = _list(
    "change_action", "Vorgang", "Action",
    ("insert", "angelegt", "inserted"),
    ("update", "geändert", "updated"),
    ("delete", "gelöscht", "deleted"),
)  # fmt: skip

CODE_LISTS = tuple(v for v in list(globals().values()) if isinstance(v, CodeList))
