"""The WSGI app for other servers: `gunicorn track_service.wsgi:app`."""

import os

from track_service.app import create_app
from track_service.config import Settings

app = create_app(Settings.from_env(os.environ))
