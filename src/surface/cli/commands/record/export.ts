// `sallyport export`: the systems that events are delivered to: which there are, how they stand, a test, going on at once.
import { join } from "node:path";
import { defineCommand } from "citty";
import { printable, printableJson } from "#base/printable.ts";
import { personalText } from "#record/delivery/personal-fields.ts";
import { openDeliveryStore } from "#record/store/delivery-store.ts";
import {
  dataDirectory,
  type Directories,
  directoriesIn,
} from "../../../foundation/files/directories.ts";
import { fetchRecorded } from "../../../services/secrets/providers/fetch-secret.ts";
import { exportStandings } from "../../../services/export/export-status.ts";
import { readTargets } from "../../../services/export/targets-file.ts";
import { TARGET_KINDS } from "../../../services/export/target-kinds.ts";
import { targetNamed, triedWords, tryByDaemon } from "../../../services/trials/trial.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { exitCodes } from "../../../foundation/terminal/report-error.ts";

const nameOption = {
  name: { type: "positional", required: true, description: "the target's name" },
} as const;

function placesOf(data: string | undefined): Directories {
  return directoriesIn(data ?? dataDirectory());
}

export const listCommand = defineCommand({
  meta: {
    name: "list",
    description:
      "The targets of exports.yaml: name, kind, where to, which personal fields leave. Example: sallyport export list",
  },
  args: {
    kinds: { type: "boolean", description: "the kinds that there are, instead" },
    ...jsonOption,
    ...dataOption,
  },
  async run({ args }) {
    if (args.kinds === true) {
      for (const [to, { title }] of TARGET_KINDS)
        await print(args.json === true ? printableJson({ to, title }) : `${to}: ${title}`);
      return;
    }
    const { exportsFile } = placesOf(args.data);
    const targets = readTargets(exportsFile);
    for (const { name, to, target, personal, from } of targets) {
      const { destination } = target;
      const fields = personalText(personal);
      if (args.json === true) await print(printableJson({ name, to, destination, fields, from }));
      else await print(`${name}  ${printable(destination)}  ${fields}`);
    }
    if (targets.length === 0 && args.json !== true)
      await print(`nothing is exported: write \`${exportsFile}\` (docs/guide/exporting.md)`);
  },
});

export const statusCommand = defineCommand({
  meta: {
    name: "status",
    description:
      "How each delivery stands: delivered, waiting, dead letters. Example: sallyport export status --json",
  },
  args: {
    dead: { type: "boolean", description: "list the dead letters, with the reason of each" },
    ...jsonOption,
    ...dataOption,
  },
  async run({ args }) {
    for (const standing of await exportStandings(placesOf(args.data), Date.now())) {
      const { name, isSetUp, isLate, waiting, missed, delivered, deliveredMs, letters } = standing;
      const dead = letters.length;
      if (dead > 0 || isLate) process.exitCode = exitCodes.found;
      const at = deliveredMs === undefined ? "never" : new Date(deliveredMs).toISOString();
      await print(
        args.json === true
          ? printableJson({
              name,
              isSetUp,
              waiting,
              dead,
              delivered,
              missed,
              deliveredMs,
              ...(args.dead === true ? { letters } : {}),
            })
          : `${printable(name)}${isSetUp ? "" : " (not set up any more)"}: ${delivered} delivered (last ${at}), ${waiting} waiting, ${dead} dead, ${missed} missed`,
      );
      if (args.dead === true && args.json !== true)
        for (const { index, reason } of letters) await print(`  ${index}  ${printable(reason)}`);
    }
  },
});

export const testCommand = defineCommand({
  meta: {
    name: "test",
    description:
      "Have the daemon send one made-up event to a target now and say what it answers; nothing of the log is sent. Example: sallyport export test splunk",
  },
  args: { ...nameOption, ...jsonOption, ...dataOption },
  async run({ args }) {
    const places = placesOf(args.data);
    targetNamed(places.exportsFile, args.name);
    const { outcome, checkups, by } = await tryByDaemon(
      places,
      { what: "export", name: args.name },
      fetchRecorded(places),
    );
    const [{ isGood, says } = { isGood: false, says: "" }] = checkups;
    if (!isGood) process.exitCode = exitCodes.found;
    const reason = isGood ? "" : says;
    await print(
      args.json === true
        ? printableJson({ name: args.name, isTaken: isGood, outcome, reason, by })
        : `${args.name}: ${isGood ? says : `not taken: ${printable(says)}`}${triedWords(by)}`,
    );
  },
});

export const resumeCommand = defineCommand({
  meta: {
    name: "resume",
    description:
      "Have the daemon try a target again at once, and with `--dead` send it its dead letters again. Example: sallyport export resume splunk --dead",
  },
  args: {
    ...nameOption,
    dead: { type: "boolean", description: "the dead letters too" },
    ...jsonOption,
    ...dataOption,
  },
  async run({ args }) {
    const places = placesOf(args.data);
    const { name } = targetNamed(places.exportsFile, args.name);
    await openDeliveryStore(join(places.exports, name)).askToResume(args.dead === true);
    await print(
      args.json === true
        ? printableJson({ name, isAsked: true })
        : `${name} is tried within a second while the daemon runs`,
    );
  },
});
