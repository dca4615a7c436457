"""Plans that remove what is there twice: each message names its twin that stays, and is touched only while
that twin is there, octet for octet. The last copy is never taken.
"""

from collections.abc import Sequence
from dataclasses import replace

from balt.cleanup.plan import CleanupPlan, PlannedMessage, Twin
from balt.cleanup.result import SkipReason
from balt.cleanup.run import Run
from balt.errors import RefusedError
from balt.mail.model import Flag
from balt.mailboxes.duplicates import Duplicates, digests_of


def with_twins(plan: CleanupPlan, found: Sequence[Duplicates]) -> CleanupPlan:
    """The plan, in which each message names the one that stays; one that is in no pair is left out."""
    twins = {
        (copy.folder.name, copy.uid): Twin(
            each.kept.folder.name, each.kept.uidvalidity, each.kept.uid, each.size, each.sha256
        )
        for each in found
        for copy in each.surplus
    }
    parts = tuple(
        replace(
            part,
            messages=tuple(
                replace(message, twin=twins[part.folder, message.uid])
                for message in part.messages
                if (part.folder, message.uid) in twins
            ),
        )
        for part in plan.parts
    )
    return replace(plan, parts=parts)


def with_their_twin(run: Run, messages: Sequence[PlannedMessage]) -> list[PlannedMessage]:
    """The messages that may be dealt with: those without a twin, and those whose twin is on the server now,
    as the same octets as theirs. The others are skipped. The folder of the run is open afterwards.
    """
    wanted = {message.twin for message in messages if message.twin is not None}
    if not wanted:
        return list(messages)
    planned = {(part.folder, message.uid) for part in run.plan.parts for message in part.messages}
    there = _there(run, {twin for twin in wanted if (twin.folder, twin.uid) not in planned})
    run.enter()
    present = run.session.existing([message.uid for message in messages])
    asked = {
        message.uid: message.size for message in messages if message.uid in present and message.twin in there
    }
    digests = dict(digests_of(run.session, asked))
    fit: list[PlannedMessage] = []
    for message in messages:
        same = message.twin is None or digests.get(message.uid) == message.twin.sha256
        if message.uid not in present or (same and (message.twin is None or message.twin in there)):
            fit.append(message)  # what is gone is told as such, by those who look for it
        else:
            run.skip([message.uid], SkipReason.LAST_COPY)
    return fit


def _there(run: Run, twins: set[Twin]) -> set[Twin]:
    """The twins that are on the server, whole, and not marked to be removed."""
    found: set[Twin] = set()
    for folder, uidvalidity in sorted({(twin.folder, twin.uidvalidity) for twin in twins}):
        members = {
            twin.uid: twin for twin in twins if (twin.folder, twin.uidvalidity) == (folder, uidvalidity)
        }
        try:
            if run.session.examine(folder).uidvalidity != uidvalidity:
                continue
        except RefusedError:
            continue
        known = run.session.identities(list(members))
        sizes = {uid: members[uid].size for uid, each in known.items() if Flag.DELETED not in each.flags}
        for uid, sha256 in digests_of(run.session, {uid: sizes[uid] for uid in sizes if uid in members}):
            if members[uid].sha256 == sha256:
                found.add(members[uid])
    return found
