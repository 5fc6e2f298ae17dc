import Glibc

/// The checkers that a program can be built with.
public enum Sanitizers {
  /// Whether this one was built to find wrong addresses: then it takes terabytes of address space, on
  /// which there can be no limit, and the checker answers some signals itself.
  public static let seeAddresses = dlsym(nil, "__asan_init") != nil
}
