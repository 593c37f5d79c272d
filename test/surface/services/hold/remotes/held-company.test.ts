// Held calls in a company: https by its own authority, proxies, logins of every kind that git has, and servers that answer nonsense, each beside plain git.
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import process from "node:process";
import { createSecureContext, type TLSSocket } from "node:tls";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Effect } from "#guard/vocabulary/effect.ts";
import { WHY_NOT_HELD } from "../../../../holding.ts";
import { sampled } from "../../../../sampled.ts";
import { heldMachine, type HeldMachine, type HeldRun, NOBODY } from "../held.ts";
import { type CompanyProxy, makeAuthority, serveProxy } from "./company.ts";
import { type HttpServer, serveHttp } from "./git-servers.ts";

const isRoot = process.getuid?.() === 0;
const USER = isRoot ? NOBODY : (process.getuid?.() ?? 0);
const AS_USER = isRoot
  ? ["setpriv", "--reuid", `${USER}`, "--regid", `${USER}`, "--clear-groups"]
  : [];
const WHY_NOT =
  WHY_NOT_HELD ??
  ["/usr/bin/git", "/usr/bin/openssl"]
    .map((one) => (existsSync(one) ? undefined : `${one} is not installed`))
    .find((why) => why !== undefined);

let machine: HeldMachine;
let server: HttpServer;
let proxy: CompanyProxy;
let served = "";

/** A contact by one configuration of a person: lines of `~/.gitconfig` that count for its address alone. */
type Row = {
  readonly name: string;
  readonly works: boolean;
  readonly host?: string;
  /** What the server wants to know, by the first folder of its path. */
  readonly wants?: "basic" | "bearer" | "cookie" | "certificate" | "old";
  readonly account?: string;
  readonly http?: readonly string[];
  readonly credential?: readonly string[];
  /** What it does instead of all that people do. */
  readonly line?: string;
};

const way = (account = ""): string => `proxy = http://${account}127.0.0.1:${proxy.port}`;
/** WHY a part: each is some thirty processes. */
const rows = (): readonly Row[] => sampled(allRows(), 4);
const allRows = (): readonly Row[] => [
  { name: "a helper that stores", works: true, credential: ["helper = store"] },
  {
    name: "a helper of the person's",
    works: true,
    credential: ["helper = !$HOME/.local/helper"],
  },
  { name: "a helper that remembers", works: true, credential: ["helper = cache"] },
  {
    name: "a wrong password",
    works: false,
    credential: [`helper = "!echo username=ada; echo password=no; :"`],
  },
  { name: "nobody who knows it", works: false },
  { name: "a file of logins", works: true, host: "netrc.example" },
  {
    name: "a header",
    works: true,
    wants: "bearer",
    http: [`extraHeader = Authorization: Bearer ${machine.canary}`],
  },
  { name: "cookies", works: true, wants: "cookie", http: ["cookieFile = ~/.cookies"] },
  {
    name: "a certificate of one's own",
    works: true,
    wants: "certificate",
    http: ["sslCert = ~/.tls/ada.pem", "sslKey = ~/.tls/ada.key"],
  },
  { name: "none of one's own", works: false, wants: "certificate" },
  { name: "a token in the address", works: true, account: `ada:${machine.canary}@` },
  { name: "an authority that is not known", works: false, http: ["sslCAInfo = /etc/hostname"] },
  { name: "a certificate of another", works: false, host: "wrong.example" },
  { name: "one that ran out", works: false, host: "expired.example" },
  { name: "a proxy", works: true, http: [way()], credential: ["helper = store"] },
  {
    name: "a proxy with a login",
    works: true,
    host: "login.example",
    http: [way(`ada:${machine.canary}@`)],
    credential: ["helper = store"],
  },
  {
    name: "a proxy with a wrong one",
    works: false,
    host: "login.example",
    http: [way("ada:no@")],
  },
  { name: "a proxy that wants one", works: false, host: "407.example", http: [way()] },
  { name: "a proxy that reaches nobody", works: false, host: "502.example", http: [way()] },
  { name: "a proxy that breaks off", works: false, host: "broken.example", http: [way()] },
  { name: "a proxy that is not there", works: false, http: ["proxy = http://127.0.0.1:1"] },
  {
    name: "a server of the older protocol",
    works: true,
    wants: "old",
    credential: ["helper = store"],
  },
  {
    name: "modules",
    works: true,
    credential: ["helper = store"],
    line: "git clone -q --recurse-submodules ${URL%remote.git}top.git c; cat c/sub/file; cd c; git submodule update --remote; git submodule status",
  },
  {
    name: "large files without their program",
    works: false,
    credential: ["helper = store"],
    line: "git -c filter.lfs.smudge='git-lfs smudge %f' -c filter.lfs.required=true clone -q ${URL%remote.git}large.git c",
  },
];

