"""Feature caches: what was written is read, and what is damaged is refused."""

import pickle
import struct
import tracemalloc

import google_crc32c
import numpy as np
import pytest

from earshot_training import statistics
from earshot_training.errors import EarshotError
from earshot_training.feature_cache import FeatureCache, write_feature_cache
from earshot_training.window_cache import NOISE, ORIGINAL, SPEED, WindowCache, window_payload
from earshot_training.window_cache import write_window_cache

from .conftest import image


def test_images_are_read_as_they_were_written(image_cache):
    cache = FeatureCache(image_cache)
    assert len(cache.records) == 12
    assert cache.column_count(b"/music/03.mp3") == 300
    assert (cache.checked_image(b"/music/03.mp3") == image(3)).all()
    assert (cache.columns(b"/music/03.mp3", 7, 9) == image(3)[7:9]).all()
    assert b"/music/broken.mp3" not in cache.records


def test_a_cache_can_be_handed_to_another_process(image_cache):
    cache = pickle.loads(pickle.dumps(FeatureCache(image_cache)))
    assert (cache.checked_image(b"/music/01.mp3") == image(1)).all()


def test_a_record_cut_short_and_zeros_at_the_end_do_not_count(image_cache, tmp_path):
    whole = image_cache.read_bytes()
    path = tmp_path / "cut.features"
    for data, count in (
            (whole[:-400], 11), (whole + bytes(1000), 12), (whole + whole[64:70], 12),
            (whole[:64], 0)):
        path.write_bytes(data)
        cache = FeatureCache(path)
        assert len(cache.records) == count
        for name in cache.records:
            cache.checked_image(name)


@pytest.mark.parametrize("place, message", [
    (0, "is not a feature cache"), (9, "head of this feature cache is damaged"),
    (13, "is damaged"), (21, "is damaged"), (40, "is damaged"), (64, "damaged at byte 64"),
    (69, "damaged at byte 64"),
    (73, "damaged at byte 64"), (77, "the record of /music/00.mp3 is damaged"),
    (500, "the record of /music/00.mp3 is damaged")])
def test_damage_is_told(image_cache, tmp_path, place, message):
    data = bytearray(image_cache.read_bytes())
    data[place] ^= 4
    path = tmp_path / "damaged.features"
    path.write_bytes(data)
    with pytest.raises(EarshotError, match=message):
        FeatureCache(path).checked_image(b"/music/00.mp3")


def test_other_versions_and_files_are_refused(tmp_path):
    path = tmp_path / "other"
    for data, message in (
            (b"", "is not a feature cache"), (b"EARSHOTF", "is not a feature cache"),
            (bytes(100), "is not a feature cache")):
        path.write_bytes(data)
        with pytest.raises(EarshotError, match=message):
            FeatureCache(path)
    with pytest.raises(EarshotError, match="No such file"):
        FeatureCache(tmp_path / "nothing")
    write_feature_cache(path, [(b"a", np.zeros((3, 64), np.uint8))])
    with pytest.raises(EarshotError, match="no image of 128 rows"):
        FeatureCache(path)
    with pytest.raises(EarshotError, match="is not a window cache"):
        WindowCache(path)


