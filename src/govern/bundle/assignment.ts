// Which bundle a machine is to have: a short signed file for each machine, which any file server can hand out.
import { createHash } from "node:crypto";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { STAGES } from "#guard/policy/policy.ts";
import { VERSION_MAX } from "./bundle.ts";

const timeMs = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(8.64e15));
const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
/** Days after which an assignment that nobody renewed is told to be old. */
export const ASSIGNMENT_DAYS_MAX = 30;

/** What is signed. `number` goes up with each that is published: a machine takes none that is lower than the one it had. */
export const assignmentSchema = v.strictObject({
  format: v.literal(1),
  fleet: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/)),
  /** `machineDigest` of whom it is for. */
  machine: hash,
  number: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  issuedMs: timeMs,
  /** Whose signature it bears. */
  key: v.pipe(v.string(), v.maxLength(300)),
  /** What is to be in force; null: no bundle. */
  bundle: v.nullable(
    v.strictObject({
      version: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(VERSION_MAX)),
      /** SHA-256 of the bundle's file, which lies at `bundles/<content>.bundle` of the same place. */
      content: hash,
      stage: v.picklist(STAGES),
    }),
  ),
});

export type Assignment = Readonly<v.InferOutput<typeof assignmentSchema>>;

/** WHY a digest: the list of files on a server need not tell the names of a company's machines. */
export function machineDigest(fleet: string, machine: string): string {
  return createHash("sha256")
    .update(`sallyport/fleet-machine/v1\n${fleet}\n${machine}`)
    .digest("hex");
}

/** Where the file of a machine lies below the place that a fleet is published at. */
export function assignmentPath(fleet: string, machine: string): string {
  const digest = machineDigest(fleet, machine);
  return `machines/${digest.slice(0, 2)}/${digest}.json`;
}

/** Where a bundle lies below the place that a fleet is published at. */
export function bundlePath(content: string): string {
  return `bundles/${content}.bundle`;
}

/** Throws a Failure `assignment-other` or `assignment-old` where an assignment is not to be followed. */
export function requireFor(
  { fleet, machine, number }: Assignment,
  whose: { readonly fleet: string; readonly machine: string; readonly taken: number },
): void {
  if (fleet !== whose.fleet || machine !== machineDigest(whose.fleet, whose.machine))
    throw new Failure(
      "assignment-other",
      `the assignment is for another machine or fleet than \`${whose.machine}\` of \`${whose.fleet}\``,
    );
  if (number < whose.taken)
    throw new Failure(
      "assignment-old",
      `the assignment ${number} is older than ${whose.taken}, which was followed before: the server hands out an old copy`,
    );
}
