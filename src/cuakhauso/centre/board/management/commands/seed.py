"""Reference data and demo accounts. Repeating it changes nothing that exists."""

from typing import Any

from django.core.management.base import BaseCommand

from cuakhauso.centre.accounts import demo_seed
from cuakhauso.centre.lanes import seeding as lanes
from cuakhauso.centre.places import seeding as places


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        places.seed()
        lanes.seed()
        demo_seed.seed()
