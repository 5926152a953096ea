"""A sealed document is read by its owner, and by the opened envelope, in its own place; by nobody else."""

import logging
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from commons.kit.clock import now
from commons.sealing.documents import Document, open_own, open_sealed, receipt, seal
from commons.sealing.envelopes import HEAD_BYTES, OpenedEnvelope, extended, new_envelope, open_envelope, owner_mark
from commons.sealing.errors import Damaged, SealedStill
from commons.sealing.keys import framed

CALL, OTHER_CALL = "0193-call-of-kaifu", "0193-call-of-yuelu"
JIA, YI = "51430000MJ0000001X", "51430000MJ0000002X"
BID = "长沙市开福区阳光社会工作服务中心 报价 198,000.00 元".encode()
DUE = now() - timedelta(hours=1)
PREFIX = HEAD_BYTES + 80 + 60


@pytest.fixture
def envelope() -> bytes:
    return new_envelope(subject=CALL, opens_at=DUE)


def opened(envelope: bytes, opens_at: datetime = DUE, subject: str = CALL) -> OpenedEnvelope:
    return open_envelope(envelope, subject=subject, opens_at=opens_at, at=now())


def marked(envelope: bytes, owner: str) -> str:
    return owner_mark(envelope, subject=CALL, owner=owner)


@pytest.mark.parametrize("content", [b"", b"\0", b"\0" * 5000, BID, BID * 60_000])
def test_what_was_sealed_is_opened_to_the_byte(envelope: bytes, content: bytes) -> None:
    sealed = seal(envelope, content, subject=CALL, owner=JIA)

    assert open_own(sealed, subject=CALL, owner=JIA) == content
    assert open_sealed(sealed, opened(envelope), mark=marked(envelope, JIA)) == Document(JIA, content)


def test_nothing_of_it_can_be_read_in_the_bytes(envelope: bytes) -> None:
    sealed = seal(envelope, BID, subject=CALL, owner=JIA)
    again = seal(envelope, BID, subject=CALL, owner=JIA)

    for part in (BID, BID[:12], JIA.encode(), CALL.encode()):
        assert part not in sealed
        assert part not in envelope
    assert sealed[HEAD_BYTES:] != again[HEAD_BYTES:]
    assert receipt(sealed) != receipt(again)
    assert BID.decode() not in repr(Document(JIA, BID))


def test_before_the_moment_only_the_owner_reads() -> None:
    ahead = now() + timedelta(hours=1)
    envelope = new_envelope(subject=CALL, opens_at=ahead)
    sealed = seal(envelope, BID, subject=CALL, owner=JIA)

    assert open_own(sealed, subject=CALL, owner=JIA) == BID
    with pytest.raises(SealedStill):
        opened(envelope, ahead)
    with pytest.raises(Damaged):
        open_own(sealed, subject=CALL, owner=YI)
    # An envelope that has come due opens nothing of one that has not.
    with pytest.raises(Damaged):
        open_sealed(sealed, opened(new_envelope(subject=CALL, opens_at=DUE)), mark=marked(envelope, JIA))


def test_bids_that_changed_places_are_noticed(envelope: bytes) -> None:
    of_jia, of_yi = (seal(envelope, BID, subject=CALL, owner=owner) for owner in (JIA, YI))

    for sealed, row in ((of_jia, YI), (of_yi, JIA)):
        with pytest.raises(Damaged):
            open_sealed(sealed, opened(envelope), mark=marked(envelope, row))
        with pytest.raises(Damaged):
            open_own(sealed, subject=CALL, owner=row)


def test_a_bid_for_another_call_is_noticed(envelope: bytes) -> None:
    other = new_envelope(subject=OTHER_CALL, opens_at=DUE)
    sealed = seal(other, BID, subject=OTHER_CALL, owner=JIA)

    with pytest.raises(Damaged):
        open_sealed(sealed, opened(envelope), mark=marked(envelope, JIA))
    with pytest.raises(Damaged):
        open_own(sealed, subject=CALL, owner=JIA)
    with pytest.raises(Damaged):
        seal(other, BID, subject=CALL, owner=JIA)


