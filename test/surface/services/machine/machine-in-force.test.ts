// Whether the machine's guard is in force: only whole files of the administrator say so.
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { machineHookInForce } from "#surface/services/machine/machine-in-force.ts";
import { skipIfMissing } from "../../../skipping.ts";

const missing = process.getuid?.() === 0 ? undefined : "managed settings are root's";
const HOOK = { node: "/usr/bin/node", program: "/usr/lib/x/dist/machine-hook.cjs" };
const settings = (args: readonly string[] = [HOOK.program, "--waits", "60"]) =>
  JSON.stringify({
    hooks: { PreToolUse: [{ hooks: [{ type: "command", command: HOOK.node, args }] }] },
  });
let room: string;
const main = () => join(room, "managed-settings.json");

beforeEach(() => {
  room = mkdtempSync("/tmp/sallyport-in-force-");
  mkdirSync(join(room, "managed-settings.d"));
});
afterEach(() => rmSync(room, { recursive: true }));

describe("the machine's guard", () => {
  it.for(["managed-settings.json", "managed-settings.d/50-sallyport.json"])(
    "is in force by %s",
    (name, ctx) => {
      skipIfMissing(ctx, missing);
      writeFileSync(join(room, name), settings());
      expect(machineHookInForce(room)).toEqual(HOOK);
    },
  );
  it.for([
    ["there is no file", (): void => undefined],
    ["it is half written", () => writeFileSync(main(), settings().slice(0, -4))],
    ["it is empty", () => writeFileSync(main(), "")],
    ["it has another hook", () => writeFileSync(main(), settings(["/x/bin/sallyport-hook"]))],
    ["it is no object", () => writeFileSync(main(), "[1]")],
    [
      "it is somebody else's",
      () => {
        writeFileSync(main(), settings());
        chownSync(main(), 64_001, 64_001);
      },
    ],
    [
      "others may write it",
      () => {
        writeFileSync(main(), settings());
        chmodSync(main(), 0o666);
      },
    ],
    [
      "it is a link",
      () => {
        writeFileSync(main(), settings());
        renameSync(main(), join(room, "elsewhere"));
        symlinkSync(join(room, "elsewhere"), main());
      },
    ],
  ] as const)("is not where %s", ([, put], ctx) => {
    skipIfMissing(ctx, missing);
    put();
    expect(machineHookInForce(room)).toBeUndefined();
  });
});
