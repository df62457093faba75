"""What is asked of a Modbus module, and what its answers say. Nothing here waits or knows a connection."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

from pymodbus.client import AsyncModbusTcpClient
from pymodbus.constants import ExcCodes
from pymodbus.pdu import ModbusPDU

from ..contracts import DeviceFault, Garbled, Refused, Unreachable
from .modbus_modules import Bits, Counter, Words

SILENT_BEHIND = {ExcCodes.GATEWAY_PATH_UNAVIABLE, ExcCodes.GATEWAY_NO_RESPONSE}

Request = Callable[[AsyncModbusTcpClient], Awaitable[ModbusPDU]]


def read_bits(kind: Bits, first: int, count: int, unit: int) -> Request:
    if kind is Bits.COIL:
        return lambda client: client.read_coils(first, count=count, device_id=unit)
    return lambda client: client.read_discrete_inputs(first, count=count, device_id=unit)


def read_words(kind: Words, first: int, count: int, unit: int) -> Request:
    if kind is Words.HOLDING:
        return lambda client: client.read_holding_registers(first, count=count, device_id=unit)
    return lambda client: client.read_input_registers(first, count=count, device_id=unit)


def write_coil(coil: int, on: bool, unit: int) -> Request:
    return lambda client: client.write_coil(coil, on, device_id=unit)


def write_register(register: int, value: int, unit: int) -> Request:
    return lambda client: client.write_register(register, value, device_id=unit)


def span(addresses: Iterable[int]) -> tuple[int, int]:
    """First address and count of the one request that covers all."""
    ordered = sorted(addresses)
    return ordered[0], ordered[-1] - ordered[0] + 1


def bits_of(answer: ModbusPDU, count: int) -> Sequence[bool]:
    """Bits come in whole bytes: there may be more than were asked for, never fewer."""
    if len(answer.bits) < count:
        raise Garbled(f"{len(answer.bits)} bits came where {count} were asked for")
    return answer.bits[:count]


def words_of(answer: ModbusPDU, count: int) -> Sequence[int]:
    if len(answer.registers) != count:
        raise Garbled(f"{len(answer.registers)} registers came where {count} were asked for")
    return answer.registers


def number(words: Mapping[int, int], counter: Counter) -> int:
    parts = [words[address] for address in range(counter.address, counter.end)]
    value = 0
    for part in reversed(parts) if counter.low_word_first else parts:
        value = value << 16 | part
    return value


def refusal(answer: ModbusPDU) -> DeviceFault:
    code = getattr(answer, "exception_code", 0)
    if code in SILENT_BEHIND:
        return Unreachable(f"the gateway hears nothing from the module (exception {code})")
    return Refused(f"exception {code}")