def test_no_bit_of_it_can_be_changed(envelope: bytes) -> None:
    sealed, key, mark = seal(envelope, BID, subject=CALL, owner=JIA), opened(envelope), marked(envelope, JIA)

    for position in (*range(PREFIX + 40), len(sealed) // 2, len(sealed) - 1):
        altered = bytearray(sealed)
        altered[position] ^= 0x01
        with pytest.raises(Damaged):
            open_sealed(bytes(altered), key, mark=mark)
        with pytest.raises(Damaged):
            open_own(bytes(altered), subject=CALL, owner=JIA)


@pytest.mark.parametrize("length", [0, 1, HEAD_BYTES, PREFIX, PREFIX + 12, 4200])
def test_a_piece_of_it_is_refused(envelope: bytes, length: int) -> None:
    sealed = seal(envelope, BID, subject=CALL, owner=JIA)

    with pytest.raises(Damaged):
        open_sealed(sealed[:length], opened(envelope), mark=marked(envelope, JIA))
    with pytest.raises(Damaged):
        open_own(sealed[:length], subject=CALL, owner=JIA)


def test_an_encapsulated_key_of_no_order_is_refused(envelope: bytes) -> None:
    sealed = seal(envelope, BID, subject=CALL, owner=JIA)
    altered = sealed[:HEAD_BYTES] + bytes(32) + sealed[HEAD_BYTES + 32 :]

    with pytest.raises(Damaged):
        open_sealed(altered, opened(envelope), mark=marked(envelope, JIA))


@pytest.mark.parametrize(
    "plain", [framed(JIA, b"1 yuan").ljust(4096, b"\0"), b"\0\0\0\4\xff\xfe\xfd\xfc".ljust(4096, b"\0")]
)
def test_who_knows_all_that_is_stored_cannot_make_a_bid(envelope: bytes, plain: bytes) -> None:
    """The public half, the mark and the layout are enough to encrypt, not to be believed."""
    genuine, mark, head = seal(envelope, BID, subject=CALL, owner=JIA), marked(envelope, JIA), envelope[:HEAD_BYTES]
    key, nonce = bytes(32), bytes(12)
    enclosed = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM).encrypt(
        key,
        X25519PublicKey.from_public_bytes(head[9:]),
        info=framed("union-platform sealed document 1", CALL, mark, head),
    )
    prefix = head + enclosed + genuine[HEAD_BYTES + 80 : PREFIX]
    forged = prefix + nonce + AESGCM(key).encrypt(nonce, plain, prefix)

    assert len(forged) == len(genuine)
    with pytest.raises(Damaged):
        open_sealed(forged, opened(envelope), mark=mark)
    assert open_sealed(genuine, opened(envelope), mark=mark).content == BID


def test_an_extension_opens_what_was_sealed_before_and_after_it(envelope: bytes) -> None:
    later = DUE + timedelta(minutes=30)
    before = seal(envelope, BID, subject=CALL, owner=JIA)

    longer = extended(envelope, subject=CALL, opens_at=DUE, later=later, at=DUE - timedelta(days=1))
    after = seal(longer, BID, subject=CALL, owner=YI)

    key = opened(longer, later)
    assert open_sealed(before, key, mark=marked(envelope, JIA)) == Document(JIA, BID)
    assert open_sealed(after, key, mark=marked(envelope, YI)) == Document(YI, BID)
    assert open_own(before, subject=CALL, owner=JIA) == BID


def test_putting_the_old_row_back_does_not_open_what_was_sealed_after_an_extension(envelope: bytes) -> None:
    longer = extended(envelope, subject=CALL, opens_at=DUE, later=now() + timedelta(days=5), at=DUE - timedelta(days=1))
    after = seal(longer, BID, subject=CALL, owner=YI)

    with pytest.raises(Damaged):
        open_sealed(after, opened(envelope), mark=marked(envelope, YI))
    # Nor when the moment in the document is written back as well.
    with pytest.raises(Damaged):
        open_sealed(envelope[:9] + after[9:], opened(envelope), mark=marked(envelope, YI))


def test_lengths_come_in_steps(envelope: bytes) -> None:
    head_and_locks = PREFIX + 12 + 16
    frames = 8 + len(JIA)
    kib, mib = 1024, 1024 * 1024
    expected = {
        0: 4 * kib,
        1: 4 * kib,
        4 * kib - frames: 4 * kib,
        4 * kib - frames + 1: 8 * kib,
        100 * kib: 128 * kib,
        mib - frames: mib,
        mib - frames + 1: 2 * mib,
        5 * mib: 6 * mib,
    }
    lengths = {size: len(seal(envelope, bytes(size), subject=CALL, owner=JIA)) - head_and_locks for size in expected}

    assert lengths == expected
    assert all(smaller <= larger for smaller, larger in pairwise(lengths.values()))


def test_too_much_is_refused(envelope: bytes) -> None:
    with pytest.raises(ValueError, match="more than can be sealed"):
        seal(envelope, bytes(64 * 1024 * 1024 + 1), subject=CALL, owner=JIA)


def test_a_receipt_is_what_sha256sum_says() -> None:
    assert receipt(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_nothing_is_logged(envelope: bytes, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    sealed = seal(envelope, BID, subject=CALL, owner=JIA)
    open_own(sealed, subject=CALL, owner=JIA)
    with pytest.raises(Damaged) as refusal:
        open_own(sealed, subject=CALL, owner=YI)

    assert caplog.records == []
    assert JIA not in str(refusal.value)
    assert YI not in str(refusal.value)
    assert refusal.value.params == {}
