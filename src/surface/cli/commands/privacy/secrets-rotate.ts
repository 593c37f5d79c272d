// `sallyport secrets rotate`: a new value in the place of the old one, and the date that it was replaced on.
import { randomBytes } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { parseReference, secretName } from "#govern/secrets/reference.ts";
import { ROTATION_DAYS_MAX, withRotation } from "#govern/secrets/rotation.ts";
import { SecretValue } from "#govern/secrets/secret-value.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { openProvider } from "../../../services/secrets/providers/open-provider.ts";
import { openIncidents } from "../../../services/incidents/incident-store.ts";
import { readRotations, writeRotations } from "../../../services/secrets/rotation-file.ts";
import { openSecretRecord, recorded } from "../../../services/secrets/secret-record.ts";
import { machineSetting } from "../../../services/secrets/setting.ts";
import { hiddenLine } from "../../../foundation/terminal/hidden-line.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { orderIncident } from "../respond/incident-order.ts";
import { requireInstall } from "../../operator/operator-orders.ts";
import { tell } from "../../../foundation/terminal/outcome.ts";
import { refuseInsideSession } from "./secrets-get.ts";

/** 32 random bytes: 43 characters of base64url. */
const GENERATED_BYTES = 32;
const VALUE_BYTES_MAX = 64 * 1024;

/** `sallyport secrets rotate`. */
export const rotateCommand = defineCommand({
  meta: {
    name: "rotate",
    description: `replace the value of a secret at its provider, and note the date

  sallyport secrets rotate keychain:app/api                 type the new value; nobody sees it
  sallyport secrets rotate vault:secret/app#key --generate  have one made
  sallyport secrets rotate keychain:app/api --generate --incident inc-01k7
  issue-key | sallyport secrets rotate aws:prod/app --stdin --every 30
  sallyport secrets rotate 1password:vault/item/field --done  it was replaced elsewhere: note the date

The old value ends where it was issued, and not here: revoke it there.`,
  },
  args: {
    reference: { type: "positional", required: true, description: "as in `keychain:github/me`" },
    generate: { type: "boolean", description: "make 43 random characters" },
    stdin: { type: "boolean", description: "read the new value from standard input" },
    done: { type: "boolean", description: "only note that it was replaced" },
    incident: {
      type: "string",
      valueHint: "ID",
      description: "write into this incident that it was replaced",
    },
    every: { type: "string", valueHint: "DAYS", description: "due again after so many days" },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const reference = parseReference(args.reference);
    const days = args.every === undefined ? undefined : daysOf(args.every);
    if ([args.generate, args.stdin, args.done].filter(Boolean).length > 1)
      throw new Failure("usage", "`--generate`, `--stdin` and `--done` exclude one another");
    refuseInsideSession();
    const { directories } = requireInstall(directoriesIn(args.data ?? dataDirectory()));
    // WHY first: a value that was replaced cannot be put back.
    if (args.incident !== undefined) openIncidents(directories).named(args.incident);
    const record = await openSecretRecord(directories);
    const name = secretName(reference);
    if (args.done !== true) {
      const provider = await openProvider(reference.provider, machineSetting(process.env));
      const { replace } = provider;
      if (replace === undefined)
        throw new Failure(
          "secret-setup",
          `${reference.provider} takes a new value only by hand: replace it there, then \`sallyport secrets rotate ${printable(name)} --done\``,
        );
      const value = await newValue(name, args);
      await recorded(
        record,
        { what: "rotated", reference },
        () => replace.call(provider, reference, value),
        (version) => ({ version }),
      );
    } else {
      await record([{ what: "rotated", reference }]);
    }
    const dates = { name, nowMs: Date.now(), ...(days === undefined ? {} : { days }) };
    writeRotations(directories, withRotation(readRotations(directories), dates));
    if (args.incident !== undefined)
      await orderIncident(args.data, {
        id: args.incident,
        what: "note",
        note: `rotated: ${name}`,
      });
    await tell(
      args,
      { outcome: args.done === true ? "noted" : "replaced", name, rotatedMs: dates.nowMs },
      `replaced: ${printable(name)}; revoke the old value where it was issued`,
    );
  },
});

async function newValue(
  name: string,
  {
    generate,
    stdin,
  }: { readonly generate?: boolean | undefined; readonly stdin?: boolean | undefined },
): Promise<SecretValue> {
  if (generate === true) return new SecretValue(randomBytes(GENERATED_BYTES).toString("base64url"));
  const text =
    stdin === true
      ? (await buffer(process.stdin)).toString("utf8").replace(/\r?\n$/, "")
      : await hiddenLine(`new value of ${printable(name)} (not shown): `);
  if (text === "") throw new Failure("secret-value", "the new value is empty; nothing changed");
  if (Buffer.byteLength(text) > VALUE_BYTES_MAX)
    throw new Failure("secret-value", "the new value is larger than 64 KiB; nothing changed");
  return new SecretValue(text);
}

function daysOf(text: string): number {
  const days = /^[1-9]\d{0,3}$/.test(text) ? Number(text) : 0;
  if (days < 1 || days > ROTATION_DAYS_MAX)
    throw new Failure("usage", `\`--every\` is a number of days from 1 to ${ROTATION_DAYS_MAX}`);
  return days;
}
