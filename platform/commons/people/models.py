"""One account per person, roles per union, invitations, resets, sessions."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.db.models import F, Q

from commons.hierarchy.models import TradeUnion
from commons.kit.fields import CodeField, EncryptedTextField
from commons.kit.ids import uuid7
from commons.people.enums import AccountKind, LinkState, Role


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        """An account; names are kept in lower case, so that 张三 and his phone keyboard agree on Zhang and zhang."""
        user = self.model(username=username.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """
    An account. It serves every union that gives it a role; it is deactivated, never deleted.

    `is_superuser` exists for Django and is never set: no account stands outside the rules.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    username = models.CharField(max_length=60)
    name = models.CharField(max_length=60)
    email = models.EmailField(blank=True)
    phone = EncryptedTextField(blank=True)
    kind = CodeField(AccountKind, default=AccountKind.UNION_STAFF)
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    password_changed_at = models.DateTimeField(null=True, blank=True)
    # Whether notices are sent by mail too, and when the last such mail left: one in ten minutes at most, from all unions together.
    mails_notices = models.BooleanField(default=True, db_default=True)
    notices_mailed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["username"], name="people_user_username"),
            models.CheckConstraint(condition=Q(is_superuser=False), name="people_user_no_superuser"),
        ]

    def __str__(self) -> str:
        return self.username

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class RoleAssignmentQuerySet(models.QuerySet["RoleAssignment"]):
    def valid_on(self, day: date) -> RoleAssignmentQuerySet:
        """In force on that day."""
        return self.filter(from_on__lte=day).open_on(day)

    def open_on(self, day: date) -> RoleAssignmentQuerySet:
        """Not ended by that day: in force, or about to be."""
        return self.filter(Q(until_on__isnull=True) | Q(until_on__gt=day))


class RoleAssignment(models.Model):
    """A role of one user in one union from a day until a day (exclusive). Ended, never deleted. Source: DOMAIN S3."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="role_assignments")
    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="role_assignments")
    role = CodeField(Role)
    unit = models.CharField(max_length=80, blank=True)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    granted_at = models.DateTimeField()
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[RoleAssignmentQuerySet] = RoleAssignmentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "union", "role"],
                condition=Q(until_on__isnull=True),
                name="people_role_one_open",
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")), name="people_role_order"
            ),
        ]
        indexes = [models.Index(fields=["union", "role"], name="people_role_union")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} in {self.union_id}"


class Invitation(models.Model):
    """A one-time link that makes an account (or binds an existing one) with a role in one union."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    token_digest = models.CharField(max_length=64)
    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="invitations")
    role = CodeField(Role)
    name = models.CharField(max_length=60)
    phone = EncryptedTextField(blank=True)
    email = models.EmailField(blank=True)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token_digest"], name="people_invitation_token")]

    def __str__(self) -> str:
        return f"{self.name} as {self.role} in {self.union_id}"


class PasswordReset(models.Model):
    """A one-time link, made by the union's administrator, that lets one user choose a new password."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    token_digest = models.CharField(max_length=64)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token_digest"], name="people_reset_token")]

    def __str__(self) -> str:
        return f"reset for {self.user_id}"


class OrgAccountLink(models.Model):
    """
    That an account speaks for a social organization: claimed with a proof, verified once for the country, revoked.

    Kept whatever becomes of it; a claim that was refused may be made anew. Source: DOMAIN S3, §3.12.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="organization_links")
    uscc = models.CharField(max_length=18)
    organization_name = models.CharField(max_length=120)
    state = CodeField(LinkState, default=LinkState.CLAIMED)
    # A file of commons.files, which stands above this floor.
    proof_file_id = models.UUIDField(null=True)
    claimed_at = models.DateTimeField()
    decided_by_id = models.UUIDField(null=True)
    decided_by_name = models.CharField(max_length=120, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_in_union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "uscc"],
                condition=Q(state__in=["claimed", "verified"]),
                name="people_orglink_one_open",
            ),
            models.UniqueConstraint(
                fields=["user"], condition=Q(state="verified"), name="people_orglink_one_organization"
            ),
            models.CheckConstraint(
                condition=Q(state="claimed", decided_at__isnull=True)
                | Q(~Q(state="claimed"), decided_at__isnull=False, decided_in_union__isnull=False),
                name="people_orglink_decided",
            ),
        ]
        indexes = [models.Index(fields=["uscc", "state"], name="people_orglink_organization")]

    def __str__(self) -> str:
        return f"{self.user_id} for {self.uscc} {self.state}"


class OrgPresence(models.Model):
    """
    That a union deals with an organization, so that a portal asks these unions and no others.

    The organization stands here as its digest alone: who reads the table learns of no dealings. Source: DOMAIN Q12.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_key = models.BinaryField()
    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="+")
    since_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member_key", "union"], name="people_orgpresence_once")]

    def __str__(self) -> str:
        return f"an organization in {self.union_id}"


class SessionManager(BaseSessionManager["Session"]):
    pass


class Session(AbstractBaseSession):
    """A signed-in browser, listed to its owner. `session_key` is a digest (commons.people.sessions); pages show `handle`."""

    handle = models.UUIDField(default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="sessions")
    ip = models.GenericIPAddressField(null=True)
    agent = models.CharField(max_length=300, blank=True)
    signed_in_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)

    objects: ClassVar[SessionManager] = SessionManager()

    class Meta:
        indexes = [models.Index(fields=["user", "-seen_at"], name="people_session_user")]

    def __str__(self) -> str:
        return f"session {self.handle}"

    @classmethod
    def get_session_store_class(cls) -> Any:
        from commons.people.sessions import SessionStore

        return SessionStore
