// Every detection that ships fires on a recorded set of sessions, and none on ordinary sessions of the same size.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { whyNotInstalled } from "../../installed.ts";
import { skipIfMissing } from "../../skipping.ts";
import { freshDirectory } from "../../surface/daemon/daemon-stand.ts";
import { FIRING } from "../examples/firing.ts";
import { shippedRules } from "../examples/running.ts";
import { JUDGED } from "./judged-sessions.ts";
import { ORDINARY } from "./ordinary-sessions.ts";
import { firedOn, type RecordedLine } from "./recorded-line.ts";
import { partOf, recordSessions } from "./recording.ts";
import { NOT_RECORDED, TOLD_ONLY } from "./told-only.ts";

const SET = fileURLToPath(new URL("set/", import.meta.url));
/** A file of the set stays well below what the repository takes. */
const LINES_PER_FILE = 300;

const rules = shippedRules();
const names = rules.rules.map(({ name }) => name);
const judgedNames = [...new Set(JUDGED.flatMap(({ trips }) => trips))].sort();
const toldNames = Object.keys(TOLD_ONLY);
const told = toldNames.flatMap((name) => FIRING[name] ?? []);

const made: { tripping: readonly RecordedLine[]; ordinary: readonly RecordedLine[] } = {
  tripping: [],
  ordinary: [],
};
const directories = [freshDirectory(), freshDirectory()] as const;
beforeAll(async () => {
  made.tripping = await recordSessions(directories[0].path, JUDGED, told);
  made.ordinary = await recordSessions(directories[1].path, ORDINARY, []);
  if (process.env["UPDATE"] === "1") writeSet(made.tripping);
}, 200_000);
afterAll(() => {
  for (const directory of directories) directory.remove();
});

/** The committed set, in the order of its log. */
function committed(): readonly RecordedLine[] {
  return readdirSync(SET)
    .toSorted()
    .flatMap((file) => readFileSync(`${SET}${file}`, "utf8").trim().split("\n"))
    .map((line) => JSON.parse(line) as RecordedLine);
}

function writeSet(lines: readonly RecordedLine[]): void {
  mkdirSync(SET, { recursive: true });
  for (let at = 0; at < lines.length; at += LINES_PER_FILE) {
    const part = lines.slice(at, at + LINES_PER_FILE).map((line) => `${JSON.stringify(line)}\n`);
    writeFileSync(`${SET}${at / LINES_PER_FILE + 1}.jsonl`, part.join(""));
  }
}

it("each detection is tripped by a judged session, or named with the reason why not", () => {
  const all = [...judgedNames, ...toldNames, ...Object.keys(NOT_RECORDED)];
  expect(all.toSorted()).toEqual(names);
});

describe.each([
  ["the committed set", committed],
  ["the set as it is recorded now", () => made.tripping],
] as const)("%s", (_, linesOf) => {
  it("trips every detection that a log can hold, in one stream", () => {
    expect(firedOn(rules, linesOf())).toEqual(names.filter((name) => !(name in NOT_RECORDED)));
  });
  it("trips by each session what the session is there for", () => {
    for (const [number, { trips }] of JUDGED.entries()) {
      const own = linesOf().filter((line) => partOf(line) === number);
      expect(own.length, trips.join()).toBeGreaterThan(1);
      expect(firedOn(rules, own)).toEqual(expect.arrayContaining([...trips]));
    }
  });
  it("trips by each told event what it is there for", () => {
    for (const [number, name] of toldNames.entries()) {
      const own = linesOf().filter((line) => partOf(line) === JUDGED.length + number);
      expect(firedOn(rules, own)).toContain(name);
    }
  });
});

it("the committed set has the events that are recorded now (UPDATE=1 writes it anew)", (ctx) => {
  // Without git no session sees a branch change, which is an event of the set.
  skipIfMissing(ctx, whyNotInstalled("git"));
  expect(kindsOf(committed())).toEqual(kindsOf(made.tripping));
});

describe("ordinary sessions", () => {
  it("are as many events as the set", () => {
    expect(made.ordinary.length).toBeGreaterThanOrEqual(made.tripping.length);
  });
  it("trip nothing", () => {
    expect(firedOn(rules, made.ordinary)).toEqual([]);
  });
});

/** The kinds in turn. WHY not changes of the system's own files: whether one looks changed is asked of the machine, which may lack it. */
function kindsOf(lines: readonly RecordedLine[]): readonly unknown[] {
  return lines
    .filter(({ metadata }) => !("write/system" in Object(metadata["changes"])))
    .map(({ metadata }) => metadata["kind"]);
}
