"""``setup.cfg`` of setuptools: ``install_requires`` and the extras."""

from collections.abc import Iterator
from configparser import ConfigParser, Error
from pathlib import Path

from keeptabs.pins import pep508
from keeptabs.pins.dependency import Dependency, Lines, Manifest, ManifestError, text_of


def read(path: Path) -> Iterator[Dependency]:
    """What a project wants, its extras included."""
    text = text_of(path)
    config, lines = ConfigParser(interpolation=None), Lines(text)
    try:
        config.read_string(text)
    except Error as error:
        raise ManifestError(f"{path}: {' '.join(str(error).split())}") from error
    lists = [config.get("options", "install_requires", fallback="")]
    if config.has_section("options.extras_require"):
        lists += [value for _, value in config.items("options.extras_require")]
    for each in lists:
        for line in each.splitlines():
            bare = line.partition(" #")[0].strip()
            if bare and not bare.startswith(("#", "file:")):
                yield pep508.listed(bare, path, lines)


MANIFEST = Manifest(names=("setup.cfg",), read=read)
