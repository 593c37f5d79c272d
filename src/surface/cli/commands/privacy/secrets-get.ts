// `sallyport secrets get`: one value on standard output, on record before it is printed.
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printableJson } from "#base/printable.ts";
import { parseReference, referenceText } from "#govern/secrets/reference.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { openProvider } from "../../../services/secrets/providers/open-provider.ts";
import { openSecretRecord, recorded } from "../../../services/secrets/secret-record.ts";
import { machineSetting } from "../../../services/secrets/setting.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { requireInstall } from "../../operator/operator-orders.ts";

/** `sallyport secrets get`. */
export const getCommand = defineCommand({
  meta: {
    name: "get",
    description: `print the value of one secret, and nothing else; the fetch is on record, the value is not

  sallyport secrets get vault:secret/app#api-key
  "apiKeyHelper": "sallyport secrets get keychain:anthropic/key"    in the client's settings

\`--json\` prints what is known about the secret in place of its value.`,
  },
  args: {
    reference: { type: "positional", required: true, description: "as in `keychain:github/me`" },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const reference = parseReference(args.reference);
    refuseInsideSession();
    const { directories } = requireInstall(directoriesIn(args.data ?? dataDirectory()));
    const record = await openSecretRecord(directories);
    const provider = await openProvider(reference.provider, machineSetting(process.env));
    const { value, version, createdMs, leaseSeconds } = await recorded(
      record,
      { what: "fetched", reference },
      () => provider.get(reference),
      (got) => ({ version: got.version, leaseSeconds: got.leaseSeconds }),
    );
    if (args.json === true) {
      const known = { secret: referenceText(reference), version, createdMs, leaseSeconds };
      await print(printableJson(known));
      return;
    }
    process.stdout.write(process.stdout.isTTY ? `${value.reveal()}\n` : value.reveal());
  },
});

/** M5.11: what a program prints inside a session becomes part of the model's transcript. */
export function refuseInsideSession(): void {
  if (process.env["CLAUDECODE"] === undefined) return;
  throw new Failure(
    "session",
    "this runs inside a session of Claude Code, where the value would be read by the model; `sallyport secrets exec` gives it to a program instead",
  );
}
