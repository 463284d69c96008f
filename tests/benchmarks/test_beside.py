from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from benchmarks.beside.load import bear
from benchmarks.beside.material import prepared, questions
from benchmarks.beside.report import gained, plot


class _Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    heard: list[str]

    def do_GET(self) -> None:
        question = parse_qs(urlsplit(self.path).query)["q"][0]
        self.heard.append(question)
        self.send_response(503 if "7" in question else 200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    _Answers.heard = []
    with ThreadingHTTPServer(("127.0.0.1", 0), _Answers) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def test_clients_ask_different_questions_and_failures_are_no_answers(
    server: ThreadingHTTPServer,
) -> None:
    asked = (f"what about é {number}?" for number in itertools.count())
    load = bear(server.server_port, "/v1/search?q=", asked, 3, 0.3)
    heard = _Answers.heard
    assert load.clients == 3
    assert sorted(heard) == sorted(f"what about é {number}?" for number in range(len(heard)))
    assert load.failed == sum("7" in each for each in heard) > 0
    assert 0 < load.rate <= (len(heard) - load.failed) / 0.3
    assert 0 < load.p50 <= load.p99


def test_questions_are_different_and_the_same_in_each_run(tmp_path: Path) -> None:
    path = tmp_path / "texts.json"
    path.write_text(json.dumps(["one two three", " ".join(map(str, range(40)))]), encoding="utf-8")
    first, again = (list(itertools.islice(questions(path, 5), 50)) for _ in range(2))
    assert first == again
    assert len(set(first)) == 50
    assert not set(first) & set(itertools.islice(questions(path, 6), 50))


def test_a_limit_keeps_the_first_documents(tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    records = [json.dumps({"_id": str(number), "text": "water"}) for number in range(20)]
    (tmp_path / "set" / "corpus.jsonl").write_text("\n".join(records), encoding="utf-8")
    made = prepared(tmp_path / "set", tmp_path / "made", 12)
    assert (made.corpus / "corpus.jsonl").read_text().splitlines() == records[:12]
    assert (made.warm / "corpus.jsonl").read_text().splitlines() == records[:8]


def test_a_gain_is_above_one_where_citywise_is_better(tmp_path: Path) -> None:
    sides = {
        "citywise": {"cold answer, s": 0.5, "passages indexed a second": 120.0},
        "peer": {"cold answer, s": 5.0, "passages indexed a second": 60.0, "other": 1.0},
    }
    figures = {"about": {}, "sides": sides}
    assert gained(figures, "cold answer, s", "peer") == pytest.approx(10)
    assert gained(figures, "passages indexed a second", "peer") == pytest.approx(2)
    assert gained(figures, "other", "peer") is None
    plot(figures, tmp_path / "plot.svg")
    assert "cold answer, s" in (tmp_path / "plot.svg").read_text(encoding="utf-8")
