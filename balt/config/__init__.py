"""The configuration: a TOML file that a person writes and balt only reads."""

from balt.config.model import (
    Access,
    Account,
    ArchiveSettings,
    Auth,
    Config,
    Contact,
    ContactKind,
    DirectorySettings,
    ExportSettings,
    IndexSettings,
    JournalSettings,
    Keep,
    Person,
    PublishSettings,
    Security,
    Thresholds,
    named,
)
from balt.config.reader import load_config, parse_config

__all__ = [
    "Access",
    "Account",
    "ArchiveSettings",
    "Auth",
    "Config",
    "Contact",
    "ContactKind",
    "DirectorySettings",
    "ExportSettings",
    "IndexSettings",
    "JournalSettings",
    "Keep",
    "Person",
    "PublishSettings",
    "Security",
    "Thresholds",
    "load_config",
    "named",
    "parse_config",
]
