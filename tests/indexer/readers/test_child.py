from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from indexer.document import Document
from indexer.readers.sandbox import Limits
from indexer.readers.wire import END, read_reply


def test_the_child_answers_each_request_with_its_documents_and_an_end(tmp_path: Path) -> None:
    path = tmp_path / "pumps.jsonl"
    path.write_text('{"text": "Pumps came."}\n[]\n{"text": "Pípes came."}\n', encoding="utf-8")
    requests = [
        {"path": str(path), "name": "a.jsonl", "folder": {}},
        {"path": str(path), "name": "b.jsonl", "folder": {"language": "fr"}},
    ]
    done = subprocess.run(
        [sys.executable, "-m", "indexer.readers.child", json.dumps(asdict(Limits()))],
        input="".join(json.dumps(request) + "\n" for request in requests).encode(),
        capture_output=True,
        check=True,
    )
    replies = done.stdout.splitlines(keepends=True)
    assert [replies[3], replies[7], len(replies), done.stderr] == [END, END, 8, b""]
    first, wrong, third, end = map(read_reply, replies[:4])
    assert isinstance(first, Document)
    assert isinstance(third, Document)
    assert (first.id, first.text, first.metadata.language) == ("a.jsonl#1", "Pumps came.", "en")
    assert str(wrong) == "a.jsonl, line 2: one JSON object a line is expected"
    assert (third.text, third.place, end) == ("Pípes came.", "line 3", None)
    again = read_reply(replies[4])
    assert isinstance(again, Document)
    assert (again.path, again.metadata.language) == ("b.jsonl", "fr")
