"""An object store in an S3 bucket, or on any server that speaks the S3 API.

Objects are created with `If-None-Match: *`, so of many writers exactly one succeeds. Each carries
its SHA-256 as metadata: it shows whether a key that is taken has equal bytes, and every read is
checked against it. boto3 retries temporary errors (503, SlowDown, lost connections).
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import os
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    IncompleteReadError,
    NoCredentialsError,
    ResponseStreamingError,
)
from botocore.handlers import add_expect_header

from storage.errors import ObjectConflict, ObjectDamaged, ObjectMissing, StorageUnavailable
from storage.redaction import redacted

T = TypeVar("T")

MULTIPART_BYTES = 16 * 1024 * 1024
"""Size of a part, and the size from which an object is sent in parts."""

_PROBE = ".probe"
_MISSING = {"NoSuchKey", "404", "NotFound"}
_TAKEN = {"PreconditionFailed", "412"}
_CONFLICT = {"ConditionalRequestConflict", "OperationAborted", "NoSuchUpload", "409"}
_PASSING = {"RequestTimeout", "SlowDown", "Throttling"}
_CREDENTIALS = {
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
    "AccessDenied",
    "ExpiredToken",
    "InvalidToken",
    "403",
}


class _Conflict(Exception):  # noqa: N818
    """Another writer was at work on the same key at the same moment: ask again."""


class S3Store:
    """The archive's objects below a prefix of one bucket.

    Credentials come from where boto3 looks for them: the environment, a profile, the machine's
    role. `attempts` bounds how often a request that may pass is made.

    Raises:
        StorageUnavailable: region or credentials can't be used.
    """

    def __init__(
        self,
        bucket: str,
        prefix: str = "",
        *,
        endpoint: str | None = None,
        region: str | None = None,
        attempts: int = 5,
    ) -> None:
        self.bucket = bucket
        self.prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self.where = redacted(
            f"s3://{bucket}/{self.prefix}" + (f" at {endpoint}" if endpoint else "")
        )
        self._attempts = attempts
        config = Config(
            connect_timeout=10,
            read_timeout=60,
            max_pool_connections=32,
            retries={"mode": "standard", "total_max_attempts": attempts},
            s3={"addressing_style": "path" if endpoint else "auto"},
            # Newer checksums break older servers; ours is in the metadata, MD5 guards the way.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        try:
            self._session = boto3.Session(**_credentials(), region_name=region)
            self._client = self._session.client("s3", endpoint_url=endpoint, config=config)
        except (BotoCoreError, ValueError) as error:
            raise StorageUnavailable(
                f"The archive {self.where} can't be opened: {error}"
            ) from error
        # Waiting for "100 Continue" before each body would cost one more round trip per object.
        self._client.meta.events.unregister("before-call.s3", add_expect_header)
        self._conditional: bool | None = None
        self._probing = threading.Lock()

    def put(self, key: str, data: bytes, *, media_type: str) -> bool:
        """Create an object; on return the server has it whole.

        Returns:
            True if it was created; False if the very same bytes lay there already (or came there
            by a first try of this call whose answer was lost).

        Raises:
            ObjectConflict: other bytes lie under the key.
            StorageUnavailable: the server is unavailable, slow, or refuses.
        """
        conditional = self._writes_conditionally()

        def create() -> bool:
            if self._create(key, data, media_type, conditional=conditional):
                return True
            self._compare(key, data)
            return False

        return self._patiently(create)

    def replace(self, key: str, data: bytes, *, media_type: str) -> None:
        """Create an object or put other bytes in its place.

        Raises:
            StorageUnavailable: the server is unavailable, slow, or refuses.
        """
        self._patiently(lambda: self._write(key, data, media_type, only_new=False))

    def delete(self, key: str) -> None:
        """Remove an object; a missing one is no error. A versioned bucket keeps earlier versions.

        Raises:
            StorageUnavailable: the server is unavailable, slow, or refuses.
        """
        self._patiently(lambda: self._client.delete_object(**self._at(key)))

    def get(self, key: str) -> bytes:
        """Bytes of an object, checked against the SHA-256 it was written with.

        Raises:
            ObjectMissing: the key does not exist.
            ObjectDamaged: the bytes are not those that were written.
            StorageUnavailable: the server is unavailable, slow, or refuses.
        """

        def read() -> tuple[bytes, str | None]:
            try:
                answer = self._client.get_object(**self._at(key))
            except ClientError as error:
                if _code(error) in _MISSING:
                    raise ObjectMissing(f"The archive {self.where} has no {key}.") from None
                raise
            return answer["Body"].read(), _expected(answer)

        data, expected = self._patiently(read)
        found = hashlib.sha256(data).hexdigest()
        if expected is not None and found != expected:
            raise ObjectDamaged(
                f"{key} in {self.where} is damaged: its SHA-256 is {found}, but it was written "
                f"with {expected}. Restore it from a backup."
            )
        return data

    def exists(self, key: str) -> bool:
        """Whether an object exists under the key; raises StorageUnavailable."""
        return self.size(key) is not None

    def size(self, key: str) -> int | None:
        """Size of an object in bytes; None if the key does not exist; raises StorageUnavailable."""
        found = self._patiently(lambda: self._found(key))
        return None if found is None else int(found["ContentLength"])

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Every key that begins with the prefix, in the order of their characters.

        Raises:
            StorageUnavailable: the server is unavailable, slow, or refuses.
        """
        for page in self._pages(prefix):
            names = (item["Key"].removeprefix(self.prefix) for item in page.get("Contents", ()))
            yield from (name for name in names if "/." not in f"/{name}")

    def folders(self, prefix: str = "") -> Iterator[str]:
        """Names of the folders directly below a prefix that ends in a slash, sorted.

        Raises:
            StorageUnavailable: the server is unavailable, slow, or refuses.
        """
        for page in self._pages(prefix, Delimiter="/"):
            for item in page.get("CommonPrefixes", ()):
                yield item["Prefix"].removeprefix(self.prefix + prefix).rstrip("/")

    def probe(self) -> tuple[str, ...]:
        """Write a trial object; name what this server can't do, in sentences (none: all is well).

        Raises:
            StorageUnavailable: it can't be written to at all.
        """
        with self._probing:
            self._conditional = self._try_conditional_write()
        if self._conditional:
            return ()
        return (
            f"{self.where} has no conditional writes (If-None-Match): objects are looked for "
            "before they are written, and two machines that write one key at the same moment may "
            "overwrite each other.",
        )

    def free_bytes(self) -> int | None:
        """Unknown for a bucket: None."""
        return None

    def _at(self, key: str) -> dict[str, str]:
        return {"Bucket": self.bucket, "Key": self.prefix + key}

    def _writes_conditionally(self) -> bool:
        with self._probing:
            if self._conditional is None:
                self._conditional = self._try_conditional_write()
            return self._conditional

    def _try_conditional_write(self) -> bool:
        """Whether the server refuses to create what exists; the trial object stays behind."""
        trial = b"Written to learn whether this server knows If-None-Match."

        def write_twice() -> bool:
            try:
                created = (
                    self._write(_PROBE, trial, "text/plain", only_new=True) for _ in range(2)
                )
                return not all(created)
            except ClientError as error:
                if not _may_be_the_condition(error):
                    raise
                self._write(_PROBE, trial, "text/plain", only_new=False)
                return False

        return self._patiently(write_twice)

    def _create(self, key: str, data: bytes, media_type: str, *, conditional: bool) -> bool:
        """Send an object if the key is free; False if it was taken.

        A server may know conditions and refuse them all the same, as for objects in parts.
        """
        if conditional:
            try:
                return self._write(key, data, media_type, only_new=True)
            except ClientError as error:
                if not _may_be_the_condition(error):
                    raise
        return self._found(key) is None and self._write(key, data, media_type, only_new=False)

    def _write(self, key: str, data: bytes, media_type: str, *, only_new: bool) -> bool:
        """Send an object; False if `only_new` and the key was taken."""
        condition = {"IfNoneMatch": "*"} if only_new else {}
        described = {
            **self._at(key),
            "ContentType": media_type,
            "Metadata": {"sha256": hashlib.sha256(data).hexdigest()},
        }
        try:
            if len(data) < MULTIPART_BYTES:
                self._client.put_object(
                    **described, **condition, Body=data, ContentMD5=_content_md5(data)
                )
            else:
                self._write_parts(key, data, described, condition)
        except ClientError as error:
            if only_new and _code(error) in _TAKEN:
                return False
            if _code(error) in _CONFLICT:
                raise _Conflict(_said(error)) from error
            raise
        return True

    def _write_parts(
        self, key: str, data: bytes, described: dict[str, Any], condition: dict[str, str]
    ) -> None:
        """Send an object in parts; nothing is under its key before all have arrived."""
        upload = self._client.create_multipart_upload(**described)["UploadId"]
        this = {**self._at(key), "UploadId": upload}
        parts = []
        try:
            for number, start in enumerate(range(0, len(data), MULTIPART_BYTES), 1):
                part = data[start : start + MULTIPART_BYTES]
                answer = self._client.upload_part(
                    **this, PartNumber=number, Body=part, ContentMD5=_content_md5(part)
                )
                parts.append({"PartNumber": number, "ETag": answer["ETag"]})
            self._client.complete_multipart_upload(
                **this, **condition, MultipartUpload={"Parts": parts}
            )
        except BaseException:
            with contextlib.suppress(ClientError, BotoCoreError):
                self._client.abort_multipart_upload(**this)
            raise

    def _found(self, key: str) -> dict[str, Any] | None:
        """The server's metadata of an object, None if it does not exist."""
        try:
            head: dict[str, Any] = self._client.head_object(**self._at(key))
        except ClientError as error:
            if _code(error) in _MISSING:
                return None
            raise
        return head

    def _compare(self, key: str, data: bytes) -> None:
        """Raise ObjectConflict unless the key has these bytes, by their SHA-256."""
        found = self._sha256(key)
        if found is None:
            raise _Conflict(f"{key} is said to be taken, and nothing lies there")
        if found != hashlib.sha256(data).hexdigest():
            raise ObjectConflict(
                f"The archive already holds other bytes under {key} in {self.where}; nothing was "
                "changed. `artist verify` compares what it holds."
            )

    def _sha256(self, key: str) -> str | None:
        """SHA-256 of the bytes under a key; None if it does not exist."""
        head = self._found(key)
        if head is None:
            return None
        try:
            return _expected(head) or hashlib.sha256(self.get(key)).hexdigest()
        except ObjectMissing:
            return None

    def _pages(self, prefix: str, **options: str) -> Iterator[dict[str, Any]]:
        request = {"Bucket": self.bucket, "Prefix": self.prefix + prefix, **options}
        while True:
            page = self._patiently(partial(self._client.list_objects_v2, **request))
            yield page
            if not page["IsTruncated"]:
                return
            request["ContinuationToken"] = page["NextContinuationToken"]

    def _patiently(self, call: Callable[[], T]) -> T:
        """Retry a call on temporary errors; raise the others with a readable message."""
        for attempt in range(1, self._attempts + 1):
            try:
                return call()
            except (_Conflict, IncompleteReadError, ResponseStreamingError) as error:
                if attempt == self._attempts:
                    raise StorageUnavailable(
                        f"The archive {self.where} failed {attempt} times in a row: {error}. The "
                        "work goes on when it is well again."
                    ) from error
                time.sleep(random.uniform(0, min(5.0, 0.1 * 2**attempt)))
            except ClientError as error:
                raise self._unavailable(error) from error
            except NoCredentialsError as error:
                raise StorageUnavailable(
                    f"There are no credentials for the archive {self.where}: set AWS_ACCESS_KEY_ID "
                    "and AWS_SECRET_ACCESS_KEY, or a profile."
                ) from error
            except BotoCoreError as error:
                raise StorageUnavailable(
                    f"The archive {self.where} does not answer: {error}. The work goes on when it "
                    "is back."
                ) from error
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _unavailable(self, error: ClientError) -> StorageUnavailable:
        """What a refusal of the server means for the person who runs it."""
        code = _code(error)
        if code in _CREDENTIALS:
            credentials = self._session.get_credentials()
            key_id = credentials.access_key if credentials else "none"
            what = (
                f"The archive {self.where} refuses the access key {key_id}. Was it revoked, or is "
                "it not allowed to read, write and list there?"
            )
        elif code == "NoSuchBucket":
            what = f"There is no bucket {self.bucket}. Make it, or correct the address."
        elif code == "RequestTimeTooSkewed":
            what = f"This machine's clock is wrong, so the archive {self.where} refuses. Set it."
        else:
            what = f"The archive {self.where} refuses. The work goes on when it is well again."
        return StorageUnavailable(f"{what} ({_said(error)})")


