from pathlib import Path

import pytest

from keeptabs.store import database, places

MOUNTS = """overlay / overlay rw 0 0
server:/home /home nfs4 rw 0 0
tmpfs /home/me/fast tmpfs rw 0 0
//files/a /mnt/my\\040files cifs rw 0 0
server:/x /home/me/fast/x nfs rw 0 0
tmpfs /a/b tmpfs rw 0 0
server:/a /a nfs rw 0 0
server:/b /a/c tmpfs rw 0 0
server:/b /a/c nfs rw 0 0
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/ledger.db", None),
        ("/home/me/ledger.db", "nfs4"),
        ("/homes/ledger.db", None),
        ("/home/me/fast/ledger.db", None),
        ("/home/me/fast/x/ledger.db", "nfs"),
        ("/a/b/ledger.db", None),
        ("/a/c/ledger.db", "nfs"),
        ("/mnt/my files/ledger.db", "cifs"),
    ],
)
def test_the_innermost_mount_decides(tmp_path: Path, path: str, kind: str | None) -> None:
    """A local one inside a network one is local, and the other way round."""
    (tmp_path / "mounts").write_text(MOUNTS)
    assert places.network_of(Path(path), tmp_path / "mounts") == kind


def test_where_it_cannot_be_told_nothing_is_refused(tmp_path: Path) -> None:
    """As on other systems than Linux."""
    assert places.network_of(Path("/home/x"), tmp_path / "none") is None


def test_a_ledger_there_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one line, which says where and what."""
    monkeypatch.setattr(database, "network_of", lambda _: "nfs4")
    with pytest.raises(OSError, match=r"ledger\.db is on a network file system \(nfs4\)"):
        database.open_writer(tmp_path / "ledger.db")
