"""Work that would hold up the screen, done beside it."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

T = TypeVar("T")


async def apart(work: Callable[[], T]) -> T:
    """What ``work`` returns or raises. It runs in a daemon thread, which never keeps balt from ending."""
    answer: Future[T] = Future()
    answer.set_running_or_notify_cancel()

    def run() -> None:
        try:
            answer.set_result(work())
        except Exception as error:  # raised again where it is waited for
            answer.set_exception(error)

    Thread(target=run, name="balt apart", daemon=True).start()
    return await asyncio.wrap_future(answer)
