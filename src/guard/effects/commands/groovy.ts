// groovy: runs code from an option, a file or the input; its calls are looked for.
import { oneLiner } from "../languages/one-liner.ts";
import { sighted } from "../languages/sighted.ts";

export const groovy = oneLiner({
  names: ["groovy", "groovysh"],
  language: sighted("Groovy code"),
  code: "-e",
  loads: "-cp --classpath -classpath",
  values: "-D --encoding -c -l -i",
  flags: "-d --debug -n -p -q -a=",
  about: "-v --version -version -h --help -help",
});
