"""The templates of metadata: which metadata datasets have, in the order of the live servers.

One table feeds the descriptions of datasets, the columns of the catalogue's exports, the fields
of its mirror and `/catalog/metadata_templates` (explore-api §1.6, §1.7).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_noop as _

TYPES = ("basic", "interop", "extra", "admin")


@dataclass(frozen=True, slots=True)
class Meta:
    """One metadata; `kind` is one of the types of §1.7 (text, list, boolean, datetime …)."""

    name: str
    label: str
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Template:
    """Metadata that belong together, of one of TYPES."""

    name: str
    type: str
    metas: tuple[Meta, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its metadata, in order."""
        return tuple(meta.name for meta in self.metas)

    def filled(self, known: Mapping[str, Any]) -> dict[str, Any]:
        """Every metadata of the template in its order, null where nothing is known."""
        return {name: known.get(name) for name in self.names}


DCAT = Template(
    "dcat",
    "interop",
    (
        Meta("created", _("Created"), "datetime"),
        Meta("issued", _("Issued"), "datetime"),
        Meta("creator", _("Creator")),
        Meta("contributor", _("Contributor")),
        Meta("contact_name", _("Name of the contact")),
        Meta("contact_email", _("E-mail of the contact")),
        Meta("accrualperiodicity", _("Update frequency")),
        Meta("spatial", _("Territory covered")),
        Meta("temporal", _("Period covered")),
        Meta("granularity", _("Granularity")),
        Meta("dataquality", _("Quality of the data")),
        Meta("publisher_type", _("Kind of producer")),
        Meta("conforms_to", _("Conforms to")),
        Meta("temporal_coverage_start", _("Start of the period covered"), "datetime"),
        Meta("temporal_coverage_end", _("End of the period covered"), "datetime"),
        Meta("accessRights", _("Access rights")),
        Meta("relation", _("Related resource")),
    ),
)
DEFAULT = Template(
    "default",
    "basic",
    (
        Meta("title", _("Title")),
        Meta("description", _("Description"), "html"),
        Meta("theme", _("Theme"), "list"),
        Meta("keyword", _("Keyword"), "list"),
        Meta("license", _("Licence")),
        Meta("license_url", _("Address of the licence")),
        Meta("language", _("Language")),
        Meta("metadata_languages", _("Languages of the metadata"), "list"),
        Meta("timezone", _("Time zone")),
        Meta("modified", _("Modified"), "datetime"),
        Meta("modified_updates_on_metadata_change", _("Modified with its metadata"), "boolean"),
        Meta("modified_updates_on_data_change", _("Modified with its data"), "boolean"),
        Meta("data_processed", _("Data processed"), "datetime"),
        Meta("metadata_processed", _("Metadata processed"), "datetime"),
        Meta("geographic_reference", _("Territory, by its code"), "list"),
        Meta("geographic_reference_auto", _("Territory found by itself"), "boolean"),
        Meta("territory", _("Territory"), "list"),
        Meta("geometry_types", _("Kinds of shapes"), "list"),
        Meta("bbox", _("Bounding box"), "geo_shape"),
        Meta("publisher", _("Producer")),
        Meta("references", _("References")),
        Meta("records_count", _("Records"), "int"),
        Meta("attributions", _("Attributions"), "list"),
        Meta("source_domain", _("Portal of origin")),
        Meta("source_domain_title", _("Title of the portal of origin")),
        Meta("source_domain_address", _("Address of the portal of origin")),
        Meta("source_dataset", _("Dataset of origin")),
        Meta("shared_catalog", _("Shared catalogue")),
        Meta("federated", _("Federated"), "boolean"),
        Meta("parent_domain", _("Parent portal")),
        Meta("update_frequency", _("Update frequency")),
    ),
)
INSPIRE = Template(
    "inspire",
    "interop",
    (
        Meta("theme", _("INSPIRE theme"), "list"),
        Meta("type", _("Type of resource")),
        Meta("file_identifier", _("Identifier of the file")),
        Meta("hierarchy_level", _("Hierarchy level")),
        Meta("contact_individual_name", _("Name of the contact")),
        Meta("contact_position", _("Position of the contact")),
        Meta("contact_address", _("Address of the contact")),
        Meta("contact_email", _("E-mail of the contact")),
        Meta("purpose", _("Purpose")),
        Meta("extend_description", _("Description of the extent")),
        Meta("extend_bounding_box_westbound_longitude", _("Western longitude"), "double"),
        Meta("extend_bounding_box_eastbound_longitude", _("Eastern longitude"), "double"),
        Meta("extend_bounding_box_southbound_latitude", _("Southern latitude"), "double"),
        Meta("extend_bounding_box_northbound_latitude", _("Northern latitude"), "double"),
    ),
)
EXPLORE = Template(
    "explore",
    "extra",
    (
        Meta("download_count", _("Downloads"), "int"),
        Meta("popularity_score", _("Popularity"), "double"),
        Meta("attachment_download_count", _("Downloads of attached files"), "int"),
        Meta("file_fields_download_count", _("Downloads of files of records"), "int"),
        Meta("geographic_reference_path", _("Territories, by their codes"), "list"),
        Meta("geographic_reference_path_labels", _("Territories"), "list"),
        Meta("feedback_enabled", _("Open to feedback"), "boolean"),
        Meta("reuse_count", _("Reuses"), "int"),
        Meta("api_call_count", _("Calls of the API"), "int"),
    ),
)
SHOWN = (DCAT, DEFAULT, INSPIRE)  # in every description, in this order
TEMPLATES = (DEFAULT, DCAT, INSPIRE, EXPLORE)

WIDGETS = {
    "text": "textinput", "html": "richtextinput", "list": "multidatalist", "boolean": "checkbox",
    "datetime": "datetimeinput", "int": "numberinput", "double": "numberinput",
    "geo_shape": "geoshapeinput",
}  # fmt: skip


def described(template: Template) -> dict[str, Any]:
    """A template as `/catalog/metadata_templates` tells it (§1.7)."""
    return {
        "name": template.name,
        "type": template.type,
        "schema": [
            {
                "name": meta.name,
                "label": meta.label,
                "type": meta.kind,
                "widget": WIDGETS[meta.kind],
                "uri": None,
                "values": None,
                "values_domain_property": None,
                "self_suggest": False,
                "allow_empty": True,
                "hidden": False,
                "help_text": None,
            }
            for meta in template.metas
        ],
    }
