// A policy deployed to a machine of its own, the real client asked, damage found, and all of it taken back.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { skipIfMissing } from "../skipping.ts";
import { openPrivateMachine, type PrivateMachine, whyNoMachine } from "./private-machine.ts";

/** WHY so long: each of six sessions takes two seconds on a quiet machine, and half a minute on a busy one. */
const CLOSE_MS = 900_000;

let missing: string | undefined;
let machine: PrivateMachine;
const personal = () => join(machine.stand.home, ".claude", "settings.json");
const onMachine = (...args: readonly string[]) => machine.run(["policy", ...args]);

function writeSite(): string {
  const { stand, projectId: project } = machine;
  const hooks = {
    transport: "command",
    program: `${stand.data}/bin/sallyport-hook`,
    project,
    data: stand.data,
    home: stand.home,
  };
  const file = join(stand.home, "site.yaml");
  const mcp = { allowed: [] };
  writeFileSync(file, JSON.stringify({ hooks, sandbox: { enabled: false }, mcp }));
  return file;
}

beforeAll(async () => {
  missing = await whyNoMachine();
  if (missing === undefined) machine = await openPrivateMachine();
}, CLOSE_MS);
afterAll(async () => {
  if (missing === undefined) await machine?.close();
});

describe("a machine to which a policy is deployed", () => {
  it(
    "has it in force in every mode and in sub-agents, by the word of the real client",
    async (ctx) => {
      skipIfMissing(ctx, missing);
      const site = writeSite();
      const words = ["deploy", "team", "--scope", "managed", "--site", site, "--reason", "rollout"];
      const deployed = await onMachine(...words);
      expect([deployed.code, deployed.text]).toEqual([0, expect.stringContaining("deployed: ")]);
      expect(deployed.text).toContain("proven with the client 2.1.328");
      for (const call of ["reading `readme.txt`", '`git commit -q -a -m "proof"`'])
        expect(deployed.text).toContain(`${call} ran`);
      expect(deployed.text).toContain("`sallyport canary` is refused");
      expect((await onMachine("deploy", "--list")).text).toContain(
        "proven with the client 2.1.328: in force",
      );
      // Silent while the managed ones stand, and there for when those are emptied.
      expect(deployed.text).toContain(`hooks in ${personal()}`);
      expect(readFileSync(personal(), "utf8")).toContain("bin/sallyport-hook");
      const { code, text } = await onMachine("verify", "--client", machine.client);
      expect(text).toContain("verified: the files are as deployed");
      expect(text.match(/ {2}held /g)).toHaveLength(6);
      expect(text).toContain("bypassPermissions (really default)");
      expect(code).toBe(0);
    },
    CLOSE_MS,
  );

  it(
    "has no drift; damage is found with file, key and repair",
    async (ctx) => {
      skipIfMissing(ctx, missing);
      expect((await onMachine("drift")).text).toContain("0 differences");
      machine.etc.run(
        [
          "cd /etc/claude-code",
          `sed -i 's/"allowManagedHooksOnly": true/"allowManagedHooksOnly": false/' managed-settings.json`,
          ": > managed-settings.d/50-sallyport.json",
          `echo '{"requiredMinimumVersion": "1.0.0"}' > managed-settings.d/90-other.json`,
          "chmod 666 CLAUDE.md",
          "mkdir -p /etc/claude && echo '{}' > /etc/claude/managed-settings.json",
          "rm /etc/sallyport/policy.yaml",
        ].join(" && "),
      );
      const { code, text } = await onMachine("drift", "--json");
      const { findings } = JSON.parse(text.replaceAll("\r", ""));
      const told = findings.map(({ id, file, key }: Record<string, string | null>) => {
        return [id, file?.replace("/etc/claude-code/", ""), key].filter(Boolean).join(" ");
      });
      expect(told).toEqual(
        expect.arrayContaining([
          "key/changed managed-settings.json allowManagedHooksOnly",
          "tier/zeroed managed-settings.d/50-sallyport.json",
          "tier/unexpected managed-settings.d/90-other.json",
          "tier/shadowed managed-settings.d/90-other.json requiredMinimumVersion",
          "file/rights CLAUDE.md",
          "file/missing /etc/sallyport/policy.yaml",
          "file/dead-place /etc/claude/managed-settings.json",
        ]),
      );
      expect(code).toBe(1);
    },
    CLOSE_MS,
  );

  it(
    "is never called verified while it differs, and the client says so where hooks do not hold",
    async (ctx) => {
      skipIfMissing(ctx, missing);
      machine.etc.run("echo '{}' > /etc/claude-code/managed-settings.json");
      machine.etc.run("echo '{}' > /etc/claude-code/managed-settings.d/50-sallyport.json");
      machine.etc.run("rm /etc/claude-code/managed-settings.d/90-other.json");
      const { settingsFile } = machine.stand;
      const guarded = readFileSync(settingsFile, "utf8");
      writeFileSync(settingsFile, "{}");
      writeFileSync(personal(), "{}");
      const { code, text } = await onMachine("verify", "--client", machine.client);
      expect([code, text]).toEqual([1, expect.stringContaining("NOT VERIFIED")]);
      expect(text).not.toContain("  held ");
      const nobody = await onMachine("verify", "--client", "/nowhere/claude");
      expect([nobody.code, nobody.text]).toEqual([
        1,
        expect.stringContaining("no client was asked [client-missing]"),
      ]);
      // A project whose hooks were taken out is held, and a deployment proves no call there: the person puts them back first.
      writeFileSync(settingsFile, guarded);
      expect(text).toContain("why [hook-not-called]: the call ran, and no hook was called for it");
    },
    CLOSE_MS,
  );

  it(
    "gets what it lost by deploying again, and is as it was before when all is taken back",
    async (ctx) => {
      skipIfMissing(ctx, missing);
      const site = join(machine.stand.home, "site.yaml");
      const words = ["deploy", "team", "--scope", "managed", "--site", site, "--reason", "again"];
      const again = await onMachine(...words);
      expect([again.code, again.text]).toEqual([0, expect.stringContaining("deployed: ")]);
      const nobody = await onMachine("verify", "--client", "/nowhere/claude");
      expect([nobody.code, nobody.text]).toEqual([3, expect.stringContaining("NOT VERIFIED")]);
      expect((await onMachine("deploy", "--rollback", "--reason", "1")).code).toBe(0);
      // What the damage left is what the first deployment does not know: it is not written over.
      const refused = await onMachine("deploy", "--rollback", "--reason", "2");
      expect([refused.code, refused.text]).toEqual([
        2,
        expect.stringContaining("was changed after"),
      ]);
    },
    CLOSE_MS,
  );
});
