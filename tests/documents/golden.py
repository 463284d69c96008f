"""What is read from each document: `python -m tests.documents.golden` writes it anew."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from indexer.document import Document
from indexer.errors import DocumentError
from indexer.readers.formats import READERS, read

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"
DOCUMENTS = sorted(
    path for path in HERE.iterdir() if path.suffix in READERS and path.stem != "README"
)


def read_plain(path: Path) -> list[dict[str, Any] | str]:
    """Everything that is understood of a file, as JSON would hold it."""
    return [_plain(document) for document in read(path, path.name, {})]


def _plain(document: Document | DocumentError) -> dict[str, Any] | str:
    if isinstance(document, DocumentError):
        return str(document)
    about = {key: value for key, value in asdict(document).items() if value and key != "blocks"}
    about["metadata"] = {key: value for key, value in about["metadata"].items() if value}
    about["blocks"] = [
        {"text": document.text[block.start : block.end], **_set(asdict(block))}
        for block in document.blocks
    ]
    plain: dict[str, Any] = json.loads(json.dumps(about))
    return plain


def _set(block: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in block.items() if value}


def main() -> None:
    for path in DOCUMENTS:
        text = json.dumps(read_plain(path), ensure_ascii=False, indent=1)
        (GOLDEN / f"{path.name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
