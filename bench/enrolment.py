"""`python -m bench.enrolment`: a one-time code for a node of Hữu Nghị, and a token of its border guard."""

import json

from . import ready


def main() -> None:
    from cuakhauso.cli import start_django

    start_django()

    from cuakhauso.centre.accounts import principal
    from cuakhauso.centre.accounts.models import User
    from cuakhauso.centre.lanes import actions
    from cuakhauso.centre.lanes.models import Lane
    from cuakhauso.core.words import Agency

    board = principal.by_user(User.objects.get(username="banquanly.hn"))
    lanes = tuple(Lane.objects.filter(gate=ready.GATE).values_list("pk", flat=True))
    code = actions.make_code(ready.GATE, lanes, by=board)
    print(json.dumps({"code": code, "token": ready.token_of(Agency.BORDER_GUARD)}))


if __name__ == "__main__":
    main()
