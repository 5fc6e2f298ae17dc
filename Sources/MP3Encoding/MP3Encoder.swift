internal import CLAME

/// Encodes sound as MPEG audio layer III, by LAME: to hear what re-encoding leaves of it.
public enum MP3Encoder {
  /// The sample rates that layer III has, in Hz.
  public static let sampleRates = [
    8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000,
  ]

  /// How many samples a decoder gives before the first where a file has no tag that tells it: 576 of the
  /// encoder (LAME's default) and 529 of the decoder.
  public static let delay = 576 + 529

  /// Encodes mono samples at a constant bit rate.
  /// - Parameters:
  ///   - samples: full scale 1, finite.
  ///   - sampleRate: in Hz; where it is none of ``sampleRates`` LAME chooses one.
  ///   - kilobitsPerSecond: such as 64.
  /// - Returns: a whole file, with the tag that lets a decoder give back as many samples; without it
  ///   where a frame is too short to hold one, as at 22,050 Hz for 48 kbit/s.
  /// - Throws: ``MP3EncodingError`` where LAME refuses rate or bit rate.
  public static func encode(
    _ samples: [Float], sampleRate: Int, kilobitsPerSecond: Int
  ) throws(MP3EncodingError) -> [UInt8] {
    guard let encoder = lame_init() else { throw MP3EncodingError(libraryCode: -1) }
    defer { lame_close(encoder) }
    lame_set_num_channels(encoder, 1)
    lame_set_mode(encoder, MONO)
    lame_set_in_samplerate(encoder, Int32(sampleRate))
    if sampleRates.contains(sampleRate) { lame_set_out_samplerate(encoder, Int32(sampleRate)) }
    lame_set_brate(encoder, Int32(kilobitsPerSecond))
    lame_set_bWriteVbrTag(encoder, 1)
    let status = lame_init_params(encoder)
    guard status >= 0 else { throw MP3EncodingError(libraryCode: status) }
    var bytes: [UInt8] = []
    // LAME's own bound: 1.25 bytes for each sample and 7,200 for the rest.
    let blockLength = 65_536
    var block = [UInt8](repeating: 0, count: blockLength * 5 / 4 + 7_200)
    var start = 0
    while start < samples.count {
      let end = min(start + blockLength, samples.count)
      let count = samples.withUnsafeBufferPointer { buffer in
        let part = UnsafeBufferPointer(rebasing: buffer[start..<end])
        return lame_encode_buffer_ieee_float(
          encoder, part.baseAddress, nil, Int32(part.count), &block, Int32(block.count))
      }
      guard count >= 0 else { throw MP3EncodingError(libraryCode: count) }
      bytes += block[..<Int(count)]
      start = end
    }
    let rest = lame_encode_flush(encoder, &block, Int32(block.count))
    guard rest >= 0 else { throw MP3EncodingError(libraryCode: rest) }
    bytes += block[..<Int(rest)]
    // Room for the tag was left as the first frame.
    let tag = lame_get_lametag_frame(encoder, &block, block.count)
    if tag > 0, tag <= block.count, tag <= bytes.count {
      bytes.replaceSubrange(0..<tag, with: block[..<tag])
    }
    return bytes
  }
}

/// Why LAME did not encode.
public struct MP3EncodingError: Error, Equatable, Sendable {
  /// LAME's own number.
  public let libraryCode: Int32
}
