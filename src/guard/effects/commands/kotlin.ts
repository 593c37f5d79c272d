// kotlin: runs code from an option, a script or a class of the project; its calls are looked for.
import { oneLiner } from "../languages/one-liner.ts";
import { sighted } from "../languages/sighted.ts";

export const kotlin = oneLiner({
  names: ["kotlin"],
  language: sighted("Kotlin code"),
  code: "-e -expression",
  loads: "-cp -classpath -howtorun",
  values: "-J -X",
  flags: "-no-reflect",
  about: "-version --version -help -h",
});
