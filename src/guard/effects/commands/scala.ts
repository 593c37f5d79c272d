// scala and scala-cli: run code from an option, a script or a class of the project; its calls are looked for.
import { oneLiner } from "../languages/one-liner.ts";
import { sighted } from "../languages/sighted.ts";

export const scala = oneLiner({
  names: ["scala", "scala-cli", "amm"],
  language: sighted("Scala code"),
  code: "-e -c --code",
  files: "-i",
  loads: "-cp -classpath --class-path --jar",
  values: "-D -J -S --scala-version -howtorun",
  flags: "-nc -save -q --quiet --power",
  about: "-version --version -help --help",
});
