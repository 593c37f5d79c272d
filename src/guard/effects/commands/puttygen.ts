// puttygen: makes keys for SSH, changes their form, and shows their public part.
import type { CommandModel } from "../model/command-model.ts";
import { fileProgram } from "../projects/file-program.ts";

export const puttygen: CommandModel = fileProgram({
  names: ["puttygen"],
  operands: "inputs",
  inputs: "--old-passphrase --new-passphrase --random-device",
  outputs: "-o",
  choices: "-t -b -C -O -E --ppk-param --certificate --cert-info --primes",
  flags: "-l -L -p -P -q -h -V --dump --reencrypt --remove-certificate --strong-rsa",
});
