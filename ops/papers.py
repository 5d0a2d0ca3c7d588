"""``seba poster``: the QR code for the wall."""

from pathlib import Path

import click

from ops.deployment import Deployment, Failed


@click.command()
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), default=Path("poster.pdf"), show_default=True)
@click.pass_obj
def poster(deployment: Deployment, out: Path) -> None:
    """Write the poster that opens the chat: an A4 sheet with a QR code, in three languages.

    \b
    Example: seba poster --out poster.pdf
    """
    from seba.documents.poster import Poster, poster_pdf  # noqa: PLC0415  # fonts and shaping take a second

    settings = deployment.settings
    made = Poster(settings.service_names, settings.desk_number, settings.helpline)
    try:
        out.write_bytes(poster_pdf(made, deployment.now()))
    except ValueError as error:
        raise Failed(f"{error}: see samconfig.toml") from error
    click.echo(f"{out}: opens {made.link}")
