"""`python -m cuakhauso.sim.day_people LANE`: opens the gates all day on this data folder's platform, and
prints what those need who act on a real day: a code for a node of that lane, and a token for each.
"""

import json
import os
import sys
from datetime import time

import django


def main(lane: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cuakhauso.centre.config.settings")
    django.setup()

    from cuakhauso.centre.accounts import principal, tokens
    from cuakhauso.centre.accounts.duties import Duty
    from cuakhauso.centre.accounts.models import Organisation, User
    from cuakhauso.centre.lanes import actions
    from cuakhauso.centre.lanes.models import Lane
    from cuakhauso.centre.places.models import OpeningHours
    from cuakhauso.core.words import Agency

    OpeningHours.objects.update(opens=time(0), closes=time(23, 59, 59, 999999))
    gate = Lane.objects.get(pk=lane).gate_id
    exporter, _ = Organisation.objects.get_or_create(
        tax_code="4600000016", defaults={"name": "Nông sản Mây Chiều", "kind": Organisation.Kind.BUSINESS}
    )
    told = {"exporter": tokens.issue(exporter, "real day", [tokens.Power("", Duty.DECLARANT)])[1]}
    for agency in (Agency.CUSTOMS, Agency.BORDER_GUARD):
        owner = tokens.organisation_of(agency)
        told[str(agency)] = tokens.issue(owner, "real day", [tokens.Power(gate, Duty.OFFICER)])[1]
    board = principal.by_user(User.objects.get(username="banquanly.hn"))
    code = actions.make_code(gate, (lane,), by=board)
    sys.stdout.write(json.dumps({"code": code, "tokens": told}) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
