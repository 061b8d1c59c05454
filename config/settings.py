"""Django's settings, read from the environment. The variables are listed in README.md."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config.env import (
    Environment,
    database,
    fernet_keys,
    is_loopback,
    networks,
    origin,
    origin_and_client,
    origin_of,
    pem_file,
    redis_tls,
    server,
)
from config.logs.stderr import configuration
from config.paths import BASE_DIR

env = Environment(os.environ)

# --- What kind of installation this is -------------------------------------------------------
# Django's own DEBUG stays off everywhere: no traceback ever reaches a page. The environment's
# DEBUG=1 means "somebody tries this out on one machine" and alone allows the keys below.
DEBUG = False
TRYOUT = env.flag("DEBUG")

PUBLIC_SECRET_KEY, PUBLIC_TOKEN_KEY = "try-out-only-" * 5, "dHJ5LW91dC1vbmx5LXRyeS1vdXQtb25seS10cnktb3U="
SECRET_KEY = env.required("SECRET_KEY", PUBLIC_SECRET_KEY if TRYOUT else None)
TOKEN_KEYS = env.words("TOKEN_KEYS") or [env.required("TOKEN_KEYS", PUBLIC_TOKEN_KEY if TRYOUT else None)]
PORT = env.number("PORT", 8000)
PUBLIC_URL = env.required("PUBLIC_URL", f"http://localhost:{PORT}" if TRYOUT else None)
LOOPBACK = ["localhost", "127.0.0.1", "[::1]", urlsplit(PUBLIC_URL).hostname or ""]
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS") or env.required(
    "ALLOWED_HOSTS", ",".join(LOOPBACK) if TRYOUT else None
).split(",")
# A host that can't exist says in its own error what to do: outside `make run` there is no server.
DATABASE_URL = env.required("DATABASE_URL", "postgres://make-run-first.invalid/none" if TRYOUT else None)
REDIS_URL = env.required("REDIS_URL", "redis://make-run-first.invalid:6379/0" if TRYOUT else None)
env.refuse_if_missing()
fernet_keys("TOKEN_KEYS", TOKEN_KEYS)

PUBLIC_URL = origin("PUBLIC_URL", PUBLIC_URL)
if not TRYOUT and (SECRET_KEY == PUBLIC_SECRET_KEY or PUBLIC_TOKEN_KEY in TOKEN_KEYS):
    raise ImproperlyConfigured(
        "SECRET_KEY or TOKEN_KEYS holds the try-out's key, which everybody knows: make your own."
    )
if TRYOUT and not is_loopback(PUBLIC_URL):
    raise ImproperlyConfigured(
        "DEBUG=1 is a try-out on one machine: its keys are public and anybody may sign in as its people. "
        f"PUBLIC_URL must be on localhost then, not {PUBLIC_URL}."
    )
HTTPS = PUBLIC_URL.startswith("https://")
if not HTTPS and not is_loopback(PUBLIC_URL):
    raise ImproperlyConfigured(
        "PUBLIC_URL must begin with https://: over plain http everybody on the way could read the cookies "
        f"that let people in. Only an address of this machine may do without, and {PUBLIC_URL} is none."
    )
TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXY_COUNT", 0)
METRICS_KEY = env.text("METRICS_KEY")

# How long what has ended is kept (see `config.housekeeping`).
KEEP_DAYS = env.number("KEEP_DAYS", 365, least=30)

# What people are told instead of every page, such as "Back at 18:00 UTC". Empty: nothing.
MAINTENANCE = env.text("MAINTENANCE")

# --- The way out (see `orgs.salesforce.tls`) --------------------------------------------------
CA_FILE = pem_file("CA_FILE", env.text("CA_FILE"))
CLIENT_CERT_FILE = pem_file("CLIENT_CERT_FILE", env.text("CLIENT_CERT_FILE"), private=True)
# `requests` reads it by itself, and NO_PROXY; here it is only looked at.
if env.text("HTTPS_PROXY"):
    server("HTTPS_PROXY", env.text("HTTPS_PROXY"), ("http", "https"))

# --- Salesforce ------------------------------------------------------------------------------
SALESFORCE_CLIENT_ID = env.text("SALESFORCE_CLIENT_ID")
SALESFORCE_CLIENT_SECRET = env.text("SALESFORCE_CLIENT_SECRET")
# Each with a client of its own: `https://id:secret@host`. Without one it is taken for a stand-in org.
_EXTRA = [origin_and_client("SALESFORCE_EXTRA_ORIGINS", url) for url in env.words("SALESFORCE_EXTRA_ORIGINS")]
SALESFORCE_EXTRA_ORIGINS = [place for place, _client in _EXTRA]
SALESFORCE_EXTRA_CLIENTS = {place: client for place, client in _EXTRA if client}
SALESFORCE_API_VERSION = env.text("SALESFORCE_API_VERSION", "66.0")

# --- Notices ---------------------------------------------------------------------------------
# What is not of the internet, and may be called by a webhook all the same.
_OUR_OWN = "127.0.0.0/8,::1/128" if TRYOUT else ""
NOTICES_PRIVATE_NETWORKS = networks(
    "NOTICES_PRIVATE_NETWORKS", env.words("NOTICES_PRIVATE_NETWORKS", _OUR_OWN)
)

# --- Apps and middleware ---------------------------------------------------------------------
INSTALLED_APPS = [
    "config",
    "teams",
    "orgs",
    "notices",
    "bulk",
    "wizard",
    "api",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "config.tracing.request_ids",
    "config.middleware.health.any_host",
    "config.middleware.localhost.middleware",
    "wizard.middleware.SetupRedirectMiddleware",
    "teams.audit.address.middleware",
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.headers.permissions_policy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.middleware.maintenance.middleware",
    "teams.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "config.middleware.time_zone.ZoneMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.middleware.headers.no_store",
    "teams.middleware.known_device",
    "teams.preferences.PreferencesMiddleware",
    # Signed in by default: a view that is open says so with @login_not_required.
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "teams.middleware.SecondFactorMiddleware",
    "teams.middleware.GuestsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.errors.method_not_allowed",
]

ROOT_URLCONF = "config.urls"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wizard.templatetags.terms.told",
                "config.process_heartbeats.for_pages",
                "notices.bell.for_pages",
            ],
        },
    },
]

# --- Data ------------------------------------------------------------------------------------
DATABASES: dict[str, object] = {
    "default": database(DATABASE_URL, CA_FILE) | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# The queue, the cache and the live stream: one server, reached in one way, that never waits without end.
REDIS_CA_FILE = pem_file("REDIS_CA_FILE", env.text("REDIS_CA_FILE")) or CA_FILE
REDIS_TLS = redis_tls(REDIS_URL, REDIS_CA_FILE, CLIENT_CERT_FILE)
REDIS_LIMITS = {"socket_timeout": 2.0, "socket_connect_timeout": 2.0}
# Rate limits count in the cache, so all processes must share one.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "cache",
        "OPTIONS": {**REDIS_LIMITS, **REDIS_TLS},
    },
}

# --- Accounts --------------------------------------------------------------------------------
AUTH_USER_MODEL = "teams.User"
AUTHENTICATION_BACKENDS = ["teams.backends.Accounts"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {"user_attributes": ("email", "name")}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "wizard:home"
# Where `teams` and `orgs` lead to, which know no address of the rooms above them.
TEAM_CONNECTIONS_URL = "orgs:connections"
CONNECTED_ORG_URL = "wizard:opened"
GUEST_URL = "wizard:guest"
LOGOUT_REDIRECT_URL = "account_login"

ACCOUNT_ADAPTER = "teams.accounts.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Connect Guide: "
ACCOUNT_FORMS = {"signup": "teams.forms.InvitedSignupForm"}
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# "Is it still you?" before production changes, undo, disconnect, roles: not again for so long.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT

# Second factors. Owners always need one; a team can ask all its members for one.
OWNERS_NEED_TWO_FACTOR = not TRYOUT
MFA_ADAPTER = "teams.mfa.FactorAdapter"
USERSESSIONS_ADAPTER = "teams.accounts.SessionsAdapter"
MFA_FORMS = {
    "add_webauthn": "teams.forms.AddPasskeyForm",
    "authenticate_webauthn": "teams.forms.SecondFactorPasskeyForm",
    "reauthenticate_webauthn": "teams.forms.StillYouPasskeyForm",
    "login_webauthn": "teams.forms.SignInPasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Connect Guide"
MFA_TOTP_TOLERANCE = 1  # one step of 30 s either way, as RFC 6238 allows: clocks differ
# Browsers allow passkeys on https and, for a try-out, on http://localhost (never on 127.0.0.1).
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = TRYOUT

# The company's own sign-in by OpenID Connect: off unless OIDC_ISSUER is set.
OIDC_ISSUER = env.text("OIDC_ISSUER").rstrip("/")
OIDC_BRINGS_SECOND_FACTOR = bool(OIDC_ISSUER) and env.flag("OIDC_BRINGS_SECOND_FACTOR")
SOCIALACCOUNT_ADAPTER = "config.tls.SocialAdapter"
SOCIALACCOUNT_PROVIDERS: dict[str, object] = (
    {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": "company",
                    "name": env.text("OIDC_NAME", "your company"),
                    "client_id": env.text("OIDC_CLIENT_ID"),
                    "secret": env.text("OIDC_CLIENT_SECRET"),
                    "settings": {
                        "server_url": OIDC_ISSUER,
                        "oauth_pkce_enabled": True,
                        # For issuers that vouch for addresses without saying `email_verified`.
                        "verified_email": env.flag("OIDC_TRUST_EMAIL"),
                        # A verified address that a member has is that member.
                        "email_authentication": True,
                    },
                }
            ]
        }
    }
    if OIDC_ISSUER
    else {}
)
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_EMAIL_VERIFICATION = "mandatory"

# --- E-mail ----------------------------------------------------------------------------------
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
IN_THE_LOG = TRYOUT and not env.text("EMAIL_HOST")
EMAIL_BACKEND = f"{'django.core.mail.backends.console' if IN_THE_LOG else 'config.tls'}.EmailBackend"
EMAIL_PORT = env.number("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS, EMAIL_USE_SSL = env.flag("EMAIL_USE_TLS"), env.flag("EMAIL_USE_SSL")
if EMAIL_USE_TLS and EMAIL_USE_SSL:
    raise ImproperlyConfigured("EMAIL_USE_TLS begins TLS later, EMAIL_USE_SSL at once: set one of them.")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Connect Guide <connect-guide@localhost>")

# --- Security --------------------------------------------------------------------------------
SESSION_ENGINE = "teams.sessions"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SAMESITE = "Lax"  # Strict would drop the session on the way back from Salesforce
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"
# The scheme comes from a proxy only where one is known to be there: else anyone could send it.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY_COUNT else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False  # the other hosts of that domain are not ours to bind
SECURE_SSL_REDIRECT = False  # the proxy redirects; health checks come in plain HTTP from inside
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# `check --deploy` would like what the lines above say is not ours to decide: the domain's other hosts
# (W005, W021) and the redirect to https (W008).
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W008", "security.W021"]

# What a person may send: forms, never a file. 1,000 chosen people are about 30 kB.
DATA_UPLOAD_MAX_MEMORY_SIZE = 512 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 0

# form-action covers the redirect after a POST too, and sign-in starts with a POST.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "form-action": [
            SELF,
            "https://*.salesforce.com",
            "https://*.salesforce.mil",
            "https://*.sfcrmproducts.cn",
            *SALESFORCE_EXTRA_ORIGINS,
            *([origin_of(OIDC_ISSUER)] if OIDC_ISSUER else []),
        ],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}

# --- Static files ----------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.static.HashedFiles"},
}
WHITENOISE_USE_FINDERS = not (STATIC_ROOT / "staticfiles.json").exists()
WHITENOISE_AUTOREFRESH = TRYOUT
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_MAX_AGE = 0 if TRYOUT else 60

# --- Language and time -----------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", _("English")), ("de", _("Deutsch"))]
FORMAT_MODULE_PATH = "config.formats"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
USE_THOUSAND_SEPARATOR = True  # numbers in attributes say |stringformat:"d"

# --- Background work -------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_USE_SSL = REDIS_TLS or None
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_POOL = "threads"
# Measured (`python -m tests.scale --measure`): a job mostly waits for Salesforce, and beyond this
# many threads they wait for each other. Each holds up to two database connections.
CELERY_WORKER_CONCURRENCY = env.number("WORKER_THREADS", 16)
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # for as long as it is away: ...
CELERY_BROKER_CHANNEL_ERROR_RETRY = True  # ... or takes nothing, its disk being full
CELERY_WORKER_CONSUMER = "config.serve.consumer:Consumer"
CELERY_TIMEZONE = "UTC"
# kombu looks for messages of dead workers only every 100 s unless told otherwise (kombu 5.7,
# transport/redis.py: restore_interval * restore_throttle).
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 120,
    "unacked_restore_interval": 1,
    "unacked_restore_throttle": 1,
    # Without it kombu waits for ever. A press that queues something waits for two of them at most.
    "socket_timeout": 3,
    "socket_connect_timeout": 2,
}

LOGGING = configuration(env.level("LOG_LEVEL", "INFO"))
