"""The broker in one process: messages arrive as they are sent, and nobody polls meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from kombu import Connection, Consumer, Message, Queue

from worker.engine.broker import TRANSPORT, wake_consumers


class Post:
    """A consumer of one queue that holds one message at a time, and whoever sends to it."""

    def __init__(self, connection: Connection, queue: Queue) -> None:
        self.connection = connection
        self.got: list[Message] = []
        self._queue = queue
        self._consumer = Consumer(
            connection, [queue], on_message=self.got.append, accept=["json"], prefetch_count=1
        )
        self._consumer.consume()

    def send(self, text: str) -> None:
        with Connection("memory://", transport=TRANSPORT) as other:
            other.Producer(serializer="json").publish(text, routing_key=self._queue.name)

    def wait(self, seconds: float | None = None) -> None:
        self.connection.drain_events(timeout=seconds)


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    def never(_: float) -> None:
        raise AssertionError("it polls")

    monkeypatch.setattr("kombu.transport.virtual.base.sleep", never)
    with Connection("memory://", transport=TRANSPORT) as connection:
        queue = Queue("post-of-a-test")
        queue(connection.default_channel).declare()
        queue(connection.default_channel).purge()
        yield Post(connection, queue)


def test_who_waits_gets_a_message_that_another_thread_sends(post: Post) -> None:
    with ThreadPoolExecutor(1) as other:
        sent = other.submit(post.send, "one")
        post.wait()
        sent.result()
    assert [message.decode() for message in post.got] == ["one"]


def test_who_is_full_gets_the_next_message_when_the_first_is_done(post: Post) -> None:
    post.send("one")
    post.send("two")
    post.wait()
    with pytest.raises(TimeoutError):
        post.wait(0.01)
    with ThreadPoolExecutor(1) as other:
        done = other.submit(post.got[0].ack)
        post.wait()
        done.result()
    assert [message.decode() for message in post.got] == ["one", "two"]


def test_who_waits_is_woken_without_a_message(post: Post) -> None:
    with ThreadPoolExecutor(1) as other:
        waiting = other.submit(post.wait)
        while not waiting.done():
            wake_consumers()
        with pytest.raises(TimeoutError):
            waiting.result()
