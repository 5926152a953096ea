"""Who hangs files on a visit: photographs, lists, records of what was seen. Source: SM-32, §4.2."""

from __future__ import annotations

from commons.access.actors import Actor
from commons.access.decisions import Decision, refused
from tenants.attachments.models import Attachment
from tenants.attachments.owners import Rights
from tenants.purchasing.models import Visit
from tenants.purchasing.policies import VISITS
from tenants.purchasing.who import STAFF_COURSE, SUPERVISOR


class VisitRights(Rights[Visit]):
    """Staff of the department add and remove; the supervisor who is named on the project adds, and removes what was their own."""

    def may_add(self, actor: Actor, row: Visit) -> Decision:
        return STAFF_COURSE.may(actor, row) or SUPERVISOR.may(actor, row)

    def may_remove(self, actor: Actor, row: Visit, attachment: Attachment) -> Decision:
        if decision := STAFF_COURSE.may(actor, row):
            return decision
        own = actor.user_id is not None and attachment.created_by_id == actor.user_id
        return SUPERVISOR.may(actor, row) if own else refused()


VISIT_RIGHTS = VisitRights(VISITS, "监督检查", "visit")
