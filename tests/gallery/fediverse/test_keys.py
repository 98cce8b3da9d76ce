"""The keys of artists: one each, shared by all processes, and told to nobody."""

from __future__ import annotations

import base64
import logging

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from gallery.fediverse.keys import ActorKeys, KeyLocked

SECRET, OTHER = b"one secret of the gallery, 32 b.", b"another one of the gallery, 32 b"


def test_one_key_for_all_processes(stores) -> None:
    stored = stores.catalogue.fediverse
    first, second = ActorKeys(stored, SECRET), ActorKeys(stored, SECRET)
    assert first.public_pem("eve") == second.public_pem("eve") != first.public_pem("bob")
    assert first.private("eve").key_size == 2048


def test_it_is_encrypted_and_never_logged(stores, caplog) -> None:
    keys = ActorKeys(stores.catalogue.fediverse, SECRET)
    private = keys.private("eve").private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    plain = base64.b64encode(private).decode()
    stored = stores.catalogue.fediverse.key("eve")
    assert plain not in stored and private not in base64.urlsafe_b64decode(stored)
    with caplog.at_level(logging.WARNING):
        logging.getLogger("any").warning("it is %s", plain)
    assert plain not in caplog.text


def test_another_secret_does_not_open_it(stores) -> None:
    stored = stores.catalogue.fediverse
    old = ActorKeys(stored, SECRET).public_pem("eve")
    other = ActorKeys(stored, OTHER)
    with pytest.raises(KeyLocked, match="ARTIST_GALLERY_SECRET"):
        other.private("eve")
    other.renew("eve")
    assert other.public_pem("eve") != old


def test_a_new_key_is_used_at_once_by_all(stores) -> None:
    stored = stores.catalogue.fediverse
    first, second = ActorKeys(stored, SECRET), ActorKeys(stored, SECRET)
    old = first.public_pem("eve")
    second.renew("eve")
    assert first.public_pem("eve") == second.public_pem("eve") != old
