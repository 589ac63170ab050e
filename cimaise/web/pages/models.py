"""Editorial pages: the home page, and plain pages of text, in French with an English variant."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from cimaise.web.pages.figures import key_figures
from cimaise.web.pages.showcase import featured, themes_with_counts

TEXT_FEATURES = ["h2", "h3", "bold", "italic", "link", "ol", "ul", "document-link"]


class TextBlock(blocks.StructBlock):
    """A few paragraphs, in both languages."""

    french = blocks.RichTextBlock(label=_("French"), features=TEXT_FEATURES)
    english = blocks.RichTextBlock(label=_("English"), features=TEXT_FEATURES, required=False)

    class Meta:
        icon = "pilcrow"
        label = _("text")


class TitledBlock(blocks.StructBlock):
    """A part of the home page that fills itself; its title may be changed."""

    french = blocks.CharBlock(label=_("title in French"), required=False)
    english = blocks.CharBlock(label=_("title in English"), required=False)


class TwoLanguages(Page):
    """What every page of this portal has: an English title beside the French one."""

    title_en = models.CharField(_("English title"), max_length=255, blank=True)

    class Meta:
        abstract = True

    content_panels: ClassVar = [*Page.content_panels, FieldPanel("title_en")]

    def in_language(self, french: str, english: str) -> str:
        """The variant for whoever reads; French stands in where English was not written."""
        return english if english and get_language() == "en" else french

    @property
    def shown_title(self) -> str:
        """The title in the reader's language."""
        return self.in_language(self.title, self.title_en)


class HomePage(TwoLanguages):
    """The portal's front door: a search, then whatever blocks its editors hang below."""

    intro_fr = models.TextField(_("introduction in French"), blank=True)
    intro_en = models.TextField(_("introduction in English"), blank=True)
    body = StreamField(
        [
            ("figures", TitledBlock(icon="order", label=_("key figures"))),
            ("featured", TitledBlock(icon="pick", label=_("featured datasets"))),
            ("themes", TitledBlock(icon="tag", label=_("themes"))),
            ("text", TextBlock()),
        ],
        blank=True,
        verbose_name=_("content"),
    )

    template = "pages/home.html"
    max_count = 1
    content_panels: ClassVar = [
        *TwoLanguages.content_panels,
        MultiFieldPanel([FieldPanel("intro_fr"), FieldPanel("intro_en")], _("introduction")),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("home page")

    @property
    def shown_intro(self) -> str:
        """The introduction in the reader's language."""
        return self.in_language(self.intro_fr, self.intro_en)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """What the blocks show, looked up only for the blocks that are there."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["parts"] = [self._part(block) for block in self.body]
        kinds = {part.kind for part in context["parts"]}
        if "figures" in kinds:
            context["figures"] = key_figures(request.user)
        if "featured" in kinds:
            context["featured"] = featured(request.user)
        if "themes" in kinds:
            context["themes"] = themes_with_counts(request.user)
        return context

    def _part(self, block: Any) -> "Part":
        said = self.in_language(
            _source(block.value.get("french")), _source(block.value.get("english"))
        )
        if block.block_type == "text":
            return Part("text", "", said)
        return Part(block.block_type, said, "")


@dataclass(frozen=True, slots=True)
class Part:
    """A block of the home page in the reader's language: a title, or a text."""

    kind: str
    title: str
    text: str


def _source(value: Any) -> str:
    """The text of a plain or rich block, empty when it was left out."""
    return str(getattr(value, "source", value) or "")


class TextPage(TwoLanguages):
    """A plain page of text: about, help, legal notice."""

    body_fr = RichTextField(_("text in French"), features=TEXT_FEATURES, blank=True)
    body_en = RichTextField(_("text in English"), features=TEXT_FEATURES, blank=True)

    template = "pages/text.html"
    content_panels: ClassVar = [
        *TwoLanguages.content_panels,
        FieldPanel("body_fr"),
        FieldPanel("body_en"),
    ]

    class Meta:
        verbose_name = _("page of text")

    @property
    def shown_body(self) -> str:
        """The text in the reader's language."""
        return self.in_language(self.body_fr, self.body_en)
