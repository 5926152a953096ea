"""The desk: the first page of a union, put together from cards that features register."""

from commons.web.desk.cards import Card, Line, register

__all__ = ["Card", "Line", "register"]
