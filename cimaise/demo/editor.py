"""The editor of the demonstration: an account whose password is shown once and kept nowhere."""

import secrets

from django.contrib.auth.models import Group

from cimaise.web.accounts.models import Organisation, Person

EDITOR = "editrice"


def ensure_editor() -> str | None:
    """Create the editor; returns the password, or None when the account was there already.

    The account may publish for every organisation of the demonstration and edit its pages; it is
    no administrator.
    """
    person, created = Person.objects.get_or_create(username=EDITOR)
    person.organisations.set(Organisation.objects.all())
    person.groups.set(Group.objects.filter(name__in=["Producers", "Moderators"]))
    if not created:
        return None
    password = "-".join(secrets.token_hex(3) for _ in range(4))
    person.set_password(password)
    person.save()
    return password
