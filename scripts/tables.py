"""Write the tables of the documentation that follow from the code: ``python scripts/tables.py [--check]``."""

import argparse
import sys
from pathlib import Path

import keeptabs.providers
from keeptabs.core.discover import constants
from keeptabs.core.provider import Provider

FILE = Path(__file__).resolve().parent.parent / "docs" / "providers.md"
HEAD = """# Providers and formats

Who is recognised, by host, and which formats are understood there. A host that is nobody's is recognised by its path
where that cannot be mistaken. This table is written by `python scripts/tables.py`.

| provider | hosts | formats | prices | source |
|---|---|---|---|---|
"""


def row(provider: Provider) -> str:
    """A provider's line of the table."""
    hosts = ", ".join("any other host" if host == "*" else f"`{host}`" for host in provider.hosts)
    formats = sorted({dialect.api for dialect in provider.routes.values()})
    priced = "in the book" if provider.book else ""
    return f"| {provider.name} | {hosts} | {', '.join(formats)} | {priced} | [{provider.checked}]({provider.source}) |"


def table() -> str:
    """The whole file."""
    providers = constants(keeptabs.providers, "PROVIDER", Provider)
    return HEAD + "\n".join(row(provider) for provider in sorted(providers, key=lambda one: one.name)) + "\n"


def main(check: bool) -> int:
    """Write the file, or say that it is not what would be written."""
    if not check:
        FILE.write_text(table(), "utf-8")
        return 0
    if FILE.is_file() and FILE.read_text("utf-8") == table():
        return 0
    print(f"{FILE.name} is not current: python scripts/tables.py", file=sys.stderr)
    return 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only say whether the tables are current")
    sys.exit(main(parser.parse_args().check))
