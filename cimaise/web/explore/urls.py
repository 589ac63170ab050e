"""Addresses of the public catalogue and of dataset pages; old ones stay alive (§7.1)."""

from django.urls import path

from cimaise.web.explore import (
    analyze,
    asking,
    catalogue,
    completions,
    download,
    gallery,
    geography,
    information,
    record,
    sql,
    tabs,
)
from cimaise.web.explore.old_parameters import charted, located

app_name = "explore"
DATASET = "explore/dataset/<str:slug>/"

urlpatterns = [
    path("explore/", catalogue.catalogue_page, name="catalogue"),
    path("explore/sql/", sql.sql, name="sql"),
    path(DATASET, tabs.dataset, name="dataset"),
    path(f"{DATASET}information/", information.information, name="information"),
    path(f"{DATASET}table/", tabs.table, name="table"),
    path(f"{DATASET}map/", located(geography.map_page), name="map"),
    path(f"{DATASET}tiles/<int:z>/<int:x>/<int:y>.mvt", geography.tile, name="tile"),
    path(f"{DATASET}analyze/", charted(analyze.analyze), name="analyze"),
    path(f"{DATASET}images/", gallery.images, name="images"),
    path(f"{DATASET}export/", download.export, name="export"),
    path(f"{DATASET}api/", asking.api, name="api"),
    path(f"{DATASET}api/completions", completions.completions, name="completions"),
    path(f"{DATASET}picture.svg", tabs.picture_file, name="picture"),
    path(f"{DATASET}record/<str:record_id>/", record.record, name="record"),
]
