import Glibc

exit(Generator.run(CommandLine.arguments))
