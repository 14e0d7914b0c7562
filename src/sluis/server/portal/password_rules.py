"""What passwords have to be: Django's rules, in our words, in all our languages."""

from django.contrib.auth import password_validation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class LongEnough(password_validation.MinimumLengthValidator):
    def get_error_message(self) -> str:
        text = ngettext(
            "This is too short. Use at least %(least)d character.",
            "This is too short. Use at least %(least)d characters.",
            self.min_length,
        )
        return text % {"least": self.min_length}


class NotYourName(password_validation.UserAttributeSimilarityValidator):
    def get_error_message(self) -> str:
        return _("This looks too much like your name or your e-mail address.")


class NotWellKnown(password_validation.CommonPasswordValidator):
    def get_error_message(self) -> str:
        return _("This password is on lists that everybody tries first. Choose another.")
