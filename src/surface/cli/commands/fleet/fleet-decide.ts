// `sallyport fleet` where somebody decides: import, move, attest, measure; how a decision is agreed to and put on record.
import { createHash } from "node:crypto";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { KIND_NAMES, type Kind, identityOf } from "#assure/rollout/inventory.ts";
import type { Deed, FleetState } from "#assure/rollout/journal.ts";
import { FACTS } from "#assure/rollout/steps.ts";
import { userName } from "#platform/user.ts";
import { readRegularFile } from "../../../foundation/files/regular-file.ts";
import { changeRequest, seekConsent } from "../../../foundation/terminal/consent.ts";
import { consentOptions } from "../../../foundation/terminal/options.ts";
import { tell } from "../../../foundation/terminal/outcome.ts";
import { exitCodes } from "../../../foundation/terminal/report-error.ts";
import { readSpan } from "../../../foundation/terminal/span.ts";
import { openTerminal } from "../../../foundation/terminal/terminal.ts";
import {
  addDeeds,
  readListing,
  TABLE_BYTES_MAX,
  writeListing,
} from "../../../services/fleet/fleet-folder.ts";
import { recordDeeds } from "../../../services/fleet/fleet-record.ts";
import type { LookedAt } from "../../../services/fleet/rollout.ts";
import { fleetDirectory, fleetOptions, lookNow, readTier } from "./fleet-context.ts";

type ConsentArgs = {
  readonly fleet?: string | undefined;
  readonly yes?: boolean | undefined;
  readonly "dry-run"?: boolean | undefined;
  readonly json?: boolean | undefined;
};

/** Shows deeds, asks, puts them on record. Undefined where nobody agreed. */
export async function decide(
  args: ConsentArgs,
  { folder }: Pick<LookedAt, "folder">,
  { deeds, notes }: { readonly deeds: readonly Deed[]; readonly notes: readonly string[] },
): Promise<FleetState | undefined> {
  const request = changeRequest({ ...args, directory: folder.directory }, openTerminal());
  const consent = await seekConsent(request, { diff: "", notes, question: "decide this?" });
  if (consent === "declined") process.exitCode = exitCodes.found;
  if (consent !== "given") {
    await tell(args, { outcome: consent, deeds }, "nothing was changed");
    return undefined;
  }
  const state = addDeeds(folder.directory, folder.state, {
    deeds,
    by: userName(),
    timeMs: Date.now(),
  });
  await recordDeeds(state.entries.slice(-deeds.length), folder.file.name);
  await tell(args, { outcome: "given", deeds, entries: state.size }, "done, and on record");
  return state;
}

/** `sallyport fleet import`. */
export const importCommand = defineCommand({
  meta: {
    name: "import",
    description: `takes an export of another system into the inventory: CSV or JSON of a device management, a directory, a source control, or
a list of your own. What the same source listed before is replaced

  sallyport fleet import laptops.csv --kind devices --source jamf
  sallyport fleet import repositories.json --kind repositories --source github --dry-run`,
  },
  args: {
    file: { type: "positional", required: true, description: "the export" },
    kind: { type: "string", required: true, valueHint: "KIND", description: KIND_NAMES.join(", ") },
    source: { type: "string", default: "file", valueHint: "NAME", description: "who listed it" },
    fleet: fleetOptions.fleet,
    ...consentOptions,
  },
  async run({ args }) {
    const kind = KIND_NAMES.find((one): one is Kind => one === args.kind);
    if (kind === undefined)
      throw new Failure(
        "usage",
        `\`${printable(args.kind)}\` is no kind: ${KIND_NAMES.join(", ")}`,
      );
    if (!/^[a-z0-9-]{1,64}$/.test(args.source))
      throw new Failure(
        "usage",
        "`--source` is a short name: lower case letters, digits and dashes",
      );
    const directory = fleetDirectory(args);
    const listing = readListing(args.file, { kind, source: args.source, nowMs: Date.now() });
    const names = listing.items.slice(0, 5).map(({ name }) => name);
    const request = changeRequest({ ...args, directory }, openTerminal());
    const notes = [
      `${listing.items.length} ${kind} from ${args.source}: ${names.join(", ")}${listing.items.length > names.length ? ", ..." : ""}`,
    ];
    const consent = await seekConsent(request, { diff: "", notes: notes.map(printable) });
    const file = consent === "given" ? writeListing(directory, listing) : null;
    if (consent === "declined") process.exitCode = exitCodes.found;
    await tell(
      args,
      { outcome: consent, kind, items: listing.items.length, file },
      consent === "given" ? `${listing.items.length} ${kind} are listed` : "nothing was changed",
    );
  },
});

