import EarshotCommand

EarshotProgram.run("embed")
