"""What differs between one installation and another; read once from the environment."""

import os
import secrets
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parents[2]
"""The folder that holds ``app.py``, ``content/`` and ``quizzes/``."""
DEMO_COMPANY = "启衡科技（示例公司）"
"""Name of the company that a demo shows when none is set."""
ADDRESS = "http://127.0.0.1:8000"
"""Where the site is when nothing else is said."""
_PORTS = {"smtp": 25, "smtps": 465}


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """Where mail is handed over, and from which address. ``tls`` from the first byte on; else as offered."""

    host: str
    port: int
    sender: str
    tls: bool = False
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class Gateways:
    """Where messages are handed to other services. No text messages are sent while ``sms`` is empty."""

    wecom: str = "https://qyapi.weixin.qq.com"
    dingtalk: str = "https://oapi.dingtalk.com"
    feishu: str = "https://open.feishu.cn"
    sms: str = ""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Settings of one installation.

    ``database_url`` is an SQLAlchemy address; ``data_dir`` holds what the installation writes;
    ``demo`` marks an installation filled with invented people; ``secure_cookies`` is for service over HTTPS.
    ``data_keys`` encrypt personal data in the database: the first one writes, all of them read.
    ``address`` is that of the site as people open it, for links in mail, which goes to ``mail`` if anywhere.
    """

    database_url: str
    secret_key: str
    data_dir: Path
    data_keys: tuple[str, ...]
    library_dir: Path = ROOT
    company: str = ""
    demo: bool = False
    testing: bool = False
    secure_cookies: bool = False
    address: str = ADDRESS
    mail: MailServer | None = None
    gateways: Gateways = field(default_factory=Gateways)

    @cached_property
    def audio_dir(self) -> Path:
        """Where lessons stand that a speech engine has read."""
        return self.data_dir / "audio"


def from_environment() -> Settings:
    """Settings from ``XUANGUAN_*`` variables; everything has a default that works on one machine."""
    data_dir = Path(os.environ.get("XUANGUAN_DATA", ROOT / "instance"))
    data_dir.mkdir(parents=True, exist_ok=True)
    return Settings(
        database_url=os.environ.get("XUANGUAN_DATABASE_URL", f"sqlite:///{data_dir / 'xuanguan.db'}"),
        secret_key=os.environ.get("XUANGUAN_SECRET_KEY") or _kept_secret(data_dir / "secret_key"),
        data_dir=data_dir,
        data_keys=_data_keys(os.environ.get("XUANGUAN_DATA_KEYS", ""))
        or (_kept_secret(data_dir / "data_key"),),
        library_dir=Path(os.environ.get("XUANGUAN_LIBRARY", ROOT)),
        company=os.environ.get("XUANGUAN_COMPANY", ""),
        demo=_flag("XUANGUAN_DEMO", default=True),
        secure_cookies=_flag("XUANGUAN_SECURE_COOKIES", default=False),
        address=os.environ.get("XUANGUAN_ADDRESS", ADDRESS).rstrip("/"),
        mail=_mail_server(os.environ.get("XUANGUAN_MAIL_URL", ""), os.environ.get("XUANGUAN_MAIL_FROM", "")),
        gateways=_gateways(),
    )


def _gateways() -> Gateways:
    """The addresses of ``XUANGUAN_WECOM_URL`` and the like, where they are set. Raises ``ValueError``."""
    named = {one.name: os.environ.get(f"XUANGUAN_{one.name.upper()}_URL", "") for one in fields(Gateways)}
    given = {name: url.rstrip("/") for name, url in named.items() if url}
    for name, url in given.items():
        if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
            raise ValueError(f"XUANGUAN_{name.upper()}_URL is https://host, or http://host:port")
    return Gateways(**given)


def _data_keys(listed: str) -> tuple[str, ...]:
    return tuple(filter(None, (one.strip() for one in listed.split(","))))


def _flag(name: str, *, default: bool) -> bool:
    value = os.environ.get(name)
    return default if value is None else value.lower() in {"1", "true", "yes", "on"}


def _mail_server(url: str, sender: str) -> MailServer | None:
    """The server of ``smtp://user:password@host:port`` or ``smtps://…``. Raises ``ValueError``."""
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname or "@" not in sender:
        raise ValueError("XUANGUAN_MAIL_URL is smtp://user:password@host:port, XUANGUAN_MAIL_FROM an address")
    return MailServer(
        host=parts.hostname,
        port=parts.port or _PORTS[parts.scheme],
        sender=sender,
        tls=parts.scheme == "smtps",
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def _kept_secret(path: Path) -> str:
    """The installation's own secret, made at the first start and readable by its owner only."""
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()
