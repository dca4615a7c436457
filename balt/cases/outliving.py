"""A BAL that was noted as deleted: it may answer still, or have been noted by mistake."""

from collections.abc import Iterable

from balt.cases.model import Case, CaseKind, Event, Happened, Seen, latest_of, watched


def done_deletions(cases: Iterable[Case]) -> tuple[Case, ...]:
    """The deletions that ended with their BAL, of those of which nothing else is followed."""
    told = tuple(cases)
    followed = {each.address for each in watched(told)}
    addresses = dict.fromkeys(each.address for each in told if each.address not in followed)
    found = (done_deletion(each for each in told if each.address == address) for address in addresses)
    return tuple(each for each in found if each is not None)


def done_deletion(told: Iterable[Case]) -> Case | None:
    """The same, of the cases of one BAL, the oldest first."""
    deletion = latest_of(each for each in told if not each.is_abandoned).get(CaseKind.DELETION)
    ended = deletion.end if deletion is not None else None
    return deletion if ended is not None and ended.what is Happened.DELETED else None


def closed_with(cases: Iterable[Case], deletion: Case, ended: Event) -> tuple[Case, ...]:
    """The depublication that was closed because its BAL was noted as deleted (``ended``)."""
    return tuple(
        each
        for each in cases
        if (each.address, each.kind) == (deletion.address, CaseKind.DEPUBLICATION)
        and each.opened <= ended.at
        and each.end is not None
        and each.end.what is Happened.CLOSED
        and each.end.at >= ended.at
    )


def answered_since(case: Case) -> Event | None:
    """The look that found a BAL answering after it was noted as deleted, the latest; None where none did."""
    told = case.counted
    ended = next((place for place, each in enumerate(told) if each.what is Happened.DELETED), len(told))
    looks = [each for each in told[ended:] if each.what is Happened.MAILBOX]
    return looks[-1] if looks and looks[-1].value == Seen.THERE else None
