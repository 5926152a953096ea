"""An envelope opens at its own moment, by two clocks, and at no other."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from commons.kit.clock import now
from commons.sealing.envelopes import ENVELOPE_BYTES, HEAD_BYTES, extended, new_envelope, open_envelope, owner_mark
from commons.sealing.errors import AlreadyDue, Damaged, NotLater, SealedStill

CALL, OTHER_CALL = "0193-call-of-kaifu", "0193-call-of-yuelu"
TICK = timedelta(microseconds=1)


@pytest.fixture
def due() -> datetime:
    """A deadline that this machine's clock has passed."""
    return now() - timedelta(hours=1)


@pytest.fixture
def ahead() -> datetime:
    """A deadline that has not come."""
    return now() + timedelta(hours=1)


def test_it_opens_at_its_moment_and_not_a_microsecond_before(due: datetime) -> None:
    envelope = new_envelope(subject=CALL, opens_at=due)

    with pytest.raises(SealedStill):
        open_envelope(envelope, subject=CALL, opens_at=due, at=due - TICK)
    opened = open_envelope(envelope, subject=CALL, opens_at=due, at=due)
    assert opened.private_key.public_key().public_bytes_raw() == envelope[9:HEAD_BYTES]
    assert len(envelope) == ENVELOPE_BYTES == 161


def test_the_refusal_names_the_moment_in_beijing() -> None:
    moment = datetime(2999, 12, 31, 16, 30, tzinfo=UTC)
    envelope = new_envelope(subject=CALL, opens_at=moment)

    with pytest.raises(SealedStill) as refusal:
        open_envelope(envelope, subject=CALL, opens_at=moment, at=moment)

    assert refusal.value.code == "SEALING.SEALED_STILL"
    assert refusal.value.message == "还没有到开启时间（3000-01-01 00:30:00）。在此之前，任何人都不能打开密封的内容。"


def test_a_caller_cannot_look_ahead_of_this_machines_clock(ahead: datetime) -> None:
    envelope = new_envelope(subject=CALL, opens_at=ahead)

    with pytest.raises(SealedStill):
        open_envelope(envelope, subject=CALL, opens_at=ahead, at=ahead + timedelta(days=1))


def test_a_moment_shifted_in_the_row_opens_nothing(ahead: datetime, due: datetime) -> None:
    envelope = new_envelope(subject=CALL, opens_at=ahead)

    with pytest.raises(Damaged):
        open_envelope(envelope, subject=CALL, opens_at=due, at=now())


def test_a_moment_shifted_in_the_row_and_in_the_envelope_opens_nothing(ahead: datetime, due: datetime) -> None:
    envelope = new_envelope(subject=CALL, opens_at=ahead)
    head_of_earlier = new_envelope(subject=CALL, opens_at=due)[:9]

    with pytest.raises(Damaged):
        open_envelope(head_of_earlier + envelope[9:], subject=CALL, opens_at=due, at=now())


def test_the_lock_of_the_private_half_holds_the_moment_by_itself(ahead: datetime, due: datetime) -> None:
    """Even with the readable part of a genuine earlier envelope in front of it."""
    envelope, earlier = new_envelope(subject=CALL, opens_at=ahead), new_envelope(subject=CALL, opens_at=due)

    with pytest.raises(Damaged):
        open_envelope(earlier[:101] + envelope[101:], subject=CALL, opens_at=due, at=now())


def test_an_envelope_of_another_call_is_refused(due: datetime) -> None:
    envelope = new_envelope(subject=OTHER_CALL, opens_at=due)

    with pytest.raises(Damaged):
        open_envelope(envelope, subject=CALL, opens_at=due, at=now())


def test_no_bit_of_it_can_be_changed(due: datetime) -> None:
    envelope = new_envelope(subject=CALL, opens_at=due)

    for position in range(ENVELOPE_BYTES):
        for bit in (0x01, 0x80):
            altered = bytearray(envelope)
            altered[position] ^= bit
            with pytest.raises(Damaged):
                open_envelope(bytes(altered), subject=CALL, opens_at=due, at=now())


@pytest.mark.parametrize(
    "shape",
    [lambda whole: b"", lambda whole: whole[:-1], lambda whole: whole + b"\0", lambda whole: whole[:HEAD_BYTES]],
)
def test_another_length_is_refused(shape: Callable[[bytes], bytes], due: datetime) -> None:
    with pytest.raises(Damaged):
        open_envelope(shape(new_envelope(subject=CALL, opens_at=due)), subject=CALL, opens_at=due, at=now())


def test_a_half_of_ones_own_cannot_be_laid_into_it(ahead: datetime) -> None:
    """Whoever writes rows would otherwise read every bid from then on."""
    mine = X25519PrivateKey.generate().public_key().public_bytes_raw()
    envelope = new_envelope(subject=CALL, opens_at=ahead)

    with pytest.raises(Damaged):
        owner_mark(envelope[:9] + mine + envelope[HEAD_BYTES:], subject=CALL, owner="甲")


