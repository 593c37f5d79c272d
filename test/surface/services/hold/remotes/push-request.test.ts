// What git asks before a pack, read from hostile bytes: whole in any pieces, refused wherever a form is broken, and never more than is bounded.
import { describe, expect, it } from "vitest";
import { judgePush } from "#surface/services/hold/remotes/judged-push.ts";
import { refusalOf } from "#surface/services/hold/remotes/push-answer.ts";
import {
  type PushRead,
  PushReader,
  type PushRequest,
} from "#surface/services/hold/remotes/push-request.ts";

const OLD = "a".repeat(40);
const NEW = "b".repeat(40);
const NONE = "0".repeat(40);
const CAPS = "report-status-v2 side-band-64k object-format=sha1 agent=git/2.39.5";

function line(text: string): string {
  return (Buffer.byteLength(text) + 4).toString(16).padStart(4, "0") + text;
}
const command = (text: string, caps = CAPS): string => line(`${text}\0 ${caps}`);
const read = (text: string | Buffer): PushRead =>
  new PushReader().take(Buffer.from(text as string));
const requestOf = (text: string): PushRequest => {
  const found = read(text);
  if (found.kind !== "whole") throw new Error(JSON.stringify(found));
  return found.request;
};
const WHOLE = `${command(`${OLD} ${NEW} refs/heads/feat`)}${line(`${NONE} ${NEW} refs/tags/v1`)}0000`;

describe("a push", () => {
  it("is read whole, in one piece or byte by byte, and the pack behind it is left alone", () => {
    const wanted = {
      commands: [
        { name: "refs/heads/feat", old: OLD, new: NEW },
        { name: "refs/tags/v1", old: NONE, new: NEW },
      ],
      capabilities: CAPS.split(" "),
      options: [],
    };
    expect(requestOf(`${WHOLE}PACK\0\0`)).toEqual(wanted);
    const reader = new PushReader();
    const answers = [...Buffer.from(WHOLE)].map((byte) => reader.take(Buffer.from([byte])));
    expect(answers.slice(0, -1).every(({ kind }) => kind === "more")).toBe(true);
    expect(answers.at(-1)).toEqual({ kind: "whole", request: wanted });
  });
  it("may have shallow lines before it and options behind it, of sha256 too", () => {
    const wide = "c".repeat(64);
    const text = `${line(`shallow ${wide}\n`)}${command(`${wide} ${"d".repeat(64)} refs/heads/x`, "push-options object-format=sha256")}0000${line("ci.skip")}0000`;
    expect(requestOf(text)).toMatchObject({ options: ["ci.skip"], commands: [{ old: wide }] });
    expect(read(text.slice(0, -4))).toEqual({ kind: "more" });
  });
  it("may be of nothing", () => {
    expect(requestOf("0000").commands).toEqual([]);
  });
  it("is nothing else with any one byte of its lines broken", () => {
    const bytes = Buffer.from(WHOLE);
    const end = bytes.indexOf(0);
    for (let at = 0; at < end; at += 1)
      for (const wrong of [0x00, 0xff, 0x20, 0x7a]) {
        if (bytes[at] === wrong) continue;
        const broken = Buffer.from(bytes);
        broken[at] = wrong;
        const found = read(broken);
        if (found.kind !== "whole") continue;
        // What is left is a letter of a name: a reference that is another one, and judged as that.
        expect(at).toBeGreaterThan(4 + 82);
        expect(found.request.commands[0]?.name).not.toBe("refs/heads/feat");
      }
  });
});

