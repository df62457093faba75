"""`cuakhauso token`: credentials for systems, made by whoever runs the platform."""

import click

from cuakhauso.core.words import Agency

from . import tokens
from .duties import Duty
from .models import Organisation


@click.command()
@click.argument("name")
@click.option(
    "--agency", type=click.Choice([str(a) for a in Agency]), help="For an agency's system, or a yard's."
)
@click.option("--business", metavar="TAX_CODE", help="For a business, by its tax code.")
@click.option("--partner", metavar="NAME", help="For a payment partner or the owner of devices.")
@click.option("--gate", default="", help="Only this gate, as in CKHN. Every gate if left out.")
@click.option("--post", "posts", multiple=True, help="Only this post, as in B1 or yard; may be repeated.")
@click.option("--duty", type=click.Choice([str(d) for d in Duty]), help="officer, desk, declarant or device.")
def token(
    name: str, agency: str | None, business: str | None, partner: str | None, gate: str,
    posts: tuple[str, ...], duty: str | None,
) -> None:  # fmt: skip
    """A token for the open API, called NAME. Its secret is printed this once and never again."""
    said = [one for one in (agency, business, partner) if one]
    if len(said) != 1:
        raise click.UsageError("Say for whom: one of --agency, --business, --partner.")
    owner, usual = _owner(agency, business, partner)
    power = tokens.Power(gate=gate, duty=Duty(duty) if duty else usual, posts=posts)
    _, secret = tokens.issue(owner, name, [power])
    click.echo(secret)


def _owner(agency: str | None, business: str | None, partner: str | None) -> tuple[Organisation, Duty]:
    if agency:
        return tokens.organisation_of(Agency(agency)), Duty.DESK if agency == Agency.BOARD else Duty.OFFICER
    if business:
        found = Organisation.objects.filter(tax_code=business).first()
        if found is None:
            raise click.ClickException(f"No business has the tax code {business}.")
        return found, Duty.DECLARANT
    made, _ = Organisation.objects.get_or_create(name=partner, defaults={"kind": Organisation.Kind.PARTNER})
    return made, Duty.DEVICE
