"""A tab alone, to be framed by other sites: no masthead, and a way back (explore-api §7.1)."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt

from cimaise.web.explore import analyze, gallery, geography, information, tabs
from cimaise.web.explore.old_parameters import charted, located
from cimaise.web.explore.visit import EMBEDDED

VIEWS = {
    "table": tabs.table,
    "map": located(geography.map_page),
    "analyze": charted(analyze.analyze),
    "images": gallery.images,
    "information": information.information,
}
# What portals of before could embed and we show otherwise.
OTHERWISE = {"calendar": "table", "custom": "information", "export": "information"}


@xframe_options_exempt
def embed(request: HttpRequest, slug: str, view: str) -> HttpResponse:
    """`/explore/embed/dataset/{id}/{view}/`; `datasetcard=false` leaves the dataset's name out."""
    if view in OTHERWISE:
        place = request.path.removesuffix(f"{view}/") + f"{OTHERWISE[view]}/"
        query = request.GET.urlencode()
        return HttpResponseRedirect(f"{place}?{query}" if query else place)
    if view not in VIEWS:
        raise Http404(_("This view cannot be embedded."))
    request.META[EMBEDDED] = True
    response = VIEWS[view](request, slug=slug)
    response["Content-Security-Policy"] = "frame-ancestors *"
    return response
