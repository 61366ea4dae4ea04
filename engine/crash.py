"""A place to die on purpose: for the tests that prove that nothing is ever half done.

``ALUR_CRASH_AT`` names a stage of a command (``locked``, ``fired``, ``applied``, ``appended``,
``projected``, ``committed``) or of a seal; a process that reaches it ends at once, as if power had failed.
``appended:2`` ends it when it is there for the second time.
"""

from __future__ import annotations

import os
from itertools import count

STAGES = ("locked", "fired", "applied", "appended", "projected", "committed")
SEAL_STAGES = ("heads", "sealing", "sealed")
_STAGE, _, _TIME = os.environ.get("ALUR_CRASH_AT", "").partition(":")
_times = count(1)


def point(stage: str) -> None:
    """End the process without any clean-up if this is the stage, and the time, that ``ALUR_CRASH_AT`` names."""
    if stage == _STAGE and next(_times) == int(_TIME or "1"):
        os._exit(86)
