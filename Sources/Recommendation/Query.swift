public import Embedding

/// What is looked for.
public struct Query: Sendable {
  /// A unit vector of the library's model.
  public var vector: [Float]
  /// The tracks that are the query itself.
  public var own: Set<Int64>
  /// Whether those may be among the answers.
  public var includesSelf: Bool
  /// How many answers are wanted at the most.
  public var count: Int
  /// How much each half of the vector counts, 1 where it is not named; nil to compare whole vectors.
  /// Not all are 0.
  public var weights: [VectorHalf.Axis: Float]?
  /// How far apart songs are said to be. By ``Metric/euclidean`` hubs are not damped, and sections of
  /// long tracks are not looked at.
  public var metric = Metric.cosine
  /// What ``vector`` was before it was normalised (`[VectorHalf].point`); distances need it.
  public var point: [Float]?
  /// How much what a person understands counts beside the vector, whose weights are those of its
  /// halves, or 2 for a whole one; nothing where it is not named.
  public var aspects: [Aspect: Float] = [:]
  /// What aspects and directions are compared with.
  public var character = SoundCharacter()
  /// Where the answers are to lie from ``character``.
  public var directions: Set<Direction> = []
  /// Conditions that the answers meet, all of them.
  public var conditions: [TrackCondition] = []
  /// The only tracks that may be answers, nil for all.
  public var only: Set<Int64>?
  /// Answers came into the library at this time or later, in seconds since 1970; nil for any time. When
  /// those came that libraries of before version 4 held is not known; they are no answers then.
  public var addedSince: Int64?
  /// Tracks that are no answers.
  public var leftOut: Set<Int64> = []
  /// The most answers of one artist, 0 for any number.
  public var perArtist = 0
  /// The most answers of one album, 0 for any number.
  public var perAlbum = 0
  /// Whether tracks that are similar to everything have to be more similar than others.
  public var dampsHubs = false
  /// From 0, the well-known among the near, over 0.5, which minds nothing but nearness, to 1, the niche.
  public var discovery: Double?
  /// How much chance has a say, 0 to 1; the same ``seed`` gives the same answers.
  public var variety = 0.0
  /// What chance begins with.
  public var seed: UInt64 = 0
  /// Whether the farthest are looked for, not the nearest.
  public var isReversed = false
  /// Whether of several tracks of one recording only the best is listed.
  public var collapses = false
  /// What was heard of the query, to know its recordings in other encodings by, which count as the query
  /// itself; its own tracks need not be among it.
  public var heard: [HeardSound] = []

  /// Makes a query.
  public init(
    vector: [Float], own: Set<Int64> = [], includesSelf: Bool = false, count: Int = 10,
    weights: [VectorHalf.Axis: Float]? = nil
  ) {
    self.vector = vector
    self.weights = weights
    self.own = own
    self.includesSelf = includesSelf
    self.count = count
  }
}

extension Query {
  /// The conditions, and those that its directions come to.
  var allConditions: [TrackCondition] {
    conditions
      + directions.sorted { $0.rawValue < $1.rawValue }
      .compactMap { $0.condition(from: character) }
  }

  /// Whether it asks for more of the tracks than their vectors.
  var needsFacts: Bool { hasConditions || !aspects.isEmpty || discovery != nil }

  /// Whether not every track may be an answer because of what is known of it.
  var hasConditions: Bool { !allConditions.isEmpty || addedSince != nil }
}
