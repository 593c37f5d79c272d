// The cluttered root: this machine with all its programs, a home full of keys and settings, full folders, a foreign locale, zone and shell.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { testCacheDirectory } from "../pinned-package.ts";
import { type AnywhereRoot, HOME } from "./jail.ts";
import { copyNpmCache } from "./npm-cache.ts";

/** Letters that change their case otherwise than elsewhere, commas in numbers, another order of names. */
const LOCALE = "tr_TR.UTF-8";

/** A port that nobody answers at. */
const DEAD_PROXY = "http://127.0.0.1:9";

const SECRET = "made-up-and-worth-nothing";

/** What the home and the folders of the machine hold, by path. */
const FILES: Readonly<Record<string, string>> = {
  "home/.ssh/id_ed25519": `-----BEGIN OPENSSH PRIVATE KEY-----\n${SECRET}\n`,
  "home/.ssh/config": "Host *\n  ProxyCommand false\n  StrictHostKeyChecking yes\n",
  "home/.ssh/known_hosts": "github.com ssh-ed25519 AAAA\n",
  "home/.aws/credentials": `[default]\naws_secret_access_key = ${SECRET}\n`,
  "home/.netrc": `machine github.com login x password ${SECRET}\n`,
  "home/.npmrc": "audit=true\nfund=true\nsave-exact=true\nloglevel=warn\n",
  "home/.gnupg/gpg.conf": "default-key 0000000000000000\n",
  "home/.docker/config.json": '{"auths":{"registry.example":{"auth":"eDp5"}}}\n',
  "home/.kube/config": "apiVersion: v1\nkind: Config\n",
  "home/.config/git/ignore": "*.log\n*.tmp\nbuild/\n",
  "home/.gitconfig": [
    ...["[user]", "name = Ünal Ğ", "email = x@example.test", "signingKey = 0000"],
    ...["[commit]", "gpgSign = true", "template = ~/none", "[core]", "autocrlf = input"],
    ...["pager = cat", "editor = false", "quotePath = false", "hooksPath = ~/.githooks"],
    ...["[init]", "defaultBranch = trunk", "[color]", "ui = always", "[diff]", "noprefix = true"],
    ...["[status]", "showUntrackedFiles = no", "short = true", "[pull]", "rebase = true"],
    ...["[alias]", "st = status", "[push]", "default = nothing", "[protocol]", "allow = always"],
    ...['[url "https://mirror.example/"]', "insteadOf = https://git.example/", ""],
  ].join("\n"),
  "home/.githooks/pre-commit": "#!/bin/sh\nexit 1\n",
  "home/.bashrc": "echo welcome back\nalias cat='cat -v' rm='rm -i'\nexport CDPATH=/srv\n",
  "home/.bash_profile": "echo have a nice day; . ~/.bashrc\n",
  "home/.zshrc": "print welcome; setopt NO_MATCH EXTENDED_GLOB; alias ls='ls -F'\n",
  "home/.zshenv": "print from zshenv\n",
  "home/.profile": "echo profile\n",
  "home/.inputrc": "set completion-ignore-case on\n",
  "home/.curlrc": "silent\nuser-agent = x\n",
  "home/.wgetrc": "quiet = on\n",
  "home/.claude/settings.json": '{"model":"x","permissions":{"allow":["Bash(ls:*)"]}}\n',
  "home/.claude/CLAUDE.md": "Always answer in Turkish.\n",
  "home/.claude.json": '{"numStartups":7}\n',
  "home/.mcp.json": '{"mcpServers":{}}\n',
  "home/.sallyport": "not a folder\n",
  "home/package.json": '{"name":"home","private":true,"type":"commonjs"}\n',
  "home/.env": `TOKEN=${SECRET}\n`,
  "home/code/.editorconfig": "root = true\n",
  "home/code/package.json": '{"name":"work","type":"commonjs"}\n',
  "home/file with spaces": "x\n",
  "home/-rf": "x\n",
  "srv/.env": `TOKEN=${SECRET}\n`,
  "srv/www/index.html": "<p>x</p>\n",
  "srv/data/.git/config": "[core]\n\thooksPath = /srv/hooks\n",
  "srv/repo/.env": `TOKEN=${SECRET}\n`,
  "opt/app/.env": `TOKEN=${SECRET}\n`,
  "opt/tool/bin/run": "#!/bin/sh\n",
  "opt/.npmrc": "registry=https://registry.example/\n",
  "mnt/backup/id_rsa": `${SECRET}\n`,
  "media/usb/.env": `TOKEN=${SECRET}\n`,
  "tmp/.env": `TOKEN=${SECRET}\n`,
  "tmp/x": "x\n",
  "tmp/a": "x\n",
  "tmp/out": "x\n",
  "tmp/out.txt": "x\n",
  "tmp/f": "x\n",
  "tmp/test/x": "x\n",
  "tmp/build/x": "x\n",
  "tmp/package.json": '{"type":"commonjs"}\n',
  "tmp/.git/HEAD": "ref: refs/heads/main\n",
  "tmp/.npmrc": "registry=https://registry.example/\n",
  "vartmp/x": "x\n",
};

