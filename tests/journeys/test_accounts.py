"""Doors of the platform in a real browser: the lock, the second factor, the password."""

from __future__ import annotations

from collections.abc import Callable

import pyotp
import pytest

from tests.journeys.conftest import Country
from tests.journeys.visitor import Visitor

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("stand")]

NewVisitor = Callable[[], Visitor]
NEW_PASSWORD = "Quiet-Mountain-58"


def test_five_wrong_passwords_lock_the_door_and_say_so(country: Country, visitor: NewVisitor) -> None:
    with visitor() as somebody:
        for _ in range(4):
            somebody.sign_in("yuhua.auditor", "not the password")
            assert "用户名或密码不正确" in somebody.text()
        somebody.page.goto(f"{somebody.address}/sign-in")
        somebody.fill(username="yuhua.auditor", password="not the password")
        assert somebody.press("登录").status == 429
        somebody.sign_in("yuhua.auditor", country.accounts["yuhua.auditor"].password)
        assert "登录已暂时锁定" in somebody.text()
        assert "30 分钟" in somebody.text()
    with visitor() as colleague:
        colleague.sign_in("yuhua.finance", country.accounts["yuhua.finance"].password)
        assert colleague.page.url.endswith("/u/430111/")


def test_a_second_factor_is_enrolled_and_asked_for(country: Country, visitor: NewVisitor) -> None:
    account = country.accounts["yuhua.secretariat"]
    with visitor() as officer:
        officer.sign_in(account.username, account.password)
        officer.go("/account")
        officer.follow("启用动态验证码")
        # The picture is an image of our own, so the policy of the page lets it through.
        picture = officer.page.locator("main img[alt*=二维码]")
        assert picture.evaluate("image => image.complete && image.naturalWidth > 100")
        secret = officer.page.locator("#secret").input_value().replace(" ", "")
        officer.fill(code="000000")
        officer.press("完成绑定")
        assert "备用码" not in officer.page.locator("h1").inner_text()
        # After a wrong code the next one is not judged for a second.
        officer.page.wait_for_timeout(1200)
        phone = pyotp.TOTP(secret)
        officer.fill(code=phone.now())
        officer.press("完成绑定")
        codes = officer.page.locator(".code-list code").all_inner_texts()
        assert len(codes) >= 8
        officer.follow("已保存，继续")
        assert "已启用" in officer.go("/account").inner_text("main")
        officer.sign_out()

        officer.sign_in(account.username, account.password)
        assert officer.page.url.split("?")[0].endswith("/account/second-factor")
        officer.page.goto(f"{officer.address}/u/430111/organizations")
        assert officer.page.url.split("?")[0].endswith("/account/second-factor"), "no page before the code"
        officer.fill(code=codes[0])
        officer.press("确认")
        assert "/second-factor" not in officer.page.url
        officer.go("/u/430111/organizations")


def test_a_password_is_changed_and_other_browsers_are_out(country: Country, visitor: NewVisitor) -> None:
    account = country.accounts["yuhua.clearance"]
    with visitor() as here, visitor() as elsewhere:
        for window in (here, elsewhere):
            window.sign_in(account.username, account.password)
            window.go("/account")
        here.follow("修改密码")
        here.fill(present=account.password, password="12345678", again="12345678")
        here.press("修改密码")
        assert here.page.locator(".errors, .callout").count() > 0
        here.fill(present=account.password, password=NEW_PASSWORD, again=NEW_PASSWORD)
        here.press("修改密码")
        assert here.go("/account").url.endswith("/account")
        elsewhere.page.goto(f"{elsewhere.address}/account")
        assert "/sign-in" in elsewhere.page.url
        elsewhere.sign_in(account.username, account.password)
        assert "用户名或密码不正确" in elsewhere.text()
        elsewhere.sign_in(account.username, NEW_PASSWORD)
        assert elsewhere.page.url.endswith("/u/430111/")
