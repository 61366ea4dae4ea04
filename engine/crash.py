"""A place to die on purpose: for the tests that prove that nothing is ever half done.

``ALUR_CRASH_AT`` names a stage of a command (``locked``, ``fired``, ``applied``, ``appended``,
``projected``, ``committed``) or of a seal; a process that reaches it ends at once, as if power had failed.
"""

from __future__ import annotations

import os

STAGES = ("locked", "fired", "applied", "appended", "projected", "committed")
SEAL_STAGES = ("heads", "sealing", "sealed")
_STAGE = os.environ.get("ALUR_CRASH_AT")


def point(stage: str) -> None:
    """End the process without any clean-up if this is the stage that ``ALUR_CRASH_AT`` names."""
    if stage == _STAGE:
        os._exit(86)
