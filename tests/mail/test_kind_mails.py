"""Mail of known kind, read from its octets: not one document may pass for something else."""

from collections.abc import Sequence

import pytest

from balt.mail.model import Kind
from tests.bench.kinds import Judged, in_files, on_dovecot, table
from tests.support.kind_mails import WRITERS, make_mails

WITHOUT_DOCUMENT = ("receipt", "bounce", "autoreply", "notification")


def check(judged: Sequence[Judged]) -> None:
    assert [each.made.writer for each in judged if each.loses_a_document] == []
    rows = table(judged)
    for kind in WITHOUT_DOCUMENT:
        assert rows[kind]["precision"] == 1
        assert rows[kind]["recall"] > 0.8
    for sure in ("document", "patient"):
        assert rows[sure]["recall"] == 1


def test_no_document_passes_for_something_else_in_files() -> None:
    check(list(in_files(list(make_mails(6 * len(WRITERS), seed=20261122)))))


@pytest.mark.dovecot
@pytest.mark.usefixtures("dovecot")
def test_no_document_passes_for_something_else_on_dovecot() -> None:
    check(list(on_dovecot(list(make_mails(6 * len(WRITERS), seed=20261123)))))


def test_the_made_mail_has_every_kind() -> None:
    assert {truth for truth, _write in WRITERS} == {kind.value for kind in Kind}
