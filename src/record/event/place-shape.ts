// The shape of a path, host or ref: its parts as stand-ins, so that rules can be held against it and no literal is stored.
import { foldName } from "#base/fold-name.ts";
import type { Digest } from "./redact.ts";

const PART_DIGEST_CHARS = 10;
/** Parts of one path; what is longer has no shape. */
const PARTS_MAX = 48;

/** Names that half of all projects have and rules speak of: they say nothing of anybody, so they stay. */
const KNOWN_NAMES: ReadonlySet<string> = new Set(
  `home Users root etc usr var opt tmp private bin sbin lib dev proc src test tests dist build docs data app apps packages
  node_modules vendor target scripts config public coverage .git .github .gitlab .ssh .aws .gnupg .kube .docker .config
  .claude .vscode .idea .npmrc .netrc .env .env.local .env.development .env.production .env.staging .env.test .env.example
  .env.sample .env.template .envrc .gitignore .bashrc .zshrc .profile id_rsa id_ed25519 credentials known_hosts
  authorized_keys package.json package-lock.json tsconfig.json Makefile Dockerfile README.md CLAUDE.md settings.json
  settings.local.json hooks workflows secrets main master develop trunk release production staging HEAD`.split(
    /\s+/,
  ),
);
/** Endings that rules speak of. */
const KNOWN_ENDINGS: ReadonlySet<string> = new Set(
  `pem key crt cer p12 pfx jks keystore kdbx asc gpg env json yaml yml toml ini conf cfg xml md txt csv sql db sqlite sh
  bash zsh fish py js mjs cjs jsx ts mts cts tsx rb go rs java kt c h cc cpp hpp cs php swift html css scss lock log tf
  tfvars tfstate zip gz tar tgz png jpg svg pdf`.split(/\s+/),
);
const ENDING = /^(.+)\.([a-z0-9]{1,8})$/s;

/** A part that is a stand-in: `head` is a leading dot, `tail` a known ending with its dot; what lies between is hidden. */
export type HiddenPart = { readonly head: string; readonly tail: string };

/** Whether a text ends in a known ending, behind something. */
export function hasKnownEnding(text: string): boolean {
  return KNOWN_ENDINGS.has(ENDING.exec(text)?.[2] ?? "");
}

/** What is known of a part that is a stand-in; undefined for one that stands in clear. */
export function hiddenPart(part: string): HiddenPart | undefined {
  const [, head, tail] = /^(\.?)~[A-Z0-9]+(\.[a-z0-9]+)?$/i.exec(part) ?? [];
  return head === undefined ? undefined : { head, tail: tail ?? "" };
}

/** Makes shapes under one digest; equal parts have equal shapes, and each is digested once. */
export type Shaper = {
  /** Of an absolute path, whose case does not count. Undefined where it has too many parts. */
  path(path: string): string | undefined;
  /** Of the name of a branch or tag. */
  ref(ref: string): string;
  /** Of a host: each label by itself. */
  host(host: string): string;
  /** Of one part of a path, in either case. */
  part(part: string): string;
};

/** A shaper; `partsMax` bounds how many parts it remembers. */
export function createShaper(digest: Digest, partsMax = 4_096): Shaper {
  const known = new Map<string, string>();
  const shapeOf = (domain: "path" | "name" | "host", text: string): string => {
    const key = `${domain}:${text}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const made = domain === "host" ? hide(text, domain, digest) : nameShape(text, domain, digest);
    if (known.size < partsMax) known.set(key, made);
    return made;
  };
  const part = (text: string): string => shapeOf("path", foldName(text));
  const parts = (text: string, shape: (part: string) => string): string =>
    text
      .split("/")
      .map((one) => (one === "" ? "" : shape(one)))
      .join("/");
  return {
    part,
    path: (path) => (path.split("/").length > PARTS_MAX ? undefined : parts(path, part)),
    ref: (ref) => parts(ref, (one) => shapeOf("name", one)),
    host: (host) =>
      host
        .split(".")
        .map((label) => shapeOf("host", label))
        .join("."),
  };
}

const FOLDED_NAMES: ReadonlySet<string> = new Set([...KNOWN_NAMES].map(foldName));

function nameShape(text: string, domain: "path" | "name", digest: Digest): string {
  const names = domain === "path" ? FOLDED_NAMES : KNOWN_NAMES;
  if (names.has(text) || (text.startsWith(".") && KNOWN_ENDINGS.has(text.slice(1)))) return text;
  const head = text.startsWith(".") ? "." : "";
  const tail = hasKnownEnding(text) ? text.slice(text.lastIndexOf(".")) : "";
  return `${head}${hide(text, domain, digest)}${tail}`;
}

function hide(text: string, domain: "path" | "name" | "host", digest: Digest): string {
  return `~${digest(domain, text).slice(0, PART_DIGEST_CHARS)}`;
}
