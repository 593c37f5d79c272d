// Pushes of held calls to real servers, an ssh daemon and git's own program for http: none changes what was not judged, and honest ones are as without us.
import { execFile } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Effect } from "#guard/vocabulary/effect.ts";
import { WHY_NOT_HELD } from "../../../../holding.ts";
import { sampled } from "../../../../sampled.ts";
import { heldMachine, type HeldMachine, NOBODY } from "../held.ts";
import {
  type HttpServer,
  serveHttp,
  serveSsh,
  type SshServer,
  WHY_NO_SSHD,
} from "./git-servers.ts";
import { HONEST, HOSTILE, type Row } from "./push-rows.ts";

const isRoot = process.getuid?.() === 0;
const USER = isRoot ? NOBODY : (process.getuid?.() ?? 0);
const WHY_NOT =
  WHY_NOT_HELD ?? WHY_NO_SSHD ?? (existsSync("/usr/bin/git") ? undefined : "git is not installed");
const AS_USER = isRoot
  ? ["setpriv", "--reuid", `${USER}`, "--regid", `${USER}`, "--clear-groups"]
  : [];

let machine: HeldMachine;
let http: HttpServer;
let ssh: SshServer;
let served = "";

/** WHY not at once: the servers answer meanwhile. */
async function run(line: string, cwd: string, as: readonly string[] = []): Promise<string> {
  const [program, ...words] = [...as, "sh", "-ec", line];
  const env = { PATH: process.env["PATH"], HOME: machine.home, GIT_CONFIG_NOSYSTEM: "1" };
  const options = { cwd, env, timeout: 170_000, maxBuffer: 1 << 24 };
  const { stdout } = await promisify(execFile)(program, words, options);
  return stdout;
}

/** Rows by names that are theirs alone; two of three go over ssh. */
type Named = Row & { readonly id: string; readonly url: string; readonly way: "ssh" | "http" };
function named(rows: readonly Row[], letter: string): readonly Named[] {
  return listed(rows, letter).map(({ row, id, way }) => ({
    ...row,
    id,
    way,
    url: addressOf(way, id),
  }));
}
/** A part of the rows where nobody asked for all: each is a remote of its own, and some ten processes. */
const listed = (rows: readonly Row[], letter: string) =>
  sampled(
    rows.map((row, at) => ({
      row,
      name: row.name,
      id: `${letter}${at}`,
      way: at % 3 === 0 ? ("http" as const) : ("ssh" as const),
    })),
    4,
    letter === "h" ? 1 : 0,
  );
const addressOf = (way: "ssh" | "http", id: string): string =>
  way === "ssh"
    ? `${ssh.user}@git.example:${served}/${id}.git`
    : `http://git.example:${http.port}/${id}.git`;

/** What became of a row: what it printed, and the references of its remote. */
type Became = {
  readonly printed: string;
  readonly refs: readonly string[];
  /** Whether `feat` is there, and what it was is still in it. */
  readonly isForward: boolean;
};
const became = new Map<string, { held?: Became; plain?: Became }>();
let untouched: readonly string[] = [];
let was = "";
let contacts = "";

const refsOf = async (id: string): Promise<readonly string[]> => {
  const format = "%(refname) %(objectname)";
  const text = await run(`git -C ${id}.git for-each-ref --format='${format}'`, served);
  return text.split("\n").filter((line) => line !== "");
};

/** The line that runs all rows, four at a time, and prints what each did. */
const runner = (where: string): string =>
  [
    `rm -rf ${where}; mkdir ${where}; cd ${where}`,
    `ls ${machine.project}/rows | xargs -P4 -I{} sh -c 'mkdir {}; cp -r ${machine.project}/template {}/w; cd {}/w; timeout 90 sh ${machine.project}/rows/{} >../out 2>&1 </dev/null; echo "exit $?" >>../out'`,
    'for one in *; do echo "== $one"; cat $one/out; done',
  ].join("; ");

async function runRows(rows: readonly Named[], side: "held" | "plain"): Promise<void> {
  await run("rm -rf rows; mkdir rows", machine.project, AS_USER);
  const there = rows.map(
    ({ id, there: line = "" }) =>
      `rm -rf ${id}.git; cp -r template.git ${id}.git; (cd ${id}.git; ${line || ":"})`,
  );
  await run(there.join("\n"), served);
  for (const { id, line, url, way } of rows)
    machine.file(
      join(machine.project, "rows", id),
      [
        `URL='${url}' VICTIM='${addressOf(way, "victim")}' SERVED=${served}/${id}.git LOGIN=${ssh.user}@git.example`,
        "export GIT_AUTHOR_DATE='1700000000 +0000' GIT_COMMITTER_DATE='1700000000 +0000'",
        `sed -i "s#url = .*#url = $URL#" .git/config`,
        line,
        "",
      ].join("\n"),
    );
  const printed =
    side === "plain"
      ? await run(runner(join(machine.home, "plain")), machine.home, AS_USER)
      : await heldRun(rows);
  const ended = await run(
    rows
      .map(
        ({ id }) =>
          `echo "== ${id}"; git -C ${id}.git for-each-ref --format='%(refname) %(objectname)'; echo "== ${id}-forward"; git -C ${id}.git merge-base --is-ancestor ${was} feat && echo yes || :`,
      )
      .join("\n"),
    served,
  );
  const [said, after] = [printed, ended].map(
    (text) => new Map(pairs(text.split(/^== (\S+)\n/m).slice(1))),
  );
  for (const { id } of rows)
    became.set(id, {
      ...became.get(id),
      [side]: {
        printed: said?.get(id) ?? "",
        refs: after?.get(id)?.trimEnd().split("\n") ?? [],
        isForward: after?.get(`${id}-forward`) === "yes\n",
      },
    });
}

