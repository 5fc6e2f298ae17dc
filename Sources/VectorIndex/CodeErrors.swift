/// How far the scores that codes give rows are from what they stand for.
///
/// The file tells of each row how long the error of its codes is, and codes are made so that it stands at a
/// right angle to the vector itself. If it points anywhere else as likely as not, the error of a cosine has a
/// deviation of length · sine / √dimension, with the sine of the angle to the query (Gao and Long,
/// *RaBitQ*, 2024, bound the error of codes of one bit so). Whether it is larger is measured on some rows.
struct CodeErrors {
  /// An error of more deviations than this is one in 30,000, if errors are normally distributed and as
  /// long as they are told to be.
  private static let largest: Float = 4
  /// The bytes of the query err whatever the angle is.
  private static let leastSquare: Float = 0.01

  private let dimension: Float
  private var squares: Float = 0
  private var count: Float = 0

  init(dimension: Int) { self.dimension = Float(dimension) }

  /// Takes one error.
  /// - Parameters:
  ///   - length: of the row's error.
  ///   - similarity: the cosine to the query, as well as it is known.
  mutating func add(_ error: Float, length: Float, at similarity: Float) {
    squares += error * error / (length * length * Self.square(similarity)) * dimension
    count += 1
  }

  /// How many times as large as expected errors are (root of the mean square), 1 at least.
  var factor: Float { count > 0 ? max(1, (squares / count).squareRoot()) : 1 }

  /// The same, larger by the doubt that few errors leave.
  var carefulFactor: Float {
    count > 0 ? max(1, (squares / count).squareRoot() * (1 + (2 / count).squareRoot())) : .infinity
  }

  /// What the length of an error is to be multiplied by to have the largest that is to be reckoned with
  /// for rows of such a similarity, as far as errors are as expected.
  static func slack(at similarity: Float, dimension: Int) -> Float {
    largest * (square(similarity) / Float(dimension)).squareRoot()
  }

  /// Of the sine of the angle.
  private static func square(_ cosine: Float) -> Float { max(1 - cosine * cosine, leastSquare) }
}
