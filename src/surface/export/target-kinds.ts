// Every kind of target: what stands in its settings, how much it takes at once, and how it is made.
import * as v from "valibot";
import type { BatchLimits, Target } from "#record/delivery/target.ts";
import { fileTarget } from "#record/delivery/targets/file.ts";
import { splunkTarget } from "#record/delivery/targets/splunk-hec.ts";
import { Address, Form, Reference, text } from "./setting-forms.ts";

/** A kind of target. `limits` are the most that it takes at once; `seconds` an entry waits for others by default. */
export type TargetKind = {
  readonly title: string;
  readonly entries: v.ObjectEntries;
  readonly limits: BatchLimits;
  readonly seconds: number;
  /** Makes a target of settings that fit `entries`. */
  readonly make: (settings: unknown, limits: BatchLimits) => Target;
};

function kind<const Entries extends v.ObjectEntries>(
  given: Omit<TargetKind, "make" | "entries"> & {
    readonly entries: Entries;
    readonly make: (
      settings: v.InferOutput<v.LooseObjectSchema<Entries, undefined>>,
      limits: BatchLimits,
    ) => Target;
  },
): TargetKind {
  const schema = v.looseObject(given.entries);
  return { ...given, make: (settings, limits) => given.make(v.parse(schema, settings), limits) };
}

/** By the word that stands behind `to`. */
export const TARGET_KINDS: ReadonlyMap<string, TargetKind> = new Map([
  [
    "file",
    kind({
      title: "lines of JSON in a file that another program ships",
      entries: {
        path: v.pipe(
          text(4_096),
          v.check((path) => path.startsWith("/"), "a path is absolute"),
        ),
        format: Form,
      },
      limits: { entries: 1_000, bytes: 16 * 1024 * 1024 },
      seconds: 1,
      make: ({ path, format }, limits) => fileTarget({ path, form: format, limits }),
    }),
  ],
  [
    "splunk-hec",
    kind({
      title: "Splunk, through its HTTP Event Collector",
      entries: {
        url: Address,
        token: Reference,
        index: v.optional(text(80)),
        source: v.optional(text(200), "sallyport"),
        sourcetype: v.optional(text(200), "sallyport:event"),
        acknowledge: v.optional(v.boolean(), true),
        format: Form,
      },
      limits: { entries: 500, bytes: 1_000_000 },
      seconds: 5,
      make: ({ index, format, ...rest }, limits) =>
        splunkTarget({ ...rest, index, form: format, limits }),
    }),
  ],
]);
