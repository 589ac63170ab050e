"""What a producer fills in: bringing a file, describing a dataset."""

from typing import Any, ClassVar

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cimaise.engine.messages import Refusal
from cimaise.web.accounts.models import Organisation, Person
from cimaise.web.backoffice.desk import desk_organisations
from cimaise.web.backoffice.rights import RightsForm
from cimaise.web.catalog.models import Attachment, Dataset, Redirect

ACCEPTED = ".csv,.tsv,.txt,.xlsx,.xls,.json,.jsonl,.ndjson,.geojson,.parquet,.gz,.zst"


class FileForm(forms.Form):
    """A file of any format the engine reads."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV, Excel, JSON, JSON lines, GeoJSON or Parquet; .gz and .zst as they are."),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        error_messages={
            "empty": _("This file is empty: nothing was received. Choose another one.")
        },
    )

    def __init__(self, *args: Any, refused: Refusal | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if refused is not None:  # nothing was received, and that is why
            self.fields["file"].error_messages["required"] = refused.in_words(gettext)


class AttachmentForm(forms.ModelForm[Attachment]):
    """A file that goes with a dataset as it is."""

    file = forms.FileField(
        label=_("File"), help_text=_("Of any kind: it is given as it is, never shown as a page.")
    )

    class Meta:
        model = Attachment
        fields: ClassVar = ["title", "kind", "description"]
        widgets: ClassVar = {"description": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, refused: Refusal | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if refused is not None:
            self.fields["file"].error_messages["required"] = refused.in_words(gettext)


class NewDatasetForm(FileForm):
    """A new dataset: a title, who publishes it, and its first file."""

    title = forms.CharField(label=_("Title"), max_length=300)
    producer = forms.ModelChoiceField(label=_("Producer"), queryset=Organisation.objects.none())

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["title", "producer", "file"])
        choices = desk_organisations(person)
        field = self.fields["producer"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - declared six lines above
        field.queryset = choices
        if choices.count() == 1:
            field.initial = choices.first()

    def slug(self) -> str:
        """An identifier made of the title that no dataset has or had."""
        base = slugify(self.cleaned_data["title"])[:90] or "jeu-de-donnees"
        slug, count = base, 1
        while taken(slug):
            count += 1
            slug = f"{base}-{count}"
        return slug


def taken(slug: str) -> bool:
    """Identifiers are never used again, not even after a rename; "new" is a page of the desk."""
    return (
        slug == "new"
        or Dataset.objects.filter(slug=slug).exists()
        or Redirect.objects.filter(slug=slug).exists()
    )


class Words(forms.CharField):
    """A list of words, written one a line or separated by commas."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=False,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text=_("One a line, or separated by commas."),
            **kwargs,
        )

    def prepare_value(self, value: Any) -> Any:
        """A kept list as lines."""
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        """Lines as a list without blanks or repetitions, in the order written."""
        text = super().to_python(value) or ""
        words = (word.strip() for line in text.splitlines() for word in line.split(","))
        return list(dict.fromkeys(word for word in words if word))


class DescriptionForm(RightsForm):
    """Everything the catalogue says of a dataset."""

    keywords = Words(label=_("Keywords"))
    attributions = Words(label=_("Attributions"))
    references = forms.URLField(label=_("References"), required=False, assume_scheme="https")

    class Meta(RightsForm.Meta):
        fields: ClassVar = [
            "title",
            "description",
            "producer",
            "licence",
            "themes",
            "keywords",
            "language",
            "references",
            "attributions",
            "update_frequency",
            "featured",
            *RightsForm.Meta.fields,
        ]
        widgets: ClassVar[dict[str, Any]] = {
            **RightsForm.Meta.widgets,
            "description": forms.Textarea(attrs={"rows": 8}),
            "themes": forms.CheckboxSelectMultiple,
        }
        help_texts: ClassVar = {
            "description": _("Paragraphs, lists, links and emphasis in HTML are kept."),
        }

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["producer"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - a ForeignKey's form field
        field.queryset = desk_organisations(person)
