// A machine that follows what is published for it: from a folder and over TLS, and everything that is refused.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { assignmentPath, machineDigest } from "#govern/bundle/assignment.ts";
import { makeBundle } from "#surface/services/policy/make-bundle.ts";
import { formatPinnedKeys } from "#surface/services/policy/bundle-keys.ts";
import { followedFile } from "#surface/services/policy/layers.ts";
import { managedFolder } from "#surface/services/policy/managed-folder.ts";
import { followOnce, readFollowState } from "#surface/services/fleet/following.ts";
import { openPublished } from "#surface/services/fleet/published-source.ts";
import { type MachineOrder, writeAssignments } from "#surface/services/fleet/publishing.ts";
import { formatAssignment } from "#surface/services/fleet/signed-assignment.ts";
import { DAY_MS, keyNamed } from "../policy/made-bundle.ts";

const NOW_MS = 1_790_000_000_000;
const acme = keyNamed("acme");
let room = "";
let site = "";
let from = "";

beforeEach(() => {
  room = mkdtempSync(join(tmpdir(), "follow-"));
  [site, from] = [join(room, "site"), join(room, "published")];
  mkdirSync(site, { mode: 0o755 });
  mkdirSync(from);
  pin("acme");
});
afterEach(() => rmSync(room, { recursive: true, force: true }));

function pin(...names: readonly string[]): void {
  writeFileSync(
    join(site, "policy-keys"),
    formatPinnedKeys(names.map((name) => keyNamed(name).verifier)),
  );
}

function bundleOf(version: number, stage: "observe" | "ask" | "enforce" = "enforce") {
  const policy = `id: acme\nversion: "${version}"\ntitle: For a test\nextends: [team]\n${stage === "enforce" ? "" : `stage: ${stage}\n`}`;
  const order = { version, issuedMs: NOW_MS, expiresMs: NOW_MS + 90 * DAY_MS, revoked: [] };
  const { text } = makeBundle({ text: policy, file: "acme.yaml" }, order, acme);
  const content = createHash("sha256").update(text).digest("hex");
  return { text, bundle: { version, content, stage } };
}

const publish = (
  bundle: MachineOrder["bundle"],
  bundles: readonly string[] = [],
  nowMs = NOW_MS,
  signer = acme,
) =>
  writeAssignments(from, {
    signer,
    fleet: "acme",
    bundles,
    nowMs,
    assignments: [{ machine: "laptop", bundle }],
  });

const follow = (at = from, nowMs = NOW_MS, machine = "laptop") => {
  const source = openPublished(at, undefined);
  const folder = managedFolder(site);
  return followOnce(source, { fleet: "acme", machine, folder, nowMs: () => nowMs }).finally(() =>
    source.close(),
  );
};
const installed = () => {
  const file = join(site, "policy.bundle");
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
};
const state = () =>
  readFollowState(readFileSync(followedFile({ file: join(site, "policy.bundle") }), "utf8"));
const own = () => join(from, assignmentPath("acme", "laptop"));
const failing = async (code: string) => {
  const before = installed();
  await expect(follow()).rejects.toMatchObject({ code });
  expect(installed()).toBe(before);
  expect(state().trouble).toBe(code);
};

describe("following a folder", () => {
  it("takes a bundle, the next one, and its end", async () => {
    const [first, second] = [bundleOf(7, "observe"), bundleOf(8, "ask")];
    expect(await publish(first.bundle, [first.text])).toEqual({
      bundles: 1,
      written: 1,
      unchanged: 0,
    });
    expect(await follow()).toMatchObject({ outcome: "installed", version: 7, stage: "observe" });
    expect(installed()).toBe(first.text);
    expect(await follow()).toMatchObject({ outcome: "unchanged", version: 7 });
    await publish(second.bundle, [second.text]);
    expect(await follow()).toMatchObject({ outcome: "installed", version: 8, stage: "ask" });
    await publish(null);
    expect(await follow()).toMatchObject({ outcome: "removed", version: null });
    expect(installed()).toBeUndefined();
    expect(await follow()).toMatchObject({ outcome: "unchanged" });
  });
  it("waits where nothing is published, and leaves what the fleet did not install", async () => {
    expect(await follow()).toEqual({ outcome: "waiting" });
    const { text } = bundleOf(3);
    writeFileSync(join(site, "policy.bundle"), text);
    await publish(null);
    expect(await follow()).toMatchObject({ outcome: "kept" });
    expect(installed()).toBe(text);
    await expect(follow(join(room, "gone"))).rejects.toMatchObject({ code: "fleet-source" });
    expect(installed()).toBe(text);
  });
  it("tells an assignment that nobody renewed, and publishing renews it before", async () => {
    const { bundle, text } = bundleOf(7);
    await publish(bundle, [text]);
    expect(await follow(from, NOW_MS + 31 * DAY_MS)).toMatchObject({ oldDays: 31 });
    expect(await publish(bundle)).toMatchObject({ written: 0, unchanged: 1 });
    expect(await publish(bundle, [], NOW_MS + 8 * DAY_MS)).toMatchObject({ written: 1 });
    const after = await follow(from, NOW_MS + 31 * DAY_MS);
    expect(after).toMatchObject({ outcome: "unchanged" });
    expect(after.oldDays).toBeUndefined();
  });
});

