// `sallyport off` and `sallyport on`: the operator lifts the guard for a while, at a terminal and on record, and puts it back.
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { giveOrder } from "../../../services/daemon-process/daemon-client.ts";
import type { Install } from "../../../services/installation/install.ts";
import {
  clockTime,
  OFF_MINUTES_MAX,
  REASON_CHARS_MAX,
} from "../../../services/installation/off-switch.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { requireGuarding } from "../../../services/projects/guarded-project.ts";
import { refused, requireInstall, startDaemon } from "../../operator/operator-orders.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { isTyped, tell } from "../../../foundation/terminal/outcome.ts";

const whichOptions = {
  directory: { type: "positional", required: false, default: ".", description: "the project" },
  all: { type: "boolean", description: "every guarded project" },
  ...dataOption,
  ...jsonOption,
} as const;

/** `sallyport off --for TIME [directory | --all]`. */
export const offCommand = defineCommand({
  meta: {
    name: "off",
    description: `stop refusing for a while; calls are still judged and recorded

  sallyport off --for 30m                          this project, half an hour
  sallyport off --for 2h --all --reason "outage"   every project

It must be typed at a terminal, where it shows a word to type. It ends by itself, when the machine starts anew, or with
\`sallyport on\`.`,
  },
  args: {
    ...whichOptions,
    for: { type: "string", valueHint: "TIME", description: "how long: 30m, 2h, at most 8h" },
    reason: { type: "string", valueHint: "TEXT", description: "why; kept sealed in the log" },
  },
  async run({ args }) {
    const minutes = readMinutes(args.for);
    const reason = readReason(args.reason);
    const { install, project, root, name } = which(args);
    const lines = [
      `sallyport stops refusing in ${name} for ${minutes} minutes.`,
      "Calls are still judged and recorded, and so is this.",
    ];
    if (!(await isTyped(args, lines))) return;
    await startDaemon(install);
    const answer = await giveOrder(install, { order: "off", project, minutes, reason });
    if (answer.kind !== "off") throw refused(answer);
    const { untilMs } = answer;
    await tell(
      args,
      { outcome: "off", root, minutes, untilMs },
      `off until ${clockTime(untilMs)} in ${name}; \`sallyport on\` ends it sooner`,
    );
  },
});

/** `sallyport on [directory | --all]`. */
export const onCommand = defineCommand({
  meta: {
    name: "on",
    description: `refuse again, after \`sallyport off\`

  sallyport on          this project; a time off for all projects ends too
  sallyport on --all    every project`,
  },
  args: whichOptions,
  async run({ args }) {
    const { install, project, root } = which(args);
    await startDaemon(install);
    const answer = await giveOrder(install, { order: "on", project });
    if (answer.kind !== "on") throw refused(answer);
    const { ended } = answer;
    const said = ended === 0 ? "it was on already" : "calls are refused again";
    await tell(args, { outcome: ended === 0 ? "unchanged" : "on", root, ended }, `on: ${said}`);
  },
});

/** `project` and `root` are null for every guarded project. */
type Which = {
  readonly install: Install;
  readonly project: string | null;
  readonly root: string | null;
  /** The same in words. */
  readonly name: string;
};

function which(args: {
  readonly directory: string;
  readonly all?: boolean | undefined;
  readonly data?: string | undefined;
}): Which {
  const directories = directoriesIn(args.data ?? dataDirectory());
  const install = requireInstall(directories);
  if (args.all === true)
    return { install, project: null, root: null, name: "every guarded project" };
  const { entry } = requireGuarding(directories, args.directory);
  const { id, root } = entry;
  const name =
    entry.scope === "user"
      ? "every project of yours that has no guard of its own"
      : printable(root);
  return { install, project: id, root, name };
}

/** Minutes of a time such as `30m` or `2h`. */
export function readMinutes(text: string | undefined): number {
  const [, count, unit] = /^(\d{1,4})(m|h)$/.exec(text ?? "") ?? [];
  const minutes = Number(count) * (unit === "h" ? 60 : 1);
  if (minutes >= 1 && minutes <= OFF_MINUTES_MAX) return minutes;
  const what = text === undefined ? "say for how long: `--for 30m`, " : "`--for` is ";
  throw new Failure("usage", `${what}a time from \`1m\` to \`8h\`, such as \`30m\``);
}

function readReason(text: string | undefined): string | null {
  if (text === undefined || text === "") return null;
  if (text.length <= REASON_CHARS_MAX) return text;
  throw new Failure("usage", `\`--reason\` has at most ${REASON_CHARS_MAX} characters`);
}
