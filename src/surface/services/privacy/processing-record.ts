// The record of processing of GDPR Art. 30 as this machine can tell it: what is kept, why, who gets it, for how long, and what guards it.
import { dayOf } from "#base/day.ts";
import { contractOf, type Contract } from "#assure/evidence/collectors/contracts.ts";
import type { RegisteredProcessor } from "#assure/evidence/collectors/contracts.ts";
import { periodsUnder } from "#govern/retention/periods.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { loadRecordClasses } from "../../foundation/product/shipped-data.ts";
import { attestedIn } from "../evidence/standing-facts.ts";
import { openRawApprovals } from "../exceptions/raw-approvals.ts";
import { openRetentionFile } from "../exceptions/retention-file.ts";
import { readProjectRegister } from "../projects/project-register-file.ts";
import { type InventoryItem, takeInventory } from "./inventory.ts";
import type { Surroundings } from "./places.ts";
import { type NamedServer, processorsOf, subProcessorsOf } from "../evidence/recipients.ts";

/** One activity, by the headings of Art. 30(1). */
export type Activity = {
  readonly name: string;
  readonly purpose: string;
  readonly people: string;
  readonly data: string;
  readonly places: readonly string[];
  readonly kept: readonly string[];
};

/** Somebody who gets data, with the contract that a person attested. */
export type Recipient = RegisteredProcessor & {
  readonly contract: Contract;
  readonly subProcessors: readonly { readonly name: string; readonly isInForce: boolean }[];
};

export type ProcessingRecord = {
  readonly made: string;
  readonly activities: readonly Activity[];
  readonly recipients: readonly Recipient[];
  readonly measures: readonly string[];
  /** What the article asks for and no machine can say. */
  readonly open: readonly string[];
};

/** Looks at what is set up and what lies here. */
export function processingRecord(
  where: Omit<Surroundings, "isOwnHome">,
  { nowMs, servers }: { readonly nowMs: number; readonly servers: readonly NamedServer[] },
): ProcessingRecord {
  const { directories } = where;
  const items = takeInventory(where);
  return {
    made: new Date(nowMs).toISOString(),
    activities: activitiesOf(directories, items, nowMs),
    recipients: recipientsOf(directories, { nowMs, servers }),
    measures: measuresOf(directories, items),
    open: [
      "name and contact of the controller and of the data protection officer (Art. 30(1)(a))",
      "the legal basis of each activity, and how people were told (Art. 6 and 13)",
      "transfers to third countries: in which country each recipient works, and by which safeguard (Art. 30(1)(e))",
      "the model's provider and the channel it is reached by; attest the contract as organisation/processor-contracts",
    ],
  };
}

/** Everybody who gets data, with contract and sub-processors. */
export function recipientsOf(
  directories: Directories,
  asked: { readonly nowMs: number; readonly servers: readonly NamedServer[] },
): readonly Recipient[] {
  const attested = attestedIn(directories, asked.nowMs);
  return processorsOf(directories, asked).map((one) => ({
    ...one,
    contract: contractOf(attested, one.id, asked.nowMs),
    subProcessors: subProcessorsOf(attested, one.id, asked.nowMs).map(({ name, isInForce }) => ({
      name,
      isInForce,
    })),
  }));
}

