// `sallyport fleet installer`: installers of this program for many machines, signed and verified.
import { basename } from "node:path";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { packageRoot } from "../../../foundation/product/product.ts";
import { readPackage } from "../../../foundation/product/product-files.ts";
import { jsonOption } from "../../../foundation/terminal/options.ts";
import { exitCodes } from "../../../foundation/terminal/report-error.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { buildDeb } from "../../../services/installer/build-deb.ts";
import {
  type InstallerVerdict,
  signInstaller,
  verifyInstaller,
} from "../../../services/installer/signature.ts";
import { readWhole, writeOnce } from "../../../services/installer/files.ts";
import { parsePinnedKeys, readKeyFile } from "../../../services/policy/bundle-keys.ts";
import { managedFolder, pinnedKeys } from "../../../services/policy/managed-folder.ts";
import { readPolicyText } from "../../../services/policy/policy-file.ts";
import { namedPolicy } from "../../policy/chosen-policy.ts";

/** The time that npm gives the files of every package. */
const NPM_TIME_S = 499_162_500;
const INSTALLER_BYTES_MAX = 256 * 1024 * 1024;
const SIGNATURE_BYTES_MAX = 64 * 1024;

export const debCommand = defineCommand({
  meta: {
    name: "deb",
    description: `Builds a Debian package of this program, as it was installed from npm, with what it depends on.

  sallyport fleet installer deb --out build
  sallyport fleet installer deb --out build --policy acme.yaml --keys acme.pub --key acme-2026.key

The same program and options give the same bytes. SOURCE_DATE_EPOCH sets the time of the files; without it they have npm's.
--policy and --keys are put into /etc/sallyport as files that an administrator may edit.`,
  },
  args: {
    out: { type: "string", required: true, valueHint: "DIR", description: "where it is written" },
    policy: {
      type: "string",
      alias: "profile",
      valueHint: "NAME|FILE",
      description: "the managed policy of the machines",
    },
    keys: { type: "string", valueHint: "FILE", description: "public keys whose bundles they take" },
    key: { type: "string", valueHint: "FILE", description: "sign it with this key of bundles" },
    revision: {
      type: "string",
      default: "1",
      valueHint: "N",
      description: "counts packages of the same version",
    },
    maintainer: {
      type: "string",
      default: "Package of sallyport <noreply@sallyport.invalid>",
      valueHint: "NAME <MAIL>",
      description: "who answers for the package",
    },
    ...jsonOption,
  },
  async run({ args }) {
    const signer = args.key === undefined ? undefined : readKeyFile(args.key);
    const { name, bytes } = await buildDeb(readPackage(packageRoot()), {
      revision: /^\d{1,9}$/.test(args.revision) ? Number(args.revision) : 0,
      maintainer: args.maintainer,
      madeS: sourceDate(process.env["SOURCE_DATE_EPOCH"]),
      configuration: configurationOf(args.policy, args.keys),
    });
    const file = writeOnce(args.out, name, bytes);
    const signature =
      signer === undefined
        ? undefined
        : writeOnce(args.out, `${name}.sig`, Buffer.from(signInstaller({ name, bytes }, signer)));
    const told = { file, bytes: bytes.length, ...(signature === undefined ? {} : { signature }) };
    const lines = [
      `${printable(file)}: ${bytes.length} bytes`,
      signature === undefined
        ? "not signed: name a key with --key"
        : `signed in ${printable(signature)}`,
    ];
    await print(args.json === true ? printableJson(told) : lines.join("\n"));
  },
});

export const verifyCommand = defineCommand({
  meta: {
    name: "verify",
    description: `Says whether an installer is exactly what was signed by a key that this machine goes by.

  sallyport fleet installer verify build/sallyport_1.0.0-1_all.deb
  sallyport fleet installer verify build/sallyport_1.0.0-1_all.deb --keys acme.pub

The signature lies beside the file, with \`.sig\` behind its name.`,
  },
  args: {
    file: { type: "positional", required: true, valueHint: "FILE", description: "the installer" },
    keys: { type: "string", valueHint: "FILE", description: "public keys, one a line" },
    ...jsonOption,
  },
  async run({ args }) {
    const bytes = await readWhole(args.file, INSTALLER_BYTES_MAX);
    const signature = await readWhole(`${args.file}.sig`, SIGNATURE_BYTES_MAX);
    const keys =
      args.keys === undefined
        ? pinnedKeys(managedFolder(undefined))
        : parsePinnedKeys(readPolicyText(args.keys).text, args.keys);
    const verdict = verifyInstaller({ name: basename(args.file), bytes }, signature, keys);
    await print(
      args.json === true
        ? printableJson({ file: args.file, ...verdict })
        : `${printable(args.file)}: ${wordsOf(verdict)}`,
    );
    if (!verdict.isSigned) process.exitCode = exitCodes.found;
  },
});

function wordsOf(verdict: InstallerVerdict): string {
  if (verdict.isSigned) return `signed by ${printable(verdict.key)}`;
  switch (verdict.why) {
    case "no-signature":
      return "refused: what lies beside it is no signature of an installer";
    case "unknown-key":
      return "refused: no key that counts here signed it; name public keys with --keys, or pin one with `sallyport policy bundle pin`";
    case "changed":
      return "refused: it is not what was signed; fetch it again";
    case "renamed":
      return "refused: the signature is of a file of another name; give it back its name";
    default:
      return verdict.why satisfies never;
  }
}

function sourceDate(given: string | undefined): number {
  if (given === undefined || given === "") return NPM_TIME_S;
  if (/^\d{1,10}$/.test(given)) return Number(given);
  throw new Failure("usage", "`SOURCE_DATE_EPOCH` is a number of seconds since 1970");
}

/** Both are read as the guard would read them: a package with a broken policy would break every machine. */
function configurationOf(
  policy: string | undefined,
  keys: string | undefined,
): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  if (policy !== undefined) files.set("policy.yaml", namedPolicy(policy).text);
  if (keys !== undefined) {
    const { text } = readPolicyText(keys);
    parsePinnedKeys(text, keys);
    files.set("policy-keys", text);
  }
  return files;
}