describe("refused is", () => {
  it.each([
    ["a length that is none", "zzzz"],
    ["a delimiter of another protocol", "0001"],
    ["an empty line", "0004"],
    ["a length past what a line has", `ffff${"x".repeat(65_531)}`],
    ["words of another form", command("git-upload-pack /x")],
    [
      "two names for one reference",
      `${command(`${OLD} ${NEW} refs/heads/a`)}${line(`${OLD} ${NONE} refs/heads/a`)}`,
    ],
    ["nothing for nothing", command(`${NONE} ${NONE} refs/heads/a`)],
    ["objects of two kinds", command(`${OLD} ${"b".repeat(64)} refs/heads/a`)],
    ["a width that was not said", command(`${"c".repeat(64)} ${"d".repeat(64)} refs/heads/a`)],
    ["capital letters", command(`${OLD.toUpperCase()} ${NEW} refs/heads/a`)],
    ["a name outside of refs", command(`${OLD} ${NEW} HEAD`)],
    ["a name with a way up", command(`${OLD} ${NEW} refs/heads/../main`)],
    ["a name with a star", command(`${OLD} ${NEW} refs/heads/*`)],
    ["a name with a line in it", command(`${OLD} ${NEW} refs/heads/a\nb`)],
    ["capabilities with a second end", line(`${OLD} ${NEW} refs/heads/a\0x\0y`)],
    [
      "capabilities once more",
      `${command(`${OLD} ${NEW} refs/heads/a`)}${command(`${OLD} ${NEW} refs/heads/b`)}`,
    ],
    ["a signed push", line(`push-cert\0${CAPS}`)],
    [
      "a shallow line too late",
      `${command(`${OLD} ${NEW} refs/heads/a`)}${line(`shallow ${OLD}`)}`,
    ],
  ])("%s", (_, text) => {
    expect(read(text).kind).toBe("refused");
  });
  it("text that is none", () => {
    const name = Buffer.concat([
      Buffer.from(`${OLD} ${NEW} refs/heads/`),
      Buffer.from([0xc3, 0x28]),
    ]);
    const head = (name.length + 4).toString(16).padStart(4, "0");
    expect(read(Buffer.concat([Buffer.from(head), name])).kind).toBe("refused");
  });
  it("more references than are read", () => {
    const many = Array.from({ length: 17_000 }, (_, at) => line(`${NONE} ${NEW} refs/heads/${at}`));
    expect(read(`${command(`${NONE} ${NEW} refs/heads/x`)}${many.join("")}0000`).kind).toBe(
      "refused",
    );
  });
});

describe("references are held against those that were judged", () => {
  const judged = [
    { updates: [{ name: "refs/heads/feat", changes: ["create", "update"] as const }], options: [] },
    {
      updates: [{ name: "refs/heads/x/*", changes: ["force", "delete"] as const }],
      options: ["ci.skip"],
    },
    { updates: [{ name: "refs/tags/*", changes: ["create", "update"] as const }], options: [] },
  ];
  it.each([
    ["create", NONE, NEW, "refs/heads/feat", "yes"],
    ["update", OLD, NEW, "refs/heads/feat", "as-descendant"],
    ["delete", OLD, NONE, "refs/heads/feat", "no"],
    ["update", OLD, NEW, "refs/heads/feature", "no"],
    ["force", OLD, NEW, "refs/heads/x/y", "yes"],
    ["create", NONE, NEW, "refs/heads/x/y", "no"],
    ["delete", OLD, NONE, "refs/heads/x/y", "yes"],
    ["create", NONE, NEW, "refs/tags/v1", "yes"],
    ["update", OLD, NEW, "refs/tags/v1", "no"],
  ])("%s %s %s %s", (change, old, fresh, name, may) => {
    const request = { commands: [{ name, old, new: fresh }], capabilities: [], options: [] };
    expect(judgePush(request, judged)).toMatchObject([{ change, may }]);
    expect(judgePush({ ...request, options: ["ci.variable=x"] }, judged)).toMatchObject([
      { may: "no" },
    ]);
  });
});

it("a refusal has the form of a server's, in bands where git reads those", () => {
  const commands = [{ name: "refs/heads/feat", old: OLD, new: NEW }];
  const plain = refusalOf({ commands, capabilities: ["report-status"], options: [] }, ["no"]);
  expect(plain?.toString()).toBe("000eunpack ok\n001ang refs/heads/feat no\n0000");
  const banded = refusalOf({ commands, capabilities: CAPS.split(" "), options: [] }, ["no"]);
  expect(banded?.subarray(4, 5)).toEqual(Buffer.from([1]));
  expect(banded?.toString("latin1")).toContain("ng refs/heads/feat no");
  expect(refusalOf({ commands, capabilities: [], options: [] }, ["no"])).toBeUndefined();
});
