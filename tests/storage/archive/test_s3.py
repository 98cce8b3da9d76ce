"""The S3 store against a real server: conditional writes, parts, faults."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable

import pytest

from storage.archive.s3 import MULTIPART_BYTES, S3Store
from storage.errors import ObjectConflict, ObjectDamaged, ObjectMissing, StorageUnavailable
from tests.storage.s3_server import Fault, FaultyS3

PNG = "image/png"
CONFLICT = ("409 Conflict", "ConditionalRequestConflict")
BUSY = ("503 Slow Down", "SlowDown")


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds that were waited for between attempts, without waiting."""
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    return waited


def puts(server: FaultyS3, key: str) -> int:
    return sum(method == "PUT" and key in address for method, address in server.requests)


@pytest.mark.parametrize("status", [CONFLICT, BUSY, ("500 Error", "InternalError")])
def test_a_passing_failure_of_a_write_is_tried_again(
    s3_store: S3Store, s3_server: FaultyS3, waits: list[float], status: tuple[str, str]
) -> None:
    s3_store.probe()
    s3_server.faults += [Fault("PUT", *status, part="a/b")] * 2
    assert s3_store.put("a/b", b"data", media_type=PNG) is True
    assert s3_store.get("a/b") == b"data"
    assert puts(s3_server, "a/b") == 3
    assert len(waits) == 2


@pytest.mark.parametrize("status", [CONFLICT, BUSY])
def test_tries_are_bounded_and_the_store_is_named(
    s3_store: S3Store, s3_server: FaultyS3, status: tuple[str, str]
) -> None:
    s3_store.probe()
    s3_server.faults += [Fault("PUT", *status, part="a/b")] * 50
    with pytest.raises(StorageUnavailable, match=f"s3://{s3_store.bucket}.*{status[1]}"):
        s3_store.put("a/b", b"data", media_type=PNG)
    assert puts(s3_server, "a/b") == 3
    s3_server.faults.clear()
    assert not s3_store.exists("a/b")


@pytest.mark.parametrize("read", ["get", "exists", "keys"])
@pytest.mark.parametrize("failures", [2, 50])
def test_a_busy_server_is_read_again_a_bounded_number_of_times(
    s3_store: S3Store, s3_server: FaultyS3, read: str, failures: int
) -> None:
    s3_store.put("a/b", b"data", media_type=PNG)
    calls: dict[str, Callable[[], object]] = {
        "get": lambda: s3_store.get("a/b") == b"data",
        "exists": lambda: s3_store.exists("a/b"),
        "keys": lambda: list(s3_store.keys()) == ["a/b"],
    }
    s3_server.faults += [Fault("HEAD" if read == "exists" else "GET", *BUSY)] * failures
    if failures == 2:
        assert calls[read]()
    else:
        with pytest.raises(StorageUnavailable, match="goes on when"):
            calls[read]()


def test_a_write_whose_answer_was_lost_is_found_done(
    s3_store: S3Store, s3_server: FaultyS3
) -> None:
    s3_store.probe()
    s3_server.faults.append(Fault("PUT", *BUSY, part="a/b", after=True))
    assert s3_store.put("a/b", b"data", media_type=PNG) is False
    assert s3_store.get("a/b") == b"data"


