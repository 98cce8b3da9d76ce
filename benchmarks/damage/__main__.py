"""`python -m benchmarks.damage`: trials with several seeds; prints one JSON object for each."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from sqlalchemy import create_engine, text

from benchmarks.damage.trial import run
from tests.served.postgresql import PostgreSQL
from tests.storage.s3_server import make_bucket, running_s3


def main() -> int:
    """Run the trials; return 1 if one had a violation, else 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--works", type=int, default=200)
    parser.add_argument("--objects", type=int, default=20)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--served", action="store_true", help="on PostgreSQL and S3 (moto)")
    options = parser.parse_args()
    violations = 0
    for seed in options.seeds:
        with tempfile.TemporaryDirectory() as folder, _stores(options.served) as stores:
            found = run(
                Path(folder) / "data",
                works=options.works,
                objects=options.objects,
                seed=seed,
                **stores,
            )
        print(json.dumps({**found, "served": options.served}), flush=True)
        violations += bool(found["violations"])
    return int(violations > 0)


@contextmanager
def _stores(served: bool) -> Iterator[dict[str, str]]:
    """Yield the addresses of an empty archive and catalogue; none for a folder and SQLite."""
    if not served:
        yield {}
        return
    os.environ.update(AWS_ACCESS_KEY_ID="AKIDARTIST", AWS_SECRET_ACCESS_KEY="very-secret")
    with tempfile.TemporaryDirectory(prefix="postgresql-") as folder, running_s3() as s3:
        s3.keeps_requests = False
        server = PostgreSQL(Path(folder))
        server.start()
        bucket, name = f"archive-{uuid4().hex[:8]}", f"trial_{uuid4().hex}"
        try:
            make_bucket(s3.endpoint, bucket)
            engine = create_engine(f"{server.url}/postgres", isolation_level="AUTOCOMMIT")
            with engine.connect() as connection:
                connection.execute(text(f"CREATE DATABASE {name}"))
            engine.dispose()
            yield {
                "archive": f"s3://{bucket}/a?endpoint={s3.endpoint}&region=us-east-1",
                "catalogue": f"{server.url}/{name}",
            }
        finally:
            server.stop()


if __name__ == "__main__":
    sys.exit(main())
