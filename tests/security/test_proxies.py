"""The operator's examples of docs/operations.md, really run: proxies, and the unit of systemd."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from tests.bounds import program
from tests.conftest import ROOT
from tests.served import PATIENCE, Served, free_port, serving

pytestmark = pytest.mark.security

OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
PUBLIC = "https://search.network.example"
QUOTA = 9


def example(begin: str) -> str:
    """The example of the page that begins with a line."""
    (found,) = re.findall(rf"```\w*\n({re.escape(begin)}\n.*?)```", OPERATIONS, re.DOTALL)
    return str(found)


def changed(text: str, *pairs: tuple[str, str]) -> str:
    """Put what this machine needs in the place of what stands in an example, each once."""
    for old, new in pairs:
        assert text.count(old) == 1, (old, text)
        text = text.replace(old, new)
    return text


def nginx(folder: Path, port: int, served: Served) -> list[str]:
    site = changed(
        example("server {"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{port};"),
        ("http://127.0.0.1:8000", served.url),
    )
    paths = "".join(
        f"{name}_temp_path {folder}/{name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    written = folder / "nginx.conf"
    written.write_text(
        f"daemon off;\npid {folder}/nginx.pid;\nerror_log {folder}/proxy.log;\n"
        f"events {{}}\nhttp {{\naccess_log off;\n{paths}{site}}}\n",
        encoding="utf-8",
    )
    return [program("nginx", "nginx-light"), "-e", f"{folder}/proxy.log", "-c", str(written)]


def caddy(folder: Path, port: int, served: Served) -> list[str]:
    site = changed(
        example("search.network.example {"),
        ("search.network.example {", f"http://127.0.0.1:{port} {{"),
        ("127.0.0.1:8000", served.url.removeprefix("http://")),
    )
    written = folder / "Caddyfile"
    written.write_text(f"{{\nadmin off\n}}\n{site}", encoding="utf-8")
    return [program("caddy", "caddy"), "run", "--adapter", "caddyfile", "--config", str(written)]


PROXIES = {"nginx": nginx, "caddy": caddy}


@contextmanager
def running(command: list[str], folder: Path, url: str) -> Iterator[None]:
    """Run a proxy until the block ends."""
    own = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with (
        (folder / "proxy.out").open("wb") as said,
        subprocess.Popen(command, env={**os.environ, **own}, stdout=said, stderr=said) as process,
    ):
        try:
            deadline = time.monotonic() + PATIENCE
            while not answers(url):
                assert process.poll() is None, (folder / "proxy.out").read_text()
                assert time.monotonic() < deadline, (folder / "proxy.out").read_text()
                time.sleep(0.1)
            yield
        finally:
            process.terminate()
            process.wait(PATIENCE)


def answers(url: str) -> bool:
    try:
        return httpx2.get(f"{url}/readyz").status_code == 200
    except httpx2.TransportError:
        return False


@pytest.mark.parametrize("proxy", PROXIES)
def test_behind_the_proxy_of_the_example_all_is_as_it_is_said(
    proxy: str, built: Path, tmp_path: Path
) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings = {"public_url": PUBLIC, "proxies": "127.0.0.1", "rate": f"{QUOTA}/hour"}
    with (
        serving(
            built, tmp_path, workers=1, ready=True, cache=str(tmp_path / "cache"), **settings
        ) as served,
        running(PROXIES[proxy](tmp_path, port, served), tmp_path, url),
        httpx2.Client(base_url=url, timeout=30) as client,
    ):
        page = client.get("/documents/durban-note")
        assert (page.status_code, PUBLIC in page.text) == (200, True)
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert client.post("/v1/search", content=b"x" * 300_000).status_code == 413
        assert client.get("/v1/search", params={"q": "x" * 20_000}).status_code == 422
        assert client.get("/metrics").status_code == 404
        assert httpx2.get(f"{served.url}/metrics").status_code == 200
        assert client.get("/v1/nowhere").headers["content-type"] == "application/problem+json"
        forged = [
            client.get("/v1/search?q=water", headers={"X-Forwarded-For": f"203.0.113.{number}"})
            for number in range(2 * QUOTA)
        ]
        # What was asked before has been counted too: rates are for all of a visitor.
        statuses = Counter(each.status_code for each in forged)
        assert statuses.keys() == {200, 429}
        assert statuses[200] < QUOTA
        lines = [line for line in served.lines() if line["message"] == "answered"]
    assert lines
    assert {len(line["request_id"]) for line in lines} == {32}


def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    names = {
        "citywise.service": example("[Unit]"),
        **dict(re.findall(r"# /etc/systemd/system/([\w.-]+)\n((?:(?!# /etc).)*)",
                          example("# /etc/systemd/system/citywise-index.service"), re.DOTALL)),
    }  # fmt: skip
    assert names.keys() == {"citywise.service", "citywise-index.service", "citywise-index.timer"}
    for name, text in names.items():
        here = text.replace("/srv/citywise/venv/bin/citywise", sys.executable)
        here = here.replace("/srv/citywise", str(tmp_path)).replace("User=citywise", "User=root")
        (tmp_path / name).write_text(here, encoding="utf-8")
    done = subprocess.run(
        [program("systemd-analyze", "systemd"), "verify", "--man=no",
         *(str(tmp_path / name) for name in names)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    ours = [line for line in done.stderr.splitlines() if "citywise" in line]
    assert (done.returncode, ours) == (0, [])
