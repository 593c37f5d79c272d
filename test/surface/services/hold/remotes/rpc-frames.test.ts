// What the part of git that packs says, read from hostile bytes: one request and no second one, in any pieces, and nothing that is broken.
import { describe, expect, it } from "vitest";
import { RpcReader } from "#surface/services/hold/remotes/rpc-frames.ts";

const frame = (text: string): string =>
  (Buffer.byteLength(text) + 4).toString(16).padStart(4, "0") + text;
const REQUEST = `${frame("asked")}${frame("PACK")}0000`;
const WHOLE = `${REQUEST}0000ok refs/heads/feat\n`;

function readAll(pieces: readonly string[]) {
  const reader = new RpcReader();
  let payload = "";
  let tail = "";
  for (const piece of pieces) {
    const read = reader.take(Buffer.from(piece, "latin1"));
    if (read.kind === "bad") return "bad";
    payload += read.payloads.map(String).join("");
    tail += read.tail.toString("latin1");
  }
  return { payload, tail, hasEnded: reader.hasEnded, isEmpty: reader.isEmpty };
}

describe("what is read", () => {
  const wanted = {
    payload: "askedPACK",
    tail: "0000ok refs/heads/feat\n",
    hasEnded: true,
    isEmpty: false,
  };
  it("is the same whole, byte by byte, and in any two pieces", () => {
    expect(readAll([WHOLE])).toEqual(wanted);
    expect(readAll([...WHOLE])).toEqual(wanted);
    for (let at = 1; at < WHOLE.length; at += 1)
      expect(readAll([WHOLE.slice(0, at), WHOLE.slice(at)])).toEqual(wanted);
  });
  it("may be nothing that is asked", () => {
    expect(readAll(["0000done"])).toEqual({
      payload: "",
      tail: "0000done",
      hasEnded: true,
      isEmpty: true,
    });
  });
  it("has not ended where it is cut", () => {
    for (let at = 0; at < REQUEST.length; at += 1)
      expect(readAll([WHOLE.slice(0, at)])).toMatchObject({ hasEnded: false, tail: "" });
  });
});

describe("what is refused", () => {
  it.each([
    ["a second request", `${REQUEST}${frame("asked")}0000`],
    ["a second one behind an empty one", `${REQUEST}0004`],
    ["an empty frame", "00040000"],
    ["marks of the newer protocol", "0001"],
    ["its other mark", `${frame("asked")}0002`],
    ["a frame that is too large", `fff5${"x".repeat(70_000)}`],
    ["a length in other letters", "00FFx"],
    ["no length", "PACK"],
  ])("%s", (_, text) => {
    expect(readAll([text])).toBe("bad");
  });
  it("any other byte in a length, which ends it or leaves it open, and never two requests", () => {
    for (let at = 0; at < REQUEST.length + 4; at += 1)
      for (const wrong of ["\0", "/", "g", "z", "\xff"]) {
        const broken = readAll([`${WHOLE.slice(0, at)}${wrong}${WHOLE.slice(at + 1)}`]);
        const isText =
          !/^[0-9a-f]$/.test(WHOLE[at] ?? "") || (at >= 4 && at < 9) || (at >= 13 && at < 17);
        if (!isText) expect(broken).toBe("bad");
        else expect(broken).not.toHaveProperty("hasEnded", false);
      }
  });
});
