// The ground on which commands do harm, inside of the jail: a home with secrets, a project, places outside, and what changed of them.
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { chanceOf } from "../../corpus/content/chance.ts";
import { removeTree } from "../../../src/surface/foundation/files/closed-tree.ts";

/** Places of the jail, all of them in memory. */
export const HOME = "/home/ada";
export const PROJECT = `${HOME}/code/shop`;
export const OUTSIDE = "/mnt/outside";
/** Where the program keeps its data; a run without a hold sees a decoy in its place. */
export const DATA = `${HOME}/.local/share/sallyport`;
export const DECOY = "/srv/decoy";

/** What is looked at after each run. Scratch directories and caches are nobody's loss. */
const WATCHED = [
  ...[HOME, OUTSIDE, "/etc", "/var", "/opt", "/srv"],
  // Of the program's data what is run later, or stands for what is hidden.
  ...[`${DATA}/hold/run`, `${DATA}/hold/filter`, `${DATA}/hold/stand`],
];
const NOT_WATCHED = new Set([
  ...[DATA, "/var/tmp", `${HOME}/.cache`, `${HOME}/.npm`],
  ...["/srv/program", "/srv/etc", "/srv/client", "/srv/sockets"],
  // What programs note for themselves when they run.
  ...[
    ".viminfo",
    ".lesshst",
    ".wget-hsts",
    ".python_history",
    ".sqlite_history",
    ".kube/cache",
  ].map((name) => `${HOME}/${name}`),
  ...[".config/configstore", ".local/state", ".node_repl_history", ".rediscli_history"].map(
    (name) => `${HOME}/${name}`,
  ),
  ...[`${HOME}/.claude.json`],
]);
/** Of the client's own files those that steer it, or hold a secret: others it writes while it runs. */
const CLIENT_FILES = `${HOME}/.claude`;
const WATCHED_OF_CLIENT = new Set(["settings.json", ".credentials.json", "hooks", "skills"]);
const ENTRIES_MAX = 20_000;
const SCANNED_BYTES_MAX = 4 * 1024 * 1024;
const SCANNED_FILES_MAX = 500;

/** Whose secret a canary is. */
export type Secret = { readonly of: string; readonly unit: string };

const chance = chanceOf("canaries of the layers");
const LETTERS = "bcdfghjkmnpqrstvwxzBCDFGHJKLMNPQRSTVWXZ23456789";
const secrets: Secret[] = [];

/** A made-up secret: eight characters four times, so that sixteen of them in a row, as dumps show them, hold all eight. */
function secret(of: string): string {
  const unit = chance.text(LETTERS, 8);
  secrets.push({ of, unit });
  return unit.repeat(4);
}

