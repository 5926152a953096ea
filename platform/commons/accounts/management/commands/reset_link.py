"""`manage.py reset_link USERNAME`: for a union whose only administrator has lost the password."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from commons.access import actors
from commons.accounts import links
from commons.accounts.actions.passwords import issue_reset
from commons.kit.clock import now
from commons.kit.errors import DomainError
from commons.people.models import User


class Command(BaseCommand):
    help = "打印一个重设密码的一次性链接，供系统运维人员在核实本人身份后使用。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="用户名")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"].strip().lower()).first()
        if user is None:
            raise CommandError("没有这个用户名的账号。")
        try:
            _, token = issue_reset(user=user, by=actors.system("运维人员重设密码"), at=now())
        except DomainError as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(links.absolute(links.reset_path(token)))
