"""Every error that Kitchen Table raises on purpose.

    AppError
    ├── CryptoError            keys, seals and signatures
    │   ├── WrongKeyOrTampered, BadSignature, UnknownFormat
    │   ├── WrongPassphrase, WeakKdf
    │   ├── WordsNotValid (WordsMissing, WordUnknown, PaperNotValid)
    │   ├── SecretsUnavailable, DeviceSecretLost
    │   ├── PersonNotConfirmed, PersonAskedOtherwise, PassphraseDue
    │   └── InvitationNotValid, InvitationForged
    ├── ProtocolError          bytes that break the rules of docs/protocol.md
    │   ├── Malformed, TooLarge, NewerVersion, UnencodableText, UnsupportedValue
    │   ├── Tampered, BrokenChain, ForkAlarm, BadCertificate, RuleBroken
    │   ├── NotEntitled, UnknownHead, BeyondCut
    │   ├── BundleInvalid, NewerBundle, OtherAgencysBundle      a hand-over file
    │   └── NeedsNewEpoch, KidMismatch, MissingKey
    ├── StoreError             the files of this tablet
    ├── SyncError              talking to the server
    │   ├── NoNetwork, ServerUnavailable, ServerAnswerInvalid
    │   ├── ServerNotTrusted (ServerNameWrong, ServerCertificateExpired, ServerAuthorityUnknown)
    │   ├── SignInNeeded, AccessClosed, UpdateNeeded, ServerRefused
    │   └── SequenceGap, ForkSeen, HeadMoved      answers the engine acts on
    ├── ServerCannotStart      the server process itself
    ├── PortBusy               another program listens there
    ├── ExampleAgencyProblem   `demo` cannot do what was asked of it
    ├── PermissionRefused      the person is not entitled to do this
    └── InvalidInput           what was typed cannot be kept as it is

`code` is stable and safe to log. `user_message` is calm, says what is safe and what to do,
and never holds content, keys or names. Each layer turns foreign exceptions into these at
its rim. Verification raises; it never returns a bool.
"""

from __future__ import annotations

from collections.abc import Mapping


class AppError(Exception):
    """The root of all errors raised on purpose.

    code: stable identifier for logs and tests. user_message: words for a person.
    """

    code: str = "app_error"
    user_message: str = "Something went wrong. What you saved is safe."

    def __init__(self, detail: str = "") -> None:
        """detail: ids and codes only, for logs; never content."""
        super().__init__(detail or self.code)
        self.detail = detail


class CryptoError(AppError):
    """A key, seal or signature is not what it should be."""

    code = "crypto_error"
    user_message = "This could not be opened with the keys of this tablet."


class ProtocolError(AppError):
    """Bytes break the rules of the protocol."""

    code = "protocol_error"
    user_message = "Something arrived that this tablet cannot trust. It was set aside."


class StoreError(AppError):
    """The files of this tablet could not be read or written."""

    code = "store_error"
    user_message = "This tablet could not save that. Your words are still here."


class HomeInUse(StoreError):
    """Another process of this app has the home directory open."""

    code = "home_in_use"
    user_message = "Kitchen Table is already open in another window. Use that one, or close it first."


class StoreLocked(StoreError):
    """The vault has been closed; its keys are gone."""

    code = "store_locked"
    user_message = "Kitchen Table is locked. Unlock it to go on; your draft is kept."


class StoreFailed(StoreError):
    """A file could not be written or read (I/O error, read-only disk); nothing was changed."""

    code = "store_failed"


class DiskFull(StoreFailed):
    """There is no room left; nothing was changed, and the next save works once there is."""

    code = "disk_full"
    user_message = (
        "This tablet has no free space, so that was not saved. Your words are still here. "
        "Make some room, then save again."
    )


class LogDamaged(StoreError):
    """The local log is damaged and what could be verified was not enough to go on."""

    code = "log_damaged"
    user_message = (
        "Part of this tablet's storage is damaged. Everything that can be verified is being "
        "restored, and the rest is fetched from the server."
    )


class NewerStore(StoreError):
    """The home was written by a newer version of the app."""

    code = "newer_store"
    user_message = "This tablet's data was saved by a newer version of the app. Update it."


class ImageUnusable(StoreError):
    """The sealed image is missing, damaged, or not of this log; it is rebuilt from the log."""

    code = "image_unusable"


