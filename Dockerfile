# One image for every part of the artist: worker, beat and gallery differ by their command.
#   docker build .                                         CPU
#   docker build --build-arg TORCH=https://download.pytorch.org/whl/cu126 .    CUDA
FROM python:3.11-slim AS build
ARG TORCH=https://download.pytorch.org/whl/cpu
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/artist && /opt/artist/bin/pip install --upgrade 'pip>=26.2'
WORKDIR /source
# Torch first: it is most of the image, and seldom changes.
COPY constraints.txt .
RUN /opt/artist/bin/pip install --no-deps --constraint constraints.txt --index-url "$TORCH" torch torchvision
COPY . .
# pip compiles what it installs. In a read-only container each process would compile it all again.
RUN /opt/artist/bin/pip install --constraint constraints.txt '.[worker,s3,publish]'

FROM python:3.11-slim
# libgl1 and libegl1 are what skia links to; it draws without a screen.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libegl1 libfontconfig1 libgl1 tini \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --create-home artist \
    && install -d -o artist -g artist /data
COPY --from=build /opt/artist /opt/artist
ENV PATH=/opt/artist/bin:$PATH \
    ARTIST_DATA=/data \
    HF_HOME=/tmp/huggingface \
    XDG_CACHE_HOME=/tmp/cache \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER artist
WORKDIR /data
ENTRYPOINT ["tini", "--", "artist"]
CMD ["run"]
