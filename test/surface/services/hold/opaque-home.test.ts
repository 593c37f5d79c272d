// The home as a held call sees it: no place where programs keep what they log in with has its true value, and what work needs is there.
import { readFileSync, symlinkSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { skipIfMissing } from "../../../skipping.ts";
import { type HeldMachine, heldMachine, NOBODY } from "./held.ts";

/** Places below a home, each known from its program's own documents. */
const CREDENTIALS = readFileSync(new URL("credential-places.txt", import.meta.url), "utf8")
  .trim()
  .split("\n");
const SECRET = "Zq7Lw2Zt9Vb5Kc1Rm8Yd3Hs6Pf0Gj2Ea4Ux9";
const FOR_WORK = [
  ".vimrc",
  ".gitconfig",
  ".config/git/ignore",
  ".nvm/versions/node/v20.0.0/bin/node",
  ".cargo/registry/index/a",
  ".pyenv/shims/python",
  ".local/bin/tool",
  ".local/share/uv/tools/ruff/bin/ruff",
  ".sdkman/candidates/java/current/bin/java",
  ".docker/cli-plugins/docker-compose",
  ".own-tools/v2/bin/tool",
  ".js-tools/node_modules/.bin/tool",
  ".js-tools/node_modules/tool/package.json",
  ".own-tools/v2/lib/tool.py",
];

let machine: HeldMachine;
beforeAll(async () => {
  machine = await heldMachine(process.getuid?.() === 0 ? { uid: NOBODY } : {});
  for (const place of CREDENTIALS) machine.file(`${machine.home}/${place}`, contents(place));
  // What names of programs in a path, and links in the project, do not open.
  for (const place of [
    ...["snap/editor/bin/run", ".var/bin/run", ".own-tools/token"],
    ...[".js-tools/token", ".dotted/.bin/run", ".dotted/token"],
  ])
    machine.file(`${machine.home}/${place}`, contents(place));
  machine.file(`${machine.project}/bin/run`, "run\n");
  symlinkSync(
    `${machine.home}/.mozilla/firefox/0123.default/key4.db`,
    `${machine.project}/bin/link`,
  );
  symlinkSync(
    `${machine.home}/.librewolf/0123.default/logins.json`,
    `${machine.project}/bin/other`,
  );
  for (const place of FOR_WORK) machine.file(`${machine.home}/${place}`, `for work: ${place}\n`);
});
afterAll(() => machine?.remove());

/** A file of its kind as far as its name says one, so that a view of it is made where there are any. */
function contents(place: string): string {
  if (place.endsWith(".json")) return JSON.stringify({ user: "ada", token: SECRET });
  if (/\.ya?ml$/.test(place)) return `user: ada\ntoken: ${SECRET}\n`;
  if (place.endsWith(".xml")) return `<settings><password>${SECRET}</password></settings>\n`;
  return `user = ada\ntoken = ${SECRET}\n`;
}

describe("the home", () => {
  const environment = (): Record<string, string> => ({
    HOME: machine.home,
    PATH: [
      `${machine.home}/.own-tools/v2/bin`,
      `${machine.home}/.js-tools/node_modules/.bin`,
      `${machine.home}/.dotted/.bin`,
      `${machine.home}/snap/editor/bin`,
      `${machine.home}/.var/bin`,
      `${machine.project}/bin`,
      "/usr/bin:/bin",
    ].join(":"),
  });
  const run = (command: string) =>
    machine.run({ command, environment: environment(), searchPath: environment()["PATH"] ?? "" });

  it("has no true value at any place of credentials", async (ctx) => {
    skipIfMissing(ctx, machine.trouble);
    expect(CREDENTIALS.length).toBeGreaterThanOrEqual(309);
    const { said } = await run(`cat ~/.docker/config.json; grep -rlF ${SECRET.slice(0, 8)} ~`);
    expect(said).toMatch(/^\{"user":"ada","token":"\w{36}"\}$/);
  });

  it("has what work needs", async (ctx) => {
    skipIfMissing(ctx, machine.trouble);
    const { said } = await run(`cd ~; for f in ${FOR_WORK.join(" ")}; do cat "$f"; done`);
    expect(said.split("\n").filter(Boolean)).toEqual(FOR_WORK.map((place) => `for work: ${place}`));
  });

  it("shows what is left out as empty: a program finds no settings, and goes on", async (ctx) => {
    skipIfMissing(ctx, machine.trouble);
    const { said, complained, status } = await run(
      "ls -A ~/.config/aerc && cat ~/.curlrc && echo gone on",
    );
    expect({ said, complained, status }).toEqual({
      said: "gone on\n",
      complained: "",
      status: 0,
    });
  });
});
