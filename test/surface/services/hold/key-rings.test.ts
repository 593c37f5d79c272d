// Held calls of gpg that only look: they find the keys of others that a person has, and nothing of the person's own.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ALLOWED, heldProject, SECRET } from "./held-project.ts";

const { home, place, runs } = heldProject();

/** What gpg writes with this folder as its home. */
function gpg(folder: string, ...words: string[]): void {
  const shared = ["--batch", "--quiet", "--no-tty", "--homedir", folder];
  execFileSync("gpg", [...shared, ...words], { stdio: ["pipe", "pipe", "pipe"] });
}

describe("rings of keys", () => {
  let made: string;
  beforeEach((ctx) => {
    if (spawnSync("gpg", ["--version"]).error !== undefined) ctx.skip("gpg is not installed");
    // WHY a short path: gpg speaks to its agent through a socket in there.
    made = mkdtempSync(join(tmpdir(), "ring-"));
    mkdirSync(join(home(), ".gnupg"), { mode: 0o700 });
    gpg(made, "--passphrase", "", "--quick-generate-key", "Ada <ada@example.test>", "ed25519");
    writeFileSync(place("note"), "kept\n");
    gpg(made, "--yes", "--armor", "--detach-sign", "--output", place("note.asc"), place("note"));
    gpg(made, "--list-keys");
    execFileSync("gpgconf", ["--homedir", made, "--kill", "all"]);
    for (const name of ["pubring.kbx", "trustdb.gpg"])
      execFileSync("cp", [join(made, name), join(home(), ".gnupg", name)]);
    writeFileSync(join(home(), ".gnupg", "gpg.conf"), `# ${SECRET}\n`);
  });
  afterEach(() => {
    for (const folder of [made, join(home(), ".gnupg")])
      rmSync(folder, { recursive: true, force: true });
  });

  test("are there for a call that lists keys or looks at a signature", async () => {
    const lists = "gpg --list-keys --with-colons 2>/dev/null | grep -c ada@example.test";
    expect(await runs(lists)).toMatchObject({ ...ALLOWED, said: "1\n" });
    expect(await runs(`${lists}; ${lists}`)).toMatchObject({ ...ALLOWED, said: "1\n1\n" });
    const looks = "gpg --verify note.asc note 2>&1 | grep -o 'Good signature'";
    expect(await runs(looks)).toMatchObject({ ...ALLOWED, said: "Good signature\n" });
  });

  test("without the settings that lie beside them, and for no other call", async () => {
    const asks = "test -e ~/.gnupg/pubring.kbx && echo there; true";
    expect((await runs(`python3 -c 'pass' && ${asks}`)).said ?? "").not.toContain("there");
    writeFileSync(
      place("look.py"),
      "import os\nprint(os.listdir(os.path.expanduser('~/.gnupg')))\n",
    );
    const settings = await runs("gpg --list-keys >/dev/null 2>&1; cat ~/.gnupg/gpg.conf");
    expect(settings).toMatchObject({ verdict: "deny" });
    const beside = await runs("gpg --list-keys >/dev/null 2>&1; python3 look.py");
    expect(beside.said ?? "").not.toContain("pubring");
  });
});
