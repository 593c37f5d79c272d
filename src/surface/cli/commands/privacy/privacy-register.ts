// `sallyport privacy processors`, `processing`, `calendar`, `memory`: the registers that the GDPR asks for, as this machine can tell them.
import { defineCommand } from "citty";
import { counted } from "#base/counted.ts";
import { dayOf } from "#base/day.ts";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import type { Tier } from "#guard/content/detection/finding.ts";
import { writeNewFile } from "../../../foundation/files/new-file.ts";
import { namedDirectory } from "../../../foundation/files/named-directory.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { createServerLook } from "../../../services/mcp/configured-servers.ts";
import { isOwnServer } from "../../../services/mcp/own-server.ts";
import { dueItems } from "../../../services/privacy/calendar.ts";
import { lookAtMemory } from "../../../services/privacy/minimisation.ts";
import {
  processingMarkdown,
  processingRecord,
  type Recipient,
  recipientsOf,
} from "../../../services/privacy/processing-record.ts";
import { readProjectRegister } from "../../../services/projects/project-register-file.ts";
import { placesOf } from "../../log/personal-places.ts";

const DAY_MS = 86_400_000;
const DAYS = { standard: 90, max: 3_660 } as const;
const TIERS: readonly Tier[] = ["low", "medium", "high"];

type Given = {
  readonly data?: string | undefined;
  readonly folder?: string | undefined;
  readonly project?: string | undefined;
};

const projectOption = {
  project: {
    type: "string",
    valueHint: "DIR",
    description: "this project alone (default: every guarded one, and here)",
  },
} as const;

/** `sallyport privacy processors`. */
export const processorsCommand = defineCommand({
  meta: {
    name: "processors",
    description: `who else gets data: targets of exports, collector, archive, notices, MCP servers; with contract and sub-processors

  sallyport privacy processors
  sallyport attestation add processor/export/siem --evidence dpa.pdf --for 365d --owner "Ada" --reason "signed in March"
  sallyport attestation add processor/export/siem/sub/cloud --evidence list.pdf --for 365d --reason "named in annex 2"

Exit code 1 where one that is elsewhere has no contract in force. \`evidence\` says the same for GDPR Art. 28 and HIPAA.`,
  },
  args: { ...projectOption, ...dataOption, ...jsonOption },
  async run({ args }) {
    const where = placesOf(args);
    const recipients = recipientsOf(where.directories, {
      nowMs: Date.now(),
      servers: serversIn(args),
    });
    if (recipients.some(isBare)) process.exitCode = 1;
    if (args.json === true) return print(printableJson(recipients));
    if (recipients.length === 0) return print("nobody else gets data of this installation");
    for (const one of recipients) await print(recipientLines(one).map(printable).join("\n"));
  },
});

/** `sallyport privacy processing`. */
export const processingCommand = defineCommand({
  meta: {
    name: "processing",
    description: `the record of processing of GDPR Art. 30, as this machine can tell it: what is kept, why, who gets it, how long, what guards it

  sallyport privacy processing
  sallyport privacy processing --out processing.md     a new file, to be completed by people`,
  },
  args: {
    out: { type: "string", valueHint: "FILE", description: "a new file, for you alone" },
    ...projectOption,
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const nowMs = Date.now();
    const record = processingRecord(placesOf(args), { nowMs, servers: serversIn(args) });
    const text = `${processingMarkdown(record)}\n`;
    if (args.out !== undefined) await writeNewFile(args.out, text);
    if (args.json === true) return print(printableJson(record));
    return print(
      args.out === undefined
        ? text.trimEnd().split("\n").map(printable).join("\n")
        : printable(args.out),
    );
  },
});

