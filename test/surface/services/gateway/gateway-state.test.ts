// Which gateway runs: told by a private file, and believed only while the process that wrote it lives.
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { gatewayPlaces, makeOwnFolder } from "#surface/services/gateway/gateway-places.ts";
import {
  readRunningGateway,
  removeGatewayState,
  writeGatewayState,
} from "#surface/services/gateway/gateway-state.ts";
import { freshDirectory } from "../../daemon/daemon-stand.ts";

let place: ReturnType<typeof freshDirectory>;
let file: string;

beforeEach(() => {
  place = freshDirectory();
  file = gatewayPlaces(place.path).stateFile;
  makeOwnFolder(gatewayPlaces(place.path).root);
});
afterEach(() => place.remove());

const changed = (change: Readonly<Record<string, unknown>>): void => {
  writeGatewayState(place.path, 40_127);
  const state = JSON.parse(readFileSync(file, "utf8")) as object;
  writeFileSync(file, JSON.stringify({ ...state, ...change }), { mode: 0o600 });
};

describe("a gateway", () => {
  it("runs where this process says so, until it takes that back", () => {
    expect(readRunningGateway(place.path)).toBeUndefined();
    writeGatewayState(place.path, 40_127);
    expect(readRunningGateway(place.path)).toEqual({ port: 40_127, pid: process.pid });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    removeGatewayState(place.path);
    expect(readRunningGateway(place.path)).toBeUndefined();
    removeGatewayState(place.path);
  });
  it.each([
    ["its process is gone", { pid: 4_194_303 }],
    ["its number was given to another process", { started: "boot:1" }],
    ["it is of a later format", { version: 2 }],
    ["its port is none", { port: 0 }],
    ["its port is too high", { port: 65_536 }],
    ["its port is no number", { port: "40127" }],
    ["its process is a group", { pid: -1 }],
    ["its process is everything", { pid: 0 }],
  ])("does not run where %s", (_what, change) => {
    changed(change);
    expect(readRunningGateway(place.path)).toBeUndefined();
  });
  it.each([
    ["no JSON", "{"],
    ["nothing", ""],
    ["another JSON", "[]"],
    ["much", " ".repeat(5 * 1024 * 1024)],
  ])("does not run where the file holds %s", (_what, text) => {
    writeFileSync(file, text, { mode: 0o600 });
    expect(readRunningGateway(place.path)).toBeUndefined();
  });
  it("does not run where others could have said so", () => {
    writeGatewayState(place.path, 40_127);
    chmodSync(file, 0o644);
    expect(readRunningGateway(place.path)).toBeUndefined();
    chmodSync(file, 0o600);
    chmodSync(gatewayPlaces(place.path).root, 0o755);
    expect(readRunningGateway(place.path)).toBeUndefined();
  });
  it("does not run where the file is a link or a folder", () => {
    writeGatewayState(place.path, 40_127);
    const text = readFileSync(file, "utf8");
    rmSync(file);
    writeFileSync(`${file}.other`, text, { mode: 0o600 });
    symlinkSync(`${file}.other`, file);
    expect(readRunningGateway(place.path)).toBeUndefined();
    rmSync(file);
    mkdirSync(file);
    expect(readRunningGateway(place.path)).toBeUndefined();
  });
});