/** What people do with a remote. */
const USUAL = [
  "git ls-remote -q $URL 'refs/heads/m*'; git clone -q $URL c && cd c || exit 3",
  "git log --format=%s -1; git fetch -v --tags origin 2>&1",
  "git fetch -q --depth 1 origin main; git commit -q --allow-empty -m new",
  "git push origin HEAD:refs/heads/$ID",
  "git push --atomic origin HEAD:refs/heads/$ID-1 HEAD:refs/heads/$ID-2; git tag -am t t-$ID; git push origin t-$ID; git push -d origin $ID-2",
].join("\n");

const run = async (line: string, cwd: string, as: readonly string[] = []): Promise<string> => {
  const [program, ...words] = [...as, "sh", "-ec", line];
  const { stdout } = await promisify(execFile)(program, words, {
    cwd,
    timeout: 60_000,
    maxBuffer: 1 << 24,
    env: {
      PATH: "/usr/bin:/bin",
      HOME: machine.home,
      GIT_CONFIG_NOSYSTEM: "1",
      LANG: "C.UTF-8",
      GIT_TERMINAL_PROMPT: "0",
    },
  });
  return stdout;
};
const outside = (line: string): Promise<string> => run(line, machine.home, AS_USER);
const there = (line: string): Promise<string> => run(line, served);

/** Each row's address has a folder of its own, by which settings and the server know it. */
const base = ({ wants = "basic", host = "git.example" }: Row, at: number): string =>
  `https://${host}:${server.port}/${wants}/r${at}/`;
const addressOf = (row: Row, at: number): string =>
  `${base(row, at).replace("://", `://${row.account ?? ""}`)}remote.git`;

const settingsOf = (row: Row, at: number): string =>
  [
    `[http "${base(row, at)}"]`,
    ...(row.http ?? []),
    `[credential "${base(row, at)}"]`,
    ...(row.credential ?? []),
    "",
  ].join("\n");

const runner = (where: string, scripts: string): string =>
  [
    `rm -rf ${where}; mkdir ${where}; cd ${where}`,
    `ls ${scripts} | xargs -P4 -I{} sh -c 'mkdir {}; cd {}; timeout 60 sh ${scripts}/{} >out 2>&1 </dev/null; echo "exit $?" >>out'`,
    'for one in *; do echo "== $one"; cat $one/out; done',
  ].join("; ");

type Became = { readonly printed: string; readonly refs: string };
const became = new Map<number, { readonly held: Became; readonly plain: Became }>();
/** Gives each row remotes of its own, as they were made. */
const fresh = (rowCount: number): Promise<string> =>
  there(`for one in $(seq 0 ${rowCount - 1}); do rm -rf r$one; cp -r template r$one; done`);
const refsOf = async (rowCount: number): Promise<ReadonlyMap<string, string>> =>
  parts(
    await there(
      `for one in $(seq 0 ${rowCount - 1}); do echo "== $one"; git -C r$one/remote.git for-each-ref --format='%(refname) %(objectname)'; done`,
    ),
  );
