// Folders and knocks of the machine's guard: exact rights, and nothing taken over from others.
import {
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  prepareData,
  prepareMachine,
  prepareSocketFolder,
} from "#surface/services/machine/account-folders.ts";
import { takeKnocks } from "#surface/services/machine/knocks.ts";
import {
  accountFolder,
  holdFolder,
  knockFolder,
  type MachineFolders,
  socketFolder,
} from "#surface/services/machine/places.ts";
import { skipIfMissing } from "../../../skipping.ts";

const GROUP = 64_010;
const ADA = { name: "ada", uid: 64_011, gid: 64_011, home: "/" };
const missing = process.getuid?.() === 0 ? undefined : "folders of other accounts need root";
let room: string;
let folders: MachineFolders;

beforeEach(() => {
  room = mkdtempSync("/tmp/sallyport-folders-");
  folders = { run: join(room, "run"), state: join(room, "state") };
});
afterEach(() => rmSync(room, { recursive: true, force: true }));

function rightsOf(path: string): string {
  const { uid, gid, mode } = lstatSync(path);
  return `${uid}:${gid} ${(mode & 0o7777).toString(8)}`;
}

describe("folders", () => {
  it("have exactly their rights, and get them back", (ctx) => {
    skipIfMissing(ctx, missing);
    for (const _ of [1, 2]) {
      prepareMachine(folders, GROUP);
      prepareSocketFolder(folders, ADA.uid);
      const { data } = prepareData(folders, ADA, GROUP);
      expect(rightsOf(folders.run)).toBe("0:0 755");
      expect(rightsOf(knockFolder(folders))).toBe("0:0 1733");
      expect(rightsOf(socketFolder(folders, ADA.uid))).toBe("0:0 755");
      expect(rightsOf(join(folders.state, "accounts"))).toBe(`0:${GROUP} 710`);
      expect(rightsOf(accountFolder(folders, ADA.uid))).toBe(`0:${GROUP} 710`);
      expect(rightsOf(data)).toBe(`${ADA.uid}:${GROUP} 700`);
      expect(basename(data)).toMatch(/^[0-9a-f]{32}$/);
      expect(rightsOf(holdFolder(folders, ADA.uid))).toBe(`${ADA.uid}:${ADA.gid} 700`);
    }
  });
  it("of an account whose number another one has now are set aside", (ctx) => {
    skipIfMissing(ctx, missing);
    prepareMachine(folders, GROUP);
    const { data } = prepareData(folders, ADA, GROUP);
    writeFileSync(join(data, "log"), "ada's");
    expect(prepareData(folders, ADA, GROUP)).toEqual({ data });
    writeFileSync(join(holdFolder(folders, ADA.uid), "run"), "ada's");
    const { data: other, aside = "" } = prepareData(folders, { ...ADA, name: "bob" }, GROUP);
    expect([other === data, readdirSync(other)]).toEqual([false, []]);
    expect(readdirSync(holdFolder(folders, ADA.uid))).toEqual([]);
    expect(aside).toMatch(/\/64011-ada-[0-9a-f]{8}$/);
    expect(rightsOf(aside)).toBe(`0:${GROUP} 700`);
    expect(readdirSync(join(aside, basename(data)))).toEqual(["log"]);
  });
  it("of the administrator stay, whatever name that number has", (ctx) => {
    skipIfMissing(ctx, missing);
    prepareMachine(folders, GROUP);
    const root = { name: "root", uid: 0, gid: 0, home: "/root" };
    const { data } = prepareData(folders, root, GROUP);
    expect(prepareData(folders, { ...root, name: "toor" }, GROUP)).toEqual({ data });
  });
  it.for([
    ["a link", (path: string) => symlinkSync("/etc", path)],
    ["a file", (path: string) => writeFileSync(path, "")],
    [
      "somebody else's",
      (path: string) => {
        mkdirSync(path);
        chownSync(path, ADA.uid, ADA.gid);
      },
    ],
  ] as const)("are refused where %s is in their place", ([, put], ctx) => {
    skipIfMissing(ctx, missing);
    prepareMachine(folders, GROUP);
    put(accountFolder(folders, ADA.uid));
    expect(() => prepareData(folders, ADA, GROUP)).toThrow("is no folder of user 0");
  });
});

describe("knocks", () => {
  it("say whose a file is, and are taken away", (ctx) => {
    skipIfMissing(ctx, missing);
    prepareMachine(folders, GROUP);
    const folder = knockFolder(folders);
    for (const [name, uid] of [
      ["1", ADA.uid],
      ["2", ADA.uid],
      // What a file says of itself counts for nothing.
      ["0", 2 ** 31],
    ] as const) {
      writeFileSync(join(folder, name), "root");
      chownSync(join(folder, name), uid, 5);
    }
    expect(new Set(takeKnocks(folders).map(({ uid }) => uid))).toEqual(new Set([ADA.uid, 2 ** 31]));
    expect(readdirSync(folder)).toEqual([]);
  });
  it("are no links, no second name of a file, and no folders, which lead nowhere", (ctx) => {
    skipIfMissing(ctx, missing);
    prepareMachine(folders, GROUP);
    const folder = knockFolder(folders);
    const kept = join(room, "kept");
    writeFileSync(kept, "x");
    symlinkSync(kept, join(folder, "link"));
    linkSync(kept, join(folder, "second"));
    mkdirSync(join(folder, "deep", "er"), { recursive: true });
    symlinkSync("/", join(folder, "deep", "root"));
    expect(takeKnocks(folders)).toEqual([]);
    expect([readdirSync(folder), existsSync(kept)]).toEqual([[], true]);
  });
});
