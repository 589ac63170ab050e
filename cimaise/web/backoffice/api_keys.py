"""What an administrator sees of everybody's API keys, and how one is revoked."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.snippets.views.snippets import SnippetViewSet

from cimaise.web.accounts.keys import revoke
from cimaise.web.accounts.models import ApiKey


class OnlyToRevoke(ModelPermissionPolicy):
    """Keys are made by the person they belong to, and none is ever removed."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Whether somebody may do `action` to keys: never add or delete."""
        return action not in {"add", "delete"} and super().user_has_permission(user, action)

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        """Whether somebody may do any of those."""
        return any(self.user_has_permission(user, action) for action in actions)


class RevocationForm(WagtailAdminModelForm):
    """The end of a key, which cannot be undone."""

    end = forms.BooleanField(
        label=_("Revoke this key"),
        help_text=_("Whatever uses it is refused from now on. This cannot be undone."),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.revoked is not None:
            self.fields["end"].disabled = True
            self.initial["end"] = True

    def save(self, commit: bool = True) -> ApiKey:
        """Revoke it, if that was asked."""
        key: ApiKey = self.instance
        if self.cleaned_data["end"]:
            revoke(key)
            key.refresh_from_db()
        return key


class ApiKeyViews(SnippetViewSet):
    """Every key: whose it is, when it was used, whether it still opens; never its secret."""

    model = ApiKey
    icon = "key"
    menu_label = _("API keys")
    list_display = ("name", "person", "ending", "created", "last_used", "expires", "revoked")
    list_filter = ("person",)
    search_fields = ("name", "person__username", "ending")
    copy_view_enabled = False
    add_to_admin_menu = True
    menu_order = 65
    edit_handler = ObjectList(
        [
            *(
                FieldPanel(name, read_only=True)
                for name in ("name", "person", "ending", "created", "last_used", "expires")
            ),
            FieldPanel("revoked", read_only=True),
            FieldPanel("end"),
        ],
        base_form_class=RevocationForm,
    )
