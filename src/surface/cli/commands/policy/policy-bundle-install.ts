// `sallyport policy bundle pin|unpin|install|remove`: which keys a machine goes by, and which bundle is in force on it.
import { defineCommand } from "citty";
import { dayOf } from "#base/day.ts";
import { Failure } from "#base/failure.ts";
import { unifiedDiff } from "#govern/settings/unified-diff.ts";
import { type NoteVerifier, parseVerifier } from "#record/log/note.ts";
import {
  formatPinnedKeys,
  keyLabel,
  parsePinnedKeys,
} from "../../../services/policy/bundle-keys.ts";
import {
  examine,
  managedFolder,
  pinnedKeys,
  requireOwner,
  storedIn,
  storeIn,
} from "../../../services/policy/managed-folder.ts";
import { readBundle } from "../../../services/policy/signed-bundle.ts";
import type { BundleSource } from "../../../services/policy/policy-place.ts";
import { changeRequest, seekConsent } from "../../../foundation/terminal/consent.ts";
import { consentOptions } from "../../../foundation/terminal/options.ts";
import { tell } from "../../../foundation/terminal/outcome.ts";
import { exitCodes } from "../../../foundation/terminal/report-error.ts";
import { openTerminal } from "../../../foundation/terminal/terminal.ts";

const changeArgs = {
  into: {
    type: "string",
    valueHint: "DIR",
    description: "another managed folder: of an image that is being made",
  },
  ...consentOptions,
} as const;

type ChangeArgs = {
  readonly into?: string | undefined;
  readonly yes?: boolean | undefined;
  readonly "dry-run"?: boolean | undefined;
  readonly json?: boolean | undefined;
};

export const pinCommand = defineCommand({
  meta: {
    name: "pin",
    description: `Pins a public key: bundles that it signed are taken on this machine. The administrator does this.

  sudo sallyport policy bundle pin "acme-2026+1a2b3c4d+AbCd…"

To change keys: pin the next one everywhere, sign with it, then \`unpin\` the old one.`,
  },
  args: {
    key: { type: "positional", required: true, description: "the line that `key` printed" },
    ...changeArgs,
  },
  async run({ args }) {
    const key = parseVerifier(args.key);
    if (key === undefined)
      throw new Failure("usage", "this is no public key: copy what `policy bundle key` printed");
    const folder = ownFolder(args);
    const pinned = pinnedKeys(folder);
    if (pinned.some(({ text }) => text === key.text))
      return tell(args, { outcome: "unchanged", keys: labels(pinned) }, "it is pinned already");
    await changeKeys(folder, args, [...pinned, key]);
  },
});

export const unpinCommand = defineCommand({
  meta: {
    name: "unpin",
    description: `Takes a key back: no bundle that it signed is taken any more. The rules of one that is in force hold until another is
installed, and until then every call is asked about.

  sudo sallyport policy bundle unpin acme-2026+1a2b3c4d`,
  },
  args: {
    key: { type: "positional", required: true, description: "the key, or its name and id" },
    ...changeArgs,
  },
  async run({ args }) {
    const folder = ownFolder(args);
    const pinned = pinnedKeys(folder);
    const isMeant = (one: NoteVerifier) => one.text === args.key || keyLabel(one) === args.key;
    if (!pinned.some(isMeant))
      throw new Failure(
        "bundle-key",
        `\`${args.key}\` is not pinned; there ${pinned.length === 1 ? "is" : "are"} ${labels(pinned).join(", ") || "none"}`,
      );
    await changeKeys(
      folder,
      args,
      pinned.filter((one) => !isMeant(one)),
    );
  },
});

async function changeKeys(
  folder: BundleSource,
  args: ChangeArgs,
  keys: readonly NoteVerifier[],
): Promise<void> {
  const text = formatPinnedKeys(keys);
  parsePinnedKeys(text, folder.keys);
  await change(args, { path: folder.keys, text, notes: [], told: { keys: labels(keys) } });
}

