public struct PlottingError: Error { public let underlyingCode: Int32 }
public enum PlottingLibraries { public static var versions: [(name: String, version: String)] { [] } }
