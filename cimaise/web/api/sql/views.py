"""The view of `/api/sql/`: a question in, a page or a file out, nothing made twice."""

from io import SEEK_END
from wsgiref.util import FileWrapper

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from cimaise.engine.duck import DuckFailure, TooLong
from cimaise.engine.exports import EXPORTS
from cimaise.engine.messages import Refusal
from cimaise.engine.sql.carrels import HELD, AllTaken, TooMuch
from cimaise.web.api.exports import media_type_of
from cimaise.web.api.freshness import fresh, tag
from cimaise.web.api.problems import JSON, Problem, refusal
from cimaise.web.api.reach import asker
from cimaise.web.api.sql.asked import form_of, query_of, sent_by
from cimaise.web.api.troubles import problem_of
from cimaise.web.catalog.sql import Form, Understood, answered, understood

METHODS = ("GET", "HEAD", "POST")
PIECE = 1 << 18
UNSTEADY = "now()"  # what `fresh` takes for a question that looks at the clock
A_MOMENT = "2"  # seconds after which to ask again when too many are asking


@csrf_exempt
def ask(request: HttpRequest) -> HttpResponseBase:
    """Answer one SELECT; POST is only another way to send a long one, and writes nothing."""
    if request.method not in METHODS:
        return HttpResponse(status=405, headers={"Allow": ", ".join((*METHODS, "OPTIONS"))})
    try:
        return _answer(request)
    except AllTaken:
        busy = Problem(
            503, "TooManyQueries", "Too many SQL queries are being answered; ask again in a moment."
        )
        response = refusal(busy)
        response["Retry-After"] = A_MOMENT
        return response
    except TooMuch:
        return refusal(
            Problem(503, "QueryTooLarge", "The query needed too much memory; ask for less at once.")
        )
    except DuckFailure:
        return refusal(Problem(400, "SQLError", "SQL query is malformed: it cannot be computed."))
    except (Problem, Refusal, TooLong) as error:
        return refusal(problem_of(error))


def _answer(request: HttpRequest) -> HttpResponseBase:
    sent = sent_by(request)
    text, form = query_of(sent), form_of(sent)
    question = understood(text, asker(request))
    etag = tag("sql", question.state, form.format, sorted(form.parameters.items()),
               form.limit, form.offset, form.timezone)  # fmt: skip
    steady = "" if not question.reading.unsteady else UNSTEADY
    return fresh(request, etag, None, lambda: _made(request, question, form), question=steady)


def _made(request: HttpRequest, question: Understood, form: Form) -> HttpResponseBase:
    file = answered(question, form)
    size = file.seek(0, SEEK_END)
    file.seek(0)
    media_type, name = JSON, ""
    if form.format is not None:
        card = EXPORTS[form.format]
        media_type = media_type_of(card, form.parameters)
        name = f"answer.{card.extension}{'.gzip' if form.parameters.get('compressed') else ''}"
    response: HttpResponseBase
    if size > HELD and request.method != "HEAD":
        response = StreamingHttpResponse(FileWrapper(file, PIECE), content_type=media_type)
    else:
        with file:
            body = b"" if request.method == "HEAD" else file.read()
        response = HttpResponse(body, content_type=media_type)
    response["Content-Length"] = str(size)
    if name:
        response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
