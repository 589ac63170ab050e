"""Putting a producer's declared description of a dataset into the catalogue."""

from django.db import transaction
from django.utils.text import slugify

from cimaise.engine.metadata.description import DatasetDescription
from cimaise.web.accounts.models import Organisation
from cimaise.web.catalog.models import Dataset, Licence, Theme

# Licences by the name producers write; anything else becomes a licence without an address.
KNOWN_LICENCES = {
    "Licence Ouverte 2.0": (
        "etalab-2.0",
        "https://www.etalab.gouv.fr/licence-ouverte-open-licence",
    ),
    "ODbL 1.0": ("odbl-1.0", "https://opendatacommons.org/licenses/odbl/1-0/"),
    "CC BY 4.0": ("cc-by-4.0", "https://creativecommons.org/licenses/by/4.0/"),
    "MIT": ("mit", "https://opensource.org/license/mit"),
}


@transaction.atomic
def describe(said: DatasetDescription) -> Dataset:
    """The dataset of that identifier, created or brought to what its description says."""
    producer, _ = Organisation.objects.get_or_create(
        name=said.producer, defaults={"slug": slugify(said.producer)[:100]}
    )
    dataset, _ = Dataset.objects.update_or_create(
        slug=said.id,
        defaults={
            "title": said.title,
            "description": said.description,
            "producer": producer,
            "licence": licence_named(said.licence) if said.licence else None,
            "keywords": list(said.keywords),
            "language": said.language,
            "references": said.references or "",
            "update_frequency": said.update_frequency or "",
            "attributions": list(said.attributions),
        },
    )
    dataset.themes.set([theme_named(name) for name in said.themes])
    return dataset


def licence_named(name: str) -> Licence:
    """The licence of that name, created when it is new."""
    slug, url = KNOWN_LICENCES.get(name, (slugify(name)[:100], ""))
    licence, _ = Licence.objects.get_or_create(name=name, defaults={"slug": slug, "url": url})
    return licence


def theme_named(name: str) -> Theme:
    """The theme of that name, created when it is new."""
    theme, _ = Theme.objects.get_or_create(name=name, defaults={"slug": slugify(name)[:100]})
    return theme
