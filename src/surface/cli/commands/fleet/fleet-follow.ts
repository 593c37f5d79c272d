// `sallyport fleet follow`: the machine takes the policy that is published for it, now and from now on.
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { hostName } from "#platform/host.ts";
import { untilAskedToEnd } from "#platform/signals.ts";
import { readPem } from "../../../services/fleet/collector-settings.ts";
import {
  type Followed,
  type Follower,
  followOn,
  followOnce,
} from "../../../services/fleet/following.ts";
import { openPublished } from "../../../services/fleet/published-source.ts";
import { managedFolder, requireOwner } from "../../../services/policy/managed-folder.ts";
import { jsonOption } from "../../../foundation/terminal/options.ts";
import { openTerminal } from "../../../foundation/terminal/terminal.ts";

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000 } as const;
const EVERY_MS_MIN = 5_000;
const EVERY_MS_MAX = 86_400_000;

/** `sallyport fleet follow`. */
export const followCommand = defineCommand({
  meta: {
    name: "follow",
    description: `Puts the policy bundle in force that a fleet's administrators publish for this machine, and takes it away when they say so. What is
published is signed: only a key that is pinned here counts (\`policy bundle pin\`), whoever runs the server. A server that is down
changes nothing. The administrator runs it, as a service.

  sudo sallyport fleet follow --from https://files.example.com/fleet --fleet acme
  sudo sallyport fleet follow --from /mnt/fleet --fleet acme --machine laptop-7 --once
  sallyport fleet follow --from https://files.example.com/fleet --fleet acme --once --into image/etc/sallyport`,
  },
  args: {
    from: {
      type: "string",
      required: true,
      valueHint: "URL|DIR",
      description: "where the fleet is published: a file server's address, or a folder",
    },
    fleet: { type: "string", required: true, valueHint: "NAME", description: "the fleet's name" },
    machine: {
      type: "string",
      valueHint: "NAME",
      description: "this machine, as the fleet names it (default: its host name)",
    },
    ca: {
      type: "string",
      valueHint: "FILE",
      description: "authority of the server's certificate, in PEM (default: those of Node.js)",
    },
    once: { type: "boolean", description: "look once and end" },
    every: {
      type: "string",
      default: "60s",
      valueHint: "TIME",
      description: "how often to look, from 5s to 24h; a fifth is left to chance",
    },
    into: {
      type: "string",
      valueHint: "DIR",
      description: "another managed folder: of an image that is being made",
    },
    ...jsonOption,
  },
  async run({ args }) {
    const everyMs = readEvery(args.every);
    if (!/^[a-z0-9-]{1,64}$/.test(args.fleet))
      throw new Failure("usage", "the name of a fleet is lower case letters, digits and dashes");
    const folder = managedFolder(args.into);
    requireOwner(folder);
    const source = openPublished(
      args.from,
      args.ca === undefined ? undefined : await readPem(args.ca),
    );
    const machine = args.machine ?? hostName();
    const who = { fleet: args.fleet, machine, folder, nowMs: () => Date.now() };
    const say = createSay(args.json === true, who);
    try {
      if (args.once === true) return say.news(await followOnce(source, who));
      await followOn(source, who, { everyMs, ended: untilAskedToEnd(), ...say });
    } finally {
      source.close();
    }
  },
});

/** Tells what changed, and nothing that was told before: a server that is down for a week fills no journal. */
function createSay(isJson: boolean, { machine, fleet }: Follower) {
  const terminal = openTerminal();
  let last = "";
  return {
    news(followed: Followed): void {
      const { outcome, oldDays } = followed;
      const words = wordsOf(followed, `\`${printable(machine)}\` of the fleet \`${fleet}\``);
      if (words === last) return;
      last = words;
      if (isJson) return terminal.print(printableJson({ machine, fleet, ...followed }));
      if (outcome === "waiting" || outcome === "kept" || oldDays !== undefined)
        terminal.warn(words);
      else terminal.print(words);
    },
    trouble({ code, message }: Failure): void {
      if (code === last) return;
      last = code;
      if (isJson)
        return terminal.print(printableJson({ machine, fleet, outcome: "failed", code, message }));
      terminal.warn(printable(`${message}; what is in force stays`));
    },
  };
}

function wordsOf({ outcome, number, version, stage, oldDays }: Followed, whom: string): string {
  const old =
    oldDays === undefined
      ? ""
      : `; the assignment is ${oldDays} days old, so whoever publishes the fleet looks why it is not renewed`;
  const what =
    version === null || version === undefined ? "no bundle" : `version ${version}, stage ${stage}`;
  switch (outcome) {
    case "installed":
      return `${what} is in force from the next call on (assignment ${number})${old}`;
    case "removed":
      return `the bundle was taken away (assignment ${number})${old}`;
    case "unchanged":
      return `${what} is in force as assigned (assignment ${number})${old}`;
    case "waiting":
      return `nothing is published for ${whom}; what is in force stays`;
    case "kept":
      return `no bundle is assigned to ${whom}; the one that is here was not put here by the fleet and stays`;
    default:
      return outcome satisfies never;
  }
}

function readEvery(text: string): number {
  const [, count, unit = ""] = /^([1-9][0-9]{0,4})([smh])$/.exec(text) ?? [];
  const everyMs = Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
  if (everyMs >= EVERY_MS_MIN && everyMs <= EVERY_MS_MAX) return everyMs;
  throw new Failure("usage", "`--every` is a time from `5s` to `24h`, such as `60s`");
}
