"""Putting a producer's declared description of a dataset into the catalogue."""

from django.core.validators import slug_re
from django.db import transaction
from django.utils.text import slugify

from cimaise.engine.messages import Refusal, say
from cimaise.engine.metadata.description import DatasetDescription
from cimaise.engine.schema.names import unique_name
from cimaise.web.accounts.models import Organisation
from cimaise.web.catalog.models import Dataset, Licence, Theme

LONGEST_SLUG = 100
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
    """The dataset of that identifier, created or brought to what its description says.

    Raises Refusal `bad_dataset_id`.
    """
    check_id(said.id)
    producer, _ = Organisation.objects.get_or_create(
        name=said.producer, defaults={"slug": free_slug(Organisation, said.producer)}
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


def check_id(slug: str) -> None:
    """Raise Refusal for an identifier that cannot be part of an address."""
    if not slug_re.fullmatch(slug) or len(slug) > LONGEST_SLUG:
        raise Refusal(
            "bad_dataset_id",
            say("“{id}” cannot be the identifier of a dataset.", id=slug),
            remedy=say("Use letters without accents, digits, - and _; 100 at most."),
        )


def free_slug(model: type[Organisation] | type[Licence] | type[Theme], name: str) -> str:
    """An identifier made of a name, that no other has: two names may well give the same."""
    base = slugify(name)[: LONGEST_SLUG - 10] or "x"
    taken = model._default_manager.filter(slug__startswith=base)
    return unique_name(base, taken.values_list("slug", flat=True))


def licence_named(name: str) -> Licence:
    """The licence of that name, created when it is new."""
    known, url = KNOWN_LICENCES.get(name, (name, ""))
    slug = free_slug(Licence, known)
    licence, _ = Licence.objects.get_or_create(name=name, defaults={"slug": slug, "url": url})
    return licence


def theme_named(name: str) -> Theme:
    """The theme of that name, created when it is new."""
    theme, _ = Theme.objects.get_or_create(name=name, defaults={"slug": free_slug(Theme, name)})
    return theme
