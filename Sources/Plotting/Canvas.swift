internal import CCairo

/// A rectangle; y runs downwards.
struct Rectangle: Equatable {
  var x: Double
  var y: Double
  var width: Double
  var height: Double

  var right: Double { x + width }
  var bottom: Double { y + height }
}

/// What is drawn on: a cairo surface with its context, whatever the format. It is used by one thread
/// at a time. The handles are let go of with the object.
final class Canvas {
  let size: PictureSize
  let format: PictureFormat
  private let surface: OpaquePointer
  private let context: OpaquePointer
  /// Collects what the library writes.
  private let sink = ByteSink()

  /// - Throws: `sizeOutOfRange`, `outOfMemory` or `library`.
  init(size: PictureSize, format: PictureFormat) throws(PlottingError) {
    guard
      PictureSize.allowed.contains(size.width), PictureSize.allowed.contains(size.height)
    else { throw PlottingError(code: .sizeOutOfRange, context: .create) }
    let (width, height) = (Double(size.width), Double(size.height))
    let target = Unmanaged.passUnretained(sink).toOpaque()
    let made: OpaquePointer? =
      switch format {
      case .png:
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, Int32(size.width), Int32(size.height))
      case .svg: cairo_svg_surface_create_for_stream(ByteSink.write, target, width, height)
      case .pdf: cairo_pdf_surface_create_for_stream(ByteSink.write, target, width, height)
      }
    // Cairo never returns null: what fails is an object that says so.
    guard let made, let context = cairo_create(made) else {
      throw PlottingError(code: .outOfMemory, context: .create)
    }
    let status = cairo_status(context)
    guard status == CAIRO_STATUS_SUCCESS else {
      cairo_destroy(context)
      cairo_surface_destroy(made)
      throw PlottingError(status, context: .create)
    }
    self.size = size
    self.format = format
    surface = made
    self.context = context
    // Letters keep their true widths, so all formats and machines lay out alike.
    let options = cairo_font_options_create()
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY)
    cairo_set_font_options(context, options)
    cairo_font_options_destroy(options)
  }

  deinit {
    cairo_destroy(context)
    // A page that was given up is still written out when its surface ends: the sink lives until then.
    cairo_surface_finish(surface)
    cairo_surface_destroy(surface)
  }

  /// Fills a rectangle.
  func fill(_ rectangle: Rectangle, _ colour: Colour) {
    use(colour)
    cairo_rectangle(context, rectangle.x, rectangle.y, rectangle.width, rectangle.height)
    cairo_fill(context)
  }

  /// Draws a line through points, its corners rounded.
  func stroke(_ points: [(x: Double, y: Double)], width: Double, _ colour: Colour) {
    guard let first = points.first else { return }
    use(colour)
    cairo_set_line_width(context, width)
    cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
    cairo_set_line_cap(context, CAIRO_LINE_CAP_ROUND)
    cairo_move_to(context, first.x, first.y)
    for point in points.dropFirst() { cairo_line_to(context, point.x, point.y) }
    cairo_stroke(context)
  }

  /// Draws a dot.
  /// - Parameter opacity: from 0, where nothing is seen of it, to 1.
  func dot(x: Double, y: Double, radius: Double, _ colour: Colour, opacity: Double = 1) {
    use(colour, opacity: opacity)
    cairo_new_path(context)
    cairo_arc(context, x, y, radius, 0, 2 * Double.pi)
    cairo_fill(context)
  }

  /// Draws a ring.
  func ring(x: Double, y: Double, radius: Double, width: Double, _ colour: Colour) {
    use(colour)
    cairo_set_line_width(context, width)
    cairo_new_path(context)
    cairo_arc(context, x, y, radius, 0, 2 * Double.pi)
    cairo_stroke(context)
  }

  /// Fills what lies between points.
  func fill(_ corners: [(x: Double, y: Double)], _ colour: Colour, opacity: Double = 1) {
    guard let first = corners.first else { return }
    use(colour, opacity: opacity)
    cairo_new_path(context)
    cairo_move_to(context, first.x, first.y)
    for corner in corners.dropFirst() { cairo_line_to(context, corner.x, corner.y) }
    cairo_close_path(context)
    cairo_fill(context)
  }

  /// Fills everything.
  func fill(_ colour: Colour) {
    fill(Rectangle(x: 0, y: 0, width: Double(size.width), height: Double(size.height)), colour)
  }

  /// Draws a raster into a rectangle; every pixel of it stays a sharp cell.
  func draw(_ raster: Raster, in rectangle: Rectangle) throws(PlottingError) {
    let image = cairo_image_surface_create(
      CAIRO_FORMAT_RGB24, Int32(raster.width), Int32(raster.height))
    defer { cairo_surface_destroy(image) }
    guard let memory = cairo_image_surface_get_data(image) else {
      throw PlottingError(cairo_surface_status(image), context: .draw)
    }
    let stride = Int(cairo_image_surface_get_stride(image))
    cairo_surface_flush(image)
    raster.pixels.withUnsafeBytes { bytes in
      guard let source = bytes.baseAddress else { return }
      for y in 0..<raster.height {
        UnsafeMutableRawPointer(memory + y * stride)
          .copyMemory(from: source + y * raster.width * 4, byteCount: raster.width * 4)
      }
    }
    cairo_surface_mark_dirty(image)
    cairo_save(context)
    cairo_translate(context, rectangle.x, rectangle.y)
    cairo_scale(
      context, rectangle.width / Double(raster.width), rectangle.height / Double(raster.height))
    cairo_set_source_surface(context, image, 0, 0)
    cairo_pattern_set_filter(cairo_get_source(context), CAIRO_FILTER_NEAREST)
    cairo_rectangle(context, 0, 0, Double(raster.width), Double(raster.height))
    cairo_fill(context)
    cairo_restore(context)
  }

  /// Told of each text that is written and where it lies; for tests, which look whether texts overlap.
  @TaskLocal static var onText: (@Sendable (_ text: String, _ place: Rectangle) -> Void)?

  private func tell(
    _ text: String, _ style: TextStyle, from start: Double, _ width: Double, x: Double, y: Double,
    upwards: Bool
  ) {
    guard let onText = Self.onText, !text.isEmpty else { return }
    let (above, below) = (style.size * 0.76, style.size * 0.22)
    onText(
      text,
      upwards
        ? Rectangle(x: x - above, y: y - start - width, width: above + below, height: width)
        : Rectangle(x: x + start, y: y - above, width: width, height: above + below))
  }

  /// Where a text's given point comes to lie.
  enum Anchor { case start, middle, end }

  /// Writes a line of text.
  /// - Parameters:
  ///   - x: where the anchor lies.
  ///   - y: the line on which letters stand.
  func write(
    _ text: String, _ style: TextStyle, _ colour: Colour, x: Double, y: Double,
    anchor: Anchor = .start, upwards: Bool = false
  ) {
    let width = measure(text, style)
    let shift =
      switch anchor {
      case .start: 0.0
      case .middle: -width / 2
      case .end: -width
      }
    tell(text, style, from: shift, width, x: x, y: y, upwards: upwards)
    cairo_save(context)
    use(colour)
    cairo_translate(context, x, y)
    if upwards { cairo_rotate(context, -Double.pi / 2) }
    cairo_move_to(context, shift, 0)
    select(style)
    cairo_show_text(context, Fonts.drawable(text))
    cairo_restore(context)
    cairo_new_path(context)
  }

  /// The width of a line of text.
  func measure(_ text: String, _ style: TextStyle) -> Double {
    select(style)
    var extents = cairo_text_extents_t()
    cairo_text_extents(context, Fonts.drawable(text), &extents)
    return extents.x_advance
  }

  /// The picture's bytes. Nothing can be drawn afterwards.
  /// - Throws: `outOfMemory` or `library`, also for what went wrong while drawing.
  func finish() throws(PlottingError) -> [UInt8] {
    let drawing = cairo_status(context)
    guard drawing == CAIRO_STATUS_SUCCESS else { throw PlottingError(drawing, context: .draw) }
    var status = CAIRO_STATUS_SUCCESS
    if format == .png {
      status = cairo_surface_write_to_png_stream(
        surface, ByteSink.write, Unmanaged.passUnretained(sink).toOpaque())
    } else {
      cairo_show_page(context)
      cairo_surface_finish(surface)
      status = cairo_surface_status(surface)
    }
    guard status == CAIRO_STATUS_SUCCESS else { throw PlottingError(status, context: .write) }
    return sink.bytes
  }

  private func use(_ colour: Colour, opacity: Double = 1) {
    cairo_set_source_rgba(
      context, Double(colour.red) / 255, Double(colour.green) / 255, Double(colour.blue) / 255,
      opacity)
  }

  private func select(_ style: TextStyle) {
    cairo_select_font_face(
      context, Fonts.family, CAIRO_FONT_SLANT_NORMAL,
      style.bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL)
    cairo_set_font_size(context, style.size)
  }
}

