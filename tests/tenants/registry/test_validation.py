"""The rules of an entry, and what people type. Source: DOMAIN T1; B01, B02, B06, B15."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commons.directory.enums import OrgType
from tenants.registry.fields import BY_NAME, FACT_GROUPS, FIELDS
from tenants.registry.names import normalized_name
from tenants.registry.personal import masked
from tenants.registry.validation import cleaned, entry_problems
from tests.factories.organizations import credit_code
from tests.tenants.registry.conftest import entry_fields

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("name", "  长沙市\u3000启航  ", "长沙市 启航"),
        ("org_type", "民办非企业单位", "social_service_institution"),
        ("org_type", "社会团体", "social_group"),
        ("rights_domains", "技能培训、劳动就业；技能培训", ["employment", "skills_training"]),
        ("org_domains", ["志愿服务", "other"], ["volunteering", "other"]),
        ("registered_on", "2018年6月1日", date(2018, 6, 1)),
        ("registered_on", "2018/06/01", date(2018, 6, 1)),
        ("registered_on", "20180601", date(2018, 6, 1)),
        ("registered_on", datetime(2018, 6, 1, tzinfo=UTC), date(2018, 6, 1)),
        ("staff", "1,024人", 1024),
        ("staff", 12.0, 12),
        ("is_hub", "√", True),
        ("is_hub", "否", False),
        ("contact_phone", "+86 138-1234-5678", "13812345678"),
        ("contact_phone", "（0731）84312345", "073184312345"),
        ("contact_phone", "0731-84312345-801", "0731-84312345-801"),
        ("contact_phone", "400-800-1234", "400-800-1234"),
        ("region_code", "430105 长沙市开福区", "430105"),
        ("region_code", 430105, "430105"),
        ("note", "第一行\r\n第二行", "第一行\n第二行"),
    ],
)
def test_what_people_type(name: str, raw: object, value: object) -> None:
    assert cleaned({name: raw})[name] == value


@pytest.mark.parametrize(
    ("name", "raw", "sentence"),
    [
        ("org_type", "公司", "“公司”不是可选的内容，可填：社会团体、基金会、社会服务机构、草根组织。"),
        ("registered_on", "2018-02-30", "“2018-02-30”不是有效的日期，请按2026-01-31的样子填写。"),
        ("registered_on", "2026-11-21", "成立登记日期不能晚于今天。"),
        ("registered_on", "0201-11-21", "成立登记日期过早，请核对年份。"),
        ("staff", "-3", "不能小于0。"),
        ("staff", "十二", "“十二”不是整数。"),
        ("staff", 1.5, "请填写整数，不要小数。"),
        ("workers_reached", "999999999", "数目过大，请核对单位。"),
        ("is_hub", "也许", "“也许”无法识别，请填“是”或“否”。"),
        ("contact_phone", "12345678901", "不是有效的电话号码，请填写11位手机号，或带区号的固定电话，如0731-84312345。"),
        ("contact_email", "张三@", "不是有效的电子邮箱。"),
        ("region_code", "开福", "请填写六位行政区划代码，如430105。"),
        ("alias", "长" * 121, "最多120个字，现有121个字。"),
        ("address", "某路\x00", "含有不能识别的控制字符，请重新录入。"),
        ("uscc", "5143010", "统一社会信用代码“5143010”不正确：应为18位，现为7位。"),
        ("colour", "红", "台账中没有这一项。"),
    ],
)
def test_what_cannot_be(name: str, raw: object, sentence: str) -> None:
    problems = entry_problems({**entry_fields(), name: raw}, complete=False, today=TODAY)
    assert problems == {name: [sentence]}


def test_the_form_must_fit_the_code() -> None:
    problems = entry_problems(entry_fields(uscc=credit_code(1, org_type=OrgType.FOUNDATION)), complete=False)
    assert problems == {"org_type": ["信用代码前两位“53”表示基金会，与所选类型“社会团体”不符。"]}


def test_the_form_follows_from_the_code() -> None:
    values = cleaned(entry_fields(uscc=credit_code(1, org_type=OrgType.FOUNDATION), org_type=""))
    assert (values["org_type"], values["registration_status"]) == ("foundation", "registered")


def test_only_unregistered_groups_have_no_code() -> None:
    assert entry_problems(entry_fields(uscc=""), complete=False) == {
        "uscc": ["请填写统一社会信用代码；尚未登记的组织，组织类型请选“草根组织”。"]
    }
    assert entry_problems(entry_fields(uscc="", org_type="unregistered"), complete=True) == {}
    assert entry_problems(entry_fields(org_type="unregistered"), complete=False) == {
        "org_type": ["已有统一社会信用代码的组织不能列为草根组织，请选择登记的组织类型。"]
    }


@pytest.mark.parametrize("name", [name for group in FACT_GROUPS for name in group.fields])
def test_each_fact_group_is_needed_on_the_ledger(name: str) -> None:
    """B15."""
    fields = entry_fields(**{name: ""})
    assert list(entry_problems(fields, complete=True)) == [name]
    assert list(entry_problems(fields, complete=False)) == ([name] if BY_NAME[name].required else [])


def test_labour_relations_need_a_domain_of_rights_and_worker_life_does_not() -> None:
    """B01, B11."""
    assert list(entry_problems(entry_fields(rights_domains=[]), complete=True)) == ["rights_domains"]
    assert entry_problems(entry_fields(rights_domains=[], scope="worker_life"), complete=True) == {}


def test_cleaning_twice_is_cleaning_once() -> None:
    once = cleaned(entry_fields(contact_phone="138 1234 5678", registered_on="2018年6月1日"))
    assert cleaned(once) == once


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(
        st.sampled_from([field.name for field in FIELDS]),
        st.one_of(
            st.text(max_size=40),
            st.integers(),
            st.floats(),
            st.booleans(),
            st.none(),
            st.dates(),
            st.lists(st.text(max_size=9), max_size=3),
        ),
    )
)
def test_whatever_is_typed_is_answered_by_sentences(fields: dict[str, object]) -> None:
    for name, sentences in entry_problems(fields, complete=True, today=TODAY).items():
        assert name in BY_NAME
        assert all(sentence.endswith(("。", "？")) for sentence in sentences)


def test_every_declared_example_is_accepted() -> None:
    """The template's example row is a row that could be imported."""
    example = {field.name: field.example for field in FIELDS}
    assert entry_problems(example, complete=True, today=TODAY) == {}


def test_two_spellings_of_a_name_are_one() -> None:
    assert normalized_name("开福（河东）志愿队 ") == normalized_name("开福(河东)·志愿队")


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("13812345678", "138****5678"),
        ("0731-84312345", "073******2345"),
        ("84312345", "******45"),
        ("", ""),
    ],
)
def test_a_masked_number(number: str, shown: str) -> None:
    assert masked(number) == shown
