"""Joint projects made by hand: long names, twelve participants, umlauts and the euro sign."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from ile_gis_plugin.core.documents.state import RegisterState
from ile_gis_plugin.core.projects.model import (
    CostItem,
    Funding,
    KeptSplit,
    Key,
    KeyPart,
    LinkedAsset,
    Participant,
    ProjectFacts,
    SplitInputs,
    Weight,
)
from ile_gis_plugin.core.projects.split import split

STATE = RegisterState("ILE Iller-Roth-Biber", 4711, date(2026, 3, 31))
BUCH, ILLERTISSEN, KELLMUENZ = "09775118", "09775129", "09775132"
NAMES = (
    "Buch", "Illertissen", "Kellmünz a.d.Iller", "Oberroth", "Osterberg", "Roggenburg",
    "Unterroth", "Verwaltungsgemeinschaft Bad Grönenbach-Wolfertschwenden an der Schwelk",
    "Höchstädt-Lützelburg am Großen Weiher", "Straß i.Schwaben",
    "Münsterhausen-Käsküche bei Übersee", "Böhen",
)  # fmt: skip
KINDS = ("market", "city", "market", *["municipality"] * 9)
AGS = ("09775118", "09775129", "09775132", "09775141", "09775142", "09775149", "09775161",
       "09778113", "09778136", "09778149", "09778164", "09778214")  # fmt: skip
METRES = tuple(Decimal(metres) for metres in (
    "1245.50", "734.25", "515.75", "2210.00", "88.10", "640.40", "19.95", "1800.00", "455.55",
    "3012.30", "77.77", "1.00",
))  # fmt: skip


def way(
    place: int, ags: tuple[str, ...], metres: dict[str, Decimal], **fields: object
) -> LinkedAsset:
    given = {"asset_no": f"W-{place}", "name": "Rothtalradweg", "visibility": "public",
             "condition_class": "4", "surface": "gravel", **fields}  # fmt: skip
    return LinkedAsset(f"u{place}", "path", "upgrade", given["asset_no"], given["name"], ags[0],
                       metres, ags, given)  # fmt: skip


def light(place: int, ags: str, **fields: object) -> LinkedAsset:
    given = {"asset_no": f"L-{place}", "name": None, "visibility": "public",
             "condition_class": None, "lamp_type": "hps", **fields}  # fmt: skip
    return LinkedAsset(f"l{place}", "streetlight", "upgrade", given["asset_no"], "", ags, {},
                       (ags,), given)  # fmt: skip


def participants(count: int) -> tuple[Participant, ...]:
    return tuple(
        Participant(ags, name, {"length": Weight(metres, "m", "Register", date(2026, 1, 1))},
                    budget_line="6300.9500")
        for ags, name, metres in zip(AGS[:count], NAMES, METRES, strict=False)
    )  # fmt: skip


def item(
    title: str, quantity: str, unit: str, price: str, amount: str, vat_rate: str = "19",
    is_eligible: bool = True,
) -> CostItem:  # fmt: skip
    return CostItem(title, Decimal(quantity), unit, Decimal(price), Decimal(amount),
                    Decimal(vat_rate), is_eligible)  # fmt: skip


def inputs(count: int = 3) -> SplitInputs:
    """A path for 617,000 € gross; 80 % of what is eligible is granted, over two years."""
    return SplitInputs(
        number="ILE-2026-01", title="Lückenschluss Rothtalradweg „Süd“ & Brücke", lead_ags=BUCH,
        basis="planned", vat_mode="gross", deductible_vat_percent=Decimal(0),
        items=(
            item("Erdbau und Tragschicht", "6240", "m²", "38.40", "239616.00"),
            item("Asphaltdecke 2,50 m", "6240", "m²", "31.75", "198120.00"),
            item("Planung und Bauleitung", "1", "psch", "52800.00", "52800.00"),
            item("Grunderwerb", "1850", "m²", "7.50", "13875.00", vat_rate="0", is_eligible=False),
        ),
        funding=(Funding("Sonderprogramm Radoffensive", Decimal(80), vat_mode="gross",
                         legal_source="Förderrichtlinie Rad § 3",
                         authority="Regierung von Schwaben", reference="AZ 31-4712"),),
        key=Key((KeyPart("length"),), date(2026, 1, 1), "agreement", "§ 5 Abs. 2"),
        participants=participants(count), budget_year=2026,
        instalments=((2026, Decimal(40)), (2027, Decimal(60))),
    )  # fmt: skip


def facts(count: int = 3, given: SplitInputs | None = None) -> ProjectFacts:
    """A project that no council has resolved yet; its paper for Buch is a public one."""
    given = given or inputs(count)
    crossing = dict(zip(AGS[:2], (Decimal("245.50"), Decimal("34.25")), strict=True))
    assets = [way(99, AGS[:2], crossing, condition_class="2")]
    assets += [way(i, (AGS[i],), {AGS[i]: METRES[i] - crossing.get(AGS[i], Decimal(0))})
               for i in range(count)]  # fmt: skip
    assets += [light(i, BUCH, condition_class="3" if i % 2 else None) for i in range(5)]
    return ProjectFacts(
        uuid="0f", values=project_values(given),
        municipalities={a: {"ags": a, "name": n, "kind": k}
                        for a, n, k in zip(AGS, NAMES, KINDS, strict=True)},
        inputs=given, split=split(given), kept=(), assets=tuple(assets),
        phases=({"phase": "preliminary", "planned_on": date(2025, 11, 1),
                 "reached_on": date(2025, 12, 9), "remarks": None},
                {"phase": "construction", "planned_on": date(2026, 9, 1), "reached_on": None,
                 "remarks": None}),
        resolutions=(
            resolution(BUCH, "Marktgemeinderat", date(2026, 4, 21), "2026/031"),
            resolution(ILLERTISSEN, "Stadtrat", date(2026, 3, 12), "44/2026",
                       resolution_no="118", result="accepted"),
            resolution(KELLMUENZ, "Bauausschuss", date(2026, 3, 17), "KM 7/26", is_public=False),
        ),
    )  # fmt: skip


def resolution(ags: str, committee: str, on: date, paper_no: str, **more: object) -> dict:
    return {"ags": ags, "committee": committee, "meeting_on": on, "agenda_item": "5",
            "paper_no": paper_no, "is_public": True, "resolution_no": None, "result": None,
            "split_version": None, **more}  # fmt: skip


def project_values(given: SplitInputs) -> dict:
    return {
        "number": given.number, "title": given.title, "lead_ags": given.lead_ags,
        "description": "Der Radweg entlang der Roth wird durchgehend auf 2,50 m ausgebaut.\n"
                       "Die Gemeinden tragen die Kosten nach der Länge in ihrem Gebiet.",
        "legal_form": "agreement", "phase": "preliminary", "starts_on": date(2026, 9, 1),
        "ends_on": date(2027, 10, 31), "approved_from": date(2026, 7, 1),
        "approved_to": date(2028, 12, 31), "proof_due_on": date(2029, 6, 30),
        "earmark_until": None, "visibility": "council", "remarks": "nur intern",
    }  # fmt: skip


def resolved(project: ProjectFacts, cheaper_by: str = "10000.00") -> ProjectFacts:
    """The same, resolved as version 1 while its last item cost less than now."""
    items = project.inputs.items
    last = replace(items[-1], amount=items[-1].amount - Decimal(cheaper_by))
    before = replace(project.inputs, items=(*items[:-1], last))
    version = KeptSplit("k1", 1, "resolved", date(2026, 2, 24), "Beschluss", before, split(before))
    return replace(project, kept=(version,))