/// The size and weight of letters.
struct TextStyle {
  var size: Double
  var bold = false
}

/// Which letters there are.
enum Fonts {
  /// The system's own sans serif letters; what is missing there comes from inside cairo.
  static let family = "sans-serif"

  /// Whether the system has no fonts at all (a bare server): cairo then draws with the plain letters
  /// it carries itself, which are ASCII only.
  static let isASCIIOnly: Bool = {
    let surface = cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1)
    let context = cairo_create(surface)
    defer {
      cairo_destroy(context)
      cairo_surface_destroy(surface)
    }
    cairo_select_font_face(context, family, CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL)
    return cairo_scaled_font_get_type(cairo_get_scaled_font(context)) == CAIRO_FONT_TYPE_USER
  }()

  /// A text in letters that can be drawn.
  static func drawable(_ text: String) -> String { isASCIIOnly ? ascii(text) : text }

  /// A text in ASCII, with a question mark for what has no likeness there.
  static func ascii(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\u{2026}": result += "..."
      case "\u{2212}", "\u{2013}", "\u{2014}", "\u{B7}": result += "-"
      default: result.unicodeScalars.append(scalar.isASCII ? scalar : "?")
      }
    }
    return result
  }
}

/// Bytes that a C function hands over piece by piece.
private final class ByteSink {
  var bytes: [UInt8] = []

  /// What cairo calls; the closure is the sink.
  static let write: cairo_write_func_t = { closure, data, length in
    guard let closure, let data else { return CAIRO_STATUS_WRITE_ERROR }
    Unmanaged<ByteSink>.fromOpaque(closure).takeUnretainedValue()
      .bytes.append(contentsOf: UnsafeBufferPointer(start: data, count: Int(length)))
    return CAIRO_STATUS_SUCCESS
  }
}

extension PlottingError {
  /// Makes an error of the library's status.
  init(_ status: cairo_status_t, context: Context) {
    let code: Code = status == CAIRO_STATUS_NO_MEMORY ? .outOfMemory : .library
    self.init(code: code, context: context, libraryCode: Int32(bitPattern: status.rawValue))
  }
}
