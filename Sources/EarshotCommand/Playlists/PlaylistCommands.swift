import Catalogue
import CommandInterface
import FileAccess
import FileFormats
import Hashing
import MusicLibrary
import Recommendation

/// `earshot playlist similar` and its siblings: makes a list, writes it and keeps it where asked.
enum PlaylistCommand {
  @Sendable static func run(_ context: CommandContext) throws -> ExitStatus {
    let (draft, hasFailures) = try PlaylistMaker(context: context).make()
    guard let draft else { return .someFailed }
    try PlaylistWriter(context: context).write(draft)
    let tracks = draft.items.compactMap(\.track?.number)
    if context.arguments.hasOption("exclude-recent") { try context.remember(tracks) }
    if let name = context.arguments.text("save") {
      try keep(draft, as: name, recipe: PlaylistRecipe(context.arguments), context)
      let elsewhere = draft.items.count - tracks.count
      context.messages.say(
        "kept as \"\(name)\"; 'earshot playlist refresh' makes it again"
          + (elsewhere > 0
            ? "; \(NumberText.count(elsewhere, "file")) that the library does not hold "
              + "\(elsewhere == 1 ? "is" : "are") not kept" : ""))
    }
    if draft.foundCount == 0 { context.messages.say("nothing in the library fits") }
    return hasFailures ? .someFailed : .success
  }

  /// Keeps a list in the library.
  static func keep(
    _ draft: PlaylistDraft, as name: String, recipe: PlaylistRecipe, _ context: CommandContext
  ) throws {
    let catalogue = try Catalogue(context.location.catalogue, access: .writing)
    try catalogue.record(
      PlaylistRecord(
        name: name, title: draft.title, description: draft.description, recipe: recipe.words,
        refreshed: ProcessEnvironment.secondsSince1970,
        tracks: draft.items.compactMap(\.track?.number)))
  }
}

/// `earshot playlist saved`: the lists that the library keeps.
enum PlaylistSavedCommand {
  @Sendable static func run(_ context: CommandContext) throws -> ExitStatus {
    let lists = try context.openLibrary().playlists()
    if context.arguments.flag("json") {
      for list in lists {
        var object = JSONObject.versioned
        object["name"] = .string(list.name)
        object["title"] = .string(list.title)
        object["description"] = JSONValue(list.description)
        object["tracks"] = .integer(list.tracks.count)
        object["refreshed"] = .integer(Int(list.refreshed))
        object["recipe"] = .array(
          list.recipe.map { .string(String(decoding: $0, as: UTF8.self)) })
        context.writeLine(object)
      }
      return .success
    }
    guard !lists.isEmpty else {
      context.messages.say("the library keeps no list; --save of 'earshot playlist' keeps one")
      return .success
    }
    var table = TextTable([
      .init(title: "Name"), .init(title: "Tracks", alignment: .right),
      .init(title: "Title", isFlexible: true), .init(title: "Made by", isFlexible: true),
    ])
    for list in lists {
      table.append([
        list.name, NumberText.grouped(list.tracks.count), list.title,
        PlaylistRecipe(words: list.recipe).text,
      ])
    }
    context.output.write(Array(table.text(width: context.output.terminalWidth).utf8))
    return .success
  }
}

/// `earshot playlist show`: writes a list that the library keeps.
enum PlaylistShowCommand {
  @Sendable static func run(_ context: CommandContext) throws -> ExitStatus {
    try context.protect(context.libraryFiles)
    try PlaylistWriter(context: context).checkOutput()
    let catalogue = try context.openLibrary()
    let name = context.arguments.operandTexts[0]
    guard let list = try catalogue.playlist(named: name) else {
      throw CommandError.noSuchPlaylist(name)
    }
    guard let model = try catalogue.mainModel() else { throw CommandError.emptyLibrary }
    let recommender = try Recommender(
      catalogue: catalogue, location: context.location, model: model)
    let items = try recommender.listed(list.tracks).map { PlaylistDraft.Item($0) }
    let gone = list.tracks.count - items.count
    if gone > 0 {
      context.messages.say(
        "\(NumberText.count(gone, "track")) of the list \(gone == 1 ? "is" : "are") no longer there"
      )
    }
    try PlaylistWriter(context: context).write(
      PlaylistDraft(
        kind: list.recipe.first.map { String(decoding: $0, as: UTF8.self) } ?? "",
        title: list.title, description: list.description, items: items, foundCount: items.count,
        model: model,
        query: ["name": .string(name)]))
    return .success
  }
}

/// `earshot playlist refresh`: makes lists again.
enum PlaylistRefreshCommand {
  @Sendable static func run(_ context: CommandContext) throws -> ExitStatus {
    let lists = try context.openLibrary().playlists()
    let names = context.arguments.operandTexts
    try check(names, among: lists)
    var hasFailures = false
    for list in lists where names.isEmpty || names.contains(list.name) {
      do {
        if try !refresh(list, context) { hasFailures = true }
      } catch let error as CommandError {
        context.messages.say(error.text, about: list.name)
        hasFailures = true
      } catch let error as UsageError {
        context.messages.say(
          error.text.split(separator: "\n").first.map(String.init) ?? "", about: list.name)
        hasFailures = true
      } catch let error as FileAccessError {
        context.messages.say(ErrorText.text(error), about: list.name)
        hasFailures = true
      }
    }
    return hasFailures ? .someFailed : .success
  }

  /// Makes sure that there is a list of each name.
  static func check(_ names: [String], among lists: [PlaylistRecord]) throws {
    for name in names where !lists.contains(where: { $0.name == name }) {
      throw CommandError.noSuchPlaylist(name)
    }
  }

  /// Whether all of its songs could be heard.
  private static func refresh(_ list: PlaylistRecord, _ context: CommandContext) throws -> Bool {
    let recipe = PlaylistRecipe(words: list.recipe)
    let own = CommandContext(
      arguments: try recipe.arguments(library: context.location.catalogue),
      output: context.output, messages: context.messages)
    let (draft, hasFailures) = try PlaylistMaker(context: own).make()
    guard let draft else { return false }
    if own.arguments.path("output") != nil { try PlaylistWriter(context: own).write(draft) }
    try PlaylistCommand.keep(draft, as: list.name, recipe: recipe, own)
    let tracks = Set(draft.items.compactMap(\.track?.number))
    let (new, gone) = (
      tracks.subtracting(list.tracks).count, Set(list.tracks).subtracting(tracks).count
    )
    if context.arguments.flag("json") {
      var object = JSONObject.versioned
      object["name"] = .string(list.name)
      object["tracks"] = .integer(draft.items.count)
      object["new"] = .integer(new)
      object["gone"] = .integer(gone)
      context.writeLine(object)
    } else {
      context.messages.say(
        "\(NumberText.count(draft.items.count, "track")), \(NumberText.grouped(new)) new, "
          + "\(NumberText.grouped(gone)) gone", about: list.name)
    }
    return !hasFailures
  }
}

/// `earshot playlist remove`: forgets lists.
enum PlaylistRemoveCommand {
  @Sendable static func run(_ context: CommandContext) throws -> ExitStatus {
    let names = context.arguments.operandTexts
    try PlaylistRefreshCommand.check(names, among: context.openLibrary().playlists())
    let catalogue = try Catalogue(context.location.catalogue, access: .writing)
    for name in names { _ = try catalogue.removePlaylist(named: name) }
    return .success
  }
}
