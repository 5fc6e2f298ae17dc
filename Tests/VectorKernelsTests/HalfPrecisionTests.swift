import CVectorKernels
import Testing

@Suite("Floats of 16 bits")
struct HalfPrecisionTests {
  private func fromFloat16(_ numbers: [UInt16]) -> [Float] {
    [Float](unsafeUninitializedCapacity: numbers.count) { buffer, count in
      if let start = buffer.baseAddress { cvk_from_float16(start, numbers, numbers.count) }
      count = numbers.count
    }
  }

  private func toFloat16(_ values: [Float]) -> [UInt16] {
    [UInt16](unsafeUninitializedCapacity: values.count) { buffer, count in
      if let start = buffer.baseAddress { cvk_to_float16(start, values, values.count) }
      count = values.count
    }
  }

  private func toBFloat16(_ values: [Float]) -> [UInt16] {
    [UInt16](unsafeUninitializedCapacity: values.count) { buffer, count in
      if let start = buffer.baseAddress { cvk_to_bfloat16(start, values, values.count) }
      count = values.count
    }
  }

  @Test("every binary16 number is read as the compiler reads it, and written back as it was")
  func allFloat16() {
    let numbers = (0...UInt16.max).map { $0 }
    let values = fromFloat16(numbers)
    for (number, value) in zip(numbers, values) {
      let expected = Float(Float16(bitPattern: number))
      #expect(value == expected && value.sign == expected.sign || value.isNaN && expected.isNaN)
    }
    for (number, back) in zip(numbers, toFloat16(values)) {
      #expect(
        back == number || Float16(bitPattern: number).isNaN && Float16(bitPattern: back).isNaN)
    }
  }

  @Test("floats between binary16 numbers are rounded as the compiler rounds them")
  func rounding() {
    // All exponents, with fractions at, just under and just over the middle between neighbours.
    var values: [Float] = [65_519.996, 65_520, 1e30, .infinity, 0x1p-25, 0x1.000002p-25, 0x1p-26]
    for exponent in UInt32(95)...145 {
      for fraction: UInt32 in [0, 1, 0xFFF, 0x1000, 0x1001, 0x1FFF, 0x2FFF, 0x3000, 0x7F_FFFF] {
        let value = Float(bitPattern: exponent << 23 | fraction)
        values += [value, -value]
      }
    }
    for (value, number) in zip(values, toFloat16(values)) {
      #expect(number == Float16(value).bitPattern, "\(value)")
    }
    #expect(Float16(bitPattern: toFloat16([.nan])[0]).isNaN)
  }

  @Test("bfloat16 is the upper half of a float, rounded to the nearest, of two to the even")
  func bfloat16() {
    let numbers = (0...UInt16.max).map { $0 }
    let values = [Float](unsafeUninitializedCapacity: numbers.count) { buffer, count in
      if let start = buffer.baseAddress { cvk_from_bfloat16(start, numbers, numbers.count) }
      count = numbers.count
    }
    for (number, value) in zip(numbers, values) {
      #expect(value.bitPattern == UInt32(number) << 16)
    }
    for (number, back) in zip(numbers, toBFloat16(values)) {
      #expect(back == number || Float(bitPattern: UInt32(back) << 16).isNaN)
    }
    let between: [(UInt32, UInt16)] = [
      (0x3F80_7FFF, 0x3F80), (0x3F80_8000, 0x3F80), (0x3F80_8001, 0x3F81), (0x3F81_8000, 0x3F82),
      (0x7F7F_FFFF, 0x7F80), (0xBF80_FFFF, 0xBF81),
    ]
    #expect(toBFloat16(between.map { Float(bitPattern: $0.0) }) == between.map(\.1))
    #expect(Float(bitPattern: UInt32(toBFloat16([.nan])[0]) << 16).isNaN)
  }

  @Test("numbers beyond a limit are found at any place, and so is what is no number")
  func withinLimit() {
    func isWithin(_ values: [Float]) -> Bool { cvk_all_within(values, values.count, 1e12) != 0 }
    #expect(isWithin([]))
    for count in [1, 15, 16, 17, 100] {
      var values = [Float](repeating: -1e12, count: count)
      #expect(isWithin(values))
      for place in Set([0, count / 2, count - 1]) {
        for wrong in [Float(1.01e12), -1.01e12, .infinity, -.infinity, .nan, -.nan] {
          values[place] = wrong
          #expect(!isWithin(values), "\(wrong) at \(place) of \(count)")
        }
        values[place] = 1e12
      }
    }
  }
}
