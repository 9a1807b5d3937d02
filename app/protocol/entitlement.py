"""Decides what counts: who was entitled to write a segment, and under which epoch to seal.

Owns the rules that join a segment, its certificate, the agency and the stream. Pure questions on
verified states. Spec: docs/protocol.md, "Entitlement", "Removal".
"""

from __future__ import annotations

from app.crypto.primitives import KemKey
from app.errors import (
    BeyondCut,
    CryptoError,
    ForkAlarm,
    KidMismatch,
    MissingKey,
    NeedsNewEpoch,
    NotEntitled,
    ProtocolError,
)
from app.protocol.agency_state import AgencyState, Device
from app.protocol.bodies import Cut
from app.protocol.ids import ChainId, DeviceId, StreamId
from app.protocol.segment import (
    ChainCert,
    Segment,
    check_cert_names,
    verify_chain_cert,
    verify_segment,
)
from app.protocol.stream_keys import open_previous, open_wrap
from app.protocol.stream_state import Epoch, GivenWrap, StreamState


def check_segment_entitled(
    segment: Segment, cert: ChainCert, agency: AgencyState, stream: StreamState
) -> None:
    """Return only when every envelope of the segment counts for ever.

    Verifies the certificate, the signature, the entitlement at the segment's control head, and
    every cut. Raises BadCertificate, BadSignature, UnknownHead (pull control first), NotEntitled,
    ForkAlarm, and BeyondCut, whose valid_through is the last dseq that counts.
    """
    check_cert_names(cert, segment)
    if segment.stream != stream.stream:
        raise NotEntitled("segment of another stream")
    verify_chain_cert(cert, _device_key(agency, cert.device))
    verify_segment(segment, cert.chain_public)
    index = stream.index_of(segment.control_head)
    moment = stream.moments[index]
    device = agency.device_at(cert.device, moment.authority)
    if device.person not in moment.members or device.id not in moment.recipients:
        raise NotEntitled("not a member at this head")
    if any(header.epoch > moment.epoch for header in segment.headers):
        raise NotEntitled("epoch not yet opened at this head")
    _check_cuts(segment, device, index, agency, stream)


def _device_key(agency: AgencyState, device: DeviceId) -> bytes:
    known = agency.devices.get(device)
    if known is None:
        raise NotEntitled("unknown device")
    return known.sign_public


def _check_cuts(
    segment: Segment, device: Device, index: int, agency: AgencyState, stream: StreamState
) -> None:
    for cut in _cuts(segment, device, index, agency, stream):
        if segment.first <= cut.dseq <= segment.last:
            if segment.hashes[cut.dseq - segment.first] != cut.hash:
                raise ForkAlarm("cut names another history")
        if segment.last > cut.dseq:
            raise BeyondCut("segment", valid_through=cut.dseq)


def _cuts(
    segment: Segment, device: Device, index: int, agency: AgencyState, stream: StreamState
) -> list[Cut]:
    """Return every cut that binds the segment, the tightest first.

    A removal that names no cut for the chain cuts all of it. Operations after the head of a
    removal can only come from somebody let in again; those need a new chain, because a cut named
    for a chain stays.
    """
    cuts: list[Cut] = []
    for removal in agency.removals:
        if device.id in removal.devices:
            cuts.append(cut_for(removal.cuts, segment.stream, segment.chain))
    for left in stream.removals:
        if left.person != device.person:
            continue
        named = any(cut.chain == segment.chain for cut in left.cuts)
        if named or index < left.index:
            cuts.append(cut_for(left.cuts, segment.stream, segment.chain))
    return sorted(cuts, key=lambda cut: cut.dseq)


def cut_for(cuts: tuple[Cut, ...], stream: StreamId, chain: ChainId) -> Cut:
    """Return the cut of a chain; at 0, so that nothing of it counts, when none is named."""
    for cut in cuts:
        if (cut.stream, cut.chain) == (stream, chain):
            return cut
    return Cut(stream, chain, 0, bytes(32))


def check_reader(stream: StreamState, agency: AgencyState, device: DeviceId) -> None:
    """Return only when device is a member's live device now. Raises NotEntitled."""
    if agency.device_at(device, agency.index).person not in stream.members:
        raise NotEntitled("not a member")


def sealing_epoch(stream: StreamState, agency: AgencyState, device: DeviceId) -> int:
    """Return the epoch under which device seals now.

    Raises NotEntitled for a device that may not write, NeedsNewEpoch when somebody who holds or
    made the current key has been removed from the agency or the stream since.
    """
    check_reader(stream, agency, device)
    if device not in stream.now.recipients:
        raise NotEntitled("no key given to this device")
    if spoilt_holders(stream, agency):
        raise NeedsNewEpoch
    return stream.epoch.number


def spoilt_holders(stream: StreamState, agency: AgencyState) -> frozenset[DeviceId]:
    """Return the devices that know the current key and should not."""
    live = {device.id for device in agency.live_devices(stream.members)}
    return stream.epoch.holders() - live


def devices_without_key(stream: StreamState, agency: AgencyState) -> tuple[Device, ...]:
    """Return members' live devices that still need a wrap of the current epoch's key."""
    return tuple(
        device
        for device in agency.live_devices(stream.members)
        if device.id not in stream.now.recipients
    )


def open_keys(stream: StreamState, device: DeviceId, kem_key: KemKey) -> dict[int, bytes]:
    """Return every epoch's key that device can reach: {epoch: 32 bytes}.

    Own wraps first, then the previous keys sealed under newer ones. An epoch that is not in the
    answer could not be opened. Raises MissingKey when device was given nothing at all, KidMismatch
    when everything it was given is false.
    """
    wraps = {
        epoch.number: tuple(wrap for wrap in epoch.wraps if wrap.device == device)
        for epoch in stream.epochs
    }
    return _climb_down(stream, wraps, device, kem_key)


def open_keys_for_recovery(stream: StreamState, recovery_key: KemKey) -> dict[int, bytes]:
    """Return every epoch's key with the agency's recovery key. Raises as open_keys."""
    wraps: dict[int, tuple[GivenWrap, ...]] = {
        epoch.number: (epoch.recovery,) for epoch in stream.epochs
    }
    return _climb_down(stream, wraps, stream.epoch.recovery.device, recovery_key)


def _climb_down(
    stream: StreamState,
    wraps: dict[int, tuple[GivenWrap, ...]],
    recipient: DeviceId,
    kem_key: KemKey,
) -> dict[int, bytes]:
    keys: dict[int, bytes] = {}
    above: Epoch | None = None
    for epoch in reversed(stream.epochs):
        key = _own_key(stream, epoch, wraps[epoch.number], recipient, kem_key)
        if key is None and above is not None and above.number in keys and above.prev_sealed:
            try:
                key = open_previous(
                    keys[above.number], above.prev_sealed, stream.stream, above.number, epoch.kid
                )
            except (CryptoError, ProtocolError):
                key = None
        if key is not None:
            keys[epoch.number] = key
        above = epoch
    if not keys:
        raise KidMismatch("no wrap opens") if any(wraps.values()) else MissingKey("no wrap")
    return keys


def _own_key(
    stream: StreamState,
    epoch: Epoch,
    wraps: tuple[GivenWrap, ...],
    recipient: DeviceId,
    kem_key: KemKey,
) -> bytes | None:
    # A false wrap must not hide a true one given later by somebody else.
    for wrap in wraps:
        try:
            return open_wrap(
                wrap.sealed,
                stream.stream,
                epoch.number,
                recipient,
                kem_key,
                wrap.granter,
                epoch.kid,
            )
        except (CryptoError, ProtocolError):
            continue
    return None
