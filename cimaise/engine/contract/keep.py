"""Nothing that was published breaks without somebody having said yes."""

from collections.abc import Sequence

from cimaise.engine.contract.change import Change
from cimaise.engine.messages import Refusal, say


class ContractBroken(Refusal):
    """Refusal `contract_broken`; `changes` are those that nobody declared nor accepted."""

    def __init__(self, changes: Sequence[Change]) -> None:
        self.changes = tuple(changes)
        told = " ".join(str(change.message) for change in self.changes)
        renamed = any(change.kind == "field_renamed" for change in self.changes)
        super().__init__(
            "contract_broken",
            say("This version would break what others built on the last one."),
            where=say("{changes}", changes=told),
            remedy=say(
                "Say which column of this file holds a field that has another name now, or accept "
                "the changes and publish again."
            )
            if renamed
            else say("Correct the file, or accept the changes and publish again."),
        )


def keep_contract(changes: Sequence[Change], *, accept_breaking: bool) -> None:
    """Raise ContractBroken for changes that break and were neither declared nor accepted."""
    broken = [change for change in changes if change.breaks and not change.declared]
    if broken and not accept_breaking:
        raise ContractBroken(broken)
