// A witness and the log that it cosigns, over real sockets: the calls of the specification, forks, rollbacks, outages.
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { countCosignatures } from "#record/log/cosignature.ts";
import { parseNote, parseVerifier } from "#record/log/note.ts";
import { proveConsistency } from "#record/log/proofs/proof.ts";
import { formatAddCheckpoint, SIZE_MEDIA_TYPE } from "#record/log/proofs/witness-protocol.ts";
import { checkLog } from "#record/store/log-check.ts";
import { tileSource } from "#record/store/log-reader.ts";
import type { LogOptions } from "#record/store/writing-log.ts";
import { createSend, fetchLast, type Send } from "#surface/services/witness/ask-witness.ts";
import { serveWitness, type WitnessServer } from "#surface/services/witness/server.ts";
import { openWitness, type WitnessPlace } from "#surface/services/witness/witness-place.ts";
import { readWitnessList, writeWitnessList } from "#surface/services/witness/witness-list.ts";
import { createWitnessing, type WitnessNews } from "#surface/services/witness/witnessing.ts";
import { filesOf, memoryLog, sampleEntry, signer } from "../../../record/log/memory-log.ts";
import { appendMany, systemClock, withLog } from "../../../record/store/temporary-log.ts";

let root = "";
let place: WitnessPlace;
let server: WitnessServer;
let url = "";
const refusals: string[] = [];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "sallyport-witness-"));
  place = await openWitness(join(root, "witness"), "witness.example/one");
  await place.trust(signer.verifier);
  server = await serveWitness({
    place,
    host: "127.0.0.1",
    port: 0,
    nowMs: () => Date.now(),
    report: (_origin, why) => refusals.push(why),
  });
  url = `http://127.0.0.1:${server.port}`;
});
afterAll(async () => {
  await server.close();
  await rm(root, { recursive: true, force: true });
});

type Answer = { readonly status: number; readonly type: string; readonly body: string };

