// `sallyport prove`: on this machine nothing gets through, for an ordinary user; where a mask is left out, or a call cannot work, it says so by name.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Proof } from "#surface/services/prove/prove.ts";
import { BUILT, buildProgram } from "../../../client/built-program.ts";
import { WHY_NOT_HELD } from "../../../holding.ts";
import { parentDirectory } from "../../../judging.ts";
import { skipIfMissing } from "../../../skipping.ts";
import { NOBODY } from "../hold/held.ts";

const isRoot = process.getuid?.() === 0;
const WHY_NOT_ROOT = isRoot ? undefined : "only root puts another bubblewrap in its place";
const PROVE = [process.execPath, ...BUILT, "prove"];

const made: string[] = [];
/** A directory that anybody may go through. */
function freshDirectory(): string {
  const path = realpathSync(mkdtempSync(join(parentDirectory(), "prove-")));
  chmodSync(path, 0o755);
  made.push(path);
  return path;
}
afterAll(() => {
  for (const path of made) rmSync(path, { recursive: true, force: true });
});
beforeAll(() => {
  expect(buildProgram(freshDirectory()).status).toBe(0);
});

/** Runs it in a home of its own, as nobody where that can be, or behind the words of a shell. */
function run(words: readonly string[], before?: string) {
  const home = freshDirectory();
  if (isRoot && before === undefined) chownSync(home, NOBODY, NOBODY);
  const [program = "", ...rest] =
    before === undefined
      ? words
      : ["unshare", "-m", "sh", "-c", `${before}; exec "$@"`, "sh", ...words];
  const ran = spawnSync(program, rest, {
    cwd: "/",
    encoding: "utf8",
    timeout: 170_000,
    env: { PATH: process.env["PATH"], HOME: home, SALLYPORT_HOME: join(home, "data") },
    ...(isRoot && before === undefined ? { uid: NOBODY, gid: NOBODY } : {}),
  });
  return { home, ...ran };
}

const proofOf = (text: string): Proof => JSON.parse(text) as Proof;
const named = ({ probes }: Proof, result: string): readonly string[] =>
  probes.flatMap((probe) => (probe.result === result ? [probe.id] : []));

describe("a proof", () => {
  test("is given on this machine, and leaves nothing", (ctx) => {
    skipIfMissing(ctx, WHY_NOT_HELD);
    const { status, stdout, stderr, home } = run([...PROVE, "--json"]);
    expect([status, stderr]).toEqual([0, ""]);
    const proof = proofOf(stdout);
    expect(named(proof, "got-through")).toEqual([]);
    expect(named(proof, "does-not-work")).toEqual([]);
    expect(named(proof, "not-tried")).toEqual([]);
    expect(named(proof, "held").length).toBeGreaterThan(300);
    expect(new Set(proof.probes.map(({ id }) => id)).size).toBe(proof.probes.length);
    expect(readdirSync(home)).toEqual([]);
    expect(stdout).not.toContain(home);
  });

  test("fails where the filter of calls is left out, and names what got through", (ctx) => {
    skipIfMissing(ctx, WHY_NOT_HELD ?? WHY_NOT_ROOT);
    const { status, stdout } = run(PROVE, withBubblewrap(LEAVING_OUT.filter));
    expect(status).toBe(1);
    expect(stdout).toContain("GOT THROUGH     kernel: io_uring\n");
    expect(stdout).toMatch(/^held {4}reading the home/m);
    expect(stdout).toMatch(/^FAILED {2}namespaces/m);
    expect(stdout).toMatch(/NOT PROVEN: \d+ probes? got through\./);
  });

  test("fails where a policy hides a file no more, and names it", (ctx) => {
    skipIfMissing(ctx, WHY_NOT_HELD);
    const policy = join(freshDirectory(), "policy.yaml");
    writeFileSync(policy, HIDES_NOTHING, { mode: 0o644 });
    const { status, stdout } = run([...PROVE, "--json", "--policy", policy]);
    const through = named(proofOf(stdout), "got-through");
    expect(status).toBe(1);
    expect(through).toContain("hidden: .env, opened");
    expect(through.filter((id) => /^(?:outside|sockets|processes|work): /.test(id))).toEqual([]);
  });

  test("is none where a call cannot work", (ctx) => {
    skipIfMissing(ctx, WHY_NOT_HELD ?? WHY_NOT_ROOT);
    const broken = run(PROVE, withBubblewrap("echo broken >&2; exit 1"));
    expect([broken.status, broken.stderr]).toEqual([
      2,
      expect.stringMatching(/nothing can be proven/),
    ]);
    // A mask that is not there is found before anything runs.
    const unmasked = run(PROVE, withBubblewrap(LEAVING_OUT.mask));
    expect([unmasked.status, unmasked.stderr]).toEqual([2, expect.stringMatching(/not run/)]);
  });
});

test("its inner side is for itself", () => {
  const { status, stderr } = run([...PROVE, "--inside", "/nowhere"]);
  expect([status, stderr]).toEqual([
    2,
    expect.stringContaining("`--inside` is for the proof itself"),
  ]);
});

const HIDES_NOTHING = `id: hides-nothing
version: "1"
title: Hides nothing
description: For a test.
kind: source
automaticApproval: true
rules:
  - id: some/publish
    verdict: deny
    effects: [publish]
    reason: nothing is published here
`;

/** Lines that start the real one without the filter of system calls, or without what lies over `.env`. */
const LEAVING_OUT = {
  filter: `[ "$1" != --seccomp ] || shift 2; exec "$REAL" "$@"`,
  mask: String.raw`
if [ "$1 $3" = "--seccomp --args" ]; then
  exec 7< <(perl -0 -e '@o = map { chomp; $_ } <STDIN>;
    for ($i = 0; $i < @o; $i++) {
      if ($o[$i] =~ /^--(ro-)?bind/ && $o[$i + 2] =~ m{/shop/\.env$}) { $i += 2; next }
      print "$o[$i]\0";
    }' <&9)
  shift 4
  exec "$REAL" --seccomp 8 --args 7 "$@"
fi
exec "$REAL" "$@"`,
};

/** Words for a shell with mounts of its own: another program stands in the place of bubblewrap. */
function withBubblewrap(lines: string): string {
  const folder = freshDirectory();
  const [real, other] = [join(folder, "real"), join(folder, "other")];
  copyFileSync("/usr/bin/bwrap", real);
  writeFileSync(other, `#!/bin/bash\nREAL='${real}'\n${lines}\n`);
  for (const path of [folder, real, other]) chmodSync(path, 0o755);
  return `mount --bind '${other}' /usr/bin/bwrap`;
}