def test_it_is_extended_to_later_and_then_opens_later(due: datetime) -> None:
    envelope, later = new_envelope(subject=CALL, opens_at=due), due + timedelta(minutes=30)

    longer = extended(envelope, subject=CALL, opens_at=due, later=later, at=due - TICK)

    with pytest.raises(SealedStill):
        open_envelope(longer, subject=CALL, opens_at=later, at=later - TICK)
    with pytest.raises(Damaged):
        open_envelope(longer, subject=CALL, opens_at=due, at=now())
    opened = open_envelope(longer, subject=CALL, opens_at=later, at=later)
    assert opened.private_key.public_key().public_bytes_raw() == envelope[9:HEAD_BYTES]


@pytest.mark.parametrize("by", [timedelta(0), -TICK, -timedelta(days=1)])
def test_it_is_not_extended_to_the_same_moment_or_earlier(ahead: datetime, by: timedelta) -> None:
    envelope = new_envelope(subject=CALL, opens_at=ahead)

    with pytest.raises(NotLater):
        extended(envelope, subject=CALL, opens_at=ahead, later=ahead + by, at=now())


def test_it_is_not_extended_once_due(due: datetime) -> None:
    envelope = new_envelope(subject=CALL, opens_at=due)

    with pytest.raises(AlreadyDue):
        extended(envelope, subject=CALL, opens_at=due, later=due + timedelta(days=5), at=due)


def test_extending_asks_for_the_true_moment(ahead: datetime) -> None:
    """Otherwise an envelope could be 'extended' from an invented early moment to one before its own."""
    envelope = new_envelope(subject=CALL, opens_at=ahead)

    with pytest.raises(Damaged):
        extended(envelope, subject=CALL, opens_at=ahead - TICK * 2, later=ahead - TICK, at=ahead - TICK * 3)


def test_a_mark_is_one_per_owner_and_call_and_names_nobody(ahead: datetime) -> None:
    envelope, other = new_envelope(subject=CALL, opens_at=ahead), new_envelope(subject=OTHER_CALL, opens_at=ahead)
    mark = owner_mark(envelope, subject=CALL, owner="51430000MJ0000001X")

    assert len(bytes.fromhex(mark)) == 32
    assert owner_mark(envelope, subject=CALL, owner="51430000MJ0000001X") == mark
    assert owner_mark(envelope, subject=CALL, owner="51430000MJ0000002X") != mark
    assert owner_mark(other, subject=OTHER_CALL, owner="51430000MJ0000001X") != mark
    longer = extended(envelope, subject=CALL, opens_at=ahead, later=ahead + TICK, at=now())
    assert owner_mark(longer, subject=CALL, owner="51430000MJ0000001X") == mark
    with pytest.raises(Damaged):
        owner_mark(other, subject=CALL, owner="51430000MJ0000001X")


def test_keys_are_renewed_by_a_list(due: datetime, settings: object) -> None:
    envelope = new_envelope(subject=CALL, opens_at=due)
    mark = owner_mark(envelope, subject=CALL, owner="甲")
    old, new = settings.SEALING_KEYS[0], Fernet.generate_key().decode()  # type: ignore[attr-defined]

    settings.SEALING_KEYS = [new, old]  # type: ignore[attr-defined]
    assert open_envelope(envelope, subject=CALL, opens_at=due, at=now()).face.subject == CALL
    assert owner_mark(envelope, subject=CALL, owner="甲") == mark
    longer = extended(envelope, subject=CALL, opens_at=due, later=due + TICK, at=due - TICK)

    settings.SEALING_KEYS = [new]  # type: ignore[attr-defined]
    with pytest.raises(Damaged):
        open_envelope(envelope, subject=CALL, opens_at=due, at=now())
    assert owner_mark(longer, subject=CALL, owner="甲") == mark


def test_the_field_keys_open_nothing(due: datetime, settings: object) -> None:
    envelope = new_envelope(subject=CALL, opens_at=due)
    settings.SEALING_KEYS = settings.FIELD_KEYS  # type: ignore[attr-defined]

    with pytest.raises(Damaged):
        open_envelope(envelope, subject=CALL, opens_at=due, at=now())


def test_what_is_secret_is_not_in_a_representation(due: datetime) -> None:
    opened = open_envelope(new_envelope(subject=CALL, opens_at=due), subject=CALL, opens_at=due, at=now())

    assert opened.face.mark_key.hex() not in repr(opened)
    assert repr(opened.face.mark_key) not in repr(opened)
    assert "private_key" not in repr(opened)
    assert CALL in repr(opened)
