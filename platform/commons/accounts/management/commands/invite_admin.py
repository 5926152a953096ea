"""`manage.py invite_admin CODE NAME`: how the first people come in, before anybody could invite them on a page."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from commons.access import actors
from commons.accounts import links
from commons.accounts.actions import invite
from commons.hierarchy import selectors as hierarchy
from commons.hierarchy.enums import UnionState
from commons.kit.clock import now
from commons.kit.errors import DomainError, Invalid
from commons.people.enums import Role


class Command(BaseCommand):
    help = "打印一个邀请管理员的一次性链接：平台启用时邀请第一位全国管理员，或工会失去全部管理员时使用。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="工会代码，如 000000")
        parser.add_argument("name", help="被邀请人姓名")
        parser.add_argument(
            "--national", action="store_true", help="邀请为全国管理员（仅限全国一级），否则为工会管理员"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        union = hierarchy.by_code_or_none(options["code"].strip())
        if union is None:
            raise CommandError("没有这个代码的工会。")
        if union.state != UnionState.ACTIVE:
            raise CommandError(f"“{union.name_zh}”尚未启用或已停用，不能邀请管理员。")
        if options["national"] and union.parent_id is not None:
            raise CommandError("全国管理员只能在全国一级邀请。")
        role = Role.NATIONAL_ADMIN if options["national"] else Role.UNION_ADMIN
        try:
            _, token = invite(
                union=union, role=role, name=options["name"], by=actors.system("运维人员邀请管理员"), at=now()
            )
        except Invalid as refusal:
            raise CommandError("；".join(text for texts in refusal.problems.values() for text in texts)) from refusal
        except DomainError as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(links.absolute(links.invitation_path(token)))
