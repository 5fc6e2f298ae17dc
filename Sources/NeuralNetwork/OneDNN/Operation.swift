import CDNNL

/// A oneDNN primitive with its arguments, ready to be run on tensors.
///
/// Where the primitive wants a tensor in a layout of its own (blocks of channels, for instance),
/// the operation copies it there and back.
final class Operation {
  /// One argument: what it means to oneDNN, and the layout in which the caller has it.
  struct Argument {
    let role: Role
    let shape: [Int64]
    let tag: dnnl_format_tag_t
  }

  /// What an argument is to a primitive.
  enum Role {
    case source, weights, bias, destination
    case sourceGradient, weightsGradient, biasGradient, destinationGradient

    var isResult: Bool {
      switch self {
      case .source, .weights, .bias, .destinationGradient: false
      case .destination, .sourceGradient, .weightsGradient, .biasGradient: true
      }
    }

    var argument: Int32 {
      switch self {
      case .source: DNNL_ARG_SRC
      case .weights: DNNL_ARG_WEIGHTS
      case .bias: DNNL_ARG_BIAS
      case .destination: DNNL_ARG_DST
      case .sourceGradient: DNNL_ARG_DIFF_SRC
      case .weightsGradient: DNNL_ARG_DIFF_WEIGHTS
      case .biasGradient: DNNL_ARG_DIFF_BIAS
      case .destinationGradient: DNNL_ARG_DIFF_DST
      }
    }

    var query: (dnnl_query_t, Int32) {
      switch self {
      case .source: (dnnl_query_src_md, 0)
      case .weights: (dnnl_query_weights_md, 0)
      case .bias: (dnnl_query_weights_md, 1)
      case .destination: (dnnl_query_dst_md, 0)
      case .sourceGradient: (dnnl_query_diff_src_md, 0)
      case .weightsGradient: (dnnl_query_diff_weights_md, 0)
      case .biasGradient: (dnnl_query_diff_weights_md, 1)
      case .destinationGradient: (dnnl_query_diff_dst_md, 0)
      }
    }
  }

  /// The description that a backward pass needs as a hint.
  let description: OpaquePointer

  private let primitive: OpaquePointer
  private let stream: OpaquePointer
  private var operands: [Operand] = []

  /// Makes the primitive that `describe` describes, for these arguments in this order.
  init(
    _ arguments: [Argument],
    describe: (inout OpaquePointer?, _ engine: OpaquePointer) -> dnnl_status_t
  ) {
    omp_set_num_threads(Int32(ComputeThreads.count))
    let engine = Engine.shared.engine
    var description: OpaquePointer?
    var primitive: OpaquePointer?
    var stream: OpaquePointer?
    check(describe(&description, engine), "describe a primitive")
    check(dnnl_primitive_create(&primitive, description), "make a primitive")
    check(cdnnl_stream(&stream, engine), "open a stream")
    guard let description, let primitive, let stream else {
      preconditionFailure("oneDNN made no primitive and reported no error")
    }
    self.description = description
    self.primitive = primitive
    self.stream = stream
    operands = arguments.map { Operand($0, of: description, engine: engine) }
  }

  deinit {
    dnnl_stream_destroy(stream)
    dnnl_primitive_destroy(primitive)
    dnnl_primitive_desc_destroy(description)
  }

  /// The name of oneDNN's implementation, such as `jit:avx512_core`.
  var implementation: String { String(cString: cdnnl_implementation(description)) }

  /// Runs it on the numbers of each argument, in the order of the arguments.
  ///
  /// - Parameter unchanged: the places of arguments whose numbers are those of the last run: what
  ///   was copied for oneDNN then is used again.
  func run(_ numbers: [UnsafeMutablePointer<Float>], unchanged: Set<Int> = []) {
    precondition(numbers.count == operands.count, "an operation needs all its arguments")
    omp_set_num_threads(Int32(ComputeThreads.count))
    for (place, operand) in operands.enumerated() {
      check(dnnl_memory_set_data_handle(operand.plain, numbers[place]), "take a tensor")
      if !operand.role.isResult && !unchanged.contains(place) { operand.copy(on: stream) }
    }
    let arguments = operands.map {
      dnnl_exec_arg_t(arg: $0.role.argument, memory: $0.chosen ?? $0.plain)
    }
    check(
      dnnl_primitive_execute(primitive, stream, Int32(arguments.count), arguments),
      "run a primitive")
    for operand in operands where operand.role.isResult { operand.copy(on: stream) }
    check(dnnl_stream_wait(stream), "wait for a primitive")
  }
}

/// One argument's memory: over the caller's tensor, and where needed a copy in oneDNN's layout.
private final class Operand {
  let role: Operation.Role
  let plain: OpaquePointer
  let chosen: OpaquePointer?
  private let memory: LargePages.Piece?
  private let reorder: OpaquePointer?

  init(_ argument: Operation.Argument, of description: OpaquePointer, engine: OpaquePointer) {
    role = argument.role
    var plain: OpaquePointer?
    var chosen: OpaquePointer?
    var reorder: OpaquePointer?
    var byteCount = 0
    let (what, index) = role.query
    check(
      cdnnl_operand(
        description, engine, what, index, Int32(argument.shape.count), argument.shape,
        argument.tag, role.isResult ? 1 : 0, &plain, &chosen, &byteCount, &reorder),
      "lay out a tensor")
    guard let plain else { preconditionFailure("oneDNN made no memory and reported no error") }
    self.plain = plain
    self.chosen = chosen
    memory = chosen == nil ? nil : LargePages.take(byteCount: byteCount)
    if let chosen, let memory {
      check(dnnl_memory_set_data_handle(chosen, memory.start), "take memory")
    }
    self.reorder = reorder
  }

  deinit {
    if let reorder { dnnl_primitive_destroy(reorder) }
    if let chosen { dnnl_memory_destroy(chosen) }
    dnnl_memory_destroy(plain)
  }

  /// Copies into oneDNN's layout, or a result out of it; nothing when the layouts are one.
  func copy(on stream: OpaquePointer) {
    guard let reorder, let chosen else { return }
    let arguments = [
      dnnl_exec_arg_t(arg: DNNL_ARG_FROM, memory: role.isResult ? chosen : plain),
      dnnl_exec_arg_t(arg: DNNL_ARG_TO, memory: role.isResult ? plain : chosen),
    ]
    check(dnnl_primitive_execute(reorder, stream, 2, arguments), "reorder a tensor")
  }
}

/// The processor, as oneDNN knows it. Never destroyed: it lives as long as the program.
///
/// Unchecked: oneDNN's engines may be used from any thread.
private final class Engine: @unchecked Sendable {
  static let shared = Engine()

  let engine: OpaquePointer

  private init() {
    var engine: OpaquePointer?
    check(cdnnl_engine(&engine), "find the processor")
    guard let engine else { preconditionFailure("oneDNN found no processor") }
    self.engine = engine
  }
}

/// Stops the program where oneDNN refuses: only memory can be short, or a shape be wrong.
private func check(_ status: dnnl_status_t, _ action: String) {
  precondition(status == dnnl_success, "oneDNN could not \(action): status \(status.rawValue)")
}
