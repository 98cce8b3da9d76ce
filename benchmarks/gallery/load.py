"""An open loop on asyncio: requests start at fixed times, independent of the responses.

A request's time starts when it is due, with the wait for a connection, so that a stall is counted
in full (no coordinated omission).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

_ATTEMPTS = 2


@dataclass(frozen=True)
class Answers:
    """The responses: seconds of each in order, and how many were not 200."""

    seconds: Sequence[float]
    refused: int
    size: int

    def percentile(self, share: float) -> float:
        """Return the milliseconds within which that share of the responses arrived."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def open_loop(port: int, paths: Sequence[str], *, per_second: float) -> Answers:
    """Request every path once, at `per_second`."""
    return asyncio.run(_Loop(port).run(paths, per_second))


class _Loop:
    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def run(self, paths: Sequence[str], per_second: float) -> Answers:
        begin = time.perf_counter() + 0.2
        tasks = []
        for index, path in enumerate(paths):
            due = begin + index / per_second
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            tasks.append(asyncio.create_task(self._ask(path, due)))
        answers = await asyncio.gather(*tasks)
        for _, writer in self._idle:
            writer.close()
        return Answers(
            seconds=[seconds for seconds, _, _ in answers],
            refused=sum(status != 200 for _, status, _ in answers),
            size=sum(size for _, _, size in answers) // max(1, len(answers)),
        )

    async def _ask(self, path: str, due: float) -> tuple[float, int, int]:
        for attempt in range(_ATTEMPTS):
            # A second attempt uses a new connection, which the server can't have closed.
            kept = bool(self._idle) and attempt == 0
            connection = (
                self._idle.pop()
                if kept
                else await asyncio.open_connection("127.0.0.1", self._port, limit=2**22)
            )
            try:
                status, size = await _exchange(*connection, path)
            except (ConnectionError, asyncio.IncompleteReadError):
                if kept and attempt + 1 < _ATTEMPTS:
                    continue  # the server had closed an idle connection
                raise
            self._idle.append(connection)
            return time.perf_counter() - due, status, size
        raise AssertionError("unreachable")


async def _exchange(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str
) -> tuple[int, int]:
    writer.write(
        f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n".encode()
    )
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    status = int(head.split(" ", 2)[1])
    headers = dict(line.split(": ", 1) for line in head.splitlines()[1:] if ": " in line)
    if "content-length" in headers:
        size = int(headers["content-length"])
        await reader.readexactly(size)
        return status, size
    total = 0
    while size := int((await reader.readuntil(b"\r\n")).strip(), 16):
        await reader.readexactly(size + 2)
        total += size
    await reader.readexactly(2)
    return status, total
