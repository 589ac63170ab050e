"""A producer at the desk, for tests: what they do there, and the worker that does the work."""

import io
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from cimaise.web.catalog.models import Dataset
from cimaise.web.ingest.models import Run, Upload

CSV = "ref;nom;cp;visites\n" + "".join(
    f"M{row:03d};Musée {row};0{1000 + row};{row * 10}\n" for row in range(1, 21)
)


class Desk:
    """A signed-in producer, and everything they may do."""

    def __init__(self, client, organisation):
        self.client = client
        self.organisation = organisation

    def work(self) -> None:
        """What the background worker would do of everything that waits."""
        for waiting in DBTaskResult.objects.ready():
            waiting.claim("test")
            waiting.task.call(*waiting.args_kwargs["args"])
            waiting.set_successful(None)

    def new(self, content, name="musees.csv", title="Musées"):
        """Bring the first file of a new dataset and have it understood."""
        form = {
            "title": title,
            "producer": self.organisation.pk,
            "file": SimpleUploadedFile(name, _bytes(content)),
        }
        self.answer = self.client.post(reverse("desk:new"), form, follow=True)
        return self._brought()

    def again(self, dataset, content, name="musees.csv"):
        """Bring another file for a dataset and have it understood."""
        page = reverse("desk:dataset", args=[dataset.slug])
        form = {"file": SimpleUploadedFile(name, _bytes(content))}
        self.answer = self.client.post(page, form, follow=True)
        return self._brought()

    def _brought(self):
        assert self.answer.status_code == 200
        if "upload" not in self.answer.context:
            return None
        self.work()
        return Upload.objects.get(pk=self.answer.context["upload"].pk)

    def page(self, upload) -> str:
        """The page of a file, as text."""
        answer = self.client.get(address(upload))
        assert answer.status_code == 200, answer
        return answer.content.decode()

    def form(self, upload) -> dict:
        """What the form of a file would send untouched."""
        shown = self.client.get(address(upload)).context
        sent = {"key": [field["found"] for field in shown.get("fields", ()) if field["key"]]}
        for place, field in enumerate(shown.get("fields", ())):
            sent[f"field-{place}-label"] = field["label"]
            sent[f"field-{place}-name"] = field["name"]
            sent[f"field-{place}-type"] = field["type"]
            sent[f"field-{place}-multivalued"] = field["annotations"].get("multivalued") or ""
            if field["ignored"]:
                sent[f"field-{place}-ignore"] = "on"
            for switch in ("facet", "sortable", "disjunctive"):
                if field["annotations"].get(switch):
                    sent[f"field-{place}-{switch}"] = "on"
        return sent

    def say(self, upload, **said):
        """Send the form of a file with these changes, let the worker work, give the page."""
        sent = {**self.form(upload), "understand": "1"}
        for name, value in said.items():
            sent[name.replace("__", "-")] = value
        if "publish" in said:
            del sent["understand"]
        answer = self.client.post(address(upload), sent, follow=True)
        assert answer.status_code == 200, answer
        self.work()
        upload.refresh_from_db()
        return self.page(upload)

    def publish(self, upload, **said):
        """Send the form with the button "publish"."""
        return self.say(upload, publish="1", **said)

    def place(self, upload, name) -> int:
        """Where a field is in the form."""
        return [field["name"] for field in upload.understanding["fields"]].index(name)

    def fields(self, upload) -> dict:
        """Fields understood and their types."""
        upload.refresh_from_db()
        return {field["name"]: field["type"] for field in upload.understanding["fields"]}


def address(upload) -> str:
    """The page of a file."""
    return reverse("desk:upload", args=[upload.dataset.slug, upload.pk])


def last_run(upload) -> Run:
    """The newest run over a file."""
    return upload.runs.first()


def left_below(folder: Path) -> list[str]:
    """What is half-written below the folder of a portal: staging, scratch, locks of runs."""
    begun = [*folder.rglob(".staging-*"), *folder.rglob(".trash-*"), *folder.rglob(".scratch-*")]
    held = [*folder.rglob(".arriving/*"), *folder.rglob(".runs/*")]
    return sorted(path.relative_to(folder).as_posix() for path in (*begun, *held))


def fresh(dataset) -> Dataset:
    """The dataset as the database has it now."""
    return Dataset.objects.select_related("current").get(pk=dataset.pk)


def _bytes(content) -> bytes:
    if isinstance(content, io.BytesIO):
        return content.getvalue()
    return content.encode() if isinstance(content, str) else content
