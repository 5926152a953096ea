"""What was said about a record goes with it, into the receiving union and back; who was told of it stays where they are."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from commons.access.actors import system
from commons.boundaries.transfer import actions, guard, rehearsal
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import now
from commons.people.enums import Role
from commons.tenancy.door import inside
from tenants.discussion import actions as discussion
from tenants.discussion.models import Comment
from tenants.notices.models import Notice
from tenants.registry.models import SocialOrganization
from tests.commons.boundaries.transfer.ledgers import NOVEMBER, full, run, settle
from tests.commons.boundaries.transfer.test_attachments import Country, merge
from tests.factories import organizations as make
from tests.factories import people


def say(union: TradeUnion, row: SocialOrganization, text: str) -> Comment:
    return discussion.comment(on=row, text=text, by=system("测试", union), at=now())


def said(row: SocialOrganization) -> set[str]:
    return set(Comment.objects.filter(object_id=row.pk).values_list("text", flat=True))


@pytest.mark.django_db
def test_comments_go_with_their_records_and_come_back(country: Country) -> None:
    clerk, called = people.actor("430105", Role.UNION_STAFF), people.actor("430105", Role.LEADER)
    assert called.user_id is not None
    with inside(country["430105"]):
        moved = full("启航中心")
        discussion.comment(on=moved, text="请核对", mentions=[called.user_id], by=clerk, at=now())
    with inside(country["430111"]):
        other = full("星火中心")
        say(country["430111"], other, "邻居的话")
    settle()
    told = rehearsal.rehearse(
        actor=system("测试"), source=country["430105"], target=country["430111"], month=NOVEMBER, at=now()
    )
    assert (told.tables["留言"], told.left["通知"]) == (1, 1)

    transfer = run(merge(country))

    assert transfer.report["tables"]["discussion.Comment"] == 1
    with inside(country["430111"]):
        assert (said(moved), said(other)) == ({"请核对"}, {"邻居的话"})
        assert not Notice.objects.exists()
        say(country["430111"], SocialOrganization.objects.get(pk=moved.pk), "已核对")
    with inside(country["430105"]):
        assert Notice.objects.get().user_id == called.user_id
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            say(country["430105"], moved, "迟到的话")
        assert guard.departed(refused.value) is not None

    run(actions.undo(transfer=transfer, by=system("测试"), at=now()))

    with inside(country["430105"]):
        assert said(moved) == {"请核对", "已核对"}
    with inside(country["430111"]):
        assert (said(moved), said(other)) == (set(), {"邻居的话"})


@pytest.mark.django_db
def test_comments_on_two_entries_that_become_one_stand_on_the_one(country: Country) -> None:
    code = make.credit_code()
    with inside(country["430105"]):
        theirs = full("启航中心", uscc=code, active_on=date(2026, 3, 1))
        say(country["430105"], theirs, "原工会的话")
    with inside(country["430111"]):
        mine = full("启航中心", uscc=code, active_on=date(2026, 6, 1))
        say(country["430111"], mine, "新工会的话")
    settle()

    transfer = run(merge(country))

    with inside(country["430111"]):
        assert said(mine) == {"原工会的话", "新工会的话"}
    run(actions.undo(transfer=transfer, by=system("测试"), at=now()))
    with inside(country["430111"]):
        assert said(mine) == {"新工会的话"}
    with inside(country["430105"]):
        assert said(theirs) == {"原工会的话"}
