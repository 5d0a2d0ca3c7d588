"""``seba``: what an operator does with a desk. ``seba --help`` and ``seba COMMAND --help`` say all of it."""

from typing import Any

import click
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
    UnauthorizedSSOTokenError,
)

from ops import (
    desks,
    draw,
    erase,
    find,
    letters,
    orders,
    papers,
    publish,
    publishers,
    rehearse,
    roster,
    secrets,
    sending,
    sessions,
    shops,
    templates,
    verifying,
)
from ops.deployment import LOCAL_URL, Choice, Deployment, Failed
from seba.domain.errors import Conflict, NotNow, SebaError

_LOG_IN = "log in (aws sso login, aws configure), or name a profile in AWS_PROFILE"


class Desk(click.Group):
    """The group of all commands: finds ``--local`` and ``--stack`` anywhere, and tells errors in one line."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """``--local [URL]`` and ``--stack NAME`` may also stand behind the command."""
        return super().parse_args(ctx, _in_front(args))

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401  # click's own
        """Run the command. What is known to go wrong becomes one line; what is not is a bug and shows itself."""
        try:
            return super().invoke(ctx)
        except (SebaError, BotoCoreError, ClientError, OSError) as error:
            if isinstance(error, OSError) and error.filename is None:
                raise
            raise Failed(told(error)) from error


def told(error: Exception) -> str:
    """What went wrong and what to do, in one line."""
    cause: BaseException = error
    while isinstance(cause, SebaError) and cause.__cause__ is not None:
        cause = cause.__cause__
        cause = getattr(cause, "cause", None) or cause
    match cause:
        case NoCredentialsError() | PartialCredentialsError() | CredentialRetrievalError():
            return f"there are no AWS credentials: {_LOG_IN}"
        case SSOError() | TokenRetrievalError() | UnauthorizedSSOTokenError():
            return f"the AWS log-in has ended: {_LOG_IN}"
        case ProfileNotFound():
            return f"{cause}: name another in AWS_PROFILE"
        case NoRegionError():
            return "no AWS region is set: name it in AWS_REGION, such as ap-south-1"
        case EndpointConnectionError():
            return "AWS cannot be reached: is there a network, and is the region right?"
        case ClientError():
            return _refused(cause)
        case OSError():
            return f"{cause.filename}: {cause.strerror}"
    said = " ".join(str(error).split())
    if isinstance(error, NotNow):
        return f"AWS is busy ({said}): run the same command again"
    if isinstance(error, Conflict):
        return f"somebody else wrote at the same moment ({said}): run the same command again"
    return said


def _refused(error: ClientError) -> str:
    code = str(error.response.get("Error", {}).get("Code", ""))
    said = " ".join(str(error.response.get("Error", {}).get("Message", "")).split())
    if code in ("ExpiredToken", "ExpiredTokenException", "RequestExpired"):
        return f"the AWS log-in has ended: {_LOG_IN}"
    if code in ("InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch", "AuthFailure"):
        return f"AWS does not know these credentials: {_LOG_IN}"
    if code in ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation"):
        return f"AWS does not allow it ({said}): ask for the right, or use another profile"
    return f"AWS refuses with {code}: {said}"


def _in_front(args: list[str]) -> list[str]:
    """The options of the whole command moved to the front; a bare ``--local`` gets the usual address."""
    front: list[str] = []
    rest: list[str] = []
    waiting = list(args)
    while waiting:
        each = waiting.pop(0)
        if each == "--":
            rest += [each, *waiting]
            break
        if each == "--local":
            follows = waiting[0] if waiting else ""
            front.append(f"--local={waiting.pop(0) if follows.startswith(('http://', 'https://')) else LOCAL_URL}")
        elif each == "--stack" and waiting:
            front += [each, waiting.pop(0)]
        elif each.startswith(("--local=", "--stack=")):
            front.append(each)
        else:
            rest.append(each)
    return front + rest


@click.group(cls=Desk, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--stack", default="", metavar="NAME", help="The deployed stack (default: $SEBA_STACK, else the dev stack)."
)
@click.option("--local", default=None, metavar="[URL]", help=f"The stack that `make run` runs (default: {LOCAL_URL}).")
@click.pass_context
def seba(context: click.Context, stack: str, local: str | None) -> None:
    """Run a Seba desk: publish sessions, enter shops, look at rosters and orders, keep the messages going.

    \b
    Example: seba publish samples/areas.csv samples/sessions.csv --local
    Example: seba --stack seba-prod roster ward-68 tomorrow
    """
    if stack and local:
        raise click.UsageError("--stack and --local exclude each other")
    context.obj = Deployment(Choice(local, stack))


for command in (
    publish.publish,
    publishers.publisher,
    sessions.move,
    sessions.cancel,
    sessions.pause,
    sessions.resume,
    sessions.days,
    desks.desk,
    draw.draw,
    shops.shop,
    orders.orders,
    orders.refunds,
    roster.roster,
    find.find,
    erase.erase,
    verifying.verify,
    sending.sending,
    letters.dlq,
    rehearse.rehearse,
    papers.poster,
    templates.templates,
    secrets.secrets,
):
    seba.add_command(command)


def main() -> None:
    """The command's entry."""
    seba(prog_name="seba")


if __name__ == "__main__":
    main()