/** Folders of the machine that lie over its own. */
const PLACES: Readonly<Record<string, string>> = {
  home: HOME,
  srv: "/srv",
  opt: "/opt",
  mnt: "/mnt",
  media: "/media",
  tmp: "/tmp",
  vartmp: "/var/tmp",
};

export function clutteredRoot(folder: string): AnywhereRoot {
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text, { mode: path.includes("hooks") ? 0o755 : 0o600 });
  }
  for (const name of ["code/sallyport", "results", "test-cache"])
    mkdirSync(join(folder, "home", name), { recursive: true });
  copyNpmCache(join(folder, "home/.npm"));
  const cache = testCacheDirectory();
  const locales = makeLocale(join(folder, "home/.locale"));
  return {
    mounts: [
      // WHY a home for all: only so can one be mounted where the machine has none.
      ...["--ro-bind", "/", "/", "--tmpfs", "/home"],
      ...Object.entries(PLACES).flatMap(([name, place]) =>
        existsSync(place) || place === HOME ? ["--bind", join(folder, name), place] : [],
      ),
      // WHY hidden: as a user this machine's root folder would be ours.
      ...["--tmpfs", "/root"],
      ...(existsSync(cache) ? ["--bind", cache, `${HOME}/test-cache`] : []),
    ],
    environment: {
      PATH: process.env["PATH"] ?? "/usr/bin:/bin",
      SHELL: "/usr/bin/zsh",
      TZ: "Pacific/Chatham",
      EDITOR: "false",
      VISUAL: "false",
      PAGER: "less -X",
      GIT_AUTHOR_NAME: "Ünal",
      GIT_COMMITTER_EMAIL: "y@example.test",
      GIT_PAGER: "cat",
      HTTP_PROXY: DEAD_PROXY,
      http_proxy: DEAD_PROXY,
      ALL_PROXY: DEAD_PROXY,
      NO_PROXY: "localhost,127.0.0.1",
      NODE_OPTIONS: "--max-old-space-size=4096",
      CDPATH: "/srv:/opt",
      GREP_OPTIONS: "",
      LESS: "-R",
      BASH_ENV: "",
      ENV: "",
      XDG_CONFIG_HOME: `${HOME}/.config`,
      XDG_DATA_HOME: `${HOME}/.data`,
      TMPDIR: "/var/tmp",
      CLICOLOR_FORCE: "1",
      COLUMNS: "40",
      TERM: "xterm-256color",
      AWS_PROFILE: "none",
      KUBECONFIG: "/srv/none",
      npm_config_fund: "true",
      SALLYPORT_TEST_CACHE: `${HOME}/test-cache`,
      npm_config_prefer_offline: "true",
      ...locales,
    },
  };
}

/** The locale as this machine can make it; one that it has not is named all the same, as many machines do. */
function makeLocale(folder: string): Readonly<Record<string, string>> {
  mkdirSync(folder);
  const [language = ""] = LOCALE.split(".");
  spawnSync("localedef", ["-i", language, "-f", "UTF-8", join(folder, LOCALE)], {
    stdio: "ignore",
  });
  return { LANG: LOCALE, LC_ALL: LOCALE, LANGUAGE: "tr:de", LOCPATH: `${HOME}/.locale` };
}
