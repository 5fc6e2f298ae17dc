/// Lines for people.
enum Report {
  static func heading(_ text: String) { print("\n\(text)") }

  /// One measured thing with its ratio and, where there is one, its budget.
  static func row(_ name: String, _ value: String, _ remark: String = "") {
    let padded = name + String(repeating: " ", count: max(1, 46 - name.count))
    let number = String(repeating: " ", count: max(0, 12 - value.count)) + value
    print("  \(padded)\(number)  \(remark)")
  }

  /// A number with so many decimals.
  static func number(_ value: Double, _ decimals: Int = 1) -> String {
    var factor = 1.0
    for _ in 0..<decimals { factor *= 10 }
    let scaled = Int((value.magnitude * factor).rounded())
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard decimals > 0 else { return "\(sign)\(scaled)" }
    let digits = String(scaled % Int(factor))
    let zeros = String(repeating: "0", count: decimals - digits.count)
    return "\(sign)\(scaled / Int(factor)).\(zeros)\(digits)"
  }

  /// A budget and whether it was kept.
  static func budget(_ text: String, isKept: Bool) -> String {
    "budget \(text): \(isKept ? "kept" : "MISSED")"
  }
}
