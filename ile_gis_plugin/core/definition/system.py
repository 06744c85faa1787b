"""Municipalities, derived shares, findings, border links, and what the register keeps of itself."""

from __future__ import annotations

from . import codes
from .assets import SIGNATURE, UUID
from .types import Field, Geometry, Kind, Label, Profile, Reference, Table, Type

PUBLIC, COUNCIL = Profile.PUBLIC, Profile.COUNCIL

MUNICIPALITY = Table(
    "municipality", Kind.REFERENCE, Label("Gemeinde", "Municipality"),
    Label("Gemeinden", "Municipalities"),
    (
        UUID,
        Field("ags", Type.TEXT, Label("AGS", "AGS (official key)"), required=True, unique=True,
              pattern=r"^[0-9]{8}$", profile=PUBLIC,
              help=Label("Amtlicher Gemeindeschlüssel, acht Ziffern.",
                         "Official municipality key, eight digits.")),
        Field("ars", Type.TEXT, Label("Regionalschlüssel", "Regional key (ARS)"),
              pattern=r"^[0-9]{12}$", profile=PUBLIC),
        Field("name", Type.TEXT, Label("Name", "Name"), required=True, profile=PUBLIC),
        Field("kind", Type.TEXT, Label("Gemeindeart", "Kind"), required=True,
              domain=codes.MUNICIPALITY_KIND, default="municipality", profile=PUBLIC),
        Field("is_member", Type.BOOLEAN, Label("Mitglied", "Member"), required=True,
              default=False, profile=PUBLIC),
        Field("population", Type.INTEGER, Label("Einwohner", "Population"), minimum=0,
              profile=PUBLIC),
        Field("population_on", Type.DATE, Label("Einwohner am", "Population on"), profile=PUBLIC),
        Field("source", Type.TEXT, Label("Quelle", "Source"), profile=PUBLIC),
        Field("source_date", Type.DATE, Label("Stand der Quelle", "Source date"), profile=PUBLIC),
        *SIGNATURE,
    ),
    Geometry.AREA,
)  # fmt: skip

_ASSET_CLASS = Field(
    "asset_class", Type.TEXT, Label("Objektklasse", "Asset class"), required=True,
    domain=codes.ASSET_CLASS, profile=PUBLIC,
)  # fmt: skip
_ASSET_UUID = Field(
    "asset_uuid", Type.TEXT, Label("Objekt", "Asset"), required=True, profile=PUBLIC
)

ASSET_SHARE = Table(
    "asset_share", Kind.DERIVED, Label("Gebietsanteil", "Territory share"),
    Label("Gebietsanteile", "Territory shares"),
    (
        _ASSET_CLASS,
        _ASSET_UUID,
        Field("ags", Type.TEXT, Label("Gemeinde", "Municipality"),
              references=Reference("municipality", "ags", cascade=True), profile=PUBLIC,
              help=Label("Leer: außerhalb aller Gemeinden des Registers.",
                         "Empty: outside all municipalities of the register.")),
        Field("length_m", Type.REAL, Label("Länge", "Length"), unit="m", minimum=0,
              profile=PUBLIC,
              help=Label("Ellipsoidische Länge (GRS80) im Gebiet; leer bei Punkten.",
                         "Ellipsoidal length (GRS80) in the territory; empty for points.")),
        Field("asset_length_m", Type.REAL, Label("Länge des Objekts", "Length of the asset"),
              unit="m", minimum=0, profile=PUBLIC,
              help=Label("Summe der Längen in allen Gebieten; leer bei Punkten.",
                         "Sum of the lengths in all territories; empty for points.")),
        Field("share", Type.REAL, Label("Anteil", "Share"), required=True, minimum=0, maximum=1,
              profile=PUBLIC,
              help=Label("Vielfaches von 2⁻³⁰: die Anteile eines Objekts ergeben genau 1.",
                         "A multiple of 2⁻³⁰: the shares of an asset sum to exactly 1.")),
    ),
    unique=(("asset_uuid", "ags"),), display="ags",
)  # fmt: skip

