"""Keeps a reader's language and scheme in a cookie, by a form that works without JavaScript."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.urls import translate_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from cimaise.web.theme.look import SCHEME_COOKIE, SCHEMES

ONE_YEAR = 365 * 24 * 60 * 60


# Exempt: the worst a forged form could do is to change colours or language, and without a token
# public pages carry no cookie of their own and stay cacheable.
@csrf_exempt
@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Keep `scheme` or `language`, then go back to `next` (an address of this site, else /)."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = "/"
    if (language := request.POST.get("language")) in dict(settings.LANGUAGES):
        answer = HttpResponseRedirect(translate_url(back, language))
        return _kept(answer, settings.LANGUAGE_COOKIE_NAME, language)
    if (scheme := request.POST.get("scheme")) in SCHEMES:
        return _kept(HttpResponseRedirect(back), SCHEME_COOKIE, scheme)
    return HttpResponseBadRequest()


def _kept(answer: HttpResponse, cookie: str, value: str) -> HttpResponse:
    answer.status_code = 303
    answer.set_cookie(cookie, value, max_age=ONE_YEAR, samesite="Lax", httponly=True)
    return answer
