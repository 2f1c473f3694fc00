"""The command line: one command a file, found by its ``COMMAND`` and imported when it is asked for.

Exit codes: 0 done; 1 done and something needs attention (``doctor``, ``reconcile --fail-on``, ``pins``, a key that
``scan`` found); 2 something given cannot be used; 3 not everything was scanned.
"""

import pkgutil
import sys
from importlib import import_module
from keyword import iskeyword

import click

from keeptabs.core.errors import UserError
from keeptabs.version import __version__


class _Commands(click.Group):
    """The modules of this package as commands; a trailing underscore keeps a name from Python's keywords."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, sorted."""
        names = (entry.name for entry in pkgutil.iter_modules(__path__))
        return sorted(name.rstrip("_") for name in names if not name.startswith("_"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, or None."""
        if cmd_name not in self.list_commands(ctx):
            return None
        own = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name
        command = import_module(f"keeptabs.cli.{own}").COMMAND
        if not isinstance(command, click.Command):
            raise TypeError(f"keeptabs.cli.{own} must define COMMAND: Command")
        return command


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="keeptabs", message="%(prog)s %(version)s")
def keeptabs() -> None:
    """Keep tabs on what your app spends on LLM APIs."""


# Raised by a group that is called alone; click 8.1 shows the help itself.
_NoArguments: type[click.UsageError] = getattr(click.exceptions, "NoArgsIsHelpError", click.NoSuchOption)


def main() -> None:
    """Run the command line; what a person can mend is one line on stderr and exit code 2."""
    try:
        code = keeptabs.main(prog_name="keeptabs", standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except UserError as error:
        _stop(str(error))
    except _NoArguments as error:
        click.echo(error.format_message(), err=True)  # the help, which lists what can be asked for
        sys.exit(2)
    except click.UsageError as error:
        where = f" (keeptabs {error.ctx.info_name} --help)" if error.ctx and error.ctx.parent else ""
        _stop(f"{error.format_message()}{where}")
    except click.ClickException as error:
        _stop(error.format_message())
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of a pipe has gone: nobody is left to tell
        sys.exit(141)


def _stop(message: str) -> None:
    line = " ".join(message.split())
    click.echo(f"keeptabs: {line}", err=True)
    sys.exit(2)
