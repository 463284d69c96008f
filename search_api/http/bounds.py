"""Bounded work: how much one request may send, how many are answered at once, and for how long."""

from __future__ import annotations

import asyncio
import logging
import os

from fastapi import FastAPI, Request
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from search_api.http.journal import PROBES
from search_api.http.problems import problem
from search_api.settings import Settings

LARGEST = 1 << 18
"""Bytes of a body: the longest question with every filter full is less than half of it."""

LONGEST = 1 << 15
"""Bytes of an address."""

HERE, ELSEWHERE = 2, (os.cpu_count() or 1) + 2
"""Answers that a worker makes at once, of a folder or of a store: more would take the interpreter
from each other and from the loop, fewer would leave it idle while one encodes or waits."""

WAITING = 0.4
"""Seconds that a request waits for its turn: whoever waits longer is better told so."""

TOO_LARGE = f"body: larger than {LARGEST:,} bytes; send less"
TOO_LONG = f"address: longer than {LONGEST:,} bytes; send the question by POST to /v1/search"
BUSY = "the server is busy; ask again in a moment"
TOO_SLOW = "this took too long; ask again in a moment, or ask for less"

_log = logging.getLogger(__name__)


class Bounds:
    """Lets in what can be answered soon, and refuses the rest at once.

    A search runs in a thread, which cannot be stopped: a request that took too long is answered,
    and keeps its place until its thread is done, so that the work stays bounded.
    """

    def __init__(self, app: ASGIApp, concurrent: int, at_once: int, seconds: float) -> None:
        self.app, self._concurrent, self._seconds = app, concurrent, seconds
        self._held, self._turns = 0, asyncio.Semaphore(min(concurrent, at_once))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http" or scope["path"] in PROBES:
            await self.app(scope, receive, send)
            return
        refused = _refused(scope)
        if refused is None and not await self._taken_in():
            refused = 503, BUSY
        if refused is not None:
            await _refuse(scope, receive, send, *refused)
            return
        await self._answer(scope, _Body(receive), _Reply(send))

    async def _taken_in(self) -> bool:
        """Wait for a turn, but not for long, and not behind too many others."""
        if self._held >= self._concurrent:
            return False
        self._held += 1
        try:
            await asyncio.wait_for(self._turns.acquire(), WAITING)
        except BaseException as error:
            self._held -= 1
            if isinstance(error, TimeoutError):
                return False
            raise
        return True

    async def _answer(self, scope: Scope, body: _Body, reply: _Reply) -> None:
        task = asyncio.ensure_future(self.app(scope, body, reply))
        task.add_done_callback(self._released)
        try:
            done, _ = await asyncio.wait({task}, timeout=self._seconds)
        except asyncio.CancelledError:
            task.cancel()
            raise
        if done or reply.begun:
            await task
            return
        reply.closed = True
        task.add_done_callback(_late)
        await _refuse(scope, body, reply.send, 503, TOO_SLOW)

    def _released(self, task: asyncio.Future[None]) -> None:
        self._held -= 1
        self._turns.release()


class _Body:
    """What a visitor sends, as long as it is not too much."""

    def __init__(self, receive: Receive) -> None:
        self._receive, self._size = receive, 0

    async def __call__(self) -> Message:
        message = await self._receive()
        self._size += len(message.get("body", b""))
        if self._size > LARGEST:
            raise HTTPException(413, TOO_LARGE)
        return message


class _Reply:
    """A response, which is not sent once another was."""

    def __init__(self, send: Send) -> None:
        self.send, self.begun, self.closed = send, False, False

    async def __call__(self, message: Message) -> None:
        if not self.closed:
            self.begun = True
            await self.send(message)


def _refused(scope: Scope) -> tuple[int, str] | None:
    """Status and reason if a request's head says that it is too large."""
    if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > LONGEST:
        return 414, TOO_LONG
    length = Headers(scope=scope).get("content-length", "")
    if length.isdecimal() and int(length[:20]) > LARGEST:
        return 413, TOO_LARGE
    return None


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int, detail: str) -> None:
    headers = {"Retry-After": "1"} if status == 503 else {"Connection": "close"}
    await problem(Request(scope), status, detail, headers)(scope, receive, send)


def _late(task: asyncio.Future[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        _log.error("a request that had taken too long failed", exc_info=error)


def install(app: FastAPI, settings: Settings) -> None:
    """Bound the work of an application; what is added behind this is outside of it."""
    app.add_middleware(
        Bounds,
        concurrent=settings.concurrent,
        at_once=ELSEWHERE if settings.store else HERE,
        seconds=settings.request_seconds,
    )
