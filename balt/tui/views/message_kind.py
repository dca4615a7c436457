"""What a message is and what receipts say of it, in the words of the screen."""

from dataclasses import replace

from balt.i18n import _
from balt.mail.model import Message, MessageDetail, Preview
from balt.tui.views.browse import Browse
from balt.tui.views.message_rows import kind_label


def kind_words(detail: MessageDetail) -> list[str]:
    """What a message is, and why where that says more."""
    return list(dict.fromkeys(filter(None, (kind_label(detail), detail.reason))))


def told_of(browse: Browse, place: int) -> str:
    """What receipts say of the message at a place of the listing; "" where none speaks of it, or where the
    folder was made anew since they were read.
    """
    listing, branch = browse.listing, browse.branches.get(browse.address)
    if listing is None or branch is None:
        return ""
    folder = listing.folder_of(place)
    found = branch.findings.get((folder, listing.uid_of(place)))
    if found is None or branch.validities.get(folder) != listing.part_of(folder).uidvalidity:
        return ""
    from balt.mailboxes.integration_words import finding_sentence  # there is none before receipts are read

    return finding_sentence(found)


def with_kind(preview: Preview, browse: Browse, mail: Message | None) -> Preview:
    """A message to read, with what it is, why, and what receipts say of it beside its headers."""
    if mail is None or mail.detail is None or browse.listing is None:
        return preview
    told = [(_("Type"), " · ".join(kind_words(mail.detail)))]
    place = browse.listing.index_of(mail.uid)
    if place is not None and (sentence := told_of(browse, place)):
        told.append((_("Accusé"), sentence))
    return replace(preview, headers=(*preview.headers, *told))
