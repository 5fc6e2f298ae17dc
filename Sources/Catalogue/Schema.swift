/// The tables of a library file, and how older files become newer ones.
///
/// Migrations only ever go forward: entry n turns schema version n into n + 1. An entry that has
/// been released is never changed.
enum Schema {
  /// What tells a library from other SQLite files: "EARS" in `application_id`.
  static let applicationID = 0x4541_5253

  static let migrations = [
    version1, boundRows, fingerprints, listening, sections, lengths, maps, reconstructions,
  ]

  static var currentVersion: Int { migrations.count }

  /// The version from which on rows are bound to each other by checksums.
  static let boundVersion = 2

  /// The version from which on there are fingerprints.
  static let fingerprintVersion = 3

  /// The version from which on there are estimates among the descriptors, and listens and playlists.
  static let listeningVersion = 4

  /// The version from which on there are sections.
  static let sectionVersion = 5

  /// The version from which on it is known how long vectors were before they were normalised.
  static let lengthsVersion = 6

  /// The version from which on there are maps.
  static let mapVersion = 7

  /// The version from which on it is known how well vectors can be drawn.
  static let reconstructionVersion = 8

  /// - `track`: one sound, known by its audio identity.
  /// - `file`: one path; several may hold the same track. `missing_since` is set when a scan did not
  ///   find it any more.
  /// - `embedding`: one vector for each track and model: little-endian 32-bit floats and their
  ///   CRC-32C.
  /// - `failure`: why a file has no track; it holds until size or time of the file change.
  /// - `file_text`: full-text search over the tags. `Catalogue` keeps it in step with `file`; triggers
  ///   cannot, because a connection that does not trust the schema refuses virtual tables in them.
  private static let version1 = """
    CREATE TABLE setting (
      name TEXT PRIMARY KEY,
      value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE model (
      number INTEGER PRIMARY KEY,
      identity BLOB NOT NULL UNIQUE CHECK (length(identity) = 32),
      name TEXT NOT NULL,
      dimension INTEGER NOT NULL CHECK (dimension > 0)
    ) STRICT;

    CREATE TABLE track (
      number INTEGER PRIMARY KEY,
      identity BLOB NOT NULL UNIQUE CHECK (length(identity) = 32),
      codec TEXT NOT NULL,
      sample_rate INTEGER NOT NULL,
      channels INTEGER NOT NULL,
      seconds REAL NOT NULL
    ) STRICT;

    CREATE TABLE file (
      number INTEGER PRIMARY KEY,
      path BLOB NOT NULL UNIQUE,
      size INTEGER NOT NULL,
      modified INTEGER NOT NULL,
      track INTEGER REFERENCES track (number),
      missing_since INTEGER,
      name TEXT NOT NULL,
      title TEXT,
      artist TEXT,
      album TEXT,
      genre TEXT,
      year INTEGER,
      track_number INTEGER
    ) STRICT;
    CREATE INDEX file_track ON file (track);

    CREATE TABLE embedding (
      model INTEGER NOT NULL REFERENCES model (number),
      track INTEGER NOT NULL REFERENCES track (number),
      vector BLOB NOT NULL,
      checksum INTEGER NOT NULL,
      excerpt_start REAL NOT NULL,
      excerpt_seconds REAL NOT NULL,
      PRIMARY KEY (model, track)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE descriptor (
      track INTEGER PRIMARY KEY REFERENCES track (number),
      version INTEGER NOT NULL,
      tempo REAL,
      key INTEGER,
      mode INTEGER,
      loudness REAL,
      centroid REAL,
      bandwidth REAL,
      rolloff REAL,
      flatness REAL,
      zero_crossing_rate REAL,
      rms REAL
    ) STRICT;

    CREATE TABLE failure (
      file INTEGER PRIMARY KEY REFERENCES file (number) ON DELETE CASCADE,
      code TEXT NOT NULL,
      reason TEXT NOT NULL
    ) STRICT;

    CREATE VIRTUAL TABLE file_text USING fts5 (
      title, artist, album, name,
      content = 'file', content_rowid = 'number', tokenize = 'unicode61 remove_diacritics 2'
    );
    """

