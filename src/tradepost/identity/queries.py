from django.db.models import QuerySet

from tradepost.identity.models import Activity, User


def activity_of(user: User) -> QuerySet[Activity]:
    """A person's own log, newest first. Shown to that person alone."""
    return Activity.objects.filter(user=user).order_by("-at", "-pk")


def user_by_email(email: str) -> User | None:
    return User.objects.filter(email=email).first()