describe("what is not followed, with what was there in force", () => {
  beforeEach(async () => {
    const { bundle, text } = bundleOf(7);
    await publish(bundle, [text]);
    await follow();
  });
  it("an older assignment, and another of the same number", async () => {
    const old = readFileSync(own(), "utf8");
    const next = bundleOf(8);
    await publish(next.bundle, [next.text], NOW_MS + 1);
    await follow();
    writeFileSync(own(), old);
    await failing("assignment-old");
    const number = Math.floor(NOW_MS) + 1;
    const digest = machineDigest("acme", "laptop");
    const same = { format: 1, fleet: "acme", machine: digest, number } as const;
    writeFileSync(own(), formatAssignment({ ...same, issuedMs: NOW_MS, bundle: null }, acme));
    await failing("assignment-altered");
  });
  it("another machine's, a damaged one, and one of a key that is not pinned", async () => {
    const text = readFileSync(own(), "utf8");
    writeFileSync(own(), text.replace('"enforce"', '"observe"'));
    await failing("bundle-signature");
    writeFileSync(own(), text.slice(0, -9));
    await failing("assignment-damaged");
    const other = join(from, assignmentPath("acme", "desk"));
    mkdirSync(join(other, ".."), { recursive: true });
    writeFileSync(other, text);
    await expect(follow(from, NOW_MS, "desk")).rejects.toMatchObject({ code: "assignment-other" });
    const { bundle } = bundleOf(7);
    await publish(bundle, [], NOW_MS + 1, keyNamed("thief"));
    await failing("bundle-key");
    pin("acme", "thief");
    expect(await follow()).toMatchObject({ outcome: "unchanged" });
    expect(state().trouble).toBe("");
  });
  it("a bundle that is missing, another, older, or of another stage", async () => {
    const { bundle, text } = bundleOf(9, "ask");
    await publish(bundle, [text], NOW_MS + 1);
    const file = join(from, "bundles", `${bundle.content}.bundle`);
    writeFileSync(file, bundleOf(9, "observe").text);
    await failing("assignment-bundle");
    rmSync(file);
    await failing("assignment-bundle");
    await publish({ ...bundle, stage: "enforce" }, [text], NOW_MS + 2);
    await failing("assignment-bundle");
    const old = bundleOf(6);
    await publish(old.bundle, [old.text], NOW_MS + 3);
    await failing("bundle-downgrade");
  });
  it("is not published without its bundle", async () => {
    await expect(publish(bundleOf(11).bundle)).rejects.toMatchObject({ code: "fleet-publish" });
  });
});

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

