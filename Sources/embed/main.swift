import EmbedCommand

EmbedProgram.run()
