// elixir: runs code from an option, a file or the input; its calls are looked for.
import { oneLiner } from "../languages/one-liner.ts";
import { sighted } from "../languages/sighted.ts";

export const elixir = oneLiner({
  names: ["elixir", "iex"],
  language: sighted("Elixir code"),
  code: "-e --eval --rpc-eval",
  files: "-r",
  loads: "-S -pa -pz --app -pr",
  values: "--sname --name --cookie --erl",
  flags: "--no-halt --hidden",
  about: "-v --version -h --help",
});
