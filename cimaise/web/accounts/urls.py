"""Addresses of a person's account; old portals named the keys otherwise (§7.1)."""

from django.urls import path
from django.views.generic import RedirectView

from cimaise.web.accounts.views import SignOut, account, api_keys, revoke_key

app_name = "account"
urlpatterns = [
    path("", account, name="account"),
    path("sign-out/", SignOut.as_view(), name="sign-out"),
    path("api-keys/", api_keys, name="api-keys"),
    path("api-keys/<int:key>/revoke/", revoke_key, name="revoke"),
    path(
        "my-api-keys/",
        RedirectView.as_view(pattern_name="account:api-keys", permanent=True),
        name="former-api-keys",
    ),
]
