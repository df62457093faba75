"""Tests of real lines (sockets, ptys, streams) live by the clock: they are a part of their own, `clock`."""

import pytest

from .node import SmallNode

BY_THE_CLOCK = (
    "test_node", "test_video_", "test_scale_wired", "test_contacts_", "test_receiver",
    "test_cameras_dahua_stream", "test_cameras_asked", "test_bad_input",
    "test_scanners", "test_signs", "test_wire", "test_vision_workers", "test_vision_lane",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent.name == "lane" and item.path.name.startswith(BY_THE_CLOCK):
            item.add_marker(pytest.mark.clock)


@pytest.fixture
def a_node(tmp_path):
    return lambda *expected, **settings: SmallNode(tmp_path, *expected, **settings)