def _credentials() -> dict[str, str]:
    """The environment's credentials as headers can hold them; none: boto3 looks elsewhere.

    Raises:
        ValueError: a letter of one can't stand in a header.
    """
    found = {}
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        value = os.environ.get(name, "").strip()
        if not (value.isascii() and value.isprintable()):
            raise ValueError(f"{name} holds a letter that no key has: copy it again")
        if value:
            found[name.lower()] = value
    return found if "aws_access_key_id" in found else {}


def _expected(answer: Mapping[str, Any]) -> str | None:
    """The SHA-256 that an object was written with: some servers capitalise the names of headers."""
    metadata = {name.lower(): value for name, value in answer.get("Metadata", {}).items()}
    return metadata.get("sha256")


def _may_be_the_condition(error: ClientError) -> bool:
    """Whether a conditional write may have been refused for its condition.

    Servers without support answer with many different codes. Temporary errors and missing
    permissions are excluded.
    """
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    code = _code(error)
    refused = status == 501 or (status < 500 and status not in (408, 429))
    return refused and code not in _PASSING and code not in _CREDENTIALS


def _code(error: ClientError) -> str:
    """The server's code of an error; the HTTP status if a HEAD has no body."""
    return str(error.response.get("Error", {}).get("Code", ""))


def _said(error: ClientError) -> str:
    return f"{_code(error)}: {error.response.get('Error', {}).get('Message', '')}".strip(": ")


def _content_md5(data: bytes) -> str:
    """MD5 of a body as HTTP has it: every S3 server checks it on arrival."""
    return base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode("ascii")
