// The fast part of the fail matrix, and that the generated page covers every row and leaves none open.
import { existsSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { skipIfMissing } from "../skipping.ts";
import { type Cell, runCondition, runRawRequests } from "./fail-matrix.ts";
import { conditions } from "./failures.ts";
import type { Transport } from "./breakable-stand.ts";
import { whyMissing } from "./machine.ts";
import { payloads } from "./payloads.ts";
import { rawRequests } from "./raw-requests.ts";
import { parseTable } from "./table-page.ts";

const page = new URL("../../docs/reference/fail-matrix.md", import.meta.url);
let missing: string | undefined;

beforeAll(async () => {
  missing = await whyMissing(["client"]);
});

function condition(id: string) {
  const found = conditions.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no condition \`${id}\``);
  return found;
}

const sample: readonly (readonly [string, Transport, RegExp])[] = [
  ["daemon-killed", "http", /harmless call refused .*secret refused/],
  ["stranger-certificate", "http", /harmless call refused .*secret refused/],
  ["hook-killed", "command", /harmless call refused .*secret refused/],
  ["register-damaged", "command", /harmless call refused .*secret refused/],
];

describe("when something is wrong", () => {
  it.for(sample)("%s, %s: no tool runs unjudged", async ([id, transport, expected], ctx) => {
    skipIfMissing(ctx, missing);
    const cell = await runCondition(condition(id), transport, undefined);
    expect(cell.violations).toEqual([]);
    expect(cell.text).toMatch(expected);
  });
  it.each(["http", "command"] as const)(
    "requests that no client sends are refused, %s",
    async (transport) => {
      const cells: ReadonlyMap<string, Cell> = await runRawRequests(transport);
      const asked = rawRequests.filter(({ only }) => only === undefined || only === transport);
      expect([...cells.keys()]).toEqual([...asked.map(({ id }) => id), "raw-record"]);
      for (const [id, { violations }] of cells) expect([id, violations]).toEqual([id, []]);
    },
  );
});

describe("the page", () => {
  const rows = existsSync(page) ? parseTable(readFileSync(page, "utf8")) : [];
  it("has every row", () => {
    const ids = rows.map(({ id }) => id);
    for (const { id } of [...payloads, ...rawRequests, ...conditions]) expect(ids).toContain(id);
  });
  it("has no open cell under a client that knows `onFailure`", () => {
    const open = rows.filter(({ cells }) =>
      cells.slice(2, 4).some((cell) => /OPEN|UNJUDGED|^not run:/.test(cell)),
    );
    expect(open.map(({ id }) => id)).toEqual([]);
  });
});
