// Which clients of a machine are noticed: silent ones, such as see other managed settings, and never one whose hook spoke.
import { describe, expect, it } from "vitest";
import type { ClientProcess } from "#platform/client-processes.ts";
import { createClientWatch, SILENT_MS } from "#surface/services/machine/client-watch.ts";

const client = (pid: number, more: Partial<ClientProcess> = {}): ClientProcess => ({
  pid,
  uid: 1_000,
  started: String(pid * 10),
  parent: 1,
  program: "/opt/claude",
  words: ["claude", "-p", "go"],
  isCovered: false,
  ...more,
});
const spoke = ({ pid, started }: ClientProcess) => ({ pid, started });
const kinds = (notices: ReturnType<ReturnType<typeof createClientWatch>["look"]>) =>
  notices.map(({ what, client: { pid } }) => `${what} ${pid}`);
/** A watch that has looked once, when nothing ran. */
function begun() {
  const watch = createClientWatch();
  watch.look([], 0);
  return watch;
}

describe("a watch of clients", () => {
  it("notices one of which no hook spoke, once", () => {
    const watch = begun();
    expect(watch.look([client(7)], 0)).toEqual([]);
    expect(watch.look([client(7)], SILENT_MS - 1)).toEqual([]);
    expect(kinds(watch.look([client(7)], SILENT_MS))).toEqual(["silent 7"]);
    expect(watch.look([client(7)], 2 * SILENT_MS)).toEqual([]);
  });
  it.each([
    ["before it is seen", 0],
    ["after it was seen", 1],
  ])("leaves one alone whose hook spoke %s", (_, at) => {
    const watch = begun();
    for (const step of [0, 1, 2]) {
      if (step === at) watch.heard(1_000, [spoke(client(8)), spoke(client(7))]);
      expect(watch.look([client(7)], step * SILENT_MS)).toEqual([]);
    }
  });
  it.each([
    ["another account", 1_001, client(7)],
    ["an earlier process of its number", 1_000, client(7, { started: "1" })],
  ])("takes no word of %s for it", (_, uid, teller) => {
    const watch = begun();
    watch.look([client(7)], 0);
    watch.heard(uid, [spoke(teller)]);
    expect(kinds(watch.look([client(7)], SILENT_MS))).toEqual(["silent 7"]);
  });
  it("does not let a client with hooks speak for the one that started it", () => {
    const watch = begun();
    const inner = client(8, { parent: 7 });
    watch.look([client(7), inner], 0);
    watch.heard(1_000, [spoke(inner), spoke(client(7))]);
    expect(kinds(watch.look([client(7), inner], SILENT_MS))).toEqual(["silent 7"]);
  });
  it("takes what a session starts of its own program for a part of it", () => {
    const watch = begun();
    const part = client(8, { parent: 7 });
    const other = client(9, { parent: 7, program: "/home/bob/claude" });
    watch.heard(1_000, [spoke(client(7))]);
    watch.look([client(7), part, other], 0);
    expect(kinds(watch.look([client(7), part, other], SILENT_MS))).toEqual(["silent 9"]);
  });
  it.each([
    [3_000, []],
    [12_000, ["silent 7"]],
  ])("of one that ended after %i ms notices %j", (ms, expected) => {
    const watch = begun();
    watch.look([client(7)], 0);
    watch.look([client(7)], ms);
    expect(kinds(watch.look([], ms + 1))).toEqual(expected);
    expect(watch.look([], ms + 2)).toEqual([]);
  });
  it("notices at once what lies over the managed settings, of a client that speaks too", () => {
    const watch = begun();
    watch.heard(1_000, [spoke(client(7))]);
    expect(kinds(watch.look([client(7, { isCovered: true })], 0))).toEqual(["covered 7"]);
  });
  it("asks nothing of sessions that are older than the service but what they see", () => {
    const watch = createClientWatch();
    expect(watch.look([client(7)], 0)).toEqual([]);
    expect(watch.look([client(7)], SILENT_MS)).toEqual([]);
    expect(kinds(watch.look([client(7, { isCovered: true })], SILENT_MS))).toEqual(["covered 7"]);
  });
  it.each([
    [["claude", "--version"]],
    [["node", "/usr/lib/node_modules/@anthropic-ai/claude-code/cli.js", "doctor"]],
    [["/usr/bin/rg", "--files"]],
  ])("asks nothing of %j, which is no session", (words) => {
    const watch = begun();
    watch.look([client(7, { words })], 0);
    expect(watch.look([client(7, { words })], SILENT_MS)).toEqual([]);
  });
  it("asks nothing of the administrator's, as a deployment starts them below other files", () => {
    const watch = begun();
    const tried = client(7, { uid: 0, isCovered: true });
    watch.look([tried], 0);
    expect(watch.look([tried], SILENT_MS)).toEqual([]);
  });
  it("asks a client that serves tools", () => {
    const watch = begun();
    const serving = client(7, { words: ["claude", "mcp", "serve"] });
    watch.look([serving], 0);
    expect(kinds(watch.look([serving], SILENT_MS))).toEqual(["silent 7"]);
  });
});