class HistoryUnchecked(StoreError):
    """Only a snapshot of what would be changed is here: its history has not been checked yet."""

    code = "history_unchecked"
    user_message = (
        "The history of this family is still arriving. You can add something new now, and change "
        "what is there as soon as it has been checked. Your words are still here."
    )


class UnknownStream(StoreError):
    """A stream is not known on this tablet, or none of its keys is."""

    code = "unknown_stream"
    user_message = "This tablet does not hold the keys for that yet. It will fetch them when it syncs."


class ChangeRefused(StoreError):
    """A change cannot be stored as it is: unknown type, unknown field, wrong kind of value."""

    code = "change_refused"
    user_message = "That cannot be saved as it is."


class SyncError(AppError):
    """Talking to the server did not work. Local work goes on."""

    code = "sync_error"
    user_message = "The server did not answer as expected. All your work is on this tablet."


class PermissionRefused(AppError):
    """The person's role or membership does not allow this."""

    code = "permission_refused"
    user_message = "Your role does not include this. Ask your administrator."


class InvalidInput(AppError):
    """What was typed cannot be kept as it is."""

    code = "invalid_input"
    user_message = "That cannot be saved as it is."

    def __init__(
        self,
        user_message: str = "",
        *,
        field: str = "",
        code: str = "",
        values: Mapping[str, object] | None = None,
    ) -> None:
        """user_message: plain words for the field. field: which field, never its value.

        values: numbers in the words, for saying the same in another language.
        """
        super().__init__(field)
        self.field = field
        self.values: dict[str, object] = dict(values or {})
        if user_message:
            self.user_message = user_message
        if code:
            self.code = code


class NoNetwork(SyncError):
    """The server cannot be reached: no route, a time-out, or a captive portal answered.  A state."""

    code = "no_network"
    user_message = "No connection to the server. All your work is saved on this tablet."


class ServerUnavailable(SyncError):
    """The server was reached and cannot serve now (5xx, 429)."""

    code = "server_unavailable"
    user_message = "The server is busy or being looked after. All your work is on this tablet."

    def __init__(self, detail: str = "", *, retry_after_seconds: float | None = None) -> None:
        """retry_after_seconds: what the server asked for, if it did."""
        super().__init__(detail)
        self.retry_after_seconds = retry_after_seconds


class ServerNotTrusted(ServerUnavailable):
    """TLS could not be agreed on, so nothing was sent.  A state like any other of the server."""

    code = "server_not_trusted"
    user_message = (
        "The connection to the server could not be made private, so nothing was sent. "
        "All your work is on this tablet."
    )


class ServerNameWrong(ServerNotTrusted):
    """The certificate belongs to another name."""

    code = "server_name_wrong"
    user_message = (
        "Something else answered in place of the server, so nothing was sent. In a café or hotel it "
        "may be the network's own page. All your work is on this tablet."
    )


class ServerCertificateExpired(ServerNotTrusted):
    """The certificate is out of date, or not yet valid."""

    code = "server_certificate_expired"
    user_message = (
        "The server's certificate is not valid on this day, so nothing was sent. Check the date of "
        "this tablet, then tell your administrator. All your work is on this tablet."
    )


class ServerAuthorityUnknown(ServerNotTrusted):
    """Nobody whom this tablet trusts vouches for the certificate (self-signed, or an unknown CA)."""

    code = "server_authority_unknown"
    user_message = (
        "This tablet cannot tell whether this is your agency's server, so nothing was sent. "
        "Tell your administrator. All your work is on this tablet."
    )


class ServerAnswerInvalid(SyncError):
    """The server's answer breaks the wire format; nothing of it was used."""

    code = "server_answer_invalid"


class SignInNeeded(SyncError):
    """The token ran out or was never given (401).  The engine signs in again by itself."""

    code = "sign_in_needed"


class AccessClosed(SyncError):
    """The server knows this device and does not give it this (403)."""

    code = "access_closed"
    user_message = "This tablet may not fetch this from the server. Ask your administrator."


class UpdateNeeded(SyncError):
    """Server and app speak different protocol versions (426)."""

    code = "update_needed"
    user_message = "This app needs an update before it can talk to the server. Your work is safe."


class ServerRefused(SyncError):
    """The server refused the request for a reason it names by code (other 4xx)."""

    code = "server_refused"

    def __init__(self, detail: str = "", *, server_code: str = "") -> None:
        """server_code: the stable code of the server's error body."""
        super().__init__(detail or server_code)
        self.server_code = server_code


