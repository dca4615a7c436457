"""How good the forecast of saturation is: ``python -m tests.bench.saturation [--boxes 40]``.

Every line is a way to use a BAL, tried on many made-up BAL whose future is known. A forecast is right when
its date is within a quarter of the time that is left (or ten days); "not within five years" is right when the
BAL is not full three and three quarter years later. Being silent is never wrong.
"""

import argparse
import json
import math
import random
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from balt.mail.model import Quota
from balt.mailboxes.saturation import HORIZON, MONTH, Forecast, Silence, forecast
from tests.support.made_mail import (
    DAY,
    MIB,
    NOW,
    YEAR,
    Batch,
    Habits,
    MadeMailbox,
    after,
    growing,
    purge_every,
    purge_once,
    seasons,
    soon,
    stopped,
)

TOLERANCE = 0.25


CASES: Mapping[str, Habits] = {
    "steady": Habits(),
    "steady, large attachments": Habits(monthly=60, spread=1.8),
    "tiny": Habits(monthly=6, size=60_000),
    "huge": Habits(monthly=800, years=3, size=400_000),
    "8 months old": Habits(years=8 / 12),
    "6 weeks old": Habits(years=0.12),
    "growing 10 % a year": Habits(growing(0.1), highest=2),
    "growing 30 % a year": Habits(growing(0.3), highest=5),
    "shrinking 20 % a year": Habits(growing(-0.2), highest=4),
    "seasons": Habits(seasons),
    "half thrown away soon": Habits(fate=soon(0.5)),
    "import in one day, 6 months ago": Habits(batches=(Batch(400 * MIB, -183, -182),)),
    "two small imports": Habits(batches=(Batch(90 * MIB, -40, -39), Batch(120 * MIB, -250, -240))),
    "import of old mail, dates kept": Habits(years=1.2, batches=(Batch(900 * MIB, -1800, -440),)),
    "young, after an import in one day": Habits(years=0.5, batches=(Batch(900 * MIB, -150, -149),)),
    "another server, dates kept": Habits(renumbered=True),
    "clean-up 2 years ago": Habits(fate=purge_once(730, 90)),
    "clean-up 1 year ago": Habits(fate=purge_once(365, 180)),
    "clean-up 5 months ago, all but new": Habits(fate=purge_once(150, 60)),
    "clean-up 5 months ago, over 3 years": Habits(fate=purge_once(150, 1095)),
    "clean-up 4 months ago, half": Habits(fate=purge_once(120, 30, 0.5)),
    "yearly purge of all": Habits(fate=purge_every(YEAR, 0)),
    "yearly purge, over 1 year": Habits(fate=purge_every(YEAR, YEAR)),
    "yearly purge, a tenth kept": Habits(fate=purge_every(YEAR, 0, 0.1)),
    "emptied after 90 days": Habits(fate=after(90)),
    "emptied after 1 year": Habits(fate=after(YEAR)),
    "emptied, another server since": Habits(fate=after(90), renumbered=True),
    "nothing comes since 9 months": Habits(stopped(270)),
    "nothing comes since 2 months": Habits(stopped(60)),
}


@dataclass
class Tally:
    """What was said of the BAL of one case. ``errors`` are parts of the time left."""

    right: int = 0
    wrong: int = 0
    silent: Counter[str] = field(default_factory=Counter)
    errors: list[float] = field(default_factory=list)

    def add(self, told: Forecast, truth: float) -> None:
        """Judge a forecast by the months after which the BAL was full."""
        if told.date is not None:
            months = (told.date - NOW).total_seconds() / MONTH
            error = (months - truth) / truth if truth < math.inf else -1.0
            self.errors.append(error)
            good = abs(error) <= TOLERANCE or abs(months - truth) * MONTH <= 10 * DAY
        elif told.silence is Silence.FAR:
            good = truth >= HORIZON * (1 - TOLERANCE)
        else:
            self.silent[str(told.silence)] += 1
            return
        self.right += good
        self.wrong += not good


def run(habits: Habits, boxes: int) -> Tally:
    """Forecasts of BAL that are used alike, some soon full and some not."""
    tally = Tally()
    for seed in range(boxes):
        box = MadeMailbox(habits, seed)
        ahead = random.Random(seed).uniform(1, 40)
        limit = box.used + max(box.room_for(ahead), MIB)
        told = forecast(box.inflow(), Quota(box.used, limit), NOW)
        tally.add(told, box.months_until_full(limit))
    return tally


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--boxes", type=int, default=40)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    print(f"{'':36} right wrong silent  worst  reasons", file=sys.stderr)
    documents = []
    for name, habits in CASES.items():
        if options.only not in name:
            continue
        tally = run(habits, options.boxes)
        worst = max(tally.errors, key=abs, default=0.0)
        silent = sum(tally.silent.values())
        reasons = ", ".join(f"{reason} {count}" for reason, count in tally.silent.most_common())
        print(
            f"{name:36} {tally.right:5} {tally.wrong:5} {silent:6} {worst:+6.0%}  {reasons}", file=sys.stderr
        )
        documents.append(
            {"case": name, "right": tally.right, "wrong": tally.wrong, "silent": dict(tally.silent)}
        )
    print(json.dumps(documents))


if __name__ == "__main__":
    main()
