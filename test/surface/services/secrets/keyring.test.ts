// `sallyport secrets` with a real keyring: a value goes in, comes out, reaches one program, and is nowhere else.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { describeEvent } from "#record/event/describe.ts";
import { openKeys } from "#record/store/keys.ts";
import { viewLog } from "#record/store/log-view.ts";
import { takeSpooled } from "#surface/services/log/spooled-events.ts";
import { ensureInstall } from "#surface/services/installation/install.ts";
import type { Directories } from "#surface/foundation/files/directories.ts";
import { besideKeyring, missingPrograms } from "./keyring.ts";

const VALUE = "planted-Value.of/the keyring=7";
const main = fileURLToPath(new URL("../../../../dist/surface/cli/main.js", import.meta.url));
const missing = missingPrograms();
const needsKeyring = missing.length > 0 ? `missing: ${missing.join(", ")}` : undefined;

/** Looks at what every process shows, and says whose environment and whose words hold the value. */
const LOOK = `
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
const holders = { environment: [], words: [] };
for (const pid of readdirSync("/proc").filter((name) => /^\\d+$/.test(name))) {
  const read = (name) => { try { return readFileSync("/proc/" + pid + "/" + name, "latin1"); } catch { return ""; } };
  if (read("environ").includes(process.env.KEY)) holders.environment.push(Number(pid));
  if (read("cmdline").includes(process.env.KEY)) holders.words.push(Number(pid));
}
writeFileSync(process.argv[2], JSON.stringify({ pid: process.pid, ...holders, length: process.env.KEY.length }));
process.exitCode = 7;
`;

let folder: string;
let directories: Directories;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "sallyport-keyring-"));
  mkdirSync(join(folder, "work"));
  writeFileSync(join(folder, "look.mjs"), LOOK);
  ({ directories } = await ensureInstall({ root: join(folder, "sallyport") }));
  await openKeys(directories.keys);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sallyport = `node ${JSON.stringify(main)} secrets`;
const beside = (script: string) =>
  besideKeyring(folder, `cd ${JSON.stringify(join(folder, "work"))}\n${script}`, {
    environment: { SALLYPORT_HOME: directories.root, TMPDIR: folder },
    input: VALUE,
  });

describe("with a real keyring", () => {
  beforeEach((ctx) => {
    if (needsKeyring !== undefined) ctx.skip(needsKeyring);
  });
  it("keeps a value, gives it to one program, and leaves it nowhere else", {
    timeout: 60_000,
  }, async () => {
    const { stdout, stderr } = beside(
      [
        `${sallyport} rotate keychain:app/api --stdin --every 30; echo "rotate $?"`,
        `printf '[%s]\\n' "$(${sallyport} get keychain:app/api)"`,
        `${sallyport} exec --env KEY=keychain:app/api -- node ../look.mjs ../seen.json; echo "exec $?"`,
        `${sallyport} get keychain:app/none; echo "none $?"`,
        `CLAUDECODE=1 ${sallyport} get keychain:app/api; echo "session $?"`,
        `${sallyport} doctor; echo "doctor $?"`,
      ].join("\n"),
    );
    expect(stdout).toContain("rotate 0\n");
    expect(stdout).toContain(`[${VALUE}]\n`);
    expect(stdout).toContain("exec 7\n");
    expect(stdout).toContain("none 2\n");
    expect(stdout).toContain("session 2\n");
    expect(stdout).toContain("doctor 0\n");
    expect(stderr).not.toContain("planted-Value");
    expect(stdout.split(VALUE)).toHaveLength(2);
    const seen = JSON.parse(readFileSync(join(folder, "seen.json"), "utf8")) as {
      readonly pid: number;
      readonly environment: readonly number[];
      readonly words: readonly number[];
      readonly length: number;
    };
    expect(seen).toMatchObject({ environment: [seen.pid], words: [], length: VALUE.length });
    expect(filesWith(folder, VALUE)).toEqual([]);
    await takeSpooled(directories);
    const log = await viewLog(directories.log, directories.keys);
    const deeds: string[] = [];
    for await (const { leaf, sealed } of log.entries(0, await log.size())) {
      if ("metadata" in leaf && leaf.metadata["kind"] === "secret")
        deeds.push(describeEvent(leaf, sealed).replace(/ +/g, " "));
    }
    expect(deeds).toEqual(
      [
        "rotated keychain:app/api",
        "fetched keychain:app/api",
        "given keychain:app/api",
        "failed keychain:app/none secret-missing",
      ].map((line) => expect.stringContaining(line) as string),
    );
  });
});

/** Every file below a folder that holds the text, as it is or in a common encoding. */
function filesWith(root: string, text: string): readonly string[] {
  const forms = [text, Buffer.from(text).toString("base64"), Buffer.from(text).toString("hex")];
  return filesBelow(root).filter((path) => {
    const bytes = readFileSync(path, "latin1");
    return forms.some((form) => bytes.includes(form));
  });
}

/** The keyring's daemon may still be taking its sockets away: a folder that is gone has no files. */
function filesBelow(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return entry.isFile() ? [path] : [];
  });
}
