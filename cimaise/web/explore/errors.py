"""Pages for what went wrong: what happened, where, and what to do now."""

import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.utils.html import format_html
from django.utils.translation import gettext as _

log = logging.getLogger(__name__)


def _page(request: HttpRequest, status: int, title: str, what: str, remedy: str) -> HttpResponse:
    context = {"title": title, "what": what, "remedy": remedy, "where": request.path}
    return render(request, "explore/error.html", context, status=status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: an address that leads nowhere; what a view said of it is told."""
    said = exception.args[0] if exception.args and isinstance(exception.args[0], str) else ""
    return _page(
        request,
        404,
        _("This page does not exist"),
        said or _("Nothing hangs at this address."),
        _("Check the address, search the datasets, or start from the home page."),
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: a request that could not be read."""
    return _page(
        request,
        400,
        _("This request could not be read"),
        _("Something in the address or in the form is not written as it should be."),
        _("Go back and try again, or start from the home page."),
    )


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: signed out, or not allowed."""
    return _page(
        request,
        403,
        _("You may not see this page"),
        _("This page is for people who have been given the right to see it."),
        _("Sign in with another account, or ask whoever runs this portal."),
    )


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 of the protection against forged forms: most often a page left open for too long."""
    return _page(
        request,
        403,
        _("This form is no longer valid"),
        _("The page was open for too long, or cookies are refused."),
        _("Go back, reload the page and send the form again."),
    )


def broken(request: HttpRequest) -> HttpResponse:
    """500: told with the kit where the kit still works, in bare HTML otherwise."""
    title = _("Something broke on our side")
    what = _("The page could not be made; what happened has been written down.")
    remedy = _("Try again in a moment. If it lasts, tell whoever runs this portal.")
    try:
        return _page(request, 500, title, what, remedy)
    except (TemplateDoesNotExist, TemplateSyntaxError, OSError, RuntimeError, ValueError):
        log.exception("the page that tells of an error could not be made either")
    text = format_html(
        '<!doctype html><meta charset="utf-8"><title>{0}</title><h1>{0}</h1><p>{1}</p><p>{2}</p>',
        title,
        what,
        remedy,
    )
    return HttpResponse(text, status=500)
