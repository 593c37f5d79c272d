// A Debian package of a small product: the same bytes each time, fixed rights and owners, and what dpkg-deb reads of it.
import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Product } from "#surface/foundation/product/product-files.ts";
import { buildDeb } from "#surface/services/installer/build-deb.ts";
import { signInstaller, verifyInstaller } from "#surface/services/installer/signature.ts";
import { createSigner } from "#record/log/note.ts";
import { freshDirectory } from "../../daemon/daemon-stand.ts";

const hasDpkg = existsSync("/usr/bin/dpkg-deb");
const PRODUCT: Product = {
  version: "1.2.3-rc.1",
  digest: "",
  id: "",
  files: [
    { path: "node_modules/sallyport/package.json", bytes: Buffer.from("{}") },
    { path: "node_modules/sallyport/dist/surface/cli/main.js", bytes: Buffer.from("#!x\n") },
  ],
};
const ORDER = {
  revision: 4,
  maintainer: "Ada <ada@example.com>",
  madeS: 1_700_000_000,
  configuration: new Map([["policy-keys", "# none\n"]]),
};

let room: ReturnType<typeof freshDirectory>;
beforeEach(() => {
  room = freshDirectory();
});
afterEach(() => room.remove());

describe("the package", () => {
  const says = (file: string, ...words: readonly string[]) =>
    execFileSync("/usr/bin/dpkg-deb", [...words, file], { encoding: "utf8", env: { TZ: "UTC" } });
  test("has the same bytes in whatever order its files come, and others at another time", async (ctx) => {
    if (!hasDpkg) ctx.skip("there is no dpkg-deb here");
    const first = await buildDeb(PRODUCT, ORDER);
    const second = await buildDeb({ ...PRODUCT, files: PRODUCT.files.toReversed() }, ORDER);
    expect(second.bytes.equals(first.bytes)).toBe(true);
    const other = await buildDeb(PRODUCT, { ...ORDER, madeS: 1_700_000_001 });
    expect(other.bytes.equals(first.bytes)).toBe(false);
  });
  test("holds the program, the service and the edited files, all of root", async (ctx) => {
    if (!hasDpkg) ctx.skip("there is no dpkg-deb here");
    const { name, bytes } = await buildDeb(PRODUCT, ORDER);
    expect(name).toBe("sallyport_1.2.3~rc.1-4_all.deb");
    const file = join(room.path, name);
    writeFileSync(file, bytes);
    const rows = says(file, "--contents")
      .trim()
      .split("\n")
      .map((row) => row.split(/\s+/));
    expect(new Set(rows.map(([, owner, , day]) => `${owner} ${day}`))).toEqual(
      new Set(["root/root 2023-11-14"]),
    );
    const files = rows.flatMap(([mode = "", , , , , path]) =>
      mode.startsWith("-") ? [`${mode} ${path}`] : [],
    );
    expect(files).toEqual([
      "-rw-r--r-- ./etc/sallyport/policy-keys",
      "-rwxr-xr-x ./usr/bin/sallyport",
      "-rwxr-xr-x ./usr/lib/sallyport/node_modules/sallyport/dist/surface/cli/main.js",
      "-rw-r--r-- ./usr/lib/sallyport/node_modules/sallyport/package.json",
      "-rw-r--r-- ./usr/lib/systemd/system/sallyport.service",
      "-rw-r--r-- ./usr/share/doc/sallyport/changelog.Debian.gz",
      "-rw-r--r-- ./usr/share/doc/sallyport/copyright",
      "-rw-r--r-- ./usr/share/lintian/overrides/sallyport",
      "-rw-r--r-- ./usr/share/man/man1/sallyport.1.gz",
    ]);
    expect(says(file, "--field")).toContain("Version: 1.2.3~rc.1-4\n");
    expect(says(file, "--info")).toContain("conffiles");
    // The release is newer than what came before it.
    expect(() =>
      execFileSync("dpkg", ["--compare-versions", "1.2.3~rc.1-4", "lt", "1.2.3-1"]),
    ).not.toThrow();
  });
  test.each([
    ["a revision of nothing", { revision: 0 }, "`--revision` is a whole number"],
    ["no address", { maintainer: "Ada" }, "`--maintainer` is a name and an address"],
    ["lines", { maintainer: "Ada\nDepends: x <a@example.com>" }, "`--maintainer` is a name"],
  ])("is not made with %s", async (_, changes, why) => {
    if (hasDpkg) await expect(buildDeb(PRODUCT, { ...ORDER, ...changes })).rejects.toThrow(why);
    else await expect(buildDeb(PRODUCT, { ...ORDER, ...changes })).rejects.toThrow("dpkg");
  });
});

describe("a signature", () => {
  const signer = createSigner("acme", Buffer.alloc(32, 1));
  const other = createSigner("other", Buffer.alloc(32, 2));
  const file = { name: "sallyport_1.deb", bytes: Buffer.from("abc") };
  const text = signInstaller(file, signer);
  const verdict = (changes: Partial<typeof file>, signature = text, keys = [signer.verifier]) =>
    verifyInstaller({ ...file, ...changes }, Buffer.from(signature), keys);
  test("holds for these bytes under this name and a key that counts", () => {
    expect(verdict({})).toEqual({ isSigned: true, key: "acme" });
  });
  test.each([
    ["changed", verdict({ bytes: Buffer.from("abd") })],
    ["renamed", verdict({ name: "other_1.deb" })],
    ["unknown-key", verdict({}, text, [other.verifier])],
    ["unknown-key", verdict({}, text, [])],
    ["changed", verdict({}, text.replace("size 3", "size 4"))],
    ["no-signature", verdict({}, "")],
    ["no-signature", verdict({}, signer.verifier.text)],
  ])("is refused: %s", (why, found) => {
    expect(found).toEqual({ isSigned: false, why });
  });
});