FINDING = Table(
    "finding", Kind.REFERENCE, Label("Befund", "Finding"), Label("Befunde", "Findings"),
    (
        UUID,
        Field("identity", Type.TEXT, Label("Kennung", "Identity"), required=True, unique=True,
              profile=COUNCIL, system=True,
              help=Label("Regel, Objekte und Stelle: woran derselbe Befund wiedererkannt wird.",
                         "Rule, assets and place: by this the same finding is known again.")),
        Field("code", Type.TEXT, Label("Regel", "Rule"), required=True,
              pattern=r"^[A-Z]{3}[0-9]{3}$", profile=COUNCIL),
        Field("severity", Type.TEXT, Label("Schwere", "Severity"), required=True,
              domain=codes.SEVERITY, default="warning", profile=COUNCIL),
        Field("state", Type.TEXT, Label("Bearbeitungsstand", "State"), required=True,
              domain=codes.FINDING_STATE, default="open", profile=COUNCIL),
        Field("table_name", Type.TEXT, Label("Tabelle", "Table"), profile=COUNCIL),
        Field("row_uuid", Type.TEXT, Label("Objekt", "Row"), profile=COUNCIL),
        Field("other_uuid", Type.TEXT, Label("anderes Objekt", "Other row"), profile=COUNCIL),
        Field("field", Type.TEXT, Label("Feld", "Field"), profile=COUNCIL),
        Field("ags", Type.TEXT, Label("Gemeinde", "Municipality"),
              references=Reference("municipality", "ags"), profile=COUNCIL),
        Field("other_ags", Type.TEXT, Label("andere Gemeinde", "Other municipality"),
              references=Reference("municipality", "ags"), profile=COUNCIL),
        Field("details", Type.JSON, Label("Werte", "Values"), profile=COUNCIL,
              help=Label("Die Werte, die in den Satz der Regel gehören.",
                         "The values that belong into the rule's sentence.")),
        Field("reason", Type.TEXT, Label("Begründung", "Reason"), multiline=True),
        Field("decided_by", Type.TEXT, Label("entschieden von", "Decided by")),
        Field("decided_at", Type.DATETIME, Label("entschieden am", "Decided at")),
        *SIGNATURE,
    ),
    Geometry.POINT, display="code",
    help=Label("Was die Regeln gefunden haben. Die Sätze dazu stehen in docs/rules.de.md.",
               "What the rules have found. Their sentences stand in docs/rules.en.md."),
)  # fmt: skip

BORDER_PROPOSAL = Table(
    "border_proposal", Kind.REFERENCE, Label("Grenzvorschlag", "Border proposal"),
    Label("Grenzvorschläge", "Border proposals"),
    (
        UUID,
        Field("identity", Type.TEXT, Label("Kennung", "Identity"), required=True, unique=True,
              profile=COUNCIL, system=True,
              help=Label("Art, Objekte und Enden: woran derselbe Vorschlag wiedererkannt wird.",
                         "Kind, assets and ends: by this the same proposal is known again.")),
        _ASSET_CLASS,
        Field("kind", Type.TEXT, Label("Art", "Kind"), required=True,
              domain=codes.PROPOSAL_KIND, profile=COUNCIL),
        Field("state", Type.TEXT, Label("Bearbeitungsstand", "State"), required=True,
              domain=codes.PROPOSAL_STATE, default="open", profile=COUNCIL),
        Field("confidence", Type.REAL, Label("Sicherheit", "Confidence"), required=True,
              minimum=0, maximum=1, profile=COUNCIL),
        Field("left_uuid", Type.TEXT, Label("Objekt A", "Asset A"), required=True,
              profile=COUNCIL),
        Field("left_ags", Type.TEXT, Label("Gemeinde A", "Municipality A"), required=True,
              references=Reference("municipality", "ags"), profile=COUNCIL),
        Field("right_uuid", Type.TEXT, Label("Objekt B", "Asset B"), profile=COUNCIL,
              help=Label("Leer: nur ein Objekt ist betroffen.",
                         "Empty: only one asset is concerned.")),
        Field("right_ags", Type.TEXT, Label("Gemeinde B", "Municipality B"),
              references=Reference("municipality", "ags"), profile=COUNCIL),
        Field("details", Type.JSON, Label("Werte", "Values"), profile=COUNCIL),
        Field("changes", Type.JSON, Label("Änderungen", "Changes"),
              help=Label("Je Objekt Version, neue Geometrie (WKT) und neue Werte.",
                         "For each asset its version, new geometry (WKT) and new values.")),
        Field("left_accepted_by", Type.TEXT, Label("anerkannt von (A)", "Accepted by (A)")),
        Field("left_accepted_at", Type.DATETIME, Label("anerkannt am (A)", "Accepted at (A)")),
        Field("right_accepted_by", Type.TEXT, Label("anerkannt von (B)", "Accepted by (B)")),
        Field("right_accepted_at", Type.DATETIME, Label("anerkannt am (B)", "Accepted at (B)")),
        Field("rejected_by", Type.TEXT, Label("abgelehnt von", "Rejected by")),
        Field("rejected_at", Type.DATETIME, Label("abgelehnt am", "Rejected at")),
        Field("reason", Type.TEXT, Label("Begründung", "Reason"), multiline=True),
        *SIGNATURE,
    ),
    Geometry.POINT, display="kind",
    help=Label("Was an der Grenze zusammengehört und wie es zusammenkommt; beide Seiten "
               "entscheiden.",
               "What belongs together at the border and how it is joined; both sides decide."),
)  # fmt: skip

BORDER_LINK = Table(
    "border_link", Kind.REFERENCE, Label("Grenzverknüpfung", "Border link"),
    Label("Grenzverknüpfungen", "Border links"),
    (
        UUID,
        _ASSET_CLASS,
        Field("kind", Type.TEXT, Label("Art", "Kind"), required=True, domain=codes.LINK_KIND,
              profile=COUNCIL),
        Field("left_uuid", Type.TEXT, Label("Objekt A", "Asset A"), required=True,
              profile=COUNCIL),
        Field("right_uuid", Type.TEXT, Label("Objekt B", "Asset B"), required=True,
              profile=COUNCIL),
        Field("left_accepted_by", Type.TEXT, Label("anerkannt von (A)", "Accepted by (A)")),
        Field("left_accepted_at", Type.DATETIME, Label("anerkannt am (A)", "Accepted at (A)")),
        Field("right_accepted_by", Type.TEXT, Label("anerkannt von (B)", "Accepted by (B)")),
        Field("right_accepted_at", Type.DATETIME, Label("anerkannt am (B)", "Accepted at (B)")),
        *SIGNATURE,
    ),
    Geometry.POINT, unique=(("left_uuid", "right_uuid", "kind"),), display="kind",
)  # fmt: skip

