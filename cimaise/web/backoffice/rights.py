"""Who may read a dataset, as its producer says it: everybody, or people and organisations."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cimaise.web.accounts.models import Person
from cimaise.web.catalog.models import Dataset

PUBLIC, RESTRICTED = "public", "restricted"
MOST = 200  # people named one by one; more are an organisation


class People(forms.CharField):
    """People by their account names or addresses, one a line; nobody else's name is shown."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=False,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text=_("Account names or e-mail addresses, one a line."),
            **kwargs,
        )

    def prepare_value(self, value: Any) -> Any:
        """People as lines."""
        if isinstance(value, str) or value is None:
            return value
        return "\n".join(person.get_username() for person in value)

    def clean(self, value: Any) -> Any:
        """Lines as people; raises ValidationError that names whoever is not known."""
        text = super().clean(value) or ""
        lines = (line.strip() for line in text.replace(",", "\n").splitlines())
        names = list(dict.fromkeys(line for line in lines if line))
        if len(names) > MOST:
            raise ValidationError(gettext("Make an organisation of so many people."))
        return found(names)


def found(names: Iterable[str]) -> list[Person]:
    """The people of those account names, or of addresses that one account has."""
    people, unknown = [], []
    for name in names:
        person = Person.objects.filter(username=name).first()
        if person is None and "@" in name:
            same = list(Person.objects.filter(email__iexact=name)[:2])
            person = same[0] if len(same) == 1 else None
        if person is None:
            unknown.append(name)
        else:
            people.append(person)
    if unknown:
        said = gettext("Nobody here has this name: {names}.").format(names=", ".join(unknown))
        raise ValidationError(said)
    return people


class RightsForm(forms.ModelForm[Dataset]):
    """Part of a description: to whom a dataset is shown."""

    restricted = forms.TypedChoiceField(
        label=_("Who may read it"),
        choices=(
            (PUBLIC, _("Everybody")),
            (
                RESTRICTED,
                _("Only its producer’s people, and those named below: it does not exist to others"),
            ),
        ),
        coerce=lambda said: said == RESTRICTED,
        widget=forms.RadioSelect,
    )
    readers = People(label=_("People who may read it when it is restricted"))

    class Meta:
        model = Dataset
        fields: ClassVar = ["restricted", "readers", "reading_organisations"]
        widgets: ClassVar[dict[str, Any]] = {"reading_organisations": forms.CheckboxSelectMultiple}
        labels: ClassVar = {
            "reading_organisations": _("Organisations whose people may read it then"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        restricted = bool(self.instance.restricted)
        self.initial["restricted"] = RESTRICTED if restricted else PUBLIC
