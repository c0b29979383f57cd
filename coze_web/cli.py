"""The `coze-web` command."""

from __future__ import annotations

import sys
from typing import Literal

import click

from coze_web.ask import AskError, ask
from coze_web.check import check
from coze_web.demo import DemoError, run_demo
from coze_web.emulator.environment import variables
from coze_web.serve import serve
from coze_web.settings import Settings, SettingsError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="coze-web")
def main() -> None:
    """Put a Coze bot on your own web page; the token stays on the server."""


@main.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8000, envvar="PORT", show_default=True, show_envvar=True)
def demo(port: int) -> None:
    """Show everything without an account: the page, the server and an embedded Coze."""
    try:
        run_demo(port)
    except DemoError as error:
        raise click.ClickException(str(error)) from None


@main.command("serve")
def serve_command() -> None:
    """Serve your bot by gunicorn: HOST and PORT from the environment, the settings from there and `.env`."""
    serve()


@main.command()
@click.option("--port", type=click.IntRange(1, 65535), required=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option(
    "--tokens-per-second",
    type=click.FloatRange(min=0),
    default=30.0,
    show_default=True,
    help="0: as fast as it can",
)
@click.option(
    "--profile",
    type=click.Choice(["cloud", "studio"]),
    default="cloud",
    show_default=True,
    help="studio: speak as the self-hosted Coze Studio does",
)
@click.option("--print-env", is_flag=True, help="print the variables that point a client here, and do not serve")
def emulator(
    port: int, host: str, tokens_per_second: float, profile: Literal["cloud", "studio"], *, print_env: bool
) -> None:
    """Serve the embedded Coze alone, for any Coze client."""
    if print_env:
        click.echo("\n".join(variables(f"http://{host}:{port}", profile)))
        return
    from coze_web.emulator.server import serve as serve_coze  # noqa: PLC0415 - only this command may load gevent

    serve_coze(host, port, tokens_per_second, profile)


@main.command("ask")
@click.argument("message")
@click.option("--url", default="http://127.0.0.1:8000", show_default=True, help="a running coze-web server")
@click.option("--language", default="en", show_default=True, help="of error messages: en or zh")
def ask_command(message: str, url: str, language: str) -> None:
    """Ask a running server one question and print the answer as it is written."""
    try:
        for text in ask(url, message, language):
            click.echo(text, nl=False)
            sys.stdout.flush()
        click.echo()
    except AskError as error:
        click.echo()
        raise click.ClickException(str(error)) from None


@main.command("check")
@click.option("--other-region", is_flag=True, help="if the token is refused, send it to the other region too")
def check_command(*, other_region: bool) -> None:
    """Say what is wrong with the configuration and what to do; asks the bot nothing."""
    try:
        findings = check(Settings.load(), other_region=other_region)
    except SettingsError as error:
        raise click.ClickException(str(error)) from None
    for finding in findings:
        logid = f" [logid {finding.logid}]" if finding.logid else ""
        click.echo(f"{'ok ' if finding.ok else 'bad'}  {finding.en}\n     {finding.zh}{logid}")
    sys.exit(0 if findings[-1].ok else 1)


if __name__ == "__main__":
    main()
