"""`python -m bench.sessions USERNAME …` signs demo accounts in and prints their session cookies."""

import json
import sys


def main(usernames: list[str]) -> None:
    from cuakhauso.cli import start_django

    start_django()

    from django.conf import settings
    from django.test import Client

    from cuakhauso.centre.accounts.models import User

    cookies = {}
    for username in usernames:
        client = Client()
        client.force_login(User.objects.get(username=username), settings.AUTHENTICATION_BACKENDS[0])
        cookies[username] = "; ".join(f"{name}={one.value}" for name, one in client.cookies.items())
    print(json.dumps(cookies))


if __name__ == "__main__":
    main(sys.argv[1:])
