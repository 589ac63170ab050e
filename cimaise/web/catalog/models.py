"""The catalogue as the database keeps it: datasets, their versions, themes, licences, redirects."""

import secrets
import string
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cimaise.web.accounts.models import Organisation, Person

UID_ALPHABET = string.ascii_lowercase + string.digits


def new_dataset_uid() -> str:
    """`da_` and six base-36 characters: stable across renames (explore-api §1.6)."""
    return "da_" + "".join(secrets.choice(UID_ALPHABET) for _ in range(6))


class Theme(models.Model):
    """A theme of the catalogue, as visitors read it."""

    slug = models.SlugField(_("identifier"), max_length=100, unique=True)
    name = models.CharField(_("name"), max_length=100, unique=True)
    name_en = models.CharField(_("English name"), max_length=100, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        ordering: ClassVar = ["order", "name"]

    def __str__(self) -> str:
        return self.name


class Licence(models.Model):
    """A licence data is published under; `url` is what the API gives as `license_url`."""

    slug = models.SlugField(_("identifier"), max_length=100, unique=True)
    name = models.CharField(_("name"), max_length=255, unique=True)
    url = models.URLField(_("address of the text"))

    class Meta:
        verbose_name = _("licence")
        verbose_name_plural = _("licences")
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class Dataset(models.Model):
    """A dataset: a permanent identifier, a description, and the version served now.

    `current` is None until the first publication; `restricted` datasets are invisible without
    rights (404, never 403: explore-api, keys and limits). Their producer's people have the right,
    and so have `readers` and the people of `reading_organisations`: see `shelf.visible`.
    """

    slug = models.SlugField(_("identifier"), max_length=100, unique=True)
    uid = models.CharField(max_length=9, unique=True, default=new_dataset_uid, editable=False)
    title = models.CharField(_("title"), max_length=300)
    description = models.TextField(_("description"), blank=True)
    producer = models.ForeignKey(
        Organisation, models.PROTECT, related_name="datasets", verbose_name=_("producer")
    )
    licence = models.ForeignKey(
        Licence, models.PROTECT, null=True, blank=True, verbose_name=_("licence")
    )
    themes = models.ManyToManyField(Theme, blank=True, verbose_name=_("themes"))
    keywords = models.JSONField(_("keywords"), default=list, blank=True)
    language = models.CharField(_("language"), max_length=5, default="fr")
    references = models.URLField(_("references"), blank=True)
    attributions = models.JSONField(_("attributions"), default=list, blank=True)
    update_frequency = models.CharField(_("update frequency"), max_length=50, blank=True)
    restricted = models.BooleanField(_("restricted"), default=False)
    readers = models.ManyToManyField(
        Person, verbose_name=_("people who may read it"), related_name="+", blank=True
    )
    reading_organisations = models.ManyToManyField(
        Organisation,
        verbose_name=_("organisations whose people may read it"),
        related_name="+",
        blank=True,
    )
    featured = models.BooleanField(_("featured on the home page"), default=False)
    is_sample = models.BooleanField(_("sample"), default=False)
    current = models.ForeignKey(
        "Version", models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    created = models.DateTimeField(_("created"), auto_now_add=True)
    modified = models.DateTimeField(_("modified"), auto_now=True)

    class Meta:
        verbose_name = _("dataset")
        verbose_name_plural = _("datasets")
        ordering: ClassVar = ["title"]
        indexes: ClassVar = [
            # Every question to the catalogue asks which datasets it must leave out.
            models.Index(
                fields=["slug"], condition=models.Q(restricted=True), name="restricted_datasets"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Version(models.Model):
    """A published version: the row that makes a snapshot directory visible."""

    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    snapshot = models.CharField(_("snapshot"), max_length=60)
    records = models.PositiveBigIntegerField(_("records"))
    rejects = models.PositiveBigIntegerField(_("rejected values"))
    origin = models.CharField(_("origin"), max_length=500, blank=True)
    note = models.TextField(_("note"), blank=True)
    published = models.DateTimeField(_("published"), auto_now_add=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dataset", "number"], name="one_version_a_number"),
            models.UniqueConstraint(fields=["dataset", "snapshot"], name="one_version_a_snapshot"),
        ]

    def __str__(self) -> str:
        return f"{self.dataset.slug} v{self.number}"


class Redirect(models.Model):
    """An identifier a dataset had before; a link that worked keeps working."""

    slug = models.SlugField(max_length=100, unique=True)
    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="former_slugs")

    class Meta:
        verbose_name = _("redirect")
        verbose_name_plural = _("redirects")

    def __str__(self) -> str:
        return self.slug


class Attachment(models.Model):
    """A file that goes with a dataset: a document about it, or the data in a form of their own.

    `path` is below ATTACHMENTS_ROOT, where no address leads: who may see the dataset may read it.
    """

    class Kind(models.TextChoices):
        """What it is; the values are the keys of a dataset's description."""

        ATTACHMENT = "attachments", _("document")
        ALTERNATIVE = "alternative_exports", _("other form of the data")

    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="attachments")
    kind = models.CharField(
        _("what it is"), max_length=20, choices=Kind.choices, default=Kind.ATTACHMENT
    )
    name = models.SlugField(_("identifier"), max_length=100)
    title = models.CharField(_("title"), max_length=300)
    description = models.TextField(_("description"), blank=True)
    filename = models.CharField(_("file name"), max_length=255)
    mimetype = models.CharField(_("media type"), max_length=100)
    path = models.CharField(max_length=400)
    size = models.PositiveBigIntegerField(_("size"))
    added = models.DateTimeField(_("added"), auto_now_add=True)

    class Meta:
        verbose_name = _("attached file")
        verbose_name_plural = _("attached files")
        ordering: ClassVar = ["title", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["dataset", "kind", "name"], name="one_attachment_a_name"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Uses(models.Model):
    """How often a dataset was asked and taken away since it was first counted."""

    dataset = models.OneToOneField(Dataset, models.CASCADE, related_name="uses")
    api_calls = models.PositiveBigIntegerField(default=0)
    downloads = models.PositiveBigIntegerField(default=0)
    attachment_downloads = models.PositiveBigIntegerField(default=0)
    file_downloads = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("uses of a dataset")
        verbose_name_plural = _("uses of datasets")

    def __str__(self) -> str:
        return f"{self.api_calls} + {self.downloads}"


class Mirror(models.Model):
    """Which snapshot of the catalogue itself is served: one row, moved by one statement.

    `wanted` counts the changes of the catalogue, in the transaction of each; `shown` is the
    count that `snapshot` mirrors. They differ while the mirror is behind.
    """

    snapshot = models.CharField(max_length=60, blank=True)
    wanted = models.PositiveBigIntegerField(default=1)
    shown = models.PositiveBigIntegerField(default=0)
    built = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("mirror of the catalogue")
        verbose_name_plural = _("mirrors of the catalogue")

    def __str__(self) -> str:
        return self.snapshot
