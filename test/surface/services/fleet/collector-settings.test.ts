// The settings of a collector: what a file says of listening, store and stream, and what is refused with its place.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { loadRecordClasses } from "#surface/foundation/product/shipped-data.ts";
import { readCollectorSettings } from "#surface/services/fleet/collector-settings.ts";

const root = mkdtempSync(join(tmpdir(), "sallyport-settings-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
writeFileSync(join(root, "some.pem"), "a certificate");
const tls = { cert: "some.pem", key: "some.pem", clientCa: "some.pem" };
const postgres = { url: "postgresql://collector@db.example.com/sallyport" };

function read(settings: unknown) {
  const file = join(root, "collector.json");
  writeFileSync(file, typeof settings === "string" ? settings : JSON.stringify(settings), {
    mode: 0o600,
  });
  return readCollectorSettings(file);
}

describe("the settings of a collector", () => {
  it("have values for what is not said, and certificates from beside the file", async () => {
    const settings = await read({ tls, postgres, tenants: { small: { eventsPerMinute: 600 } } });
    expect(settings).toMatchObject({
      host: "127.0.0.1",
      port: 8_480,
      stream: undefined,
      tls: { cert: "a certificate", key: "a certificate", ca: "a certificate" },
      store: { kind: "postgres", place: postgres },
    });
    expect(["small", "other", "toString"].map(settings.eventsPerMinute)).toEqual([
      600, 600_000, 600_000,
    ]);
  });
  it("name a fleet's stream and store", async () => {
    const clickhouse = {
      url: "https://ch.example.com:8443",
      user: "collector",
      password: "x",
      ca: "some.pem",
    };
    const nats = { servers: ["tls://n1.example.com:4222"], ca: "some.pem", shards: 8 };
    const { store, stream } = await read({ tls, clickhouse, nats });
    expect(store).toEqual({ kind: "clickhouse", place: { ...clickhouse, ca: "a certificate" } });
    expect(stream).toMatchObject({
      shards: 8,
      replicas: 3,
      place: { tls: { ca: "a certificate" } },
    });
  });
  it("say how long machines' days are kept, or leave it to the shipped period", async () => {
    expect((await read({ tls, postgres })).keepDays).toBeUndefined();
    expect((await read({ tls, postgres, keepDays: 200 })).keepDays).toBe(200);
    for (const keepDays of [99, 3_661, 200.5])
      await expect(read({ tls, postgres, keepDays })).rejects.toThrow("keepDays");
    expect(loadRecordClasses().find(({ id }) => id === "machines")?.days).toBe(400);
  });
  it.each([
    ["no JSON", "{", "is not the settings of a collector"],
    ["no store", { tls }, "names one store"],
    [
      "two stores",
      { tls, postgres, clickhouse: { url: "https://ch.example.com" } },
      "names one store",
    ],
    ["a word that is none of ours", { tls, postgres, tenant: {} }, "tenant"],
    ["a port that is none", { tls, postgres, listen: { port: 99_999 } }, "listen.port"],
    [
      "two replicas, which survive nothing",
      { tls, postgres, nats: { servers: ["nats://127.0.0.1"], replicas: 2 } },
      "nats.replicas",
    ],
    [
      "a certificate that is not there",
      { tls: { ...tls, key: "none.pem" }, postgres },
      "cannot read",
    ],
  ])("are refused with %s", async (_, settings, message) => {
    await expect(read(settings)).rejects.toThrow(message);
  });
  it("are refused where others may read the passwords in them", async () => {
    await read({ tls, postgres });
    chmodSync(join(root, "collector.json"), 0o644);
    await expect(readCollectorSettings(join(root, "collector.json"))).rejects.toThrow(
      "others may read it",
    );
    await expect(readCollectorSettings(join(root, "none.json"))).rejects.toThrow(
      "there is no file",
    );
  });
});
