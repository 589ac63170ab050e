"""The pages of a person's account: who they are here, and their keys of the API."""

from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from cimaise.web.accounts.allowances import calls_today, of_addresses, of_keys
from cimaise.web.accounts.forms import KeyForm
from cimaise.web.accounts.keys import new_key, revoke
from cimaise.web.accounts.models import ApiKey, Person
from cimaise.web.theme.pieces import Column, Fact, Link


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One key of the list: `opens` is whether it still opens anything."""

    key: ApiKey
    opens: bool
    calls: int


@never_cache
@login_required
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """`/account/`: who is signed in, for whom they publish, the way to their keys and out."""
    person = _person(request)
    organisations = ", ".join(each.name for each in person.organisations.all())
    facts = [Fact(_("Account"), person.get_username())]
    facts += [Fact(_("Name"), person.get_full_name())] if person.get_full_name() else []
    facts += [Fact(_("Email"), person.email)] if person.email else []
    facts += [Fact(_("Publishes for"), organisations)] if organisations else []
    context = {
        "facts": facts,
        "crumbs": _crumbs(),
        "desk": person.has_perm("wagtailadmin.access_admin"),
    }
    return render(request, "accounts/account.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def api_keys(request: HttpRequest) -> HttpResponse:
    """`/account/api-keys/`: the keys of a person, what they may call, and a form for another.

    The secret of a new key is in the answer that made it and nowhere else: not in a session, not
    in an address.
    """
    person = _person(request)
    sent = request.POST if request.method == "POST" else None
    form = KeyForm(sent, person=person)
    secret = ""
    if sent is not None and form.is_valid():
        _key, secret = new_key(person, form.cleaned_data["name"], form.expires())
        form = KeyForm(person=person)
    status = 400 if form.errors else 200
    return render(request, "accounts/api_keys.html", _keys(person, form, secret), status=status)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def revoke_key(request: HttpRequest, key: int) -> HttpResponse:
    """A question, then the end of a key; somebody else's key is not found."""
    found = get_object_or_404(ApiKey, pk=key, person=_person(request), revoked=None)
    if request.method == "POST":
        revoke(found)
        messages.success(request, _("The key “%(name)s” opens nothing any more.") % {"name": found})
        return redirect("account:api-keys")
    context = {"key": found, "crumbs": [*_crumbs(), Link(_("Revoke"), "", here=True)]}
    return render(request, "accounts/revoke.html", context)


class SignOut(LogoutView):
    """The end of a session, by a form of a page."""

    next_page = "/"


def _person(request: HttpRequest) -> Person:
    return cast(Person, request.user)  # login_required has seen to it


def _crumbs() -> list[Link]:
    return [Link(_("My account"), reverse("account:account"))]


def _keys(person: Person, form: KeyForm, secret: str) -> dict[str, Any]:
    now = timezone.now()
    keys = list(person.api_keys.select_related("person"))
    return {
        "crumbs": [*_crumbs(), Link(_("My API keys"), "", here=True)],
        "form": form,
        "lives": form.fields["days"].choices,  # type: ignore[attr-defined]  # a ChoiceField
        "chosen": form["days"].value(),
        "secret": secret,
        "call": f"Authorization: ApiKey {secret}",
        "rows": [KeyRow(key, key.opens(now), calls_today(key)) for key in keys],
        "columns": (
            Column(_("Name")),
            Column(_("State")),
            Column(_("Ends with")),
            Column(_("Created")),
            Column(_("Last used")),
            Column(_("Expires")),
            Column(_("Calls today"), number=True),
        ),
        "of_keys": of_keys(),
        "of_addresses": of_addresses(),
    }
