import EarshotCommand

EarshotProgram.run()