function pairs(parts: readonly string[]): readonly (readonly [string, string])[] {
  return parts.flatMap((part, at) => (at % 2 === 0 ? [[part, parts[at + 1] ?? ""] as const] : []));
}

async function heldRun(rows: readonly Named[]): Promise<string> {
  const egress = (by: { readonly port: number | undefined; readonly scheme: string }): Effect =>
    ({
      kind: "egress",
      destination: { host: "git.example", ...by },
      carries: [],
      via: ["git"],
      at: undefined,
    }) as Effect;
  const ran = await machine.run({
    command: runner("/tmp/all"),
    remotes: rows.flatMap(({ id, url, may }) => [
      ...(id.startsWith("g") ? [{ url }] : []),
      ...(may === undefined ? [] : [{ url, push: { updates: may, options: ["ci.skip"] } }]),
    ]),
    effects: [
      egress({ port: undefined, scheme: "ssh" }),
      egress({ port: http.port, scheme: "http" }),
    ],
    programs: ["git"],
    timeoutMs: 170_000,
  });
  contacts += JSON.stringify(ran.contacts);
  return ran.said;
}

beforeAll(async () => {
  machine = await heldMachine({ uid: USER });
  if (WHY_NOT !== undefined || machine.trouble !== undefined) return;
  served = join(machine.root, "served");
  mkdirSync(served);
  http = await serveHttp(served, `ada:${machine.canary}`);
  ssh = await serveSsh(join(machine.root, "sshd"), machine.home, USER);
  machine.file(
    join(machine.home, ".git-credentials"),
    `http://ada:${machine.canary}@git.example%3a${http.port}\n`,
  );
  await run(
    `git init -q -b main --bare template.git; git -C template.git config receive.advertisePushOptions true
    git -C template.git config uploadpack.allowFilter true; rm -f template.git/hooks/*`,
    served,
  );
  await run(
    `git config --global http.curloptResolve git.example:${http.port}:127.0.0.1
    git config --global credential.helper store; git config --global core.sshCommand '${ssh.command}'
    git config --global user.name Ada; git config --global user.email ada@example.test
    git config --global init.defaultBranch main; git config --global advice.detachedHead false
    git init -q --template= template; cd template; mkdir -p .git/hooks .git/info; for i in 1 2 3; do git commit -q --allow-empty -m $i; done
    git branch old HEAD~2; git notes add -m note; git update-ref refs/x/y HEAD~1; git tag v0
    git checkout -qb feat; git commit -q --allow-empty -m f
    git remote add origin http://git.example:${http.port}/template.git
    git push -q origin main old feat v0 refs/notes/commits refs/x/y; git fetch -q origin
    git update-ref -d refs/x/y; git update-ref -d refs/notes/commits; git branch -qu origin/feat
    git commit -q --allow-empty -m ahead`,
    machine.project,
    AS_USER,
  );
  await run("cp -r template.git victim.git", served);
  untouched = await refsOf("template");
  was = (await run("git -C template.git rev-parse feat", served)).trim();
  await runRows(named(HONEST, "g"), "plain");
  await runRows(named(HONEST, "g"), "held");
  await runRows(named(HOSTILE, "h"), "held");
}, 400_000);
afterAll(async () => {
  if (http !== undefined) http.close();
  if (ssh !== undefined) ssh.close();
  await machine.remove();
});
beforeEach((ctx) => {
  if (WHY_NOT !== undefined) ctx.skip(WHY_NOT);
  if (machine.trouble !== undefined) ctx.skip(machine.trouble);
});

describe("a hostile push", () => {
  test.each(listed(HOSTILE, "h"))("$name ($id, over $way) changes nothing else", ({ id }) => {
    const { printed = "", refs = [] } = became.get(id)?.held ?? {};
    expect(printed).toMatch(/exit \d+$/m);
    const others = (all: readonly string[]) =>
      all.filter((one) => !one.startsWith("refs/heads/feat "));
    expect(others(refs)).toEqual(others(untouched));
    expect(became.get(id)?.held?.isForward).toBe(true);
  });

  test("reaches no other remote", async () => {
    expect(await refsOf("victim")).toEqual(untouched);
    expect(contacts).not.toContain("victim");
  });
});

describe("an honest one", () => {
  const rows = listed(HONEST, "g");
  const options = { timeout: 200_000 };
  test.for(rows)("$name ($id, over $way) is as without us", options, async ({ id }, { task }) => {
    // WHY both again: they ran before this test, so trying it a second time would read the same outputs.
    if ((task.result?.retryCount ?? 0) > 0) {
      const again = named(HONEST, "g").filter((one) => one.id === id);
      await runRows(again, "plain");
      await runRows(again, "held");
    }
    const { held, plain } = became.get(id) ?? {};
    expect(plain?.printed).toMatch(/^exit \d+$/m);
    expect(held?.printed).toBe(plain?.printed);
    expect(held).toEqual(plain);
  });
});
