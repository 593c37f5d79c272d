// julia: runs code from an option, a file or the input; its calls are looked for.
import { oneLiner } from "../languages/one-liner.ts";
import { sighted } from "../languages/sighted.ts";

export const julia = oneLiner({
  names: ["julia"],
  language: sighted("Julia code"),
  code: "-e --eval -E --print",
  files: "-L --load",
  loads: "-J --sysimage -m",
  values:
    "-p --procs -t --threads -O --optimize --color --startup-file --history-file --check-bounds",
  flags: "-q --quiet -i --compile= --project= --banner=",
  about: "-v --version -h --help",
});