class SequenceGap(SyncError):
    """The server expects another dseq of this chain first (409); resend from there."""

    code = "sequence_gap"

    def __init__(self, expect: int) -> None:
        """expect: the dseq with which the next segment of the chain must begin."""
        super().__init__(f"expect {expect}")
        self.expect = expect


class ForkSeen(SyncError):
    """The server holds another envelope at the same place of the chain (409)."""

    code = "fork_seen"
    user_message = (
        "This tablet was restored or copied. Your notes are safe and are being sent again."
    )

    def __init__(self, dseq: int, held_hash: bytes) -> None:
        """dseq: where the two histories differ. held_hash: SHA-256 of the server's envelope."""
        super().__init__(f"fork at {dseq}")
        self.dseq = dseq
        self.held_hash = held_hash


class HeadMoved(SyncError):
    """Somebody else appended to the control chain first (409); fetch, then try again."""

    code = "head_moved"

    def __init__(self, head: bytes, count: int) -> None:
        """head: the server's current control head. count: operations up to it."""
        super().__init__(f"head moved to {count}")
        self.head = head
        self.count = count


class ServerCannotStart(AppError):
    """The server process cannot begin to serve (port taken, data folder not writable…)."""

    code = "server_cannot_start"
    user_message = "The server could not start."


# --- crypto ---------------------------------------------------------------------------------


class WrongKeyOrTampered(CryptoError):
    """A seal does not open: another key, other associated data, or changed bytes."""

    code = "wrong_key_or_tampered"


class BadSignature(CryptoError):
    """A signature does not belong to this message and this key."""

    code = "bad_signature"
    user_message = "Something arrived that this tablet cannot trust. It was set aside."


class WrongPassphrase(CryptoError):
    """The passphrase, device secret or recovery kit does not open the keyring."""

    code = "wrong_passphrase"
    user_message = "That passphrase does not open this tablet. Nothing was lost; try again."


class SecretsUnavailable(CryptoError):
    """The system's secure storage did not answer; nothing was read, written or decided."""

    code = "secrets_unavailable"
    user_message = "The secure storage of this tablet did not answer. Nothing was changed; try again."


class DeviceSecretLost(CryptoError):
    """The keyring needs this device's secret, and the system's secure storage holds none."""

    code = "device_secret_lost"
    user_message = (
        "This tablet has lost its own part of the lock, as happens when the app is installed again. "
        "The passphrase alone does not open it. Use your recovery kit: nothing saved here is lost."
    )


class PersonNotConfirmed(CryptoError):
    """The system's prompt for finger or face was answered, and not by the person it knows."""

    code = "person_not_confirmed"
    user_message = "That was not recognised. Try again, or use your passphrase."


class PersonAskedOtherwise(CryptoError):
    """The prompt for finger or face was closed without an answer."""

    code = "person_asked_otherwise"
    user_message = "Use your passphrase, or try again."


class PassphraseDue(CryptoError):
    """Finger or face do not open the tablet now: the passphrase must be typed once again."""

    code = "passphrase_due"
    user_message = "Type your passphrase this time. It is asked for at least every two weeks."


class WeakKdf(CryptoError):
    """Passphrase parameters are under the compiled floor or over the compiled ceiling."""

    code = "weak_kdf"
    user_message = "The lock of this tablet was changed by something else. Ask your administrator."


class UnknownFormat(CryptoError):
    """A sealed blob has a version, kind or length that this program does not know."""

    code = "unknown_format"
    user_message = "This was written by another version. Update Kitchen Table and try again."


class WordsNotValid(CryptoError):
    """The printed words do not pass their check."""

    code = "words_not_valid"
    user_message = "These words do not fit together. Check the spelling and the order."


class WordsMissing(WordsNotValid):
    """There are not 24 words. values: how many there are."""

    code = "words_missing"
    user_message = "There are 24 words on the paper. Here are {count}."

    def __init__(self, count: int) -> None:
        super().__init__("word count")
        self.values = {"count": count}


class WordUnknown(WordsNotValid):
    """A word is not in the list. values: which, counted from 1. The word itself is in no message."""

    code = "word_unknown"
    user_message = "Word {number} is not one of the words we use. Look at the paper again."

    def __init__(self, number: int) -> None:
        super().__init__("word")
        self.values = {"number": number}


class PaperNotValid(WordsNotValid):
    """What was read from the picture on a paper is not what was printed there."""

    code = "paper_not_valid"
    user_message = "That is not what stands on the paper. Read it again, or type the 24 words."


