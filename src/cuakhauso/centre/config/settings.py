"""Django's settings. What an operator may change comes from the environment; see docs/."""

import os
import sys
from pathlib import Path
from typing import Any

from psycopg.conninfo import conninfo_to_dict

from cuakhauso.runtime import folder

CENTRE = Path(__file__).resolve().parent.parent
DATA = folder.data_folder()

SECRET_KEY = folder.secret_key()
DEBUG = os.environ.get("CUAKHAUSO_DEBUG") == "1"
ALLOWED_HOSTS = os.environ.get("CUAKHAUSO_HOSTS", "*").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("CUAKHAUSO_ORIGINS", "").split(",") if o]
HTTPS = os.environ.get("CUAKHAUSO_HTTPS") == "1"

SLICES = [
    "shared",
    "accounts",
    "places",
    "registry",
    "watch",
    "declarations",
    "crossings",
    "yards",
    "fees",
    "police",
    "lanes",
    "notices",
    "reference",
    "board",
    "web",
]
INSTALLED_APPS = [
    *(f"cuakhauso.centre.{name}" for name in SLICES),
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "ninja",
    "pgtrigger",
    "procrastinate.contrib.django",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",  # the second factor's pages use it
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "cuakhauso.centre.config.middleware.SafeHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "cuakhauso.centre.config.middleware.SignInForPages",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "cuakhauso.centre.config.urls"
WSGI_APPLICATION = "cuakhauso.centre.config.wsgi.application"
ASGI_APPLICATION = "cuakhauso.centre.config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cuakhauso.centre.accounts.context.demo_sign_ins",
            ]
        },
    }
]


ONLY_WHEN_ASKED = sys.maxsize  # prepare no statement but those of `shared/prepared.py`


def _database(url: str) -> dict[str, Any]:
    """Read as PostgreSQL's own tools read it: sockets, lists of hosts and sslmode included."""
    told = conninfo_to_dict(url)
    names = {
        "NAME": "dbname",
        "USER": "user",
        "PASSWORD": "password",
        "HOST": "host",
        "PORT": "port",
    }
    pool = {"min_size": 1, "max_size": 16, "timeout": 5}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **{ours: told.pop(theirs, "") for ours, theirs in names.items()},
        "CONN_HEALTH_CHECKS": True,  # after a restart of the database no request meets a dead connection
        "OPTIONS": {**told, "pool": pool, "prepare_threshold": ONLY_WHEN_ASKED},
    }


DATABASES = {"default": _database(folder.database_url())}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Cửa khẩu số"

SESSION_COOKIE_AGE = 12 * 60 * 60  # a shift
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [CENTRE / "web" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
_collected = (STATIC_ROOT / "staticfiles.json").exists() and not DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
        if _collected
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not _collected
MEDIA_ROOT = DATA / "media"

# Webhooks go to public addresses over TLS. A yard's server on the gate's own network is named here: its CIDR.
WEBHOOK_NETWORKS = [n for n in os.environ.get("CUAKHAUSO_WEBHOOK_NETWORKS", "").split(",") if n]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("CUAKHAUSO_LOG", "WARNING")},
}
