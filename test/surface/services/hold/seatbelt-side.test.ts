// The profile for macOS of a judged command: what of the project and the policy stands in it, and that it is off there.
import { realpathSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { seatbeltOf } from "#surface/services/hold/seatbelt-side.ts";
import { standingElsewhere } from "#surface/services/hold/hold-status.ts";
import { judgeCommand, makeProject } from "../../../judging.ts";

const where = makeProject();
afterAll(() => where.remove());

async function profileOf(command: string): Promise<string> {
  const decision = await judgeCommand(where, command);
  const { policy, project, home } = where;
  const made = seatbeltOf({
    decision,
    policy,
    projectRoot: realpathSync(project),
    home: realpathSync(home),
    data: join(home, ".sallyport"),
    configDirectory: join(home, ".claude"),
    nowMs: 0,
  });
  return made.kind === "profile" ? made.text : made.why;
}

describe("the profile of a command", () => {
  it("hides secrets of the project and the home, and keeps git's hooks and the client's settings", async () => {
    const text = await profileOf("npm test");
    const denied = text.slice(text.indexOf("(deny file-read*"), text.indexOf("(allow file-write*"));
    for (const path of [".env", "sub/.env"])
      expect(denied).toContain(`(literal "${where.project}/${path}")`);
    expect(denied).toContain(`${where.home}/.ssh`);
    expect(denied).toContain(`${where.home}/.claude/.credentials.json`);
    const kept = text.slice(text.indexOf("(deny file-write*"));
    expect(kept).toContain(`(subpath "${where.project}/.git/hooks")`);
    expect(kept).toContain(`(subpath "${where.project}/.claude")`);
    expect(text).not.toContain("network");
    expect(text).not.toContain("planted");
  });

  it("has the network of a command that needs hosts, and is none for one that gains rights", async () => {
    expect(await profileOf("git push")).toContain("(allow network-outbound)");
    expect(await profileOf("sudo ls")).toBe("it gains rights that nothing held can have");
  });
});

it.each([
  ["macos", "holding is not measured on macOS"],
  ["windows", "on Linux only"],
  ["other", "on Linux only"],
] as const)("%s holds no call, and says so", (system, words) => {
  const standing = standingElsewhere(system);
  expect(standing).toMatchObject({ works: false });
  expect(JSON.stringify(standing)).toContain(words);
  expect(standingElsewhere("linux") ?? standingElsewhere("wsl")).toBeUndefined();
});
