"""One settings file; everything a deployment changes comes from the environment (CIMAISE_*)."""

import os
from ipaddress import ip_network
from pathlib import Path

import dj_database_url
from django.utils.translation import gettext_lazy as _

PACKAGE = Path(__file__).resolve().parent.parent


def flag(name: str, default: bool) -> bool:
    """A yes/no environment variable: 1, true, yes or on mean yes."""
    said = os.environ.get(name)
    return default if said is None else said.strip().lower() in {"1", "true", "yes", "on"}


def kept_secret(file: Path) -> str:
    """The secret key: from the environment, else made once and kept readable by its owner only."""
    if said := os.environ.get("CIMAISE_SECRET_KEY"):
        return said
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as out:
            out.write(os.urandom(48).hex())
    return file.read_text()


# Everything the portal keeps lies below HOME: catalogue, snapshots, uploads, images.
HOME = Path(os.environ.get("CIMAISE_HOME", "var")).resolve()
SNAPSHOTS_ROOT = HOME / "snapshots"
UPLOADS_ROOT = HOME / "uploads"
ATTACHMENTS_ROOT = HOME / "attachments"

DEBUG = flag("CIMAISE_DEBUG", False)
SECRET_KEY = kept_secret(HOME / "secret-key")
SITE_ADDRESS = os.environ.get("CIMAISE_ADDRESS", "http://127.0.0.1:8000")
ALLOWED_HOSTS = os.environ.get("CIMAISE_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [SITE_ADDRESS]
CSRF_FAILURE_VIEW = "cimaise.web.explore.errors.stale_form"
HTTPS = SITE_ADDRESS.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0

INSTALLED_APPS = [
    "cimaise.web.theme",
    "cimaise.web.accounts",
    "cimaise.web.catalog",
    "cimaise.web.ingest",
    "cimaise.web.render",
    "cimaise.web.api",
    "cimaise.web.explore",
    "cimaise.web.pages",
    "cimaise.web.backoffice",
    "cimaise.config",
    "cimaise.demo",
    "django_cotton",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "cimaise.web.api.door.ApiDoor",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "cimaise.config.urls"
WSGI_APPLICATION = "cimaise.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "cimaise.web.theme.look.look",
            ],
        },
    }
]

DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL", f"sqlite:///{HOME / 'catalogue.sqlite3'}"),
        conn_max_age=600,
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # WAL lets readers go on while a publication commits; IMMEDIATE avoids upgrade deadlocks.
    DATABASES["default"]["OPTIONS"] = {
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.Person"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "wagtailadmin_login"

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
LANGUAGE_COOKIE_NAME = "cimaise_language"
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = HOME / "media"
WHITENOISE_USE_FINDERS = True  # serves the wheel's own files: no collectstatic step to forget
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a schema form has up to 500 fields of several inputs
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "cimaise.web.ingest.incoming.ToDisk",
]

TASKS = {
    "default": {
        "BACKEND": os.environ.get("CIMAISE_TASKS", "django_tasks_db.DatabaseBackend"),
    }
}

WAGTAIL_SITE_NAME = os.environ.get("CIMAISE_NAME", "Cimaise")
WAGTAILADMIN_BASE_URL = SITE_ADDRESS
WAGTAIL_ENABLE_UPDATE_CHECK = False  # nothing is fetched from outside
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAILDOCS_EXTENSIONS = ["csv", "pdf", "xlsx", "zip"]

# The kit (cimaise/web/theme/README.md): a component sees its attributes, not the page's variables.
COTTON_DIR = "components"
COTTON_ISOLATE_BY_DEFAULT = True
# Built files carry a hash in their name: a browser may keep them for ever.
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/cimaise/build/assets/"
NAVIGATION = [
    (_("Home"), "/pages/home/"),
    (_("Datasets"), "/explore/"),
    (_("API"), "/api/explore/v2.1/console"),
]
FOOT_LINKS = [
    (_("Legal notice"), "/pages/legal-notice/"),
    (_("My account"), "/account/"),
    (_("Producers’ desk"), "/backoffice/"),
]
ACCESSIBILITY_STATUS = os.environ.get("CIMAISE_ACCESSIBILITY", "none")  # none, partial or full

# The engine's budget while it answers (engine.duck.ReadingRoom).
ANSWER_MEMORY_MB = int(os.environ.get("CIMAISE_ANSWER_MEMORY_MB", "256"))
ANSWER_SECONDS = float(os.environ.get("CIMAISE_ANSWER_SECONDS", "10"))
# What SQL questions may use, each in a process apart: how many at once, and each of them.
SQL_AT_ONCE = int(os.environ.get("CIMAISE_SQL_AT_ONCE", "2"))
SQL_SECONDS = float(os.environ.get("CIMAISE_SQL_SECONDS", "10"))
SQL_MEMORY_MB = int(os.environ.get("CIMAISE_SQL_MEMORY_MB", "192"))
SQL_FILE_MB = int(os.environ.get("CIMAISE_SQL_FILE_MB", "1024"))
# How many calls of the API are free (docs/reference/keys-and-limits.md); 0 is any number.
ANONYMOUS_CALLS_A_DAY = int(os.environ.get("CIMAISE_ANONYMOUS_CALLS_A_DAY", "100000"))
ANONYMOUS_CALLS_A_SECOND = int(os.environ.get("CIMAISE_ANONYMOUS_CALLS_A_SECOND", "100"))
KEY_CALLS_A_DAY = int(os.environ.get("CIMAISE_KEY_CALLS_A_DAY", "1000000"))
KEY_CALLS_A_SECOND = int(os.environ.get("CIMAISE_KEY_CALLS_A_SECOND", "200"))
CALLS_FILE = HOME / "calls"
# Proxies (addresses or networks) whose X-Forwarded-For tells who calls; from others it is ignored.
TRUSTED_PROXIES = tuple(
    ip_network(each.strip(), strict=False)
    for each in os.environ.get("CIMAISE_TRUSTED_PROXIES", "").split(",")
    if each.strip()
)
# Uses of datasets are counted in memory and kept every so many seconds; 0 keeps them on demand.
USES_SECONDS = float(os.environ.get("CIMAISE_USES_SECONDS", "30"))
# Servers make files beside the snapshots that only quicken answers (engine.snapshots.aids).
MAKE_AIDS = flag("CIMAISE_MAKE_AIDS", True)
# IGN's tiles are fetched by the visitor's browser only when the portal asks for them.
IGN_TILES = flag("CIMAISE_IGN_TILES", False)