let everything = "";

const parts = (text: string): ReadonlyMap<string, string> => {
  const all = text
    .replace(/after \d+ ms/g, "after a while")
    .split(/^== (\S+)\n/m)
    .slice(1);
  return new Map(
    all.flatMap((one, at) => (at % 2 === 0 ? [[one, all[at + 1] ?? ""] as const] : [])),
  );
};

const hosts = ["git", "netrc", "wrong", "expired", "login"].map((name) => `${name}.example`);
const egress = (host: string): Effect =>
  ({
    kind: "egress",
    destination: { host, port: server.port, scheme: "https" },
    carries: [],
    via: ["git"],
    at: undefined,
  }) as Effect;
type Options = Partial<Parameters<HeldMachine["run"]>[0]>;
const reaching = (command: string, urls: readonly string[], more: Options = {}): Promise<HeldRun> =>
  machine.run({
    command,
    effects: [...new Set(urls.map((url) => new URL(url).hostname))].map(egress),
    programs: ["git"],
    timeoutMs: 90_000,
    remotes: urls.flatMap((url) => [
      { url },
      {
        url,
        push: {
          updates: [{ name: "refs/*", changes: ["create", "update", "delete"] as const }],
          options: [],
        },
      },
    ]),
    environment: { GIT_TERMINAL_PROMPT: "0" },
    ...more,
  });

/** Nonsense of a server, by the name of its folder. */
const NONSENSE: Readonly<Record<string, (response: ServerResponse) => void>> = {
  empty: (response) => response.writeHead(200, ADVERT).end(),
  html: (response) =>
    response.writeHead(200, { "Content-Type": "text/html" }).end("<html>Log in</html>"),
  signin: (response) =>
    response.writeHead(302, { Location: "https://sso.example/in?to=git" }).end(),
  elsewhere: (response) =>
    response
      .writeHead(301, { Location: "https://other.example/r.git/info/refs?service=git-upload-pack" })
      .end(),
  gone: (response) => response.writeHead(500).end("x".repeat(100_000)),
  closed: (response) => response.destroy(),
  half: (response) => {
    response.writeHead(200, { ...ADVERT, "Content-Length": 500 }).write("001e# service=git-upl");
    setImmediate(() => response.destroy());
  },
};
const ADVERT = { "Content-Type": "application/x-git-upload-pack-advertisement" };
const packet = (text: string): string => (text.length + 4).toString(16).padStart(4, "0") + text;
/** A short answer to who asks for references. */
const SHORT = `${packet("# service=git-upload-pack\n")}0000${packet(`${"1".repeat(40)} refs/heads/main\0agent=x\n`)}0000`;

/** Lets go who was left waiting. */
let release: (() => void) | undefined;
let endless = 0;

/** References without an end, as fast as they are taken. */
function sendFor(response: ServerResponse): void {
  endless += 1;
  response.on("close", () => {
    endless -= 1;
  });
  response.writeHead(200, { "Content-Type": "application/x-git-upload-pack-result" });
  const many = packet(`${"1".repeat(40)} refs/heads/${"x".repeat(200)}\n`).repeat(1_000);
  const more = (): void => {
    while (!response.destroyed && response.write(many));
  };
  response.on("drain", more);
  more();
}

function answers(request: IncomingMessage, response: ServerResponse): boolean {
  const [, kind = "", which = ""] = /^\/([\w-]+)\/([\w-]+)\//.exec(request.url ?? "") ?? [];
  // An older server does not know what it is asked for.
  if (kind === "old") request.headers["git-protocol"] = "";
  if (kind === "plain") release?.();
  if (kind === "slow") {
    release = () => {
      release = undefined;
      response.writeHead(404).end();
    };
    return true;
  }
  if (kind === "endless" && request.method === "POST") {
    sendFor(response);
    return true;
  }
  const nonsense = NONSENSE[kind];
  if (nonsense !== undefined) nonsense(response);
  else if (kind === "cut") response.writeHead(200, ADVERT).end(SHORT.slice(0, Number(which)));
  else if (kind === "broken")
    response
      .writeHead(200, ADVERT)
      .end(`${SHORT.slice(0, Number(which))}~${SHORT.slice(Number(which) + 1)}`);
  else return false;
  return true;
}

