"""The three sheets in English: our translation. Titles and hashtags stay as printed, with a gloss."""

from dataclasses import replace

from balt.sheets import text_fr
from balt.sheets.model import Risks, Sheet, Step

CONTACTS = (
    "About MSSanté (in French): esante.gouv.fr/strategie-nationale/mssante/",
    "Any question: monserviceclient.mssante@esante.gouv.fr",
)


def _step(printed: Step, gloss: str, *sentences: str) -> Step:
    return Step(printed.id, printed.title, sentences, gloss)


def _sheet(
    printed: Sheet,
    gloss: str,
    practice: str,
    steps: tuple[Step, ...],
    risk_heading: str,
    risks: tuple[Risks, ...],
    more: tuple[str, ...] = (),
) -> Sheet:
    return replace(
        printed,
        gloss=gloss,
        practice=practice,
        steps=steps,
        risk_heading=risk_heading,
        risks=risks,
        questions_heading="Any questions?",
        questions=CONTACTS,
        more=more,
    )


IDENTIFIER = _sheet(
    text_fr.IDENTIFIER,
    "Know your mailboxes (BAL)",
    "In practice: how to know all your BAL, and what to do",
    (
        _step(
            text_fr.IDENTIFIER.steps[0],
            "Find your BAL: how many, and which are in use",
            "To know all your BAL, look in the Annuaire Santé, the national health directory.",
            "Check that each of them is one you read regularly, and that it serves one of the places where "
            "you practise.",
        ),
        _step(
            text_fr.IDENTIFIER.steps[1],
            "Take inactive BAL out of the directory",
            "Once out of the MSSanté directory, your BAL is no longer listed there: a gentle first step "
            "towards closing it.",
            "Add an automatic reply that sends whoever still writes to this BAL to the one you use.",
            "You can then go on to the next step without worry.",
            "To know how to take your BAL out of the directory, ask your provider.",
        ),
        _step(
            text_fr.IDENTIFIER.steps[2],
            "Ask for inactive BAL to be deleted",
            "To go further, you can have your BAL deleted for good.",
            "First recover the messages and documents that matter, then ask your provider (the operator, the "
            "regional GRADeS, or the IT department of your institution).",
        ),
    ),
    "What are the risks of an MSSanté mailbox that nobody has identified?",
    (
        Risks(
            "For you, as prescriber:",
            ("Clinical information lost", "Spam: the same messages sent to every one of your BAL"),
        ),
        Risks(
            "For your colleagues:",
            (
                "Not knowing which BAL to write to",
                "An MSSanté directory that cannot be relied on",
                "The fear that information did not reach the right person, or a BAL that is read",
            ),
        ),
    ),
)

ENTRETENIR = _sheet(
    text_fr.ENTRETENIR,
    "Look after your mailboxes (BAL)",
    "In practice: how to win back space in your BAL",
    (
        _step(
            text_fr.ENTRETENIR.steps[0],
            "Empty the trash of your BAL",
            "Once you have checked that the information is safely in your business software, delete the "
            "messages from your mailbox.",
        ),
        _step(
            text_fr.ENTRETENIR.steps[1],
            "Sort and delete your old messages",
            "Delete your oldest messages if they no longer matter to what you are doing now.",
            "Depending on your BAL, you can search by criteria such as the date of reception.",
        ),
        _step(
            text_fr.ENTRETENIR.steps[2],
            "Find and delete your attachments",
            "Move the records of your patients into your business software, and keep them there.",
            "Depending on your BAL, you can find the largest attachments.",
        ),
    ),
    "What are the risks of an MSSanté mailbox that is full?",
    (
        Risks(
            "",
            (
                "Once its storage has reached the maximum, your BAL can neither receive nor receive new "
                "messages (the sheet's own words).",
                "Remember that MSSanté mailboxes are not meant to store data for long.",
                "It is your legal responsibility to keep track of patient information by filing it in your "
                "business software.",
                "Only one way is left … to free some space.",
            ),
        ),
    ),
    (
        "To learn more about freeing space in your BAL, ask your MSSanté operator, or the publisher of the "
        "business software that your BAL is built into",
    ),
)

VALORISER = _sheet(
    text_fr.VALORISER,
    "Make the most of your mailboxes (BAL)",
    "In practice: how to make the most of your MSSanté mailboxes",
    (
        _step(
            text_fr.VALORISER.steps[0],
            "Choose a preferred BAL for each place of practice",
            "Check your BAL in the Annuaire Santé or with your MSSanté operator",
            "Decide which address comes first for your kinds of prescription",
        ),
        _step(
            text_fr.VALORISER.steps[1],
            "Make your preferred BAL widely known",
            "On your referral letters",
            "In your mail signature",
            "On your prescriptions",
            "On your professional social networks",
        ),
    ),
    "What are the risks of having no preferred MSSanté mailbox?",
    (
        Risks(
            "For you, as prescriber:",
            ("Transmissions cut short", "Exchanges that leave no trace", "Messages that never arrive"),
        ),
        Risks(
            "For your colleagues:",
            (
                "Tedious searches in the directory",
                "Mistakes between people of the same name",
                "Outdated addresses",
                "Poor coordination between town and hospital",
            ),
        ),
        Risks(
            "For the patient:",
            (
                "Care that is interrupted",
                "A data leak, if documents go to the wrong colleague, for instance one of the same name",
            ),
        ),
    ),
)

SHEETS = (IDENTIFIER, ENTRETENIR, VALORISER)
