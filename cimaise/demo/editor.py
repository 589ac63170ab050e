"""The editor of the demonstration: an account whose password is shown once and kept nowhere."""

import secrets

from cimaise.web.accounts.models import Organisation, Person

EDITOR = "editrice"


def ensure_editor() -> str | None:
    """Create the editor; returns the password, or None when the account was there already.

    The account may publish for every organisation of the demonstration.
    """
    person, created = Person.objects.get_or_create(
        username=EDITOR, defaults={"is_staff": True, "is_superuser": True}
    )
    person.organisations.set(Organisation.objects.all())
    if not created:
        return None
    password = "-".join(secrets.token_hex(3) for _ in range(4))
    person.set_password(password)
    person.save()
    return password
