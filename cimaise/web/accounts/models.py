"""People who sign in, and the organisations that publish data."""

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
