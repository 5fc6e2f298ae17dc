import AudioDecoding
import CommandInterface
import Embedding
import FileAccess
import SpectralFeatures

/// A song as it is heard to explain an answer: part by part.
struct SongHearing {
  let path: FilePath
  let info: AudioInfo
  /// Their times are those of the song.
  let parts: [EmbeddedPart]
  /// How the picture was made.
  let settings: SpectrogramSettings
  /// In dB under the loudest, for a picture.
  let mel: FeatureMatrix?
  /// Whether it is like what the model was trained on; nil where that was not asked or is not known.
  let strangeness: Strangeness?

  /// How badly a network draws a song, beside how badly it draws what it was trained on.
  struct Strangeness {
    let model: EmbeddingModel
    let meanSquaredError: Float
    let known: ReconstructionError

    var isUnlikeTraining: Bool { meanSquaredError > known.percentile99 }
  }

  /// Where a part begins and ends in the song, in seconds.
  func span(_ part: Int) -> ClosedRange<Double> {
    let start = info.excerptStart + parts[part].start
    return start...(start + parts[part].seconds)
  }
}

/// Listens to songs part by part.
struct SongListening {
  let context: CommandContext
  let model: EmbeddingModel

  /// Listens to a song; nil where it cannot be heard, which is told.
  /// - Parameters:
  ///   - withPicture: whether it is to be drawn.
  ///   - drawer: what tells whether it is like anything that was trained on.
  func hear(
    _ path: FilePath, _ excerpt: Excerpt, withPicture: Bool, drawer: ModelDrawer? = nil
  ) -> SongHearing? {
    let decoder = AudioDecoder(
      options: DecodingOptions(sampleRate: Int(model.settings.sampleRate), excerpt: excerpt))
    let audio: DecodedAudio
    do throws(AudioDecodingError) {
      audio = try context.watching(path) { () throws(AudioDecodingError) in
        try decoder.decode(path)
      }
    } catch {
      context.messages.say(
        "it cannot be compared part by part: \(ErrorText.reason(error)) [\(error.code.rawValue)]",
        about: path.string)
      return nil
    }
    return SongHearing(
      path: path, info: audio.info, parts: model.parts(of: audio.samples),
      settings: model.settings,
      mel: withPicture ? mel(audio.samples) : nil,
      strangeness: drawer.flatMap { strangeness(audio.samples, $0) })
  }

  private func mel(_ samples: [Float]) -> FeatureMatrix? {
    SpectralAnalyzer(settings: model.settings, contents: .melDecibels).analyze(samples)
      .melDecibels
  }

  private func strangeness(
    _ samples: [Float], _ drawer: ModelDrawer
  ) -> SongHearing.Strangeness? {
    guard let known = ReconstructionError(ofModel: drawer.model),
      drawer.model.settings.sampleRate == model.settings.sampleRate,
      case let drawing = drawer.draw(samples)
    else { return nil }
    return SongHearing.Strangeness(
      model: drawer.model, meanSquaredError: drawing.meanSquaredError, known: known)
  }
}
