extension Performance {
  /// Weather and water: rain over a drone, or waves and wind.
  mutating func texture() -> StereoSound {
    var mix = bus
    if clip.key != nil {
      mix.add(textures.rain(frames: frames, dropsPerSecond: 260, random: &random), gain: 1)
      mix.add(drone(), gain: 0.35)
    } else {
      mix.add(textures.waves(frames: frames, period: 7.3, random: &random), gain: 1)
      mix.add(textures.wind(frames: frames, random: &random), gain: 0.4)
    }
    return master(mix, drive: 0.55)
  }

  /// The tonic chord, very low and slow.
  private mutating func drone() -> StereoSound {
    var drone = bus
    for note in [key.note(0, octave: 2), key.note(4, octave: 2), key.note(7, octave: 3)]
      + key.chord(0, octave: 3)
    {
      let sound = synthesizer.pad(
        note: note, seconds: clip.format.seconds, cutoff: 380, attack: 3, release: 1,
        random: &random)
      drone.add(sound, at: 0, gain: 0.6, pan: 0.8 * random.noise())
    }
    var whole = drone
    whole.add(room(drone, seconds: 5, damping: 0.5))
    return whole
  }
}