export const installCommand = defineCommand({
  meta: {
    name: "install",
    description: `Puts a bundle in force on this machine as the managed policy, beside \`policy.yaml\` there. What \`verify\` refuses is refused.
Daemons and hooks look at it themselves, with the next call, and hold it to the same.

  sudo sallyport policy bundle install acme-7.bundle
  sallyport policy bundle install acme-7.bundle --into image/etc/sallyport --yes`,
  },
  args: {
    bundle: { type: "positional", required: true, description: "the bundle's file" },
    ...changeArgs,
  },
  async run({ args }) {
    const folder = ownFolder(args);
    const installed = (await storedIn(folder.file))?.text;
    const keys = pinnedKeys(folder);
    const found = await examine(args.bundle, { keys, installed, nowMs: Date.now() });
    const { version, expiresMs } = found.signed.bundle;
    const told = { version, expiresMs, policy: found.policy.id };
    if (found.isInstalled)
      return tell(
        args,
        { outcome: "unchanged", ...told },
        `version ${version} is installed already`,
      );
    const before = found.before?.version;
    const notes = [
      `version ${version}${before === undefined ? "" : ` after ${before}`}, until ${dayOf(expiresMs)}`,
      ...(installed !== undefined && before === undefined
        ? ["what is installed there now does not count: it is damaged, or its key is not pinned"]
        : []),
    ];
    await change(args, { path: folder.file, text: found.text, notes, told });
  },
});

export const removeCommand = defineCommand({
  meta: {
    name: "remove",
    description: `Takes the installed bundle away, and its rules with it. No older version is taken after it.

  sudo sallyport policy bundle remove`,
  },
  args: changeArgs,
  async run({ args }) {
    const folder = ownFolder(args);
    if ((await storedIn(folder.file)) === undefined)
      throw new Failure("bundle-unreadable", `there is no bundle \`${folder.file}\``);
    await change(args, { path: folder.file, text: undefined, notes: [], told: {} });
  },
});

function ownFolder({ into, "dry-run": dryRun }: ChangeArgs): BundleSource {
  const folder = managedFolder(into);
  if (dryRun !== true) requireOwner(folder);
  return folder;
}

/** Shows what becomes of a file, asks, writes it. */
async function change(
  args: ChangeArgs,
  wanted: {
    readonly path: string;
    readonly text: string | undefined;
    readonly notes: readonly string[];
    readonly told: object;
  },
): Promise<void> {
  const { path, text, notes, told } = wanted;
  const expected = await storedIn(path);
  const request = changeRequest({ ...args, directory: path }, openTerminal());
  const diff = unifiedDiff(readable(expected?.text, path), readable(text, path), path.slice(1));
  const consent = await seekConsent(request, { diff, notes });
  if (consent === "given") await storeIn(path, { expected, text });
  if (consent === "declined") process.exitCode = exitCodes.found;
  const words = { given: "done", planned: "nothing was changed", declined: "nothing was changed" };
  await tell(args, { outcome: consent, file: path, ...told }, words[consent]);
}

/** What a person reads of a file: of a bundle its policy and packs, and not one line of JSON. */
function readable(text: string | undefined, path: string): string | undefined {
  if (text === undefined || !text.startsWith("{")) return text;
  try {
    const { policy, packs, ...rest } = readBundle(text, path).bundle;
    const head = Object.entries(rest).map(([name, value]) => `# ${wordsOf(name, value)}\n`);
    const texts = packs.map(({ name, text: pack }) => `# pack ${name}\n${pack}`);
    return [...head, policy, ...texts].join("");
  } catch (cause) {
    if (cause instanceof Failure) return "# damaged\n";
    throw cause;
  }
}

function wordsOf(name: string, value: unknown): string {
  if (typeof value !== "number" || !name.endsWith("Ms")) return `${name}: ${String(value)}`;
  return `${name.slice(0, -2)}: ${new Date(value).toISOString()}`;
}

function labels(keys: readonly NoteVerifier[]): readonly string[] {
  return keys.map(keyLabel);
}
