// All command models, by name. One line for each file of this folder.
import type { CommandModel } from "../command-model.ts";
import { bash } from "./bash.ts";
import { cat } from "./cat.ts";
import { cp } from "./cp.ts";
import { curl } from "./curl.ts";
import { env } from "./env.ts";
import { find } from "./find.ts";
import { git } from "./git.ts";
import { grep } from "./grep.ts";
import { head } from "./head.ts";
import { ionice } from "./ionice.ts";
import { ln } from "./ln.ts";
import { ls } from "./ls.ts";
import { mkdir } from "./mkdir.ts";
import { mv } from "./mv.ts";
import { nice } from "./nice.ts";
import { nohup } from "./nohup.ts";
import { rm } from "./rm.ts";
import { setsid } from "./setsid.ts";
import { stdbuf } from "./stdbuf.ts";
import { sudo } from "./sudo.ts";
import { tee } from "./tee.ts";
import { time } from "./time.ts";
import { timeout } from "./timeout.ts";
import { touch } from "./touch.ts";
import { wc } from "./wc.ts";
import { xargs } from "./xargs.ts";

/** Every model, in the order of the files. */
export const COMMANDS: readonly CommandModel[] = [
  bash,
  cat,
  cp,
  curl,
  env,
  find,
  git,
  grep,
  head,
  ionice,
  ln,
  ls,
  mkdir,
  mv,
  nice,
  nohup,
  rm,
  setsid,
  stdbuf,
  sudo,
  tee,
  time,
  timeout,
  touch,
  wc,
  xargs,
];

const BY_NAME: ReadonlyMap<string, CommandModel> = new Map(
  COMMANDS.flatMap((model) => model.names.map((name) => [name, model] as const)),
);

/** The model of a program, by its plain name. */
export function findCommand(name: string): CommandModel | undefined {
  return BY_NAME.get(name);
}
