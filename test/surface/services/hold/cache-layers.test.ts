// Caches of the home inside held calls: written for the session alone, and never the person's; the person's place for temporary files.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Effect } from "#guard/vocabulary/effect.ts";
import { WHY_NOT_HELD } from "../../../holding.ts";
import { until } from "../../../until.ts";
import { heldMachine, type HeldMachine, NOBODY } from "./held.ts";

const isRoot = process.getuid?.() === 0;
const HOSTS: readonly Effect[] = [
  {
    kind: "egress",
    destination: { host: "allowed.test", port: undefined, scheme: "https" },
    carries: [],
    via: ["curl"],
    at: undefined,
  },
];

describe("of a user", () => {
  let machine: HeldMachine;
  const uid = isRoot ? NOBODY : (process.getuid?.() ?? 0);
  beforeAll(async () => {
    machine = await heldMachine({ uid, names: { "allowed.test": "203.0.113.7" } });
    machine.file("home/.cache/tool/known", "known\n");
    machine.file("home/.gradle/gradle.properties", `password=${machine.canary}\n`);
    machine.file("home/go/pkg/mod/known", "known\n");
    machine.file("home/tmp/theirs", "theirs\n");
  });
  afterAll(async () => machine?.remove());
  beforeEach((ctx) => {
    const why = WHY_NOT_HELD ?? machine.trouble;
    if (why !== undefined) ctx.skip(why);
  });
  const own = (path: string): string => join(machine.home, path);
  const layers = (): string => own(".local/share/sallyport/hold/layers");

  test("what a call writes is there for later calls of the session, and for nobody else", async () => {
    const made = await machine.run({
      command:
        "cat ~/.cache/tool/known; cd ~/.cache && mkdir new && echo made >new/file && echo changed >tool/known && rm -r ~/go/pkg/mod && mkdir -p ~/go/pkg/a && touch ~/go/pkg/a/b && chmod 555 ~/go/pkg/a",
    });
    expect([made.status, made.said, made.complained]).toEqual([0, "known\n", ""]);
    const look = "cat ~/.cache/new/file ~/.cache/tool/known; ls ~/go/pkg";
    expect((await machine.run({ command: look })).said).toBe("made\nchanged\na\n");
    for (const effects of [HOSTS, [{ ...HOSTS[0], destination: {} } as Effect]])
      expect((await machine.run({ command: look, effects, programs: ["curl"] })).said).toBe(
        "made\nchanged\na\n",
      );
    const other = await machine.run({ command: look, session: "another" });
    expect(other.said).toBe("known\nmod\n");
    expect(readdirSync(own(".cache"))).toEqual(["tool"]);
    expect(readFileSync(own(".cache/tool/known"), "utf8")).toBe("known\n");
    expect(readdirSync(own("go/pkg"))).toEqual(["mod"]);
    await machine.end("another");
    await machine.end();
    // Resumed while what it had goes, it has a whole layer.
    expect(readdirSync(layers()).filter((name) => !name.includes("."))).toEqual([]);
    const again = "cat ~/.cache/tool/known; mkdir ~/.cache/new && echo again >~/.cache/new/file";
    expect((await machine.run({ command: again })).said).toBe("known\n");
    expect((await machine.run({ command: "cat ~/.cache/new/file" })).said).toBe("again\n");
    await machine.end();
    await until("the layers are gone", () => readdirSync(layers()).length === 0);
  });

  test("every mount has a place, of which programs that list mounts do not warn", async () => {
    const places = 'while read -r _ place _; do stat "$place" >/dev/null; done </proc/self/mounts';
    const looked = await machine.run({ command: `ls ~/.cache >/dev/null; ${places}` });
    expect([looked.said, looked.complained]).toEqual(["", ""]);
    const inside = await machine.run({ command: `find ${layers()} -type f; ls ${layers()}/*/*/*` });
    expect(inside.said).not.toMatch(/known|properties/);
    await machine.end();
  });

  test("a secret in a cache stays hidden, and what a program leaves runs nowhere else", async () => {
    const tried = [
      "cat ~/.gradle/gradle.properties",
      "mv ~/.gradle/gradle.properties ~/.gradle/x; rm -f ~/.gradle/gradle.properties; ln ~/.gradle/gradle.properties ~/.cache/l",
      "cp -a ~/.gradle /tmp/g; mv ~/.gradle ~/.cache/g; cat /tmp/g/* ~/.cache/g/* ~/.gradle/*",
      "mkdir -p ~/.gradle/init.d && echo evil >~/.gradle/init.d/evil.gradle",
      `find ${layers()}; ls /proc/*/root${layers()} ${machine.home}/.local/share/sallyport/hold; umount ~/.cache; mount --bind / /tmp`,
      `for p in /proc/[0-9]*/root; do cat $p${machine.home}/.gradle/gradle.properties; echo evil >>$p${machine.home}/.cache/tool/known; done`,
      `python3 -c 'import os; os.setxattr(os.path.expanduser("~/.cache/tool"), "user.overlay.redirect", b"/../.gradle")'; mknod ~/.cache/w c 0 0; ln -s ~/.gradle ~/.cache/s; cat ~/.cache/s/gradle.properties ~/.cache/tool/gradle.properties`,
    ];
    for (const effects of [undefined, HOSTS])
      for (const command of tried) {
        const ran = await machine.run({
          command: `${command}; echo ran`,
          programs: ["curl"],
          ...(effects === undefined ? {} : { effects }),
        });
        expect(ran.said).toContain("ran\n");
        expect(`${ran.said}${ran.complained}`).not.toContain(machine.canary);
      }
    expect(readdirSync(own(".gradle"))).toEqual(["gradle.properties"]);
    expect(readFileSync(own(".gradle/gradle.properties"), "utf8")).toContain(machine.canary);
    expect(readFileSync(own(".cache/tool/known"), "utf8")).toBe("known\n");
    expect(readdirSync(own(".cache"))).toEqual(["tool"]);
  });

  test("a cache that is not there is the session's alone, and nothing is made in the home for it", async () => {
    machine.file("home/project/pom.xml", "<project/>\n");
    machine.file("home/.cargo/config.toml", "[net]\n");
    const before = readdirSync(machine.home);
    const run = (command: string, effects?: readonly Effect[]) =>
      machine.run({
        command,
        session: "missing",
        programs: ["curl"],
        ...(effects === undefined ? {} : { effects }),
      });
    const made = await run(
      "mkdir -p ~/.m2/repository/a && echo made >~/.m2/repository/a/b && echo made >~/.cargo/registry/c && ls ~/.cargo; for at in ~ ~/.m2 ~/.cargo; do echo no >$at/x; done; mkdir ~/.new",
    );
    expect([made.said, made.complained.match(/Read-only file system/g)?.length]).toEqual([
      "config.toml\ngit\nregistry\n",
      4,
    ]);
    const look = "cat ~/.m2/repository/a/b ~/.cargo/registry/c ~/.cargo/config.toml; ls -A ~";
    const inside = [...before, ".m2"].toSorted();
    for (const effects of [undefined, HOSTS]) {
      const seen = (await run(look, effects)).said.split("\n").filter(Boolean);
      expect(seen.slice(0, 3)).toEqual(["made", "made", "[net]"]);
      expect(seen.slice(3).toSorted()).toEqual(inside);
    }
    expect(readdirSync(machine.home)).toEqual(before);
    expect(readdirSync(own(".cargo"))).toEqual(["config.toml"]);
    // The person's own program makes it meanwhile: the session keeps what is its own.
    machine.file("home/.m2/repository/theirs", "theirs\n");
    expect((await run("ls ~/.m2/repository")).said).toBe("a\n");
    await machine.end("missing");
  });

  test("a place for temporary files in the home is the session's own, at its path", async () => {
    const temporary = own("tmp");
    const run = (command: string, told = temporary) =>
      machine.run({ command, temporary: told, environment: { TMPDIR: told } });
    const ran = await run(
      "ls $TMPDIR | grep theirs; T=$(mktemp) && echo $T && echo made >$T && cat /tmp/${T##*/}",
    );
    expect(ran.said).toMatch(/^\S+\/home\/tmp\/tmp\.\w+\nmade\n$/);
    const [path = ""] = ran.said.split("\n");
    expect(existsSync(path)).toBe(false);
    const scratch = await machine.scratch();
    expect(readFileSync(path.replace(temporary, scratch), "utf8")).toBe("made\n");
    expect(readdirSync(temporary)).toEqual(["theirs"]);
    // Around or in what is seen as it is, and where nothing is, the usual place stands for it.
    for (const told of [machine.home, own(".local/share/sallyport/hold"), own(".claude"), "/none"])
      expect((await run("echo $TMPDIR; ls -d ~/.cache", told)).said).toBe(
        `/tmp\n${own(".cache")}\n`,
      );
    const none = await machine.run({ command: "echo ${TMPDIR-none}", temporary: "" });
    expect(none.said).toBe("none\n");
  });
});
