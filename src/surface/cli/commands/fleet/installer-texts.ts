// `sallyport fleet installer formula` and `image`: definitions that others build from, each pinned to one npm package.
import { createHash } from "node:crypto";
import { defineCommand } from "citty";
import { printable, printableJson } from "#base/printable.ts";
import { formulaText } from "#govern/installer/formula.ts";
import { PACKAGE_NAME, runnerImage } from "#govern/installer/runner-image.ts";
import { jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { readWhole, writeOnce } from "../../../services/installer/files.ts";

const TARBALL_BYTES_MAX = 64 * 1024 * 1024;
const options = {
  tarball: {
    type: "string",
    required: true,
    valueHint: "FILE",
    description: "the npm package, as `npm pack` makes or fetches it",
  },
  out: { type: "string", required: true, valueHint: "DIR", description: "where it is written" },
  ...jsonOption,
} as const;

export const formulaCommand = defineCommand({
  meta: {
    name: "formula",
    description: `Writes a formula of Homebrew that installs one npm package, by its digest.

  sallyport fleet installer formula --tarball sallyport-1.0.0.tgz --url https://files.example.com/sallyport-1.0.0.tgz --out tap/Formula`,
  },
  args: {
    url: { type: "string", required: true, valueHint: "URL", description: "where it is fetched" },
    ...options,
  },
  async run({ args }) {
    const sha256 = digestOf(await readWhole(args.tarball, TARBALL_BYTES_MAX));
    const text = formulaText({ url: args.url, sha256 });
    const file = writeOnce(args.out, "sallyport.rb", Buffer.from(text));
    await tellFiles([file], sha256, args);
  },
});

export const imageCommand = defineCommand({
  meta: {
    name: "image",
    description: `Writes the definition of a container image for CI runners, with the npm package that it installs.

  sallyport fleet installer image --base node:22-bookworm-slim@sha256:0123... --client 2.1.328 --tarball sallyport-1.0.0.tgz --out image

A base without its digest is refused: it would be another one tomorrow.`,
  },
  args: {
    base: {
      type: "string",
      required: true,
      valueHint: "IMAGE",
      description: "a Debian image with node, by its digest",
    },
    client: {
      type: "string",
      required: true,
      valueHint: "VERSION",
      description: "the exact version of the client",
    },
    ...options,
  },
  async run({ args }) {
    const bytes = await readWhole(args.tarball, TARBALL_BYTES_MAX);
    const sha256 = digestOf(bytes);
    const text = runnerImage({ base: args.base, client: args.client, sha256 });
    const files = [
      writeOnce(args.out, "Dockerfile", Buffer.from(text)),
      writeOnce(args.out, PACKAGE_NAME, bytes),
    ];
    await tellFiles(files, sha256, args);
  },
});

function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

async function tellFiles(
  files: readonly string[],
  sha256: string,
  { json }: { readonly json?: boolean | undefined },
): Promise<void> {
  if (json === true) return print(printableJson({ files, sha256 }));
  await print([...files.map(printable), `pinned to the npm package ${sha256}`].join("\n"));
}
