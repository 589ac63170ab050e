"""What a person says of a new key."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cimaise.web.accounts.models import ApiKey, Person

MOST_KEYS = 50  # that one person has at a time
FOR_EVER = "0"
LIVES = (
    ("30", _("30 days")),
    ("90", _("90 days")),
    ("365", _("one year")),
    (FOR_EVER, _("until it is revoked")),
)


class KeyForm(forms.Form):
    """The name of a key, by which its person will know it, and how long it lives."""

    name = forms.CharField(
        label=_("Name"),
        max_length=100,
        error_messages={
            "required": _("Give the key a name, by which you will know it."),
            "max_length": _("100 characters at most."),
        },
    )
    days = forms.ChoiceField(label=_("Valid for"), choices=LIVES, initial="365")

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean(self) -> dict[str, Any]:
        """A person has at most so many keys that open something."""
        said = super().clean() or {}
        now = timezone.now()
        held = ApiKey.objects.filter(person=self.person, revoked=None).exclude(expires__lte=now)
        if held.count() >= MOST_KEYS:
            self.add_error("name", gettext("You have too many keys: revoke one first."))
        return said

    def expires(self) -> datetime | None:
        """When the key ends, None for one that lives until it is revoked."""
        days = self.cleaned_data["days"]
        return None if days == FOR_EVER else timezone.now() + timedelta(days=int(days))