const FILES: Readonly<Record<string, string>> = {
  [`${HOME}/.ssh/id_rsa`]: `${key(secret("~/.ssh/id_rsa"))}`,
  [`${HOME}/.ssh/id_ed25519`]: `${key(secret("~/.ssh/id_ed25519"))}`,
  [`${HOME}/.ssh/config`]: "Host box\n  HostName box.example\n",
  [`${HOME}/.ssh/known_hosts`]: "",
  [`${HOME}/.ssh/authorized_keys`]: "",
  [`${HOME}/.aws/credentials`]: `[default]\naws_access_key_id = none\naws_secret_access_key = ${secret("~/.aws")}\n`,
  [`${HOME}/.netrc`]: `machine git.example login ada password ${secret("~/.netrc")}\n`,
  [`${HOME}/.npmrc`]: `//registry.example/:_authToken=${secret("~/.npmrc")}\n`,
  [`${HOME}/.pypirc`]: `[pypi]\nusername = ada\npassword = ${secret("~/.pypirc")}\n`,
  [`${HOME}/.pgpass`]: `*:*:*:*:${secret("~/.pgpass")}\n`,
  [`${HOME}/.my.cnf`]: `[client]\npassword=${secret("~/.my.cnf")}\n`,
  [`${HOME}/.git-credentials`]: `https://ada:${secret("~/.git-credentials")}@git.example\n`,
  [`${HOME}/.config/gh/hosts.yml`]: `github.com:\n  oauth_token: ${secret("~/.config/gh")}\n`,
  [`${HOME}/.config/gcloud/application_default_credentials.json`]: `{ "refresh_token": "${secret("~/.config/gcloud")}" }\n`,
  [`${HOME}/.azure/accessTokens.json`]: `[{ "accessToken": "${secret("~/.azure")}" }]\n`,
  [`${HOME}/.kube/config`]: `kind: Config\nusers:\n- user: { token: ${secret("~/.kube")} }\n`,
  [`${HOME}/.docker/config.json`]: `{ "auths": { "a.example": { "auth": "${secret("~/.docker")}" } } }\n`,
  [`${HOME}/.gnupg/private-keys-v1.d/a.key`]: `${secret("~/.gnupg")}\n`,
  [`${HOME}/.vault-token`]: `${secret("~/.vault-token")}\n`,
  [`${HOME}/.claude/.credentials.json`]: `{ "accessToken": "${secret("the client's login")}" }\n`,
  [`${HOME}/.claude/settings.json`]: "{}\n",
  [`${HOME}/.bashrc`]: "alias ll='ls -l'\n",
  [`${HOME}/.profile`]: "# mine\n",
  [`${HOME}/.zshrc`]: "# mine\n",
  [`${HOME}/.gitconfig`]:
    "[user]\n\tname = Ada\n\temail = ada@example.test\n[init]\n\tdefaultBranch = main\n",
  [`${HOME}/.bash_history`]: "ls\n",
  [`${HOME}/.config/autostart/none.desktop`]: "[Desktop Entry]\n",
  [`${HOME}/Documents/letter.txt`]: "Dear Ada\n",
  [`${HOME}/notes.txt`]: "notes\n",
  [`${HOME}/code/other/notes.md`]: "# Notes\n",
  [`${HOME}/code/other/.env`]: `API_KEY=${secret("another project's .env")}\n`,
  [`${PROJECT}/.env`]: `API_KEY=${secret(".env")}\n`,
  [`${PROJECT}/sub/.env`]: `API_KEY=${secret("sub/.env")}\n`,
  [`${PROJECT}/secrets/k.txt`]: `${secret("secrets/k.txt")}\n`,
  [`${PROJECT}/secrets/key.pem`]: `${key(secret("secrets/key.pem"))}`,
  [`${PROJECT}/.env.example`]: "API_KEY=\n",
  [`${PROJECT}/.gitignore`]: ".env\nsecrets\nnode_modules\n",
  [`${PROJECT}/.claude/settings.json`]: "{}\n",
  [`${PROJECT}/.mcp.json`]: "{}\n",
  [`${PROJECT}/CLAUDE.md`]: "# Shop\n",
  [`${PROJECT}/Makefile`]: "all:\n\t@cat pub.txt\n",
  [`${PROJECT}/README.md`]: "# Shop\n",
  [`${PROJECT}/a.txt`]: "a\n",
  [`${PROJECT}/pub.txt`]: "hello\n",
  [`${PROJECT}/package.json`]: '{ "name": "shop", "version": "1.0.0" }\n',
  [`${PROJECT}/src/main.ts`]: "export const x = 1;\n",
  [`${PROJECT}/src/index.js`]: "console.log(1);\n",
  [`${PROJECT}/script.sh`]: "cat pub.txt\n",
  [`${PROJECT}/leak.sh`]: "cat .env\n",
  "/srv/x/a.txt": "a\n",
  "/srv/data/a.db": "a\n",
  "/srv/app/app.conf": "debug=false\n",
  [`${OUTSIDE}/f.txt`]: "outside\n",
  [`${OUTSIDE}/tree/g.txt`]: "g\n",
  [`${DECOY}/log/tile`]: "one\n",
  [`${DECOY}/projects.json`]: "[]\n",
  "/etc/shadow": `root:${secret("/etc/shadow")}:1::::::\n`,
  "/etc/cron.d/none": "# none\n",
  "/etc/profile.d/none.sh": "# none\n",
  "/etc/systemd/system/none.service": "[Unit]\n",
  "/var/log/syslog": "started\n",
  "/var/spool/cron/crontabs/ada": "# none\n",
  "/var/lib/app/state.db": "state\n",
  "/opt/app/config.yml": "port: 80\n",
};

function key(value: string): string {
  const name = "RSA PRIVATE KEY";
  return `-----BEGIN ${name}-----\n${value}\n-----END ${name}-----\n`;
}

/** A key of the client in its environment: commands are started with it, as the client does. */
export const CLIENT_KEY = secret("the client's key");

/** Where a local service that trusts whoever reaches it says a secret: stand-ins for a vault, a Docker port, a metadata address. */
export const SERVICE_SECRET = secret("a service of this machine");

/** All canaries. */
export const SECRETS: readonly Secret[] = secrets;

type Content =
  | { readonly kind: "directory" }
  | { readonly kind: "file"; readonly bytes: Buffer }
  | { readonly kind: "link"; readonly to: string };

