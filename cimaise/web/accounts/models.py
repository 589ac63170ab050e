"""People who sign in, and the organisations that publish data."""

from datetime import datetime
from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class Organisation(models.Model):
    """A producer of data: a ministry's directorate, a museum, a library network."""

    slug = models.SlugField(_("identifier"), max_length=100, unique=True)
    name = models.CharField(_("name"), max_length=255, unique=True)
    website = models.URLField(_("website"), blank=True)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class Person(AbstractUser):
    """Somebody who signs in; publishes for the organisations they belong to."""

    organisations = models.ManyToManyField(
        Organisation, verbose_name=_("organisations"), related_name="people", blank=True
    )

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def publishes_for(self, organisation: Organisation) -> bool:
        """Whether this person may publish datasets of `organisation`."""
        return self.is_superuser or self.organisations.filter(pk=organisation.pk).exists()


class ApiKey(models.Model):
    """What lets a program read what a person may read, and nothing more.

    The secret is shown once and kept as a digest (`accounts.keys`); `ending` are its last four
    characters, by which people tell their keys apart. A revoked key is not deleted.
    """

    person = models.ForeignKey(
        Person, models.CASCADE, related_name="api_keys", verbose_name=_("person")
    )
    name = models.CharField(_("name"), max_length=100)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    ending = models.CharField(_("ends with"), max_length=4, editable=False)
    created = models.DateTimeField(_("created"), auto_now_add=True)
    last_used = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)
    expires = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering: ClassVar = ["-created", "-pk"]

    def __str__(self) -> str:
        return self.name

    def opens(self, at: datetime) -> bool:
        """Whether it is neither revoked nor expired, and its person may still sign in."""
        expired = self.expires is not None and self.expires <= at
        return self.revoked is None and not expired and self.person.is_active
