"""Identifiers that belong to nobody, with right keys (Luhn): RPPS 1099999…, FINESS 99000…, department 99."""


def rpps(rank: int) -> str:
    """An RPPS number (11 digits) for ``rank`` from 0 to 999; 1 is the holder's."""
    return _keyed(f"1099999{rank:03d}")


def finess(rank: int) -> str:
    """A FINESS number (9 digits) for ``rank`` from 0 to 999."""
    return _keyed(f"99000{rank:03d}")


def siret(rank: int) -> str:
    """A SIRET number (14 digits), its SIREN having a right key too; ``rank`` from 0 to 999."""
    return _keyed(_keyed(f"99000{rank:03d}") + "0001")


def _keyed(digits: str) -> str:
    total = 0
    for at, char in enumerate(reversed(digits)):
        value = int(char) * (1 if at % 2 else 2)
        total += value - 9 if value > 9 else value
    return f"{digits}{-total % 10}"
