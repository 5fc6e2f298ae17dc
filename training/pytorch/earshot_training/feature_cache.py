"""The mel images of many tracks in one file (`*.features`)."""

from .errors import EarshotError
from .record_file import RecordFile, write_record_file

MAGIC = b"EARSHOTF"
VERSION = 2
ROWS = 128
# The program refuses longer ones too.
_MOST_COLUMNS = 1 << 20


class FeatureCache:
    """Images by the name of their track.

    An image is bytes, columns x 128: column after column (58.6 ms each), each from the highest band
    to the lowest; 0 for 80 dB or more below the loudest of the excerpt, 255 for the loudest.
    """

    def __init__(self, path):
        self._file = RecordFile(
            path, MAGIC, VERSION, "feature cache", _MOST_COLUMNS * ROWS)
        if self._file.counts[0] != ROWS:
            raise EarshotError(f"{path}: images of {self._file.counts[0]} rows, not {ROWS}")
        self.records = {}
        for record in self._file.records:
            if record.length % ROWS:
                raise EarshotError(f"{path}: a record that is no image of {ROWS} rows")
            if record.length:
                self.records.setdefault(record.name, record)

    def column_count(self, name):
        """The columns of an image."""
        return self.records[name].length // ROWS

    def columns(self, name, start, end):
        """Columns `start` up to `end` of an image: (end - start, 128) uint8."""
        return self._image(self.records[name])[start:end]

    def checked_image(self, name):
        """A whole image, (columns, 128) uint8; an error where it does not match its checksum."""
        self._file.check(self.records[name])
        return self._image(self.records[name])

    def _image(self, record):
        return self._file.payload(record).reshape(-1, ROWS)


def write_feature_cache(path, images):
    """Writes a cache: `images` are pairs of a name (bytes) and (columns, 128) uint8, or None."""
    write_record_file(
        path, MAGIC, VERSION, (ROWS, 0),
        ((name, b"" if image is None else image.tobytes()) for name, image in images))