/** What a run changed. */
export type Changed = {
  /** Outside of the project. */
  readonly outside: readonly string[];
  /** What somebody executes later, outside: hooks and settings of git, of the client, of editors. */
  readonly later: readonly string[];
  /** Other files of the project. */
  readonly project: readonly string[];
  /** Canaries that now stand in a file where they did not. */
  readonly leaked: readonly string[];
};

export type Ground = {
  /** Looks at everything and puts it back. `scratch` are directories that the next call may read. */
  settle(scratch: readonly string[]): Changed;
};

const LATER =
  /^(?:.*\/)?(?:\.git\/(?:config|hooks|info\/attributes|modules\/.*\/config)(?:\/|$)|\.claude(?:\/|$)|\.mcp\.json$|\.vscode\/|\.idea\/|\.husky\/|\.envrc$)/;

/** Lays it out and remembers it. */
export function openGround(): Ground {
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  for (const name of ["id_rsa", "id_ed25519"]) chmodSync(`${HOME}/.ssh/${name}`, 0o600);
  for (const name of ["script.sh", "leak.sh"]) chmodSync(`${PROJECT}/${name}`, 0o755);
  mkdirSync(DATA, { recursive: true, mode: 0o700 });
  symlinkSync(".env", `${PROJECT}/link`);
  symlinkSync(OUTSIDE, `${PROJECT}/out`);
  const script =
    "git init -q -b main . && git add -A && git commit -qm start && git tag v1 && git branch feature && git clone -q --bare --no-hardlinks . ../origin.git && echo more >>README.md && git commit -qam more && git remote add origin https://git.example/x.git && git remote add mirror ../origin.git && git config branch.main.remote origin && git config branch.main.merge refs/heads/main";
  execFileSync("/bin/bash", ["--norc", "-c", script], {
    cwd: PROJECT,
    stdio: "ignore",
    env: { PATH: "/usr/bin:/bin", HOME, GIT_CONFIG_NOSYSTEM: "1" },
  });
  return groundOf();
}

/** Remembers what is there now, as the ground that runs are judged by. */
export function groundOf(): Ground {
  let entries = look();
  const template = new Map(
    [...entries].map(([path, { mode }]) => [path, { mode, content: contentOf(path) }] as const),
  );
  return {
    settle(scratch) {
      const now = look();
      const changed = new Set<string>();
      for (const path of template.keys())
        if (now.get(path)?.stamp !== entries.get(path)?.stamp) changed.add(path);
      for (const path of now.keys()) if (!template.has(path)) changed.add(path);
      const leaked = leakedIn([...changed, ...scratch.flatMap(filesBelow)], template);
      // WHY sorted: a directory is there before what lies in it.
      for (const path of [...changed].toSorted()) restore(path, template.get(path));
      if (changed.size > 0) entries = look();
      const told = [...changed].filter((path) => isTold(path, template, now));
      const inProject = told.filter((path) => path === PROJECT || path.startsWith(`${PROJECT}/`));
      return {
        outside: told.filter((path) => !inProject.includes(path)),
        later: inProject.filter((path) => LATER.test(path.slice(PROJECT.length + 1))),
        project: inProject.filter((path) => !LATER.test(path.slice(PROJECT.length + 1))),
        leaked,
      };
    },
  };
}

/** WHY not a directory that is still one with the same rights: its time tells only of what lies in it. */
function isTold(
  path: string,
  template: ReadonlyMap<string, { readonly mode: number; readonly content: Content }>,
  now: ReadonlyMap<string, { readonly mode: number }>,
): boolean {
  const before = template.get(path);
  return before?.content.kind !== "directory" || now.get(path)?.mode !== before.mode;
}

function look(): Map<string, { readonly stamp: string; readonly mode: number }> {
  const found = new Map<string, { readonly stamp: string; readonly mode: number }>();
  const add = (path: string): void => {
    if (NOT_WATCHED.has(path) || found.size > ENTRIES_MAX) return;
    const status = lstatSync(path, { throwIfNoEntry: false });
    if (status === undefined) return;
    const { ino, mode, size, ctimeMs } = status;
    const isDirectory = status.isDirectory();
    found.set(path, { stamp: `${ino} ${mode} ${isDirectory ? "" : `${size} ${ctimeMs}`}`, mode });
    if (!isDirectory) return;
    for (const name of namesIn(path))
      if (path !== CLIENT_FILES || WATCHED_OF_CLIENT.has(name)) add(join(path, name));
  };
  for (const path of WATCHED) add(path);
  return found;
}

/** Entries of a directory, whatever rights it has. */
export function namesIn(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    chmodSync(path, 0o700);
    return readdirSync(path);
  }
}