def test_a_big_object_goes_in_parts_and_is_created_once(
    s3_store: S3Store, s3_server: FaultyS3
) -> None:
    big = bytes(range(256)) * (MULTIPART_BYTES // 256) + b"tail"
    assert s3_store.put("big", big, media_type=PNG) is True
    assert puts(s3_server, "partNumber=") == 2
    assert s3_store.get("big") == big
    assert s3_store.put("big", big, media_type=PNG) is False
    with pytest.raises(ObjectConflict):
        s3_store.put("big", big + b"more", media_type=PNG)
    assert hashlib.sha256(s3_store.get("big")).digest() == hashlib.sha256(big).digest()
    uploads = s3_store._client.list_multipart_uploads(Bucket=s3_store.bucket)
    assert "Uploads" not in uploads, "an upload that was given up still costs money"


def test_a_conflict_at_the_end_of_many_parts_sends_them_again(
    s3_store: S3Store, s3_server: FaultyS3
) -> None:
    s3_store.probe()
    s3_server.faults.append(Fault("POST", *CONFLICT, part="uploadId="))
    big = b"\1" * (MULTIPART_BYTES + 1)
    assert s3_store.put("big", big, media_type=PNG) is True
    assert s3_store.get("big") == big
    assert puts(s3_server, "partNumber=") == 4


def test_a_lost_answer_at_the_end_of_many_parts_is_found_done(
    s3_store: S3Store, s3_server: FaultyS3
) -> None:
    s3_store.probe()
    s3_server.faults.append(Fault("POST", *BUSY, part="uploadId=", after=True))
    big = b"\2" * (MULTIPART_BYTES + 1)
    s3_store.put("big", big, media_type=PNG)
    assert s3_store.get("big") == big


@pytest.mark.parametrize(
    "refusal",
    [
        None,
        ("501 Not Implemented", "NotImplemented"),
        ("400 Bad Request", "InvalidArgument"),
        ("400 Bad Request", "MalformedRequest"),
        ("400 Bad Request", "UnsupportedHeader"),
        ("405 Method Not Allowed", "MethodNotAllowed"),
        ("304 Not Modified", "NotModified"),
        ("422 Unprocessable Entity", ""),
    ],
    ids=str,
)
def test_a_server_without_conditional_writes_is_found_out_and_served_by_looking_first(
    s3_store: S3Store, s3_server: FaultyS3, refusal: tuple[str, str] | None
) -> None:
    s3_server.ignores_conditions = refusal is None
    s3_server.refuses_conditions = refusal
    (lack,) = s3_store.probe()
    assert "If-None-Match" in lack
    assert s3_store.put("a/b", b"first", media_type=PNG) is True
    assert s3_store.put("a/b", b"first", media_type=PNG) is False
    with pytest.raises(ObjectConflict):
        s3_store.put("a/b", b"second", media_type=PNG)
    assert s3_store.get("a/b") == b"first"
    assert puts(s3_server, "a/b") == 1


def test_a_server_that_is_busy_is_not_taken_for_one_without_conditions(
    s3_store: S3Store, s3_server: FaultyS3
) -> None:
    s3_server.faults += [Fault("PUT", *BUSY, part=".probe")] * 3
    with pytest.raises(StorageUnavailable, match="SlowDown"):
        s3_store.put("a/b", b"data", media_type=PNG)
    assert s3_store.put("a/b", b"data", media_type=PNG) is True
    assert s3_store.probe() == ()


def test_a_server_that_knows_conditions_but_not_for_parts(
    s3_store: S3Store, s3_server: FaultyS3
) -> None:
    assert s3_store.probe() == ()
    s3_server.faults.append(Fault("POST", "501 Not", "NotImplemented", part="uploadId="))
    big = b"\3" * (MULTIPART_BYTES + 1)
    assert s3_store.put("big", big, media_type=PNG) is True
    assert s3_store.get("big") == big
    with pytest.raises(ObjectConflict):
        s3_store.put("big", big + b"more", media_type=PNG)


def test_names_of_metadata_have_no_case(s3_store: S3Store, s3_server: FaultyS3) -> None:
    s3_server.capitalises = True
    s3_store.put("a/b", b"data", media_type=PNG)
    gets = len(s3_server.requests)
    assert s3_store.put("a/b", b"data", media_type=PNG) is False
    assert all(method != "GET" for method, _ in s3_server.requests[gets:])
    s3_server.mangle = lambda body: b"D" + body[1:]
    with pytest.raises(ObjectDamaged, match="a/b"):
        s3_store.get("a/b")


def test_the_server_is_probed_once(s3_store: S3Store, s3_server: FaultyS3) -> None:
    for number in range(3):
        s3_store.put(f"a/{number}", b"x", media_type=PNG)
    assert puts(s3_server, ".probe") == 2


def test_bytes_that_rotted_are_noticed(s3_store: S3Store, s3_server: FaultyS3) -> None:
    s3_store.put("a/b", b"data", media_type=PNG)
    s3_server.mangle = lambda body: b"D" + body[1:]
    with pytest.raises(ObjectDamaged, match="a/b"):
        s3_store.get("a/b")


def test_an_answer_that_breaks_off_is_read_again(
    s3_store: S3Store, s3_server: FaultyS3, waits: list[float]
) -> None:
    s3_store.put("a/b", b"data" * 1000, media_type=PNG)
    answers = iter([10, 4000])
    s3_server.mangle = lambda body: body[: next(answers)]
    assert s3_store.get("a/b") == b"data" * 1000
    assert len(waits) == 1


TAKEN = ("412 Precondition Failed", "PreconditionFailed")


@pytest.mark.parametrize("times", [1, 50])
def test_a_key_that_is_called_taken_and_is_empty_is_written_again(
    s3_store: S3Store, s3_server: FaultyS3, times: int
) -> None:
    s3_store.probe()
    s3_server.faults += [Fault("PUT", *TAKEN, part="a/b")] * times
    if times == 1:
        assert s3_store.put("a/b", b"data", media_type=PNG) is True
        assert s3_store.get("a/b") == b"data"
    else:
        with pytest.raises(StorageUnavailable, match="a/b"):
            s3_store.put("a/b", b"data", media_type=PNG)


def test_a_key_that_is_emptied_before_it_is_compared_is_written_again(
    s3_store: S3Store, s3_server: FaultyS3, monkeypatch: pytest.MonkeyPatch
) -> None:
    s3_store.put("a/b", b"other", media_type=PNG)
    found = s3_store._found

    def emptied(key: str) -> object:
        s3_store._client.delete_object(Bucket=s3_store.bucket, Key=f"artists/{key}")
        return found(key)

    monkeypatch.setattr(s3_store, "_found", emptied)
    assert s3_store.put("a/b", b"data", media_type=PNG) is True
    assert s3_store.get("a/b") == b"data"


def test_objects_from_another_tool_are_compared_by_their_bytes(s3_store: S3Store) -> None:
    s3_store._client.put_object(Bucket=s3_store.bucket, Key="artists/a/b", Body=b"restored")
    assert s3_store.put("a/b", b"restored", media_type=PNG) is False
    with pytest.raises(ObjectConflict):
        s3_store.put("a/b", b"other", media_type=PNG)


def test_media_types_are_kept(s3_store: S3Store) -> None:
    s3_store.put("a/b.png", b"x", media_type=PNG)
    head = s3_store._client.head_object(Bucket=s3_store.bucket, Key="artists/a/b.png")
    assert head["ContentType"] == PNG


def test_listings_of_more_than_one_page_are_whole(s3_store: S3Store, s3_server: FaultyS3) -> None:
    def two_a_page(params: dict[str, object], **_: object) -> None:
        params["MaxKeys"] = 2

    s3_store._client.meta.events.register("provide-client-params.s3.ListObjectsV2", two_a_page)
    names = [f"n/{number}" for number in range(5)]
    for name in names:
        s3_store.put(name, b"", media_type=PNG)
    s3_server.faults.append(Fault("GET", *BUSY, part="continuation-token"))
    assert list(s3_store.keys("n/")) == names
    assert list(s3_store.folders()) == ["n"]


def test_two_prefixes_of_one_bucket_do_not_meet(s3_store: S3Store, s3_server: FaultyS3) -> None:
    other = S3Store(s3_store.bucket, endpoint=s3_server.endpoint, region="us-east-1")
    s3_store.put("a", b"mine", media_type=PNG)
    other.put("a", b"theirs", media_type=PNG)
    assert s3_store.get("a") == b"mine"
    assert list(s3_store.keys()) == ["a"]
    assert list(other.keys()) == ["a", "artists/a"]


@pytest.mark.parametrize("code", ["InvalidAccessKeyId", "AccessDenied", "SignatureDoesNotMatch"])
def test_revoked_credentials_name_the_key_but_not_the_secret(
    s3_store: S3Store, s3_server: FaultyS3, code: str
) -> None:
    s3_server.faults += [Fault(method, "403 Forbidden", code) for method in ("PUT", "GET", "HEAD")]
    calls: list[Callable[[], object]] = [
        lambda: s3_store.put("a", b"x", media_type=PNG),
        lambda: s3_store.get("a"),
        lambda: s3_store.exists("a"),
    ]
    for call in calls:
        with pytest.raises(StorageUnavailable, match="AKIDARTIST") as caught:
            call()
        assert "very-secret" not in str(caught.value)


def test_missing_credentials_are_asked_for(
    s3_server: FaultyS3, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    store = S3Store(bucket, endpoint=s3_server.endpoint, region="us-east-1")
    with pytest.raises(StorageUnavailable, match="AWS_ACCESS_KEY_ID"):
        store.get("a")


def test_a_missing_bucket_is_not_a_missing_object(s3_server: FaultyS3) -> None:
    store = S3Store("no-such-bucket", endpoint=s3_server.endpoint, region="us-east-1")
    with pytest.raises(StorageUnavailable, match="no bucket no-such-bucket"):
        store.get("a")
    with pytest.raises(StorageUnavailable, match="no bucket no-such-bucket"):
        store.probe()


def test_a_wrong_clock_is_said(s3_store: S3Store, s3_server: FaultyS3) -> None:
    s3_server.faults.append(Fault("GET", "403 Forbidden", "RequestTimeTooSkewed"))
    with pytest.raises(StorageUnavailable, match="clock"):
        s3_store.get("a")


def test_a_server_that_is_away_is_said(s3_server: FaultyS3) -> None:
    away = S3Store("bucket", endpoint="http://127.0.0.1:9", region="us-east-1", attempts=2)
    with pytest.raises(StorageUnavailable, match="does not answer"):
        away.get("a")


def test_a_missing_object_is_asked_for_once(s3_store: S3Store, s3_server: FaultyS3) -> None:
    with pytest.raises(ObjectMissing):
        s3_store.get("a")
    assert len(s3_server.requests) == 1


def test_nobody_can_tell_the_room_in_a_bucket(s3_store: S3Store) -> None:
    assert s3_store.free_bytes() is None


def test_credentials_with_a_newline_at_their_end_are_used_without_it(
    s3_server: FaultyS3, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDARTIST\n")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", " very-secret\r\n")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "token-canary\n")
    store = S3Store(bucket, "artists", endpoint=s3_server.endpoint, region="us-east-1")
    assert store.put("a", b"bytes", media_type="text/plain")


@pytest.mark.parametrize(
    "name", ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"]
)
def test_a_credential_that_no_header_can_hold_is_named(
    s3_server: FaultyS3, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "canäry")
    with pytest.raises(StorageUnavailable, match=f"{name} holds a letter") as caught:
        S3Store("b", endpoint=s3_server.endpoint, region="us-east-1")
    assert "can\u00e4ry" not in str(caught.value)


def test_a_region_that_is_none_is_told(s3_server: FaultyS3) -> None:
    with pytest.raises(StorageUnavailable, match=r"can't be opened: .*region"):
        S3Store("b", region="bad region!")
