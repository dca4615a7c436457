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
    received: list[Mail] = field(default_factory=list)

    def folder(self, drawer: Drawer) -> PracticeFolder:
        mails: list[FiledMail] = []
        for rank, batch in enumerate(drawer.batches):
            chooser = random.Random(f"{self.seed}/{self.owner.address}/{drawer.name}/{rank}")
            mails += self._batch(batch, chooser)
        if drawer.hostile:
            mails += [FiledMail(s, moment, frozenset({SEEN})) for moment, s in hostile_messages(self.today)]
        if all(batch.in_order for batch in drawer.batches):
            mails.sort(key=lambda mail: mail.date)
        else:
            random.Random(f"{self.seed}/{drawer.name}").shuffle(mails)
        return PracticeFolder(drawer.name, drawer.special_use, tuple(mails))

    def _batch(self, batch: Batch, chooser: random.Random) -> list[FiledMail]:
        names, weights = zip(*batch.mix, strict=True)
        mails: list[tuple[str, Mail]] = []
        for moment in self._moments(batch, chooser):
            name = chooser.choices(names, weights)[0]
            mails.append((name, self._mail(name, moment, chooser)))
        ages = [(self.today - mail.sent.date()).days for _, mail in mails]
        bulky = [mail.topic.is_document for _, mail in mails]
        sizes = draw_sizes(ages, bulky, batch.octets, batch.large, batch.growing, chooser)
        filed: list[FiledMail] = []
        for (name, mail), size in zip(mails, sizes, strict=True):
            whole = replace(mail, size=size).measured()
            self._remember(whole)
            received = whole.sent + timedelta(seconds=chooser.randint(1, 50))
            flags = self._flags(batch, name, whole, chooser)
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
        about = self._about(name, chooser)
        if about:
            moment = min(moment, about.sent + timedelta(minutes=chooser.randint(1, 50)))
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

    def _about(self, name: str, chooser: random.Random) -> Mail | None:
        """The message that a receipt or a bounce speaks of: what was sent, or what was received."""
        if name in ("receipt", "failure", "bounce") and self.sent:
            return chooser.choice(self.sent)
        if name in ("sent receipt", "sent failure") and self.received:
            return self.received.pop(chooser.randrange(len(self.received)))
        return None

    def _remember(self, mail: Mail) -> None:
        if mail.topic.layout == "document":
            (self.sent if mail.sender == self.owner else self.received).append(mail)

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
        folders = [scribe.folder(drawer) for drawer in plan.drawers]
        number = scribe.number
        mailboxes.append(PracticeMailbox(plan.owner.address, plan.quota, _inbox_first(folders)))
    return Practice(people.HOLDER, tuple(mailboxes))


def _inbox_first(folders: Sequence[PracticeFolder]) -> tuple[PracticeFolder, ...]:
    return tuple(sorted(folders, key=lambda folder: folder.name != "INBOX"))
