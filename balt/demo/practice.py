"""The practice: one doctor, four mailboxes, some three thousand messages; the same for one seed and day."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from balt.demo import people, texts
from balt.demo.content import Source
from balt.demo.dates import paris
from balt.demo.hostile import hostile_messages
from balt.demo.mails import Mail
from balt.demo.people import PATIENTS, Correspondent, Holder
from balt.demo.plans import PLANS, Batch, Drawer
from balt.demo.sizes import draw_sizes
from balt.demo.texts import TOPICS, Topic

SEEN, ANSWERED, FLAGGED, INTEGRATED = "\\Seen", "\\Answered", "\\Flagged", "$Integrated"
NEVER_INTEGRATED = ("failure", "returned")
RECEIPTS = {
    "receipt": "note",
    "failure": "note",
    "bounce": "note",
    "sent receipt": "sent note",
    "sent failure": "sent note",
}
"""What speaks of another message, and what is written instead when there is none to speak of."""


@dataclass(frozen=True, slots=True)
class FiledMail:
    """A message where it lies: its source, the date of its reception, and its flags."""

    source: Source
    date: datetime
    flags: frozenset[str]


@dataclass(frozen=True, slots=True)
class PracticeFolder:
    """A folder; levels of ``name`` are separated by "/". Its messages are in the order of their UID."""

    name: str
    special_use: str
    mails: tuple[FiledMail, ...]


@dataclass(frozen=True, slots=True)
class PracticeMailbox:
    """One BAL; ``quota`` in octets."""

    address: str
    quota: int
    folders: tuple[PracticeFolder, ...]


@dataclass(frozen=True, slots=True)
class Practice:
    """Everything that the demo's server serves."""

    person: Holder
    mailboxes: tuple[PracticeMailbox, ...]