function activitiesOf(
  directories: Directories,
  items: readonly InventoryItem[],
  nowMs: number,
): readonly Activity[] {
  const placesOf = (owner: InventoryItem["owner"], whats?: readonly string[]) =>
    items
      .filter((one) => one.owner === owner && (whats === undefined || whats.includes(one.what)))
      .map(({ what, path, files }) => `${what}: ${path} (${files} files)`);
  const order = openRetentionFile(directories).current();
  const classes = periodsUnder(loadRecordClasses(), order?.frameworks ?? []);
  const kept =
    order === undefined
      ? ["without an end: nobody ordered when entries leave (`sallyport log retention set`)"]
      : [
          `entries of the log leave this machine after ${order.hereDays} days, to the archive`,
          ...(order.textDays === undefined
            ? []
            : [`what calls and prompts said is unreadable after ${order.textDays} days`]),
          ...classes.map(({ title, days, by }) => `${title}: ${days} days by ${by}`),
        ];
  const raw = openRawApprovals(directories).inForce(nowMs);
  const projects = readProjectRegister(directories.projectsFile).length;
  return [
    {
      name: "Record of what the coding agent does",
      purpose: "security of processing, detection of incidents, evidence for assessments",
      people: `people who use the coding agent in ${projects} guarded projects, and people named in what it handles`,
      data: "user names, session ids, working directories, names of files, hosts, branches and packages, normalised commands and prompts, all sealed; verdicts, counts and times in clear",
      places: placesOf("sallyport").filter((one) => !one.startsWith("raw texts")),
      kept,
    },
    ...(raw === undefined
      ? []
      : [
          {
            name: "Raw texts of calls, by an approval",
            purpose: "the incident that the approval names",
            people: "people who use the coding agent, and people named in what it handles",
            data: "what calls said, word by word; secrets replaced unless the approval keeps them",
            places: placesOf("sallyport", ["raw texts of calls"]),
            kept: [`${raw.days} days each, while the approval is in force`],
          },
        ]),
    {
      name: "What the client itself keeps",
      purpose: "that sessions can be resumed and the agent remembers",
      people: "people who use the coding agent, and people named in what it handles",
      data: "transcripts, memory, history of prompts, copies of edited files, task lists",
      places: placesOf("client"),
      kept: ["by the client's own setting `cleanupPeriodDays`; memory and history stay"],
    },
    ...(["engram", "obsidian"] as const).flatMap((owner): readonly Activity[] => {
      const places = placesOf(owner);
      if (places.length === 0) return [];
      return [
        {
          name: `Memory in ${owner}`,
          purpose: "that the agent remembers",
          places,
          people: "people named in notes",
          data: "notes",
          kept: ["until somebody removes them"],
        },
      ];
    }),
  ];
}

function measuresOf(directories: Directories, items: readonly InventoryItem[]): readonly string[] {
  const own = items.filter(({ owner }) => owner === "sallyport");
  const disks = [...new Set(own.map(({ disk }) => disk.state.replace("-", " ")))];
  const open = items.reduce((sum, one) => sum + one.open, 0);
  return [
    "personal parts of the log are encrypted (AES-256-GCM) under one key of each person; destroying it erases the person",
    "the log is a signed tree of hashes: a change of an entry shows",
    `the disk under the log and its keys is ${disks.join(", ") || "not there yet"}`,
    `${open} files of the client or of sallyport can be read by others than their owner`,
    `calls are judged before they run, in ${readProjectRegister(directories.projectsFile).length} guarded projects`,
  ];
}

/** The record as Markdown, to be completed by people. */
export function processingMarkdown({
  made,
  activities,
  recipients,
  measures,
  open,
}: ProcessingRecord): string {
  const list = (lines: readonly string[]) => lines.map((line) => `- ${line}`);
  return [
    "# Record of processing activities",
    "",
    `Made by \`sallyport privacy processing\` at ${made} of what is set up on one machine. It supports the record of Art. 30 GDPR and is none until people complete it.`,
    ...activities.flatMap(({ name, purpose, people, data, places, kept }) => [
      ...["", `## ${name}`, "", `- Purpose: ${purpose}`, `- People: ${people}`, `- Data: ${data}`],
      ...(places.length === 0 ? ["- Places: none yet"] : ["- Places:"]),
      ...places.map((place) => `  - ${place}`),
      "- Kept:",
      ...kept.map((line) => `  - ${line}`),
    ]),
    ...["", "## Recipients", ""],
    ...(recipients.length === 0 ? ["None is set up here."] : recipients.map(recipientLine)),
    ...["", "## Measures", "", ...list(measures)],
    ...["", "## What people have to add", "", ...list(open)],
  ].join("\n");
}

function recipientLine({ id, kind, place, gets, isHere, contract, subProcessors }: Recipient) {
  const by = contract.attested;
  const words =
    isHere && by === undefined
      ? "on this machine"
      : `contract ${contract.state}${by === undefined ? "" : `, owner ${by.owner}, until ${dayOf(by.expiresMs)}`}`;
  const more = subProcessors.map(({ name }) => name).join(", ");
  return `- \`${id}\`, ${kind}, ${place}: gets ${gets}; ${words}${more === "" ? "" : `; sub-processors ${more}`}`;
}
