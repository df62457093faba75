"""The platform for ordinary requests."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cuakhauso.centre.config.settings")
application = get_wsgi_application()
