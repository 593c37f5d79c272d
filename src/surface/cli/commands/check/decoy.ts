// `sallyport decoy`: made-up secrets in folders for credentials, whose touch is refused and told.
import { defineCommand } from "citty";
import { printable, printableJson } from "#base/printable.ts";
import { homeDirectory } from "#platform/user.ts";
import { dataDirectory, prepareDirectories } from "../../../foundation/files/directories.ts";
import {
  decoyPaths,
  decoyStates,
  plantDecoys,
  removeDecoys,
} from "../../../services/decoys/plant.ts";
import { changeRequest, seekConsent } from "../../../foundation/terminal/consent.ts";
import { consentOptions, dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { tell } from "../../../foundation/terminal/outcome.ts";
import { exitCodes } from "../../../foundation/terminal/report-error.ts";
import { openTerminal } from "../../../foundation/terminal/terminal.ts";

const askOptions = { ...consentOptions, ...dataOption } as const;

export const plantCommand = defineCommand({
  meta: {
    name: "plant",
    description: `write made-up secrets into folders for credentials of your home, under names that no program reads

Nothing that is there is touched. A call of an agent that would read, change or remove one is refused under every policy that refuses
tampering, and \`sallyport log detect\` finds it.

  sallyport decoy plant --dry-run     show what would be written
  sallyport decoy plant               show it, ask, write it`,
  },
  args: askOptions,
  async run({ args }) {
    const request = changeRequest(args, openTerminal());
    const home = homeDirectory();
    const paths = decoyPaths(home);
    const notes = paths.map((path) => `a made-up secret in ${printable(path)}`);
    const consent = await seekConsent(request, { diff: "", notes });
    if (consent === "declined") process.exitCode = exitCodes.found;
    if (consent !== "given") return tell(args, { outcome: consent, paths });
    const { root } = prepareDirectories(args.data ?? dataDirectory());
    const { planted, taken } = plantDecoys(home, root, Date.now());
    const isUnchanged = planted.length + taken.length === 0;
    const lines = [
      ...planted.map((path) => `planted ${printable(path)}`),
      ...taken.map((path) => `left as it is: ${printable(path)} is there already`),
      ...(isUnchanged ? ["unchanged: all are planted"] : []),
    ];
    const outcome = planted.length === 0 ? "unchanged" : "planted";
    await tell(args, { outcome, paths, planted, left: taken }, lines.join("\n"));
  },
});

export const listCommand = defineCommand({
  meta: {
    name: "list",
    description: `say which decoys are planted and how they stand

  sallyport decoy list
  sallyport decoy list --json`,
  },
  args: { ...dataOption, ...jsonOption },
  run({ args }) {
    const terminal = openTerminal();
    const states = decoyStates(args.data ?? dataDirectory());
    if (args.json === true) {
      const decoys = states.map(({ path, state, plantedAt }) => ({ path, state, plantedAt }));
      terminal.print(printableJson({ decoys }));
    } else if (states.length === 0) terminal.print("no decoy is planted");
    else
      for (const { path, state } of states) terminal.print(`${state.padEnd(8)} ${printable(path)}`);
    const isWell = states.every(({ state }) => state === "planted");
    process.exitCode = isWell ? exitCodes.done : exitCodes.found;
  },
});

export const removeCommand = defineCommand({
  meta: {
    name: "remove",
    description: `take the decoys away; one that somebody changed is left where it is

  sallyport decoy remove --dry-run     show what would go
  sallyport decoy remove               show it, ask, remove it`,
  },
  args: askOptions,
  async run({ args }) {
    const request = changeRequest(args, openTerminal());
    const data = args.data ?? dataDirectory();
    const paths = decoyStates(data).map(({ path }) => path);
    if (paths.length === 0)
      return tell(args, { outcome: "unchanged", paths }, "no decoy is planted");
    const notes = paths.map((path) => `removes ${printable(path)}`);
    const consent = await seekConsent(request, { diff: "", notes });
    if (consent === "declined") process.exitCode = exitCodes.found;
    if (consent !== "given") return tell(args, { outcome: consent, paths });
    const { removed, left } = removeDecoys(data);
    const lines = [
      `removed ${removed}`,
      ...left.map((path) => `left as it is: ${printable(path)} was changed`),
    ];
    await tell(args, { outcome: "removed", paths, removed, left }, lines.join("\n"));
  },
});
