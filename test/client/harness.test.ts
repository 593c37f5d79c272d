// Proof that the harness sees what the real client does: allow, deny, hook, tool results, shells, leaks.
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { whyNotInstalled } from "../installed.ts";
import { findClient, pinnedClient } from "./client-binary.ts";
import { bash, type ClientRun, runClient } from "./client-run.ts";
import { whyMissing } from "./machine.ts";
import { findMarker } from "./marker-search.ts";
import { toolUseId } from "./model-stub.ts";
import { plainCommands } from "./plain-commands.ts";
import { pushForms } from "./push-forms.ts";
import { readForms } from "./read-forms.ts";

const allowBash = { permissions: { allow: ["Bash"] } };

describe("a session of the real client", () => {
  const runs: ClientRun[] = [];
  afterAll(() => {
    expect(runs.every((run) => !run.timedOut)).toBe(true);
  });

  test("runs what is allowed and refuses what a deny rule names", async (ctx) => {
    const reason = await whyMissing(["client"]);
    if (reason !== undefined) {
      ctx.skip(reason);
    }
    const run = await runClient({
      turns: [bash("echo one > made.txt; cat made.txt"), bash("git push"), "bye"],
      settings: { project: { permissions: { allow: ["Bash"], deny: ["Bash(git push:*)"] } } },
    });
    runs.push(run);
    expect(run.exitCode).toBe(0);
    expect(run.toolResults.get(toolUseId(0))).toEqual({ text: "one", isError: false });
    expect(run.wasDenied(toolUseId(0))).toBe(false);
    expect(run.wasDenied(toolUseId(1))).toBe(true);
    expect(run.toolResults.get(toolUseId(1))?.isError).toBe(true);
    expect(run.requestBodies.some((body) => body.includes('"tool_result"'))).toBe(true);
    expect(run.result?.["result"]).toBe("bye");
  });

  test("obeys a command hook that denies, and the hook is seen", async (ctx) => {
    const reason = await whyMissing(["client"]);
    if (reason !== undefined) {
      ctx.skip(reason);
    }
    const deny = "echo stop >&2; exit 2";
    const run = await runClient({
      turns: [bash("touch made.txt"), bash("ls")],
      settings: {
        project: {
          ...allowBash,
          hooks: { PreToolUse: [{ matcher: "", hooks: [{ type: "command", command: deny }] }] },
        },
      },
    });
    runs.push(run);
    expect(run.wasDenied(toolUseId(0))).toBe(true);
    expect(run.toolResults.get(toolUseId(0))?.text).toContain("stop");
    expect(run.hookEvents.filter((event) => event["subtype"] === "hook_response")).toHaveLength(2);
  });

  test("sees a leak in plain, encoded and dumped form", async (ctx) => {
    const reason = await whyMissing(["client"]);
    if (reason !== undefined) {
      ctx.skip(reason);
    }
    const missing = whyNotInstalled("base64", "rev", "xxd", "od");
    if (missing !== undefined) ctx.skip(missing);
    const marker = "tkN4xWq8Zr1mVb6Y";
    const run = await runClient({
      turns: ["cat k", "base64 k", "rev k", "xxd k", "od -c k", "od k", "wc k"].map((line) =>
        bash(line),
      ),
      files: { k: `x=${marker}\n` },
      settings: { project: allowBash },
    });
    runs.push(run);
    const forms = run.permissionDenials.length === 0 ? [0, 1, 2, 3, 4, 5, 6] : [];
    expect(forms.map((turn) => run.leakedBy(toolUseId(turn), marker))).toEqual([
      "literal",
      "base64",
      "reversed",
      "hex",
      "literal",
      "octal words",
      undefined,
    ]);
    expect(run.leaked(marker)).toBe("literal");
    expect(run.leaked("notPlanted77")).toBe(undefined);
  });

  test("runs zsh when asked for zsh", async (ctx) => {
    const reason = await whyMissing(["client", "zsh"]);
    if (reason !== undefined) {
      ctx.skip(reason);
    }
    const turns = [bash('echo "zsh:$ZSH_VERSION bash:$BASH_VERSION"'), bash("greet")];
    const bashrc = "greet() { echo from-the-start-up-file; }\n";
    const [zsh, plain] = await Promise.all([
      runClient({ turns, bashrc, shell: "zsh", settings: { project: allowBash } }),
      runClient({ turns, bashrc, shell: "bash", settings: { project: allowBash } }),
    ]);
    runs.push(zsh, plain);
    expect(zsh.toolResults.get(toolUseId(0))?.text).toMatch(/^zsh:5\.\S+ bash:$/);
    expect(plain.toolResults.get(toolUseId(0))?.text).toMatch(/^zsh: bash:5\.\S+$/);
    expect(zsh.toolResults.get(toolUseId(1))?.text).toBe("from-the-start-up-file");
    expect(plain.toolResults.get(toolUseId(1))?.text).toBe("from-the-start-up-file");
  });

  test("is under managed settings that only it can see", async (ctx) => {
    const reason = await whyMissing(["client", "managed"]);
    if (reason !== undefined) {
      ctx.skip(reason);
    }
    const run = await runClient({
      turns: [bash("touch made.txt"), bash("ls")],
      settings: { project: allowBash },
      managedSettings: { permissions: { deny: ["Bash(touch:*)"] } },
    });
    runs.push(run);
    expect(run.wasDenied(toolUseId(0))).toBe(true);
    expect(run.wasDenied(toolUseId(1))).toBe(false);
  });

  test("is ended with all its processes when its time is over", async (ctx) => {
    const reason = await whyMissing(["client"]);
    if (reason !== undefined) {
      ctx.skip(reason);
    }
    const run = await runClient({
      turns: [bash("node -e 'setTimeout(() => {}, 60000)'")],
      settings: { project: allowBash },
      timeoutMs: 3000,
    });
    expect(run.timedOut).toBe(true);
    expect(() => run.wasDenied(toolUseId(0))).toThrow("no result");
  });
});

