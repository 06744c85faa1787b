"""Joint projects with their participants, phases, resolutions and linked assets."""

from __future__ import annotations

from . import codes
from .assets import SIGNATURE, UUID
from .types import Check, Field, Kind, Label, Profile, Reference, Table, Type

COUNCIL = Profile.COUNCIL
OF_PROJECT = Field(
    "project_uuid", Type.TEXT, Label("Gemeinschaftsprojekt", "Joint project"), required=True,
    references=Reference("joint_project", cascade=True), profile=COUNCIL,
)  # fmt: skip
PERCENT = {"unit": "%", "minimum": 0, "maximum": 100}

JOINT_PROJECT = Table(
    "joint_project", Kind.PROJECT, Label("Gemeinschaftsprojekt", "Joint project"),
    Label("Gemeinschaftsprojekte", "Joint projects"),
    (
        UUID,
        Field("number", Type.TEXT, Label("Projektnummer", "Project number"), required=True,
              unique=True, profile=COUNCIL),
        Field("title", Type.TEXT, Label("Titel", "Title"), required=True, profile=COUNCIL),
        Field("description", Type.TEXT, Label("Beschreibung", "Description"), multiline=True,
              profile=COUNCIL),
        Field("lead_ags", Type.TEXT, Label("Federführung", "Lead"), required=True,
              references=Reference("municipality", "ags"), profile=COUNCIL),
        Field("legal_form", Type.TEXT, Label("Rechtsform", "Legal form"),
              domain=codes.LEGAL_FORM, default="none", profile=COUNCIL),
        Field("phase", Type.TEXT, Label("Phase", "Phase"), required=True, domain=codes.PHASE,
              default="idea", profile=COUNCIL),
        Field("starts_on", Type.DATE, Label("Beginn", "Starts on"), profile=COUNCIL),
        Field("ends_on", Type.DATE, Label("Ende", "Ends on"), profile=COUNCIL),
        Field("cost_estimated", Type.MONEY, Label("geschätzte Kosten", "Estimated cost"),
              unit="€", tab="finance", profile=COUNCIL),
        Field("cost_actual", Type.MONEY, Label("tatsächliche Kosten", "Actual cost"), unit="€",
              tab="finance", profile=COUNCIL),
        Field("vat_mode", Type.TEXT, Label("Netto/Brutto", "Net or gross"), required=True,
              domain=codes.VAT_MODE, default="gross", tab="finance", profile=COUNCIL),
        Field("deductible_vat_percent", Type.REAL,
              Label("Vorsteuerabzug", "Deductible input VAT"), **PERCENT, tab="finance",
              profile=COUNCIL,
              help=Label("Anteil der Umsatzsteuer, den das Finanzamt erstattet; er gehört nicht zu "
                         "den Kosten.",
                         "Part of the VAT that the tax office refunds; it is no cost.")),
        Field("share_key", Type.TEXT, Label("Kostenschlüssel", "Cost key"), required=True,
              domain=codes.SHARE_KEY, default="equal", tab="finance", profile=COUNCIL),
        Field("key_reference_date", Type.DATE, Label("Stichtag", "Reference date"),
              tab="finance", profile=COUNCIL),
        Field("key_source_kind", Type.TEXT, Label("Art der Grundlage", "Kind of basis"),
              domain=codes.KEY_SOURCE, tab="finance", profile=COUNCIL),
        Field("key_source", Type.TEXT, Label("Grundlage des Schlüssels", "Basis of the key"),
              tab="finance", profile=COUNCIL,
              help=Label("Fundstelle: Paragraph der Satzung, Vereinbarung oder Beschluss.",
                         "Where it stands: section of the statute, agreement or resolution.")),
        Field("lead_advance_percent", Type.REAL,
              Label("Vorwegabzug der Federführung", "Advance share of the lead"), **PERCENT,
              tab="finance", profile=COUNCIL,
              help=Label("Diesen Teil des Eigenanteils trägt die Federführung vorweg; den Rest "
                         "teilen alle nach dem Schlüssel.",
                         "The lead bears this part of the own share beforehand; all divide the "
                         "rest by the key.")),
        Field("budget_year", Type.INTEGER, Label("Haushaltsjahr", "Budget year"), minimum=1990,
              maximum=2100, tab="finance", profile=COUNCIL,
              help=Label("Jahr des Haushalts, der beschlossen wird; Raten späterer Jahre brauchen "
                         "eine Verpflichtungsermächtigung.",
                         "Year of the budget that is voted on; instalments of later years need a "
                         "commitment authorisation.")),
        Field("approved_from", Type.DATE, Label("Bewilligungszeitraum ab", "Approval period from"),
              tab="finance", profile=COUNCIL),
        Field("approved_to", Type.DATE, Label("Bewilligungszeitraum bis", "Approval period to"),
              tab="finance", profile=COUNCIL),
        Field("proof_due_on", Type.DATE,
              Label("Verwendungsnachweis bis", "Proof of use due on"), tab="finance",
              profile=COUNCIL),
        Field("earmark_until", Type.DATE, Label("Zweckbindung bis", "Earmarked until"),
              tab="finance", profile=COUNCIL),
        Field("visibility", Type.TEXT, Label("Sichtbarkeit", "Visibility"), required=True,
              domain=codes.VISIBILITY, default="council"),
        Field("remarks", Type.TEXT, Label("Bemerkungen", "Remarks"), multiline=True),
        *SIGNATURE,
    ),
    display="title",
    checks=(
        Check("project_ends_after_start", "starts_on", "<=", "ends_on",
              Label("Das Projekt endet vor seinem Beginn.", "The project ends before it starts.")),
    ),
)  # fmt: skip

