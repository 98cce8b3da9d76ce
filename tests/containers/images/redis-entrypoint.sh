#!/bin/sh
# As root: give the volume to the user `redis`, then be that user.
set -e
if [ "$1" = redis-server ] && [ "$(id -u)" = 0 ]; then
    find . ! -user redis -exec chown redis '{}' +
    exec setpriv --reuid=redis --regid=redis --clear-groups -- "$0" "$@"
fi
# The official image listens to the whole network of its container unless told otherwise.
[ "$1" = redis-server ] && exec "$@" --protected-mode no
exec "$@"