  /// Binds what only numbers held together, so that no damage gives a vector or a path to a sound that
  /// it does not belong to, or takes one away, unnoticed:
  ///
  /// - `embedding.checksum` covers, besides the vector, the identities of model and sound.
  /// - `file.checksum` covers the path, the identity of the sound and `missing_since`.
  /// - `track.files` counts the files of a track; `model.vectors` and `model.checksum` are the number
  ///   of a model's vectors and the sum of their checksums. Triggers keep them in step.
  ///
  /// `crc32c` is `Database.checksum`. A vector that does not match its old checksum must not match the
  /// new one.
  private static let boundRows = """
    UPDATE embedding SET checksum = CASE
      WHEN checksum = crc32c_plain(vector) THEN crc32c(
        vector, (SELECT identity FROM model WHERE number = embedding.model),
        (SELECT identity FROM track WHERE number = embedding.track))
      ELSE -1 END;

    ALTER TABLE file ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
    UPDATE file SET checksum =
      crc32c(path, (SELECT identity FROM track WHERE number = file.track), missing_since);

    ALTER TABLE track ADD COLUMN files INTEGER NOT NULL DEFAULT 0;
    UPDATE track SET files = (SELECT count(*) FROM file WHERE file.track = track.number);

    CREATE TRIGGER file_added AFTER INSERT ON file BEGIN
      UPDATE track SET files = files + 1 WHERE number = new.track;
    END;
    CREATE TRIGGER file_removed AFTER DELETE ON file BEGIN
      UPDATE track SET files = files - 1 WHERE number = old.track;
    END;
    CREATE TRIGGER file_changed AFTER UPDATE OF track ON file BEGIN
      UPDATE track SET files = files - 1 WHERE number = old.track;
      UPDATE track SET files = files + 1 WHERE number = new.track;
    END;

    ALTER TABLE model ADD COLUMN vectors INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE model ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
    UPDATE model SET (vectors, checksum) = (
      SELECT count(*), ifnull(sum(e.checksum), 0) FROM embedding e WHERE e.model = model.number);

    CREATE TRIGGER embedding_added AFTER INSERT ON embedding BEGIN
      UPDATE model SET vectors = vectors + 1, checksum = checksum + new.checksum
      WHERE number = new.model;
    END;
    CREATE TRIGGER embedding_removed AFTER DELETE ON embedding BEGIN
      UPDATE model SET vectors = vectors - 1, checksum = checksum - old.checksum
      WHERE number = old.model;
    END;
    CREATE TRIGGER embedding_changed AFTER UPDATE ON embedding BEGIN
      UPDATE model SET vectors = vectors - 1, checksum = checksum - old.checksum
      WHERE number = old.model;
      UPDATE model SET vectors = vectors + 1, checksum = checksum + new.checksum
      WHERE number = new.model;
    END;
    """

  /// - `fingerprint`: what a track's excerpt sounds like, to tell whether two are of one recording:
  ///   little-endian 32-bit numbers and their CRC-32C.
  private static let fingerprints = """
    CREATE TABLE fingerprint (
      track INTEGER PRIMARY KEY REFERENCES track (number),
      algorithm INTEGER NOT NULL,
      excerpt_start REAL NOT NULL,
      items BLOB NOT NULL,
      checksum INTEGER NOT NULL
    ) STRICT;
    """

  /// - Descriptors that are estimates.
  /// - `track.added`: when the library first heard it; not known of those that it held before.
  /// - `file.plays`: how often it was played, as its own labels say.
  /// - `listen`: when a track was `played`, or `listed` for somebody; time 0 where only a number is
  ///   known.
  /// - `playlist`: a list that can be made again by the words of its recipe.
  private static let listening = """
    ALTER TABLE descriptor ADD COLUMN energy REAL;
    ALTER TABLE descriptor ADD COLUMN valence REAL;
    ALTER TABLE descriptor ADD COLUMN acousticness REAL;
    ALTER TABLE descriptor ADD COLUMN instrumentalness REAL;

    ALTER TABLE track ADD COLUMN added INTEGER;
    ALTER TABLE file ADD COLUMN plays INTEGER;

    CREATE TABLE listen (
      track INTEGER NOT NULL REFERENCES track (number),
      kind TEXT NOT NULL,
      time INTEGER NOT NULL,
      count INTEGER NOT NULL CHECK (count > 0),
      PRIMARY KEY (track, kind, time)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE playlist (
      number INTEGER PRIMARY KEY,
      name TEXT NOT NULL UNIQUE,
      title TEXT NOT NULL,
      description TEXT,
      recipe BLOB NOT NULL,
      refreshed INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE playlist_track (
      playlist INTEGER NOT NULL REFERENCES playlist (number) ON DELETE CASCADE,
      place INTEGER NOT NULL,
      track INTEGER NOT NULL REFERENCES track (number),
      PRIMARY KEY (playlist, place)
    ) STRICT, WITHOUT ROWID;
    """

