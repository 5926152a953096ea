"""Files go with the records they hang on, into the receiving union and back; an archive takes no more."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from commons.access.actors import Actor, system
from commons.boundaries.transfer import actions, guard, rehearsal
from commons.boundaries.transfer.enums import Mode, TransferState
from commons.boundaries.transfer.models import Transfer
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import now
from commons.people.enums import Role
from commons.tenancy.door import inside
from tenants.attachments import actions as attachments
from tenants.attachments import selectors
from tenants.attachments.models import Attachment
from tenants.registry.models import ContactLog, SocialOrganization
from tests.commons.boundaries.transfer.ledgers import NOVEMBER, full, run, settle
from tests.factories import organizations as make
from tests.factories.uploads import PDF, upload

Country = dict[str, TradeUnion]
ActorOf = Callable[..., Actor]


def merge(country: Country) -> Transfer:
    return actions.start(
        source=country["430105"],
        target=country["430111"],
        month=NOVEMBER,
        mode=Mode.MERGE,
        by=system("测试"),
        at=now(),
    )


def attach(union: TradeUnion, row: SocialOrganization, label: str) -> Attachment:
    return attachments.attach(on=row, upload=upload(), label=label, by=system("测试", union), at=now())


def on_log(log: ContactLog, model: Attachment) -> Attachment:
    """As a feature does whose contact logs bear files."""
    Attachment.objects.filter(pk=model.pk).update(object_kind="registry.contactlog", object_id=log.pk)
    return Attachment.objects.get(pk=model.pk)


def hanging_on(row: SocialOrganization | ContactLog) -> set[str]:
    return set(Attachment.objects.filter(object_id=row.pk).values_list("label", flat=True))


@pytest.mark.django_db
def test_files_go_with_their_records_and_come_back(country: Country, actor_of: ActorOf) -> None:
    with inside(country["430105"]):
        moved = full("启航中心")
        log = ContactLog.objects.get(organization=moved, contacted_on=date(2026, 9, 8))
        contract = attach(country["430105"], moved, "签字合同")
        on_log(log, attach(country["430105"], moved, "走访照片"))
    with inside(country["430111"]):
        other = full("星火中心")
        attach(country["430111"], other, "登记证书")
    settle()
    told = rehearsal.rehearse(
        actor=system("测试"), source=country["430105"], target=country["430111"], month=NOVEMBER, at=now()
    )
    assert told.tables["附件"] == 2
    assert "附件" not in told.left

    transfer = run(merge(country))

    assert transfer.report["tables"]["attachments.Attachment"] == 2
    with inside(country["430111"]):
        reader = actor_of("430111", Role.LEADER)
        assert (hanging_on(moved), hanging_on(log), hanging_on(other)) == ({"签字合同"}, {"走访照片"}, {"登记证书"})
        [found] = selectors.of(reader, SocialOrganization.objects.get(pk=moved.pk))
        assert (found.pk, selectors.content(found)) == (contract.pk, PDF)
        attach(country["430111"], SocialOrganization.objects.get(pk=moved.pk), "补充协议")
    with inside(country["430105"]):
        assert hanging_on(moved) == {"签字合同"}
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            attach(country["430105"], moved, "迟到的文件")
        assert guard.departed(refused.value) is not None
        with pytest.raises(IntegrityError), transaction.atomic():
            attachments.remove(attachment=contract, reason="不要了", by=system("测试", country["430105"]), at=now())

    undone = run(actions.undo(transfer=transfer, by=system("测试"), at=now()))

    assert undone.state == TransferState.UNDONE
    with inside(country["430105"]):
        assert (hanging_on(moved), hanging_on(log)) == ({"签字合同", "补充协议"}, {"走访照片"})
        attach(country["430105"], moved, "新的文件")
    with inside(country["430111"]):
        assert (hanging_on(moved), hanging_on(log), hanging_on(other)) == (set(), set(), {"登记证书"})


@pytest.mark.django_db
def test_files_of_two_entries_that_become_one_hang_on_the_one(country: Country) -> None:
    code = make.credit_code()
    with inside(country["430105"]):
        theirs = full("启航中心", uscc=code, active_on=date(2026, 3, 1))
        along = ContactLog.objects.get(organization=theirs, contacted_on=date(2026, 11, 3))
        stays = ContactLog.objects.get(organization=theirs, contacted_on=date(2026, 9, 8))
        attach(country["430105"], theirs, "签字合同")
        on_log(along, attach(country["430105"], theirs, "走访照片"))
        on_log(stays, attach(country["430105"], theirs, "旧照片"))
    with inside(country["430111"]):
        mine = full("启航中心", uscc=code, active_on=date(2026, 6, 1))
        attach(country["430111"], mine, "登记证书")
    settle()

    transfer = run(merge(country))

    with inside(country["430111"]):
        assert (hanging_on(mine), hanging_on(along)) == ({"签字合同", "登记证书"}, {"走访照片"})
        assert Attachment.objects.count() == 3
        attach(country["430111"], mine, "补充协议")
    with inside(country["430105"]):
        assert (hanging_on(theirs), hanging_on(along), hanging_on(stays)) == ({"签字合同"}, {"走访照片"}, {"旧照片"})

    assert run(actions.undo(transfer=transfer, by=system("测试"), at=now())).state == TransferState.UNDONE

    with inside(country["430105"]):
        assert (hanging_on(theirs), hanging_on(along), hanging_on(stays)) == ({"签字合同"}, {"走访照片"}, {"旧照片"})
    with inside(country["430111"]):
        assert hanging_on(mine) == {"登记证书", "补充协议"}
        assert Attachment.objects.count() == 2
