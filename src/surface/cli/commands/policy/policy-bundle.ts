// `sallyport policy bundle`: a policy as one signed file for many machines, made here or looked at.
import { writeFileSync } from "node:fs";
import { defineCommand } from "citty";
import { dayOf } from "#base/day.ts";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { BUNDLE_DAYS_MAX, REVOKED_MAX, VERSION_MAX } from "#govern/bundle/bundle.ts";
import {
  createKeyFile,
  keyLabel,
  parsePinnedKeys,
  readKeyFile,
} from "../../../services/policy/bundle-keys.ts";
import { makeBundle } from "../../../services/policy/make-bundle.ts";
import {
  examine,
  managedFolder,
  pinnedKeys,
  readBundleText,
  storedIn,
} from "../../../services/policy/managed-folder.ts";
import { readBundle } from "../../../services/policy/signed-bundle.ts";
import { errorCode } from "../../../foundation/files/private-file.ts";
import { readPolicyText } from "../../../services/policy/policy-file.ts";
import { namedText } from "../../policy/chosen-policy.ts";
import { jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { exitCodes } from "../../../foundation/terminal/report-error.ts";
import { readSpan } from "../../../foundation/terminal/span.ts";

const bundleOption = {
  bundle: { type: "positional", required: true, description: "the bundle's file" },
} as const;

export const keyCommand = defineCommand({
  meta: {
    name: "key",
    description: `Makes a key that signs bundles, in a new file that only you may read, and prints its public half, which machines pin.
Keep the file where no agent runs: who has it speaks for your organization.

  sallyport policy bundle key acme-2026.key --name acme-2026`,
  },
  args: {
    file: { type: "positional", required: true, description: "the new file of the private key" },
    name: { type: "string", required: true, valueHint: "NAME", description: "what it is called" },
    ...jsonOption,
  },
  async run({ args }) {
    const { text } = createKeyFile(args.file, args.name);
    const told = { file: args.file, public: text };
    await print(args.json === true ? printableJson(told) : printable(text));
  },
});

export const buildCommand = defineCommand({
  meta: {
    name: "build",
    description: `Makes a bundle: the policy with every pack that it extends, a version, an end, and a signature over all of it.

  sallyport policy bundle build acme.yaml --key acme-2026.key --version 7 --for 90d --out acme-7.bundle
  sallyport policy bundle build acme.yaml --key acme-2026.key --version 8 --for 90d --out acme-8.bundle --revoke 7

Each bundle has a higher version than the one before. A revoked version is refused by machines that have this one.`,
  },
  args: {
    policy: {
      type: "positional",
      valueHint: "NAME|FILE",
      required: true,
      description: "a file, or the name of a pack",
    },
    key: { type: "string", required: true, valueHint: "FILE", description: "the private key" },
    version: { type: "string", required: true, valueHint: "N", description: "a whole number" },
    for: { type: "string", required: true, valueHint: "TIME", description: "until when: 90d" },
    out: { type: "string", required: true, valueHint: "FILE", description: "the new file" },
    revoke: { type: "string", valueHint: "N,N", description: "versions that nobody is to take" },
    ...jsonOption,
  },
  async run({ args }) {
    const issuedMs = Date.now();
    const order = {
      version: readVersion(args.version),
      issuedMs,
      expiresMs: issuedMs + readSpan(args.for, BUNDLE_DAYS_MAX),
      revoked: readVersions(args.revoke),
    };
    const signer = readKeyFile(args.key);
    const { text, policy, packs } = makeBundle(namedText(args.policy), order, signer);
    writeNew(args.out, text);
    const { id, digest } = policy;
    const told = {
      file: args.out,
      id,
      digest,
      packs,
      ...order,
      key: keyLabel(signer.verifier),
      rules: policy.rules.length,
    };
    await print(args.json === true ? printableJson(told) : textOfBundle(told));
  },
});

export const showCommand = defineCommand({
  meta: {
    name: "show",
    description: `Says what is in a bundle, without saying that it can be trusted: \`verify\` does.

  sallyport policy bundle show acme-7.bundle
  sallyport policy bundle show acme-7.bundle --text > policy.yaml`,
  },
  args: {
    ...bundleOption,
    text: { type: "boolean", description: "the text of the policy, as it was written" },
    ...jsonOption,
  },
  async run({ args }) {
    const text = await readBundleText(args.bundle);
    const { bundle } = readBundle(text, args.bundle);
    const { policy, packs, format: _, ...rest } = bundle;
    const told = { file: args.bundle, ...rest, packs: packs.map(({ name }) => name) };
    if (args.json === true) return print(printableJson({ ...told, policy }));
    if (args.text === true) return print(policy.split("\n").map(printable).join("\n").trimEnd());
    await print(
      `${textOfBundle(told)}\n  not verified: \`sallyport policy bundle verify\` does that`,
    );
  },
});

export const verifyCommand = defineCommand({
  meta: {
    name: "verify",
    description: `Says whether this machine would take a bundle: signed by a pinned key, in time, newer than the installed one, not
revoked, and with the meaning that was signed. Nothing is changed.

  sallyport policy bundle verify acme-7.bundle
  sallyport policy bundle verify acme-7.bundle --keys acme.pub     by keys in a file, in place of those of this machine`,
  },
  args: {
    ...bundleOption,
    keys: { type: "string", valueHint: "FILE", description: "public keys, one a line" },
    into: { type: "string", valueHint: "DIR", description: "another managed folder" },
    ...jsonOption,
  },
  async run({ args }) {
    const folder = managedFolder(args.into);
    const isOwn = args.keys === undefined;
    const keys = isOwn
      ? pinnedKeys(folder)
      : parsePinnedKeys(readPolicyText(args.keys ?? "").text, args.keys ?? "");
    const installed = isOwn ? (await storedIn(folder.file))?.text : undefined;
    try {
      const found = await examine(args.bundle, { keys, installed, nowMs: Date.now() });
      const { version, expiresMs, key } = found.signed.bundle;
      const told = { isTaken: true, isInstalled: found.isInstalled, version, expiresMs, key };
      const word = found.isInstalled ? "is installed" : "would be taken";
      const line = `${printable(found.policy.id)}, version ${version}, until ${dayOf(expiresMs)}: ${word}`;
      await print(args.json === true ? printableJson(told) : line);
    } catch (cause) {
      if (!(cause instanceof Failure) || cause.code === "bundle-unreadable") throw cause;
      const { code, message } = cause;
      const told = { isTaken: false, code, message };
      await print(args.json === true ? printableJson(told) : `refused: ${printable(message)}`);
      process.exitCode = exitCodes.found;
    }
  },
});

function readVersion(text: string): number {
  const version = /^[1-9][0-9]{0,14}$/.test(text) ? Number(text) : 0;
  if (version >= 1 && version <= VERSION_MAX) return version;
  throw new Failure(
    "usage",
    `\`${text}\` is no version: it is a whole number from 1 to ${VERSION_MAX}`,
  );
}

export function readVersions(text: string | undefined): readonly number[] {
  if (text === undefined) return [];
  const words = text.split(",");
  if (words.length <= REVOKED_MAX) return words.map((word) => readVersion(word.trim()));
  throw new Failure("usage", `a bundle revokes at most ${REVOKED_MAX} versions`);
}

function writeNew(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: "wx", mode: 0o644 });
  } catch (cause) {
    const why =
      errorCode(cause) === "EEXIST"
        ? "exists: name a new file"
        : "cannot be written: check its folder";
    throw new Failure("bundle-file", `\`${file}\` ${why}`, { cause });
  }
}

function textOfBundle(told: {
  readonly file: string;
  readonly version: number;
  readonly issuedMs: number;
  readonly expiresMs: number;
  readonly revoked: readonly number[];
  readonly key: string;
  readonly digest: string;
  readonly packs: readonly string[];
}): string {
  const list = (items: readonly (string | number)[]) =>
    items.length === 0 ? "none" : items.join(", ");
  return [
    `${printable(told.file)}: version ${told.version}`,
    `  issued     ${new Date(told.issuedMs).toISOString()}`,
    `  expires    ${new Date(told.expiresMs).toISOString()}`,
    `  revokes    ${list(told.revoked)}`,
    `  key        ${printable(told.key)}`,
    `  policy     ${told.digest}`,
    `  packs      ${printable(list(told.packs))}`,
  ].join("\n");
}
