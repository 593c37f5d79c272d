// The client's version as transcripts of sessions say it, and files that say nothing or too much.
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import {
  clientConfig,
  daemonEnvironment,
} from "#surface/foundation/process/detached-environment.ts";
import { createClientSeen, versionIn } from "#surface/services/fleet/client-seen.ts";

const home = mkdtempSync(join(tmpdir(), "client-seen-"));
const config = join(home, ".claude");
afterAll(() => rmSync(home, { recursive: true, force: true }));
const transcript = (name: string, ...rows: readonly (string | object)[]): string => {
  const path = join(home, name);
  mkdirSync(join(path, ".."), { recursive: true });
  const lines = rows.map((row) => (typeof row === "string" ? row : JSON.stringify(row)));
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
};
const row = (version: unknown) => ({ type: "user", version, cwd: "/shop" });

it.each([
  ["the last row that names one", [row("2.1.300"), row("2.1.328"), { type: "summary" }], "2.1.328"],
  ["a row behind half of a long one", [row("x".repeat(600_000)), row("2.1.328")], "2.1.328"],
  ["nothing of a row that is cut off", ['{"version":"2.1.3'], undefined],
  [
    "nothing of what is no version",
    [row("2.1.3\u001b[2J"), row(7), row({}), row("latest")],
    undefined,
  ],
  ["nothing of an empty file", [], undefined],
])("takes %s", (_, rows, wanted) => {
  expect(versionIn(transcript("one.jsonl", ...rows))).toBe(wanted);
});
it("takes nothing of what is no file, and throws nothing", () => {
  expect(versionIn(home)).toBeUndefined();
  expect(versionIn(join(home, "gone.jsonl"))).toBeUndefined();
});
it("looks at the session that was heard of last, else at the newest of the guarded projects", () => {
  const seen = createClientSeen();
  expect(seen.version(config, ["/srv/shop.new"])).toBe("");
  const old = transcript(".claude/projects/-srv-shop-new/a.jsonl", row("2.1.1"));
  utimesSync(old, 1, 1);
  transcript(".claude/projects/-srv-shop-new/b.jsonl", row("2.1.2"));
  transcript(".claude/projects/-other/c.jsonl", row("2.1.9"));
  expect(seen.version(config, ["/srv/shop.new"])).toBe("2.1.2");
  seen.note(transcript("elsewhere/d.jsonl", row("2.1.5")));
  seen.note(undefined);
  expect(seen.version(config, ["/srv/shop.new"])).toBe("2.1.5");
  rmSync(join(home, "elsewhere"), { recursive: true });
  expect(seen.version(config, ["/srv/shop.new"])).toBe("2.1.5");
});
it("looks where the client keeps them on a machine that moved its configuration", () => {
  transcript("moved/projects/-srv-shop/a.jsonl", row("2.1.7"));
  transcript(".claude/projects/-srv-shop/b.jsonl", row("2.1.6"));
  const moved = daemonEnvironment({ HOME: home, CLAUDE_CONFIG_DIR: join(home, "moved") }, home);
  const inForce = clientConfig(moved);
  expect(createClientSeen().version(inForce ?? config, ["/srv/shop"])).toBe("2.1.7");
  // A relative one means nothing to a daemon, which has a directory of its own.
  expect(clientConfig({ CLAUDE_CONFIG_DIR: "moved" })).toBeUndefined();
  expect(daemonEnvironment({ CLAUDE_CONFIG_DIR: "moved" }, home)).not.toHaveProperty(
    "CLAUDE_CONFIG_DIR",
  );
});
