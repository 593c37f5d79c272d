// What a probe has to find: a tier, or a file that adds to one what is meant to be open and what must not be reached.
import * as v from "valibot";
import { readDeclaration } from "#base/declaration.ts";
import { TIERS, type Tier } from "#govern/library/pack-schema.ts";
import { expectedOf, PROBE_AREAS, type ProbeArea } from "./probe-areas.ts";

const EXPECTATION_CHARS_MAX = 100_000;
const NAMED_MAX = 256;

const place = v.pipe(
  v.string(),
  v.maxLength(1_000),
  v.regex(/^(?:\/|~\/|~$)[^\p{Cc}]*$/u, "an absolute path, or one that begins with ~/"),
);
const places = v.optional(v.pipe(v.array(place), v.maxLength(NAMED_MAX)), []);
const address = v.pipe(
  v.string(),
  v.regex(/^(?:[\w.-]{1,253}|\[[0-9a-fA-F:.]{2,45}\]):\d{1,5}$/, "HOST:PORT or [IPv6]:PORT"),
  v.check((text) => Number(/\d+$/.exec(text)?.[0]) <= 65_535, "a port up to 65535"),
);

const ExpectationSchema = v.strictObject({
  tier: v.optional(v.picklist(TIERS)),
  /** Areas that this isolation treats otherwise than its tier says. */
  areas: v.optional(
    v.record(v.picklist(PROBE_AREAS), v.picklist(["forbidden", "free"] as const)),
    {},
  ),
  /** Places outside of the project that are meant to be written: caches, the client's configuration. */
  writable: places,
  /** The same, only where the file system there is kept in memory: empty folders that were put over what is hidden. */
  memory: places,
  /** Variables that look like secrets and are meant to be there. */
  variables: v.optional(
    v.pipe(v.array(v.pipe(v.string(), v.regex(/^[A-Za-z_]\w{0,100}$/))), v.maxLength(NAMED_MAX)),
    [],
  ),
  /** What must not be opened for reading, not be written, and not be reached. */
  read: places,
  write: places,
  connect: v.optional(v.pipe(v.array(address), v.maxLength(NAMED_MAX)), []),
  sockets: places,
});

/** What a probe has to find. */
export type Expectation = v.InferOutput<typeof ExpectationSchema>;

/** Reads a file of what is expected (YAML). Throws Failure `expectation-syntax` or `expectation-invalid` with line and column. */
export function parseExpectation(text: string, file: string): Expectation {
  return readDeclaration(text, {
    file,
    kind: "expectation",
    schema: ExpectationSchema,
    charsMax: EXPECTATION_CHARS_MAX,
  }).value;
}

/** What a tier alone expects; the strictest where there is none. */
export function expectationOf(tier: Tier | undefined): Expectation {
  return v.parse(ExpectationSchema, tier === undefined ? {} : { tier });
}

/** What is expected of an area. What is named one by one is always forbidden. */
export function expectedIn(
  area: ProbeArea,
  { tier, areas }: Pick<Expectation, "tier" | "areas">,
): "forbidden" | "free" {
  return area === "named" ? "forbidden" : (areas[area] ?? expectedOf(area, tier));
}
