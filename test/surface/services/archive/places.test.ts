// Places of an archive: signatures byte for byte, a bucket that refuses, slows down, breaks off or lies, folders that are none.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openPlace } from "#surface/services/archive/open-place.ts";
import { openS3Place } from "#surface/services/archive/s3-place.ts";
import { type SignedRequest, signRequest } from "#surface/services/archive/s3-signature.ts";
import { type StandIn, STAND_IN_ENVIRONMENT, STAND_IN_REGION, startBucket } from "./s3-stand-in.ts";

const EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const BUCKET = "https://examplebucket.s3.amazonaws.com";

describe("a signature", () => {
  // Source: the worked examples of AWS, "Signature Calculations for the Authorization Header: Transferring Payload in a Single Chunk".
  test.each<[string, Omit<SignedRequest, "url"> & { url: string }, string]>([
    [
      "get with a range",
      {
        method: "GET",
        url: `${BUCKET}/test.txt`,
        bodyDigest: EMPTY,
        headers: { range: "bytes=0-9" },
      },
      "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    ],
    [
      "put of a name that is encoded",
      {
        method: "PUT",
        url: `${BUCKET}/test%24file.text`,
        bodyDigest: "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
        headers: {
          date: "Fri, 24 May 2013 00:00:00 GMT",
          "x-amz-storage-class": "REDUCED_REDUNDANCY",
        },
      },
      "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
    ],
    [
      "a parameter without a value",
      { method: "GET", url: `${BUCKET}/?lifecycle`, bodyDigest: EMPTY, headers: {} },
      "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
    ],
    [
      "list",
      { method: "GET", url: `${BUCKET}/?max-keys=2&prefix=J`, bodyDigest: EMPTY, headers: {} },
      "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
    ],
  ])("of %s is the one of the published example", (_, request, signature) => {
    const credentials = {
      id: "AKIAIOSFODNN7EXAMPLE",
      secret: ["wJalrXUtnFEMI", "K7MDENG", "bPxRfiCYEXAMPLEKEY"].join("/"),
    };
    const by = { credentials, region: "us-east-1", timeMs: Date.UTC(2013, 4, 24) };
    const headers = signRequest({ ...request, url: new URL(request.url) }, by);
    expect(headers["authorization"]).toContain(`Signature=${signature}`);
  });
});

describe("a bucket", () => {
  let stand: StandIn;
  let waits: number[] = [];
  beforeEach(async () => {
    stand = await startBucket();
    waits = [];
  });
  afterEach(() => stand.close());
  const open = (changes: Partial<Parameters<typeof openS3Place>[0]> = {}) =>
    openS3Place({
      name: "s3://vault/logs",
      base: `${stand.endpoint}/vault`,
      prefix: "logs",
      region: STAND_IN_REGION,
      nowMs: () => Date.now(),
      credentials: {
        id: STAND_IN_ENVIRONMENT.AWS_ACCESS_KEY_ID,
        secret: STAND_IN_ENVIRONMENT.AWS_SECRET_ACCESS_KEY,
        token: STAND_IN_ENVIRONMENT.AWS_SESSION_TOKEN,
      },
      sleep: async (waitMs) => void waits.push(waitMs),
      ...changes,
    });
  const bytes = Buffer.from("segment");

  test("takes, lists page by page and gives back; what is there is never replaced", async () => {
    const place = open();
    for (const name of ["a", "b c+d", "e'(f)"]) await place.put(name, Buffer.from(name));
    await place.put("a", Buffer.from("other"));
    stand.objects.set("logs/deeper/x", bytes);
    stand.objects.set("elsewhere", bytes);
    stand.pageSize = 1;
    expect(await place.list()).toEqual(["a", "b c+d", "e'(f)"]);
    expect(await place.get("a")).toEqual(Buffer.from("a"));
    expect(await place.get("none")).toBeUndefined();
    expect(stand.log.filter((line) => line.endsWith("403"))).toEqual([]);
    expect(stand.log.filter((line) => line === "PUT 200")).toHaveLength(3);
  });

  test("that slows down, breaks off or cuts an answer short is asked again, with growing waits", async () => {
    const place = open();
    stand.faults.push(
      { method: "PUT", play: "503" },
      { method: "PUT", play: "503", retryAfter: "3" },
      { method: "PUT", play: "cut" },
    );
    await place.put("a", bytes);
    expect(waits).toEqual([200, 3_000, 800]);
    stand.faults.push({ method: "GET", play: "cut-body" }, { method: "GET", play: "cut" });
    expect(await place.get("a")).toEqual(bytes);
    for (let times = 0; times < 5; times += 1) stand.faults.push({ method: "GET", play: "503" });
    await expect(place.list()).rejects.toThrow(
      "`s3://vault/logs` answers 503 SlowDown after 5 tries: nothing was deleted",
    );
    stand.faults.splice(0, 9, { method: "GET", play: "503", retryAfter: "31" });
    await expect(place.list()).rejects.toThrow("after 1 tries");
  });

  test.each<[string, () => Promise<unknown>, string]>([
    [
      "refuses who may not",
      () => {
        stand.faults.push({ method: "HEAD", play: "403" });
        return open().put("a", bytes);
      },
      "refuses to head, 403: look at the credentials",
    ],
    [
      "knows another secret",
      () => open({ credentials: { id: "AKIDEXAMPLE", secret: "other" } }).list(),
      "refuses to list, 403 SignatureDoesNotMatch: look at the credentials",
    ],
    [
      "is not there",
      () => {
        stand.faults.push({ method: "GET", play: "404" });
        return open().get("a");
      },
      "refuses to get, 404 NoSuchBucket: name a bucket",
    ],
    [
      "lies elsewhere",
      () => {
        stand.faults.push({ method: "GET", play: "301" });
        return open().list();
      },
      "301 PermanentRedirect: name the region",
    ],
    [
      "stored something else",
      () => {
        stand.faults.push({ method: "PUT", play: "etag" });
        return open().put("a", bytes);
      },
      "stored other bytes as `a` than were sent",
    ],
    [
      "is nobody",
      async () => {
        await stand.close();
        return open().list();
      },
      "cannot be reached (ECONNREFUSED) after 5 tries",
    ],
  ])("that %s is a failure that says so and holds no secret", async (_, ask, said) => {
    const failure = await ask().then(
      () => expect.fail("it was taken"),
      (cause: Error) => cause,
    );
    expect(failure.message).toContain(said);
    expect(failure.message).not.toMatch(/stand-in|AKID|Signature=/);
  });

  test("that takes no condition is sent the file without one; a file that came meanwhile is left", async () => {
    stand.faults.push({ method: "PUT", play: "501" });
    await open().put("a", bytes);
    stand.faults.push({ method: "PUT", play: "412" });
    await open().put("b", bytes);
    expect([...stand.objects.keys()]).toEqual(["logs/a"]);
  });

  test("is opened by its address, with credentials of the environment or of a file", async () => {
    const room = mkdtempSync(join(tmpdir(), "sallyport-archive-"));
    const text = `s3://vault/logs?region=${STAND_IN_REGION}&endpoint=${encodeURIComponent(stand.endpoint)}`;
    await openPlace(text, { data: room, environment: STAND_IN_ENVIRONMENT }).put("a", bytes);
    const file = join(room, "credentials");
    writeFileSync(
      file,
      `[default]\naws_access_key_id = x\n[archive]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = stand-in-secret\n`,
      { mode: 0o600 },
    );
    const environment = { AWS_SHARED_CREDENTIALS_FILE: file, AWS_PROFILE: "archive" };
    expect(await openPlace(text, { data: room, environment }).list()).toEqual(["a"]);
    expect(() =>
      openPlace(text, { data: room, environment: { ...environment, AWS_PROFILE: "default" } }),
    ).toThrow("there are no credentials");
    rmSync(room, { recursive: true });
  });

  test.each([
    ["s3://", "names no bucket"],
    ["s3:vault", "names no bucket"],
    ["s3://vault/../x?acl", "names no bucket"],
    ["s3://Vault_/x", "names no bucket"],
    ["s3://vault/a//b", "names no bucket"],
    ["s3://vault/a?endpoint=http://store.example", "the endpoint is an `https://` address"],
    ["s3://vault/a?region=Eu West", "no name of a region"],
  ])("%s is none", (text, said) => {
    expect(() => openPlace(text, { data: "/data", environment: STAND_IN_ENVIRONMENT })).toThrow(
      said,
    );
  });
});

describe("a folder", () => {
  let room = "";
  beforeEach(() => {
    room = mkdtempSync(join(tmpdir(), "sallyport-archive-"));
  });
  afterEach(() => rmSync(room, { recursive: true }));

  test("keeps files 0600 in 0700, never replaces one, and is empty before the first", async () => {
    const folder = join(room, "archive");
    const place = openPlace(folder, { data: join(room, "data") });
    expect(await place.list()).toEqual([]);
    await place.put("a", Buffer.from("one"));
    await place.put("a", Buffer.from("two"));
    expect(await place.get("a")).toEqual(Buffer.from("one"));
    expect(await place.get("b")).toBeUndefined();
    expect(readdirSync(folder)).toEqual(["a"]);
    expect([statSync(folder).mode & 0o777, statSync(join(folder, "a")).mode & 0o777]).toEqual([
      0o700, 0o600,
    ]);
  });

  test("is none in the data directory, in a repository, or where a file lies", async () => {
    const data = join(room, "data");
    for (const inside of [data, join(data, "log"), `${data}/x/../y`])
      expect(() => openPlace(inside, { data })).toThrow("lies in the data directory");
    expect(openPlace(`${data}-2`, { data }).kind).toBe("folder");
    mkdirSync(join(room, "shop", ".git"), { recursive: true });
    expect(() => openPlace(join(room, "shop", "a", "b"), { data })).toThrow(
      "lies in the repository",
    );
    writeFileSync(join(room, "file"), "x");
    const file = openPlace(join(room, "file"), { data });
    await expect(file.list()).rejects.toThrow("cannot be used (ENOTDIR)");
    await expect(file.put("a", Buffer.from("x"))).rejects.toThrow("cannot be used");
  });
});
