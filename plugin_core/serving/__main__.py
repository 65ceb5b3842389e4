"""``python -m plugin_core.serving`` prints the OpenAPI description, as it is committed in docs/openapi.json."""

import sys

from plugin_core.serving.app import description

sys.stdout.write(description())
