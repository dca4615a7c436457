"""What looks wrong about one BAL of the holder, in short sentences for its detail; and who bears their name.

It looks only at what was read for the practice: nothing more is asked.
"""

from collections.abc import Iterator
from datetime import datetime

from balt.directory.model import DirectoryAnswer
from balt.i18n import _
from balt.mailboxes.anomalies.model import NONE, Scene, Severity
from balt.mailboxes.anomalies.people import person_words
from balt.mailboxes.anomalies.table import Anomaly, anomalies
from balt.mailboxes.directory_view import DirectoryView
from balt.mailboxes.model import Mailbox
from balt.text import fold

_TOLD_ELSEWHERE = frozenset(("only-in-extraction", "only-in-api", "vanished", "appeared", "homonyms"))
"""The detail has a line of its own for what the sources disagree about, what changed, and namesakes."""

_SHOWN = 3


def remarks(mailbox: Mailbox, view: DirectoryView, now: datetime) -> list[tuple[Severity, str]]:
    """A sentence for each anomaly of a BAL, the gravest first. Pure."""
    key = frozenset((mailbox.address.lower(),))
    seen = anomalies(_scene(mailbox, view, now), key)
    return [(each.rule.severity, _sentence(each)) for each in seen if each.rule.id not in _TOLD_ELSEWHERE]


def namesakes_nearby(mailbox: Mailbox, view: DirectoryView) -> list[str]:
    """The persons of the holder's name who work in a town of theirs, told apart by profession and RPPS."""
    if not view.rpps or all(entry.rpps != view.rpps for entry in mailbox.entries):
        return []
    towns = {fold(town) for town in _towns(mailbox, view) if town}
    near = [each for each in view.alike if towns & {fold(town) for town in each.all_towns}]
    return [person_words(each) for each in dict.fromkeys(near)]


def _scene(mailbox: Mailbox, view: DirectoryView, now: datetime) -> Scene:
    """What the sources say of this BAL and of whoever holds it."""
    key = mailbox.address.lower()
    people = {entry.rpps for entry in mailbox.entries if entry.rpps}
    asked = {answer.origin: frozenset((key,)) for answer in view.answers if _decides(answer, now)}
    api = view.api
    known = {each.rpps for each in api.professionals} if api is not None and _decides(api, now) else set()
    return Scene(
        now,
        tuple(_about(answer, key, people) for answer in view.answers),
        asked=asked,
        people=frozenset((view.rpps,)) if view.rpps in known - {""} else NONE,
        trust=view.trust,
        sightings=view.sightings,
    )


def _decides(answer: DirectoryAnswer, now: datetime) -> bool:
    return answer.whole and answer.is_fresh(now)


def _about(answer: DirectoryAnswer, key: str, people: set[str]) -> DirectoryAnswer:
    """The part of an answer that tells of a BAL and its holders."""
    return DirectoryAnswer(
        answer.origin,
        answer.taken_at,
        tuple(each for each in answer.entries if each.rpps in people or each.key == key),
        tuple(each for each in answer.situations if each.rpps in people),
    )


def _towns(mailbox: Mailbox, view: DirectoryView) -> Iterator[str]:
    """Where the holder works, as far as anything tells."""
    for answer in view.answers:
        yield from (entry.town for entry in answer.entries if entry.rpps == view.rpps)
        yield from (each.town for each in answer.situations if each.rpps == view.rpps)
        for person in answer.professionals:
            yield from person.all_towns if person.rpps == view.rpps else ()
    yield from (each.town for each in mailbox.situations)


def _sentence(anomaly: Anomaly) -> str:
    """The title, and what shows it; the addresses, where there are several."""
    told = [each.value for each in anomaly.evidence if each.value]
    if len(anomaly.addresses) > 1 and any(each.address for each in anomaly.evidence):
        told = list(anomaly.addresses)
    shown = list(dict.fromkeys(told))
    more = ["…"] if len(shown) > _SHOWN else []
    words = {"place": anomaly.rule.title(), "remark": " · ".join((*shown[:_SHOWN], *more))}
    return _("%(place)s : %(remark)s") % words if words["remark"] else words["place"]
