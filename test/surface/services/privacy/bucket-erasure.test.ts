// Erasing from a bucket: no version of any object holds an entry of the person, others' entries stay, and what a bucket refuses stays outstanding.
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { FetchSecret } from "#surface/services/secrets/providers/fetch-secret.ts";
import { bucketLines } from "#surface/cli/commands/privacy/privacy-requests.ts";
import { askBucketsOnce, eraseFromBuckets } from "#surface/services/privacy/bucket-erasure.ts";
import { erasePerson } from "#surface/services/privacy/erasure.ts";
import { readRequests, settleRequest } from "#surface/services/privacy/requests.ts";
import {
  type StandIn,
  STAND_IN_ENVIRONMENT,
  STAND_IN_REGION,
  startBucket,
} from "../archive/s3-stand-in.ts";
import { deliverTo, makeWorld, PORTS, type World, worldFolder } from "./world.ts";

let folder: ReturnType<typeof worldFolder>;
let world: World;
let stand: StandIn;
const fetchSecret: FetchSecret = (reference) =>
  Promise.resolve(
    JSON.stringify(reference).includes("secret-key")
      ? STAND_IN_ENVIRONMENT.AWS_SECRET_ACCESS_KEY
      : STAND_IN_ENVIRONMENT.AWS_ACCESS_KEY_ID,
  );
const ports = { nowMs: () => Date.now(), fetchSecret, waitMs: 1 };

beforeAll(async () => {
  folder = worldFolder(tmpdir());
  world = await makeWorld(folder.path, 3, 7);
  stand = await startBucket();
  stand.isVersioned = true;
  writeFileSync(
    world.directories.exportsFile,
    `targets:\n  - { to: s3, name: lake, url: "${stand.endpoint}/vault", prefix: "of/ada", region: ${STAND_IN_REGION}, keyId: "vault:secret/s3#id", secretKey: "vault:secret/s3#secret-key", personal: { user: clear }, batch: { entries: 8, seconds: 0 } }\n`,
    { mode: 0o600 },
  );
  await deliverTo("lake", world.directories, fetchSecret);
});
afterAll(async () => {
  await stand?.close();
  folder?.remove();
});

/** Every line of every version that the bucket holds. */
const everyLine = () =>
  [...stand.history.values()]
    .flat()
    .flatMap(({ body }) =>
      body === undefined ? [] : gunzipSync(body).toString("utf8").split("\n"),
    )
    .filter((line) => line !== "");
const linesOf = (place: number) =>
  everyLine().filter((line) => line.includes(world.people[place]?.user ?? "?"));
const inBucket = () => readRequests(world.directories).filter(({ to }) => to === "s3");
const outstanding = () => inBucket().filter(({ state }) => state === "outstanding");

test("what a bucket refuses stays outstanding and says why; a dry run changes nothing; then no version is left", async () => {
  expect([stand.objects.size, linesOf(0).length, linesOf(1).length]).toEqual([4, 10, 10]);
  stand.faults.push({ method: "PUT", play: "403" });
  const one = world.people[1];
  if (one === undefined) throw new Error("there are people");
  const request = world.request(one);
  const askOthers = () => askBucketsOnce(world.directories, ports);
  const { requests, residue } = await erasePerson(
    { ...request, where: { ...request.where, askOthers } },
    PORTS,
  );
  expect(residue).toEqual([]);
  expect(requests.filter(({ to }) => to === "s3")).toMatchObject([
    {
      target: "lake",
      to: "s3",
      state: "outstanding",
      note: "to write an object was answered 403 AccessDenied",
    },
  ]);
  expect(linesOf(1).length).toBe(10);
  const before = JSON.stringify([...stand.history]);
  const [dry] = await eraseFromBuckets(world.directories, outstanding(), { ...ports, isDry: true });
  expect(dry?.objects.map(({ act, lines }) => [act, lines]).flat()).toContain("rewrite");
  expect(dry?.objects.reduce((sum, { lines }) => sum + lines, 0)).toBe(10);
  expect(bucketLines(dry ?? expect.fail(), 1)).toHaveLength(3);
  expect([JSON.stringify([...stand.history]), outstanding().length]).toEqual([before, 1]);
  for (const [play, said] of [
    ["cut", "to list objects was not answered (cannot be reached (ECONNRESET))"],
    ["503", "was answered 503 SlowDown"],
  ] as const) {
    stand.faults.push(...Array.from({ length: 4 }, () => ({ method: "GET", play }) as const));
    await askBucketsOnce(world.directories, { ...ports });
    expect(outstanding()[0]?.note).toContain(play === "cut" ? "was not answered" : said);
  }
  // One that passes by itself is tried again.
  stand.faults.push({ method: "GET", play: "503" }, { method: "DELETE", play: "cut" });
  const [done] = await eraseFromBuckets(world.directories, outstanding(), {
    ...ports,
    isDry: false,
  });
  expect(done?.request).toMatchObject({
    state: "done",
    note: expect.stringMatching(/^4 objects written anew, 0 deleted, [4-9] older/),
  });
  expect([linesOf(0).length, linesOf(1).length, linesOf(2).length]).toEqual([10, 0, 10]);
  expect(everyLine().length).toBe(20);
  expect(outstanding()).toEqual([]);
  // Again is the same as once.
  const [again] = inBucket();
  settleRequest(world.directories, { ...(again ?? expect.fail()), state: "outstanding" });
  await askBucketsOnce(world.directories, ports);
  expect(inBucket()).toMatchObject([{ state: "done", note: "0 objects written anew, 0 deleted" }]);
});

test("an object that is none of ours, another bucket and too many ranges are said, and nothing is done", async () => {
  const [known] = inBucket();
  const request = { ...(known ?? expect.fail()), state: "outstanding" } as const;
  const noteOf = async (changes: Partial<typeof request>) =>
    (
      await eraseFromBuckets(world.directories, [{ ...request, ...changes }], {
        ...ports,
        isDry: true,
      })
    )[0]?.request.note;
  const name = "of/ada/000000000000-000000000007.jsonl.gz";
  const kept = stand.objects.get(name) ?? expect.fail();
  stand.objects.set(name, Buffer.from("plain"));
  expect(await noteOf({ ranges: "0-3" })).toContain("no gzip file of lines");
  // A line of another log that has the same index stays.
  stand.objects.set(name, gzipSync('{"index":0,"id":"another"}\nno json\n'));
  expect(await noteOf({ ranges: "0-3" })).toContain("0 objects would be written anew");
  stand.objects.set(name, kept);
  expect(await noteOf({ destination: `s3 ${stand.endpoint}/vault/of/[erased]` })).toContain(
    "would be",
  );
  expect(await noteOf({ destination: "s3 https://other.example/x" })).toContain("no target of");
  const ranges = Array.from({ length: 1_000 }, (_, place) => place * 2).join();
  expect(await noteOf({ ranges })).toContain("more ranges than are told apart");
});