/** `sallyport privacy calendar`. */
export const calendarCommand = defineCommand({
  meta: {
    name: "calendar",
    description: `what is due on which day: answers to people, contracts and attestations that end, texts and entries that leave

  sallyport privacy calendar
  sallyport privacy calendar --days 30 --json

Exit code 1 where something is late.`,
  },
  args: {
    days: { type: "string", valueHint: "DAYS", description: `how far (default ${DAYS.standard})` },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const days = args.days === undefined ? DAYS.standard : Number(args.days);
    if (!Number.isInteger(days) || days < 1 || days > DAYS.max)
      throw new Failure("usage", `\`--days\` is a number from 1 to ${DAYS.max}`);
    const nowMs = Date.now();
    const directories = directoriesIn(args.data ?? dataDirectory());
    const items = await dueItems(directories, { nowMs, untilMs: nowMs + days * DAY_MS });
    if (items.some(({ isLate }) => isLate)) process.exitCode = 1;
    if (args.json === true) return print(printableJson(items));
    if (items.length === 0) return print(`nothing is due within ${counted(days, "day")}`);
    for (const { atMs, what, about, isLate } of items)
      await print(printable(`${dayOf(atMs)}  ${isLate ? "LATE  " : ""}${what}: ${about}`));
  },
});

/** `sallyport privacy memory`. */
export const memoryCommand = defineCommand({
  meta: {
    name: "memory",
    description: `whether what the client remembers holds personal data, health data or secrets: place and kind, never the value

  sallyport privacy memory
  sallyport privacy memory --folder ~/notes --least low

Looks at the client's memory of projects and agents, and at CLAUDE.md and rules of the user and of projects. Exit code 1 where something is found.`,
  },
  args: {
    ...projectOption,
    folder: {
      type: "string",
      valueHint: "DIRS",
      description: "folders to look at as well, separated by commas",
    },
    least: {
      type: "string",
      valueHint: "TIER",
      description: "how sure a detector has to be: low, medium (default), high",
    },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const least = TIERS.find((one) => one === (args.least ?? "medium"));
    if (least === undefined) throw new Failure("usage", "`--least` is low, medium or high");
    const { client, folders } = placesOf(args);
    const found = await lookAtMemory({ client, folders, roots: rootsOf(args), least });
    const { stores, findings, more, unseen } = found;
    if (findings.length > 0) process.exitCode = 1;
    if (args.json === true) return print(printableJson(found));
    for (const { path, line, detector, family, tier } of findings)
      await print(printable(`${path}:${line}  ${family}, ${tier}: ${detector}`));
    if (more > 0) await print(`and ${more} more`);
    for (const { path, why } of unseen) await print(printable(`not seen in full: ${path}: ${why}`));
    const files = stores.reduce((sum, one) => sum + one.files, 0);
    await print(
      `${counted(findings.length + more, "finding")} in ${counted(files, "file")} of ${counted(stores.length, "store")}`,
    );
  },
});

function rootsOf({ project, data }: Given): readonly string[] {
  if (project !== undefined) return [namedDirectory(project)];
  const { projectsFile } = directoriesIn(data ?? dataDirectory());
  return [
    ...new Set([process.cwd(), ...readProjectRegister(projectsFile).map(({ root }) => root)]),
  ];
}

/** Servers that the client's files name for these projects, without our own. */
function serversIn(given: Given) {
  const { home, client, directories } = placesOf(given);
  const look = createServerLook();
  return rootsOf(given).flatMap((root) =>
    look({ root, home, config: client })
      .servers.filter(
        (one) => !isOwnServer(one, { root, data: directories.root, path: process.env["PATH"] }),
      )
      .map(({ name, identity }) => ({ name, identity })),
  );
}

function isBare({ isHere, contract }: Recipient): boolean {
  return !isHere && contract.state !== "in force";
}

function recipientLines(one: Recipient): readonly string[] {
  const { id, kind, place, gets, isHere, contract, subProcessors } = one;
  const by = contract.attested;
  return [
    `${id}  ${isBare(one) ? `contract ${contract.state}` : isHere && by === undefined ? "on this machine" : "contract in force"}`,
    `  ${kind}, ${place}; gets ${gets}`,
    ...(by === undefined
      ? []
      : [
          `  owner ${by.owner}, until ${dayOf(by.expiresMs)}${by.document === null ? "" : `, document ${by.document}`}`,
        ]),
    ...subProcessors.map(
      ({ name, isInForce }) => `  sub-processor ${name}${isInForce ? "" : ", over"}`,
    ),
    ...(isBare(one)
      ? [`  sallyport attestation add processor/${id} --evidence FILE --for 365d --reason TEXT`]
      : []),
  ];
}
