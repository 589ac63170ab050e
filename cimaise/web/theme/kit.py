"""The living page of the kit: every component, in both schemes, with made-up content."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from cimaise.web.theme.charts import chart_spec
from cimaise.web.theme.paging import steps
from cimaise.web.theme.pieces import Cell, Chip, Choice, Column, Fact, Link
from cimaise.web.theme.pieces import Picture as WallPicture


def kit(request: HttpRequest) -> HttpResponse:
    """Show the kit to builders: in DEBUG to anyone, else to staff only (404 to others)."""
    person = getattr(request, "user", None)
    if not (settings.DEBUG or (person is not None and person.is_staff)):
        raise Http404
    return render(request, "kit/kit.html", {"schemes": ("light", "dark"), **SAMPLES})


ENTRIES = [("Île-de-France", 31.2), ("Occitanie", 6.1), ("Grand Est", 4.4), ("Bretagne", 2.2)]
CHART: dict[str, Any] = {
    "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
    "width": 720,
    "height": {"step": 34},
    "data": {"values": [{"region": name, "entries": count} for name, count in ENTRIES]},
    "mark": {"type": "bar", "tooltip": True},
    "encoding": {
        "y": {"field": "region", "type": "nominal", "sort": "-x", "title": None},
        "x": {"field": "entries", "type": "quantitative", "title": "Millions d’entrées"},
    },
}


SAMPLES = {
    "spec": chart_spec(CHART),
    "figure_columns": [Column("Région"), Column("Millions d’entrées", number=True)],
    "figure_rows": [[Cell(name, head=True), Cell(str(n), number=True)] for name, n in ENTRIES],
    "crumbs": [
        Link("Accueil", "/"),
        Link("Jeux de données", "/explore/"),
        Link("Kit", "", True),
    ],
    "tabs": [
        Link("Information", "#information"),
        Link("Tableau", "#tableau", here=True, count=15_702),
        Link("Carte", "#carte", count=15_538),
        Link("Analyse", "#analyse"),
        Link("Export", "#export"),
        Link("API", "#api"),
    ],
    "columns": [
        Column("Nom de l’établissement", "?order_by=nom", "ascending"),
        Column("Commune", "?order_by=commune"),
        Column("Code postal", "?order_by=cp"),
        Column("Ouverture", "?order_by=annee"),
        Column("Surface (m²)", "?order_by=surface", number=True),
    ],
    "rows": [
        [
            Cell("Bibliothèque Carré d’Art", "#1", head=True),
            Cell("Nîmes"),
            Cell("30000"),
            Cell("1993"),
            Cell("9 400", number=True),
        ],
        [
            Cell("Médiathèque Aragon", "#2", head=True),
            Cell("Choisy-le-Roi"),
            Cell("94600"),
            Cell(""),
            Cell("1 250", number=True),
        ],
        [
            Cell("Bibliothèque municipale", "#3", head=True),
            Cell("Ambérieu-en-Bugey"),
            Cell("01500"),
            Cell("2009"),
            Cell("860", number=True),
        ],
    ],
    "choices": [
        Choice("Auvergne-Rhône-Alpes", 2347, "?r=84", chosen=True),
        Choice("Nouvelle-Aquitaine", 1893, "?r=75"),
        Choice("Occitanie", 1811, "?r=76"),
        Choice("Île-de-France", 1104, "?r=11"),
        Choice("Provence-Alpes-Côte d’Azur", 640, "?r=93"),
    ],
    "chips": [
        Chip("Région", "Auvergne-Rhône-Alpes", "?"),
        Chip("", "« médiathèque »", "?q="),
    ],
    "steps": steps(7, 786, lambda number: f"?page={number}"),
    "facts": [
        Fact("Producteur", "Ministère de la Culture", "#producteur"),
        Fact("Licence", "Licence Ouverte 2.0", "#licence"),
        Fact("Dernière version", "Version 4, 3 mars 2025"),
        Fact("Clé", "code_bib"),
    ],
    "images": [
        WallPicture(f"/static/cimaise/kit/{name}.svg", alt, "#", caption)
        for name, alt, caption in (
            ("plan", "Plan ancien", "Plan d’un port, 1784"),
            ("lettre", "Lettre manuscrite", "Lettre, 12 mars 1794"),
            ("portrait", "Portrait", "Portrait d’une inconnue"),
        )
    ],
    "languages": [("fr", "Français"), ("en", "English")],
    "call": 'curl "https://exemple.fr/api/explore/v2.1/catalog/datasets/bibliotheques/records'
    "?where=region%3D'Bretagne'&limit=20\"",
    "caret": "where=region = Bretagne and annee >\n" + " " * 36 + "^ a value is missing here",
}
