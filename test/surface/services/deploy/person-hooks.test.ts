// The settings of a person beside a managed deployment: shown without being written, put in, and taken out byte for byte.
import { chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { changePerson, personSettings } from "#surface/services/deploy/person-hooks.ts";
import { freshDirectory } from "../../daemon/daemon-stand.ts";
import { PROGRAM } from "../../../program.ts";

const program = [process.execPath, ...PROGRAM] as const;

test("a person's settings get the hooks and lose them again", () => {
  const room = freshDirectory();
  const person = { home: room.path, data: join(room.path, "data") };
  const own = '{ "model": "opus" }\n';
  mkdirSync(join(room.path, ".claude"));
  writeFileSync(personSettings(person), own);
  const settings = () => readFileSync(personSettings(person), "utf8");
  const init = (isDry: boolean) => changePerson(person, "init", { isDry, program });
  expect(init(true)).toMatchObject({ kind: "changed", diff: expect.stringContaining("hooks") });
  expect(settings()).toBe(own);
  expect(init(false).kind).toBe("changed");
  expect(settings()).toContain("PreToolUse");
  expect(init(true)).toEqual({ kind: "unchanged", diff: "" });
  expect(changePerson(person, "uninstall", { isDry: false, program }).kind).toBe("changed");
  expect(settings()).toBe(own);
  room.remove();
});

test("what belongs to another person is changed with that person's rights alone", (ctx) => {
  if (process.getuid?.() !== 0) ctx.skip("needs root");
  const room = freshDirectory();
  const person = { home: join(room.path, "home"), data: join(room.path, "home", "data") };
  mkdirSync(person.home);
  chownSync(person.home, 65_534, 65_534);
  // A link out of the home, in a place that only root may write.
  const secret = join(room.path, "root-only");
  mkdirSync(secret, { mode: 0o700 });
  const outcome = changePerson({ ...person, data: join(secret, "data") }, "init", {
    isDry: false,
    program: ["/bin/sh", "-c", 'id -u >&2; mkdir "$5" 2>/dev/null && echo made >&2; exit 1', "sh"],
  });
  expect(outcome).toEqual({ kind: "refused", why: "65534" });
  expect(existsSync(join(secret, "data"))).toBe(false);
  room.remove();
});

test("a home that is not there, and a program that says nothing, are told", () => {
  const missing = { home: "/nowhere/at/all", data: "/nowhere/data" };
  expect(changePerson(missing, "init", { isDry: true, program })).toEqual({
    kind: "refused",
    why: "there is no home `/nowhere/at/all`",
  });
  const room = freshDirectory();
  const silent = ["/bin/sh", "-c", "echo '{'; exit 0", "sh"] as const;
  expect(
    changePerson({ home: room.path, data: "/d" }, "init", { isDry: true, program: silent }),
  ).toEqual({ kind: "refused", why: "it gave no answer" });
  room.remove();
});
