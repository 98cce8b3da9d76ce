"""The broker within one process: messages arrive at once, without polling."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from kombu import Connection, Consumer, Message, Queue

from worker.engine.broker import TRANSPORT, wake_consumers


class Post:
    """A producer and a consumer of one queue; the consumer takes one message at a time."""

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


def test_a_waiting_consumer_gets_a_message_of_another_thread(post: Post) -> None:
    with ThreadPoolExecutor(1) as other:
        sent = other.submit(post.send, "one")
        post.wait()
        sent.result()
    assert [message.decode() for message in post.got] == ["one"]


def test_a_busy_consumer_gets_the_next_message_after_the_first_is_done(post: Post) -> None:
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


def test_a_waiting_consumer_can_be_woken_without_a_message(post: Post) -> None:
    with ThreadPoolExecutor(1) as other:
        waiting = other.submit(post.wait)
        while not waiting.done():
            wake_consumers()
        with pytest.raises(TimeoutError):
            waiting.result()
