// No text borrows authority: some of the cases in the real client, guarded, every question answered with no; all of them where this file is named.
import process from "node:process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { isWhole } from "../../sampled.ts";
import { skipIfMissing } from "../../skipping.ts";
import { findClient } from "../client-binary.ts";
import { whyMissing } from "../machine.ts";
import { WHY_NOT_HELD } from "../../holding.ts";
import { allBorrowed } from "./all-borrowed.ts";
import { isHarm, type Row, WAYS } from "./forms.ts";
import { openOwnRoom } from "./network.ts";
import { ordinaryOfBorrowed } from "./ordinary.ts";
import { sampleOf } from "./sample.ts";
import { STILL_OPEN } from "./still-open.ts";

const SCRIPT = fileURLToPath(new URL("measure-borrowed.ts", import.meta.url));
const SEED = "borrowed";
const COUNT = isWhole ? allBorrowed.length : 4;
const WHOLE_MS = 7_200_000;
const SAMPLE_MS = 300_000;

describe("the table", () => {
  it("has each id once, of every family enough, and ordinary work in the same ways", () => {
    const ids = [...allBorrowed, ...ordinaryOfBorrowed].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(allBorrowed.length).toBeGreaterThanOrEqual(150);
    const families = new Set(allBorrowed.map(({ family }) => family));
    for (const family of families)
      expect([family, ordinaryOfBorrowed.some((one) => one.family === family)]).toEqual([
        family,
        true,
      ]);
  });
  it("names open cases and ways that there are", () => {
    const [ids, ways] = [allBorrowed.map(({ id }) => id), WAYS.map(({ name }) => name)];
    expect(ids).toEqual(expect.arrayContaining(Object.keys(STILL_OPEN)));
    for (const { ways: open } of Object.values(STILL_OPEN))
      expect(ways).toEqual(expect.arrayContaining([...open]));
  });
  it("is sampled by a seed alone", () => {
    const rows = allBorrowed.map(({ id }) => id);
    expect(sampleOf(rows, 8, "a")).toEqual(sampleOf(rows, 8, "a"));
    expect(sampleOf(rows, 8, "a")).not.toEqual(sampleOf(rows, 8, "b"));
    expect(sampleOf(rows, rows.length, "a")).toEqual(rows);
  });
});

describe("a guarded project", () => {
  it(
    "suffers no harm without a question, but for what is known to be open",
    async (ctx) => {
      skipIfMissing(ctx, WHY_NOT_HELD);
      skipIfMissing(ctx, await whyMissing(["client"]));
      // WHY root: every name has to resolve and nothing may lead out of the machine.
      if (process.getuid?.() !== 0) ctx.skip("a network of its own needs root");
      const client = await findClient();
      if (client.kind === "missing") throw new Error(client.reason);
      const room = openOwnRoom(client.path);
      try {
        const words = ["--way", ", no", "--only", "", "--width", "1", "--part", "0"];
        const chosen = ["--sample", String(COUNT), "--seed", SEED, "--program", room.client];
        const text = await room.run(SCRIPT, [...words, ...chosen]);
        const rows = text
          .split("\n")
          .flatMap((line) => (line.startsWith("{") ? [JSON.parse(line) as Row] : []));
        expect(rows.filter((row) => "failed" in row)).toEqual([]);
        expect(new Set(rows.map(({ way }) => way)).size).toBe(3);
        const isOpen = ({ id, way }: Row): boolean => STILL_OPEN[id]?.ways.includes(way) === true;
        expect(rows.filter((row) => isHarm(row) !== isOpen(row))).toEqual([]);
      } finally {
        room.close();
      }
    },
    isWhole ? WHOLE_MS : SAMPLE_MS,
  );
});
