"""The command `ressenti`: it finds the subcommand, and turns what goes wrong into a sentence and an exit code.

Commands are loaded when they are called, and each loads what it needs, so that `--help` answers at once.
"""

import sys
from importlib import import_module

import click

from ressenti import __version__
from ressenti.cli.locale import language
from ressenti.cli.options import option_of
from ressenti.kit.durable import keep_private
from ressenti.kit.i18n import _, translate
from ressenti.kit.refusals import Exit, Refusal
from ressenti.kit.settings import DATABASE

COMMANDS = {
    "import": "ressenti.cli.importing:import_files",
    "read": "ressenti.cli.reading:read",
    "drivers": "ressenti.cli.drivers:drivers",
    "indicators": "ressenti.cli.catalogue:indicators",
    "dimensions": "ressenti.cli.catalogue:dimensions",
    "export": "ressenti.cli.exporting:export",
    "serve": "ressenti.cli.serving:serve",
    "demo": "ressenti.cli.serving:demo",
    "project": "ressenti.cli.projects:project",
    "user": "ressenti.cli.users:user",
    "token": "ressenti.cli.users:token",
    "mailing": "ressenti.cli.mailing:mailing",
    "verify": "ressenti.cli.maintenance:verify",
    "rebuild": "ressenti.cli.maintenance:rebuild",
    "backup": "ressenti.cli.maintenance:backup",
    "restore": "ressenti.cli.maintenance:restore",
    "doctor": "ressenti.cli.maintenance:doctor",
}


class Commands(click.Group):
    """The subcommands in the order a newcomer meets them, each loaded when needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return their names."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Load one."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command = getattr(import_module(module), name)
        return command if isinstance(command, click.Command) else None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="ressenti")
@option_of(DATABASE)
@click.pass_context
def ressenti(ctx: click.Context, database: str | None) -> None:
    """Measure how customers experienced their conversations.

    Start with: ressenti demo, or ressenti import FOLDER, then ressenti read csat --by agent, and ressenti serve.
    """
    ctx.obj = database


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and end the process with its exit code."""
    keep_private()
    sys.exit(run(arguments))


def run(arguments: list[str] | None = None) -> int:
    """Run the command line; return its exit code. Sentences go to standard error, never a traceback."""
    try:
        return int(ressenti.main(arguments, prog_name="ressenti", standalone_mode=False) or Exit.DONE)
    except click.exceptions.Abort:
        return _say(translate(_("Interrupted. Run the same command again to continue."), language()), Exit.INTERRUPTED)
    except KeyboardInterrupt:
        return _say(translate(_("Interrupted. Run the same command again to continue."), language()), Exit.INTERRUPTED)
    except click.exceptions.Exit as ending:
        return ending.exit_code
    except click.ClickException as error:
        error.show()
        return Exit.WRONG_USE
    except Refusal as refusal:
        return _say(refusal.say(language()), refusal.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        return Exit.DONE
    except Exception as error:  # noqa: BLE001 - the last stop: whatever happens, a person gets a sentence
        return _unforeseen(error)


def _say(sentence: str, code: Exit) -> int:
    click.echo(f"ressenti: {sentence}", err=True)
    return code


def _unforeseen(error: Exception) -> int:
    """Say that the disk took no more, wherever that was met; all else is our own fault."""
    import tempfile

    from ressenti.record.stores.storage_errors import storage_refusal

    refusal = storage_refusal(error, tempfile.gettempdir())
    return _fault(error) if refusal is None else _say(refusal.say(language()), refusal.exit_code)


def _fault(error: Exception) -> int:
    """Keep the details of our own fault in a file, without what people wrote, and say where."""
    import tempfile

    from ressenti.kit.logs import trace

    with tempfile.NamedTemporaryFile("w", prefix="ressenti-fault-", suffix=".txt", delete=False) as file:
        file.write(trace(error) + "\n")
    sentence = translate(_("Something went wrong on our side, not yours. The details are in {path}."), language())
    return _say(sentence.format(path=file.name), Exit.FAULT)
