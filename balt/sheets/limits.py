"""The local thresholds in words and as filter terms."""

from balt.i18n import ngettext


def age_words(days: int) -> str:
    """A threshold in days as it was meant: "3 ans" for 1095, "90 jours" for 90."""
    if days and days % 365 == 0:
        return ngettext("%d an", "%d ans", days // 365) % (days // 365)
    return ngettext("%d jour", "%d jours", days) % days


def size_term(octets: int) -> str:
    """A threshold in octets in the filter language: "5M", "512k", "1000"."""
    for unit, factor in (("G", 1024**3), ("M", 1024**2), ("k", 1024)):
        if octets and octets % factor == 0:
            return f"{octets // factor}{unit}"
    return str(octets)