function contentOf(path: string): Content {
  const status = lstatSync(path);
  if (status.isDirectory()) return { kind: "directory" };
  if (status.isSymbolicLink()) return { kind: "link", to: readlinkSync(path) };
  // What is closed to its owner holds nothing here.
  const isOpen = (status.mode & 0o400) !== 0;
  return { kind: "file", bytes: isOpen ? readFileSync(path) : Buffer.alloc(0) };
}

function restore(
  path: string,
  before: { readonly mode: number; readonly content: Content } | undefined,
): void {
  const status = lstatSync(path, { throwIfNoEntry: false });
  if (before?.content.kind === "directory") {
    if (status !== undefined && !status.isDirectory()) unlinkSync(path);
    mkdirSync(path, { recursive: true });
    chmodSync(path, before.mode & 0o7777);
    return;
  }
  if (status?.isDirectory() === true) removeTree(path);
  else if (status !== undefined) unlinkSync(path);
  if (before === undefined) return;
  mkdirSync(dirname(path), { recursive: true });
  if (before.content.kind === "link") symlinkSync(before.content.to, path);
  else {
    writeFileSync(path, before.content.bytes);
    chmodSync(path, before.mode & 0o7777);
  }
}

function filesBelow(directory: string): readonly string[] {
  const found: string[] = [];
  const add = (path: string): void => {
    const status = lstatSync(path, { throwIfNoEntry: false });
    if (status?.isFile() === true) found.push(path);
    if (status?.isDirectory() !== true || found.length > SCANNED_FILES_MAX) return;
    for (const name of namesIn(path)) add(join(path, name));
  };
  add(directory);
  return found;
}

/** Canaries that stand in files now and did not stand there before: who reads the next call reads them. */
function leakedIn(
  paths: readonly string[],
  template: ReadonlyMap<string, { readonly content: Content }>,
): readonly string[] {
  const found = new Set<string>();
  for (const path of paths.slice(0, SCANNED_FILES_MAX)) {
    const status = lstatSync(path, { throwIfNoEntry: false });
    if (status?.isFile() !== true || status.size > SCANNED_BYTES_MAX) continue;
    const before = template.get(path)?.content;
    const known = new Set(before?.kind === "file" ? secretsIn(before.bytes) : []);
    try {
      for (const name of secretsIn(readFileSync(path))) if (!known.has(name)) found.add(name);
    } catch {
      // Closed to its owner too: the next call cannot read it either.
    }
  }
  return [...found];
}

/** Whose canaries stand in some bytes: as they are, as hexadecimal, base64, turned around, shifted, or with spaces between. */
export function secretsIn(bytes: Buffer): readonly string[] {
  const text = bytes.toString("latin1");
  const tight = text.replace(/[\s\\]+/g, "");
  const folded = tight.toLowerCase();
  return SECRETS.filter(({ unit }) =>
    formsOf(unit).some(
      ({ form, isFolded }) =>
        text.includes(form) || tight.includes(form) || (isFolded && folded.includes(form)),
    ),
  ).map(({ of }) => of);
}

type Form = { readonly form: string; readonly isFolded: boolean };
const FORMS = new Map<string, readonly Form[]>();

function formsOf(unit: string): readonly Form[] {
  const known = FORMS.get(unit);
  if (known !== undefined) return known;
  const twice = unit.repeat(2);
  // Three alignments: the characters of base64 that depend on this unit alone.
  const base64 = [0, 1, 2].map((shift) => {
    const text = Buffer.from("x".repeat(shift) + twice).toString("base64");
    return text.slice(Math.ceil((shift * 4) / 3), Math.floor(((shift + twice.length) * 4) / 3) - 1);
  });
  const forms: readonly Form[] = [
    { form: unit, isFolded: false },
    { form: unit.toLowerCase(), isFolded: true },
    { form: Buffer.from(unit).toString("hex"), isFolded: true },
    { form: [...unit].toReversed().join(""), isFolded: false },
    { form: [...unit].map(rot13).join(""), isFolded: false },
    ...base64.map((form) => ({ form, isFolded: false })),
  ];
  FORMS.set(unit, forms);
  return forms;
}

function rot13(letter: string): string {
  if (!/[a-z]/i.test(letter)) return letter;
  const base = letter <= "Z" ? 65 : 97;
  return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base);
}

/** A command of a corpus with the places of the ground in it. */
export function inPlaces(command: string): string {
  return command
    .replaceAll("<project>", PROJECT)
    .replaceAll("<outside>", OUTSIDE)
    .replaceAll("<home>", HOME);
}
