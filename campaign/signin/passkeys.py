"""Passkeys (WebAuthn Level 2): what we ask the browser, and whether its answer is genuine.

User verification is always required, so that a passkey alone is two factors. The relying party is the site's host.
"""

import ipaddress
import json
from dataclasses import dataclass
from urllib.parse import urlsplit

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

SITE_NAME = "Desk"  # a neutral word: phones and password managers show it beside the passkey
MALFORMED = (WebAuthnException, ValueError, TypeError, KeyError, AttributeError)
REQUIRED = UserVerificationRequirement.REQUIRED


class PasskeyRefused(Exception):
    """The browser's answer is malformed, for another site or question, or not signed by this passkey."""


@dataclass(frozen=True)
class Question:
    """What one answer must be for: this site and this challenge."""

    site_url: str
    challenge: bytes

    @property
    def host(self) -> str:
        """The relying party: the site's host."""
        return urlsplit(self.site_url).hostname or ""


@dataclass(frozen=True)
class NewPasskey:
    """The parts of a passkey that we store."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


def can_have_passkeys(site_url: str) -> bool:
    """Say whether browsers allow passkeys at this address: a host name, no IP address, with https or `localhost`."""
    parts = urlsplit(site_url)
    try:
        ipaddress.ip_address(parts.hostname or "")
    except ValueError:
        return parts.scheme == "https" or parts.hostname == "localhost"
    return False


def creation_options(question: Question, user: bytes, name: str, known: list[bytes]) -> str:
    """Return the options for navigator.credentials.create(), as JSON; `user` is an opaque id."""
    options = generate_registration_options(
        rp_id=question.host,
        rp_name=SITE_NAME,
        user_id=user,
        user_name=name,
        challenge=question.challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=credential) for credential in known],
    )
    return options_to_json(options)


def request_options(question: Question, known: list[bytes]) -> str:
    """Return the options for navigator.credentials.get(), as JSON; with `known` empty the browser offers all it has."""
    options = generate_authentication_options(
        rp_id=question.host,
        challenge=question.challenge,
        allow_credentials=[PublicKeyCredentialDescriptor(id=credential) for credential in known],
        user_verification=REQUIRED,
    )
    return options_to_json(options)


def check_creation(question: Question, answer: str) -> NewPasskey:
    """Return the passkey a browser made. Raises PasskeyRefused."""
    try:
        made = verify_registration_response(
            credential=json.loads(answer),
            expected_challenge=question.challenge,
            expected_rp_id=question.host,
            expected_origin=question.site_url,
            require_user_verification=True,
        )
    except MALFORMED as fault:
        raise PasskeyRefused from fault
    return NewPasskey(made.credential_id, made.credential_public_key, made.sign_count)


def answered_by(answer: str) -> tuple[bytes, bytes | None]:
    """Return the credential id and the user id that an answer names. Raises PasskeyRefused if it is malformed."""
    try:
        credential = parse_authentication_credential_json(answer)
    except MALFORMED as fault:
        raise PasskeyRefused from fault
    return credential.raw_id, credential.response.user_handle


def check_answer(question: Question, answer: str, public_key: bytes, sign_count: int) -> int:
    """Return the passkey's new signature count. Raises PasskeyRefused.

    A count that did not grow means a copied authenticator (WebAuthn 7.2, step 22). Some authenticators do not count,
    and always say 0.
    """
    try:
        checked = verify_authentication_response(
            credential=answer,
            expected_challenge=question.challenge,
            expected_rp_id=question.host,
            expected_origin=question.site_url,
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
    except MALFORMED as fault:
        raise PasskeyRefused from fault
    return checked.new_sign_count
