// `init --observe` to `init --enforce` as a person types them: nothing refused meanwhile, all on record, and told by `report`.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { open, readText } from "#surface/services/daemon-process/daemon-client.ts";
import { readInstalledHook } from "#surface/services/installation/installed-hook.ts";
import type { Install } from "#surface/services/installation/install.ts";
import { stopDaemon } from "#surface/services/daemon-process/lifecycle.ts";
import { freshDirectory, installOn, preToolUse } from "../daemon/daemon-stand.ts";
import { atTerminal, hasScript, withoutTerminal } from "./typed.ts";

let room: ReturnType<typeof freshDirectory>;
let install: Install;
let project = "";

const person = () => ({ data: install.directories.root, home: room.path });
const sallyport = (...args: readonly string[]) => withoutTerminal(person(), ...args);
const settings = () => readFileSync(join(project, ".claude", "settings.local.json"), "utf8");

beforeAll(async () => {
  room = freshDirectory();
  install = await installOn(join(room.path, "data"));
  project = join(room.path, "shop");
  mkdirSync(project);
  writeFileSync(join(project, ".env"), "KEY=planted-canary\n");
});
afterAll(async () => {
  await stopDaemon(install);
  room.remove();
});

/** Posts calls as the client does; gives what was decided, `none` where the client goes on as without us. */
async function decided(...commands: readonly string[]): Promise<readonly string[]> {
  const hook = readInstalledHook(join(project, ".claude", "settings.local.json"));
  const decisions: string[] = [];
  for (const [index, command] of commands.entries()) {
    const call = { cwd: project, tool_use_id: `t-${index}-${command}`, tool_input: { command } };
    const options = { bearer: hook.token, body: preToolUse(call) };
    const text = await readText(await open(hook, "/v1/hook", options), 100_000);
    decisions.push(/"permissionDecision":"(\w+)"/.exec(text)?.[1] ?? "none");
  }
  return decisions;
}

describe("observing", () => {
  test("says what there is to do where nothing is on record", async () => {
    const { code, text } = await sallyport("report");
    expect(code).toBe(0);
    expect(text).toMatch(
      /no calls on record in the last 7d\nnext: .*init --observe .* in a project begins/,
    );
    expect((await sallyport("report", "--since", "soon")).code).toBe(2);
    expect((await sallyport("report", "--project", project)).code).toBe(2);
  });

  test("nothing is refused, nothing blocks, and everything says so", async () => {
    const init = await sallyport("init", project, "--observe", "--yes");
    expect(init.text).toContain(`Observe ${project} (policy team): nothing is refused`);
    expect(init.text).toMatch(
      /observed: .* \(the daemon runs on port \d+\)\n(?:note: `sallyport` is not on your PATH.*\n)?next: type `cd .*shop && claude`/,
    );
    expect(init.code).toBe(0);
    expect(settings()).not.toContain("onFailure");
    expect(settings()).toContain('"$@\\"; exit 0');
    expect(await decided("ls", "cat .env", "cat .env", "rm -rf .git", "npm publish")).toEqual(
      Array.from({ length: 5 }, () => "none"),
    );
    const status = await sallyport("status", project);
    expect(status.text).toMatch(
      /^NOT in force .*observing, nothing is refused.*init .*shop --enforce/m,
    );
    expect(status.code).toBe(1);
    const tail = (await sallyport("log", "tail", "-n", "40")).text;
    expect(tail).toMatch(/deny +Bash.*cat \.env.*\[builtin:team\/secrets\/read\] \(observed\)/);
    expect(tail).toMatch(/policy .* observed/);
    // A refusal that was not answered is no alarm, and no gap in the record.
    const alarms = await sallyport("log", "detect");
    expect(alarms.text).not.toContain("A refusal was not enforced");
  });

  test("the report tells what would be refused and asked about, and no word of a command", async () => {
    const { code, text } = await sallyport("report", "--project", project);
    expect(code).toBe(0);
    expect(text).toMatch(
      /^5 calls in 1 session in .*shop, in the last 7d\n {2}all of them only observed/,
    );
    expect(text).toMatch(/would be refused +3 {3}60 per hundred calls/);
    expect(text).toMatch(/would be asked about +1 {3}20 per hundred calls/);
    expect(text).toMatch(
      /would be refused 2 calls .*, because it holds secrets\n +2 x {2}cat \.env/,
    );
    expect(text).toMatch(/next: `.*init .*shop --enforce.*` refuses and asks from now on\n$/);
    expect(text).not.toContain("planted-canary");
    const searched = /log search '(.*?)'/.exec(text)?.[1] ?? "";
    const found = await sallyport("log", "search", searched, "--count");
    expect(found.text.trim()).toMatch(/(?:^|\n)2$/);
    const json: unknown = JSON.parse((await sallyport("report", "--json")).text);
    expect(json).toMatchObject({
      calls: 5,
      sessions: 1,
      observed: 5,
      unread: 0,
      refused: { calls: 3, perHundred: 60 },
      asked: { calls: 1, perHundred: 20 },
      reasons: [{ verdict: "deny", calls: 2, rule: "builtin:team/secrets/read" }, {}, {}],
    });
  });

  test("to enforce needs no word, to observe again needs one that a person types", async (ctx) => {
    const enforced = await sallyport("init", project, "--enforce", "--yes");
    expect(enforced).toMatchObject({ code: 0, text: expect.stringContaining("guarded: ") });
    expect(settings()).toContain('"onFailure": "block"');
    expect(await decided("cat .env")).toEqual(["deny"]);
    const refused = await sallyport("init", project, "--observe", "--yes");
    expect(refused).toMatchObject({ code: 2, text: expect.stringContaining("at a terminal") });
    expect(await decided("cat .env")).toEqual(["deny"]);
    if (!hasScript) ctx.skip("`script` is not on PATH");
    const wrong = await atTerminal(person(), () => "yes", "init", project, "--observe", "--yes");
    expect(wrong.code).toBe(1);
    expect(settings()).toContain('"onFailure": "block"');
    const typed = await atTerminal(person(), (word) => word, "init", project, "--observe");
    expect(typed.code).toBe(0);
    expect(await decided("cat .env")).toEqual(["none"]);
  });

  test("a policy of the repository ends it, and `init --observe` says why not", async () => {
    mkdirSync(join(project, ".sallyport"));
    const policy = "id: shop\nversion: '1'\ntitle: The shop\nextends: [team]\n";
    writeFileSync(join(project, ".sallyport", "policy.yaml"), policy);
    expect(await decided("cat .env")).toEqual(["deny"]);
    const { code, text } = await sallyport("init", project, "--observe", "--yes");
    expect(code).toBe(2);
    expect(text).toContain(".sallyport/policy.yaml` enforces a policy here");
    expect((await sallyport("status", project)).text).toContain("observing was chosen, and");
  });
});
