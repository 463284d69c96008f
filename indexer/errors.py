"""Every error that a user can meet. Each message says what is wrong, where, and what to do next.

CitywiseError
├── CorpusError            the corpus as a whole cannot be indexed
├── DocumentError          one file or record cannot be read
├── HarvestError           an address cannot be fetched, or its page not be kept
├── EngineError            the machines that should do a build's work cannot, or are not there
├── ModelError             an embedding model cannot be found, trusted or compiled
├── QuestionError          a question that cannot be asked
├── CitationError          an old citation that cannot be read
├── NotHeldError           a passage or snapshot that the index does not hold
├── DatasetError           a test set that cannot be measured
├── FeedbackError          what readers found useful cannot be kept or read
├── KeysError              embed keys cannot be made, kept or read
├── SettingsError          a setting from the environment that cannot be
├── MissingExtraError      an optional part of the program is not installed
└── SnapshotError          an index that cannot be used
    ├── NoSnapshotError    nothing has been published there
    ├── DamagedError       a file is missing or differs from its checksum
    ├── FormatError        written by another version of the format
    ├── BusyError          another build holds the index
    ├── StorageError       a folder or an object storage elsewhere that cannot be used
    └── StoreError         a store beyond this machine cannot be reached, or refuses
"""

from __future__ import annotations

from dataclasses import dataclass


class CitywiseError(Exception):
    """What went wrong, in one plain sentence for the person at the terminal."""


def first_line(error: Exception) -> str:
    """What another library's error says, on one line; its name if it says nothing."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


class CorpusError(CitywiseError):
    """The corpus as a whole cannot be indexed."""


@dataclass
class DocumentError(CitywiseError):
    """One file, or one record in it, cannot be read.

    Attributes:
        path: the file, relative to the corpus.
        reason: what is wrong and what to do.
        place: where in the file ("line 3", "record 7"), empty for the file as a whole.
    """

    path: str
    reason: str
    place: str = ""

    def __str__(self) -> str:
        where = f"{self.path}, {self.place}" if self.place else self.path
        return f"{where}: {self.reason}"


@dataclass
class HarvestError(CitywiseError):
    """An address cannot be fetched, or what it answers cannot be kept.

    Attributes:
        place: the address, or the file or folder that should hold its page.
        reason: what is wrong and what to do.
    """

    place: str
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


class EngineError(CitywiseError):
    """The machines that should do a build's work are not there, or cannot do it."""


class ModelError(CitywiseError):
    """An embedding model cannot be found, trusted or compiled."""


class QuestionError(CitywiseError):
    """A question that cannot be asked of this index."""


class CitationError(CitywiseError):
    """An old citation that cannot be read."""


class NotHeldError(CitywiseError):
    """A passage or snapshot that the index does not hold."""


class DatasetError(CitywiseError):
    """A test set that cannot be measured."""


class FeedbackError(CitywiseError):
    """What readers found useful cannot be kept or read."""


class KeysError(CitywiseError):
    """Embed keys cannot be made, kept or read."""


class SettingsError(CitywiseError):
    """A setting from the environment that cannot be."""


class MissingExtraError(CitywiseError):
    """An optional part of the program is not installed."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} needs the extra [{extra}]: pip install 'citywise[{extra}]'")


class SnapshotError(CitywiseError):
    """An index that cannot be used."""


class NoSnapshotError(SnapshotError):
    """Nothing has been published in this folder."""


class DamagedError(SnapshotError):
    """A file of the index is missing or differs from its checksum."""


class FormatError(SnapshotError):
    """The index was written by another version of the format."""


class BusyError(SnapshotError):
    """Another build holds the index."""


class StorageError(SnapshotError):
    """A folder or an object storage elsewhere cannot be read or written."""


class StoreError(SnapshotError):
    """A store beyond this machine cannot be reached, or refuses what is asked."""
