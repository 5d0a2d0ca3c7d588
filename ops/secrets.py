"""``seba secrets``: what Meta's pages give, put where only the functions that need it can read it."""

import json
from typing import Any

import click
from botocore.exceptions import ClientError

from ops.deployment import Deployment


@click.group()
def secrets() -> None:
    """Set Meta's app secret, verify token and access token."""


@secrets.command("set")
@click.pass_obj
def set_(deployment: Deployment) -> None:
    """Ask for the three secrets, without showing them, and store them; Enter keeps what is there.

    The functions use a new value within five minutes.

    \b
    Example: seba --stack seba-prod secrets set
    """
    settings = deployment.settings
    click.echo(f"Secrets of {deployment.name}. What you type is not shown; Enter keeps what is there.")
    app_secret = _asked("App secret (Meta: App settings, Basic)")
    verify_token = _asked("Verify token (any word; the same in Meta's webhook form)")
    access_token = _asked("Access token (of the system user, never expiring)")
    changed = _merge(deployment, settings.webhook_secret, {"app_secret": app_secret, "verify_token": verify_token})
    changed += _merge(deployment, settings.token_secret, {"access_token": access_token})
    click.echo(f"Stored: {', '.join(changed)}." if changed else "Nothing changed.")
    if app_secret and not (len(app_secret) == 32 and all(each in "0123456789abcdef" for each in app_secret)):
        click.echo("  Meta's app secrets have 32 digits from 0-9a-f; this one has not. Please compare.", err=True)


@secrets.command("verify-token")
@click.pass_obj
def verify_token(deployment: Deployment) -> None:
    """Print the verify token, to be pasted into Meta's webhook form. The deployment has made one by itself.

    \b
    Example: seba secrets verify-token
    """
    click.echo(deployment.house.secrets.get(deployment.settings.webhook_secret, "verify_token"))


def _asked(what: str) -> str:
    text: str = click.prompt(what, default="", hide_input=True, show_default=False)
    return "".join(text.split())


def _merge(deployment: Deployment, arn: str, values: dict[str, str]) -> list[str]:
    """Write the values that were given beside those that stand: the names of those that changed."""
    try:
        standing: dict[str, Any] = json.loads(deployment.secrets.get_secret_value(SecretId=arn)["SecretString"])
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") != "ResourceNotFoundException":
            raise
        standing = {}
    changed = {name: value for name, value in values.items() if value and standing.get(name) != value}
    if changed:
        deployment.secrets.put_secret_value(SecretId=arn, SecretString=json.dumps(standing | changed))
    return list(changed)
