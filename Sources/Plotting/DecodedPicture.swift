internal import CCairo

/// The pixels of a PNG picture, read back.
package struct DecodedPicture {
  /// Pixels from left to right.
  package let width: Int
  /// Pixels from top to bottom.
  package let height: Int
  private let pixels: [UInt32]

  /// Reads a picture.
  /// - Throws: `notAPicture` or `outOfMemory`.
  package init(png: [UInt8]) throws(PlottingError) {
    let source = ByteSource(png)
    let surface = cairo_image_surface_create_from_png_stream(
      ByteSource.read, Unmanaged.passUnretained(source).toOpaque())
    defer { cairo_surface_destroy(surface) }
    let status = withExtendedLifetime(source) { cairo_surface_status(surface) }
    guard status == CAIRO_STATUS_SUCCESS, let memory = cairo_image_surface_get_data(surface) else {
      let code: PlottingError.Code = status == CAIRO_STATUS_NO_MEMORY ? .outOfMemory : .notAPicture
      throw PlottingError(
        code: code, context: .read, libraryCode: Int32(bitPattern: status.rawValue))
    }
    let stride = Int(cairo_image_surface_get_stride(surface))
    let (width, height) = (
      Int(cairo_image_surface_get_width(surface)), Int(cairo_image_surface_get_height(surface))
    )
    pixels = (0..<height).flatMap { y in
      let row = UnsafeRawPointer(memory + y * stride)
      return (0..<width).map { row.load(fromByteOffset: 4 * $0, as: UInt32.self) }
    }
    self.width = width
    self.height = height
  }

  /// The colour of a pixel; y is 0 on top.
  package func colour(x: Int, y: Int) -> Colour {
    precondition(
      x >= 0 && x < width && y >= 0 && y < height, "pixel \(x), \(y) of \(width) x \(height)")
    return Colour(pixels[y * width + x])
  }
}

/// Bytes that a C function takes piece by piece.
private final class ByteSource {
  private let bytes: [UInt8]
  private var place = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// What cairo calls; the closure is the source.
  static let read: cairo_read_func_t = { closure, data, length in
    guard let closure, let data else { return CAIRO_STATUS_READ_ERROR }
    let source = Unmanaged<ByteSource>.fromOpaque(closure).takeUnretainedValue()
    let count = Int(length)
    guard source.bytes.count - source.place >= count else { return CAIRO_STATUS_READ_ERROR }
    for i in 0..<count { data[i] = source.bytes[source.place + i] }
    source.place += count
    return CAIRO_STATUS_SUCCESS
  }
}
