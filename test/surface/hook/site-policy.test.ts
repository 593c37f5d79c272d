// The command hook under a policy file: chosen, edited, broken, and what a tool call may do to it.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { guardProject } from "#surface/cli/guard/guard-project.ts";
import { readProjectRegister } from "#surface/services/projects/project-register-file.ts";
import { productVersion } from "#surface/foundation/product/product.ts";
import { policyStanding } from "#surface/services/policy/policy-status.ts";
import { type Ended, type HookStand, openHookStand } from "./hook-stand.ts";
import { silent } from "../silent-terminal.ts";

const pack = (verdict: string) => `id: mine
version: "1"
title: Only for a test
automaticApproval: true
rules:
  - id: mine/read
    verdict: ${verdict}
    effects: [read, execute]
    reason: reading is what this is about
  - id: mine/controls
    verdict: deny
    effects: [tamper]
    reason: a control of the guard
`;

let stand: HookStand;
let file: string;

beforeAll(async () => {
  stand = await openHookStand("command");
  mkdirSync(join(stand.home, "config"));
  file = join(stand.home, "config", "mine.yaml");
  writeFileSync(file, pack("allow"));
  const outcome = await guardProject({
    directory: stand.project,
    yes: true,
    terminal: silent,
    environment: { PATH: "/usr/bin:/bin", HOME: stand.home },
    data: stand.install.directories.root,
    profile: file,
    hookPath: join(stand.program, "hook.cjs"),
  });
  expect(outcome.kind).toBe("guarded");
});
afterAll(() => stand.close());

const call = (name: string, input: object) =>
  JSON.stringify({
    session_id: "s",
    cwd: stand.project,
    permission_mode: "default",
    hook_event_name: "PreToolUse",
    tool_name: name,
    tool_input: input,
    tool_use_id: "t1",
  });
const verdict = ({ code, stdout }: Ended) =>
  code === 2
    ? "refused"
    : (JSON.parse(stdout) as { hookSpecificOutput: { permissionDecision?: string } })
        .hookSpecificOutput.permissionDecision;
const cat = () => stand.ask(call("Bash", { command: "cat readme.txt" }));
const standing = async () => {
  const [entry] = readProjectRegister(stand.install.directories.projectsFile);
  if (entry === undefined) throw new Error("no project is guarded");
  return policyStanding(entry, stand.install.directories);
};

describe("a policy file in the hook", () => {
  test("judges from the first call on, and an edit takes force with the next", async () => {
    expect(verdict(await cat())).toBe("allow");
    writeFileSync(file, pack("deny"));
    const denied = await cat();
    expect(verdict(denied)).toBe("deny");
    expect(denied.stdout).toContain("mine/read");
  });
  test("is a control: a call may read it and not change, move or delete it", async () => {
    writeFileSync(file, pack("allow"));
    expect(verdict(await stand.ask(call("Bash", { command: `cat ${file}` })))).toBe("allow");
    expect(
      verdict(await stand.ask(call("Bash", { command: `grep -r x ${stand.home}/config` }))),
    ).not.toBe("deny");
    const commands = [
      `echo x >> ${file}`,
      `rm ${file}`,
      `rm -r ${stand.home}/config`,
      `mv ${file} ${file}.old`,
      `sed -i s/deny/allow/ ${file}`,
      `cd ${stand.home}/config && f=mine; cp ../shop/readme.txt $f.yaml`,
    ];
    for (const command of commands) {
      const answer = await stand.ask(call("Bash", { command }));
      expect([command, verdict(answer)]).toEqual([command, "deny"]);
    }
    const write = await stand.ask(call("Write", { file_path: file, content: "x" }));
    expect([verdict(write), write.stdout.includes("mine/controls")]).toEqual(["deny", true]);
  });
  test("leaves the last good one in force when it breaks, with place and time in the standing", async () => {
    writeFileSync(file, pack("deny"));
    expect(verdict(await cat())).toBe("deny");
    writeFileSync(file, pack("allow").replace("effects", "efects"));
    for (let turn = 0; turn < 2; turn += 1) expect(verdict(await cat())).toBe("deny");
    const { trouble, inForce, source } = await standing();
    expect(trouble).toMatchObject({ code: "policy-invalid", line: 6, column: 5 });
    expect(inForce?.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(source).toEqual({ kind: "file", file });
  });
  test("cannot be read anew without the compiler or by a changed one: the last good one stays", async () => {
    writeFileSync(file, pack("deny"));
    await cat();
    writeFileSync(file, pack("allow"));
    const compiler = join(stand.program, "parts", "compiler.cjs");
    const text = readFileSync(compiler);
    renameSync(compiler, `${compiler}.away`);
    expect(verdict(await cat())).toBe("deny");
    writeFileSync(compiler, `${text.toString("utf8")}\n`);
    expect(verdict(await cat())).toBe("deny");
    writeFileSync(compiler, text);
    expect(verdict(await cat())).toBe("allow");
  });
  test("has one version for the copies of hook and command line", () => {
    const manifest = readFileSync(new URL("../../../package.json", import.meta.url), "utf8");
    expect((JSON.parse(manifest) as { version: string }).version).toBe(productVersion());
  });
});
