"""The full-text index of a snapshot: every text field, one document a record."""

import json
import threading
from collections.abc import Callable
from pathlib import Path

from sqlglot import exp
from tantivy import Index, Schema, SchemaBuilder

from cimaise.engine.duck import Workspace
from cimaise.engine.schema.field import Field
from cimaise.engine.schema.schema import Schema as Fields
from cimaise.engine.snapshots.analysis import word_analyzer
from cimaise.engine.snapshots.trees import RECORDS, call, column, text

WORDS = "words"  # the name under which the analyser is registered
ROW = "row"  # the row of a document in table `records`, whatever segment it lies in
_MARK = "f_"
HEAP = 256_000_000  # bytes; up to about a million records make one segment
THREADS = 1  # beside the one that feeds it: the time of two cores


def indexed_fields(schema: Fields) -> tuple[Field, ...]:
    """The fields whose words are indexed: texts, multivalued ones included."""
    return schema.of_type("text")


def index_name(field: str) -> str:
    """The name of a field in the index: never that of `ROW`, always one that Tantivy takes."""
    return f"{_MARK}{field}"


def field_names(directory: Path) -> tuple[str, ...]:
    """The fields of a written index, by their names in the dataset."""
    kept = json.loads((directory / "meta.json").read_text(encoding="utf-8"))["schema"]
    return tuple(entry["name"][len(_MARK) :] for entry in kept if entry["type"] == "text")


def _index_schema(schema: Fields) -> Schema:
    builder = SchemaBuilder()
    for field in indexed_fields(schema):
        builder.add_text_field(index_name(field.name), tokenizer_name=WORDS, index_option="freq")
    builder.add_unsigned_field(ROW, fast=True)
    return builder.build()


def _documents(schema: Fields) -> exp.Select:
    """One JSON object a record: its fields as texts or lists of texts, and its row."""
    parts: list[exp.Expr] = [text(ROW), exp.column("rowid")]
    for field in indexed_fields(schema):
        parts += [text(index_name(field.name)), _words_of(field)]
    return exp.select(call("json_object", *parts)).from_(RECORDS)


def _words_of(field: Field) -> exp.Expr:
    value: exp.Expr = column(field.name)
    if field.annotations.multivalued is not None:
        value = call("array_to_string", value, text("\n"))
    # Composed letters only: a lone combining accent would cut a word in two.
    return exp.func("coalesce", call("nfc_normalize", value), text(""))


class IndexWriting:
    """The writing of an index on a thread of its own, beside the rest of the publication.

    `start` it once table `records` is complete; `finish` waits and raises what went wrong;
    `stop` gives up. The two may be called at any time after `start`.
    """

    def __init__(self, schema: Fields, workspace: Workspace, directory: Path) -> None:
        self._schema = schema
        self._workspace = workspace
        self._directory = directory
        self._failure: BaseException | None = None
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="text index")
        self.done = 0

    def start(self) -> None:
        """Begin to write."""
        self._directory.mkdir()
        self._thread.start()

    def finish(self, heard: Callable[[int], None]) -> None:
        """Wait for the end, telling `heard` how many records are indexed; may raise."""
        while self._thread.is_alive():
            self._thread.join(0.2)
            heard(self.done)
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        """Give up, and wait until nothing is written any more."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        try:
            self._write()
        except BaseException as error:  # noqa: BLE001 - handed to the thread that waits
            self._failure = error

    def _write(self) -> None:
        index = Index(_index_schema(self._schema), str(self._directory))
        index.register_tokenizer(WORDS, word_analyzer())
        writer = index.writer(HEAP, THREADS)
        for batch in self._workspace.batches(_documents(self._schema)):
            if self._stopped.is_set():
                break
            for (document,) in batch:
                writer.add_json(document)
            self.done += len(batch)
        writer.commit()
        writer.wait_merging_threads()