PARTICIPANT = Table(
    "participant", Kind.CHILD, Label("Beteiligte Gemeinde", "Participant"),
    Label("Beteiligte", "Participants"),
    (
        UUID,
        OF_PROJECT,
        Field("ags", Type.TEXT, Label("Gemeinde", "Municipality"), required=True,
              references=Reference("municipality", "ags"), profile=COUNCIL),
        Field("key_weight", Type.REAL, Label("Gewicht", "Key weight"), minimum=0,
              profile=COUNCIL,
              help=Label("Steht anstelle des Wertes, den der Schlüssel aus dem Register nimmt.",
                         "In place of the value that the key takes from the register.")),
        Field("fixed_percent", Type.REAL, Label("fester Anteil", "Fixed share"), **PERCENT,
              profile=COUNCIL),
        Field("minimum_amount", Type.MONEY, Label("Mindestbetrag", "Minimum"), unit="€",
              minimum=0, profile=COUNCIL),
        Field("maximum_amount", Type.MONEY, Label("Höchstbetrag", "Maximum"), unit="€",
              minimum=0, profile=COUNCIL),
        Field("budget_line", Type.TEXT, Label("Haushaltsstelle", "Budget line"),
              profile=COUNCIL),
        *SIGNATURE,
    ),
    parent="joint_project", unique=(("project_uuid", "ags"),), display="ags",
    checks=(
        Check("participant_minimum_below_maximum", "minimum_amount", "<=", "maximum_amount",
              Label("Der Mindestbetrag ist größer als der Höchstbetrag.",
                    "The minimum is greater than the maximum.")),
    ),
)  # fmt: skip

PROJECT_ASSET = Table(
    "project_asset", Kind.CHILD, Label("Projektobjekt", "Linked asset"),
    Label("Projektobjekte", "Linked assets"),
    (
        UUID,
        OF_PROJECT,
        Field("asset_class", Type.TEXT, Label("Objektklasse", "Asset class"), required=True,
              domain=codes.ASSET_CLASS, profile=COUNCIL),
        Field("asset_uuid", Type.TEXT, Label("Objekt", "Asset"), required=True, profile=COUNCIL),
        Field("role", Type.TEXT, Label("Rolle", "Role"), required=True, domain=codes.ASSET_ROLE,
              default="new", profile=COUNCIL),
        *SIGNATURE,
    ),
    parent="joint_project", unique=(("project_uuid", "asset_uuid"),), display="asset_class",
)  # fmt: skip

PROJECT_PHASE = Table(
    "project_phase", Kind.CHILD, Label("Projektphase", "Project phase"),
    Label("Projektphasen", "Project phases"),
    (
        UUID,
        OF_PROJECT,
        Field("phase", Type.TEXT, Label("Phase", "Phase"), required=True, domain=codes.PHASE,
              profile=COUNCIL),
        Field("planned_on", Type.DATE, Label("geplant für", "Planned for"), profile=COUNCIL),
        Field("reached_on", Type.DATE, Label("erreicht am", "Reached on"), profile=COUNCIL),
        Field("remarks", Type.TEXT, Label("Bemerkungen", "Remarks"), multiline=True),
        *SIGNATURE,
    ),
    parent="joint_project", unique=(("project_uuid", "phase"),), display="phase",
)  # fmt: skip

RESOLUTION = Table(
    "resolution", Kind.CHILD, Label("Beschluss", "Resolution"), Label("Beschlüsse", "Resolutions"),
    (
        UUID,
        OF_PROJECT,
        Field("ags", Type.TEXT, Label("Gemeinde", "Municipality"), required=True,
              references=Reference("municipality", "ags"), profile=COUNCIL),
        Field("committee", Type.TEXT, Label("Gremium", "Committee"), required=True,
              profile=COUNCIL),
        Field("meeting_on", Type.DATE, Label("Sitzung am", "Meeting on"), profile=COUNCIL),
        Field("agenda_item", Type.TEXT, Label("Tagesordnungspunkt", "Agenda item"),
              profile=COUNCIL),
        Field("paper_no", Type.TEXT, Label("Vorlagennummer", "Paper number"), profile=COUNCIL),
        Field("is_public", Type.BOOLEAN, Label("öffentlich", "Public"), required=True,
              default=True, profile=COUNCIL),
        Field("resolution_no", Type.TEXT, Label("Beschlussnummer", "Resolution number"),
              profile=COUNCIL),
        Field("result", Type.TEXT, Label("Ergebnis", "Result"), domain=codes.RESOLUTION_RESULT,
              profile=COUNCIL),
        Field("split_version", Type.INTEGER,
              Label("Fassung der Kostenaufteilung", "Version of the cost split"), minimum=1,
              profile=COUNCIL),
        *SIGNATURE,
    ),
    parent="joint_project", display="committee",
)  # fmt: skip
