// Installs to a prefix that a person agreed to: they run, whatever lies there, and what is ours stays out of reach.
import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Effect } from "../../../../src/guard/vocabulary/effect.ts";
import { skipIfMissing } from "../../../skipping.ts";
import { type HeldMachine, heldMachine, NOBODY } from "./held.ts";

const CODE: Effect = {
  kind: "execute",
  program: "make",
  origin: "project",
  reach: "unbounded",
  via: [],
  at: undefined,
};

let machine: HeldMachine;
beforeAll(async () => {
  machine = await heldMachine(process.getuid?.() === 0 ? { uid: NOBODY } : {});
  machine.file(`${machine.home}/.local/bin/other`, "as it was\n");
  machine.file(`${machine.data}/own`, "ours\n");
});
afterAll(() => machine?.remove());

function writing(path: string, reach: "entry" | "tree"): Effect {
  const target = { kind: "path", path, real: path, reach } as const;
  return { kind: "write", mode: "create", target, content: [], via: [], at: undefined } as Effect;
}

describe("an install that a person agreed to", () => {
  // WHY these: our data directory, with the layers of the session's caches, lies below the first, and beside the second in the home.
  it.for([
    [".local", "entry"],
    [".local", "tree"],
    ["opt/unit", "entry"],
    ["own/unit", "tree"],
  ] as const)("to `~/%s` runs, foreseen as one %s", async ([place, reach], ctx) => {
    skipIfMissing(ctx, machine.trouble);
    const prefix = `${machine.home}/${place}`;
    const run = await machine.run({
      command: `mkdir -p ${prefix}/bin ${prefix}/share/man && echo ${reach} > ${prefix}/bin/unit && cat ${prefix}/bin/unit; cat ${machine.data}/own; echo no > ${machine.data}/new`,
      effects: [CODE, writing(prefix, reach)],
      programs: ["make"],
      isApproved: true,
    });
    expect(run).toMatchObject({ kind: "held", said: `${reach}\n` });
    expect(readFileSync(`${prefix}/bin/unit`, "utf8")).toBe(`${reach}\n`);
    expect(readFileSync(`${machine.home}/.local/bin/other`, "utf8")).toBe("as it was\n");
    expect(existsSync(`${machine.data}/new`)).toBe(false);
  });
});
