"""`python -m fuzz.language -runs=20000 -seed=1`: the languages, fuzzed by atheris, all on one core.

Arguments beginning with `-` go to libFuzzer; `--answers` carries plans out too. It ends with an
error, and the text that made it, at the first finding.
"""

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(
    include=["cimaise.engine.odsql", "cimaise.engine.query", "cimaise.engine.sql"]
):
    from fuzz.targets import TARGETS, Bench, tried

from fuzz.houses import houses
from fuzz.seeds import sentences, words

LONGEST = 400  # bytes of a text: what is longer is tried by the tables of bad input
MEMORY_MB = 1_024
LETTERS = tuple(TARGETS)
ANSWER = "--answers"


def main() -> None:
    """Fuzz until the runs or the seconds asked for are over."""
    with tempfile.TemporaryDirectory(prefix="cimaise-fuzz-") as home:
        directory = Path(home)
        snapshot, room = houses(directory)
        bench = Bench(snapshot, room, answers=ANSWER in sys.argv)

        def one(data: bytes) -> None:
            if data:
                letter = chr(data[0])
                tried(
                    bench,
                    letter if letter in TARGETS else LETTERS[data[0] % len(LETTERS)],
                    text_of(data[1:]),
                )

        told = [argument for argument in sys.argv[1:] if argument != ANSWER]
        own = [
            f"-dict={_dictionary(directory)}",
            f"-max_len={LONGEST}",
            f"-rss_limit_mb={MEMORY_MB}",
            "-timeout=20",
            "-len_control=0",
            f"-artifact_prefix={tempfile.gettempdir()}/cimaise-fuzz-",
        ]
        # What is told comes last, and wins.
        atheris.Setup([sys.argv[0], *own, *told, str(_corpus(directory))], one)
        atheris.Fuzz()


def text_of(data: bytes) -> str:
    """Bytes as a text: halves of characters too, and what is no UTF-8 becomes such halves."""
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return data.decode("utf-8", "surrogateescape")


def _dictionary(directory: Path) -> Path:
    """The words, as libFuzzer reads them."""
    path = directory / "words.dict"
    lines = ("".join(f"\\x{byte:02x}" for byte in word.encode()) for word in words())
    path.write_text("".join(f'"{line}"\n' for line in lines), encoding="ascii")
    return path


def _corpus(directory: Path) -> Path:
    """The sentences, a file each."""
    corpus = directory / "sentences"
    corpus.mkdir()
    for number, (letter, text) in enumerate(dict.fromkeys(sentences())):
        said = (letter + text).encode("utf-8", "surrogatepass")
        (corpus / f"{number:05}").write_bytes(said)
    return corpus


if __name__ == "__main__":
    main()
