"""``seba sending``: the breaker that stops all sending when Meta says that the account is at fault."""

import click

from ops.deployment import Deployment
from seba.domain.calendar import at_the_desk

CODES = {
    0: "the access token is not accepted: set a new one (seba secrets set)",
    3: "the app lacks a right: see the app's permissions at Meta",
    10: "the app lacks a right: see the app's permissions at Meta",
    33: "the number is gone at Meta: see WhatsApp manager, and PhoneNumberIds in samconfig.toml",
    190: "the access token has ended: make one of a system user, which never ends, and set it (seba secrets set)",
    368: "Meta has blocked the account for a breach of its policy: see Account quality in WhatsApp manager",
    2500: "the address or version of Meta's API is wrong: see GraphUrl and GraphVersion",
    130497: "the account may not write to this country",
    131005: "the system user lacks the right whatsapp_business_messaging",
    131031: "Meta has locked the account: see Account quality in WhatsApp manager",
    131042: "Meta cannot charge the account: see its payment method",
    131045: "the number is not registered: finish its registration in WhatsApp manager",
    131048: "too many people reported messages as spam: see the number's quality, wait a day",
    133010: "the number is not registered: finish its registration in WhatsApp manager",
}
"""What the codes that stop the sender mean, and what to do before sending goes on."""


@click.group()
def sending() -> None:
    """See whether sending stands still, and start it again."""


@sending.command()
@click.pass_obj
def status(deployment: Deployment) -> None:
    """Say whether sending stands still and why.

    \b
    Example: seba sending status
    Exit code 1 when it stands still.
    """
    stop = deployment.house.breaker.stopped()
    if stop is None:
        click.echo("Sending goes on.")
        return
    click.echo(f"Sending stands still since {at_the_desk(stop.at):%d %b %Y %H:%M}: Meta said {stop.code}.")
    click.echo(f"  {meaning(stop.code)}")
    click.echo("Messages wait in their queues and none is lost. When the cause is mended: seba sending resume")
    raise click.exceptions.Exit(1)


@sending.command()
@click.pass_obj
def resume(deployment: Deployment) -> None:
    """Send again: messages that waited go out within a minute or two. If the cause stands, it stops at the next one.

    \b
    Example: seba sending resume
    """
    stop = deployment.house.breaker.stopped()
    if stop is None:
        click.echo("Sending goes on already.")
        return
    deployment.house.breaker.resume()
    click.echo(f"Sending goes on; it had stopped with {stop.code}.")


def meaning(code: int) -> str:
    """What a code means, and what to do."""
    if 200 <= code < 300:
        return "the app or the system user lacks a right: see the app's permissions at Meta"
    return CODES.get(code, "see Meta's list of WhatsApp error codes")
