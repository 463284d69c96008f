"""A package: the XML parts of an office file, found by their relationships (ISO 29500-2)."""

from __future__ import annotations

import io
import posixpath
import zipfile
from xml.etree import ElementTree

from indexer.errors import DocumentError
from indexer.readers.archive import check_zip

Xml = ElementTree.Element

_PREFIXES = {
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w",
    "http://purl.oclc.org/ooxml/officeDocument/relationships": "r",
    "http://purl.oclc.org/ooxml/officeDocument/math": "m",
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "r",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    "http://purl.org/dc/elements/1.1/": "dc",
}


class Package:
    """An office file's parts, each as an element tree with short names ("w:p").

    Only parts that are asked for are unpacked, so pictures cost nothing and a lost one does not
    matter.
    """

    def __init__(self, data: bytes, name: str) -> None:
        check_zip(data, name)
        self._name = name
        self._archive = zipfile.ZipFile(io.BytesIO(data))
        self._members = {member.lower(): member for member in self._archive.namelist()}
        root = dict(self._targets(""))
        main = root.get("officeDocument", "")
        document = self.part(main)
        if document is None or document.tag != "w:document":
            reason = "holds no Word document; give the file the ending of what it is"
            raise DocumentError(name, reason)
        self.document = document
        self.core = self.part(root.get("core-properties", ""))
        self._related = self._targets(main)

    def related(self, kind: str) -> list[Xml]:
        """The parts to which the document points, by the last word of the relation's type."""
        parts = (self.part(target) for type_, target in self._related if type_ == kind)
        return [part for part in parts if part is not None]

    def part(self, path: str) -> Xml | None:
        """Parse a part; None if there is none of that path."""
        member = self._members.get(path.lower())
        if member is None:
            return None
        try:
            # Safe: `check_zip` has refused every declaration of entities.
            root = ElementTree.fromstring(self._archive.read(member))  # noqa: S314
        except ElementTree.ParseError as error:
            reason = f"damaged: {member} is no valid XML; open it in Word and save it again"
            raise DocumentError(self._name, reason) from error
        _shorten(root)
        return root

    def _targets(self, source: str) -> list[tuple[str, str]]:
        """Relations of a part (of the package, for ""): the type's last word, and the path."""
        folder, file = posixpath.split(source)
        relations = self.part(posixpath.join(folder, "_rels", f"{file}.rels"))
        found = []
        for relation in relations if relations is not None else ():
            if relation.get("TargetMode") != "External":
                target = posixpath.join("/", folder, relation.get("Target", ""))
                kind = relation.get("Type", "").rpartition("/")[2]
                found.append((kind, posixpath.normpath(target).lstrip("/")))
        return found


def _shorten(root: Xml) -> None:
    """Give elements and attributes of known namespaces their customary prefix."""
    for element in root.iter():
        element.tag = _short(element.tag)
        for key in list(element.attrib):
            if key.startswith("{"):
                element.attrib[_short(key)] = element.attrib.pop(key)


def _short(tag: str) -> str:
    space, _, local = tag[1:].rpartition("}")
    return f"{_PREFIXES[space]}:{local}" if space in _PREFIXES else local or tag


def child(parent: Xml | None, path: str) -> Xml | None:
    """The first descendant along a path of short names ("w:pPr/w:numPr"); None if there is none."""
    for tag in path.split("/"):
        parent = None if parent is None else parent.find(tag)
    return parent


def val(parent: Xml | None, path: str) -> str | None:
    """The `w:val` of a descendant; None if there is no such descendant or value."""
    found = child(parent, path)
    return None if found is None else found.get("w:val")


def number(parent: Xml | None, path: str) -> int | None:
    """The `w:val` of a descendant as a number; None if it is none."""
    text = val(parent, path) or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def on(parent: Xml | None, path: str) -> bool | None:
    """A switch such as `w:b`; None if it is not there."""
    found = child(parent, path)
    if found is None:
        return None
    return found.get("w:val", "1").lower() not in ("0", "false", "off")
