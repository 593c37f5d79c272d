// `sallyport recipe test`: hooks run in a jail with calls and with broken input, as a table of what the client would do.
import { existsSync, statSync } from "node:fs";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { RECIPE_EVENTS } from "#govern/recipe/recipe.ts";
import { whyNoHookJail } from "../../../services/recipe/hook-jail.ts";
import { clientsOnPath } from "../../../services/canary/runtimes.ts";
import {
  type HookTry,
  tryHookFile,
  tryLive,
  tryRecipe,
} from "../../../services/recipe/try-hook.ts";
import { loadRecipes } from "../../../foundation/product/shipped-data.ts";
import { jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { exitCodes } from "../../../foundation/terminal/report-error.ts";
import { recipeCalled } from "./recipe-show.ts";

/** `sallyport recipe test`. */
export const testCommand = defineCommand({
  meta: {
    name: "test",
    description: `Run a recipe's script, or any hook file, in a jail with calls and with input that is broken

  sallyport recipe test                                    every recipe with its own fixtures
  sallyport recipe test validate-bash
  sallyport recipe test .claude/hooks/guard.sh             what does it do, and does it fail open?
  sallyport recipe test ./log.py --event PostToolUse --json
  sallyport recipe test block-network-commands --live      in the real client, against a stand-in for the model

A hook sees a throwaway project, no home and no network; it needs bubblewrap. A file has to be executable, as the client starts it.`,
  },
  args: {
    what: {
      type: "positional",
      required: false,
      description: "a recipe or a file (default: all recipes)",
    },
    event: { type: "string", default: "PreToolUse", valueHint: "EVENT", description: "for a file" },
    live: {
      type: "boolean",
      description:
        "run a recipe in the real client: calls that guards are for, in a throwaway project",
    },
    client: {
      type: "string",
      valueHint: "FILE",
      description: "with --live: the client (default: `claude` on PATH)",
    },
    ...jsonOption,
  },
  async run({ args }) {
    const why = whyNoHookJail();
    if (why !== undefined) throw new Failure("recipe", `${why}; install it`);
    if (!RECIPE_EVENTS.some((event) => event === args.event))
      throw new Failure("usage", `\`--event\` is one of ${RECIPE_EVENTS.join(", ")}`);
    if (args.live === true) return await testLive(args.what, args.client, args.json === true);
    const tried = await tryAll(args.what, args.event);
    const isWell = tried.every(({ tries }) => tries.every((one) => one.isWell !== false));
    await print(args.json === true ? printableJson(tried) : tried.map(triedText).join("\n\n"));
    process.exitCode = isWell ? exitCodes.done : exitCodes.found;
  },
});

/** WHY recipes only: the client runs a hook outside of any jail, and a file may be anybody's. */
async function testLive(
  what: string | undefined,
  named: string | undefined,
  isJson: boolean,
): Promise<void> {
  if (what === undefined || what.includes("/"))
    throw new Failure(
      "usage",
      "`--live` tries one recipe; name it, as in `recipe test validate-bash --live`",
    );
  const recipe = recipeCalled(what);
  const client = named ?? clientsOnPath(process.env["PATH"] ?? "")[0];
  if (client === undefined || !existsSync(client))
    throw new Failure("recipe", "there is no client here: install it, or name it by `--client`");
  const tries = await tryLive(recipe, client);
  const width = Math.max(...tries.map(({ call }) => call.length));
  const lines = tries.map(
    ({ call, jail, did, broken, isWell }) =>
      `  ${call.padEnd(width)}  ${did.padEnd(8)} ${isWell ? "as the script says" : `but the script says: ${jail.kind}`}  a hook that fails: ${broken}`,
  );
  await print(
    isJson ? printableJson({ hook: recipe.id, tries }) : [recipe.id, ...lines].join("\n"),
  );
  process.exitCode = tries.every(({ isWell }) => isWell) ? exitCodes.done : exitCodes.found;
}

type Tried = { readonly hook: string; readonly tries: readonly HookTry[] };

async function tryAll(what: string | undefined, event: string): Promise<readonly Tried[]> {
  if (what !== undefined && (what.includes("/") || existsSync(what))) {
    if (!existsSync(what) || !statSync(what).isFile())
      throw new Failure("usage", `there is no file \`${printable(what)}\``);
    return [{ hook: what, tries: await tryHookFile(what, event) }];
  }
  const tried: Tried[] = [];
  for (const recipe of what === undefined ? loadRecipes() : [recipeCalled(what)])
    tried.push({ hook: recipe.id, tries: await tryRecipe(recipe) });
  return tried;
}

function triedText({ hook, tries }: Tried): string {
  const width = Math.max(...tries.map(({ fixture }) => fixture.length));
  const lines = tries.map(({ fixture, outcome, wanted, isWell }) => {
    const verdict = isWell === undefined ? "" : isWell ? "  as wanted" : `  wanted: ${wanted}`;
    return `  ${fixture.padEnd(width)}  ${outcome.kind.padEnd(10)}  ${outcome.why}${verdict}`;
  });
  return [printable(hook), ...lines].join("\n");
}