  /// - `section`: one more vector for each part of a long track, bound like that of the whole.
  /// - `embedding.sections`: how many there are; null where nobody listened for them.
  /// - `model.sections` and `model.section_checksum` are to sections what `vectors` and `checksum` are to
  ///   vectors of whole tracks.
  private static let sections = """
    ALTER TABLE embedding ADD COLUMN sections INTEGER;
    ALTER TABLE model ADD COLUMN sections INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE model ADD COLUMN section_checksum INTEGER NOT NULL DEFAULT 0;

    CREATE TABLE section (
      model INTEGER NOT NULL,
      track INTEGER NOT NULL,
      start INTEGER NOT NULL,
      seconds INTEGER NOT NULL,
      vector BLOB NOT NULL,
      checksum INTEGER NOT NULL,
      PRIMARY KEY (model, track, start),
      FOREIGN KEY (model, track) REFERENCES embedding (model, track) ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID;

    CREATE TRIGGER section_added AFTER INSERT ON section BEGIN
      UPDATE model SET sections = sections + 1, section_checksum = section_checksum + new.checksum
      WHERE number = new.model;
    END;
    CREATE TRIGGER section_removed AFTER DELETE ON section BEGIN
      UPDATE model SET sections = sections - 1, section_checksum = section_checksum - old.checksum
      WHERE number = old.model;
    END;
    CREATE TRIGGER section_changed AFTER UPDATE ON section BEGIN
      UPDATE model SET sections = sections - 1, section_checksum = section_checksum - old.checksum
      WHERE number = old.model;
      UPDATE model SET sections = sections + 1, section_checksum = section_checksum + new.checksum
      WHERE number = new.model;
    END;
    """

  /// - `embedding.lengths`: how long the halves of the vector were before they were normalised, as 32-bit
  ///   floats; null where nobody knows. The row's checksum covers them, where they are.
  /// - `listen_time`: finds what was heard lately without looking at all that ever was.
  private static let lengths = """
    ALTER TABLE embedding ADD COLUMN lengths BLOB;

    CREATE INDEX listen_time ON listen (time);
    """

  /// - `map`: where the vectors of a model lie in the plane or in space, for each way to lay them out:
  ///   `tracks` are their numbers as little-endian 64-bit numbers, ascending; `vectors` the CRC-32C of
  ///   the vector of each; `places` for each `dimensions` 32-bit floats; `basis` is what a projection puts
  ///   new vectors on the map with, 32-bit floats; `checksum` is the CRC-32C of all four, one behind the
  ///   other. A map can always be laid out again.
  private static let maps = """
    CREATE TABLE map (
      model INTEGER NOT NULL REFERENCES model (number),
      settings TEXT NOT NULL,
      dimensions INTEGER NOT NULL CHECK (dimensions IN (2, 3)),
      laid_out INTEGER NOT NULL,
      tracks BLOB NOT NULL,
      vectors BLOB NOT NULL,
      places BLOB NOT NULL,
      basis BLOB NOT NULL,
      checksum INTEGER NOT NULL,
      PRIMARY KEY (model, settings)
    ) STRICT;
    """

  /// - `embedding.reconstruction_error`: the mean squared error of the picture that the model draws again
  ///   from what it heard, of numbers from 0 to 1; null where nobody looked. No checksum covers it: it can
  ///   always be measured again.
  private static let reconstructions = """
    ALTER TABLE embedding ADD COLUMN reconstruction_error REAL;
    """
}
