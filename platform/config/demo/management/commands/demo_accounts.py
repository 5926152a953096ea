"""How to sign in to the demonstration."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from commons.kit.clock import now
from commons.people.enums import Role
from config.demo import accounts, country


class Command(BaseCommand):
    help = "每个层级、每种角色各一个账号，五家样本工会各一个合作系统令牌；缺少的现在创建。只用于演示数据库。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="以 JSON 输出")

    def handle(self, *args: Any, **options: Any) -> None:
        if not country.is_demonstration():
            raise CommandError("这不是演示数据库，不能在此生成演示账号。请先执行 manage.py seed_demo --demo。")
        answer = accounts.prepare(at=now())
        if options["json"]:
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        for account in answer["accounts"]:
            labels = "、".join(Role(role).zh for role in account["roles"])
            self.stdout.write(f"{account['union']}  {account['username']:<24}{account['password']:<16}{labels}")
        for partner in answer["partners"]:
            self.stdout.write(f"{partner['root']}  令牌 {partner['token']}  {partner['name']}")
