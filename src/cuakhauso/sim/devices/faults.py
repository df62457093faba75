"""How a device that is not there fails when it is told to."""

from enum import StrEnum


class Fault(StrEnum):
    """`SILENT` says nothing, `GARBLED` what nobody understands, `SLOW` all of it but not in time; `REFUSED`
    will not."""

    NONE = "none"
    SILENT = "silent"
    GARBLED = "garbled"
    SLOW = "slow"
    REFUSED = "refused"
