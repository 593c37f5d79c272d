// The windows of running installs: open from a call's judgement to its end, fifteen minutes at most, and by nobody but us.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { gatewayPlaces } from "#surface/services/gateway/gateway-places.ts";
import {
  closeInstall,
  INSTALL_MS_MAX,
  isInstallOpen,
  openInstall,
} from "#surface/services/gateway/open-installs.ts";
import { freshDirectory } from "../../daemon/daemon-stand.ts";

const CALL = { sessionId: "session", callId: "call" };
const NOW_MS = Date.UTC(2026, 5, 1);
let place: ReturnType<typeof freshDirectory>;
let open: string;

beforeEach(() => {
  place = freshDirectory();
  open = gatewayPlaces(place.path).open;
});
afterEach(() => place.remove());

describe("a window", () => {
  it("is shut before anything happened, and nothing is made by asking", () => {
    expect(isInstallOpen(place.path, NOW_MS)).toBe(false);
    expect(readdirSync(place.path)).toEqual([]);
  });
  it("is open between the call's begin and its end", () => {
    expect(openInstall(place.path, CALL, NOW_MS)).toBe(true);
    expect(isInstallOpen(place.path, NOW_MS + 1_000)).toBe(true);
    closeInstall(place.path, CALL);
    expect(isInstallOpen(place.path, NOW_MS + 1_000)).toBe(false);
    expect(readdirSync(open)).toEqual([]);
  });
  it("stays open while another call installs", () => {
    openInstall(place.path, CALL, NOW_MS);
    openInstall(place.path, { ...CALL, callId: "other" }, NOW_MS);
    closeInstall(place.path, CALL);
    expect(isInstallOpen(place.path, NOW_MS)).toBe(true);
  });
  it("of one session is not shut by a call of the same id in another", () => {
    openInstall(place.path, CALL, NOW_MS);
    closeInstall(place.path, { ...CALL, sessionId: "other" });
    closeInstall(place.path, { sessionId: "sessionc", callId: "all" });
    expect(isInstallOpen(place.path, NOW_MS)).toBe(true);
  });
  it("ends after fifteen minutes, and its file goes", () => {
    openInstall(place.path, CALL, NOW_MS);
    expect(isInstallOpen(place.path, NOW_MS + INSTALL_MS_MAX - 1)).toBe(true);
    expect(isInstallOpen(place.path, NOW_MS + INSTALL_MS_MAX)).toBe(false);
    expect(readdirSync(open)).toEqual([]);
  });
  it("begins anew when the call is judged again", () => {
    openInstall(place.path, CALL, NOW_MS);
    openInstall(place.path, CALL, NOW_MS + 60_000);
    expect(isInstallOpen(place.path, NOW_MS + INSTALL_MS_MAX + 1_000)).toBe(true);
  });
  it("of the future is none: it would stay open for long", () => {
    openInstall(place.path, CALL, NOW_MS + 3_600_000);
    expect(isInstallOpen(place.path, NOW_MS)).toBe(false);
  });
  it("is a private file without content in a private folder, whatever the ids are", () => {
    const call = { sessionId: "../../../etc", callId: "\0/x\n" };
    expect(openInstall(place.path, call, NOW_MS)).toBe(true);
    const [name = "", ...others] = readdirSync(open);
    expect(others).toEqual([]);
    expect(name).toMatch(/^[0-9a-f]{64}$/);
    const status = statSync(join(open, name));
    expect([status.size, status.mode & 0o777]).toEqual([0, 0o600]);
    expect(statSync(open).mode & 0o777).toBe(0o700);
    closeInstall(place.path, call);
    expect(readdirSync(open)).toEqual([]);
  });
});

describe("what somebody else left there opens nothing", () => {
  const fileName = "a".repeat(64);
  beforeEach(() => mkdirSync(open, { recursive: true, mode: 0o700 }));
  const fresh = (path: string): void => utimesSync(path, NOW_MS / 1_000, NOW_MS / 1_000);

  it("another name", () => {
    writeFileSync(join(open, "install"), "", { mode: 0o600 });
    fresh(join(open, "install"));
    expect(isInstallOpen(place.path, NOW_MS)).toBe(false);
  });
  it("a link, a folder, a file that others may write", () => {
    symlinkSync("/etc/passwd", join(open, fileName));
    mkdirSync(join(open, "b".repeat(64)));
    const writable = join(open, "c".repeat(64));
    writeFileSync(writable, "");
    chmodSync(writable, 0o666);
    for (const name of ["b", "c"]) fresh(join(open, name.repeat(64)));
    expect(isInstallOpen(place.path, NOW_MS)).toBe(false);
    expect(existsSync("/etc/passwd")).toBe(true);
  });
  it("a folder that others may write into, or a link to one", () => {
    openInstall(place.path, CALL, NOW_MS);
    chmodSync(open, 0o777);
    expect(isInstallOpen(place.path, NOW_MS)).toBe(false);
    expect(openInstall(place.path, CALL, NOW_MS)).toBe(false);
    chmodSync(open, 0o700);
    expect(isInstallOpen(place.path, NOW_MS)).toBe(true);
    const other = join(place.path, "other");
    mkdirSync(other, { mode: 0o700 });
    symlinkSync(gatewayPlaces(place.path).root, join(other, "gateway"));
    expect(isInstallOpen(other, NOW_MS)).toBe(false);
    expect(openInstall(other, CALL, NOW_MS)).toBe(false);
  });
  it("a link in the place of a window is not followed", () => {
    const target = join(place.path, "target");
    openInstall(place.path, CALL, NOW_MS);
    const [name = ""] = readdirSync(open);
    closeInstall(place.path, CALL);
    symlinkSync(target, join(open, name));
    expect(openInstall(place.path, CALL, NOW_MS)).toBe(false);
    expect(existsSync(target)).toBe(false);
  });
  it("a folder full of other files is not read to its end", () => {
    for (let count = 0; count < 1_200; count += 1) writeFileSync(join(open, `x${count}`), "");
    expect(isInstallOpen(place.path, NOW_MS)).toBe(false);
  });
});
