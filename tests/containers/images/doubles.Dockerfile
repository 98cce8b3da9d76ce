# The test servers that stand for Qdrant and for the S3 server, each under the name of its image.
FROM python:3.11-slim AS doubles
RUN apt-get update \
    && apt-get install --yes --no-install-recommends wget \
    && rm -rf /var/lib/apt/lists/* \
    && python -m venv /opt/doubles
RUN /opt/doubles/bin/pip install --no-cache-dir \
    cheroot "moto[s3,server]" pydantic qdrant-client qdrant-edge-py urllib3 werkzeug
COPY tests/storage/qdrant_server.py tests/storage/s3_server.py /opt/tests/storage/
COPY tests/containers/doubles.py /opt/tests/containers/
ENV PYTHONPATH=/opt PYTHONUNBUFFERED=1

FROM doubles AS qdrant
VOLUME /qdrant/storage
ENTRYPOINT ["/opt/doubles/bin/python", "-m", "tests.containers.doubles", "qdrant"]

FROM doubles AS s3
VOLUME /data
ENTRYPOINT ["/opt/doubles/bin/python", "-m", "tests.containers.doubles", "s3"]
