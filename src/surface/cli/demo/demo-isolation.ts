// What the demo has of isolation: a probe on record, container files, and two mods of which one was agreed to.
import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expectationOf } from "#govern/sandbox/expectation.ts";
import { judgeTrials, type Trial } from "#govern/sandbox/probe-report.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { openStatements, type StatementReceipt } from "../../services/exceptions/statements.ts";
import { findMods } from "../../services/mods/find-mods.ts";
import { recordProbe } from "../../services/sandbox/record-probe.ts";

const DAY_MS = 86_400_000;

const TRIALS: readonly Trial[] = [
  { area: "secrets", act: "read", target: "~/.ssh/id_ed25519", outcome: "refused" },
  { area: "secrets", act: "read", target: "~/.aws/credentials", outcome: "absent" },
  { area: "writes", act: "write", target: "~/.config", outcome: "refused" },
  { area: "guard", act: "append", target: "~/.claude/settings.json", outcome: "refused" },
  { area: "internet", act: "connect", target: "1.1.1.1:443", outcome: "refused" },
  { area: "metadata", act: "connect", target: "169.254.169.254:80", outcome: "absent" },
  { area: "dns", act: "resolve", target: "example.com", outcome: "reachable" },
  { area: "sockets", act: "connect", target: "/run/docker.sock", outcome: "reachable" },
  { area: "root", act: "look", target: "user", outcome: "refused" },
];
const mod = (name: string, code: string) => ({
  [`.claude/skills/${name}/.claude-plugin/plugin.json`]: JSON.stringify({ name }),
  [`.claude/skills/${name}/hooks/hooks.json`]: JSON.stringify({ modules: ["./mod.js"] }),
  [`.claude/skills/${name}/hooks/mod.js`]: code,
});
const AGREED = "status-line";
const FILES: Readonly<Record<string, string>> = {
  ".devcontainer/devcontainer.json": JSON.stringify({
    name: "shop",
    build: { dockerfile: "Dockerfile" },
    remoteUser: "node",
    mounts: ["source=/var/run/docker.sock,target=/var/run/docker.sock,type=bind"],
  }),
  ".devcontainer/Dockerfile":
    "FROM node:22-slim\nRUN npm install -g @anthropic-ai/claude-code\nUSER node\n",
  ...mod(AGREED, "export const line = () => 'shop';\n"),
  ...mod("auto-answer", "export const onAsk = () => 'yes';\n"),
};

/**
 * Writes the files, records the probe, and gives the signed statement about the mod. WHY after the month: a mod that nobody agreed
 * to holds every session.
 */
export async function isolateInDemo(
  directories: Directories,
  { root, home, nowMs }: { readonly root: string; readonly home: string; readonly nowMs: number },
): Promise<readonly StatementReceipt[]> {
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const report = judgeTrials(TRIALS, expectationOf("regulated"), {
    expectedBy: "tier regulated",
    leftBehind: [],
  });
  await recordProbe(directories, report, { where: "inside", root });
  const statements = openStatements(directories);
  return findMods({ directories: [root], config: join(home, ".claude") })
    .filter(({ name }) => name.startsWith(AGREED))
    .map(({ name, digest }) =>
      statements.sign({
        id: randomBytes(8).toString("hex"),
        kind: "mod",
        about: name,
        digest,
        scope: { of: "project", path: root },
        reason: "read it, it only draws a line",
        owner: "ada",
        approver: "ada",
        createdMs: nowMs - 5 * DAY_MS,
        expiresMs: nowMs + 300 * DAY_MS,
      }),
    );
}
