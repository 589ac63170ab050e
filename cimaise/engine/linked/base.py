"""What a list of official codes is in linked data: who names its members, and how."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Authority:
    """The names that an institution gives to the members of a référentiel.

    `address` holds `{code}`; `codes` is the pattern of those that it names. `source` says where
    the rule is written.
    """

    referentiel: str
    address: str
    codes: str
    source: str

    def named(self, code: str) -> str | None:
        """The name of a code, None for what cannot be one."""
        return self.address.format(code=code) if re.fullmatch(self.codes, code) else None
