"""What differs between one installation and another; read once from the environment."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The folder that holds ``app.py``, ``content/`` and ``quizzes/``."""
DEMO_COMPANY = "启衡科技（示例公司）"
"""Name of the company that a demo shows when none is set."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Settings of one installation.

    ``database_url`` is an SQLAlchemy address; ``data_dir`` holds what the installation writes;
    ``demo`` marks an installation filled with invented people; ``secure_cookies`` is for service over HTTPS.
    """

    database_url: str
    secret_key: str
    data_dir: Path
    library_dir: Path = ROOT
    company: str = ""
    demo: bool = False
    testing: bool = False
    secure_cookies: bool = False


def from_environment() -> Settings:
    """Settings from ``XUANGUAN_*`` variables; everything has a default that works on one machine."""
    data_dir = Path(os.environ.get("XUANGUAN_DATA", ROOT / "instance"))
    data_dir.mkdir(parents=True, exist_ok=True)
    return Settings(
        database_url=os.environ.get("XUANGUAN_DATABASE_URL", f"sqlite:///{data_dir / 'xuanguan.db'}"),
        secret_key=os.environ.get("XUANGUAN_SECRET_KEY") or _kept_secret(data_dir / "secret_key"),
        data_dir=data_dir,
        library_dir=Path(os.environ.get("XUANGUAN_LIBRARY", ROOT)),
        company=os.environ.get("XUANGUAN_COMPANY", ""),
        demo=_flag("XUANGUAN_DEMO", default=True),
        secure_cookies=_flag("XUANGUAN_SECURE_COOKIES", default=False),
    )


def _flag(name: str, *, default: bool) -> bool:
    value = os.environ.get(name)
    return default if value is None else value.lower() in {"1", "true", "yes", "on"}


def _kept_secret(path: Path) -> str:
    """The installation's own secret, made at the first start and readable by its owner only."""
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()
