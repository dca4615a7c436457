"""Terms on facts and texts over the rows of a listing, of which not everything is known."""

from collections.abc import Iterable, Sequence
from itertools import compress

from balt.mail.facts import Facts, facts_of, read_facts
from balt.mail.filter_tests import ColumnTest, FactsTest, TextTest
from balt.mail.listing import Listing
from balt.mail.texts import NO, UNTOLD, YES


class RowTest:
    """The terms on facts and texts, each with whether it is negated, over one listing."""

    def __init__(
        self, terms: Iterable[tuple[ColumnTest | FactsTest | TextTest, bool]], listing: Listing
    ) -> None:
        listing.settle_facts()
        self._uids, self._facts, self._details = listing.uids, listing.facts, listing.details
        self._texts = listing.texts
        terms = list(terms)
        self._on_facts = [(test, negated) for test, negated in terms if isinstance(test, FactsTest)]
        self._on_texts = [(test, negated) for test, negated in terms if isinstance(test, TextTest)]
        self._judged = _Judged(self._on_facts)
        wanted = [(test.needle, test.fields, negated) for test, negated in self._on_texts]
        self._fits = listing.texts.texts.fitting(wanted) if wanted else bytearray()
        """What the column of texts says, by the number that stands for a row in it."""

    def sort_out(self, rows: Sequence[int]) -> tuple[list[int], list[int]]:
        """The rows that are known to fit; those that nothing known speaks against, and of which not all is
        known.
        """
        told = self._by_facts(rows) if self._on_facts else b""
        if self._on_texts:
            if NO in told:  # most texts need not be looked at
                rows, told = list(compress(rows, told)), told.translate(None, bytes([NO]))
            told = self._by_texts(rows, told)
        if UNTOLD not in told:
            return list(compress(rows, told)), []
        detail_fits, uids, details = self._detail_fits, self._uids, self._details
        judged = list(zip(rows, told, strict=True))
        fitting = [row for row, fit in judged if fit == YES or (fit == UNTOLD and detail_fits(row))]
        still_open = [row for row, fit in judged if fit == UNTOLD and uids[row] not in details]
        return fitting, still_open

    def _by_facts(self, rows: Sequence[int]) -> bytes:
        judged, facts = self._judged, self._facts
        return bytes([judged[facts[row]] for row in rows])

    def _by_texts(self, rows: Sequence[int], by_facts: bytes) -> bytes:
        """How rows are judged whose facts fit or are not known. Only what could be read has texts: where they
        are known, and no term is on facts, these need not be asked.
        """
        told = self._texts.judged(rows, self._fits)
        if not by_facts and UNTOLD in told:
            by_facts = self._by_facts(rows)
            return bytes(NO if fact == NO else text for fact, text in zip(by_facts, told, strict=True))
        if UNTOLD in by_facts:
            return bytes(
                UNTOLD if fact == UNTOLD else text for fact, text in zip(by_facts, told, strict=True)
            )
        return told

    def _detail_fits(self, row: int) -> bool:
        detail = self._details.get(self._uids[row])
        if detail is None:
            return False
        if self._judged[self._facts[row]] == UNTOLD:
            self._facts[row] = facts_of(detail)  # so that reading the detail once is enough
        if self._on_texts:
            self._texts.learn(row, detail)
        return self._judged[self._facts[row]] == YES and all(
            test.fits(detail) is not negated for test, negated in self._on_texts
        )


class _Judged(dict[int, int]):
    """How packed facts are judged. What is unreadable fits nothing.

    A million messages have a few hundred different facts: each is judged once.
    """

    def __init__(self, terms: Sequence[tuple[FactsTest, bool]]) -> None:
        super().__init__()
        self._terms = terms

    def __missing__(self, packed: int) -> int:
        facts = read_facts(packed)
        self[packed] = UNTOLD if facts is None else YES if self._fits(facts) else NO
        return self[packed]

    def _fits(self, facts: Facts) -> bool:
        return facts.readable and all(test.fits(facts) is not negated for test, negated in self._terms)
