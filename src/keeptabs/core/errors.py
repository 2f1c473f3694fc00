"""Mistakes that a person can mend. The command line shows the message as one line and exits with 2.

UserError
├── ConfigError          a setting            (keeptabs.runtime.config)
│   └── OptionError      a keyword of install
├── PriceFileError       a price file         (keeptabs.pricing.rows)
├── RecordingError       recorded traffic     (keeptabs.recordings)
└── StoreError           the ledger           (keeptabs.store.database)
"""


class UserError(ValueError):
    """What was given cannot be used. The message says what and where, in one line."""