beforeAll(async () => {
  machine = await heldMachine({ uid: USER });
  if (WHY_NOT !== undefined || machine.trouble !== undefined) return;
  served = join(machine.root, "served");
  const certificates = join(machine.root, "certificates");
  for (const folder of [served, certificates]) mkdirSync(folder);
  const authority = makeAuthority(certificates, {
    git: {
      days: 30,
      hosts: "DNS:git.example,DNS:netrc.example,DNS:login.example,DNS:*.cut.example",
    },
    expired: { days: 0, hosts: "DNS:expired.example" },
    ada: { days: 30, hosts: "DNS:ada" },
  });
  const basic = `Basic ${Buffer.from(`ada:${machine.canary}`).toString("base64")}`;
  server = await serveHttp(served, "", {
    tls: {
      ...authority.of("git"),
      ca: readFileSync(authority.file),
      requestCert: true,
      rejectUnauthorized: false,
      SNICallback: (name, done) =>
        done(
          null,
          createSecureContext({
            ...authority.of(name === "expired.example" ? "expired" : "git"),
            ca: readFileSync(authority.file),
          }),
        ),
    },
    lets: ({ url = "", headers, socket }) => {
      if (url.startsWith("/bearer/")) return headers.authorization === `Bearer ${machine.canary}`;
      if (url.startsWith("/cookie/")) return headers.cookie === `session=${machine.canary}`;
      if (url.startsWith("/certificate/")) return (socket as TLSSocket).authorized;
      return headers.authorization === basic;
    },
  });
  server.answer = answers;
  proxy = await serveProxy(`ada:${machine.canary}`);
  const all = rows();
  for (const kind of [
    "basic",
    "bearer",
    "cookie",
    "certificate",
    "old",
    "plain",
    "slow",
    "endless",
  ]) {
    mkdirSync(join(served, kind));
    all.forEach((_, at) => symlinkSync(`../r${at}`, join(served, kind, `r${at}`)));
  }
  const stored = hosts.filter((host) => host !== "netrc.example");
  const { file } = machine;
  const own = (name: string, text: string): string => file(join(machine.home, name), text);
  own(
    ".git-credentials",
    stored.map((host) => `https://ada:${machine.canary}@${host}%3a${server.port}\n`).join(""),
  );
  own(".netrc", `machine netrc.example login ada password ${machine.canary}\n`);
  own(".cookies", `git.example\tFALSE\t/\tTRUE\t0\tsession\t${machine.canary}\n`);
  own(
    ".local/helper",
    `#!/bin/sh\ncat >/dev/null; [ "$1" != get ] || printf 'username=ada\\npassword=%s\\n' ${machine.canary}\n`,
  );
  own(".tls/ca.pem", readFileSync(authority.file, "utf8"));
  for (const name of ["ada.pem", "ada.key"])
    own(`.tls/${name}`, readFileSync(join(certificates, name), "utf8"));
  own(
    ".gitconfig",
    [
      "[http]",
      "sslCAInfo = ~/.tls/ca.pem",
      ...hosts.map((host) => `curloptResolve = ${host}:${server.port}:127.0.0.1`),
      "[user]\nname = Ada\nemail = ada@example.test",
      "[init]\ndefaultBranch = main",
      "[advice]\ndetachedHead = false",
      ...all.map(settingsOf),
      `[http "https://*.cut.example:${server.port}/"]\n${way()}`,
      `[credential "https://*.cut.example:${server.port}/"]\nhelper = !$HOME/.local/helper`,
      `[http "https://silent.example:${server.port}/"]\n${way()}`,
      `[credential "https://git.example:${server.port}/slow/"]\nhelper = store`,
      `[credential "https://git.example:${server.port}/plain/"]\nhelper = store`,
      `[credential "https://git.example:${server.port}/endless/"]\nhelper = store`,
    ].join("\n"),
  );
  await outside(
    `chmod 700 .local/helper; printf 'protocol=https\nhost=git.example:${server.port}\nusername=ada\npassword=${machine.canary}\n\n' | git credential-cache store
    git init -q work; cd work; echo here > file; git add .; git commit -qm first; git tag v0; git init -q ../large; cd ../large; echo '*.bin filter=lfs' > .gitattributes; echo x > a.bin; git add .; git commit -qm large`,
  );
  await there(
    `git config --file server safe.directory '*'; mkdir template; cd template
    export GIT_CONFIG_GLOBAL=${served}/server GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b
    for one in remote top large; do git init -q -b main --bare $one.git; git -C $one.git config http.receivepack true; rm -f $one.git/hooks/*; done
    git -C remote.git fetch -q ${machine.home}/work main:main v0:v0; git -C large.git fetch -q ${machine.home}/large main:main
    git init -q -b main ../top; cd ../top; printf '[submodule "sub"]\n\tpath = sub\n\turl = ../remote.git\n' > .gitmodules; git add .gitmodules
    git update-index --add --cacheinfo 160000,$(git -C ../template/remote.git rev-parse main),sub; git commit -qm top; git push -q ../template/top.git main`,
  );
  all.forEach((row, at) => {
    machine.file(
      join(machine.project, "rows", String(at)),
      [
        `URL='${addressOf(row, at)}' ID=r${at}`,
        "export GIT_AUTHOR_DATE='1700000000 +0000' GIT_COMMITTER_DATE='1700000000 +0000'",
        row.line ?? USUAL,
        "",
      ].join("\n"),
    );
  });
  const scripts = join(machine.project, "rows");
  await fresh(all.length);
  const plain = parts(await outside(runner(join(machine.home, "plain"), scripts)));
  const plainRefs = await refsOf(all.length);
  await fresh(all.length);
  const urls = all.flatMap((row, at) => [
    ...[
      addressOf(row, at),
      ...(row.line === undefined
        ? []
        : ["top", "large", "remote"].map((one) => `${base(row, at)}${one}.git`)),
    ],
  ]);
  const ran = await reaching(runner("/tmp/all", scripts), urls);
  everything += JSON.stringify(ran);
  const heldRefs = await refsOf(all.length);
  const held = parts(ran.said);
  for (const at of all.keys()) {
    const of = (printed: typeof held, refs: typeof held) => ({
      printed: printed.get(String(at)) ?? "",
      refs: refs.get(String(at)) ?? "",
    });
    became.set(at, { held: of(held, heldRefs), plain: of(plain, plainRefs) });
  }
}, 120_000);
afterAll(async () => {
  server?.close();
  proxy?.close();
  if (server !== undefined) await outside("git credential-cache exit");
  await machine.remove();
});
beforeEach((ctx) => {
  if (WHY_NOT !== undefined) ctx.skip(WHY_NOT);
  if (machine.trouble !== undefined) ctx.skip(machine.trouble);
});

