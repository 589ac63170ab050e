"""Compile every catalogue of translations (django.po) to what Django reads (django.mo)."""

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parent.parent / "cimaise" / "locale"


def compiled(source: Path) -> list[str]:
    """Write the compiled catalogue beside its source; what is wrong with it, a line each."""
    with source.open("rb") as file:
        catalogue = read_po(file, locale=source.parent.parent.name, abort_invalid=True)
    wrong = [
        f"{source}:{message.lineno}: {error}"
        for message, errors in catalogue.check()
        for error in errors
    ]
    with source.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalogue)
    return wrong


def main() -> int:
    """Compile all; fails if a translation does not fit what it translates."""
    wrong = [
        line for source in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")) for line in compiled(source)
    ]
    print("\n".join(wrong), file=sys.stderr, end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