describe("following a server", () => {
  it("asks once more where a kept connection was closed in the meantime, and not again", async () => {
    const { bundle, text } = bundleOf(7);
    await publish(bundle, [text]);
    const used = new WeakSet<object>();
    let [asked, isDown] = [0, false];
    const server = createServer((request, response) => {
      asked += 1;
      if (isDown || used.has(request.socket)) return void request.socket.destroy();
      used.add(request.socket);
      response.end(readFileSync(join(from, request.url ?? "")));
    });
    const source = openPublished(`http://127.0.0.1:${await portOf(server)}`, undefined);
    const folder = managedFolder(site);
    const look = () =>
      followOnce(source, { fleet: "acme", machine: "laptop", folder, nowMs: () => NOW_MS });
    try {
      // The bundle is asked for on the assignment's connection, which answers once.
      expect(await look()).toMatchObject({ outcome: "installed" });
      expect(asked).toBe(3);
      isDown = true;
      await expect(look()).rejects.toMatchObject({ code: "fleet-source" });
      expect(asked).toBe(5);
    } finally {
      source.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
    expect(installed()).toBe(text);
  });
  it("asks with the tag of what it has, and takes no answer without an end", async () => {
    const { bundle, text } = bundleOf(7);
    await publish(bundle, [text]);
    const asked: string[] = [];
    let isEndless = false;
    const server = createServer((request, response) => {
      asked.push(`${request.url?.split("/")[1]} ${request.headers["if-none-match"] ?? "-"}`);
      if (isEndless) {
        const more = setInterval(() => response.write("x".repeat(64 * 1024)), 1);
        return void response.on("close", () => clearInterval(more));
      }
      const file = join(from, request.url ?? "");
      const body = existsSync(file) ? readFileSync(file) : undefined;
      if (body === undefined) return void response.writeHead(404).end();
      const etag = `"${createHash("sha256").update(body).digest("hex").slice(0, 8)}"`;
      if (request.headers["if-none-match"] === etag) return void response.writeHead(304).end();
      response.writeHead(200, { ETag: etag }).end(body);
    });
    const source = openPublished(`http://127.0.0.1:${await portOf(server)}/`, undefined);
    const who = { fleet: "acme", folder: managedFolder(site), nowMs: () => NOW_MS };
    const look = (machine: string) => followOnce(source, { ...who, machine });
    try {
      expect(await look("laptop")).toMatchObject({ outcome: "installed", version: 7 });
      expect(await look("laptop")).toMatchObject({ outcome: "unchanged" });
      expect(asked).toEqual(["machines -", "bundles -", expect.stringMatching(/^machines "/)]);
      expect(await look("desk")).toEqual({ outcome: "waiting" });
      isEndless = true;
      await expect(look("laptop")).rejects.toMatchObject({ code: "fleet-source" });
    } finally {
      source.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
    await expect(look("laptop")).rejects.toMatchObject({ code: "fleet-source" });
    expect(installed()).toBe(text);
  });
  it("takes no address that others can read a login from or answer in its place", () => {
    for (const url of ["http://files.example.com", "https://ada:x@files.example.com", "https://"])
      expect(() => openPublished(url, undefined)).toThrow("--from");
  });
});

describe("versions that were revoked", () => {
  const revoking = (version: number, revoked: readonly number[], signer = acme) => {
    const policy = `id: acme\nversion: "${version}"\ntitle: For a test\nextends: [team]\n`;
    const order = { version, issuedMs: NOW_MS, expiresMs: NOW_MS + 90 * DAY_MS, revoked };
    const { text } = makeBundle({ text: policy, file: "acme.yaml" }, order, signer);
    const content = createHash("sha256").update(text).digest("hex");
    return { text, bundle: { version, content, stage: "enforce" as const } };
  };
  it("are refused after somebody put an older bundle there by hand", async () => {
    const [old, newer, gone] = [bundleOf(3), revoking(5, [7]), bundleOf(7)];
    await publish(newer.bundle, [newer.text]);
    expect(await follow()).toMatchObject({ outcome: "installed", version: 5 });
    expect(state().revoked?.versions).toEqual([7]);
    writeFileSync(join(site, "policy.bundle"), old.text);
    await publish(gone.bundle, [gone.text]);
    await failing("bundle-revoked");
    expect(installed()).toBe(old.text);
    const next = bundleOf(8);
    await publish(next.bundle, [next.text]);
    expect(await follow()).toMatchObject({ outcome: "installed", version: 8 });
    expect(state().revoked?.versions).toEqual([7]);
  });
  it("are learnt from a bundle that was there before they were remembered", async () => {
    const newer = revoking(5, [7]);
    await publish(newer.bundle, [newer.text]);
    await follow();
    const file = followedFile({ file: join(site, "policy.bundle") });
    const { revoked: _, ...before } = JSON.parse(readFileSync(file, "utf8"));
    writeFileSync(file, JSON.stringify(before));
    expect(await follow()).toMatchObject({ outcome: "unchanged" });
    expect(state().revoked?.versions).toEqual([7]);
  });
  it("count no more once the key that said so is not pinned", async () => {
    const newer = revoking(5, [7]);
    await publish(newer.bundle, [newer.text]);
    await follow();
    pin("other");
    rmSync(join(site, "policy.bundle"));
    const other = keyNamed("other");
    const again = revoking(7, [], other);
    await publish(again.bundle, [again.text], NOW_MS, other);
    expect(await follow()).toMatchObject({ outcome: "installed", version: 7 });
  });
});
