"""What is noted of each finding."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from found_keys import Files, found, key_of

from keeptabs.scan.baseline import hashed
from keeptabs.scan.noted import Hashes, Names, Noted, Noting
from keeptabs.scan.run import Tally, scan
from keeptabs.scan.settings import Settings
from keeptabs.scan.sources import Blob, Item, Skipped, Source
from keeptabs.secrets.engine import Scanner
from keeptabs.secrets.finding import Finding
from keeptabs.secrets.rules import every

LINE = f'key = "{key_of()}"'


def noted(files: dict[str, str | bytes]) -> list[Noted]:
    """What a scan of some files finds."""
    hashes = Hashes()
    source = Noting(Files(files), Settings(), Names("/top", "/top"), hashes)
    findings = list(scan(source, Scanner(every()), hashes, Tally()))
    assert all(isinstance(each, Noted) for each in findings)
    return [each for each in findings if isinstance(each, Noted)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (LINE, ""),
        (f"{LINE}  # pragma: allowlist secret", "pragma: allowlist secret"),
        (f"# pragma: allowlist nextline secret\n{LINE}", "pragma: allowlist nextline secret"),
        (f"{LINE}  # pragma: allowlist secret".encode("utf-16"), "pragma: allowlist secret"),
        (f"{LINE.replace('-', chr(92) + 'u002d')}  # gitleaks:allow", "gitleaks:allow"),
    ],
    ids=["none", "beside", "above", "utf-16", "escaped"],
)
def test_a_finding_has_the_comment_that_allows_it_and_the_hash_of_its_key(text: str | bytes, expected: str) -> None:
    """In every encoding that a file may have."""
    [finding] = noted({"app.py": text})
    assert (finding.comment, finding.sha1) == (expected, hashed(key_of().encode()))


def test_the_lines_of_a_large_file_are_looked_at_too() -> None:
    """As far as they are held: a file of many chunks is not held whole."""

    class Large(Source):
        def items(self) -> Iterator[Item]:
            yield Blob(path="a.log", chunks=iter([b"x\n" * 500_000, f"{LINE}  # gitleaks:allow\n".encode(), b"y\n"]))

    hashes = Hashes()
    source = Noting(Large(), Settings(), Names("/", "/"), hashes)
    [finding] = scan(source, Scanner(every()), hashes, Tally())
    assert isinstance(finding, Noted)
    assert (finding.line, finding.comment) == (500_001, "gitleaks:allow")


@pytest.mark.parametrize(
    ("settings", "beside", "expected", "excluded"),
    [
        (Settings(), frozenset(), ["vendor/a.py", "app.py", ".baseline"], 0),
        (Settings(exclude=("vendor/**",)), frozenset(), ["app.py", ".baseline"], 2),
        (Settings(), frozenset({".baseline"}), ["vendor/a.py", "app.py"], 0),
        (Settings(exclude=("vendor/**",)), frozenset({".baseline"}), ["app.py"], 2),
    ],
    ids=["none", "settings", "baseline", "both"],
)
def test_what_is_excluded_is_not_read_and_is_counted(
    settings: Settings, beside: frozenset[str], expected: list[str], excluded: int
) -> None:
    """A baseline is not read either."""
    hashes, tally = Hashes(), Tally()
    files = Files({"vendor/a.py": LINE, "app.py": LINE, ".baseline": LINE}, [Skipped("vendor/b", "a pipe")])
    source = Noting(files, settings, Names("/", "/"), hashes, beside)
    assert [each.path for each in scan(source, Scanner(every()), hashes, tally)] == expected
    assert (tally.files, source.excluded, source.paths) == (len(expected), excluded, set(expected))
    assert bool(tally.skipped) is not bool(excluded)


def test_what_counts_for_a_source_is_what_is_noted() -> None:
    """The lines that were not added are left out before."""

    class Nothing(Files):
        def settled(self, blob: Blob, findings: list[Finding]) -> list[Finding]:  # type: ignore[override]
            return []

    hashes = Hashes()
    source = Noting(Nothing({"a": LINE}), Settings(), Names("/", "/"), hashes)
    assert list(scan(source, Scanner(every()), hashes, Tally())) == []


@pytest.mark.parametrize(
    ("base", "top", "path", "expected"),
    [
        ("/top", "/top", "a/b.py", "a/b.py"),
        ("/top", "/top", "./a/b.py", "a/b.py"),
        ("/top/sub", "/top", "b.py", "sub/b.py"),
        ("/top", "/top/sub", "sub/b.py", "b.py"),
        ("/top", "/top", "/top/b.py", "b.py"),
        ("/top", "/top/sub", "b.py", "../b.py"),
    ],
)
def test_a_file_has_one_name_wherever_the_scan_was_started(base: str, top: str, path: str, expected: str) -> None:
    """It begins where the settings are."""
    assert Names(base, top).of(path) == expected


def test_a_hash_is_in_no_text_of_a_fingerprint() -> None:
    """The fingerprints stay what they are, and the hashes are remembered beside."""
    hashes = Hashes()
    said = hashes(key_of().encode())
    assert said != hashed(key_of().encode())[: len(said)]
    assert hashes.by_fingerprint == {said: hashed(key_of().encode())}
    assert msgspec.structs.asdict(found())["sha1"] == hashed(key_of().encode())
    assert Path(Names(".", ".").of(str(Path.cwd() / "a"))) == Path("a")
