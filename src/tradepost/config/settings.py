"""Django's settings, all derived from one typed :class:`Environment`."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.utils.csp import CSP
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string

from tradepost.config import databases, notice_words
from tradepost.config.environment import read_environment
from tradepost.config.rooms import ROOMS
from tradepost.config.secret import secret_key
from tradepost.config.third_party import packages_of
from tradepost.lib.private_files import keep_private

TRADEPOST = read_environment()
if TRADEPOST.is_demo:
    TRADEPOST = notice_words.with_demo_words(TRADEPOST)
NOTICE_BLANKS = notice_words.blanks(TRADEPOST)
keep_private(TRADEPOST.data)

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = secret_key(TRADEPOST)
DEBUG = TRADEPOST.debug
_public = urlsplit(TRADEPOST.base_url)
_secure = _public.scheme == "https"
ALLOWED_HOSTS = list({_public.hostname or "localhost", "localhost", "127.0.0.1", "[::1]"})
CSRF_TRUSTED_ORIGINS = [TRADEPOST.base_url]

THIRD_PARTY = packages_of(TRADEPOST.modules)
INSTALLED_APPS = [
    *THIRD_PARTY,
    *(f"tradepost.{room}" for room in ROOMS),
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "django_scopes",
    "django_tasks_db",
]
MIDDLEWARE = [
    "tradepost.modules.cookies.declared_cookies_only",
    "tradepost.config.web.health.health_first",
    "tradepost.config.web.headers.careful_headers",
    "tradepost.config.web.paths.possible_paths_only",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "tradepost.modules.fence.houses_policy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tradepost.identity.middleware.person_settings",
    "tradepost.identity.middleware.activity_log",
    "tradepost.merchants.middleware.closed_shop",
    "tradepost.merchants.middleware.SwitchedOff",
    "tradepost.identity.sign_in.known_browser.known_browser",
]
ROOT_URLCONF = "tradepost.config.urls"
WSGI_APPLICATION = "tradepost.config.wsgi.application"
TEMPLATES: list[dict[str, object]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tradepost.modules.context.navigation",
                "tradepost.backoffice.context.finished_jobs",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]
FORM_RENDERER = "tradepost.ui.forms.Renderer"

DATABASES = {"default": databases.database(TRADEPOST)}
# A file, not memory: tests then meet the same locks and journal as the product.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(TRADEPOST.data / "test.sqlite3")}
CACHES = {"default": databases.cache(TRADEPOST)}
TASKS = {"default": databases.tasks(TRADEPOST)}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["tradepost.ui.formats"]  # dates that no reader mistakes
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = TRADEPOST.data / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = TRADEPOST.data / "media"
STORAGES = {
    "default": {"BACKEND": databases.media(TRADEPOST)},
    "staticfiles": {"BACKEND": "tradepost.config.web.static_files.StaticFiles"},
}
# Django's storage sets rights of its own on what it saves, whatever the umask.
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o600, 0o700
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# Sign-in. The admin session dies with the browser (promise cookie.admin-session).
AUTH_USER_MODEL = "identity.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
_validation = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS: list[dict[str, object]] = [
    {
        "NAME": f"{_validation}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": f"{_validation}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_validation}.CommonPasswordValidator"},
    {"NAME": f"{_validation}.NumericPasswordValidator"},
    {"NAME": "tradepost.identity.sign_in.password_rules.NotGuessedFirst"},
]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/office/"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _secure
SESSION_COOKIE_AGE = 60 * 60 * 12
CSRF_COOKIE_AGE = None  # a session cookie too

ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_ADAPTER = "tradepost.identity.sign_in.adapter.AccountAdapter"
_forms = "tradepost.identity.sign_in.forms"
ACCOUNT_FORMS = {
    "signup": "tradepost.merchants.forms.SignUpForm",
    "login": f"{_forms}.SignInForm",
    "reset_password": f"{_forms}.ResetForm",
    "reset_password_from_key": f"{_forms}.NewPasswordForm",
    "change_password": f"{_forms}.ChangePasswordForm",
    "add_email": f"{_forms}.ChangeAddressForm",
    "reauthenticate": f"{_forms}.PasswordAgainForm",
}
MFA_FORMS = {
    "authenticate": f"{_forms}.CodeForm",
    "reauthenticate": f"{_forms}.CodeAgainForm",
    "activate_totp": f"{_forms}.AppForm",
    "add_webauthn": f"{_forms}.PasskeyForm",
    "authenticate_webauthn": f"{_forms}.PasskeySecondForm",
    "reauthenticate_webauthn": f"{_forms}.PasskeyAgainForm",
    "login_webauthn": f"{_forms}.PasskeySignInForm",
}
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
# allauth counts in the cache, by network alone, and cannot be appealed to. Passwords and codes are
# counted by identity.actions.lockout, everything that mails by identity.actions.limits: in the database.
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "login_failed": None,
    "signup": None,
    "reset_password": None,
    "reauthenticate": None,
    "change_password": None,
}
MFA_ADAPTER = "tradepost.identity.sign_in.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Tradepost"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = _public.hostname == "localhost"
CSRF_FAILURE_VIEW = "tradepost.identity.views.entrance.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
UNDECLARED_COOKIE_RAISES = DEBUG or "PYTEST_VERSION" in os.environ
UNDECLARED_ACTION_RAISES = UNDECLARED_COOKIE_RAISES
SWITCHES_KNOWN_SECONDS = 5.0  # for so long a process goes by what the operator had switched off

SECURE_SSL_REDIRECT = _secure
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _secure else None
SECURE_HSTS_SECONDS = TRADEPOST.hsts_days * 86_400 if _secure else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _secure and TRADEPOST.hsts_subdomains
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"


def _form_targets() -> list[str]:
    """This site and the payment pages that the gateways declare: browsers follow a form's redirects by this
    list. Worked out when the first page is answered, for the rooms are not loaded yet."""
    return [CSP.SELF, *import_string("tradepost.payments.registry.page_origins")()]


SECURE_CSP: dict[str, object] = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "frame-src": [CSP.SELF],
    "form-action": SimpleLazyObject(_form_targets),
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "tradepost.config.web.quiet_logs.KeepingSecrets",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        },
        "json": {"()": "tradepost.config.web.quiet_logs.AsJson"},
    },
    "filters": {"outages": {"()": "tradepost.jobs.outages.OutagesInOneLine"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": TRADEPOST.log_format,
            "filters": ["outages"],
        }
    },
    # Libraries tell of addresses and contents in their small talk, so they never get below a warning.
    "root": {
        "handlers": ["console"],
        "level": "ERROR" if TRADEPOST.log_level == "error" else "WARNING",
    },
    "loggers": {
        "tradepost": {"level": TRADEPOST.log_level.upper()},
        # The web server's workers speak as all else does.
        "_granian": {"handlers": ["console"], "level": "WARNING", "propagate": False},
    },
}
SILENCED_SYSTEM_CHECKS: list[str] = []
