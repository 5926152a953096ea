"""Scalars of the house, each strict about what it accepts."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import graphene
from django.core.files.uploadedfile import UploadedFile
from graphql import GraphQLError, ValueNode, value_from_ast_untyped

from commons.kit.clock import BEIJING, month_text, parse_month
from commons.rollup.spans import Span


class _Strict(graphene.Scalar):
    """A scalar read by one function, whether it comes in the text or in the variables."""

    class Meta:
        abstract = True

    @classmethod
    def parse_literal(cls, node: ValueNode, variables: dict[str, Any] | None = None) -> Any:
        return cls.parse_value(value_from_ast_untyped(node, variables))

    @classmethod
    def parse_value(cls, value: Any) -> Any:
        raise NotImplementedError


class Month(_Strict):
    """月份，写作“2026-11”。 / A month, written "2026-11"."""

    @staticmethod
    def serialize(index: int) -> str:
        return month_text(index)

    @classmethod
    def parse_value(cls, value: Any) -> int:
        try:
            index = parse_month(value)
        except (ValueError, AttributeError, TypeError):
            raise GraphQLError("月份应写作“2026-11”。") from None
        if not 1900 * 12 <= index < 2200 * 12:
            raise GraphQLError("月份超出范围。")
        return index


class Period(_Strict):
    """
    统计期，写作“2026-11”“2026-Q3”“2026-H1”“2026”或“2020-01..2024-12”。

    A period: a month, quarter, half, year, or any months added up.
    """

    @staticmethod
    def serialize(span: Span) -> str:
        return span.text

    @classmethod
    def parse_value(cls, value: Any) -> Span:
        try:
            span = Span.parse(value)
        except (ValueError, AttributeError, TypeError):
            raise GraphQLError("统计期应写作“2026-11”“2026-Q3”“2026-H1”“2026”或“2020-01..2024-12”。") from None
        if not (span.first >= 1900 * 12 and span.last < 2200 * 12):
            raise GraphQLError("统计期超出范围。")
        return span


class Money(_Strict):
    """金额，单位元，最多两位小数，写作字符串。 / Yuan with up to two decimals, as a string."""

    @staticmethod
    def serialize(value: Decimal) -> str:
        return f"{value:.2f}"

    @classmethod
    def parse_value(cls, value: Any) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise GraphQLError("金额应为数字或数字字符串。")
        try:
            amount = Decimal(str(value))
        except InvalidOperation:
            raise GraphQLError("金额应为数字或数字字符串。") from None
        exponent = amount.as_tuple().exponent
        if not amount.is_finite() or not isinstance(exponent, int) or exponent < -2 or abs(amount) >= 10**14:
            raise GraphQLError("金额最多两位小数，且小于一百万亿元。")
        return amount


class DateTime(_Strict):
    """时刻，ISO 8601；没有写时区的按北京时间。 / ISO 8601; Beijing time when no zone is written."""

    @staticmethod
    def serialize(moment: datetime) -> str:
        return moment.isoformat()

    @classmethod
    def parse_value(cls, value: Any) -> datetime:
        try:
            moment = datetime.fromisoformat(value)
        except (TypeError, ValueError):
            raise GraphQLError("时刻应写作“2026-11-20T08:00:00+08:00”。") from None
        if not 1900 <= moment.year < 2200:
            raise GraphQLError("时刻超出范围。")
        return moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)


class Params(graphene.Scalar):
    """键值对。 / A JSON object, output only."""

    @staticmethod
    def serialize(value: dict[str, Any]) -> dict[str, Any]:
        return value


class Data(_Strict):
    """数据项，JSON 对象。 / A JSON object of named values, as an event of a workflow asks for them."""

    @staticmethod
    def serialize(value: dict[str, Any]) -> dict[str, Any]:
        return value

    @classmethod
    def parse_value(cls, value: Any) -> dict[str, Any]:
        if not isinstance(value, dict) or len(value) > 50:
            raise GraphQLError("数据项应为 JSON 对象，最多 50 项。")
        return {str(name): one for name, one in value.items()}


class Upload(_Strict):
    """
    文件，随 multipart 请求提交，变量中写 null。

    A file of a multipart request (GraphQL multipart request specification); the variable itself is null.
    """

    @classmethod
    def parse_value(cls, value: Any) -> UploadedFile[bytes]:
        if not isinstance(value, UploadedFile):
            raise GraphQLError("文件须随 multipart/form-data 请求提交。")
        return value