CHANGE_LOG = Table(
    "change_log", Kind.SYSTEM, Label("Änderung", "Change"),
    Label("Änderungsprotokoll", "Change log"),
    (
        Field("changed_at", Type.DATETIME, Label("wann", "When"), required=True),
        Field("changed_by", Type.TEXT, Label("wer", "Who"),
              help=Label("Leer: die schreibende Anwendung hat keinen Namen genannt.",
                         "Empty: the writing client named nobody.")),
        Field("batch", Type.TEXT, Label("Vorgang", "Batch")),
        Field("reason", Type.TEXT, Label("Grund", "Reason")),
        Field("table_name", Type.TEXT, Label("Tabelle", "Table"), required=True),
        Field("row_uuid", Type.TEXT, Label("Objekt", "Row"), required=True),
        Field("action", Type.TEXT, Label("Vorgangsart", "Action"), required=True,
              domain=codes.CHANGE_ACTION),
        Field("old_state", Type.JSON, Label("alter Stand", "Old state"),
              help=Label("Alle Felder vor der Änderung; leer beim Anlegen.",
                         "All fields before the change; empty for an insert.")),
        Field("old_geometry", Type.BLOB, Label("alte Geometrie", "Old geometry"),
              help=Label("Nur wenn die Änderung sie betraf.",
                         "Only where the change touched it.")),
        Field("geometry_changed", Type.BOOLEAN, Label("Geometrie geändert", "Geometry changed"),
              required=True, default=False),
    ),
    display="row_uuid",
)  # fmt: skip

CODE = Table(
    "code", Kind.SYSTEM, Label("Code", "Code"), Label("Codelisten", "Code lists"),
    (
        Field("list", Type.TEXT, Label("Liste", "List"), required=True, profile=PUBLIC),
        Field("code", Type.TEXT, Label("Code", "Code"), required=True, profile=PUBLIC),
        Field("label_de", Type.TEXT, Label("Bezeichnung deutsch", "German label"), required=True,
              profile=PUBLIC),
        Field("label_en", Type.TEXT, Label("Bezeichnung englisch", "English label"),
              required=True, profile=PUBLIC),
        Field("parents", Type.TEXT, Label("gehört zu", "Belongs to"), profile=PUBLIC),
        Field("position", Type.INTEGER, Label("Reihenfolge", "Position"), required=True,
              profile=PUBLIC),
    ),
    unique=(("list", "code"),), display="code",
)  # fmt: skip

REGISTER_INFO = Table(
    "register_info", Kind.SYSTEM, Label("Registerangabe", "Register entry"),
    Label("Registerangaben", "Register entries"),
    (
        Field("key", Type.TEXT, Label("Schlüssel", "Key"), required=True, unique=True,
              profile=PUBLIC),
        Field("value", Type.TEXT, Label("Wert", "Value"), profile=PUBLIC),
    ),
    display="key",
)  # fmt: skip

CHANGE_CONTEXT = Table(
    "change_context", Kind.SYSTEM, Label("Schreibvorgang", "Write context"),
    Label("Schreibvorgänge", "Write contexts"),
    (
        Field("changed_by", Type.TEXT, Label("wer", "Who")),
        Field("batch", Type.TEXT, Label("Vorgang", "Batch")),
        Field("reason", Type.TEXT, Label("Grund", "Reason")),
    ),
    display="batch",
    help=Label("Eine Zeile, nur während ein Vorgang schreibt; die Trigger lesen sie.",
               "One row, only while a job writes; the triggers read it."),
)  # fmt: skip

IMPORT_RECORD = Table(
    "import_record", Kind.DERIVED, Label("Lieferungszeile", "Delivered row"),
    Label("Lieferungszeilen", "Delivered rows"),
    (
        _ASSET_CLASS,
        Field("asset_uuid", Type.TEXT, Label("Objekt", "Asset"), required=True, unique=True),
        Field("ags", Type.TEXT, Label("Gemeinde", "Municipality"), required=True),
        Field("delivery", Type.TEXT, Label("Lieferung", "Delivery"), required=True),
        Field("geometry_hash", Type.TEXT, Label("Geometrie-Prüfsumme", "Geometry hash"),
              required=True),
        Field("delivered", Type.JSON, Label("gelieferte Werte", "Delivered values"),
              required=True),
    ),
    display="asset_uuid",
    help=Label("Was zuletzt geliefert wurde; so bleiben eigene Korrekturen bei der nächsten "
               "Lieferung erhalten.",
               "What was delivered last; so that own corrections survive the next delivery."),
)  # fmt: skip