def test_windows_are_read_as_they_were_written(tmp_path):
    levels = np.arange(5 * 128).reshape(5, 128).astype(np.uint8)
    values = np.arange(2 * statistics.COUNT, dtype=np.float32).reshape(2, -1)
    payload = window_payload(
        [(ORIGINAL, 3.0, levels), (NOISE, 5.0, levels[::-1])],
        [(1, 1, 4, 2.5), (0, 0, 2, 3.0)], values)
    path = tmp_path / "music.windows"
    write_window_cache(
        path, statistics.COUNT, [(b"b", payload), (b"a", payload), (b"c", b"")])
    cache = WindowCache(path)
    assert [track.name for track in cache.tracks] == [b"a", b"b"]
    assert list(cache.tracks[1].windows) == [2, 3]
    assert cache.track.tolist() == [0, 0, 1, 1]
    assert cache.kind.tolist() == [NOISE, ORIGINAL] * 2
    assert cache.version.tolist() == [1, 0] * 2
    assert cache.first.tolist() == [1, 0] * 2 and cache.pairs.tolist() == [4, 2] * 2
    assert (cache.statistics == np.concatenate([values, values])).all()
    # dB against 1 of the version, then below the loudest of the window, at least -80.
    expected = (5.0 - levels[::-1][1:].astype(float) / 2 - 2.5).clip(-80, 0)
    assert np.allclose(cache.mel(2), expected)
    assert np.allclose(cache.mel(2, 1, 3), expected[1:3])
    assert np.allclose(cache.mel(3), np.maximum(-levels[:2].astype(float) / 2, -80))


@pytest.mark.parametrize("change", [
    lambda p: p[:4], lambda p: p[:-1], lambda p: p + b"\0",
    lambda p: struct.pack("<I", 1 << 31) + p[4:], lambda p: p[:4] + struct.pack("<I", 9) + p[8:],
    # The window's version, its first pair, its pairs, a statistic that is no number.
    lambda p: p[:20] + struct.pack("<I", 1) + p[24:],
    lambda p: p[:24] + struct.pack("<I", 2) + p[28:],
    lambda p: p[:28] + struct.pack("<I", 0) + p[32:],
    lambda p: p[:36] + struct.pack("<f", float("nan")) + p[40:],
    # No windows, no versions, more than any track has, a kind that there is not, one without pairs,
    # a loudest value that is no number.
    lambda p: p[:4] + struct.pack("<I", 0) + p[8:20] + p[-640:],
    lambda p: struct.pack("<II", 0, 0),
    lambda p: p[:4] + struct.pack("<I", 129) + p[8:20] + p[20:36] * 129 + p[36:-640] * 129
    + p[-640:],
    lambda p: p[:8] + struct.pack("<I", SPEED + 1) + p[12:],
    lambda p: struct.pack("<I", 2) + p[4:20] + struct.pack("<IIf", 0, 0, 0) + p[20:],
    lambda p: p[:16] + struct.pack("<f", float("inf")) + p[20:]])
def test_windows_that_do_not_agree_with_themselves_are_refused(tmp_path, change):
    levels = np.zeros((5, 128), np.uint8)
    payload = window_payload(
        [(ORIGINAL, 3.0, levels)], [(0, 0, 4, 3.0)], np.zeros((1, statistics.COUNT)))
    path = tmp_path / "music.windows"
    write_window_cache(path, statistics.COUNT, [(b"a", payload)])
    WindowCache(path)
    write_window_cache(path, statistics.COUNT, [(b"a", change(payload))])
    with pytest.raises(EarshotError, match="the record of a does not agree with itself"):
        WindowCache(path)


def test_windows_with_other_statistics_are_refused(tmp_path):
    path = tmp_path / "music.windows"
    write_window_cache(path, 3, [])
    with pytest.raises(EarshotError, match="windows of 3 statistics and 128 bands, not 2123"):
        WindowCache(path)


@pytest.mark.parametrize("kind, write, length", [
    (FeatureCache, lambda path: write_feature_cache(path, []), 129 << 20),
    (WindowCache, lambda path: write_window_cache(path, statistics.COUNT, []), 33 << 20)])
def test_records_longer_than_any_are_refused_before_they_are_read(tmp_path, kind, write, length):
    # A file of zeros that takes no room on the disk, with a head that claims all of them.
    path = tmp_path / "sparse"
    write(path)
    with open(path, "ab") as file:
        lengths = struct.pack("<2I", 1, length)
        file.write(lengths + struct.pack("<2I", google_crc32c.value(lengths), 0))
        file.truncate(64 + 16 + 1 + length)
    tracemalloc.start()
    try:
        with pytest.raises(EarshotError, match="impossibly long record at byte 64"):
            kind(path)
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()
