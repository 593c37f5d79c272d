// `sallyport privacy` as a person runs it: refused while the log is written, then a plan, the erasure, its certificate, and what is still asked of others.
import { spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openLog } from "#record/store/log-writer.ts";
import { filesWith, makeWorld, PORTS, type World, worldFolder } from "./world.ts";
import { PROGRAM } from "../../../program.ts";

const repository = fileURLToPath(new URL("../../../..", import.meta.url));
let folder: ReturnType<typeof worldFolder>;
let world: World;
beforeAll(async () => {
  folder = worldFolder(tmpdir());
  world = await makeWorld(folder.path, 2, 4);
});
afterAll(() => folder.remove());

async function privacy(
  ...args: string[]
): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> {
  const program = [...PROGRAM, "privacy"];
  const { PATH } = process.env;
  const env = { PATH, HOME: join(world.root, "home"), TMPDIR: join(world.root, "tmp") };
  const data = ["--data", world.directories.root];
  const child = spawn(process.execPath, [...program, ...args, ...data], { cwd: repository, env });
  const [out, err] = [child.stdout, child.stderr].map((stream) => {
    const parts: string[] = [];
    stream.setEncoding("utf8").on("data", (part: string) => parts.push(part));
    return parts;
  });
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, out: out?.join("") ?? "", err: err?.join("") ?? "" };
}

it("erases a person from a log that nobody writes, and leaves a certificate that verifies", async () => {
  const [, one] = world.people;
  if (one === undefined) throw new Error("there are people");
  const texts = [one.user, one.mail, ...one.sessions];
  const who = [one.user, "--also", one.mail, "--folder", join(world.root, "exports")];
  const log = await openLog({ ...world.directories, ...PORTS });
  const before = filesWith(world.root, texts);
  const refused = await privacy("erase", ...who, "--yes", "--events", "10");
  await log.close();
  expect([refused.code, refused.err]).toEqual([2, expect.stringContaining("log")]);
  expect(filesWith(world.root, texts)).toEqual(before);
  const wrong = await privacy("erase", ...who, "--yes", "--events", "9");
  expect([wrong.code, wrong.err]).toEqual([
    2,
    expect.stringContaining("not the number of the plan"),
  ]);
  expect(filesWith(world.root, texts)).toEqual(before);
  const erased = await privacy("erase", ...who, "--yes", "--events", "10", "--json");
  expect(erased.err).toBe("");
  // The target that only its operator can reach is open: that is what 1 says.
  expect(erased.code).toBe(1);
  const told = JSON.parse(erased.out) as { readonly file: string };
  expect(told).toMatchObject({ outcome: "erased", log: { events: 10, keys: 1 }, residue: [] });
  expect(filesWith(world.root, texts)).toEqual([]);
  const verified = await privacy("verify", told.file);
  expect([verified.code, verified.out.match(/^yes/gm)?.length]).toEqual([0, 5]);
  const requests = await privacy("requests");
  expect([requests.code, requests.out]).toEqual([1, expect.stringContaining("_delete_by_query")]);
});
