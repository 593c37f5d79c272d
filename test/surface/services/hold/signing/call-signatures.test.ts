// The socket at which a held call asks for signatures, asked by whoever means it harm.
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createCallSignatures } from "#surface/services/hold/signing/call-signatures.ts";

let root: string;
let signatures: ReturnType<typeof createCallSignatures>;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "signs-"));
  signatures = createCallSignatures();
});
afterEach(() => {
  signatures.stop();
  rmSync(root, { recursive: true, force: true });
});

async function opened(id = "a", room = "room"): Promise<string> {
  const folder = join(root, id);
  mkdirSync(folder, { recursive: true });
  const reach = await signatures.open({
    uses: ["commit"],
    room,
    ticket: { id, folder },
    home: root,
    projectRoot: join(root, "project"),
  });
  return reach?.own[0]?.from ?? "";
}

/** All that is answered to these bytes; `gone` where nobody listens, or the connection is cut. */
function ask(path: string, bytes: string | Buffer): Promise<string> {
  return new Promise((resolve) => {
    let said = "";
    const socket = connect(path, () => socket.write(bytes));
    socket.on("data", (part) => (said += part.toString("utf8")));
    socket.on("error", () => resolve("gone"));
    socket.on("close", () => resolve(said === "" ? "gone" : said));
  });
}
const errorsOf = (answer: string): string => {
  const { status, errors } = JSON.parse(answer) as { status: number; errors: string };
  return `${status} ${Buffer.from(errors, "base64").toString("utf8")}`;
};
const request = (more: object): string =>
  `${JSON.stringify({ words: [], directory: "/", input: "", files: [], ...more })}\n`;

describe("what cannot be read is refused", () => {
  it.each([
    ["no words", "\n"],
    ["no JSON", "tree x\n"],
    ["a list", "[]\n"],
    ["another form", request({ key: "x" })],
    ["too many words", request({ words: Array.from({ length: 33 }, () => "x") })],
    ["a word that is too long", request({ words: ["x".repeat(9_000)] })],
    ["a prototype", '{"__proto__":{"words":[]}}\n'],
  ])("%s", async (_, bytes) => {
    expect(errorsOf(await ask(await opened(), bytes))).toMatch(/^1 .*cannot be read/);
  });
  it("words that are not git's", async () => {
    const words = ["-Y", "sign", "-n", "file", "-f", "/k", "/p"];
    const answer = errorsOf(await ask(await opened(), request({ words })));
    expect(answer).toContain("in a form that git does not use");
    expect(signatures.takeMade("a")).toEqual([]);
    expect(signatures.takeRefused("a")).toContain("in a form");
    expect(signatures.takeRefused("a")).toBeUndefined();
  });
  it("more than is taken", async () => {
    expect(await ask(await opened(), Buffer.alloc(9 * 1024 * 1024, "x"))).toBe("gone");
  });
});

describe("a socket", () => {
  it("ends with its call, and leaves that of another", async () => {
    const [one, other] = [await opened("a"), await opened("b")];
    signatures.close("a");
    expect(existsSync(one)).toBe(false);
    expect(errorsOf(await ask(other, "\n"))).toContain("cannot be read");
  });
  it("ends with its room, and with whoever waits at it", async () => {
    const path = await opened("a", "one");
    const waits = ask(path, "{");
    const other = await opened("b", "two");
    await ask(path, "\n");
    signatures.end("one");
    expect(await waits).toBe("gone");
    expect(await ask(path, "\n")).toBe("gone");
    expect(existsSync(other)).toBe(true);
  });
  it("is not made where its name is longer than the system takes", async () => {
    expect(await opened("x".repeat(120))).toBe("");
  });
});