function post(body: string, path = "/add-checkpoint", method = "POST"): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(`${url}${path}`, { method }, (response) => {
      let text = "";
      response.on("data", (part: Buffer) => (text += part.toString("utf8")));
      response.on("end", () => {
        const type = response.headers["content-type"] ?? "";
        resolve({ status: response.statusCode ?? 0, type, body: text });
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

const logs = new Map([0, 20, 300, 600].map((size) => [size, memoryLog([size])]));
const noteOf = (map: ReadonlyMap<string, Uint8Array> | undefined) =>
  Buffer.from(map?.get("checkpoint") ?? []).toString("utf8");

async function call(old: number, size: number, entryAt = sampleEntry): Promise<string> {
  const map = entryAt === sampleEntry ? logs.get(size) : memoryLog([size], entryAt);
  const proof = await proveConsistency(old, size, tileSource(filesOf(map ?? new Map())));
  return formatAddCheckpoint({ old, proof, checkpoint: noteOf(map) });
}

describe("add-checkpoint", () => {
  it("first.then-grown.then-the-same-again", async () => {
    for (const [old, size] of [
      [0, 20],
      [20, 300],
      [300, 300],
    ] as const) {
      const { status, body } = await post(await call(old, size));
      expect(status).toBe(200);
      const note = parseNote(Buffer.from(noteOf(logs.get(size)) + body));
      const count = note && countCosignatures(note, [place.cosigner.verifier]);
      expect(count?.cosigned[0]?.name).toBe("witness.example/one");
      expect(place.read(signer.verifier.name)?.state.size).toBe(size);
    }
  });

  it("another-old-size.409-with-the-size-that-is-known", async () => {
    for (const [old, size] of [
      [0, 600],
      [20, 600],
      [20, 20],
    ] as const) {
      const answer = await post(await call(old, size));
      expect(answer).toEqual({ status: 409, type: SIZE_MEDIA_TYPE, body: "300\n" });
    }
    expect(refusals).toEqual(["rolled back"]);
  });

  it("fork.409-at-the-same-size-and-422-beyond", async () => {
    const forged = (index: number) => sampleEntry(index === 7 ? 9_000 : index);
    expect((await post(await call(300, 300, forged))).status).toBe(409);
    expect((await post(await call(300, 600, forged))).status).toBe(422);
    expect(refusals.slice(1).every((why) => why.startsWith("fork"))).toBe(true);
    expect(place.read(signer.verifier.name)?.state.size).toBe(300);
  });

  it("refused.unknown-log-wrong-key-malformed-too-large", async () => {
    const good = await call(300, 600);
    expect((await post(good.replaceAll("sallyport/test", "sallyport/else"))).status).toBe(404);
    expect((await post(good.replace("\n600\n", "\n601\n"))).status).toBe(403);
    expect((await post(good.replace("old 300", "old 601"))).status).toBe(400);
    for (const bad of ["", "old 1", "old 01\n\nx", good.replace("old", "new")])
      expect((await post(bad)).status).toBe(400);
    expect((await post("x".repeat(200_000))).status).toBe(413);
    expect((await post(good, "/add-checkpoint", "PUT")).status).toBe(405);
    expect((await post(good, "/elsewhere")).status).toBe(404);
  });

  it("two-at-once.only-one-is-cosigned", async () => {
    const body = await call(300, 600);
    const statuses = (await Promise.all([post(body), post(body)])).map(({ status }) => status);
    expect(statuses.toSorted((a, b) => a - b)).toEqual([200, 409]);
  });

  it("restart.goes-on-from-what-was-stored-and-refuses-a-state-put-in-by-hand", async () => {
    const copy = join(root, "copy");
    await cp(join(root, "witness"), copy, { recursive: true });
    const again = await openWitness(copy, undefined);
    expect(again.read(signer.verifier.name)?.state.size).toBe(600);
    const [file = ""] = (await import("node:fs")).readdirSync(join(copy, "checkpoints"));
    await writeFile(join(copy, "checkpoints", file), noteOf(logs.get(20)));
    expect(() => again.read(signer.verifier.name)).toThrow("not what this witness wrote");
    await expect(openWitness(copy, "another")).rejects.toThrow("witness.example/one");
  });
});

describe("a log that is witnessed", () => {
  const options = (): LogOptions => ({
    log: join(root, "log"),
    keys: join(root, "keys"),
    clock: systemClock,
    productVersion: "0.1.0",
  });

  async function watch(send?: Send) {
    const text = await readFile(join(root, "keys/verifier-key"), "utf8");
    const verifier = parseVerifier(text);
    if (verifier === undefined) throw new Error("no verifier key");
    const news: WitnessNews[] = [];
    const list = {
      witnesses: [{ url, key: place.cosigner.verifier }],
      quorum: 1,
      intervalS: 60,
    };
    let nowMs = 1_000;
    const witnessing = createWitnessing({
      log: options().log,
      verifier,
      list: () => list,
      nowMs: () => nowMs,
      report: (item) => news.push(item),
      ...(send === undefined ? {} : { send }),
    });
    return { verifier, news, pass: witnessing.pass, later: (ms: number) => (nowMs += ms) };
  }

  it("cosigned.then-rolled-back-rewritten-and-found", async () => {
    await withLog(options(), (log) => appendMany(log, 300));
    const { verifier, news, pass } = await watch();
    await place.trust(verifier);
    await pass();
    const witnesses = [place.cosigner.verifier];
    const check = (kept: Parameters<typeof checkLog>[0]["kept"] = []) =>
      checkLog({ ...options(), verifier, witnesses, kept });
    expect(await check()).toMatchObject({ faults: [], witnessed: { size: 300 } });

    // Its key is stolen, log and key store are put back together: nothing here can tell.
    const older = join(root, "older");
    await cp(join(root, "log"), join(older, "log"), { recursive: true });
    await cp(join(root, "keys"), join(older, "keys"), { recursive: true });
    await withLog(options(), (log) => appendMany(log, 20));
    await pass();
    expect((await check()).witnessed?.size).toBe(320);
    for (const part of ["log", "keys"]) {
      await rm(join(root, part), { recursive: true });
      await cp(join(older, part), join(root, part), { recursive: true });
    }
    expect((await check()).faults).toEqual([]);
    const reply = await fetchLast(url, verifier.name, createSend());
    const kept = [{ bytes: Buffer.from(reply?.body ?? ""), by: "witnesses" }] as const;
    expect((await check(kept)).faults).toEqual([{ kind: "rollback", size: 300, trustedSize: 320 }]);

    const second = await watch();
    await second.pass();
    // WHY nothing yet: a fresh daemon knows no difference until the witness speaks of its size.
    expect(second.news).toEqual([
      expect.objectContaining({ what: "refused", cause: "ahead", size: 300, known: 320 }),
    ]);
    // It grows past the witness's size: another tree of the same beginning is a fork.
    await withLog(options(), (log) => appendMany(log, 40));
    second.later(120_000);
    await second.pass();
    expect(second.news.at(-1)).toMatchObject({ what: "refused", cause: "fork" });
    expect(news).toEqual([]);
  });

  it("outage.one-event-back-off-and-one-when-it-answers-again", async () => {
    let calls = 0;
    let isUp = false;
    const real = createSend();
    const { news, pass, later } = await watch(async (target, body) => {
      calls += 1;
      return isUp ? real(target, body) : undefined;
    });
    for (let round = 0; round < 10; round += 1) {
      await pass();
      later(60_000);
    }
    // At once, then after one, two and four minutes.
    expect(calls).toBe(4);
    expect(news.map(({ what, cause }) => `${what} ${cause}`)).toEqual(["failing unreachable"]);
    isUp = true;
    await withLog(options(), (log) => appendMany(log, 1));
    later(3_600_000);
    await pass();
    expect(news.map(({ what }) => what)).toEqual(["failing", "refused"]);
  });

  it("list.bad-entries-are-refused", async () => {
    const file = join(root, "witnesses.json");
    expect(readWitnessList(file).witnesses).toEqual([]);
    const good = { witnesses: [{ url, key: place.cosigner.verifier }], quorum: 1, intervalS: 5 };
    writeWitnessList(file, good);
    expect(readWitnessList(file).witnesses[0]?.key.text).toBe(place.cosigner.verifier.text);
    const text = await readFile(file, "utf8");
    for (const bad of [
      "{",
      text.replace("http:", "ftp:"),
      text.replace("127.0.0.1", "example.com"),
      text.replace('"quorum": 1', '"quorum": 2'),
      text.replace("+", "-"),
    ]) {
      await writeFile(file, bad);
      expect(() => readWitnessList(file), bad).toThrow(/witness/);
    }
  });
});