describe("the fetched client", () => {
  test("is not unpacked from a tarball with another digest", async (ctx) => {
    if (process.platform !== "linux" || process.arch !== "x64") {
      ctx.skip("the pinned client is for linux x64");
    }
    const cache = await mkdtemp(join(tmpdir(), "sallyport-cache-"));
    try {
      await writeFile(join(cache, pinnedClient.tarball), "not the client");
      const found = await findClient(cache);
      expect(found.kind).toBe("missing");
      expect(found.kind === "missing" ? found.reason : "").toContain("has integrity sha512-");
      expect(await readdir(cache)).toEqual([pinnedClient.tarball]);
    } finally {
      await rm(cache, { recursive: true });
    }
  });
});

describe("the lists of commands", () => {
  test("have the measured lengths and no entry twice", () => {
    expect(readForms).toHaveLength(68);
    expect(readForms.filter((form) => form.leaksNatively)).toHaveLength(32);
    expect(pushForms).toHaveLength(51);
    expect(pushForms.filter((form) => form.refusedNatively)).toHaveLength(36);
    expect(plainCommands).toHaveLength(54);
    expect(plainCommands.filter((entry) => entry.runsNatively)).toHaveLength(32);
    for (const list of [readForms, pushForms, plainCommands]) {
      expect(new Set(list.map((entry) => entry.command)).size).toBe(list.length);
      expect(new Set(list.map((entry) => entry.id)).size).toBe(list.length);
    }
  });
});

describe("the marker search", () => {
  test("finds spaced, hex, octal, percent and rotated forms and nothing in other text", () => {
    const marker = "aB3dE6gH9k";
    const hex = Buffer.from(marker).toString("hex");
    expect(findMarker([[...marker].join(" ")], marker)).toBe("literal");
    expect(findMarker([`00000000: ${hex.slice(0, 4)} ${hex.slice(4)}  aB3..`], marker)).toBe("hex");
    expect(
      findMarker([marker.replace(/\w/g, (c) => `%${c.charCodeAt(0).toString(16)}`)], marker),
    ).toBe("percent");
    expect(findMarker([Buffer.from(`k${marker}`).toString("base64")], marker)).toBe("base64");
    expect(findMarker([Buffer.from(`kk${marker}`).toString("base64")], marker)).toBe("base64");
    expect(findMarker(["nO3qR6tU9x"], marker)).toBe("rot13");
    expect(findMarker(["nothing of the kind, aB3dE6gH9", hex.slice(2)], marker)).toBe(undefined);
  });
});
