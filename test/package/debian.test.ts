// The Debian package of the program as it was built: installed, upgraded, removed and purged by dpkg in a clean root.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readPackage } from "#surface/foundation/product/product-files.ts";
import { buildDeb } from "#surface/services/installer/build-deb.ts";
import { freshDirectory } from "../surface/daemon/daemon-stand.ts";
import { type CleanRoot, cleanRoot, WHY_NO_ROOT } from "./clean-root.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const POLICY = 'id: acme\nversion: "1"\ntitle: Acme\nextends: [team]\n';
/** What accounts leave behind by themselves: copies of the lists before their last change, and the lock. */
const OF_ACCOUNTS = ["passwd-", "group-", "shadow-", "gshadow-", ".pwd.lock"].map(
  (n) => `/etc/${n}`,
);

let room: ReturnType<typeof freshDirectory>;
beforeAll(() => {
  room = freshDirectory();
});
afterAll(() => room.remove());

const order = (revision: number, policy: string) => ({
  revision,
  maintainer: "Ada <ada@example.com>",
  madeS: 1_700_000_000,
  configuration: new Map([["policy.yaml", policy]]),
});

async function built(root: CleanRoot, revision: number, policy: string): Promise<string> {
  const path = await builtInto(join(root.path, "home"), revision, policy);
  return `/home/${basename(path)}`;
}

/** Builds the program where it is old, and packs it. */
async function builtInto(folder: string, revision: number, policy: string): Promise<string> {
  const ended = spawnSync(process.execPath, [join(ROOT, "scripts", "bootstrap.mjs"), "--build"]);
  expect(ended.status).toBe(0);
  const { name, bytes } = await buildDeb(readPackage(ROOT), order(revision, policy), 0);
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
}

test("Debian's own check of packages finds nothing that is not overridden with a reason", async (ctx) => {
  if (spawnSync("lintian", ["--version"]).status !== 0) ctx.skip("lintian is not installed");
  const path = await builtInto(room.path, 1, POLICY);
  const words = ["--allow-root", "--display-info", "--fail-on", "error,warning,info", path];
  const { status, stdout, stderr } = spawnSync("lintian", words, { encoding: "utf8" });
  expect([status, stdout, stderr]).toEqual([0, "", ""]);
  // What is overridden is still there, so that no override outlives its reason.
  const shown = spawnSync("lintian", [...words, "--show-overrides"], { encoding: "utf8" });
  const tags = shown.stdout.matchAll(/^O: sallyport: (\S+)/gm);
  expect(new Set([...tags].map(([, tag]) => tag))).toEqual(
    new Set([
      "extra-license-file",
      "initial-upload-closes-no-bugs",
      "package-contains-documentation-outside-usr-share-doc",
      "package-supports-alternative-init-but-no-init.d-script",
    ]),
  );
});

describe("in a clean root", () => {
  const dpkg = ["dpkg", "--force-confold", "--force-unsafe-io"];
  test("an upgrade and a removal keep data and policy, and a purge leaves nothing", async (ctx) => {
    if (WHY_NO_ROOT !== undefined) ctx.skip(WHY_NO_ROOT);
    mkdirSync(join(room.path, "root"));
    const root = cleanRoot(join(room.path, "root"));
    const first = await built(root, 1, POLICY);
    const second = await built(root, 2, POLICY.replace('"1"', '"2"'));
    const at = (name: string) => join(root.path, name);
    const before = root.tree();

    expect(root.run(...dpkg, "--install", first)).toMatchObject({ code: 0 });
    const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
      version: string;
    };
    expect(root.run("/usr/bin/sallyport", "--version")).toEqual({ code: 0, text: `${version}\n` });
    expect(root.run("getent", "passwd", "sallyport").text).toBe("");
    expect(root.run("getent", "group", "sallyport").text).toMatch(/^sallyport:x:\d+:\n$/);
    expect(readFileSync(at("etc/sallyport/policy.yaml"), "utf8")).toBe(POLICY);
    const wanted = at("etc/systemd/system/multi-user.target.wants/sallyport.service");
    expect(root.run("readlink", wanted.slice(root.path.length)).code).toBe(0);
    expect(root.run("dpkg", "--verify", "sallyport")).toEqual({ code: 0, text: "" });

    // What an administrator edits, and what the daemon keeps.
    const edited = `${POLICY}# by hand\n`;
    writeFileSync(at("etc/sallyport/policy.yaml"), edited);
    mkdirSync(at("var/lib/sallyport/log"), { recursive: true });
    writeFileSync(at("var/lib/sallyport/log/checkpoint"), "kept\n");
    const kept = () => [
      readFileSync(at("etc/sallyport/policy.yaml"), "utf8"),
      readFileSync(at("var/lib/sallyport/log/checkpoint"), "utf8"),
    ];

    expect(root.run(...dpkg, "--install", second)).toMatchObject({ code: 0 });
    expect(kept()).toEqual([edited, "kept\n"]);
    expect(root.run("dpkg-query", "-W", "sallyport").text).toMatch(/-2\n$/);
    // Scripts may run again: the same version once more changes nothing.
    const upgraded = root.tree();
    expect(root.run(...dpkg, "--install", second)).toMatchObject({ code: 0 });
    expect(root.tree()).toEqual(upgraded);

    expect(root.run(...dpkg, "--remove", "sallyport")).toMatchObject({ code: 0 });
    expect(kept()).toEqual([edited, "kept\n"]);
    expect(existsSync(at("usr/bin/sallyport"))).toBe(false);

    expect(root.run(...dpkg, "--purge", "sallyport")).toMatchObject({ code: 0 });
    const after = Object.entries(root.tree()).filter(([path]) => !OF_ACCOUNTS.includes(path));
    const had = Object.entries(before).filter(([path]) => !path.startsWith("/home/"));
    expect(after.filter(([path]) => !path.startsWith("/home/"))).toEqual(had);
    expect(root.run("dpkg-query", "-W", "sallyport").code).not.toBe(0);
  });

  test("data under a legal hold outlives a purge, and an old node is refused", async (ctx) => {
    if (WHY_NO_ROOT !== undefined) ctx.skip(WHY_NO_ROOT);
    mkdirSync(join(room.path, "held"));
    const root = cleanRoot(join(room.path, "held"), "18.19.0-1");
    const small = { version: "1.0.0", digest: "", id: "", files: [] };
    const { name, bytes } = await buildDeb(small, order(1, POLICY));
    writeFileSync(join(root.path, "home", name), bytes);
    const refused = root.run(...dpkg, "--install", `/home/${name}`);
    expect([refused.code, refused.text]).toEqual([1, expect.stringContaining("nodejs (>= 20.19)")]);

    expect(root.run(...dpkg, "--force-depends", "--install", `/home/${name}`).text).toContain(
      "Setting up sallyport",
    );
    const holds = join(root.path, "var/lib/sallyport/holds.json");
    writeFileSync(holds, '{"list":{"version":1,"holds":[{"hold":{}}]}}\n');
    const purged = root.run(...dpkg, "--purge", "sallyport");
    expect([purged.code, purged.text]).toEqual([0, expect.stringContaining("under a legal hold")]);
    expect(existsSync(holds)).toBe(true);
  });
});
