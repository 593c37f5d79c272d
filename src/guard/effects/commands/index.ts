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
import { head, ls, mkdir, touch, wc } from "./listing.ts";
import { ln, mv, tee } from "./moving.ts";
import { rm } from "./rm.ts";
import { ionice, nice, nohup, setsid, stdbuf, sudo, time, timeout } from "./wrappers.ts";
import { xargs } from "./xargs.ts";

/** Every model, in the order of the files. */
export const COMMANDS: readonly CommandModel[] = [
  ...[bash, cat, cp, curl, env, find, git, grep],
  ...[head, ls, mkdir, touch, wc],
  ...[ln, mv, tee],
  rm,
  ...[ionice, nice, nohup, setsid, stdbuf, sudo, time, timeout],
  xargs,
];

const BY_NAME: ReadonlyMap<string, CommandModel> = new Map(
  COMMANDS.flatMap((model) => model.names.map((name) => [name, model] as const)),
);

/** The model of a program, by its plain name. */
export function findCommand(name: string): CommandModel | undefined {
  return BY_NAME.get(name);
}
