"""``seba templates``: what Meta must approve before messages can go out beyond 24 hours."""

import click

from ops.screen import show_json
from seba.whatsapp.templates import TEMPLATES, Template

SAMPLE_DOCUMENT = "HANDLE_OF_AN_UPLOADED_SAMPLE_PDF"


@click.group()
def templates() -> None:
    """The message templates, as Meta wants them."""


@templates.command("show")
@click.option("--json", "as_json", is_flag=True, help="The bodies for POST /{account}/message_templates.")
@click.option("--sample-document", default=SAMPLE_DOCUMENT, metavar="HANDLE", help="Handle of an uploaded sample PDF.")
def show_templates(as_json: bool, sample_document: str) -> None:
    """Print every template in every language: name, category, text, buttons, examples.

    \b
    Example: seba templates show
    Example: seba templates show --json --sample-document 4::aW…
    """
    if as_json:
        show_json([each.definition(sample_document) for each in TEMPLATES])
        return
    for each in TEMPLATES:
        _show(each)


def _show(template: Template) -> None:
    click.echo(f"── {template.name} · {template.language} · category UTILITY · named parameters")
    if template.document:
        click.echo("Header: a document (give any PDF as the sample)")
    click.echo(template.body)
    for label in template.buttons:
        click.echo(f"[{label}]  (quick reply)")
    for name, example in template.examples:
        click.echo(f"  {{{{{name}}}}}, for example: {example}")
    click.echo()
