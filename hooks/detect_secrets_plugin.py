"""keeptabs' rules for stock detect-secrets: ``detect-secrets scan -p hooks/detect_secrets_plugin.py``.

Copy this file into your repository; keeptabs must be installed where detect-secrets is. Switch off the filters that
lose keys, or write the baseline with ``keeptabs scan --write-baseline .secrets.baseline``, which does.
"""

from keeptabs.scan.detect_secrets_plugins import *  # noqa: F403
