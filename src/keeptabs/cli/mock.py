"""``keeptabs mock``: a local OpenAI-compatible provider for offline work, faults included."""

import click

from keeptabs.cli import _look as look
from keeptabs.testing.mock import MockServer
from keeptabs.testing.mock.behaviours import BEHAVIOURS


@click.command("mock")
@click.option("--port", type=click.IntRange(0, 65535), default=8089, show_default=True, help="0 takes a free one.")
@click.option("--list", "listing", is_flag=True, help="List the behaviours that can be asked for, and stop.")
def COMMAND(port: int, *, listing: bool) -> None:
    """Serve a deterministic OpenAI-compatible API on 127.0.0.1 until it is stopped with Ctrl-C."""
    out = look.Screen()
    if listing:
        out.print(
            look.table(
                ("x-mock", "does"), ((name, known.summary) for name, known in sorted(BEHAVIOURS.items())), left=2
            )
        )
        return
    server = MockServer(port=port)
    try:
        server.start()
    except OSError as error:
        raise click.UsageError(f"port {port} cannot be used: {error.strerror}") from error
    out.print()
    out.print(look.line(f"Listening on {server.url}   (Ctrl-C stops it)"))
    pairs = [
        (f"export OPENAI_BASE_URL={server.url} OPENAI_API_KEY=any", "point an app here"),
        ("model mock-429-then-ok@gpt-4o, or header x-mock: 429-then-ok", "ask for a fault"),
        ("keeptabs mock --list", "all behaviours"),
    ]
    out.print(look.hints(pairs))
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.stop()
