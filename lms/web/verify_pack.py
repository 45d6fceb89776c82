"""Checks an evidence pack without the platform: every file is there, unchanged, and none was added.

Runs alone: python3 verify.py, in the folder into which the pack was unpacked. Needs nothing but Python.
"""

import hashlib
import json
import sys
from pathlib import Path

MANIFEST, ITSELF = "manifest.json", "verify.py"


def faults(folder: Path) -> list[str]:
    """What is not as the manifest says, one line each; an empty list when all is well."""
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    stated: dict[str, str] = manifest["files"]
    found = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    wrong = [f"added     {path}" for path in sorted(found - stated.keys() - {MANIFEST, ITSELF})]
    for path, sha256 in sorted(stated.items()):
        if path not in found:
            wrong.append(f"missing   {path}")
        elif hashlib.sha256((folder / path).read_bytes()).hexdigest() != sha256:
            wrong.append(f"changed   {path}")
    return wrong


def main() -> int:
    """Print the faults, or that there are none; 0 when there are none."""
    folder = Path(__file__).resolve().parent
    wrong = faults(folder)
    digest = hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()
    lines = wrong or ["OK: every file is as the manifest says"]
    sys.stdout.write("\n".join([*lines, f"SHA-256 of {MANIFEST}: {digest}", ""]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
