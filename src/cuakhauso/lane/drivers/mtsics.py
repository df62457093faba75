"""MT-SICS: a scale that answers `S S     38460 kg` (stable) or `S D …` (moving), when asked or repeatedly.

`S` waits for stability and `SIR` repeats until told otherwise; we ask with `SI`, which always answers at
once. The answer is net where a tare is on, and does not say so.
"""

import re

from ..contracts import Manifest, Weight, WeightFault
from .frames import Frames, figure, in_kg, weighed

MANIFEST = Manifest(
    name="mtsics",
    makes=("METTLER TOLEDO",),
    protocol="MT-SICS level 0: S, SI, SIR",
    tested=("cuakhauso.sim.devices.scales", "frames published in manuals"),
    source="MT-SICS in the AL-IC operating instructions p. 72",
    gives=("weight", "stable", "overload", "underload"),
)
ASK = b"SI\r\n"
REPEAT = b"SIR\r\n"
STOP = b"@\r\n"

FAULTS = {
    b"I": WeightFault.ERROR,  # busy, or no stability within its own time
    b"+": WeightFault.OVERLOAD,
    b"-": WeightFault.UNDERLOAD,
}


class MtSics(Frames):
    pattern = re.compile(
        rb"S (?P<state>[SD]) {1,12}(?P<value>-? {0,8}[0-9.]{1,12}) {1,4}(?P<unit>[A-Za-z]{1,5})\r\n"
        rb"|S (?P<fault>[I+-])\r\n"
        rb"|(?P<error>E[STL])\r\n"  # it did not understand what it was asked
    )
    longest = 48

    def read(self, found: re.Match[bytes], raw: bytes) -> Weight:
        if found["error"] or found["fault"]:
            fault = FAULTS.get(found["fault"], WeightFault.ERROR)
            return weighed(None, stable=None, net=None, fault=fault, raw=raw)
        kg = in_kg(figure(found["value"]), found["unit"].decode())
        fault_of_unit = WeightFault.UNIT if kg is None else None
        return weighed(kg, stable=found["state"] == b"S", net=None, fault=fault_of_unit, raw=raw)
