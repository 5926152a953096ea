"""SM-03: the union promotes and records, civil affairs grants."""

from datetime import date, datetime, timedelta

import pytest

from commons.access.actors import Actor
from commons.directory.models import RegisteredOrganization
from commons.kit.errors import Invalid, Refused
from tenants.history.models import Change
from tenants.registry import errors
from tenants.registry.actions import entries, ratings
from tenants.registry.models import OrgRating, SocialOrganization
from tests.tenants.registry.conftest import entry_fields

GRANT = {"assessor": "湖南省民政厅", "certificate_number": "评2026-01", "assessed_on": date(2026, 5, 1)}


def test_from_declaration_to_the_public_card(active: SocialOrganization, staff: Actor, at: datetime) -> None:
    rating = ratings.declare(organization=active, grade="4A", by=staff, at=at)
    rating = ratings.recommend(rating=rating, by=staff, at=at)
    assert (rating.grade, rating.state) == ("A4", "recommended")
    assert RegisteredOrganization.objects.get().rating_grade == ""

    rating = ratings.grant(organization=active, rating=rating, grade="A4", by=staff, at=at, **GRANT)

    assert (rating.state, rating.valid_until, OrgRating.objects.count()) == ("granted", date(2031, 5, 1), 1)
    public = RegisteredOrganization.objects.get()
    assert (public.rating_grade, public.rating_valid_until) == ("A4", date(2031, 5, 1))
    assert list(Change.objects.filter(event__startswith="rating").order_by("id").values_list("event", flat=True)) == [
        "rating_declare",
        "rating_recommend",
        "rating_grant",
    ]


def test_a_new_rating_supersedes_the_older(active: SocialOrganization, staff: Actor, at: datetime) -> None:
    older = ratings.grant(organization=active, grade="A3", by=staff, at=at, **GRANT)
    newer = ratings.grant(
        organization=active, grade="A5", by=staff, at=at, **{**GRANT, "assessed_on": date(2026, 11, 1)}
    )

    older.refresh_from_db()
    assert (older.state, older.valid_until) == ("superseded", date(2026, 11, 1))
    assert newer.state == "granted"
    assert RegisteredOrganization.objects.get().rating_grade == "A5"


def test_a_rating_that_has_run_out_is_kept_as_expired(active: SocialOrganization, staff: Actor, at: datetime) -> None:
    rating = ratings.grant(
        organization=active, grade="A3", by=staff, at=at, **{**GRANT, "assessed_on": date(2015, 5, 1)}
    )

    assert (rating.state, rating.valid_until) == ("expired", date(2020, 5, 1))
    assert RegisteredOrganization.objects.get().rating_grade == ""


def test_what_a_grant_asks_for(active: SocialOrganization, staff: Actor, at: datetime) -> None:
    with pytest.raises(Invalid) as refused:
        ratings.grant(
            organization=active,
            grade="A3",
            assessor=" ",
            certificate_number="",
            assessed_on=date(2026, 12, 1),
            by=staff,
            at=at,
        )

    assert refused.value.problems == {
        "assessor": ["请填写评定机构。"],
        "certificate_number": ["请填写等级证书号。"],
        "assessed_on": ["评定日期不能晚于今天。"],
    }
    assert OrgRating.objects.count() == 0


def test_a_grade_that_does_not_exist(active: SocialOrganization, staff: Actor, at: datetime) -> None:
    with pytest.raises(Invalid):
        ratings.declare(organization=active, grade="6A", by=staff, at=at)


def test_revoking_needs_a_reason_and_clears_the_card(active: SocialOrganization, staff: Actor, at: datetime) -> None:
    rating = ratings.grant(organization=active, grade="A3", by=staff, at=at, **GRANT)

    with pytest.raises(errors.ReasonMissing):
        ratings.revoke(rating=rating, reason="", by=staff, at=at)

    rating = ratings.revoke(rating=rating, reason="年检不合格", by=staff, at=at + timedelta(days=1))
    assert (rating.state, rating.valid_until) == ("revoked", date(2026, 11, 21))
    assert RegisteredOrganization.objects.get().rating_grade == ""
    with pytest.raises(errors.RatingStepRefused):
        ratings.revoke(rating=rating, reason="再次", by=staff, at=at)


def test_an_unregistered_group_is_not_rated(staff: Actor, at: datetime) -> None:
    group = entries.create(fields=entry_fields(uscc="", org_type="unregistered"), by=staff, at=at)

    with pytest.raises(errors.NotRegistered):
        ratings.declare(organization=group, grade="A3", by=staff, at=at)


def test_a_leader_only_reads(active: SocialOrganization, leader: Actor, at: datetime) -> None:
    with pytest.raises(Refused):
        ratings.grant(organization=active, grade="A3", by=leader, at=at, **GRANT)
    assert OrgRating.objects.count() == 0


def test_a_day_at_the_end_of_time_is_only_a_wrong_day(active: SocialOrganization, staff: Actor, at: datetime) -> None:
    with pytest.raises(Invalid) as refused:
        ratings.grant(organization=active, grade="A3", by=staff, at=at, **{**GRANT, "assessed_on": date(9999, 1, 1)})

    assert refused.value.problems == {"assessed_on": ["评定日期不能晚于今天。"]}
