"""``python -m keeptabs``: the command line."""

from keeptabs.cli import main

if __name__ == "__main__":
    main()
