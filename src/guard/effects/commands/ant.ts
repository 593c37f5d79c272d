// ant: the targets of a build.xml.
import { antCommands } from "../languages/formats/buildfile.ts";
import { recipeProgram } from "../projects/recipes.ts";

export const ant = recipeProgram({
  names: ["ant"],
  flags:
    "-q -quiet -S -silent -v -verbose -d -debug -e -emacs -noinput -k -keep-going -nouserlib -noclasspath -autoproxy -diagnostics",
  choices: "-lib -logger -listener -l -logfile -inputhandler -propertyfile -nice -main -find -s",
  file: "-f -file -buildfile",
  files: ["build.xml"],
  looking: "-p -projecthelp -version -h -help",
  recipes: (text, { words }) => antCommands(text, words),
});