/** `sallyport fleet move`. */
export const moveCommand = defineCommand({
  meta: {
    name: "move",
    description: `gives a repository a tier, before every rule of the fleet's file. Machines that work on it get the policy of their new tier
with the next \`publish\`

  sallyport fleet move github.com/acme/billing regulated --reason "card data"`,
  },
  args: {
    repository: { type: "positional", required: true, description: "its remote, as host/path" },
    tier: { type: "positional", required: true, description: "the tier" },
    reason: { type: "string", required: true, valueHint: "TEXT", description: "why" },
    ...fleetOptions,
    ...consentOptions,
  },
  async run({ args }) {
    const looked = await lookNow(args);
    const remote = identityOf("repositories", args.repository);
    const tier = readTier(args.tier);
    const before = looked.company.repositories.find((one) => one.remote === remote);
    const deed: Deed = { what: "moved", remote, tier, because: args.reason };
    const note = `${remote}: ${before?.tier ?? "not known until now"} -> ${tier}`;
    await decide(args, looked, { deeds: [deed], notes: [printable(note)] });
  },
});

/** The SHA-256 of a document. Throws a Failure `usage` where it cannot be read. */
export async function digestOf(path: string): Promise<string> {
  const read = await readRegularFile(path, TABLE_BYTES_MAX);
  if (read?.complete === true) return createHash("sha256").update(read.bytes).digest("hex");
  throw new Failure(
    "usage",
    `\`${printable(path)}\` cannot be read, or has more than ${TABLE_BYTES_MAX} bytes`,
  );
}

/** `sallyport fleet attest`. */
export const attestCommand = defineCommand({
  meta: {
    name: "attest",
    description: `puts on record that somebody stands for what no machine can see. It ends, and is then missing again

  sallyport fleet attest isolation.tiers --owner ada --document review.pdf --for 365d`,
  },
  args: {
    fact: {
      type: "positional",
      required: true,
      description: "what, as `fleet plan` names it; inventory.KIND where there is none of a kind",
    },
    owner: { type: "string", required: true, valueHint: "WHO", description: "who stands for it" },
    document: {
      type: "string",
      valueHint: "FILE",
      description: "what they looked at: its digest is kept",
    },
    for: { type: "string", default: "365d", valueHint: "TIME", description: "how long it counts" },
    note: { type: "string", default: "", valueHint: "TEXT", description: "words to it" },
    ...fleetOptions,
    ...consentOptions,
  },
  async run({ args }) {
    if (!/^[a-z0-9.-]{1,64}$/.test(args.fact))
      throw new Failure("usage", "name the fact as `sallyport fleet plan` does");
    if (Object.hasOwn(FACTS, args.fact))
      throw new Failure("usage", `\`${args.fact}\` is read off figures, and nobody can attest it`);
    const looked = await lookNow(args);
    const deed: Deed = {
      what: "attested",
      fact: args.fact,
      owner: args.owner,
      note: args.note,
      document: args.document === undefined ? null : await digestOf(args.document),
      expiresMs: Date.now() + readSpan(args.for, 400),
    };
    await decide(args, looked, {
      deeds: [deed],
      notes: [printable(`${args.owner} stands for ${args.fact} for ${args.for}`)],
    });
  },
});

/** Facts that machines do not report, and other commands measure. */
const MEASURABLE: readonly string[] = ["redteam.green", "audit.critical", "ci.hardened"];

/** `sallyport fleet measure`. */
export const measureCommand = defineCommand({
  meta: {
    name: "measure",
    description: `puts a figure on record that another command measured, with the digest of its report. It counts for thirty days

  sallyport redteam run --json > redteam.json; sallyport fleet measure redteam.green 1 --report redteam.json`,
  },
  args: {
    fact: { type: "positional", required: true, description: MEASURABLE.join(", ") },
    value: { type: "positional", required: true, description: "the figure" },
    report: {
      type: "string",
      required: true,
      valueHint: "FILE",
      description: "the report that says so",
    },
    ...fleetOptions,
    ...consentOptions,
  },
  async run({ args }) {
    if (!MEASURABLE.includes(args.fact))
      throw new Failure(
        "usage",
        `\`${printable(args.fact)}\` is not measured so: ${MEASURABLE.join(", ")}`,
      );
    const value = Number(args.value);
    if (args.value.trim() === "" || !Number.isFinite(value))
      throw new Failure("usage", "the figure is a number");
    const looked = await lookNow(args);
    const deed: Deed = {
      what: "measured",
      fact: args.fact,
      value,
      document: await digestOf(args.report),
    };
    await decide(args, looked, { deeds: [deed], notes: [printable(`${args.fact} is ${value}`)] });
  },
});
