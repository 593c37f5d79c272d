// What git itself could not give back after something that it does. Nothing is ever run.
import type { FactQuery, LostWork } from "#guard/facts/facts.ts";
import { readSetting } from "./git-facts.ts";
import type { Reading } from "./git-shown.ts";
import { listedLoss } from "./listed-loss.ts";
import { commitsLost, isMovementLogged, stashLost } from "./lost-commits.ts";
import { entriesLost, filesLost } from "./lost-files.ts";
import { treeLost } from "./lost-tree.ts";

/** Settings after which git may forget at any time what only its log leads to. */
const FORGETTING = ["gc.reflogexpire", "gc.reflogexpireunreachable", "gc.pruneexpire"];

/** Undefined where it cannot be told. `home` is where the person's settings of git are. */
export async function findLoss(
  { repository, act }: Pick<Extract<FactQuery, { kind: "loss" }>, "repository" | "act">,
  { home, ...reading }: Reading & { readonly home: string },
): Promise<LostWork | undefined> {
  const setting = (key: string): Promise<string | undefined> =>
    readSetting(repository.gitDirectory, home, key);
  for (const key of FORGETTING)
    if (!/^(?:never|false)$/i.test((await setting(key)) ?? "never")) return undefined;
  switch (act.kind) {
    case "overwrites": {
      const recurse = await setting("submodule.recurse");
      const modulesToo = !/^(?:false|no|off|0|)$/i.test(recurse ?? "");
      return filesLost(repository, act, { ...reading, modulesToo });
    }
    case "moves-head":
      return (await isMovementLogged(repository)) ? listedLoss({}) : undefined;
    case "removes-refs":
      return commitsLost(repository, act, reading);
    case "drops-stash":
      return stashLost(repository, act, reading);
    case "removes-tree":
      return treeLost(repository, act, reading.expired);
    case "takes-away":
      return entriesLost(repository.workTree, act.paths);
    default:
      return act satisfies never;
  }
}
