from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def test_the_browser_reaches_the_server(page: Page, served: str) -> None:
    page.goto(f"{served}/healthz")
    assert page.inner_text("body") == '{"status":"ok","index":null}'
