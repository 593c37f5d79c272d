// The environment attacks: one of them runs, the page has them all, and SECURITY.md names each that is not held.
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { skipIfMissing } from "../skipping.ts";
import { attacks } from "./attacks.ts";
import { whyMissing } from "./machine.ts";
import { measureAttack } from "./measure-attacks.ts";
import { parseTable } from "./table-page.ts";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
let missing: string | undefined;

beforeAll(async () => {
  missing = await whyMissing(["client"]);
});

describe("a repository that comes with hostile variables after init", () => {
  it("runs a script at the first `echo` without us, and nothing with us", async (ctx) => {
    skipIfMissing(ctx, missing);
    const attack = attacks.find(({ id }) => id === "env-bash-env");
    if (attack === undefined) throw new Error("no attack `env-bash-env`");
    expect(await measureAttack(attack)).toMatchObject({
      without: { succeeded: true },
      http: { succeeded: false, atInit: "refuses, names it" },
      command: { succeeded: false },
    });
  });
});

describe("the page of attacks", () => {
  const rows = parseTable(read("docs/reference/environment-attacks.md"));
  const open = rows.filter(({ cells }) => cells.slice(5, 7).includes("**succeeds**"));
  it("has every attack, and a boundary for each that is not held", () => {
    expect(rows.map(({ id }) => id)).toEqual(attacks.map(({ id }) => id));
    expect(open.filter(({ cells }) => /^–$|nothing known/.test(cells[7] ?? "–"))).toEqual([]);
  });
  it("agrees with SECURITY.md on what is not held", () => {
    const named = new Set([...read("SECURITY.md").matchAll(/`([a-z0-9-]+)`/g)].map(([, id]) => id));
    const known = attacks.map(({ id }) => id).filter((id) => named.has(id));
    expect(known.toSorted()).toEqual(open.map(({ id }) => id).toSorted());
  });
});