@dataclass(slots=True)
class Scribe:
    """Writes the messages of one mailbox; remembers what was sent and received, for receipts to speak of."""

    seed: int
    today: date
    owner: Correspondent
    number: int
    sent: list[Mail] = field(default_factory=list)
    filed: list[Mail] = field(default_factory=list)
    waiting: list[Mail] = field(default_factory=list)

    def folders(self, drawers: Sequence[Drawer]) -> tuple[PracticeFolder, ...]:
        """The folders, INBOX first; drawers of the same name are one folder."""
        names = sorted({drawer.name for drawer in drawers}, key=lambda name: (name != "INBOX", name))
        mails = {name: list[FiledMail]() for name in names}
        for rank, drawer in enumerate(drawers):
            chooser = random.Random(f"{self.seed}/{self.owner.address}/{rank}")
            for batch in drawer.batches:
                mails[drawer.name] += self._batch(batch, chooser)
        uses = {drawer.name: drawer.special_use for drawer in reversed(drawers)}
        return tuple(PracticeFolder(name, uses[name], self._filed(name, mails[name])) for name in names)

    def _filed(self, name: str, mails: list[FiledMail]) -> tuple[FiledMail, ...]:
        """In the order in which they came; what is in the trash came there in any order."""
        if name == "INBOX" and self.owner == people.MAIN:
            mails += [FiledMail(s, moment, frozenset({SEEN})) for moment, s in hostile_messages(self.today)]
        mails.sort(key=lambda mail: mail.date)
        if name == "Corbeille":
            random.Random(f"{self.seed}/{name}").shuffle(mails)
        return tuple(mails)

    def _batch(self, batch: Batch, chooser: random.Random) -> list[FiledMail]:
        names, weights = zip(*batch.mix, strict=True)
        mails: list[tuple[str, Mail]] = []
        for moment in self._moments(batch, chooser):
            name = chooser.choices(names, weights)[0]
            mails.append((name, self._mail(name, moment, chooser)))
        ages = [(self.today - mail.sent.date()).days for _, mail in mails]
        bulks = [mail.topic.bulk if mail.topic.is_document else 0.0 for _, mail in mails]
        sizes = draw_sizes(ages, bulks, batch.octets, batch.large, batch.growing, chooser)
        filed: list[FiledMail] = []
        for (name, mail), size in zip(mails, sizes, strict=True):
            whole = replace(mail, size=size).measured()
            received = whole.sent + timedelta(seconds=chooser.randint(1, 50))
            flags = self._flags(batch, name, whole, chooser)
            self._remember(whole, INTEGRATED in flags)
            filed.append(FiledMail(whole, received, flags))
        return filed

    def _moments(self, batch: Batch, chooser: random.Random) -> list[datetime]:
        """Moments in working hours, the oldest first; the last one is when the batch says."""
        between = sorted(
            (chooser.uniform(batch.newest, batch.oldest) for _ in range(batch.count - 2)), reverse=True
        )
        ages = [batch.oldest, *(round(age) for age in between), batch.newest][-batch.count :]
        moments: list[datetime] = []
        for age in ages:
            clock = time(chooser.randint(7, 18), chooser.randrange(60), chooser.randrange(60))
            last = len(moments) == batch.count - 1
            if not last and age == batch.newest:
                age += 1
            moments.append(
                paris(datetime.combine(self.today - timedelta(days=age), batch.hour if last else clock))
            )
        return moments

    def _mail(self, name: str, moment: datetime, chooser: random.Random) -> Mail:
        self.number += 1
        patient = chooser.choice(PATIENTS)
        topic, outgoing = self._topic(name, chooser)
        sender = chooser.choice(topic.senders) if topic.senders else people.patient_address(patient)
        recipient = self.owner
        if outgoing:
            sender, recipient = self.owner, chooser.choice(people.RECIPIENTS)
        about = self._about(name, moment)
        if about is None and name in RECEIPTS:
            return self._mail(RECEIPTS[name], moment, chooser)
        if about:
            moment = about.sent + timedelta(minutes=chooser.randint(1, 50))
            patient = about.patient
            recipient = about.sender
        return Mail(self.number, topic, sender, recipient, patient, moment, 0, about)

    def _topic(self, name: str, chooser: random.Random) -> tuple[Topic, bool]:
        """A topic of that name, and whether the holder wrote it."""
        own = {
            "sent document": texts.SENT_DOCUMENT,
            "sent letter": texts.SENT_LETTER,
            "sent note": texts.SENT_NOTE,
            "draft": texts.DRAFT,
        }
        if name in own:
            return own[name], True
        if name == "sent receipt":
            return TOPICS["receipt"][0], True
        if name == "sent failure":
            return TOPICS["failure"][0], True
        return chooser.choice(TOPICS[name]), False

    def _about(self, name: str, moment: datetime) -> Mail | None:
        """The message that a receipt or a bounce speaks of: what was sent, or what was received, just before.

        The holder's own software has filed what it says it filed, and not what it says it could not.
        """
        known = {
            "receipt": self.sent,
            "failure": self.sent,
            "bounce": self.sent,
            "sent receipt": self.filed,
            "sent failure": self.waiting,
        }
        before = [mail for mail in known.get(name, ()) if mail.sent < moment]
        found = max(before, key=lambda mail: mail.sent, default=None)
        if found:
            known[name].remove(found)
        return found

    def _remember(self, mail: Mail, filed: bool) -> None:
        if mail.topic.layout == "document":
            (self.sent if mail.sender == self.owner else self.filed if filed else self.waiting).append(mail)

    def _flags(self, batch: Batch, name: str, mail: Mail, chooser: random.Random) -> frozenset[str]:
        read, integrated, flagged, answered = (chooser.random() for _ in range(4))
        flags: set[str] = set()
        last = mail.sent == paris(datetime.combine(self.today - timedelta(days=batch.newest), batch.hour))
        if read < batch.read or (last and batch.read > 0):
            flags.add(SEEN)
            if mail.topic.is_document and name not in NEVER_INTEGRATED and integrated < batch.integrated:
                flags.add(INTEGRATED)
            if flagged < batch.flagged:
                flags.add(FLAGGED)
            if answered < batch.answered and mail.topic.layout in ("note", "patient"):
                flags.add(ANSWERED)
        return frozenset(flags)


def make_practice(seed: int, today: date) -> Practice:
    """The practice as it is on ``today``; another seed gives other messages of the same kind."""
    number = seed * 100_000
    mailboxes: list[PracticeMailbox] = []
    for plan in PLANS:
        scribe = Scribe(seed, today, plan.owner, number)
        folders = scribe.folders(plan.drawers)
        number = scribe.number
        mailboxes.append(PracticeMailbox(plan.owner.address, plan.quota, folders))
    return Practice(people.HOLDER, tuple(mailboxes))
