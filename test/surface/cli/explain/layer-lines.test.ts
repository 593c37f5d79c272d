// Which layer holds what, in words: of a policy, of its rules, and of one judged call.
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Effect } from "#guard/vocabulary/effect.ts";
import type { Decision } from "#guard/policy/decision.ts";
import { HELD_BY_PROFILE } from "#guard/policy/authorize/contained.ts";
import type { LayersHere } from "#guard/policy/held-by-layer.ts";
import { textOf } from "#surface/cli/commands/policy/policy-show.ts";
import {
  holdingLine,
  kernelLine,
  kernelSide,
  layersHereLines,
} from "#surface/cli/explain/layer-lines.ts";
import { kernelHere, kernelOfAnswer, layersHere } from "#surface/services/hold/layers-here.ts";
import { loadPack } from "#surface/services/policy/policy-source.ts";

const home = realpathSync(mkdtempSync(join(tmpdir(), "layers-")));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const asked = { root: home, home, data: join(home, "data"), hold: undefined, environment: {} };
const missing = { works: false, why: "bubblewrap is not installed", repair: "apt-get" } as const;

const effects: readonly Effect[] = [
  {
    kind: "execute",
    program: "make",
    origin: "project",
    reach: "unbounded",
    via: [],
    at: undefined,
  },
];
const decided = (verdict: Decision["verdict"], text = ""): Decision => ({
  verdict,
  effects,
  findings: [],
  programs: [],
  factsUsed: [],
  steps: 1,
  reasons: [{ verdict, rule: "x", effect: 0, text, instead: undefined }],
});
const call = { tool: "Bash", effects, mode: "default", projectRoot: "/p" };

describe("the kernel's side of a call", () => {
  const works = { works: true } as const;
  it("is the profile that the call needs", () => {
    const side = kernelSide({ ...call, decision: decided("allow", HELD_BY_PROFILE) }, works, {});
    expect(side).toEqual({ held: true, network: "none", writes: [], decides: true });
    expect(kernelLine(side)).toContain(
      "held: it reaches no host, changes its project and nothing else",
    );
    const ports = kernelSide({ ...call, decision: decided("allow", HELD_BY_PROFILE) }, works, {
      machinePorts: ["5432", "6379"],
    });
    expect(kernelLine(ports)).toContain(
      "held: it reaches no host, reaches port 5432, 6379 of this machine, changes its project",
    );
  });
  it.each([
    ["another tool", { tool: "Read" }, "allow", works, {}, "only commands"],
    ["plan mode", { mode: "plan" }, "allow", works, {}, "plan mode"],
    ["a refused call", {}, "deny", works, {}, "refused"],
    ["no bubblewrap", {}, "ask", missing, {}, "to repair it: apt-get"],
  ] as const)("is no profile for %s", (_, other, verdict, kernel, hold, words) => {
    const line = kernelLine(
      kernelSide({ ...call, ...other, decision: decided(verdict) }, kernel, hold),
    );
    expect(line).toMatch(/^not held: /);
    expect(line).toContain(words);
  });
  it("is none under `hold: unproven` for what is known, unless the answer rests on it", () => {
    const known: readonly Effect[] = [
      {
        kind: "execute",
        program: "ls",
        origin: "system",
        reach: "modelled",
        via: [],
        at: undefined,
      },
    ];
    const of = (text: string) =>
      kernelSide({ ...call, effects: known, decision: decided("allow", text) }, works, {
        hold: "unproven",
      });
    expect([of("").held, of(HELD_BY_PROFILE).held]).toEqual([false, true]);
  });
});

describe("a place", () => {
  it("is asked of the machine, and of the policy first", async () => {
    expect(await kernelHere({ ...asked, hold: "never" })).toMatchObject({ works: false });
    const standing = () => Promise.resolve(missing);
    expect(await kernelHere({ ...asked, standing })).toEqual(missing);
    const broken = () => Promise.reject(new Error("secret-canary"));
    const told = await kernelHere({ ...asked, standing: broken });
    expect(told).toMatchObject({ works: false });
    expect(JSON.stringify(told)).not.toContain("canary");
  });
  it("says of a session what its rules were told", () => {
    expect(kernelOfAnswer(undefined)).toBeUndefined();
    const why = { kind: "containment", sandbox: undefined, why: "given up" } as const;
    expect(kernelOfAnswer(why)).toEqual({ works: false, why: "given up" });
  });
  it("stands in `policy show` above the rules, and behind each of them", async () => {
    const standing = () => Promise.resolve(missing);
    const unheld = await layersHere({ ...asked, standing });
    const policy = loadPack("team");
    expect(layersHereLines(unheld, policy)[1]).toBe(
      "        kernel: not held: bubblewrap is not installed; to repair it: apt-get",
    );
    const here: LayersHere = { ...unheld, kernel: { works: true } };
    const text = textOf({ policy, from: "here", layers: [], here }, policy.rules);
    expect(text).toContain("kernel: each command in a profile that is made for it");
    expect(text).toMatch(/ask {3}code\/unbounded[\s\S]*?held by evaluator; kernel \(commands/);
    expect(text).toMatch(/ask {3}history\/local[\s\S]*?held by evaluator\n/);
    expect(textOf({ policy, from: "here", layers: [] }, policy.rules)).not.toContain("held by");
    expect(holdingLine([])).toBeUndefined();
    const opened = { ...policy, machinePorts: ["5432"] };
    const line = "ports of this machine that held code reaches: 5432";
    expect(textOf({ policy: opened, from: "here", layers: [], here }, [])).toContain(line);
    expect(text).not.toContain("ports of this machine");
  });
});
