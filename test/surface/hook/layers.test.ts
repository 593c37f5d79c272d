// The command hook under a repository's own policy: it restricts from the next call on, names its layer, and is a control.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Ended, type HookStand, openHookStand } from "./hook-stand.ts";

let stand: HookStand;
beforeAll(async () => {
  stand = await openHookStand("command");
});
afterAll(() => stand.close());

const ask = (command: string, env: Readonly<Record<string, string>> = {}): Promise<Ended> =>
  stand.ask(
    JSON.stringify({
      session_id: "s",
      cwd: stand.project,
      permission_mode: "default",
      hook_event_name: "PreToolUse",
      tool_name: "Bash",
      tool_use_id: "t1",
      tool_input: { command },
    }),
    { env },
  );
const answer = async (command: string, env?: Readonly<Record<string, string>>) => {
  const { stdout } = await ask(command, env);
  const { hookSpecificOutput: out } = JSON.parse(stdout) as {
    hookSpecificOutput: { permissionDecision?: string; permissionDecisionReason?: string };
  };
  return [out.permissionDecision, out.permissionDecisionReason ?? ""] as const;
};

test("a repository's policy restricts, by name, also where only continuous integration is meant, and cannot be touched", async () => {
  expect((await answer("cat readme.txt"))[0]).not.toBe("deny");
  mkdirSync(join(stand.project, ".sallyport"));
  const file = join(stand.project, ".sallyport", "policy.yaml");
  writeFileSync(
    file,
    `id: shop
version: "1"
title: Only for a test
automaticApproval: true
rules:
  - id: shop/readme
    verdict: deny
    effects: [read]
    paths: ["<project>/readme.txt"]
    ci: true
    reason: it is not read in continuous integration
  - id: shop/env
    verdict: allow
    effects: [read]
    paths: ["<project>/.env"]
    reason: a repository must not be able to say this
`,
  );
  expect((await answer("cat readme.txt"))[0]).not.toBe("deny");
  const [verdict, why] = await answer("cat readme.txt", { CI: "true" });
  expect([verdict, why]).toEqual(["deny", expect.stringContaining("project:shop/shop/readme")]);
  expect((await answer("cat .env"))[0]).toBe("deny");
  for (const command of [`rm ${file}`, "rm -r .sallyport", "echo > .sallyport/policy.yaml"])
    expect([command, (await answer(command))[0]]).toEqual([command, "deny"]);
  writeFileSync(file, "");
  expect((await answer("cat readme.txt", { CI: "true" }))[0]).toBe("deny");
});
