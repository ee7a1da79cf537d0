"""A passkey in software: it signs what a browser would have it sign, and lies where a test asks it to."""

import json
import re
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from html import unescape
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from werkzeug.test import TestResponse

from tests.cast import Officer, Visitor

PRESENT, VERIFIED, ATTESTED = 1, 4, 64
OPTIONS = re.compile(r'action="([^"]*)" data-options="([^"]*)"')
CHALLENGE = re.compile(r'name="challenge" value="([^"]*)"')


@dataclass
class Authenticator:
    """One passkey; `flags` and `origin` can be bent, and `count` is what it says it has signed."""

    flags: int = PRESENT | VERIFIED
    origin: str = "http://localhost"
    host: str = "localhost"
    count: int = 0
    user: bytes = b""
    id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    key: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))

    def make(self, options: dict[str, Any]) -> str:
        """Answer navigator.credentials.create()."""
        self.user = base64url_to_bytes(options["user"]["id"])
        point = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(cose)
        attestation = {"fmt": "none", "attStmt": {}, "authData": self._about(ATTESTED) + attested}
        client = self._client("webauthn.create", options["challenge"])
        return self._answer({"clientDataJSON": client, "attestationObject": cbor2.dumps(attestation)})

    def sign(self, options: dict[str, Any]) -> str:
        """Answer navigator.credentials.get()."""
        client, about = self._client("webauthn.get", options["challenge"]), self._about(0)
        signature = self.key.sign(about + sha256(client).digest(), ECDSA(SHA256()))
        return self._answer(
            {"clientDataJSON": client, "authenticatorData": about, "signature": signature, "userHandle": self.user}
        )

    def _about(self, more: int) -> bytes:
        self.count += 1
        return sha256(self.host.encode()).digest() + bytes([self.flags | more]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, response: dict[str, bytes]) -> str:
        told = {name: bytes_to_base64url(value) for name, value in response.items()}
        own = bytes_to_base64url(self.id)
        return json.dumps({"id": own, "rawId": own, "type": "public-key", "response": told})


def question(person: Visitor, page: str) -> tuple[str, dict[str, Any], str]:
    """Return where a page sends a passkey's answer, what it asks, and the token that goes with it."""
    text = person.get(page).text
    found, challenge = OPTIONS.search(text), CHALLENGE.search(text)
    assert found is not None
    assert challenge is not None
    return unescape(found[1]), json.loads(unescape(found[2])), challenge[1]


def add_passkey(person: Officer, passkey: Authenticator, name: str = "blue key") -> TestResponse:
    """Make a passkey on one's own page."""
    action, options, challenge = question(person, "/desk/me")
    answer = {"challenge": challenge, "answer": passkey.make(options), "name": name}
    return person.post(action, answer, "/desk/me")


def enter(person: Visitor, passkey: Authenticator, page: str = "/desk/sign-in") -> TestResponse:
    """Sign in, or confirm oneself, with a passkey."""
    action, options, challenge = question(person, page)
    return person.post(action, {"challenge": challenge, "answer": passkey.sign(options)}, page)
