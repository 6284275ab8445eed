"""Each model makes one mistake, which its name says; the last three make none."""

from django.db import models

from tradepost.datamap.vocabulary import Basis, Erase, Kind, Personal, Purpose, Subject


class Right(models.Model):
    email = models.EmailField()

    class Privacy:
        subject = Subject.CUSTOMER
        purpose = Purpose.ORDERS
        basis = Basis.CONTRACT
        keep = "stray.whole"
        erase = Erase.ROW
        locate = "email"
        personal = {"email": Kind.EMAIL}
        not_personal = {"id": "row number"}


class Silent(models.Model):
    email = models.EmailField()


class Linked(models.Model):
    """Of the automatic link table, which nobody writes out, the map asks as well."""

    others = models.ManyToManyField(Right)

    class Privacy:
        not_personal = {"id": "row number"}


class Forgetful(models.Model):
    email = models.EmailField()
    note = models.TextField()

    class Privacy(Right.Privacy):
        pass


class Outdated(models.Model):
    email = models.EmailField()

    class Privacy(Right.Privacy):
        not_personal = {"id": "row number", "telephone": "gone since March"}


class Twofold(models.Model):
    email = models.EmailField()

    class Privacy(Right.Privacy):
        not_personal = {"id": "row number", "email": "only an address"}


class Unreasoned(models.Model):
    email = models.EmailField()

    class Privacy(Right.Privacy):
        not_personal = {"id": " "}


class NoSubject(models.Model):
    email = models.EmailField()

    class Privacy(Right.Privacy):
        subject = None


class NoPurpose(models.Model):
    email = models.EmailField()

    class Privacy(Right.Privacy):
        purpose = None


class NoBasis(models.Model):
    email = models.EmailField()

    class Privacy(Right.Privacy):
        basis = None


class NoErasure(models.Model):
    email = models.EmailField()

    class Privacy(Right.Privacy):
        erase = None


class OwnPurpose(models.Model):
    """A purpose in words of one's own is none of the closed list."""

    email = models.EmailField()

    class Privacy(Right.Privacy):
        personal = {"email": Personal(kind=Kind.EMAIL, purpose="curiosity")}


class NoRule(models.Model):
    email = models.EmailField()

    class Privacy(Right.Privacy):
        keep = ""


class UnknownRule(models.Model):
    email = models.EmailField()

    class Privacy(Right.Privacy):
        personal = {"email": Personal(kind=Kind.EMAIL, keep="stray.for-ever")}


class Lawless(models.Model):
    email = models.EmailField()

    class Privacy(Right.Privacy):
        erase = Erase.KEEP


class Nobody(models.Model):
    email = models.EmailField()

    class Privacy(Right.Privacy):
        locate = ""


class ByLaw(models.Model):
    email = models.EmailField()

    class Privacy(Right.Privacy):
        erase = Erase.KEEP
        because = "§ 147 AO"


class SpokenFor(models.Model):
    """Declared from outside, as third-party models are."""


class Elsewhere(models.Model):
    """A table of somebody else's, which is not made here."""

    email = models.EmailField()

    class Meta:
        managed = False
