import EarshotCommand

EarshotProgram.run("earshot")
