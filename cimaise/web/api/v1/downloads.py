"""Every record that matches, as a file: `records/1.0/download` and the portal's old export."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase

from cimaise.engine.exports import EXPORTS, v1
from cimaise.engine.flow import export
from cimaise.engine.query.limits import WHOLE
from cimaise.engine.query.planner import plan
from cimaise.engine.query.question import Question
from cimaise.engine.schema.schema import Schema
from cimaise.web.api.exports import provenance_of
from cimaise.web.api.freshness import fresh
from cimaise.web.api.problems import JSON, bad_parameter
from cimaise.web.api.v1.envelope import JAVASCRIPT, YES, answers_v1, callback, in_script, sent
from cimaise.web.api.v1.filters import number, the_dataset
from cimaise.web.api.v1.records import about, clock_of, edition_of, question_of, tag_of
from cimaise.web.catalog.pointer import Pointer
from cimaise.web.catalog.shelf import reading_room

CSV = "text/csv; charset=utf-8"
OWN = {"csv": CSV, "json": JSON, "jsonp": JAVASCRIPT, "geojson": JSON, "geojsonp": JAVASCRIPT}
KNOWN_AS = {"xls": "xlsx"}  # formats that have another name today
COLLECTION = ('{"type": "FeatureCollection", "features": [', "]}")
QUOTES = '"\r\n'


@answers_v1
def download(request: HttpRequest) -> HttpResponseBase:
    """`/api/records/1.0/download/`: CSV unless `format` says otherwise, without limit of rows."""
    return answered(request, the_dataset(sent(request)))


@answers_v1
def portal_download(request: HttpRequest, slug: str) -> HttpResponseBase:
    """`/explore/dataset/{id}/download/`: the same, where portals of before had it."""
    return answered(request, slug.partition("@")[0])


def separator(asked: QueryDict) -> str:
    """What parts two cells of a CSV; raises Problem."""
    said = asked.get("csv_separator", "") or ";"
    if len(said) != 1 or said in QUOTES:
        raise bad_parameter("csv_separator", said, "one character")
    return said


def answered(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The file, its name included."""
    asked = sent(request)
    found = about(request, asked, slug)
    form = asked.get("format", "").strip().lower() or "csv"
    form = KNOWN_AS.get(form, form)
    file = File(asked, found, question_of(asked, *window(asked)), form)
    file.check()

    def make() -> HttpResponseBase:
        if request.method == "HEAD":
            return HttpResponse(content_type=file.media_type)
        return StreamingHttpResponse(begun(file.pieces()), content_type=file.media_type)

    etag = tag_of(request, f"download {form}", found, asked)
    response = fresh(request, etag, found.made, make, question=clock_of(asked))
    if response.status_code == 200 and not form.endswith("jsonp"):
        name = f"{found.slug}.{file.extension}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
    if form.endswith("jsonp"):
        response["X-Content-Type-Options"] = "nosniff"
    return response


def window(asked: QueryDict) -> tuple[int | None, int]:
    """How many rows (None: all) after how many; raises Problem."""
    rows, start = number(asked, "rows", -1), number(asked, "start", 0)
    if rows < -1:
        raise bad_parameter("rows", str(rows), "rows >= -1")
    if start < 0:
        raise bad_parameter("start", str(start), "start >= 0")
    return (None if rows == -1 else rows), start


@dataclass(frozen=True, slots=True)
class File:
    """A file to be made: of which records, and how they are asked to be written."""

    asked: QueryDict
    found: Pointer
    question: Question
    form: str

    def check(self) -> None:
        """Raise Problem for a format or a parameter that is none."""
        if self.form in OWN:
            _ = callback(self.asked), separator(self.asked)
        elif self.form not in EXPORTS or not EXPORTS[self.form].offered(self.schema):
            raise bad_parameter("format", self.form, f"one of {', '.join([*OWN, *EXPORTS])}")

    @property
    def schema(self) -> Schema:
        """The fields of the dataset."""
        return self.found.snapshot.schema

    @property
    def media_type(self) -> str:
        """What the file is."""
        if self.form in OWN:
            return OWN[self.form]
        said = EXPORTS[self.form].media_type
        return f"{said}; charset=utf-8" if said.startswith("text/") else said

    @property
    def extension(self) -> str:
        """How its name ends."""
        return self.form if self.form in OWN else EXPORTS[self.form].extension

    def pieces(self) -> Iterator[bytes]:
        """Its bytes, as they are made."""
        room = reading_room()
        planned = plan(self.question, self.found.snapshot, room, WHOLE)
        labels = self.asked.get("use_labels_for_header", "").lower() in YES
        if self.form == "csv":
            return v1.csv(planned, room, separator=separator(self.asked), use_labels=labels)
        if self.form not in OWN:
            told = provenance_of(self.found)
            return export(
                self.question, self.form, self.found.snapshot, room, {"use_labels": labels}, told
            )
        identified = v1.identified(planned, self.schema)
        if self.form.startswith("geojson"):
            return self.called(v1.array(v1.features(identified, room), *COLLECTION))
        return self.called(v1.array(v1.records(identified, room, edition_of(self.found))))

    def called(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """JSON, within a call of the function that asked for it when it is JSONP."""
        if not self.form.endswith("jsonp"):
            return pieces
        lead = b"/**/" + callback(self.asked).encode() + b"("
        return chain([lead], map(in_script, pieces), [b");"])


def begun(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same pieces, the first ones made: what goes wrong goes wrong before the answer."""
    first = tuple(islice(pieces, 2))  # two: the first may be a header, made without any row
    return chain(first, pieces)
