public import FileAccess

/// Places in the checkout that tests read.
public enum Repository {
  /// The top of the checkout, found from this file's own place in it.
  public static let root: FilePath = FilePath(#filePath).parent.parent.parent

  /// The folder of short clips.
  public static let testAudio: FilePath = root.appending("TestAudio")

  /// The folder of shipped models.
  public static let models: FilePath = root.appending("Models")
}