class InvitationNotValid(CryptoError):
    """An invitation text is mistyped, cut short or of another version."""

    code = "invitation_not_valid"
    user_message = "This invitation is not complete. Check it, or ask for a new one."


class InvitationForged(CryptoError):
    """The keys that arrived were not made with this invitation's code."""

    code = "invitation_forged"
    user_message = "These keys do not belong to this invitation. Start over with a new one."


# --- protocol -------------------------------------------------------------------------------


class Malformed(ProtocolError):
    """Bytes do not have the one form the protocol allows."""

    code = "malformed"


class TooLarge(ProtocolError):
    """Something is over a cap of the protocol."""

    code = "too_large"
    user_message = "That is too large to be kept as one piece."


class Tampered(ProtocolError):
    """An envelope does not open with the key of its stream, epoch and chain."""

    code = "tampered"


class NewerVersion(ProtocolError):
    """Written by a newer program; kept as it is until this one is updated."""

    code = "newer_version"
    user_message = "This was written by a newer version. Update Kitchen Table to read it."


class BundleInvalid(ProtocolError):
    """A hand-over file is cut short, altered, or no such file; nothing of it was used."""

    code = "bundle_invalid"
    user_message = (
        "This file is not complete, or it is not from Kitchen Table. Nothing was read in. "
        "Ask your colleague to make it again."
    )


class NewerBundle(ProtocolError):
    """A hand-over file of a newer program."""

    code = "newer_bundle"
    user_message = "This file was made by a newer version. Update Kitchen Table to read it in."


class OtherAgencysBundle(ProtocolError):
    """A hand-over file of another agency."""

    code = "other_agencys_bundle"
    user_message = "This file is from another agency. Nothing was read in."


class UnencodableText(ProtocolError):
    """A text holds a lone surrogate, which has no UTF-8 form."""

    code = "unencodable_text"
    user_message = "This text holds a broken character. Delete the last one typed and try again."


class UnsupportedValue(ProtocolError):
    """A field value is of a kind the protocol does not carry."""

    code = "unsupported_value"
    user_message = "That value cannot be saved."


class BrokenChain(ProtocolError):
    """A predecessor hash or sequence number does not follow."""

    code = "broken_chain"


class ForkAlarm(ProtocolError):
    """Two different things claim the same place in a history."""

    code = "fork_alarm"
    user_message = "Two different histories arrived for the same place. Tell your administrator."


class BadCertificate(ProtocolError):
    """A chain certificate does not belong to this segment or device."""

    code = "bad_certificate"


class NotEntitled(ProtocolError):
    """The device or person was not entitled to write this at the head it names."""

    code = "not_entitled"


class UnknownHead(ProtocolError):
    """A control head is named that has not been seen; pull the control chain first."""

    code = "unknown_head"


class BeyondCut(ProtocolError):
    """Written after the cut of a removal; valid_through is the last dseq that still counts."""

    code = "beyond_cut"

    def __init__(self, detail: str = "", *, valid_through: int = 0) -> None:
        """detail: ids and codes only. valid_through: last dseq of the chain that is valid."""
        super().__init__(detail)
        self.valid_through = valid_through


class NeedsNewEpoch(ProtocolError):
    """The current epoch's key is known to somebody removed; open a new epoch before sealing."""

    code = "needs_new_epoch"
    user_message = "The family's key is being renewed. Your words are safe on this tablet."


class KidMismatch(ProtocolError):
    """A stream key is not the one its epoch promised to everybody."""

    code = "kid_mismatch"


class MissingKey(ProtocolError):
    """This device was given no key for the epoch."""

    code = "missing_key"
    user_message = "This tablet has not been given the key yet. A colleague's tablet will send it."


class PortBusy(AppError):
    """Another program already listens on a port this process was told to use."""

    code = "port_busy"

    def __init__(self, port: int, purpose: str = "") -> None:
        """port: TCP port. purpose: what it was wanted for, in plain words."""
        super().__init__(f"port={port}")
        self.port = port
        wanted = f" (wanted for {purpose})" if purpose else ""
        self.user_message = (
            f"Port {port}{wanted} is taken by another program. Stop it, or choose another port."
        )


class ExampleAgencyProblem(AppError):
    """The example agency is not in a state that allows what was asked."""

    code = "example_agency_problem"

    def __init__(self, user_message: str) -> None:
        """user_message: what is the matter and what to do."""
        super().__init__("example_agency_problem")
        self.user_message = user_message


class RuleBroken(ProtocolError):
    """A signed control operation says what the rules of its chain do not allow."""

    code = "rule_broken"