describe("what a person has set up", () => {
  test("does what it does without us, and prints the same", () => {
    for (const [at, { name, works }] of rows().entries()) {
      const { held, plain } = became.get(at) ?? {};
      expect([name, plain?.printed]).toEqual([
        name,
        works ? expect.stringMatching(/\nexit 0\n$/) : expect.stringMatching(/\nexit [1-9]\d*\n$/),
      ]);
      expect([name, held]).toEqual([name, plain]);
    }
  });
});

describe("variables of the shell", () => {
  const listing = (
    environment: Readonly<Record<string, string>>,
    url = `https://git.example:${server.port}/plain/r0/remote.git`,
  ) => reaching(`git ls-remote -q ${url} main; env`, [url], { environment });

  test("name a proxy with its login, which nobody sees inside", async () => {
    proxy.asked.length = 0;
    const url = `https://login.example:${server.port}/plain/r0/remote.git`;
    await outside(`git config --global credential.${url}.helper store`);
    const ran = await listing(
      { HTTPS_PROXY: `http://ada:${machine.canary}@127.0.0.1:${proxy.port}` },
      url,
    );
    expect([ran.complained, ran.said]).toEqual(["", expect.stringContaining("refs/heads/main")]);
    expect(proxy.asked).toContain("login.example");
    expect(ran.said).not.toContain(machine.canary);
  });

  test("name authorities of the machine, and hosts without a proxy", async () => {
    proxy.asked.length = 0;
    const ran = await listing({
      HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`,
      NO_PROXY: "x.example,git.example",
      GIT_SSL_CAINFO: "/etc/hostname",
    });
    expect(ran.complained).toContain(
      "server certificate verification failed. CAfile: /etc/hostname",
    );
    expect(proxy.asked).toEqual([]);
  });

  test("name no other ones, and that is said where git fails", async () => {
    const authority = join(machine.home, ".tls/ca.pem");
    const none = `https://wrong.example:${server.port}/plain/r0/remote.git`;
    const ran = await listing({ GIT_SSL_CAINFO: authority, GIT_SSL_NO_VERIFY: "1" }, none);
    expect(ran.complained).toMatch(
      /^sallyport: `GIT_SSL_CAINFO` does not count .* `http.sslCAInfo`/m,
    );
    expect(ran.complained).toMatch(/^sallyport: `GIT_SSL_NO_VERIFY` does not count/m);
    const fine = await listing({ GIT_SSL_CAINFO: authority });
    expect(fine.complained).toBe("");
  });
});

test("no password is seen while git uses it, nor is one in what is told and kept", async () => {
  const base = `https://git.example:${server.port}/`;
  const urls = ["slow", "plain"].map((kind) => `${base}${kind}/r0/remote.git`);
  const coded = Buffer.from(`ada:${machine.canary}`).toString("base64");
  const marks = [machine.canary, coded];
  const searched = marks.map(
    (one) =>
      `X=${one.slice(0, 8)}; grep -rlaF "\${X}${one.slice(8)}" ~ . /tmp /run /dev/shm /etc/git* 2>/dev/null`,
  );
  const ran = await reaching(
    [
      // TIME: git is on its way by then; nothing tells a shell of it.
      `git ls-remote ${urls[0]} >first 2>&1 & sleep 1`,
      "cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' '\\n'; env; set; git config --list --show-origin",
      "cat ~/.netrc ~/.git-credentials ~/.cookies ~/.tls/ada.key 2>&1",
      ...searched.map((line) => `sh -c '${line}' | sed 's/^/found /'`),
      `git ls-remote -q ${urls[1]} main; wait; cat first`,
    ].join("\n"),
    urls,
  );
  const kept = JSON.stringify(ran);
  everything += kept;
  expect(ran.said).toContain("refs/heads/main");
  expect(ran.said).toMatch(/^git\nls-remote$/m);
  for (const mark of marks) {
    expect(everything).not.toContain(mark);
    expect(await run(`grep -rlaF ${mark} ${machine.data} || :`, machine.home)).toBe("");
  }
  expect(ran.said).not.toMatch(/^found /m);
  expect(ran.said).not.toContain("PRIVATE KEY");
});

describe("a server that makes no sense", () => {
  test("is told as git tells it, wherever what it says breaks off or is wrong", async () => {
    const places = sampled(
      Array.from(SHORT, (_, at) => at),
      29,
    );
    const folders = [
      ...Object.keys(NONSENSE)
        .filter((one) => one !== "signin" && one !== "elsewhere")
        .map((one) => `${one}/x`),
      ...places.flatMap((at) => [`cut/${at}`, `broken/${at}`]),
    ];
    const urls = folders.map((one) => `https://git.example:${server.port}/${one}/r.git`);
    const line = urls
      .map((url) => `echo "== ${url}"; timeout 20 git ls-remote ${url} 2>&1; echo "exit $?"`)
      .join("\n");
    const plain = parts(await outside(`set +e\n${line}`));
    const ran = await reaching(line, urls);
    expect(plain.size).toBe(urls.length);
    expect(parts(ran.said)).toEqual(plain);
    expect(machine.holder.exitCode).toBe(null);
  }, 120_000);

  test.each([
    ["a page to log in", "signin", "`sso.example`, which is no repository"],
    [
      "another machine",
      "elsewhere",
      "`https://other.example:443/r.git`, which this call was not judged to reach",
    ],
  ])("%s is not followed, and it is said where it leads", async (_, kind, why) => {
    const url = `https://git.example:${server.port}/${kind}/x/r.git`;
    const ran = await reaching(`git ls-remote ${url}`, [url]);
    expect([ran.status, ran.complained, ran.refusedContact]).toEqual([
      128,
      expect.stringContaining(`sallyport: the server sends git to `),
      expect.stringContaining(why),
    ]);
  });

  test("that never ends, or a proxy that is silent, keeps nothing open and takes no room", async () => {
    const peak = (): number =>
      Number(
        /VmHWM:\s*(\d+) kB/.exec(readFileSync(`/proc/${machine.holder.pid}/status`, "utf8"))?.[1],
      );
    const before = peak();
    const urls = [
      `https://git.example:${server.port}/endless/r0/remote.git`,
      `https://silent.example:${server.port}/r.git`,
    ];
    const ran = await reaching(
      urls
        .map(
          (url) =>
            `timeout 2 git ls-remote ${url} | head -c 50 >/dev/null; echo "exit \${PIPESTATUS[0]}"`,
        )
        .join("\n"),
      urls,
    );
    expect(ran.said).toBe("exit 124\nexit 124\n");
    await expect.poll(() => [endless, proxy.open()], { timeout: 10_000 }).toEqual([0, 0]);
    expect(peak() - before).toBeLessThan(64 * 1024);
  });
});

test("a push that is cut off at any byte moves its branch or does not, and ends with an error where git knows of none", async () => {
  const more = ["up900", "up2500", "up9000", "up30000", "down100", "down3000", "down5000"];
  const places = ["up200", "up60000", "up99999", ...sampled(more, 4, 3)];
  const url = (place: string): string =>
    `https://${place}.cut.example:${server.port}/basic/r0/remote.git`;
  const ran = await reaching(
    [
      "git init -q pushed; cd pushed; head -c 60000 /dev/urandom >big; git add big; git commit -qm big; git rev-parse HEAD",
      ...places.map(
        (place) =>
          `echo "== ${place}"; timeout 30 git push ${url(place)} HEAD:refs/heads/${place} 2>&1; echo "exit $?"`,
      ),
    ].join("\n"),
    places.map(url),
  );
  const [commit = ""] = ran.said.split("\n");
  const printed = parts(ran.said);
  const there = new Map(
    (
      await run(
        "git -C r0/remote.git for-each-ref --format='%(refname:short) %(objectname)'",
        served,
      )
    )
      .split("\n")
      .map((line) => line.split(" ") as [string, string]),
  );
  await run("git -C r0/remote.git fsck --strict", served);
  const ends = places.map((place) => {
    const text = printed.get(place) ?? "";
    const isWell = text.endsWith("exit 0\n");
    expect([undefined, commit]).toContain(there.get(place));
    if (isWell) expect(there.get(place)).toBe(commit);
    else expect(text).toMatch(/^(?:fatal|error): /m);
    return isWell ? "well" : there.has(place) ? "moved" : "not";
  });
  expect(new Set(ends)).toContain("not");
  expect(new Set(ends)).toContain("well");
}, 120_000);
