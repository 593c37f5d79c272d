// erl: runs code from an option; its calls are looked for.
import { oneLiner } from "../languages/one-liner.ts";
import { sighted } from "../languages/sighted.ts";

export const erl = oneLiner({
  names: ["erl", "escript", "erlc"],
  language: sighted("Erlang code"),
  code: "-eval",
  loads: "-s -run -pa -pz -config -boot -mode",
  values: "-sname -name -setcookie -kernel",
  flags: "-noshell -noinput -hidden -detached",
  about: "-version -emu_flavor -V",
});
