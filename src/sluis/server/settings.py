"""Django's settings, from ours: see `config.py` for what an operator can change."""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from sluis.core.credential import derived
from sluis.registry import HOSTED_APIS
from sluis.server import config
from sluis.server.uploads import UPLOAD_BYTES

CONFIG = config.read(os.environ)
HERE = Path(__file__).parent


def sqlite(path: Path) -> dict[str, object]:
    path.parent.mkdir(parents=True, exist_ok=True)
    return {
        "ENGINE": "sluis.storage.sqlite",
        "NAME": path,
        "CONN_MAX_AGE": None,  # with 0 each page opens the file again and replays the pragmas
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 10,
            # `checkpoint.py` moves what was written into place; a commit only when it is 64 MB
            # behind. With the usual 4 that happened ten times a second, to the same pages.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
            " PRAGMA wal_autocheckpoint=16000;",
        },
        "TEST": {"NAME": str(path.with_name("test.sqlite3"))},  # a file: threads share it
    }


def postgresql(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": parts.port or "",
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


DATABASES = {
    "default": postgresql(CONFIG.database_url)
    if CONFIG.database_url
    else sqlite(CONFIG.directory / "sluis.sqlite3")
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

SECRET_KEY = derived(CONFIG.secret, "django").hex()
ALLOWED_HOSTS = [
    "localhost",
    "127.0.0.1",
    "[::1]",
    urlsplit(CONFIG.portal_url).hostname,
    *CONFIG.hosts,
]
DEBUG = False
SILENCED_SYSTEM_CHECKS: list[str] = []

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",  # the session page of allauth needs it
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "sluis.server",
    *dict.fromkeys(f"{api.package}.tables" for api in HOSTED_APIS),
]
AUTH_USER_MODEL = "server.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["sluis.server.passwords.Argon2"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "sluis.server.portal.password_rules.LongEnough",
        "OPTIONS": {"min_length": 12},
    },
    {
        "NAME": "sluis.server.portal.password_rules.NotYourName",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": "sluis.server.portal.password_rules.NotWellKnown"},
]

MIDDLEWARE = [
    "sluis.server.portal.compressed.Compressed",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "sluis.server.portal.content_security.ContentSecurityPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "sluis.server.portal.second_factor.DeskNeedsSecondFactor",
    "django_htmx.middleware.HtmxMiddleware",
    "sluis.server.portal.null_characters.NoNullCharacters",
    "sluis.server.portal.in_force.InForce",
]
ROOT_URLCONF = "sluis.server.urls"
WSGI_APPLICATION = None
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "sluis.server.portal.context.everywhere",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "sluis.server.portal.tags",
            ],
        },
    }
]
FILE_UPLOAD_MAX_MEMORY_SIZE = UPLOAD_BYTES  # the door has them in memory already: no copy on disk
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Counts attempts to log in, and remembers codes that were used. One server process keeps that
# for itself; several share it, as they share the limits of calls.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": CONFIG.redis_url,
        "KEY_PREFIX": "sluis",
    }
    if CONFIG.redis_url
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

LANGUAGE_CODE = "en"
LANGUAGES = [("nl", "Nederlands"), ("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [HERE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATICFILES_DIRS = [HERE / "static"]
STATIC_ROOT = None  # whitenoise serves from the packages: nothing is collected
WHITENOISE_USE_FINDERS = True  # from the package itself: no collectstatic step on a first run
WHITENOISE_MAX_AGE = 3600

SECURE_CSP = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "connect-src": ["'self'"],
    "font-src": ["'self'"],
    "frame-src": ["'self'"],  # the mailbox shows mails in one
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
    "base-uri": ["'none'"],
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "sluis.server.portal.errors.csrf_failure"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = CONFIG.portal_url.startswith("https:")
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_TRUSTED_ORIGINS = [CONFIG.portal_url]

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]  # once: the field can show what was typed
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_CHANGE_EMAIL = True  # one address a person: the new one replaces it once confirmed
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Sluis: "
ACCOUNT_EMAIL_NOTIFICATIONS = True  # of changes to the account, so that nobody makes them unseen
ACCOUNT_SESSION_REMEMBER = True  # as long as SESSION_COOKIE_AGE
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "sluis.server.portal.reset_links.ResetLinks"
PASSWORD_RESET_TIMEOUT = 24 * 3600
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_ADAPTER = "sluis.server.portal.accounts.Accounts"
ACCOUNT_FORMS = {
    "login": "sluis.server.portal.account_forms.LogIn",
    "signup": "sluis.server.portal.account_forms.SignUp",
    "add_email": "sluis.server.portal.account_forms.ChangeEmail",
    "change_password": "sluis.server.portal.account_forms.ChangePassword",
    "reset_password": "sluis.server.portal.account_forms.ResetPassword",
    "reset_password_from_key": "sluis.server.portal.account_forms.ChooseNewPassword",
    "reauthenticate": "sluis.server.portal.account_forms.Reauthenticate",
}
MFA_ADAPTER = "sluis.server.portal.second_factor.SecondFactors"
MFA_FORMS = {
    "authenticate": "sluis.server.portal.account_forms.Authenticate",
    "reauthenticate": "sluis.server.portal.account_forms.ReauthenticateWithCode",
    "activate_totp": "sluis.server.portal.account_forms.ActivateTotp",
    "add_webauthn": "sluis.server.portal.account_forms.AddPasskey",
    "edit_webauthn": "sluis.server.portal.account_forms.RenamePasskey",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Sluis"
MFA_TOTP_TOLERANCE = 1  # clocks of telephones are up to half a minute off

EMAIL_BACKEND = "sluis.server.outbox.Outbox"
SMTP = urlsplit(CONFIG.smtp_url)  # what follows is for `post.py`, which sends
EMAIL_HOST = SMTP.hostname or "localhost"
EMAIL_PORT = SMTP.port or (465 if SMTP.scheme == "smtps" else 587 if SMTP.username else 25)
EMAIL_HOST_USER = unquote(SMTP.username or "")
EMAIL_HOST_PASSWORD = unquote(SMTP.password or "")
EMAIL_USE_SSL = SMTP.scheme == "smtps"
EMAIL_USE_TLS = SMTP.scheme == "smtp" and bool(SMTP.username)
EMAIL_TIMEOUT = 15  # seconds, for each answer
DEFAULT_FROM_EMAIL = CONFIG.mail_from
LOGGING_CONFIG = None  # `log.py` sets it up
