// Never milder than the real client alone: a sample of places, ways to change them and modes, asked of the client itself.
import { beforeAll, describe, expect, it } from "vitest";
import { isWhole } from "../sampled.ts";
import {
  type Case,
  callOf,
  FORMS,
  outcomeOf,
  PATHS,
  PLACES_OF,
  protects,
} from "../property/never-milder.ts";
import { compareSession, type Pair } from "./simulator/client-verdicts.ts";
import { whyMissing } from "./machine.ts";

/** Modes that a session without a classifier can have, and in which the client protects anything (in `bypassPermissions` it lets all be). */
const MODES = ["default", "acceptEdits", "dontAsk", "plan"] as const;
const { project, home } = PLACES_OF;
/** WHY no others: the calls are really made, and only these two are the test's own. */
const OWN = PATHS.filter((path) => path.startsWith(`${project}/`) || path.startsWith(`${home}/`));
const ALL = OWN.flatMap((path) => Object.keys(FORMS).map((form) => ({ form, path })));
/** Calls of a session, and sessions in a mode: one in every run, ten where the test is named (SALLYPORT_WHOLE). */
const CALLS = 24;
const SESSIONS = isWhole ? 10 : 1;
/** Another part of the table for each session; a step that has no factor with the table meets every form. */
const STEP = 211;

const NO_RULES = { deny: [], ask: [] };

/** A case that the client should protect in this mode. WHY: of so few, all may be let be. WHY a redirection: it fails for no other reason. */
function protectedIn(mode: (typeof MODES)[number]) {
  const redirected = ALL.filter(({ form }) => form === "redirect");
  return redirected.find((one) => {
    const { client } = outcomeOf({ ...one, mode, isHeld: false, rules: NO_RULES });
    return protects(client, false);
  });
}

type Asked = { readonly one: Case; readonly pair: Pair };
const asked: Asked[] = [];
let missing: string | undefined;

beforeAll(async () => {
  missing = await whyMissing(["client"]);
  if (missing !== undefined) return;
  const wanted = MODES.flatMap((mode) => Array.from({ length: SESSIONS }, () => mode));
  for (const [at, mode] of wanted.entries()) {
    const cases = Array.from({ length: CALLS }, (_, count) => {
      const drawn = ALL[((at * CALLS + count) * STEP) % ALL.length];
      const found = count === 0 ? protectedIn(mode) : drawn;
      if (found === undefined) throw new Error("there is no table");
      return { ...found, mode, isHeld: false, rules: NO_RULES };
    });
    const calls = cases.map((one) => {
      const { tool, input } = callOf(one);
      return { name: tool, input: Object(placed(input)) };
    });
    const permissions = { allow: ["Bash", "Write", "Edit"] };
    const layers = [{ source: "user", settings: { permissions } }] as const;
    const session = { layers, mode, isTrusted: true, hasServers: false, calls };
    const { pairs } = await compareSession(session);
    for (const pair of pairs) {
      const one = cases[calls.findIndex((call) => call === pair.call)];
      if (one !== undefined) asked.push({ one, pair });
    }
  }
}, 900_000);

/** The test's own places in the stead of those of the property. */
function placed(input: unknown): unknown {
  const text = JSON.stringify(input).replaceAll(project, "<project>").replaceAll(home, "<home>");
  return JSON.parse(text);
}

function lineOf({ one: { form, path, mode }, pair }: Asked): string {
  return `${form} ${path} in ${mode}: ${pair.client} (${pair.told})`;
}

describe("what the real client asks about or refuses, where it may use every tool", () => {
  it("was seen in every mode, beside what it lets be", (ctx) => {
    if (missing !== undefined) return ctx.skip(missing);
    expect(asked.length).toBeGreaterThan(MODES.length * 16);
    for (const mode of MODES) {
      const verdicts = new Set(
        asked.filter(({ one }) => one.mode === mode).map(({ pair }) => pair.client),
      );
      expect([mode, verdicts.has("ask") || verdicts.has("deny")]).toEqual([mode, true]);
    }
    expect(new Set(asked.map(({ pair }) => pair.client)).has("allow")).toBe(true);
  });
  it("is allowed by us in no case", (ctx) => {
    if (missing !== undefined) return ctx.skip(missing);
    const milder = asked.filter(
      ({ one, pair }) => pair.client !== "allow" && outcomeOf(one).answer.verdict === "allow",
    );
    expect(milder.map(lineOf)).toEqual([]);
  });
  it("is said by the simulator too, on which the answer to a held call rests", (ctx) => {
    if (missing !== undefined) return ctx.skip(missing);
    const unforeseen = asked.filter(
      ({ pair }) => pair.client !== "allow" && pair.ours.verdict === "allow",
    );
    expect(unforeseen.map(lineOf)).toEqual([]);
  });
});
